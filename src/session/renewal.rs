//! Renewing tokens before they expire, in one tab at a time. Only the provider's answer that the refresh
//! token is no longer valid ends a session.

use super::auth_window;
use super::code_flow::{CodeFlow, parse_id_token};
use super::options::SignInOptions;
use super::providers::ProviderDirectory;
use super::records::provider_key;
use super::retry::{self, RetryState};
use super::sessions::Sessions;
use super::signed_in::Session;
use super::state::SignedOutReason;
use super::tab_channel::TabMessage;
use super::trace::{Event, Step};
use crate::platform::{Platform, Unavailable};
use crate::protocol::discovery::Metadata;
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::protocol::id_token;
use crate::protocol::jwks::KeySet;
use crate::protocol::token::{self, Tokens};
use crate::provider::Provider;
use oauth2::{ClientId, RefreshToken};
use std::rc::Rc;

/// The name of the lock that a tab holds while it renews, up to the digest of the provider.
const RENEWAL_LOCK: &str = "vestibule.renewal.";

/// After so many renewals, there's a pause between two of them, however short the tokens live.
const UNPAUSED_RENEWALS: i64 = 3;

/// The outcome of a renewal.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RenewalOutcome {
    /// Nobody is signed in, or no longer.
    NotSignedIn,
    /// The access token is valid for as long as requested, renewed or not.
    Valid(Rc<Session>),
    /// The provider has ended the session. It's removed.
    Ended(SignedOutReason),
    /// It failed this time. The session stays as it is.
    Failed(Error),
}

impl RenewalOutcome {
    fn name(&self) -> &'static str {
        match self {
            RenewalOutcome::NotSignedIn => "not-signed-in",
            RenewalOutcome::Valid(_) => "valid",
            RenewalOutcome::Ended(_) => "ended",
            RenewalOutcome::Failed(_) => "failed",
        }
    }
}

/// What an access token has to be good for.
#[derive(Clone, Copy)]
pub(super) struct Requirement<'a> {
    /// Seconds for which it has to stay valid.
    pub min_validity: i64,
    /// A token that an API has rejected, however valid it seems.
    pub rejected: Option<&'a str>,
}

/// Renews tokens.
pub(super) struct Renewer<P> {
    pub platform: Rc<P>,
    pub providers: Rc<ProviderDirectory<P>>,
    pub sessions: Rc<Sessions<P>>,
    pub code_flow: Rc<CodeFlow<P>>,
    pub retry: Rc<RetryState>,
    /// Whether sessions without a refresh token are renewed silently.
    pub silent_renew: bool,
}

impl<P: Platform> Renewer<P> {
    /// Whether the session's tokens can be renewed without prompting the person.
    pub fn is_renewable(&self, session: &Session) -> bool {
        session.refresh_token.is_some() || self.silent_renew
    }

    /// Renews the current session unless its access token is good enough.
    pub async fn renew(&self, requirement: Requirement<'_>) -> RenewalOutcome {
        self.platform.sync_clock().await;
        let Some(session) = self.sessions.current() else {
            return RenewalOutcome::NotSignedIn;
        };
        let outcome = self.renew_session(&session, requirement).await;
        // The person may have signed in as somebody else, or switched accounts, in the meantime.
        let other = self
            .sessions
            .current()
            .filter(|current| current.id != session.id);
        match other {
            None => outcome,
            Some(current) if self.is_valid_for(&current, requirement) => {
                RenewalOutcome::Valid(current)
            }
            Some(_) => RenewalOutcome::NotSignedIn,
        }
    }

    /// Renews the current session when it's time for that. One that can't be renewed is left alone.
    pub async fn renew_if_due(&self) -> RenewalOutcome {
        match self.sessions.current() {
            Some(session) if self.is_renewable(&session) => {
                self.renew(Requirement {
                    min_validity: session.max_refresh_margin(),
                    rejected: None,
                })
                .await
            }
            Some(session) => RenewalOutcome::Valid(session),
            None => RenewalOutcome::NotSignedIn,
        }
    }

