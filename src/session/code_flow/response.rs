//! From the authorization response to a session. The checks are in the order of the specification, which each
//! of them names.

use super::{CodeFlow, crypto_unavailable};
use crate::config::is_same_document;
use crate::json::Object;
use crate::platform::{Platform, Unavailable};
use crate::protocol::authorization::{self, Response};
use crate::protocol::discovery::Metadata;
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::protocol::id_token::Verified;
use crate::protocol::pkce::{ENTROPY, RequestSecrets};
use crate::protocol::token::{self, Tokens};
use crate::protocol::userinfo;
use crate::provider::Provider;
use crate::session::signed_in::{IdToken, Session};
use crate::session::trace::{Event, Step};
use crate::session::transactions::RequestRecord;
use crate::session::user::User;
use futures_util::future::join;
use oauth2::{AuthorizationCode, ClientId};

impl<P: Platform> CodeFlow<P> {
    /// Validates the response that arrived at this address, exchanges its code and verifies the ID token.
    /// The session isn't stored yet.
    ///
    /// # Errors
    /// Everything that a provider's response can be rejected for.
    pub(in crate::session) async fn process_response(
        &self,
        provider: &str,
        request: RequestRecord,
        response: &Response,
        arrived_at: &str,
    ) -> Result<Session> {
        let provider = self.providers.get(provider)?;
        self.validate_configuration(provider, &request)?;
        self.validate_redirect_uri(&request, arrived_at)?;
        // `error` (RFC 6749 §4.1.2.1), `iss` (RFC 9207 §2.4), then the code.
        let code = authorization::validate_response(
            response,
            &authorization::Expected {
                issuer: &provider.issuer,
                metadata_issuer: &request.issuer,
                iss_parameter_supported: request.iss_parameter_supported,
            },
        )?;

        let metadata = self.providers.metadata(provider).await?;
        validate_endpoints(&request, &metadata)?;
        let (tokens, keys) = join(
            self.exchange_code(provider, &metadata, &request, &code),
            self.providers.keys(provider, &metadata, false),
        )
        .await;
        let tokens = tokens?;
        // Signature, `iss`, `aud`, `exp`, `nonce`, `at_hash` and the others (Core §3.1.3.7).
        let (id_token, verified) = self
            .verify_id_token(provider, &metadata, &request, &tokens, keys)
            .await?;
        let account = provider.validate_account(&id_token.claims);
        let event = Event::new(Step::Account).with("provider", provider);
        self.providers
            .trace
            .record(event.with("ok", account.is_ok()));
        account?;

        let claims = self
            .add_userinfo(provider, &metadata, &tokens, &verified, id_token.claims)
            .await?;
        let user = User::from_claims(provider.id(), &verified.issuer, &verified.subject, &claims);
        provider.validate_profile(user.email.as_deref())?;
        self.create_session(provider, request, tokens, verified, claims, user)
    }

    /// The request was made with the client and redirect URI that are configured now.
    fn validate_configuration(&self, provider: &Provider, request: &RequestRecord) -> Result<()> {
        let redirect_uris = [
            self.providers.redirect_uri(provider),
            self.providers.popup_redirect_uri(provider),
        ];
        if provider.config.client_id.as_str() == request.client_id
            && redirect_uris.contains(&request.redirect_uri.as_str())
        {
            return Ok(());
        }
        Err(Error::new(ErrorCode::StateUnknown, Phase::Authorization)
            .details("The configuration has changed since the sign-in started."))
    }

    /// If providers have their own redirect URIs, the response arrived at the one of this request: the
    /// other defense against mix-up attacks
    /// ([RFC 9700 §4.4.2.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2.2)).
    fn validate_redirect_uri(&self, request: &RequestRecord, arrived_at: &str) -> Result<()> {
        if !self.providers.uses_distinct_redirect_uris()
            || is_same_document(arrived_at, &request.redirect_uri)
        {
            return Ok(());
        }
        Err(Error::new(ErrorCode::ResponseMixedUp, Phase::Authorization)
            .details("The response arrived at another provider's redirect URI."))
    }

