use super::*;
use crate::protocol::jws::Algorithm;
use crate::protocol::testing::ISSUER;

const NOW: Timestamp = 1_800_000_000;
const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

/// A token of RS256 whose claims are these members, after those of a good token that they replace.
fn token(changes: &[(&str, &str)]) -> Jws {
    let mut claims = Json::parse_object(
        format!(r#"{{"iss":"{ISSUER}","sub":"ada","aud":"client-1","exp":{},"iat":{NOW},"nonce":"n1"}}"#, NOW + 300)
            .as_bytes(),
    )
    .unwrap();
    for (name, value) in changes {
        let value = Json::parse(value.as_bytes()).unwrap();
        claims.insert(*name, value);
    }
    Jws {
        algorithm: Algorithm::Rs256,
        kid: None,
        signing_input: Vec::new(),
        signature: Vec::new(),
        claims,
    }
}

fn without(name: &str) -> Jws {
    let mut token = token(&[]);
    token.claims = token
        .claims
        .iter()
        .filter(|(known, _)| *known != name)
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    token
}

/// Both clocks agree.
fn same(time: Timestamp) -> Clocks {
    Clocks {
        now: time,
        device: time,
    }
}

fn validate_at(token: &Jws, now: Timestamp, max_age: Option<i64>) -> Result<Verified> {
    validate_claims(
        token,
        &Expected {
            issuer: &ExpectedIssuer::Exact(ISSUER.to_owned()),
            metadata_issuer: ISSUER,
            client_id: &ClientId::new("client-1".to_owned()),
            trusted_audiences: &["project-9".to_owned()],
            nonce: &Nonce::new("n1"),
            access_token: Some(&AccessToken::new(ACCESS_TOKEN.to_owned())),
            max_age,
            clocks: same(now),
        },
    )
}

fn validate_now(token: &Jws) -> Result<Verified> {
    validate_at(token, NOW, None)
}

/// That a token with this claim is refused, and that the refusal names the claim.
#[track_caller]
fn rejects(name: &str, value: &str) {
    let error = match validate_now(&token(&[(name, value)])) {
        Ok(_) => panic!("accepted {name} = {value}"),
        Err(error) => error,
    };
    assert!(
        matches!(error.code, ErrorCode::IdTokenClaim | ErrorCode::ClockSkew),
        "{error}"
    );
    assert!(error.details.unwrap().contains(&format!("\"{name}\"")));
}

#[test]
fn accepts_a_token_that_keeps_every_rule() {
    let verified = validate_now(&token(&[])).unwrap();
    assert_eq!(verified.subject, "ada");
    assert_eq!(verified.issuer, ISSUER);
}

#[test]
fn rejects_a_token_that_lacks_a_required_claim() {
    for name in ["iss", "sub", "aud", "exp", "iat", "nonce"] {
        let error = validate_now(&without(name)).unwrap_err();
        assert_eq!(error.code, ErrorCode::IdTokenClaim, "{name}");
        assert!(error.details.unwrap().contains(&format!("\"{name}\"")));
    }
}

#[test]
fn rejects_a_token_of_another_issuer() {
    for issuer in [
        r#""https://id.example.com/""#,
        r#""https://evil.example""#,
        r#""https://self-issued.me""#,
        r#""HTTPS://id.example.com""#,
        r#"["https://id.example.com"]"#,
        "null",
    ] {
        rejects("iss", issuer);
    }
}

#[test]
fn rejects_a_token_for_another_client() {
    for audience in [
        r#""client-2""#,
        r#""client-1 ""#,
        r#""CLIENT-1""#,
        r#""client-1 client-2""#,
        "[]",
        r#"["client-2"]"#,
        r#"[["client-1"]]"#,
        r#"["client-1", 7]"#,
        r#"{"client-1": true}"#,
        "7",
        "null",
    ] {
        rejects("aud", audience);
    }
    assert!(validate_now(&token(&[("aud", r#"["client-1"]"#)])).is_ok());
}

#[test]
fn several_audiences_need_an_authorized_party() {
    let several = ("aud", r#"["client-1","project-9"]"#);
    assert!(validate_now(&token(&[several])).is_err());
    assert!(validate_now(&token(&[several, ("azp", r#""client-1""#)])).is_ok());
    assert!(validate_now(&token(&[several, ("azp", r#""project-9""#)])).is_err());
    for azp in [r#""client-2""#, r#""""#, "7", r#"["client-1"]"#] {
        rejects("azp", azp);
    }
}

#[test]
fn every_further_audience_has_to_be_trusted() {
    let azp = ("azp", r#""client-1""#);
    for audience in [
        r#"["client-1","client-2"]"#,
        r#"["client-1","project-9","client-2"]"#,
        r#"["client-1","PROJECT-9"]"#,
        r#"["client-1",""]"#,
    ] {
        let error = validate_now(&token(&[("aud", audience), azp])).unwrap_err();
        let details = error.details.unwrap();
        assert!(details.contains("\"aud\" names an audience"), "{details}");
    }
    // A trusted audience isn't the client.
    rejects("aud", r#""project-9""#);
    rejects("aud", r#"["project-9"]"#);
    let both = token(&[("aud", r#"["project-9","client-1"]"#), azp]);
    assert!(validate_now(&both).is_ok());
    assert!(is_for_client(&both, "client-1", &["project-9".to_owned()]));
    assert!(!is_for_client(&both, "client-1", &[]));
}

#[test]
fn rejects_a_nonce_that_is_not_ours() {
    for nonce in [
        r#""""#,
        r#""n""#,
        r#""n1 ""#,
        r#""N1""#,
        r#"["n1"]"#,
        "1",
        "null",
        "true",
    ] {
        rejects("nonce", nonce);
    }
    // A token cannot switch the check off.
    let mut silent = without("nonce");
    silent.claims.insert("nonce_supported", Json::Bool(false));
    assert!(validate_now(&silent).is_err());
}

#[test]
fn rejects_an_empty_or_too_long_subject() {
    let long = format!("\"{}\"", "x".repeat(256));
    for subject in [r#""""#, "7", "null", &long] {
        rejects("sub", subject);
    }
}

#[test]
fn a_time_that_cannot_be_read_is_refused_not_absent() {
    for name in ["exp", "iat", "nbf", "auth_time"] {
        for value in [
            r#""1800000300""#,
            r#""soon""#,
            "null",
            "true",
            "[]",
            "-1",
            "-62135596800",
            "1e300",
            "9223372036854775807",
            "18446744073709551615",
            "253402300800",
        ] {
            rejects(name, value);
        }
    }
    assert!(validate_now(&token(&[("exp", "1800000300.75"), ("iat", "1.8e9")])).is_ok());
}

#[test]
fn times_hold_within_the_stated_skew() {
    let good = token(&[]);
    assert!(validate_at(&good, NOW + 300 + CLOCK_SKEW - 1, None).is_ok());
    assert!(validate_at(&good, NOW - CLOCK_SKEW, None).is_ok());
    for late_or_early in [NOW + 300 + CLOCK_SKEW, NOW - CLOCK_SKEW - 1, 0] {
        let error = validate_at(&good, late_or_early, None).unwrap_err();
        assert_eq!(error.code, ErrorCode::ClockSkew, "{late_or_early}");
    }
    let later = (NOW + CLOCK_SKEW + 1).to_string();
    assert!(validate_now(&token(&[("nbf", &later)])).is_err());
    let soon = (NOW + CLOCK_SKEW).to_string();
    assert!(validate_now(&token(&[("nbf", &soon)])).is_ok());
}

#[test]
fn max_age_needs_a_recent_auth_time() {
    let at = |ago: i64| token(&[("auth_time", &(NOW - ago).to_string())]);
    assert!(validate_at(&at(60), NOW, Some(60)).is_ok());
    assert!(validate_at(&at(60 + CLOCK_SKEW), NOW, Some(60)).is_ok());
    assert!(validate_at(&at(61 + CLOCK_SKEW), NOW, Some(60)).is_err());
    assert!(validate_at(&token(&[]), NOW, Some(60)).is_err());
    assert!(validate_at(&token(&[]), NOW, None).is_ok());
}

#[test]
fn at_hash_is_that_of_the_access_token() {
    // The example of Core, appendix A.3.
    let good = r#""77QmUPtjPfzWtF2AnpK9RQ""#;
    assert!(validate_now(&token(&[("at_hash", good)])).is_ok());
    for at_hash in [
        r#""77QmUPtjPfzWtF2AnpK9RR""#,
        r#""""#,
        r#""77QmUPtjPfzWtF2AnpK9RQ==""#,
        "7",
        "true",
    ] {
        rejects("at_hash", at_hash);
    }
    let mut other_hash = token(&[("at_hash", good)]);
    other_hash.algorithm = Algorithm::Es384;
    assert!(validate_now(&other_hash).is_err());
}

fn renewed(changes: &[(&str, &str)]) -> Result<()> {
    let first = token(&[("auth_time", "1799999000")]);
    validate_refreshed(
        &token(changes),
        &first.claims,
        "client-1",
        &["project-9".to_owned()],
        Some(&AccessToken::new(ACCESS_TOKEN.to_owned())),
        same(NOW),
    )
}

#[test]
fn a_renewed_token_is_of_the_same_person_and_sign_in() {
    assert!(renewed(&[]).is_ok());
    assert!(renewed(&[("auth_time", "1799999000")]).is_ok());
    assert!(renewed(&[("aud", "[\"client-1\"]"), ("nonce", "null")]).is_ok());
    for (name, value) in [
        ("iss", "\"https://evil.example.com\""),
        ("iss", "null"),
        ("sub", "\"eve\""),
        ("sub", "null"),
        ("aud", "\"client-2\""),
        ("azp", "\"client-2\""),
        ("nonce", "\"n2\""),
        ("auth_time", "1800000000"),
        ("exp", "1700000000"),
        ("iat", "1900000000"),
        ("at_hash", "\"AAAA\""),
    ] {
        let error = renewed(&[(name, value)]).expect_err(&format!("accepted {name} = {value}"));
        assert!(
            error.details.unwrap().contains(&format!("\"{name}\"")),
            "{name}"
        );
    }
}