    /// Renews this session, current or inactive, unless its access token is good enough.
    pub async fn renew_session(
        &self,
        session: &Rc<Session>,
        requirement: Requirement<'_>,
    ) -> RenewalOutcome {
        if self.is_valid_for(session, requirement) {
            return RenewalOutcome::Valid(Rc::clone(session));
        }
        if !self.is_renewable(session) {
            return RenewalOutcome::Failed(not_renewable(&session.provider));
        }
        let provider = match self.providers.get(&session.provider) {
            Ok(provider) => provider,
            Err(error) => return RenewalOutcome::Failed(error),
        };
        let trace = &self.providers.trace;
        let is_rejected = requirement.rejected.is_some();
        trace.record(
            Event::new(Step::Renewal)
                .with("provider", provider)
                .with("reason", if is_rejected { "rejected" } else { "expiring" })
                .with("expiresIn", session.expires_at - self.platform.now())
                .with("refreshToken", session.refresh_token.is_some()),
        );
        let started = self.platform.monotonic();
        let failures = self.retry.failures();
        // Boxed, because it's large, and everything that renews would be as large.
        let work = Box::pin(async {
            let waited = self.platform.monotonic() - started;
            trace.record(Event::new(Step::Lock).with("duration", waited));
            self.renew_locked(&session.id, requirement, failures).await
        });
        let lock = provider_key(RENEWAL_LOCK, provider);
        let outcome = self.platform.with_lock(&lock, work).await;
        if let RenewalOutcome::Failed(error) = &outcome {
            self.providers.record_error(error);
        }
        trace.record(
            Event::new(Step::Renewed)
                .with("provider", provider)
                .with("outcome", outcome.name())
                .with("duration", self.platform.monotonic() - started),
        );
        outcome
    }

    fn is_valid_for(&self, session: &Session, requirement: Requirement<'_>) -> bool {
        session.expires_at - self.platform.now() > requirement.min_validity
            && !requirement
                .rejected
                .is_some_and(|rejected| session.has_access_token(rejected))
    }

    /// `failures`: what [`RetryState::failures`] was when this renewal was requested.
    async fn renew_locked(
        &self,
        id: &str,
        requirement: Requirement<'_>,
        failures: u32,
    ) -> RenewalOutcome {
        match self.sessions.by_id(id) {
            // Renewed while this renewal waited for the lock.
            Some(session) if self.is_valid_for(&session, requirement) => {
                return RenewalOutcome::Valid(session);
            }
            // Other tabs may have renewed while this one slept, and a duplicated tab has a copy of the
            // same refresh token: a rotated one must not be used twice (RFC 9700 §4.14.2).
            Some(session) => self.sessions.request_session(Some(&session)).await,
            None => {}
        }
        let Some(session) = self.sessions.by_id(id) else {
            return RenewalOutcome::NotSignedIn;
        };
        if self.is_valid_for(&session, requirement) {
            return RenewalOutcome::Valid(session);
        }
        self.retry.track(id);
        // If a renewal failed while others waited for the lock, they don't all retry.
        if self.retry.failures() != failures || self.retry.retry_at(id) > self.platform.now() {
            return RenewalOutcome::Failed(
                Error::new(ErrorCode::ProviderUnavailable, Phase::Token)
                    .provider(&session.provider)
                    .details("Renewing the tokens failed a moment ago. We'll try again later."),
            );
        }
        let renewed = self.request_tokens(&session).await;
        // The person may have signed out, or in as somebody else, while the request was under way.
        if self.sessions.by_id(id).is_none() {
            return RenewalOutcome::NotSignedIn;
        }
        match renewed {
            Ok(renewed) => match self.sessions.update(&renewed) {
                Ok(()) => RenewalOutcome::Valid(Rc::new(renewed)),
                // The old refresh token is used up: signing in again is better than dead tokens.
                Err(Unavailable) => self.expire(&session),
            },
            Err(error) if error.code == ErrorCode::SessionExpired => self.expire(&session),
            // Nothing was tried.
            Err(error) if !self.is_renewable(&session) => RenewalOutcome::Failed(error),
            Err(error) => {
                self.retry.record_failure();
                self.sessions.channel.broadcast(&TabMessage::RenewalFailed {
                    id: session.id.clone(),
                    retry_at: self.retry.retry_at(id),
                });
                RenewalOutcome::Failed(error)
            }
        }
    }

