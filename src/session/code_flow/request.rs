//! The authorization request
//! ([Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).

use super::{CodeFlow, crypto_unavailable};
use crate::config::Mode;
use crate::platform::{Platform, Unavailable};
use crate::protocol::authorization;
use crate::protocol::error::Result;
use crate::protocol::pkce::{ENTROPY, RequestSecrets};
use crate::provider::Provider;
use crate::session::options::{SignInOptions, set_param};
use crate::session::trace::{Event, ParamNames, Step};
use crate::session::transactions::RequestRecord;

/// An authorization request that is ready to be sent.
pub(in crate::session) struct PreparedRequest {
    pub url: String,
    pub state: String,
    /// What the response is checked against.
    pub record: RequestRecord,
}

impl<P: Platform> CodeFlow<P> {
    /// Prepares a request with its own `state`, `nonce` and code verifier. In a silent one, the provider mustn't
    /// show the person anything.
    pub(in crate::session) async fn prepare_request(
        &self,
        provider: &Provider,
        options: &SignInOptions,
        redirect_uri: &str,
        mode: Mode,
    ) -> Result<PreparedRequest> {
        let metadata = self.providers.metadata(provider).await?;
        self.platform.sync_clock().await;
        let mut entropy = [0; ENTROPY];
        self.platform
            .fill_random(&mut entropy)
            .map_err(|Unavailable| crypto_unavailable(provider))?;
        let secrets = RequestSecrets::from_entropy(&entropy);
        let config = &provider.config;
        let scope = provider.scope();
        let mut params = options.authorization_params(provider);
        if mode == Mode::Silent {
            set_param(&mut params, "prompt", "none");
        }
        let max_age = params.iter().find(|(name, _)| name == "max_age");
        let max_age = max_age.and_then(|(_, seconds)| seconds.parse().ok());
        let url = authorization::request_url(
            &metadata,
            &authorization::Request {
                client_id: &config.client_id,
                redirect_uri,
                scope: &scope,
                state: &secrets.state,
                nonce: &secrets.nonce,
                code_challenge: &secrets.code_challenge(),
                params: &params,
            },
        );
        self.providers.trace.record(
            Event::new(Step::Authorization)
                .with("provider", provider)
                .with("endpoint", &metadata.authorization_endpoint)
                .with("mode", mode)
                .with("params", ParamNames(&url)),
        );
        Ok(PreparedRequest {
            url,
            state: secrets.state.secret().clone(),
            record: RequestRecord {
                issuer: metadata.issuer.clone(),
                iss_parameter_supported: metadata.iss_parameter_supported,
                token_endpoint: metadata.token_endpoint.as_str().to_owned(),
                client_id: config.client_id.as_str().to_owned(),
                redirect_uri: redirect_uri.to_owned(),
                scope,
                max_age,
                nonce: secrets.nonce,
                code_verifier: secrets.code_verifier,
            },
        })
    }
}
