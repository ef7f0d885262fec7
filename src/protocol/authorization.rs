//! The authorization request and the judgement of its response (RFC 6749 §4.1, Core §3.1.2,
//! RFC 9207).

use super::discovery::Metadata;
use super::error::{Error, ErrorCode, Phase, Result};
use super::issuer::ExpectedIssuer;
use super::pkce::{self, Nonce, STATE_PREFIX};
use oauth2::{AuthorizationCode, ClientId, CsrfToken};

/// What the authorization request is made of.
#[derive(Debug)]
pub struct Request<'a> {
    pub client_id: &'a ClientId,
    pub redirect_uri: &'a str,
    pub scope: &'a [String],
    pub state: &'a CsrfToken,
    pub nonce: &'a Nonce,
    pub code_challenge: &'a str,
    /// Further parameters; none of them is one of the above.
    pub params: &'a [(String, String)],
}

/// The address to send the browser to (Core §3.1.2.1, RFC 7636 §4.3).
pub fn request_url(metadata: &Metadata, request: &Request<'_>) -> String {
    let scope = request.scope.join(" ");
    let fixed = [
        ("response_type", "code"),
        ("client_id", request.client_id.as_str()),
        ("redirect_uri", request.redirect_uri),
        ("scope", &scope),
        ("state", request.state.secret()),
        ("nonce", request.nonce.secret()),
        ("code_challenge", request.code_challenge),
        ("code_challenge_method", pkce::METHOD),
    ];
    let params = request
        .params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    metadata
        .authorization_endpoint
        .with_query(fixed.into_iter().chain(params))
}

/// A response to one of our requests, as the address bar held it. Nothing of it is trusted yet.
#[derive(Clone)]
pub struct Response {
    pub state: String,
    code: Option<AuthorizationCode>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    /// A parameter that stands twice (RFC 6749 §3.1 forbids it).
    repeated: Option<&'static str>,
}

impl Response {
    /// Reads a query. `None` when it is no response to a request of ours: then it belongs to somebody
    /// else on the page.
    pub fn parse(query: &str) -> Option<Response> {
        let query = query.strip_prefix('?').unwrap_or(query);
        let mut repeated = None;
        let mut take = |name: &'static str| {
            let mut values =
                form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
            let first = values.next().map(|(_, value)| value.into_owned());
            if values.next().is_some() {
                repeated = Some(name);
            }
            first
        };
        let state = take("state")?;
        let code = take("code").map(AuthorizationCode::new);
        let iss = take("iss");
        let error = take("error");
        let error_description = take("error_description");
        state.starts_with(STATE_PREFIX).then_some(Response {
            state,
            code,
            iss,
            error,
            error_description,
            repeated,
        })
    }

    /// Whether it answers a sign-in; a return from the end session endpoint has only `state`.
    pub fn answers_sign_in(&self) -> bool {
        self.code.is_some() || self.error.is_some()
    }
}

/// What a response is compared with: the record of the request that its `state` belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    pub issuer: &'a ExpectedIssuer,
    /// The issuer as the metadata named it when the request was made.
    pub metadata_issuer: &'a str,
    /// Whether that metadata promised that every response names its issuer.
    pub iss_parameter_supported: bool,
}

/// Judges a response. The caller has found the request by the response's `state`.
///
/// # Errors
/// [`ErrorCode::ResponseInvalid`], [`ErrorCode::ResponseMixedUp`], and for an error of the provider
/// [`ErrorCode::ProviderDenied`], [`ErrorCode::LoginRequired`], [`ErrorCode::InteractionRequired`],
/// [`ErrorCode::ConsentRequired`], [`ErrorCode::ProviderUnavailable`] or [`ErrorCode::RequestRejected`].
pub fn validate_response(
    response: &Response,
    expected: &Expected<'_>,
) -> Result<AuthorizationCode> {
    if let Some(name) = response.repeated {
        return Err(invalid(format!(
            "The response holds \"{name}\" more than once."
        )));
    }
    // Before anything else is believed, errors included (RFC 9207 §2.4).
    match &response.iss {
        Some(iss)
            if !expected
                .issuer
                .accepts_response(iss, expected.metadata_issuer) =>
        {
            return Err(mixed_up(
                "The response names another issuer than the one that was asked.",
            ));
        }
        None if expected.iss_parameter_supported => {
            return Err(mixed_up(
                "The response names no issuer, though the provider promises it (RFC 9207).",
            ));
        }
        _ => {}
    }
    match (&response.error, &response.code) {
        (Some(error), _) => Err(provider_error(error, response.error_description.as_deref())),
        (None, Some(code)) if !code.secret().is_empty() => Ok(code.clone()),
        (None, _) => Err(invalid("The response holds neither a code nor an error.")),
    }
}

/// The provider's own error (RFC 6749 §4.1.2.1, Core §3.1.2.6).
fn provider_error(error: &str, description: Option<&str>) -> Error {
    let code = ErrorCode::of_provider(error).unwrap_or(ErrorCode::RequestRejected);
    let details = match description {
        Some(description) => format!("{error}: {description}"),
        None => error.to_owned(),
    };
    Error::new(code, Phase::Authorization).details(details)
}

fn invalid(details: impl Into<String>) -> Error {
    Error::new(ErrorCode::ResponseInvalid, Phase::Authorization).details(details)
}

fn mixed_up(details: &str) -> Error {
    Error::new(ErrorCode::ResponseMixedUp, Phase::Authorization).details(details)
}

#[cfg(test)]
mod tests {
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
                code_challenge: "challenge",
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
            assert!(found.next().is_none(), "{name} stands twice");
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
        assert_eq!(get("code_challenge"), Some("challenge"));
        assert_eq!(get("code_challenge_method"), Some("S256"));
        assert_eq!(get("prompt"), Some("login"));
        assert!(!url.contains(secrets.code_verifier.secret().as_str()));
    }

    #[test]
    fn a_response_to_somebody_else_is_not_ours() {
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
        let query = "?code=a%2Bb&state=vst_1&session_state=x&authuser=0&hd=example.com&prompt=none&scope=email";
        assert_eq!(validate_query(query, &metadata()).unwrap().secret(), "a+b");
    }

    #[test]
    fn refuses_a_response_of_another_issuer() {
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
    fn refuses_parameters_that_stand_twice() {
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
    fn refuses_a_response_without_code() {
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
}
