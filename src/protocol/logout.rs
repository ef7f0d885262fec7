//! Sign-out at the provider
//! ([OpenID Connect RP-Initiated Logout 1.0](https://openid.net/specs/openid-connect-rpinitiated-1_0.html)).

use super::url::Endpoint;
use oauth2::{ClientId, CsrfToken};

/// Characters that the URL may have: servers refuse longer ones, some from about 4,096 on, and then the person
/// is stuck on an error page. ID tokens with hundreds of groups get there.
const LONGEST_URL: usize = 4_000;

/// The URL of a logout request, for the browser to go to
/// ([§2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)). `params` are further
/// parameters that the administrator adds. The hint is left out if the URL would be too long for servers:
/// it's recommended, and `client_id` serves too.
pub fn request_url(
    end_session_endpoint: &Endpoint,
    client_id: &ClientId,
    id_token_hint: &str,
    post_logout_redirect_uri: &str,
    state: &CsrfToken,
    params: &[(String, String)],
) -> String {
    let hint = [("id_token_hint", id_token_hint)];
    let fixed = [
        ("client_id", client_id.as_str()),
        ("post_logout_redirect_uri", post_logout_redirect_uri),
        ("state", state.secret()),
    ];
    let more = params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let others = fixed.into_iter().chain(more);
    let url = end_session_endpoint.with_query(hint.into_iter().chain(others.clone()));
    if url.len() > LONGEST_URL {
        return end_session_endpoint.with_query(others);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_names_the_session_and_the_way_back() {
        let url = request_url(
            &Endpoint::parse("https://id.example.com/logout?p=x").unwrap(),
            &ClientId::new("client 1".to_owned()),
            "a.b.c",
            "https://app.example.com/",
            &CsrfToken::new("vst_1".to_owned()),
            &[("returnTo".to_owned(), "/".to_owned())],
        );
        assert_eq!(
            url,
            "https://id.example.com/logout?p=x&id_token_hint=a.b.c&client_id=client+1\
             &post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2F&state=vst_1&returnTo=%2F"
        );
    }
}
