//! The authorization request and its response
//! ([RFC 6749 §4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1),
//! [Core §3.1.2](https://openid.net/specs/openid-connect-core-1_0.html#AuthorizationEndpoint),
//! [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207)).

use super::discovery::Metadata;
use super::error::{Error, ErrorCode, Phase, Result};
use super::issuer::ExpectedIssuer;
use super::pkce::{Nonce, STATE_PREFIX};
use oauth2::{AuthorizationCode, ClientId, CsrfToken, PkceCodeChallenge};

/// The parameters of an authorization request.
#[derive(Debug)]
pub struct Request<'a> {
    /// The client at the provider.
    pub client_id: &'a ClientId,
    /// Where the provider sends its response.
    pub redirect_uri: &'a str,
    /// The requested scopes.
    pub scope: &'a [String],
    /// Binds the response to this request.
    pub state: &'a CsrfToken,
    /// Binds the ID token to this request.
    pub nonce: &'a Nonce,
    /// The PKCE challenge; its method is S256.
    pub code_challenge: &'a PkceCodeChallenge,
    /// Further parameters. None of them is one of the above.
    pub params: &'a [(String, String)],
}

/// The URL of an authorization request, for the browser to go to
/// ([Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest),
/// [RFC 7636 §4.3](https://www.rfc-editor.org/rfc/rfc7636#section-4.3)).
pub fn request_url(metadata: &Metadata, request: &Request<'_>) -> String {
    let scope = request.scope.join(" ");
    let fixed = [
        ("response_type", "code"),
        ("client_id", request.client_id.as_str()),
        ("redirect_uri", request.redirect_uri),
        ("scope", &scope),
        ("state", request.state.secret()),
        ("nonce", request.nonce.secret()),
        ("code_challenge", request.code_challenge.as_str()),
        (
            "code_challenge_method",
            request.code_challenge.method().as_str(),
        ),
    ];
    let params = request
        .params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    metadata
        .authorization_endpoint
        .with_query(fixed.into_iter().chain(params))
}

/// A response to one of our requests, as it arrives in the page's URL. Nothing of it is validated.
#[derive(Clone)]
pub struct Response {
    /// Names the request that this responds to.
    pub state: String,
    code: Option<AuthorizationCode>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    /// A parameter that occurs twice, which
    /// [RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1) forbids.
    repeated: Option<&'static str>,
    /// Whether the `state` is only assumed: see [`Response::error_without_state`].
    is_state_assumed: bool,
}

impl Response {
    /// Reads a query. `None` when it isn't a response to one of our requests: it may be meant for another OAuth
    /// client on the page.
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
            is_state_assumed: false,
        })
    }

    /// Reads the error that a provider sent without the required `state`
    /// ([RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)), as the response to the request
    /// with this one. It can only end that sign-in: whatever else it has is ignored.
    pub fn error_without_state(query: &str, state: String) -> Option<Response> {
        let params: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let get = |name: &str| {
            let (_, value) = params.iter().find(|(key, _)| key == name)?;
            Some(value.clone().into_owned())
        };
        if get("state").is_some() {
            return None;
        }
        Some(Response {
            state,
            code: None,
            iss: get("iss"),
            error: Some(get("error")?),
            error_description: get("error_description"),
            repeated: None,
            is_state_assumed: true,
        })
    }

    /// Whether it has a code.
    pub fn has_code(&self) -> bool {
        self.code.is_some()
    }

    /// Whether it names an issuer.
    pub fn has_iss(&self) -> bool {
        self.iss.is_some()
    }

    /// The provider's error code.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// Whether it answers a sign-in. A return from the end session endpoint has only `state`.
    pub fn answers_sign_in(&self) -> bool {
        self.code.is_some() || self.error.is_some()
    }
}

/// A path without the error response in its query or fragment. `None` if there's none, or one with a `state`.
pub fn without_error(path: &str) -> Option<String> {
    let (path, fragment) = match path.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (path, None),
    };
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    let parts = [("?", query), ("#", fragment)];
    let parts =
        parts.map(|(separator, part)| (separator, part, part.and_then(params_without_error)));
    parts.iter().any(|(.., clean)| clean.is_some()).then(|| {
        let mut all = path.to_owned();
        for (separator, part, clean) in &parts {
            match clean.as_deref().or(*part) {
                Some("") if clean.is_some() => {}
                Some(part) => all.extend([*separator, part]),
                None => {}
            }
        }
        all
    })
}

fn params_without_error(params: &str) -> Option<String> {
    let has = |name: &str| form_urlencoded::parse(params.as_bytes()).any(|(key, _)| key == name);
    if has("state") || !has("error") {
        return None;
    }
    let is_error = |pair: &&str| {
        ["error=", "error_description=", "error_uri="]
            .iter()
            .any(|name| pair.starts_with(name))
    };
    let rest: Vec<&str> = params.split('&').filter(|pair| !is_error(pair)).collect();
    Some(rest.join("&"))
}

/// What a response is compared with: the record of the request with the same `state`.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The issuers that may respond.
    pub issuer: &'a ExpectedIssuer,
    /// The issuer that the metadata named when the request was made.
    pub metadata_issuer: &'a str,
    /// Whether that metadata promised an `iss` in every response
    /// ([RFC 9207 §3](https://www.rfc-editor.org/rfc/rfc9207#section-3)).
    pub iss_parameter_supported: bool,
}

/// Validates a response and returns its code. The caller has found the request by the response's `state`.
///
/// # Errors
/// - [`ErrorCode::ResponseMixedUp`] when `iss` is missing or wrong,
/// - [`ErrorCode::ResponseInvalid`] for a parameter that occurs twice, or neither code nor error,
/// - for an error response [`ErrorCode::ProviderDenied`], [`ErrorCode::LoginRequired`],
///   [`ErrorCode::InteractionRequired`], [`ErrorCode::ConsentRequired`],
///   [`ErrorCode::ProviderUnavailable`] or [`ErrorCode::RequestRejected`].
pub fn validate_response(
    response: &Response,
    expected: &Expected<'_>,
) -> Result<AuthorizationCode> {
    if let Some(name) = response.repeated {
        return Err(invalid(format!(
            "The response has \"{name}\" more than once."
        )));
    }
    // Before anything else is trusted, errors included (https://www.rfc-editor.org/rfc/rfc9207#section-2.4).
    match &response.iss {
        Some(iss)
            if !expected
                .issuer
                .accepts_response(iss, expected.metadata_issuer) =>
        {
            return Err(mixed_up(
                "The response's \"iss\" isn't the issuer that the request went to.",
            ));
        }
        None if expected.iss_parameter_supported && !response.is_state_assumed => {
            return Err(mixed_up(
                "The response has no \"iss\", though the provider promises one (RFC 9207).",
            ));
        }
        _ => {}
    }
    match (&response.error, &response.code) {
        (Some(error), _) => Err(provider_error(error, response.error_description.as_deref())),
        (None, Some(code)) if !code.secret().is_empty() => Ok(code.clone()),
        (None, _) => Err(invalid("The response has neither a code nor an error.")),
    }
}

/// The error of an error response
/// ([RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1),
/// [Core §3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError)).
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
mod tests;
