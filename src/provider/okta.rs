//! Okta: the issuer made of a domain and, for a custom authorization server, its id.

use super::{Provider, build};
use crate::config::{ConfigIssue, ProviderConfig, ProviderKind};
use crate::protocol::error::Cause;
use crate::protocol::issuer::IssuerRule;

/// Okta's words and numbers, and what they mean.
pub(super) const CAUSES: &[(&str, Cause)] = &[
    ("No client credentials found", Cause::NotSinglePage),
    ("E0000007", Cause::AuthorizationServerUnknown),
    ("E0000047", Cause::TooManyRequests),
    ("'redirect_uri' does not match", Cause::RedirectUriUnknown),
    ("PKCE verification failed", Cause::PkceFailed),
    (
        "The authorization code is invalid or has expired",
        Cause::CodeInvalid,
    ),
    (
        "The refresh token is invalid or expired",
        Cause::RefreshTokenInvalid,
    ),
    ("User is not assigned", Cause::NotAssigned),
    ("invalid_scope", Cause::ScopeUnknown),
];

pub(super) fn provider(config: ProviderConfig) -> Result<Provider, ConfigIssue> {
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
        IssuerRule::Exact(issuer.clone()),
        &issuer,
        "Okta".to_owned(),
    )
}
