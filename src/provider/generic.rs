//! Any OpenID Connect issuer: nothing but the specification.

use super::{Directory, Vendor};
use crate::config::ProviderConfig;
use crate::protocol::error::VendorCause;

pub(super) const VENDOR: Vendor = Vendor {
    label: None,
    causes: CAUSES,
    requests_userinfo: true,
    always_issues_access_tokens: true,
    revokes_tokens: true,
    refresh_token_lifetime: None,
};

/// The error codes of [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2), and words of providers
/// that have no kind here.
const CAUSES: &[(&str, VendorCause)] = &[
    ("invalid_scope", VendorCause::ScopeUnknown),
    ("invalid_client", VendorCause::NotSinglePage),
    ("unauthorized_client", VendorCause::NotSinglePage),
    // Keycloak's.
    ("authentication_expired", VendorCause::SignInExpired),
    // LinkedIn's and Apple's.
    ("user_cancelled_login", VendorCause::Cancelled),
    ("user_cancelled_authorize", VendorCause::Cancelled),
    // Ours: see `Jws::parse`.
    (
        "signed with a shared secret",
        VendorCause::SharedSecretSignature,
    ),
];

pub(super) fn directory(config: &ProviderConfig) -> Directory {
    Directory::of_issuer(config.address().unwrap_or_default().to_owned())
}
