use super::*;
use crate::protocol::pkce::{ENTROPY, RequestSecrets};
use crate::protocol::testing::{ISSUER, metadata};
use crate::protocol::url::Endpoint;

fn rule() -> ExpectedIssuer {
    ExpectedIssuer::Exact(ISSUER.to_owned())
}

fn validate_query(query: &str, metadata: &Metadata) -> Result<AuthorizationCode> {
    let expected = Expected {
        issuer: &rule(),
        metadata_issuer: &metadata.issuer,
        iss_parameter_supported: metadata.iss_parameter_supported,
    };
    validate_response(&Response::parse(query).expect("ours"), &expected)
}

fn code_of(result: Result<AuthorizationCode>) -> ErrorCode {
    result.unwrap_err().code
}

#[test]
fn the_request_has_everything_and_keeps_the_endpoint_s_query() {
    let mut entropy = [0; ENTROPY];
    entropy[ENTROPY - 1] = 1;
    let secrets = RequestSecrets::from_entropy(&entropy);
    let challenge = secrets.code_challenge();
    let mut metadata = metadata();
    metadata.authorization_endpoint =
        Endpoint::parse("https://id.example.com/auth?p=policy").unwrap();
    let url = request_url(
        &metadata,
        &Request {
            client_id: &ClientId::new("client 1".to_owned()),
            redirect_uri: "https://app.example.com/sign-in/",
            scope: &["openid".to_owned(), "email".to_owned()],
            state: &secrets.state,
            nonce: &secrets.nonce,
            code_challenge: &challenge,
            params: &[("prompt".to_owned(), "login".to_owned())],
        },
    );
    let query = url.strip_prefix("https://id.example.com/auth?").unwrap();
    let params: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let get = |name: &str| {
        let mut found = params.iter().filter(|(key, _)| key == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} occurs twice");
        value
    };
    assert_eq!(get("p"), Some("policy"));
    assert_eq!(get("response_type"), Some("code"));
    assert_eq!(get("client_id"), Some("client 1"));
    assert_eq!(
        get("redirect_uri"),
        Some("https://app.example.com/sign-in/")
    );
    assert_eq!(get("scope"), Some("openid email"));
    assert_eq!(get("state"), Some(secrets.state.secret().as_str()));
    assert_eq!(get("nonce"), Some(secrets.nonce.secret()));
    assert_eq!(get("code_challenge"), Some(challenge.as_str()));
    assert_eq!(get("code_challenge_method"), Some("S256"));
    assert_eq!(get("prompt"), Some("login"));
    assert!(!url.contains(secrets.code_verifier.secret().as_str()));
}

#[test]
fn a_response_to_another_client_is_not_ours() {
    for query in [
        "",
        "?",
        "?code=x",
        "?code=x&state=other",
        "?state=",
        "?error=access_denied",
        "?State=vst_x",
    ] {
        assert!(Response::parse(query).is_none(), "{query}");
    }
}

#[test]
fn takes_the_code_and_ignores_foreign_parameters() {
    let query =
        "?code=a%2Bb&state=vst_1&session_state=x&authuser=0&hd=example.com&prompt=none&scope=email";
    assert_eq!(validate_query(query, &metadata()).unwrap().secret(), "a+b");
}

#[test]
fn rejects_a_response_of_another_issuer() {
    let mut promises = metadata();
    promises.iss_parameter_supported = true;
    let encoded = "https%3A%2F%2Fid.example.com";
    assert!(validate_query(&format!("code=x&state=vst_1&iss={encoded}"), &promises).is_ok());
    assert!(validate_query(&format!("code=x&state=vst_1&iss={encoded}"), &metadata()).is_ok());
    for iss in [
        "https%3A%2F%2Fevil.example",
        "https%3A%2F%2Fid.example.com%2F",
        "https%3A%2F%2FID.example.com",
        "",
    ] {
        for known in [&promises, &metadata()] {
            let query = format!("code=x&state=vst_1&iss={iss}");
            assert_eq!(
                code_of(validate_query(&query, known)),
                ErrorCode::ResponseMixedUp,
                "{query}"
            );
            let query = format!("error=access_denied&state=vst_1&iss={iss}");
            assert_eq!(
                code_of(validate_query(&query, known)),
                ErrorCode::ResponseMixedUp,
                "{query}"
            );
        }
    }
    assert_eq!(
        code_of(validate_query("code=x&state=vst_1", &promises)),
        ErrorCode::ResponseMixedUp
    );
}

#[test]
fn rejects_repeated_parameters() {
    for query in [
        "code=a&code=b&state=vst_1",
        "code=a&state=vst_1&state=vst_2",
        "code=a&state=vst_1&iss=https%3A%2F%2Fid.example.com&iss=x",
        "error=a&error=b&state=vst_1",
    ] {
        assert_eq!(
            code_of(validate_query(query, &metadata())),
            ErrorCode::ResponseInvalid,
            "{query}"
        );
    }
}

#[test]
fn an_error_wins_over_a_code() {
    let result = validate_query("code=x&error=access_denied&state=vst_1", &metadata());
    assert_eq!(code_of(result), ErrorCode::ProviderDenied);
}

#[test]
fn rejects_a_response_without_code() {
    for query in ["state=vst_1", "code=&state=vst_1"] {
        assert_eq!(
            code_of(validate_query(query, &metadata())),
            ErrorCode::ResponseInvalid,
            "{query}"
        );
    }
}

#[test]
fn every_error_of_the_provider_has_its_meaning() {
    use ErrorCode::*;
    for (error, code) in [
        ("access_denied", ProviderDenied),
        ("login_required", LoginRequired),
        ("interaction_required", InteractionRequired),
        ("consent_required", ConsentRequired),
        ("account_selection_required", InteractionRequired),
        ("temporarily_unavailable", ProviderUnavailable),
        ("server_error", ProviderUnavailable),
        ("invalid_request", RequestRejected),
        ("unauthorized_client", RequestRejected),
        ("invalid_scope", RequestRejected),
        ("something_new", RequestRejected),
    ] {
        let query = format!("error={error}&error_description=Because%20so&state=vst_1");
        let found = validate_query(&query, &metadata()).unwrap_err();
        assert_eq!(found.code, code, "{error}");
        assert_eq!(found.details.unwrap(), format!("{error}: Because so"));
    }
}
