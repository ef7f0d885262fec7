//! Okta: the issuer made of a domain and, for a custom authorization server, its id.

use super::{Provider, build};
use crate::config::{Kind, Mistake, ProviderConfig};
use crate::protocol::issuer::IssuerRule;

pub(super) fn provider(config: ProviderConfig) -> Result<Provider, Mistake> {
    let issuer = match (&config.issuer, &config.kind) {
        (Some(issuer), _) => issuer.clone(),
        (
            None,
            Kind::Okta {
                domain: Some(domain),
                authorization_server,
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
