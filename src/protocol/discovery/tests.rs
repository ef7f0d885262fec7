use super::*;

use crate::protocol::http::Body;

const ISSUER: &str = "https://id.example.com";

fn rule() -> ExpectedIssuer {
    ExpectedIssuer::Exact(ISSUER.to_owned())
}

fn document(change: impl Fn(&mut Object)) -> Object {
    let mut document = Json::parse_object(
        br#"{
            "issuer": "https://id.example.com",
            "authorization_endpoint": "https://id.example.com/auth?p=policy",
            "token_endpoint": "https://token.example.net/token",
            "jwks_uri": "https://id.example.com/jwks",
            "userinfo_endpoint": null,
            "response_types_supported": ["code id_token", "code"],
            "mtls_endpoint_aliases": {"token_endpoint": 7}
        }"#,
    )
    .unwrap();
    change(&mut document);
    document
}

fn metadata(document: &Object, issuer: &ExpectedIssuer) -> Result<Metadata> {
    MetadataDocument::from_object(document)?.validate(issuer)
}

fn string(text: &str) -> Json {
    Json::String(text.to_owned())
}

#[test]
fn reads_what_a_sign_in_needs_and_ignores_the_rest() {
    let read = metadata(&document(|_| {}), &rule()).unwrap();
    assert_eq!(read.token_endpoint.origin(), "https://token.example.net");
    assert_eq!(read.userinfo_endpoint, None);
    assert!(!read.iss_parameter_supported);
}

/// Google refuses the preflight of anything but a simple request.
#[test]
fn documents_are_asked_for_without_anything_that_needs_a_preflight() {
    let url = Endpoint::parse("https://id.example.com/x").unwrap();
    let keys = crate::protocol::jwks::request;
    for request in [request(&url), keys(&url), keys(&url).past_cache()] {
        assert!(matches!(request.body, Body::None));
        assert!(request.authorization.is_none());
    }
}

#[test]
fn an_optional_field_that_is_null_counts_as_absent() {
    let read = metadata(
        &document(|d| d.insert("userinfo_endpoint", Json::Null)),
        &rule(),
    );
    assert_eq!(read.unwrap().userinfo_endpoint, None);
}

#[test]
fn rejects_the_metadata_of_another_issuer() {
    for other in [
        "https://id.example.com/",
        "https://evil.example",
        "https://ID.example.com",
    ] {
        let error =
            metadata(&document(|d| d.insert("issuer", string(other))), &rule()).unwrap_err();
        assert_eq!(error.code, ErrorCode::IssuerMismatch, "{other}");
    }
}

#[test]
fn rejects_metadata_without_what_a_sign_in_needs() {
    for name in [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
    ] {
        for value in [
            Json::Null,
            Json::Integer(7),
            string(""),
            string("/relative"),
        ] {
            let error =
                metadata(&document(|d| d.insert(name, value.clone())), &rule()).unwrap_err();
            let mismatch = error.code == ErrorCode::IssuerMismatch && name == "issuer";
            assert!(
                mismatch || error.code == ErrorCode::DiscoveryInvalid,
                "{name}: {error}"
            );
        }
    }
}

#[test]
fn rejects_endpoints_that_a_browser_must_not_be_sent_to() {
    for url in [
        "http://id.example.com/x",
        "javascript:alert(1)",
        "https://u@id.example.com/",
        "https://id.example.com/#f",
        "/relative",
        "",
    ] {
        for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            let error = metadata(&document(|d| d.insert(name, string(url))), &rule()).unwrap_err();
            assert_eq!(error.code, ErrorCode::DiscoveryInvalid, "{name} {url}");
        }
    }
}

#[test]
fn an_optional_endpoint_that_cannot_be_used_counts_as_absent() {
    let values = [
        string("http://id.example.com/x"),
        string("javascript:alert(1)"),
        string("/relative"),
        string(""),
        Json::Null,
        Json::Bool(false),
        Json::Array(Vec::new()),
    ];
    for value in values {
        let document = document(|d| {
            for name in [
                "userinfo_endpoint",
                "end_session_endpoint",
                "revocation_endpoint",
            ] {
                d.insert(name, value.clone());
            }
        });
        let metadata = metadata(&document, &rule()).unwrap();
        assert_eq!(metadata.userinfo_endpoint, None, "{value:?}");
        assert_eq!(metadata.end_session_endpoint, None, "{value:?}");
        assert_eq!(metadata.revocation_endpoint, None, "{value:?}");
    }
}

#[test]
fn tokens_are_revoked_where_a_client_without_a_secret_can() {
    let list = |names: &[&str]| Json::Array(names.iter().map(|name| string(name)).collect());
    let with_secret: &[&str] = &["client_secret_basic"];
    for (at_revocation, at_token, can_revoke) in [
        (None, None, true),
        (Some(&["client_secret_basic", "none"][..]), None, true),
        (Some(with_secret), None, false),
        (Some(with_secret), Some(&["none"][..]), false),
        // Keycloak lists `none` nowhere, and accepts clients without a secret.
        (Some(with_secret), Some(with_secret), true),
    ] {
        let document = document(|d| {
            d.insert(
                "revocation_endpoint",
                string("https://id.example.com/revoke"),
            );
            if let Some(names) = at_revocation {
                d.insert("revocation_endpoint_auth_methods_supported", list(names));
            }
            if let Some(names) = at_token {
                d.insert("token_endpoint_auth_methods_supported", list(names));
            }
        });
        let metadata = metadata(&document, &rule()).unwrap();
        assert_eq!(metadata.revocation_endpoint.is_some(), can_revoke);
    }
}

#[test]
fn rejects_a_provider_without_the_code_flow() {
    let implicit = Json::Array(vec![string("id_token"), string("code id_token")]);
    let error = metadata(
        &document(|d| d.insert("response_types_supported", implicit.clone())),
        &rule(),
    )
    .unwrap_err();
    assert_eq!(error.code, ErrorCode::DiscoveryInvalid);
}

#[test]
fn an_answer_that_is_no_document_says_what_it_is() {
    let answer = |status, content_type: &str, body: &str| Response {
        status,
        content_type: content_type.to_owned(),
        retry_after: None,
        request_id: None,
        body: body.as_bytes().to_vec(),
    };
    let error = process_response(&answer(404, "text/html", "<h1>"), &rule()).unwrap_err();
    assert_eq!(error.code, ErrorCode::DiscoveryUnreachable);
    assert!(error.details.unwrap().contains("404"));
    for body in [
        "<!doctype html>",
        "",
        "[]",
        r#"{"issuer":"a","issuer":"b"}"#,
    ] {
        let error = process_response(&answer(200, "text/html", body), &rule()).unwrap_err();
        assert_eq!(error.code, ErrorCode::DiscoveryInvalid, "{body}");
    }
}
