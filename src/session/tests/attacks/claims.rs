//! ID tokens that the provider has signed, but not for this person, client, sign-in or time
//! ([Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)). The rules
//! themselves are tested in `src/protocol/id_token/tests.rs`.

use super::*;

const CLAIM: ErrorCode = ErrorCode::IdTokenClaim;
const CLOCK: ErrorCode = ErrorCode::ClockSkew;

/// Expects that a token with this claim is refused once its signature is verified.
#[track_caller]
fn rejects_claims(claims: &[(&'static str, &str)], code: ErrorCode) {
    let attack = format!("{claims:.60?}");
    let trace = expect_refused(&attack, code, |attempt| {
        let claims = claims
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        attempt.op.claims.borrow_mut().extend(claims);
    });
    assert_eq!(
        (trace.verifications, trace.count("/token")),
        (1, 1),
        "{attack}"
    );
}

#[test]
fn rejects_the_token_of_another_issuer() {
    for issuer in [
        r#""https://evil.example""#,
        r#""https://good.example/""#,
        r#""https://good.example:443""#,
        r#""HTTPS://good.example""#,
        r#""https://self-issued.me""#,
        r#"["https://good.example"]"#,
        LEFT_OUT,
    ] {
        rejects_claims(&[("iss", issuer)], CLAIM);
    }
}

#[test]
fn rejects_a_token_for_another_client() {
    for audience in [
        r#""client-2""#,
        r#""Client-1""#,
        r#""client-1 ""#,
        "[]",
        r#"[["client-1"]]"#,
        r#"["client-1","client-2"]"#,
        r#"{"client-1":true}"#,
        LEFT_OUT,
    ] {
        rejects_claims(&[("aud", audience)], CLAIM);
    }
    rejects_claims(&[("azp", r#""client-2""#)], CLAIM);
    rejects_claims(
        &[
            ("aud", r#"["client-1","client-2"]"#),
            ("azp", r#""client-2""#),
        ],
        CLAIM,
    );
}

#[test]
fn rejects_a_token_that_is_also_for_somebody_who_is_not_trusted() {
    for audience in [
        r#"["client-1","client-2"]"#,
        r#"["client-2","client-1"]"#,
        r#"["client-1",""]"#,
        r#"["client-1","*"]"#,
    ] {
        rejects_claims(&[("aud", audience), ("azp", r#""client-1""#)], CLAIM);
    }
}

#[test]
fn rejects_a_token_for_another_sign_in() {
    for nonce in [r#""other""#, r#""""#, r#"["other"]"#, "1", "null", LEFT_OUT] {
        rejects_claims(&[("nonce", nonce)], CLAIM);
    }
    rejects_claims(&[("nonce", LEFT_OUT), ("nonce_supported", "false")], CLAIM);
}

#[test]
fn rejects_a_token_without_a_readable_time() {
    let past = (1_800_000_000 - 200).to_string();
    rejects_claims(&[("exp", &past)], CLOCK);
    for expiry in [
        r#""1900000000""#,
        r#""soon""#,
        "-1",
        "18446744073709551615",
        "9223372036854775807",
        "null",
        "true",
        "[1900000000]",
        LEFT_OUT,
    ] {
        rejects_claims(&[("exp", expiry)], CLAIM);
    }
    let trace = expect_refused("exp 1e400", CLAIM, |attempt| {
        let exp = ("exp", "1e400".to_owned());
        attempt.op.claims.borrow_mut().push(exp);
    });
    assert_eq!(trace.count("/token"), 1);

    let future = (1_800_000_000 + 200).to_string();
    rejects_claims(&[("iat", &future)], CLOCK);
    rejects_claims(&[("nbf", &future)], CLOCK);
    rejects_claims(&[("iat", LEFT_OUT)], CLAIM);
    rejects_claims(&[("iat", "-62135596800")], CLAIM);
}

#[test]
fn rejects_a_token_about_nobody() {
    let long = format!("\"{}\"", "x".repeat(256));
    for subject in [r#""""#, &long, "7", "null", LEFT_OUT] {
        rejects_claims(&[("sub", subject)], CLAIM);
    }
}

#[test]
fn rejects_a_token_for_another_access_token() {
    for hash in [r#""AAAAAAAAAAAAAAAAAAAAAA""#, r#""""#, "7"] {
        rejects_claims(&[("at_hash", hash)], CLAIM);
    }
}