    /// The token request ([Core §3.1.3.1](https://openid.net/specs/openid-connect-core-1_0.html#TokenRequest)).
    /// A code can be used once, so nothing is retried.
    async fn exchange_code(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        request: &RequestRecord,
        code: &AuthorizationCode,
    ) -> Result<Tokens> {
        let token_request = token::code_request(
            &metadata.token_endpoint,
            &ClientId::new(request.client_id.clone()),
            &request.redirect_uri,
            code,
            &request.code_verifier,
            provider.token_params(),
        );
        let event = Event::new(Step::Token)
            .with("provider", provider)
            .with("grant", "authorization_code");
        let (code_unreachable, phase) = (ErrorCode::TokenUnreachable, Phase::Token);
        let response = self
            .providers
            .fetch(event, token_request, code_unreachable, phase)
            .await?;
        let tokens = token::process_code_response(&response, provider.needs_access_token());
        self.trace_tokens(provider, &tokens);
        tokens.map_err(|error| {
            error.redact(&[
                code.secret(),
                request.code_verifier.secret(),
                request.nonce.secret(),
                provider.client_secret().unwrap_or_default(),
            ])
        })
    }

    /// Records that a token response has a lifetime that counts as missing.
    pub(in crate::session) fn trace_tokens(&self, provider: &Provider, tokens: &Result<Tokens>) {
        if tokens.as_ref().is_ok_and(|it| it.has_odd_lifetime) {
            let event = Event::new(Step::Token).with("provider", provider);
            self.providers
                .trace
                .record(event.with("ignored", "expires_in"));
        }
    }

    /// Adds what only the UserInfo response has, if the ID token lacks a profile
    /// ([Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)).
    ///
    /// # Errors
    /// Only if the response is about somebody else (§5.3.2): the person is known without it.
    async fn add_userinfo(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        tokens: &Tokens,
        verified: &Verified,
        mut claims: Object,
    ) -> Result<Object> {
        let (Some(endpoint), Some(access_token)) =
            (&metadata.userinfo_endpoint, &tokens.access_token)
        else {
            return Ok(claims);
        };
        if provider.requests_userinfo() && userinfo::lacks_profile(&claims) {
            let request = userinfo::request(endpoint, access_token);
            let event = Event::new(Step::Userinfo).with("provider", provider);
            if let Ok(response) = self.providers.trace.fetch(event, request).await
                && let Some(more) =
                    provider.process_userinfo_response(&response, &verified.subject)?
            {
                userinfo::merge_missing(&mut claims, more);
            }
        }
        Ok(claims)
    }

    fn create_session(
        &self,
        provider: &Provider,
        request: RequestRecord,
        tokens: Tokens,
        verified: Verified,
        claims: Object,
        user: User,
    ) -> Result<Session> {
        let now = self.platform.now();
        let mut entropy = [0; ENTROPY];
        self.platform
            .fill_random(&mut entropy)
            .map_err(|Unavailable| crypto_unavailable(provider))?;
        let id = RequestSecrets::from_entropy(&entropy).state;
        let refresh_token_expires_at = tokens
            .refresh_token
            .as_ref()
            .and_then(|_| provider.refresh_token_expires_at(now));
        // Without an access token, `expires_in` is the lifetime of nothing.
        let lifetime = tokens.expires_in.filter(|_| tokens.access_token.is_some());
        let lifetime = lifetime.unwrap_or_else(|| provider.access_token_lifetime());
        Ok(Session {
            id: id.secret().clone(),
            renewals: 0,
            user,
            provider: provider.id().to_owned(),
            issuer: verified.issuer,
            client_id: request.client_id,
            token_endpoint: request.token_endpoint,
            claims,
            scope: tokens.scope.unwrap_or(request.scope),
            started_at: now,
            renewed_at: now,
            expires_at: now + lifetime,
            refresh_token_expires_at,
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            id_token: IdToken::new(tokens.id_token.unwrap_or_default()),
        })
    }
}

/// The code goes to the token endpoint of the issuer that it was requested from, and nowhere else
/// ([RFC 9700 §4.4.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2)).
fn validate_endpoints(request: &RequestRecord, metadata: &Metadata) -> Result<()> {
    if metadata.issuer == request.issuer
        && metadata.token_endpoint.as_str() == request.token_endpoint
    {
        return Ok(());
    }
    Err(Error::new(ErrorCode::ResponseMixedUp, Phase::Token)
        .details("The provider's issuer or token endpoint has changed since the sign-in started."))
}
