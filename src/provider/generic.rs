//! Any OpenID Connect issuer: nothing but the specification.

use super::{Provider, build};
use crate::config::{Mistake, ProviderConfig};
use crate::protocol::issuer::IssuerRule;
use crate::protocol::url::Endpoint;

pub(super) fn provider(config: ProviderConfig) -> Result<Provider, Mistake> {
    let issuer = config.issuer.clone().unwrap_or_default();
    let host = match Endpoint::parse(&issuer) {
        Ok(endpoint) => endpoint
            .origin()
            .split("://")
            .last()
            .unwrap_or_default()
            .to_owned(),
        Err(_) => config.id.clone(),
    };
    build(config, IssuerRule::Exact(issuer.clone()), &issuer, host)
}
