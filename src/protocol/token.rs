//! The token endpoint: requests for a code and for a refresh token, and their responses
//! ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3),
//! [§5](https://www.rfc-editor.org/rfc/rfc6749#section-5),
//! [§6](https://www.rfc-editor.org/rfc/rfc6749#section-6)). The ID token in a response is validated in
//! [`super::jws`] and [`super::id_token`].

use super::error::{Error, ErrorCode, Phase, Result};
use super::http::{Request, Response};
use super::url::Endpoint;
use crate::json::{Json, lenient};
use oauth2::{AccessToken, AuthorizationCode, ClientId, PkceCodeVerifier, RefreshToken};
use serde::Deserialize;

/// The tokens of a successful response.
pub struct Tokens {
    /// The access token. `None` only if the response didn't need one.
    pub access_token: Option<AccessToken>,
    /// The refresh token, if the provider issues one.
    pub refresh_token: Option<RefreshToken>,
    /// Not verified yet. Always present after a code request; optional after a refresh.
    pub id_token: Option<String>,
    /// The access token's lifetime in seconds, from the response on.
    pub expires_in: Option<i64>,
    /// Whether the response has a lifetime that can't be read.
    pub has_odd_lifetime: bool,
    /// The granted scope, if the provider names it. It can be less than what was requested.
    pub scope: Option<Vec<String>>,
}

/// A token response as it arrives
/// ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1),
/// [Core §3.1.3.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenResponse)).
///
/// `oauth2`'s own type isn't used: it refuses lifetimes like `"3600"` and `3600.0`, which providers send.
#[derive(Default, Deserialize)]
#[serde(default)]
struct TokenResponse {
    #[serde(deserialize_with = "lenient")]
    access_token: Option<String>,
    #[serde(deserialize_with = "lenient")]
    token_type: Option<String>,
    #[serde(deserialize_with = "lenient")]
    id_token: Option<String>,
    #[serde(deserialize_with = "lenient")]
    refresh_token: Option<String>,
    scope: Option<Json>,
    expires_in: Option<Json>,
    error: Option<Json>,
}

/// Makes the request that exchanges a code for tokens
/// ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3),
/// [RFC 7636 §4.5](https://www.rfc-editor.org/rfc/rfc7636#section-4.5)).
///
/// `params` are further parameters that the vendor or the administrator adds.
pub fn code_request(
    token_endpoint: &Endpoint,
    client_id: &ClientId,
    redirect_uri: &str,
    code: &AuthorizationCode,
    code_verifier: &PkceCodeVerifier,
    params: Vec<(String, String)>,
) -> Request {
    let fixed = [
        ("grant_type", "authorization_code"),
        ("client_id", client_id.as_str()),
        ("redirect_uri", redirect_uri),
        ("code", code.secret()),
        ("code_verifier", code_verifier.secret()),
    ];
    request(token_endpoint, &fixed, params)
}

/// Makes the request that exchanges a refresh token for new tokens
/// ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)). It names no scope, so the granted one
/// stays.
///
/// `params` are further parameters that the vendor or the administrator adds.
pub fn refresh_request(
    token_endpoint: &Endpoint,
    client_id: &ClientId,
    refresh_token: &RefreshToken,
    params: Vec<(String, String)>,
) -> Request {
    let fixed = [
        ("grant_type", "refresh_token"),
        ("client_id", client_id.as_str()),
        ("refresh_token", refresh_token.secret()),
    ];
    request(token_endpoint, &fixed, params)
}

fn request(
    token_endpoint: &Endpoint,
    fixed: &[(&str, &str)],
    params: Vec<(String, String)>,
) -> Request {
    let fixed = fixed
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Request::post_form(token_endpoint, fixed.chain(params).collect())
}

/// Processes the response to a [`code_request`]. It has an ID token
/// ([Core §3.1.3.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenResponse)), and an access token
/// if `needs_access_token`.
///
/// # Errors
/// - [`ErrorCode::TokenRejected`] with the provider's reason,
/// - [`ErrorCode::LoginRequired`], [`ErrorCode::ProviderDenied`] and the like where the reason is the
///   person,
/// - [`ErrorCode::ProviderUnavailable`] for an overloaded or failing provider,
/// - [`ErrorCode::TokenInvalid`] for anything that isn't a token response.
pub fn process_code_response(response: &Response, needs_access_token: bool) -> Result<Tokens> {
    let tokens = process_response(response, needs_access_token)?;
    match tokens.id_token {
        Some(_) => Ok(tokens),
        None => Err(invalid("The token response has no \"id_token\".")),
    }
}