    fn expire(&self, session: &Session) -> RenewalOutcome {
        let reason = SignedOutReason::Expired;
        self.sessions.end(session, reason);
        RenewalOutcome::Ended(reason)
    }

    async fn request_tokens(&self, session: &Session) -> Result<Session> {
        let provider = self.providers.get(&session.provider)?;
        let renewed = match &session.refresh_token {
            Some(refresh_token) => self.refresh(provider, session, refresh_token).await,
            None if self.silent_renew => self.renew_silently(provider, session).await,
            None => return Err(not_renewable(provider.id())),
        };
        renewed.map_err(|error| provider.explain(error))
    }

    /// The refresh request and the checks of its response
    /// ([Core §12](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokens)).
    async fn refresh(
        &self,
        provider: &Provider,
        session: &Session,
        refresh_token: &RefreshToken,
    ) -> Result<Session> {
        let metadata = self.providers.metadata(provider).await?;
        if metadata.token_endpoint.as_str() != session.token_endpoint {
            return Err(Error::new(ErrorCode::LoginRequired, Phase::Session)
                .provider(provider.id())
                .details(
                    "The provider's token endpoint isn't the one that the refresh token came from.",
                ));
        }
        // Fetched first, so that no refresh token is used up for tokens that can't be verified.
        let keys = self.providers.keys(provider, &metadata, false).await?;
        let request = token::refresh_request(
            &metadata.token_endpoint,
            &ClientId::new(session.client_id.clone()),
            refresh_token,
            provider.token_params(),
        );
        let event = Event::new(Step::Token)
            .with("provider", provider)
            .with("grant", "refresh_token");
        let response = self
            .providers
            .fetch(event, request, ErrorCode::TokenUnreachable, Phase::Token)
            .await?;
        let now = self.platform.now();
        let retry_after = response.retry_after(now);
        self.retry
            .set_retry_at(retry_after.map_or(0, |seconds| now + seconds));
        // A session with an access token is good for API requests, and stays so.
        let needs_access_token = provider.needs_access_token() || session.access_token.is_some();
        let tokens = token::process_refresh_response(&response, needs_access_token);
        self.code_flow.trace_tokens(provider, &tokens);
        let tokens = tokens.map_err(|error| {
            if error.code == ErrorCode::TokenInvalid {
                self.keep_refresh_token(session, token::rotated_refresh_token(&response));
            }
            let client_secret = provider.client_secret().unwrap_or_default();
            error.redact(&[refresh_token.secret(), client_secret])
        })?;
        let verified = self
            .verify_refreshed(provider, &metadata, session, &tokens, keys)
            .await;
        if let Err(error) = verified {
            // A key can't be fetched or isn't the right one, the ID token can't be read, or the right time isn't
            // known: that says nothing about the refresh token.
            if matches!(
                error.code,
                ErrorCode::KeysUnreachable
                    | ErrorCode::IdTokenInvalid
                    | ErrorCode::IdTokenSignature
                    | ErrorCode::ClockSkew
            ) || error.is_network()
            {
                self.keep_refresh_token(session, tokens.refresh_token);
            }
            return Err(error);
        }
        Ok(session.with_tokens(tokens, self.platform.now()))
    }

