use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

fn bytes(length: usize, first: u8) -> String {
    let mut bytes = vec![0x5a; length];
    bytes[0] = first;
    URL_SAFE_NO_PAD.encode(bytes)
}

fn rsa_key(members: &str) -> String {
    format!(
        r#"{{"kty":"RSA","n":"{}","e":"AQAB"{members}}}"#,
        bytes(256, 0xc1)
    )
}

fn set(keys: &[String]) -> KeySet {
    let text = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
    KeySet::read(&Json::parse_object(text.as_bytes()).unwrap()).unwrap()
}

fn token(alg: &str, kid: Option<&str>) -> Jws {
    let kid = kid
        .map(|kid| format!(r#","kid":"{kid}""#))
        .unwrap_or_default();
    let header = format!(r#"{{"alg":"{alg}"{kid}}}"#);
    let length = if alg == "ES384" { 96 } else { 64 };
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Jws::parse(&format!(
        "{}.{}.{}",
        encode(header.as_bytes()),
        encode(b"{}"),
        encode(&vec![1; length])
    ))
    .unwrap()
}

fn count(keys: &[String], alg: &str, kid: Option<&str>) -> usize {
    set(keys).candidates(&token(alg, kid)).count()
}

#[test]
fn chooses_by_kid_and_type_without_needing_alg_or_use() {
    let keys = [
        rsa_key(r#","kid":"a""#),
        rsa_key(r#","kid":"b","use":"sig","alg":"RS256""#),
    ];
    assert_eq!(count(&keys, "RS256", Some("a")), 1);
    assert_eq!(count(&keys, "PS512", Some("a")), 1);
    assert_eq!(count(&keys, "RS256", Some("b")), 1);
    assert_eq!(count(&keys, "RS256", Some("c")), 0);
    assert_eq!(count(&keys, "RS256", Some("A")), 0);
    assert_eq!(count(&keys, "RS256", None), 2);
}

#[test]
fn a_key_serves_its_own_algorithm_only() {
    let keys = [rsa_key(r#","kid":"a","alg":"RS256""#)];
    for alg in ["RS384", "PS256", "ES256", "EdDSA"] {
        assert_eq!(count(&keys, alg, Some("a")), 0, "{alg}");
    }
    let p256 = format!(
        r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}"#,
        bytes(32, 1),
        bytes(32, 2)
    );
    assert_eq!(count(std::slice::from_ref(&p256), "ES256", None), 1);
    assert_eq!(count(&[p256], "ES384", None), 0);
    let ed = format!(
        r#"{{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"{}"}}"#,
        bytes(32, 1)
    );
    assert_eq!(count(std::slice::from_ref(&ed), "Ed25519", None), 1);
    assert_eq!(count(&[ed], "RS256", None), 0);
}

#[test]
fn ignores_keys_that_are_not_for_signatures() {
    for key in [
        rsa_key(r#","use":"enc""#),
        rsa_key(r#","use":7"#),
        rsa_key(r#","key_ops":["encrypt"]"#),
        rsa_key(r#","key_ops":"verify""#),
        rsa_key("").replace("RSA", "rsa"),
        r#"{"kty":"oct","k":"c2VjcmV0"}"#.to_owned(),
        r#"{"kty":"AKP","pub":"x"}"#.to_owned(),
        "7".to_owned(),
    ] {
        assert_eq!(count(std::slice::from_ref(&key), "RS256", None), 0, "{key}");
    }
}

#[test]
fn ignores_weak_and_absurd_keys() {
    let rsa = |n: String, e: &str| format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#);
    for key in [
        rsa(bytes(128, 0xc1), "AQAB"),
        rsa(bytes(256, 0x7f), "AQAB"),
        rsa(bytes(2048, 0xc1), "AQAB"),
        rsa(bytes(256, 0xc1), "AQ"),
        rsa(bytes(256, 0xc1), "BA"),
        rsa(bytes(256, 0xc1), ""),
        rsa(bytes(256, 0xc1), "AQAAAAAAAAAAAAAAAAAAAQ"),
        rsa("!".to_owned(), "AQAB"),
    ] {
        assert_eq!(
            count(std::slice::from_ref(&key), "RS256", None),
            0,
            "{key:.80}"
        );
    }
    assert_eq!(count(&[rsa(bytes(1024, 0xc1), "AQAB")], "RS256", None), 1);
    for (crv, x, y) in [
        ("P-256", 32, 33),
        ("P-256", 33, 32),
        ("P-384", 32, 32),
        ("secp256k1", 32, 32),
    ] {
        let key = format!(
            r#"{{"kty":"EC","crv":"{crv}","x":"{}","y":"{}"}}"#,
            bytes(x, 1),
            bytes(y, 1)
        );
        assert_eq!(count(std::slice::from_ref(&key), "ES256", None), 0, "{key}");
    }
}

#[test]
fn numbers_are_the_same_with_more_or_fewer_zero_bytes() {
    let read = |key: String| {
        let document = Json::parse_object(format!(r#"{{"keys":[{key}]}}"#).as_bytes()).unwrap();
        KeySet::read(&document).unwrap().keys
    };
    let number =
        |zeros: usize, rest: &[u8]| URL_SAFE_NO_PAD.encode([&vec![0; zeros], rest].concat());
    let modulus = |zeros| {
        let (n, e) = (number(zeros, &[0xc1; 256]), number(zeros, &[1, 0, 1]));
        format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#)
    };
    let plain = read(modulus(0));
    assert_eq!(plain.len(), 1);
    for zeros in [1, 3] {
        assert_eq!(read(modulus(zeros)), plain);
    }
    let ec = |zeros| {
        let x = number(zeros, &[7; 31]);
        format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{x}"}}"#)
    };
    let plain = read(ec(1));
    assert_eq!(plain.len(), 1);
    for zeros in [0, 2] {
        assert_eq!(read(ec(zeros)), plain);
    }
}

#[test]
fn rejects_what_is_no_key_set() {
    for text in [r#"{}"#, r#"{"keys":{}}"#, r#"{"keys":null}"#] {
        assert!(
            KeySet::read(&Json::parse_object(text.as_bytes()).unwrap()).is_err(),
            "{text}"
        );
    }
    let many = format!(r#"{{"keys":[{}]}}"#, vec!["{}"; 101].join(","));
    assert!(KeySet::read(&Json::parse_object(many.as_bytes()).unwrap()).is_err());
}
