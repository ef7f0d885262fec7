//! ID tokens that ask to be read differently ([RFC 8725](https://www.rfc-editor.org/rfc/rfc8725)): by another
//! algorithm, key or format. The attacker can sign with any key, and nothing is signed wrongly.

use super::*;

/// Expects that tokens with this header are refused before any key is tried, even if every signature were
/// valid.
#[track_caller]
fn rejects_header(attack: &str, header: &str, code: ErrorCode) -> Trace {
    let trace = expect_refused(attack, code, |attempt| {
        attempt.world.0.accepts_every_signature.set(true);
        let header = header.to_owned();
        attempt.answer_with(move |op, now| op.sign(&header, &op.claims_text(now)));
    });
    assert_eq!(trace.verifications, 0, "{attack}");
    trace
}

/// As [`rejects_header`], for tokens that an attacker has made of a good one.
#[track_caller]
fn rejects_token(
    attack: &str,
    code: ErrorCode,
    forge: impl Fn(String) -> String + Clone + 'static,
) {
    let trace = expect_refused(attack, code, |attempt| {
        attempt.world.0.accepts_every_signature.set(true);
        let forge = forge.clone();
        attempt.answer_with(move |op, now| forge(op.id_token(now)));
    });
    assert_eq!(trace.verifications, 0, "{attack}");
}

/// HMAC with SHA-256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)), for keys of up to 64 bytes and
/// longer ones.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = if key.len() > 64 {
        Sha256::digest(key).to_vec()
    } else {
        key.to_vec()
    };
    block.resize(64, 0);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), message.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

/// The text with its signature replaced.
fn with_signature(token: &str, signature: &str) -> String {
    let (input, _) = token.rsplit_once('.').unwrap();
    format!("{input}.{signature}")
}

