//! What an administrator registers at a provider, ready to copy.

use crate::config::Addresses;

/// A field of the provider's console. Every vendor has its own name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// The page's origin, for CORS: scheme, host and port.
    Origin,
    /// Where people come back to after signing in.
    RedirectUri,
    /// Where popups and hidden iframes come back to.
    PopupRedirectUri,
    /// Where people come back to after signing out.
    PostLogoutRedirectUri,
}

/// Returns the fields that a provider of this kind asks for, in the order of its console.
pub fn registration<'a>(kind: &str, addresses: &'a Addresses) -> Vec<(Field, &'a str)> {
    let redirect_uri = addresses.redirect_uri.as_str();
    let after_sign_out = addresses.post_logout_redirect_uri.as_str();
    let origin = (Field::Origin, addresses.origin());
    let redirect = (Field::RedirectUri, redirect_uri);
    let popup = (
        Field::PopupRedirectUri,
        addresses.popup_redirect_uri.as_str(),
    );
    let post_logout = (Field::PostLogoutRedirectUri, after_sign_out);
    match kind {
        // Microsoft has one list for all of them, and derives the origins from it.
        "microsoft" if after_sign_out == redirect_uri => vec![redirect, popup],
        "microsoft" => vec![redirect, popup, post_logout],
        // Google has no sign-out to come back from.
        "google" => vec![origin, redirect, popup],
        _ => vec![redirect, popup, post_logout, origin],
    }
}
