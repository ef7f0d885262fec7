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
    /// What the provider loads when people sign out there.
    FrontChannelLogoutUri,
}

/// Returns the fields that a provider of this kind asks for, in the order of its console.
pub fn registration(kind: &str, addresses: &Addresses) -> Vec<(Field, String)> {
    let redirect = (Field::RedirectUri, addresses.redirect_uri.clone());
    let popup = (
        Field::PopupRedirectUri,
        addresses.popup_redirect_uri.clone(),
    );
    let post_logout = (
        Field::PostLogoutRedirectUri,
        addresses.post_logout_redirect_uri.clone(),
    );
    let front_channel = (
        Field::FrontChannelLogoutUri,
        addresses.front_channel_logout_uri(),
    );
    let origin = (Field::Origin, addresses.origin().to_owned());
    match kind {
        // Microsoft has one list for all redirect URIs, and derives the origins from it.
        "microsoft" if post_logout.1 == redirect.1 => vec![redirect, popup, front_channel],
        "microsoft" => vec![redirect, popup, post_logout, front_channel],
        // Google has no sign-out to come back from.
        "google" => vec![origin, redirect, popup],
        _ => vec![redirect, popup, post_logout, origin],
    }
}
