//! Token revocation ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).

use super::http::Request;
use super::url::Endpoint;
use oauth2::{AccessToken, ClientId, RefreshToken};

/// Makes the request that revokes a refresh token, and with it the access tokens of the same grant
/// ([§2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)).
pub fn refresh_token_request(
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

/// Makes the request that revokes an access token.
pub fn access_token_request(
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
