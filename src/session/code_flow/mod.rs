//! The authorization code flow with PKCE at one provider
//! ([Core §3.1](https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth)): preparing the
//! request, and turning the response into a session. How the browser gets to the provider and back isn't
//! decided here.

mod id_token;
mod request;
mod response;

pub(super) use id_token::parse_id_token;
pub(super) use request::PreparedRequest;

use super::providers::ProviderDirectory;
use crate::protocol::error::{Error, ErrorCode, Phase};
use crate::provider::Provider;
use std::rc::Rc;

/// The steps of the authorization code flow.
pub(super) struct CodeFlow<P> {
    pub platform: Rc<P>,
    pub providers: Rc<ProviderDirectory<P>>,
}

/// An error of the way to the provider and back.
pub(super) fn authorization_error(code: ErrorCode, provider: &Provider) -> Error {
    Error::new(code, Phase::Authorization).provider(provider.id())
}

/// The error of a page that isn't a secure context.
pub(super) fn crypto_unavailable(provider: &Provider) -> Error {
    authorization_error(ErrorCode::CryptoUnavailable, provider)
        .details("The browser offers no WebCrypto on this page. Serve it over https.")
}
