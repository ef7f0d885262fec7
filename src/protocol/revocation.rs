//! Taking tokens back before their time (RFC 7009).

use super::http::Request;
use super::url::Endpoint;
use oauth2::{AccessToken, ClientId, RefreshToken};

/// Revokes a refresh token, and with it the tokens that came of it (§2.1).
pub fn of_refresh_token(
    revocation_endpoint: &Endpoint,
    client_id: &ClientId,
    token: &RefreshToken,
) -> Request {
    request(
        revocation_endpoint,
        client_id,
        token.secret(),
        "refresh_token",
    )
}

/// Revokes an access token.
pub fn of_access_token(
    revocation_endpoint: &Endpoint,
    client_id: &ClientId,
    token: &AccessToken,
) -> Request {
    request(
        revocation_endpoint,
        client_id,
        token.secret(),
        "access_token",
    )
}

fn request(endpoint: &Endpoint, client_id: &ClientId, token: &str, hint: &str) -> Request {
    let form = [
        ("token", token),
        ("token_type_hint", hint),
        ("client_id", client_id.as_str()),
    ];
    let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Request::post_form(endpoint, form.into())
}
