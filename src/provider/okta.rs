//! Okta: the issuer made of a domain and, for a custom authorization server, its id.

use super::{Directory, Vendor};
use crate::config::ProviderConfig;
use crate::protocol::error::VendorCause;

pub(super) const VENDOR: Vendor = Vendor {
    label: Some("Okta"),
    causes: CAUSES,
    requests_userinfo: true,
    always_issues_access_tokens: true,
    revokes_tokens: true,
    refresh_token_lifetime: None,
};

/// Okta's words and numbers, and what they mean.
const CAUSES: &[(&str, VendorCause)] = &[
    ("No client credentials found", VendorCause::NotSinglePage),
    ("E0000007", VendorCause::AuthorizationServerUnknown),
    ("E0000047", VendorCause::TooManyRequests),
    (
        "'redirect_uri' does not match",
        VendorCause::RedirectUriUnknown,
    ),
    ("PKCE verification failed", VendorCause::PkceFailed),
    (
        "The authorization code is invalid or has expired",
        VendorCause::CodeInvalid,
    ),
    (
        "The refresh token is invalid or expired",
        VendorCause::RefreshTokenInvalid,
    ),
    ("User is not assigned", VendorCause::NotAssigned),
    ("Policy evaluation failed", VendorCause::AccessPolicyMissing),
    ("invalid_dpop_proof", VendorCause::DpopRequired),
    ("use_dpop_nonce", VendorCause::DpopRequired),
    ("invalid_scope", VendorCause::ScopeUnknown),
];

pub(super) fn directory(config: &ProviderConfig) -> Directory {
    let domain = config.domain.as_deref().unwrap_or_default();
    Directory::of_issuer(match (config.address(), &config.authorization_server) {
        // Okta's issuers never end with a slash, but pasted addresses do.
        (Some(issuer), _) => issuer.trim_end_matches('/').to_owned(),
        (None, Some(server)) => format!("https://{domain}/oauth2/{}", &**server),
        (None, None) => format!("https://{domain}"),
    })
}
