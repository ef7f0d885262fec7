//! Any OpenID Connect issuer: nothing but the specification.

use super::{Provider, build};
use crate::config::{IssueReporter, ProviderConfig};
use crate::protocol::error::VendorCause;
use crate::protocol::issuer::ExpectedIssuer;
use crate::protocol::url::Endpoint;

/// What RFC 6749 has words for.
pub(super) const CAUSES: &[(&str, VendorCause)] = &[
    ("invalid_scope", VendorCause::ScopeUnknown),
    ("invalid_client", VendorCause::NotSinglePage),
    ("unauthorized_client", VendorCause::NotSinglePage),
];

pub(super) fn provider(
    config: ProviderConfig,
    issues: &mut impl IssueReporter,
) -> Option<Provider> {
    let issuer = config.address().unwrap_or_default().to_owned();
    let host = match Endpoint::parse(&issuer) {
        Ok(endpoint) => endpoint
            .origin()
            .split("://")
            .last()
            .unwrap_or_default()
            .to_owned(),
        Err(_) => config.id.clone(),
    };
    build(
        config,
        ExpectedIssuer::Exact(issuer.clone()),
        &issuer,
        host,
        issues,
    )
}
