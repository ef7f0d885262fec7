//! What to register, ready to copy.

use crate::config::Addresses;

/// A field of the provider's console. Every vendor has its own name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Scheme, host and port alone, for CORS.
    Origin,
    RedirectUri,
    /// Where popups and hidden frames come back to.
    PopupRedirectUri,
    PostLogoutRedirectUri,
}

/// The fields that a provider of this kind asks for, in the order of its console.
pub fn registration<'a>(kind: &str, addresses: &'a Addresses) -> Vec<(Field, &'a str)> {
    let origin = (Field::Origin, addresses.origin());
    let redirect = (Field::RedirectUri, addresses.redirect_uri.as_str());
    let after = addresses.post_logout_redirect_uri.as_str();
    let after_logout = (Field::PostLogoutRedirectUri, after);
    let popup = (
        Field::PopupRedirectUri,
        addresses.popup_redirect_uri.as_str(),
    );
    match kind {
        // Microsoft knows one list for both ways back, and takes the origins from it.
        "microsoft" if after == addresses.redirect_uri => vec![redirect, popup],
        "microsoft" => vec![redirect, popup, after_logout],
        // Nobody comes back from a sign-out at Google: it has none.
        "google" => vec![origin, redirect, popup],
        _ => vec![redirect, popup, after_logout, origin],
    }
}