#[test]
fn rejects_a_token_without_a_signature() {
    for alg in ["none", "None", "nOnE", "NONE", ""] {
        let header = format!(r#"{{"alg":"{alg}","kid":"k1"}}"#);
        rejects_header(
            &format!("alg {alg}, signed"),
            &header,
            ErrorCode::IdTokenInvalid,
        );
        let trace = expect_refused(
            &format!("alg {alg}, not signed"),
            ErrorCode::IdTokenInvalid,
            |attempt| {
                let header = header.clone();
                attempt.answer_with(move |op, now| {
                    with_signature(&op.sign(&header, &op.claims_text(now)), "")
                });
            },
        );
        assert_eq!(trace.verifications, 0, "{alg}");
    }
    rejects_header("no alg", r#"{"kid":"k1"}"#, ErrorCode::IdTokenInvalid);
    rejects_header(
        "a number",
        r#"{"alg":256,"kid":"k1"}"#,
        ErrorCode::IdTokenInvalid,
    );
}

#[test]
fn rejects_a_token_that_uses_the_public_key_as_a_secret() {
    const SPKI_OF_P256: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08,
        0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    let point = signing_key(7).verifying_key().to_encoded_point(false);
    let der = [&SPKI_OF_P256, point.as_bytes()].concat();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        base64::engine::general_purpose::STANDARD.encode(&der)
    );
    let symmetric = r#"{"kty":"oct","kid":"k1","alg":"HS256","k":"c2VjcmV0"}"#.to_owned();
    for (attack, secret, keys) in [
        ("the key's PEM", pem.into_bytes(), None),
        ("the key's DER", der, None),
        ("the key's coordinate", point.x().unwrap().to_vec(), None),
        (
            "a symmetric key in the set",
            b"secret".to_vec(),
            Some(symmetric),
        ),
    ] {
        let trace = expect_refused(attack, ErrorCode::IdTokenInvalid, |attempt| {
            if let Some(key) = &keys {
                attempt.publish_keys(std::slice::from_ref(key));
            }
            let secret = secret.clone();
            attempt.answer_with(move |op, now| {
                let unsigned = op.sign(r#"{"alg":"HS256","kid":"k1"}"#, &op.claims_text(now));
                let (input, _) = unsigned.rsplit_once('.').unwrap();
                let mac = hmac_sha256(&secret, input.as_bytes());
                with_signature(&unsigned, &URL_SAFE_NO_PAD.encode(mac))
            });
        });
        assert_eq!(trace.verifications, 0, "{attack}");
    }
}

#[test]
fn rejects_a_header_that_changes_how_the_token_is_read() {
    for (attack, member) in [
        ("crit names a known claim", r#""crit":["exp"]"#),
        ("crit is empty", r#""crit":[]"#),
        ("unencoded payload", r#""b64":false"#),
        ("b64 at all", r#""b64":true"#),
        ("compressed", r#""zip":"DEF""#),
        ("encrypted", r#""enc":"A256GCM""#),
        ("an access token", r#""typ":"at+jwt""#),
        ("a logout token", r#""typ":"logout+jwt""#),
        ("a proof of possession", r#""typ":"dpop+jwt""#),
        ("a nested token", r#""cty":"JWT""#),
        ("two algorithms", r#""alg":"none""#),
        ("a kid that is a number", r#""kid":1"#),
    ] {
        let header = if member.starts_with(r#""kid""#) {
            format!(r#"{{"alg":"ES256",{member}}}"#)
        } else {
            format!(r#"{{"alg":"ES256","kid":"k1",{member}}}"#)
        };
        rejects_header(attack, &header, ErrorCode::IdTokenInvalid);
    }
}

#[test]
fn rejects_a_kid_that_is_not_in_the_set() {
    let long = "k1".repeat(22_500);
    for kid in [
        "../k1",
        "__proto__",
        "constructor",
        "k1' OR '1'='1",
        "K1",
        "",
        &long,
    ] {
        let header = format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#);
        let attack = &kid[..kid.len().min(20)];
        let trace = rejects_header(attack, &header, ErrorCode::IdTokenSignature);
        // The set may have been older than the key.
        assert_eq!(trace.count("/jwks"), 2, "{attack}");
    }
}

#[test]
fn rejects_a_token_that_brings_its_own_key() {
    let eve = signing_key(66);
    let point = eve.verifying_key().to_encoded_point(false);
    let encode = |bytes: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(bytes.unwrap());
    let jwk = format!(
        r#"{{"kty":"EC","crv":"P-256","kid":"k1","x":"{}","y":"{}"}}"#,
        encode(point.x()),
        encode(point.y())
    );
    for (attack, member) in [
        ("another key under the same kid", String::new()),
        ("embedded", format!(r#","jwk":{jwk}"#)),
        ("at an address", format!(r#","jku":"{EVIL}/jwks""#)),
        (
            "a certificate at an address",
            format!(r#","x5u":"{EVIL}/cert""#),
        ),
        ("an embedded certificate", r#","x5c":["MIIB"]"#.to_owned()),
    ] {
        let trace = expect_refused(attack, ErrorCode::IdTokenSignature, |attempt| {
            attempt.world.on(&format!("{EVIL}/jwks"), |_| {
                panic!("the attacker's keys were fetched")
            });
            attempt.op.key.replace(("k1".to_owned(), signing_key(66)));
            attempt.publish_keys(&[public_key(7)]);
            let header = format!(r#"{{"alg":"ES256","kid":"k1"{member}}}"#);
            attempt.answer_with(move |op, now| op.sign(&header, &op.claims_text(now)));
        });
        assert_eq!(
            (trace.verifications, trace.count("/jwks")),
            (1, 2),
            "{attack}"
        );
    }
}

/// The public key of [`signing_key`], as a key set has it.
fn public_key(seed: u8) -> String {
    let point = signing_key(seed).verifying_key().to_encoded_point(false);
    let encode = |bytes: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(bytes.unwrap());
    format!(
        r#"{{"kty":"EC","crv":"P-256","kid":"k1","x":"{}","y":"{}"}}"#,
        encode(point.x()),
        encode(point.y())
    )
}

#[test]
fn rejects_other_spellings_of_a_good_token() {
    rejects_token(
        "five parts, as if encrypted",
        ErrorCode::IdTokenInvalid,
        |token| format!("{token}.{}.{}", "AAAA", "AAAA"),
    );
    rejects_token("two parts", ErrorCode::IdTokenInvalid, |token| {
        token.rsplit_once('.').unwrap().0.to_owned()
    });
    rejects_token("padding", ErrorCode::IdTokenInvalid, |token| token + "==");
    rejects_token(
        "loose bits at the end",
        ErrorCode::IdTokenInvalid,
        |token| {
            let last = token.chars().last().unwrap();
            let after = char::from(last as u8 + 1);
            token[..token.len() - 1].to_owned() + &after.to_string()
        },
    );
    rejects_token("the other alphabet", ErrorCode::IdTokenInvalid, |token| {
        with_signature(&token, &"+/".repeat(43))
    });
    rejects_token("a DER signature", ErrorCode::IdTokenInvalid, |token| {
        with_signature(&token, &URL_SAFE_NO_PAD.encode([0x30; 70]))
    });
    rejects_token("an empty signature", ErrorCode::IdTokenInvalid, |token| {
        with_signature(&token, "")
    });
    rejects_token("JSON serialization", ErrorCode::TokenInvalid, |token| {
        let parts: Vec<&str> = token.split('.').collect();
        format!(
            r#"{{"payload":"{}","protected":"{}","signature":"{}"}}"#,
            parts[1], parts[0], parts[2]
        )
    });
}

#[test]
fn rejects_claims_that_two_readers_could_understand_differently() {
    for (attack, change) in [
        (
            "the good issuer last",
            ("{", format!(r#"{{"iss":"{EVIL}","#)),
        ),
        (
            "the good issuer first",
            ("}", format!(r#","iss":"{EVIL}"}}"#)),
        ),
        ("two subjects", ("}", r#","sub":"eve"}"#.to_owned())),
        (
            "an escaped name",
            ("}", r#","\u0069ss":"https://evil.example"}"#.to_owned()),
        ),
        ("something after the claims", ("}", "} {}".to_owned())),
        ("a comma at the end", ("}", ",}".to_owned())),
        ("lone surrogate", ("}", r#","name":"\ud800"}"#.to_owned())),
        (
            "70 KB",
            ("}", format!(r#","x":"{}"}}"#, "x".repeat(70_000))),
        ),
        (
            "100,000 levels",
            ("}", format!(r#","x":{}}}"#, "[".repeat(30_000))),
        ),
    ] {
        let trace = expect_refused(attack, ErrorCode::IdTokenInvalid, |attempt| {
            attempt.world.0.accepts_every_signature.set(true);
            let (from, to) = change.clone();
            attempt.answer_with(move |op, now| {
                op.sign(&op.header(), &op.claims_text(now).replacen(from, &to, 1))
            });
        });
        assert_eq!(trace.verifications, 0, "{attack}");
    }
}