/// Processes the response to a [`refresh_request`]
/// ([Core §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)). It has an access
/// token, or an ID token unless `needs_access_token`.
///
/// # Errors
/// [`ErrorCode::SessionExpired`] when the provider no longer accepts the refresh token or wants to see the
/// person: only this ends a session. Everything else as for [`process_code_response`].
pub fn process_refresh_response(response: &Response, needs_access_token: bool) -> Result<Tokens> {
    process_response(response, needs_access_token).map_err(|error| {
        let is_over = response.oauth_error().is_some_and(|stated| {
            matches!(
                stated.error.as_str(),
                "invalid_grant" | "login_required" | "interaction_required" | "consent_required"
            )
        });
        if is_over && response.status < 500 {
            Error {
                code: ErrorCode::SessionExpired,
                ..error
            }
        } else {
            error
        }
    })
}

fn process_response(response: &Response, needs_access_token: bool) -> Result<Tokens> {
    if !response.is_success() {
        return Err(rejected(response));
    }
    let body: TokenResponse = response
        .json()
        .map_err(|what| invalid(format!("The token endpoint answers with {what}.")))?;
    // Some providers send an empty one with tokens.
    if body.error.is_some_and(|error| !is_empty(&error)) {
        return Err(rejected(response));
    }
    let token_type = body.token_type.unwrap_or_default();
    if !token_type.eq_ignore_ascii_case("bearer") {
        return Err(invalid(
            "The token response's \"token_type\" isn't \"Bearer\".",
        ));
    }
    let access_token = not_empty(body.access_token).map(AccessToken::new);
    let id_token = not_empty(body.id_token);
    if access_token.is_none() && (needs_access_token || id_token.is_none()) {
        return Err(invalid("The token response has no \"access_token\"."));
    }
    let lifetime = body.expires_in.map(expires_in);
    Ok(Tokens {
        access_token,
        id_token,
        refresh_token: not_empty(body.refresh_token).map(RefreshToken::new),
        expires_in: lifetime.flatten(),
        has_odd_lifetime: lifetime == Some(None),
        scope: body.scope.and_then(scope),
    })
}

/// Returns the new refresh token in the response to a [`refresh_request`] that is otherwise
/// [`ErrorCode::TokenInvalid`]. The old one may be used up.
pub fn rotated_refresh_token(response: &Response) -> Option<RefreshToken> {
    let body: TokenResponse = response.json().ok()?;
    not_empty(body.refresh_token).map(RefreshToken::new)
}

/// Whether a value says nothing, whatever its type.
fn is_empty(value: &Json) -> bool {
    match value {
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.iter().next().is_none(),
        Json::Null | Json::Bool(false) | Json::Integer(0) => true,
        _ => false,
    }
}

fn not_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Scopes, which some providers send as a list. Anything else counts as absent.
fn scope(value: Json) -> Option<Vec<String>> {
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    match value {
        Json::String(text) => Some(words(&text)),
        Json::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(words))
            .collect::<Option<Vec<_>>>()
            .map(|all| all.concat()),
        _ => None,
    }
}

/// A number of seconds, which some providers send as a string or with a fraction. `None` for what can't be a
/// lifetime: the tokens are good all the same, and RFC 6749 §5.1 requires none.
fn expires_in(value: Json) -> Option<i64> {
    let seconds = match value {
        Json::String(text) => text.parse().ok().or_else(|| {
            // With a fraction or an exponent, but not with leading zeros.
            let number = Json::parse(text.as_bytes()).ok();
            number.and_then(|number| number.as_seconds())
        }),
        value => value.as_seconds(),
    };
    seconds.filter(|seconds| (0..=i64::from(u32::MAX)).contains(seconds))
}

/// The error of an error response. The code in it decides, never the description.
fn rejected(response: &Response) -> Error {
    let status = response.status;
    let stated = response.oauth_error();
    let code = if status >= 500 || status == 429 {
        ErrorCode::ProviderUnavailable
    } else {
        let stated = stated.as_ref();
        stated
            .and_then(|stated| ErrorCode::of_provider(&stated.error))
            .unwrap_or(ErrorCode::TokenRejected)
    };
    let said = stated.map_or_else(|| ".".to_owned(), |stated| format!(": {stated}"));
    Error::new(code, Phase::Token).details(format!(
        "The token endpoint answers with status {status}{said}"
    ))
}

fn invalid(details: impl Into<String>) -> Error {
    Error::new(ErrorCode::TokenInvalid, Phase::Token).details(details)
}

#[cfg(test)]
mod tests;
