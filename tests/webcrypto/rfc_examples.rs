//! The examples of RFC 7515, RFC 7520 and RFC 8037.

use super::*;

/// Examples of RFC 7515, RFC 7520 and RFC 8037: `{"source", "alg", "jws", "public_jwk"}`.
const EXAMPLES: &[u8] = include_bytes!("../vectors/jws.json");

struct Example {
    source: String,
    algorithm: Algorithm,
    token: String,
    jwk: Object,
}

fn examples() -> Vec<Example> {
    let Ok(Json::Array(examples)) = Json::parse(EXAMPLES) else {
        panic!("the examples are not a list");
    };
    let read = |example: &Json| {
        let example = example.as_object()?;
        Some(Example {
            source: example.text("source")?.to_owned(),
            algorithm: Algorithm::from_name(example.text("alg")?)?,
            token: example.text("jws")?.to_owned(),
            jwk: example.get("public_jwk")?.as_object()?.clone(),
        })
    };
    examples
        .iter()
        .map(|example| read(example).expect("an example is incomplete"))
        .collect()
}

/// Builds the token from its parts, because not every payload holds claims.
fn token(example: &Example, algorithm: Algorithm) -> Jws {
    let (signing_input, signature) = example.token.rsplit_once('.').unwrap();
    Jws {
        algorithm,
        kid: None,
        signing_input: signing_input.as_bytes().to_vec(),
        signature: URL_SAFE_NO_PAD.decode(signature).unwrap(),
        claims: Object::default(),
    }
}

#[wasm_bindgen_test]
async fn accepts_the_examples_of_the_rfcs() {
    let examples = examples();
    assert_eq!(examples.len(), 7);
    for example in &examples {
        let token = token(example, example.algorithm);
        let keys = key_set(&example.jwk);
        let key = keys.candidates(&token).next().expect(&example.source);
        assert!(verify(&token, key).await, "{}", example.source);
    }
}

#[wasm_bindgen_test]
async fn rejects_an_example_with_one_bit_changed() {
    for example in &examples() {
        let keys = key_set(&example.jwk);
        let mut forged = token(example, example.algorithm);
        forged.signature[5] ^= 1;
        let key = keys.candidates(&forged).next().expect(&example.source);
        assert!(!verify(&forged, key).await, "{}: signature", example.source);

        let mut forged = token(example, example.algorithm);
        forged.signing_input.push(b'A');
        assert!(!verify(&forged, key).await, "{}: message", example.source);
    }
}

#[wasm_bindgen_test]
async fn rejects_a_signature_under_another_algorithm_of_the_same_key() {
    for example in &examples() {
        let other = match example.algorithm {
            Algorithm::Rs256 => Algorithm::Ps256,
            Algorithm::Ps384 => Algorithm::Rs384,
            _ => continue,
        };
        let confused = token(example, other);
        let keys = key_set(&example.jwk);
        let key = keys.candidates(&confused).next().expect(&example.source);
        assert!(!verify(&confused, key).await, "{}", example.source);
    }
}

#[wasm_bindgen_test]
async fn rejects_null_signatures() {
    for example in &examples() {
        let mut forged = token(example, example.algorithm);
        forged.signature.fill(0);
        let keys = key_set(&example.jwk);
        let key = keys.candidates(&forged).next().expect(&example.source);
        assert!(!verify(&forged, key).await, "{}", example.source);
    }
}

#[wasm_bindgen_test]
async fn rejects_symmetric_and_unsigned_examples() {
    // RFC 7515 A.1 (HS256) and A.5 (none).
    for header in [
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
        "eyJhbGciOiJub25lIn0",
    ] {
        assert!(Jws::parse(&format!("{header}.eyJpc3MiOiJqb2UifQ.AAAA")).is_err());
    }
}
