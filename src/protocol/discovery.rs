//! The provider's metadata (OpenID Connect Discovery 1.0, RFC 8414).

use super::error::{Error, ErrorCode, Phase, Result};
use super::http::{Request, Response};
use super::issuer::ExpectedIssuer;
use super::url::Endpoint;
use crate::json::{Json, Object};

/// What a sign-in needs of the metadata. Unknown fields are ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// As the metadata names it.
    pub issuer: String,
    pub authorization_endpoint: Endpoint,
    pub token_endpoint: Endpoint,
    pub jwks_uri: Endpoint,
    pub userinfo_endpoint: Option<Endpoint>,
    pub end_session_endpoint: Option<Endpoint>,
    pub revocation_endpoint: Option<Endpoint>,
    /// Whether every authorization response names its issuer (RFC 9207 §3).
    pub iss_parameter_supported: bool,
}

/// Asks for the metadata: a plain GET without headers, as some providers refuse a preflight.
pub fn request(url: &Endpoint) -> Request {
    Request::get(url)
}

/// Judges the answer (Discovery §4.2, §4.3).
///
/// # Errors
/// As [`document`] and [`metadata`].
pub fn process_response(response: &Response, issuer: &ExpectedIssuer) -> Result<Metadata> {
    metadata(&document(response)?, issuer)
}

/// The document in the answer. Whose it is and what it says is not judged yet.
///
/// # Errors
/// [`ErrorCode::DiscoveryUnreachable`] for a status that is not success,
/// [`ErrorCode::DiscoveryInvalid`] for an answer that is no document.
pub fn document(response: &Response) -> Result<Object> {
    if !response.is_success() {
        let said = match response.oauth_error() {
            Some((_, said)) => format!(": {said}"),
            None => ".".to_owned(),
        };
        return Err(
            Error::new(ErrorCode::DiscoveryUnreachable, Phase::Discovery).details(format!(
                "The discovery document answers with status {}{said}",
                response.status
            )),
        );
    }
    response
        .json_object()
        .map_err(|what| invalid(format!("The discovery address answers with {what}.")))
}

/// Reads a metadata document.
///
/// # Errors
/// [`ErrorCode::DiscoveryInvalid`] for a missing or unusable field, [`ErrorCode::IssuerMismatch`]
/// when it is another issuer's.
pub fn metadata(document: &Object, issuer: &ExpectedIssuer) -> Result<Metadata> {
    let named = document
        .text("issuer")
        .ok_or_else(|| invalid("The metadata names no \"issuer\"."))?;
    if !issuer.accepts_metadata(named) {
        return Err(Error::new(ErrorCode::IssuerMismatch, Phase::Discovery).details(format!(
            "The metadata names the issuer \"{named}\", the configuration expects {}. They must be the same, character by character.",
            expectation(issuer)
        )));
    }
    if !offers_code_flow(document) {
        return Err(invalid(
            "The provider does not offer the response type \"code\".",
        ));
    }
    Ok(Metadata {
        issuer: named.to_owned(),
        authorization_endpoint: required(document, "authorization_endpoint")?,
        token_endpoint: required(document, "token_endpoint")?,
        jwks_uri: required(document, "jwks_uri")?,
        userinfo_endpoint: optional(document, "userinfo_endpoint")?,
        end_session_endpoint: optional(document, "end_session_endpoint")?,
        revocation_endpoint: optional(document, "revocation_endpoint")?,
        iss_parameter_supported: matches!(
            document.get("authorization_response_iss_parameter_supported"),
            Some(Json::Bool(true))
        ),
    })
}

/// A provider that lists its response types has to list `code`. The words of a combined type may
/// stand in any order, but `code` alone is one word.
pub fn offers_code_flow(document: &Object) -> bool {
    lists(document, "response_types_supported", "code").unwrap_or(true)
}

/// Whether a list of the document holds this text; `None` where there is no such list.
pub fn lists(document: &Object, name: &str, text: &str) -> Option<bool> {
    let list = document.get(name).and_then(Json::as_array)?;
    Some(list.iter().any(|item| item.as_str() == Some(text)))
}

fn required(document: &Object, name: &str) -> Result<Endpoint> {
    optional(document, name)?.ok_or_else(|| invalid(format!("The metadata names no \"{name}\".")))
}

fn optional(document: &Object, name: &str) -> Result<Option<Endpoint>> {
    match document.get(name) {
        None => Ok(None),
        Some(Json::String(url)) => Endpoint::parse(url).map(Some).map_err(|problem| {
            invalid(format!(
                "The metadata's \"{name}\" is not usable. {problem}"
            ))
        }),
        Some(other) => Err(invalid(format!(
            "The metadata's \"{name}\" is {} instead of an address.",
            other.kind()
        ))),
    }
}

fn expectation(issuer: &ExpectedIssuer) -> String {
    match issuer {
        ExpectedIssuer::Exact(issuer) => format!("\"{issuer}\""),
        ExpectedIssuer::Google(issuers) => {
            format!("\"{}\"", issuers.first().copied().unwrap_or_default())
        }
        ExpectedIssuer::EntraMultiTenant { base, .. } => {
            format!("\"{base}/{{tenantid}}/v2.0\" or that of one tenant")
        }
        ExpectedIssuer::AzureB2c { origin } => format!("one of a tenant at \"{origin}\""),
        ExpectedIssuer::EntraExternalId { tenant } => {
            let tenant = tenant.as_deref().unwrap_or("{tenant id}");
            format!("\"https://{tenant}.ciamlogin.com/{tenant}/v2.0\"")
        }
    }
}

fn invalid(details: impl Into<String>) -> Error {
    Error::new(ErrorCode::DiscoveryInvalid, Phase::Discovery).details(details)
}

#[cfg(test)]
mod tests {
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
        for request in [request(&url), keys(&url, false), keys(&url, true)] {
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
    fn refuses_the_metadata_of_another_issuer() {
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
    fn refuses_metadata_without_what_a_sign_in_needs() {
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
    fn refuses_endpoints_that_a_browser_must_not_be_sent_to() {
        for name in [
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
            "end_session_endpoint",
        ] {
            for url in [
                "http://id.example.com/x",
                "javascript:alert(1)",
                "https://u@id.example.com/",
                "https://id.example.com/#f",
            ] {
                let error =
                    metadata(&document(|d| d.insert(name, string(url))), &rule()).unwrap_err();
                assert_eq!(error.code, ErrorCode::DiscoveryInvalid, "{name} {url}");
            }
        }
    }

    #[test]
    fn refuses_a_provider_without_the_code_flow() {
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
}
