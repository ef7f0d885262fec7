//! Okta: the issuer made of a domain and, for a custom authorization server, its id.

use super::{Provider, build};
use crate::config::{IssueReporter, ProviderConfig, ProviderKind};
use crate::protocol::error::VendorCause;
use crate::protocol::issuer::ExpectedIssuer;

/// Okta's words and numbers, and what they mean.
pub(super) const CAUSES: &[(&str, VendorCause)] = &[
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
    ("invalid_scope", VendorCause::ScopeUnknown),
];

pub(super) fn provider(
    config: ProviderConfig,
    issues: &mut impl IssueReporter,
) -> Option<Provider> {
    let issuer = match (config.address(), &config.kind) {
        // Okta's issuers never end with a slash, but pasted addresses do.
        (Some(issuer), _) => issuer.trim_end_matches('/').to_owned(),
        (
            None,
            ProviderKind::Okta {
                domain: Some(domain),
                authorization_server,
                ..
            },
        ) => match authorization_server {
            Some(id) => format!("https://{domain}/oauth2/{id}"),
            None => format!("https://{domain}"),
        },
        _ => String::new(),
    };
    build(
        config,
        ExpectedIssuer::Exact(issuer.clone()),
        &issuer,
        "Okta".to_owned(),
        issues,
    )
}
