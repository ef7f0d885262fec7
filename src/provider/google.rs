//! Google: a fixed issuer that tokens may write in two ways, and the Workspace domain.

use super::{Provider, build};
use crate::config::{Mistake, ProviderConfig};
use crate::json::Object;
use crate::protocol::issuer::IssuerRule;

const ISSUER: &str = "https://accounts.google.com";
const ISSUERS: &[&str] = &[ISSUER, "accounts.google.com"];

pub(super) fn provider(config: ProviderConfig) -> Result<Provider, Mistake> {
    let label = "Google".to_owned();
    match config.issuer.clone() {
        Some(issuer) if issuer != ISSUER => {
            build(config, IssuerRule::Exact(issuer.clone()), &issuer, label)
        }
        _ => build(config, IssuerRule::AnyOf(ISSUERS), ISSUER, label),
    }
}

pub(super) fn authorization_params(hd: Option<&str>) -> Vec<(String, String)> {
    hd.map(|hd| ("hd".to_owned(), hd.to_owned()))
        .into_iter()
        .collect()
}

/// The `hd` of the request is a hint that people can change; only the claim proves the domain.
pub(super) fn judge_account(hd: &str, claims: &Object) -> Option<String> {
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
