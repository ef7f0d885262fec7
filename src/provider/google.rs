//! Google: a fixed issuer that tokens may write in two ways, the Workspace domain, and a scope of
//! everybody else's that is a parameter here.

use super::{Provider, build};
use crate::config::{IssueReporter, ProviderConfig};
use crate::json::Object;
use crate::protocol::error::VendorCause;
use crate::protocol::issuer::ExpectedIssuer;

const ISSUER: &str = "https://accounts.google.com";
const ISSUERS: &[&str] = &[ISSUER, "accounts.google.com"];

/// Google's words, and what they mean.
pub(super) const CAUSES: &[(&str, VendorCause)] = &[
    ("client_secret is missing", VendorCause::SecretMissing),
    ("redirect_uri_mismatch", VendorCause::RedirectUriUnknown),
    ("The OAuth client was not found", VendorCause::ClientUnknown),
    ("Malformed auth code", VendorCause::CodeInvalid),
    ("code verifier", VendorCause::PkceFailed),
    (
        "Token has been expired or revoked",
        VendorCause::RefreshTokenInvalid,
    ),
    ("invalid_scope", VendorCause::ScopeUnknown),
];

pub(super) fn provider(
    config: ProviderConfig,
    issues: &mut impl IssueReporter,
) -> Option<Provider> {
    let label = "Google".to_owned();
    match config.address().map(str::to_owned) {
        Some(issuer) if issuer != ISSUER => build(
            config,
            ExpectedIssuer::Exact(issuer.clone()),
            &issuer,
            label,
            issues,
        ),
        _ => build(
            config,
            ExpectedIssuer::Google(ISSUERS),
            ISSUER,
            label,
            issues,
        ),
    }
}

/// Google has no scope `offline_access`: refresh tokens are asked for by a parameter.
pub(super) fn authorization_params(hd: Option<&str>, offline: bool) -> Vec<(String, String)> {
    let hd = hd.map(|hd| ("hd", hd));
    let offline = offline.then_some(("access_type", "offline"));
    hd.into_iter()
        .chain(offline)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The `hd` of the request is a hint that people can change; only the claim proves the domain.
pub(super) fn validate_account(hd: &str, claims: &Object) -> Option<String> {
    match claims.text("hd") {
        Some(domain) if hd == "*" || domain.eq_ignore_ascii_case(hd) => None,
        Some(_) => Some(
            "The account belongs to another Google Workspace domain than \"hd\" names.".to_owned(),
        ),
        None => Some(
            "The account belongs to no Google Workspace domain, and \"hd\" asks for one."
                .to_owned(),
        ),
    }
}
