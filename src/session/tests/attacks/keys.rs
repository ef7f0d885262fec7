//! Key sets with keys that mustn't verify a signature: weak ones, those for something else, and too many.
//! The attacker can make a valid signature for each of them.

use super::*;

fn rsa(bytes: usize, exponent: &str, members: &str) -> String {
    let mut modulus = vec![0x5a; bytes];
    modulus[0] = 0xc1;
    let modulus = URL_SAFE_NO_PAD.encode(modulus);
    format!(r#"{{"kty":"RSA","kid":"k1","n":"{modulus}","e":"{exponent}"{members}}}"#)
}

fn ec(curve: &str, bytes: usize, members: &str) -> String {
    let coordinate = URL_SAFE_NO_PAD.encode(vec![0x5a; bytes]);
    format!(
        r#"{{"kty":"EC","kid":"k1","crv":"{curve}","x":"{coordinate}","y":"{coordinate}"{members}}}"#
    )
}

/// Signs in with a token of this algorithm and these keys. Every signature counts as valid.
fn sign_with(attempt: &Attempt, algorithm: &'static str, keys: &[String]) {
    attempt.world.0.accepts_every_signature.set(true);
    attempt.publish_keys(keys);
    attempt.answer_with(move |op, now| {
        op.sign(
            &format!(r#"{{"alg":"{algorithm}","kid":"k1"}}"#),
            &op.claims_text(now),
        )
    });
}

#[test]
fn tries_no_key_that_is_weak_or_for_something_else() {
    for (attack, algorithm, key) in [
        ("RSA of 512 bits", "RS256", rsa(64, "AQAB", "")),
        ("RSA of 1024 bits", "RS256", rsa(128, "AQAB", "")),
        ("RSA with the exponent 1", "RS256", rsa(256, "AQ", "")),
        ("RSA with an even exponent", "RS256", rsa(256, "BA", "")),
        ("RSA of 16384 bits", "RS256", rsa(2048, "AQAB", "")),
        (
            "a key for encryption",
            "RS256",
            rsa(256, "AQAB", r#","use":"enc""#),
        ),
        (
            "a key for wrapping",
            "RS256",
            rsa(256, "AQAB", r#","key_ops":["wrapKey"]"#),
        ),
        (
            "PSS with a key for PKCS #1",
            "PS256",
            rsa(256, "AQAB", r#","alg":"RS256""#),
        ),
        ("an RSA key for ECDSA", "ES256", rsa(256, "AQAB", "")),
        ("ES256 with P-384", "ES256", ec("P-384", 48, "")),
        (
            "ES256 with a coordinate of P-384",
            "ES256",
            ec("P-256", 48, ""),
        ),
        ("Ed25519 with P-256", "EdDSA", ec("P-256", 32, "")),
        (
            "a key for another issuer",
            "ES256",
            ec("P-256", 32, r#","issuer":"https://evil.example""#),
        ),
    ] {
        let trace = expect_refused(attack, ErrorCode::IdTokenSignature, |attempt| {
            sign_with(attempt, algorithm, std::slice::from_ref(&key));
        });
        assert_eq!(trace.verifications, 0, "{attack}");
    }
    // With a key that is right, the same sign-in succeeds: nothing else was wrong.
    for (algorithm, key) in [
        ("RS256", rsa(256, "AQAB", "")),
        ("ES256", ec("P-256", 32, "")),
    ] {
        let (world, op) = world();
        let attempt = Attempt::start(world, op);
        sign_with(&attempt, algorithm, &[key]);
        expect_session(return_with(&attempt.world, &attempt.response));
    }
}

#[test]
fn rejects_a_set_of_too_many_keys() {
    for count in [101, 10_000] {
        let trace = expect_refused(
            &format!("{count} keys"),
            ErrorCode::KeysUnreachable,
            |attempt| sign_with(attempt, "ES256", &vec!["{}".to_owned(); count]),
        );
        assert_eq!(trace.verifications, 0);
    }
}

#[test]
fn tries_each_key_of_a_set_once() {
    let trace = expect_refused("100 keys", ErrorCode::IdTokenSignature, |attempt| {
        sign_with(attempt, "ES256", &vec![ec("P-256", 32, ""); 100]);
        attempt.world.0.accepts_every_signature.set(false);
    });
    assert_eq!((trace.verifications, trace.count("/jwks")), (100, 2));
}
