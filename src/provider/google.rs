//! Google: a fixed issuer that tokens write in two ways, the Workspace domain, and refresh tokens by a
//! parameter.

use super::{Directory, Vendor};
use crate::config::ProviderConfig;
use crate::json::Object;
use crate::protocol::error::VendorCause;
use crate::protocol::issuer::ExpectedIssuer;

pub(super) const VENDOR: Vendor = Vendor {
    label: Some("Google"),
    causes: CAUSES,
    requests_userinfo: true,
    always_issues_access_tokens: true,
    // Revoking a token withdraws the person's consent.
    revokes_tokens: false,
    refresh_token_lifetime: None,
};

const ISSUER: &str = "https://accounts.google.com";
const ISSUERS: &[&str] = &[ISSUER, "accounts.google.com"];

/// Google's words, and what they mean.
const CAUSES: &[(&str, VendorCause)] = &[
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

pub(super) fn directory(config: &ProviderConfig) -> Directory {
    match config.address() {
        Some(issuer) if issuer != ISSUER => Directory::of_issuer(issuer.to_owned()),
        _ => Directory {
            address: ISSUER.to_owned(),
            issuer: ExpectedIssuer::Google(ISSUERS),
        },
    }
}

/// Why an account may not sign in. The `hd` of the request is a hint that people can change; only
/// the claim proves the domain.
pub(super) fn refusal(hd: &str, claims: &Object) -> Option<String> {
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
