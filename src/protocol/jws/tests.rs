use super::*;

fn token(header: &str, payload: &str, signature: &[u8]) -> String {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!(
        "{}.{}.{}",
        encode(header.as_bytes()),
        encode(payload.as_bytes()),
        encode(signature)
    )
}

fn parse(header: &str) -> Result<Jws, &'static str> {
    Jws::parse(&token(header, r#"{"sub":"a"}"#, &[1; 64]))
}

#[test]
fn accepts_the_signature_algorithms_of_the_specification() {
    for name in [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "EdDSA", "Ed25519",
    ] {
        assert!(
            parse(&format!(r#"{{"alg":"{name}","typ":"JWT"}}"#)).is_ok(),
            "{name}"
        );
    }
}

#[test]
fn rejects_unsigned_and_symmetric_tokens_however_they_are_written() {
    for alg in [
        r#""none""#,
        r#""None""#,
        r#""nOnE""#,
        r#""""#,
        r#""HS256""#,
        r#""HS384""#,
        r#""HS512""#,
        r#""hs256""#,
        r#""rs256""#,
        r#""RS256 ""#,
        r#""RSA-OAEP""#,
        "null",
        "7",
        r#"["RS256"]"#,
    ] {
        assert!(parse(&format!(r#"{{"alg":{alg}}}"#)).is_err(), "{alg}");
    }
    assert!(parse("{}").is_err());
}

#[test]
fn rejects_a_header_that_changes_how_the_token_is_read() {
    for member in [
        r#""crit":["exp"]"#,
        r#""crit":[]"#,
        r#""crit":null"#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""zip":"DEF""#,
        r#""enc":"A256GCM""#,
        r#""cty":"JWT""#,
        r#""typ":"at+jwt""#,
        r#""typ":"logout+jwt""#,
        r#""typ":"dpop+jwt""#,
        r#""typ":7"#,
        r#""kid":7"#,
        r#""alg":"RS256""#,
    ] {
        assert!(
            parse(&format!(r#"{{"alg":"RS256",{member}}}"#)).is_err(),
            "{member}"
        );
    }
    for member in [
        r#""jku":"https://evil.example""#,
        r#""x5u":"x""#,
        r#""jwk":{"kty":"oct"}"#,
        r#""typ":"jwt""#,
    ] {
        assert!(
            parse(&format!(r#"{{"alg":"RS256",{member}}}"#)).is_ok(),
            "{member}"
        );
    }
}

#[test]
fn rejects_claims_with_a_member_twice() {
    for payload in [
        r#"{"iss":"good","iss":"evil"}"#,
        r#"{"a":{"b":1,"b":2}}"#,
        "[]",
        "",
        "\"x\"",
    ] {
        let token = token(r#"{"alg":"RS256"}"#, payload, &[1; 256]);
        assert!(Jws::parse(&token).is_err(), "{payload}");
    }
}

#[test]
fn rejects_other_forms_of_tokens() {
    let good = token(r#"{"alg":"RS256"}"#, "{}", &[1; 256]);
    assert!(Jws::parse(&good).is_ok());
    let huge = token(
        r#"{"alg":"RS256"}"#,
        &format!(r#"{{"a":"{}"}}"#, "x".repeat(SIZE_LIMIT)),
        &[1; 256],
    );
    for bad in [
        String::new(),
        "..".to_owned(),
        "a.b".to_owned(),
        format!("{good}.x.y"),
        format!("{good}="),
        format!(" {good}"),
        good.replacen('.', "%2E", 1),
        good.split('.').take(2).collect::<Vec<_>>().join(".") + ".",
        huge,
    ] {
        assert!(Jws::parse(&bad).is_err(), "{}", &bad[..bad.len().min(60)]);
    }
}

#[test]
fn rejects_signatures_of_another_length() {
    for (alg, length) in [("ES256", 64), ("ES384", 96), ("ES512", 132), ("EdDSA", 64)] {
        let header = format!(r#"{{"alg":"{alg}"}}"#);
        assert!(
            Jws::parse(&token(&header, "{}", &vec![1; length])).is_ok(),
            "{alg}"
        );
        // The longer ones are what a DER signature would look like.
        for other in [0, length - 1, length + 1, length + 7] {
            assert!(
                Jws::parse(&token(&header, "{}", &vec![1; other])).is_err(),
                "{alg} {other}"
            );
        }
    }
}

#[test]
fn hashes_match_the_examples_of_fips_180_4() {
    // The digests of "abc".
    for (hash, expected) in [
        (
            Hash::Sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            Hash::Sha384,
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        ),
        (
            Hash::Sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ] {
        let digest = hash.digest(b"abc");
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, expected);
    }
}
