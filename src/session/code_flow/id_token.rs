//! Verifying ID tokens: the signature here, the claims in [`crate::protocol::id_token`].

use super::CodeFlow;
use crate::platform::{Platform, Unavailable};
use crate::protocol::discovery::Metadata;
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::protocol::id_token::{self, Verified};
use crate::protocol::jwks::KeySet;
use crate::protocol::jws::Jws;
use crate::protocol::token::Tokens;
use crate::provider::Provider;
use crate::session::signed_in::Session;
use crate::session::trace::{Event, KeyId, Step};
use crate::session::transactions::RequestRecord;

impl<P: Platform> CodeFlow<P> {
    /// Verifies the ID token of a sign-in
    /// ([Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)).
    pub(super) async fn verify_id_token(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        request: &RequestRecord,
        tokens: &Tokens,
        keys: Result<KeySet>,
    ) -> Result<(Jws, Verified)> {
        // Before the keys: a provider that signs with a shared secret has none.
        let token = parse_id_token(tokens.id_token.as_deref().unwrap_or_default())?;
        let token = self
            .verify_id_token_signature(provider, metadata, keys?, token)
            .await?;
        let verified = id_token::validate_claims(
            &token,
            &id_token::Expected {
                issuer: &provider.issuer,
                metadata_issuer: &request.issuer,
                client_id: &provider.config.client_id,
                trusted_audiences: provider.trusted_audiences(),
                nonce: &request.nonce,
                access_token: tokens.access_token.as_ref(),
                max_age: request.max_age,
                clocks: self.platform.clocks(),
            },
        );
        self.trace_claims(provider, verified.is_ok());
        Ok((token, verified?))
    }

    /// Records whether a token's claims are valid. Which one isn't is in the error.
    pub(in crate::session) fn trace_claims(&self, provider: &Provider, ok: bool) {
        let event = Event::new(Step::Claims).with("provider", provider);
        self.providers.trace.record(event.with("ok", ok));
    }

    /// Verifies an ID token's signature. Its claims aren't validated yet.
    pub(in crate::session) async fn verify_id_token_signature(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        keys: KeySet,
        token: Jws,
    ) -> Result<Jws> {
        let mut verified = self.verify_signature(&token, &keys).await;
        // The set may be older than the key, or than another key with the same id: fetched once more
        // (Core §10.1.1).
        if verified.is_err() && provider.config.jwks.is_none() {
            let newer = self.providers.keys(provider, metadata, true).await?;
            let newer = newer.without(&keys);
            if newer.candidates(&token).next().is_some() {
                verified = self.verify_signature(&token, &newer).await;
            }
        }
        verified.map(|()| token)
    }

    /// Whether nothing speaks against the ID token of a session that comes from storage or from another tab: its
    /// signature has to fit the key with its `kid`, if that key is configured or this page has fetched it. Only if
    /// it doesn't fit, the provider is asked whether it has replaced the key.
    pub(in crate::session) async fn trusts(&self, session: &Session) -> bool {
        let Ok(provider) = self.providers.get(&session.provider) else {
            return false;
        };
        let Some(keys) = self.providers.known_keys(provider) else {
            return true;
        };
        let Ok(token) = parse_id_token(session.id_token.secret()) else {
            return false;
        };
        if token.kid.is_none() || keys.candidates(&token).next().is_none() {
            return true;
        }
        if self.verify_signature(&token, &keys).await.is_ok() {
            return true;
        }
        if provider.config.jwks.is_some() {
            return false;
        }
        let Ok(metadata) = self.providers.metadata(provider).await else {
            return false;
        };
        let verified = self.verify_id_token_signature(provider, &metadata, keys, token);
        verified.await.is_ok()
    }

    /// Verifies a signature with the keys that its header allows
    /// ([RFC 7515 §5.2](https://www.rfc-editor.org/rfc/rfc7515#section-5.2)).
    async fn verify_signature(&self, token: &Jws, keys: &KeySet) -> Result<()> {
        let mut problem = "None of the provider's keys matches the ID token's \"kid\" and \"alg\".";
        let event = Event::new(Step::Signature)
            .with("alg", token.algorithm)
            .with("kid", KeyId(token))
            .with("keys", keys.candidates(token).count() as i64);
        let trace = &self.providers.trace;
        for key in keys.candidates(token) {
            match self.platform.verify(token, key).await {
                Ok(true) => {
                    trace.record(event.with("ok", true));
                    return Ok(());
                }
                Ok(false) => {
                    problem = "The ID token's signature doesn't match the provider's key.";
                }
                Err(Unavailable) => {
                    problem = "This browser can't verify the ID token's signature algorithm.";
                }
            }
        }
        trace.record(event.with("ok", false));
        Err(Error::new(ErrorCode::IdTokenSignature, Phase::IdToken).details(problem))
    }
}

/// Parses an ID token. Nothing in it is verified yet.
///
/// # Errors
/// [`ErrorCode::IdTokenInvalid`].
pub(in crate::session) fn parse_id_token(id_token: &str) -> Result<Jws> {
    Jws::parse(id_token).map_err(|problem| {
        Error::new(ErrorCode::IdTokenInvalid, Phase::IdToken)
            .details(format!("The ID token is invalid: {problem}."))
    })
}