    /// Verifies the ID token of a refresh response, if it has one
    /// ([Core §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
    async fn verify_refreshed(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        session: &Session,
        tokens: &Tokens,
        keys: KeySet,
    ) -> Result<()> {
        let Some(text) = &tokens.id_token else {
            return Ok(());
        };
        let token = self
            .code_flow
            .verify_id_token_signature(provider, metadata, keys, parse_id_token(text)?)
            .await?;
        let validated = id_token::validate_refreshed(
            &token,
            &session.id_token_claims(),
            &session.client_id,
            provider.trusted_audiences(),
            tokens.access_token.as_ref(),
            self.platform.clocks(),
        );
        self.code_flow.trace_claims(provider, validated.is_ok());
        validated
    }

    /// Stores the new refresh token for the next attempt, and nothing else of a response that can't be
    /// verified now: the old one is used up.
    fn keep_refresh_token(&self, session: &Session, refresh_token: Option<RefreshToken>) {
        if refresh_token.is_some() {
            let next = Session {
                renewals: session.renewals + 1,
                refresh_token,
                ..session.clone()
            };
            // Fails if somebody signed out in the meantime.
            let _ = self.sessions.update(&next);
        }
    }

    /// Gets new tokens for a session without a refresh token: a silent sign-in as the same person.
    async fn renew_silently(&self, provider: &Provider, session: &Session) -> Result<Session> {
        let options = SignInOptions {
            // The person may have several accounts there.
            login_hint: session.login_hint().map(str::to_owned),
            ..SignInOptions::default()
        };
        let renewed = auth_window::sign_in_silently(&self.code_flow, provider, &options).await?;
        id_token::validate_same_subject(&renewed.claims, &session.claims)?;
        Ok(Session {
            id: session.id.clone(),
            renewals: session.renewals + 1,
            started_at: session.started_at,
            ..renewed
        })
    }

    /// Seconds until the next attempt: before the tokens expire, or after a pause that grows with every
    /// failure. A random part keeps tabs and people from all trying at once.
    pub fn renewal_in(&self, session: &Session, failures: u32) -> i64 {
        let now = self.platform.now();
        let (wait, spread) = if failures == 0 {
            let margin = session.refresh_margin();
            let wait = session.expires_at - now - margin;
            // Tokens that expire as they arrive would be renewed without a pause.
            let pause = if session.renewals < UNPAUSED_RENEWALS {
                0
            } else {
                (session.renewed_at - now + retry::FIRST_PAUSE).min(retry::FIRST_PAUSE)
            };
            (wait.max(pause), margin / 2)
        } else {
            let pause = retry::pause_after(failures);
            (pause, pause / 4)
        };
        let requested = self.retry.retry_at(&session.id) - now;
        (wait - self.jitter(spread)).max(requested).max(1)
    }

    /// Seconds until something has to happen to the session: a renewal, a warning, or its end.
    pub fn next_check_in(&self, session: &Session, failures: u32) -> i64 {
        let now = self.platform.now();
        let renewal = self
            .is_renewable(session)
            .then(|| self.renewal_in(session, failures));
        let expiry = self.sessions.expiry.expiry(session).map(|expiry| {
            if expiry.warn_from > now {
                expiry.warn_from - now
            } else {
                expiry.at - now
            }
        });
        let next = match (renewal, expiry) {
            (Some(renewal), Some(expiry)) => renewal.min(expiry),
            (renewal, expiry) => renewal.or(expiry).unwrap_or(i64::MAX),
        };
        next.max(1)
    }

    /// A random number from 0 to the limit.
    fn jitter(&self, limit: i64) -> i64 {
        let mut bytes = [0; 4];
        match self.platform.fill_random(&mut bytes) {
            Ok(()) => i64::from(u32::from_le_bytes(bytes)) % (limit + 1),
            Err(Unavailable) => 0,
        }
    }
}

fn not_renewable(provider: &str) -> Error {
    Error::new(ErrorCode::LoginRequired, Phase::Session)
        .provider(provider)
        .details("The provider issued no refresh token.")
}
