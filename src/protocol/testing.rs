//! Values that the protocol's tests share.

use super::discovery::Metadata;
use super::url::Endpoint;

pub(crate) const ISSUER: &str = "https://id.example.com";

pub(crate) fn endpoint(path: &str) -> Endpoint {
    Endpoint::parse(&format!("{ISSUER}{path}")).unwrap()
}

/// The metadata of a provider that supports no more than it has to.
pub(crate) fn metadata() -> Metadata {
    Metadata {
        issuer: ISSUER.to_owned(),
        authorization_endpoint: endpoint("/auth"),
        token_endpoint: endpoint("/token"),
        jwks_uri: endpoint("/jwks"),
        userinfo_endpoint: Some(endpoint("/userinfo")),
        end_session_endpoint: Some(endpoint("/logout")),
        revocation_endpoint: None,
        iss_parameter_supported: false,
    }
}
