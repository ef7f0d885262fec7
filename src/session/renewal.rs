//! Staying signed in: new tokens refresh_margin of the old ones' end, by one tab at a time, and never an end
//! that the provider did not ask for.

use super::tabs::Message;
use super::{Auth, IdToken, Session, SignedOutReason, sign_in};
use crate::platform::{Platform, Unavailable};
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::protocol::token::{self, Tokens};
use crate::protocol::{Timestamp, http, id_token};
use oauth2::ClientId;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The name under which tabs take turns.
const RENEWAL_LOCK: &str = "vestibule.renewal";
/// Seconds refresh_margin of the end at which tokens are renewed: a fifth of their life, within these bounds,
/// but never the first half of it.
const REFRESH_MARGIN: std::ops::RangeInclusive<i64> = 5..=120;
/// Seconds until the second attempt after a failure; each further one waits twice as long.
const FIRST_PAUSE: i64 = 5;
const LONGEST_PAUSE: i64 = 300;

/// What is known of attempts that failed, here or in another tab.
#[derive(Default)]
pub(super) struct RetryState {
    failed: Cell<u32>,
    /// Until then the provider wants to be left alone.
    again_at: Cell<Timestamp>,
    /// The id of the session that this is about: another one's provider is another one.
    of: RefCell<String>,
}

impl RetryState {
    fn track(&self, id: &str) {
        if *self.of.borrow() != id {
            self.again_at.set(0);
            self.of.replace(id.to_owned());
        }
    }

    fn again_at(&self, id: &str) -> Timestamp {
        if *self.of.borrow() == id {
            self.again_at.get()
        } else {
            0
        }
    }
}

/// What became of a renewal.
#[derive(Debug, Clone, PartialEq)]
pub enum RenewalOutcome {
    /// Nobody is signed in, or nobody is any more.
    NotSignedIn,
    /// The tokens are good for as long as was asked, renewed or not.
    Valid(Rc<Session>),
    /// The provider ended the session. Nothing of it is left.
    Ended(SignedOutReason),
    /// It did not work now. The session stays as it is.
    Failed(Error),
}

impl<P: Platform> Auth<P> {
    /// Sees to it that the access token is good for so many seconds more, with new tokens where needed.
    ///
    /// Tabs take turns, and each first takes what another has: a refresh token is sent once. Only the
    /// provider's own word ends a session; a network that fails, or a provider that is out of order,
    /// leaves it as it is.
    pub async fn renew(&self, min_validity: i64) -> RenewalOutcome {
        self.renew_unless_valid(min_validity, None).await
    }

    /// The same where an API has refused this access token, however good it may seem: any other that
    /// still lives is good. Many requests that are refused at once lead to one renewal.
    pub async fn renew_rejected(&self, refused: &str) -> RenewalOutcome {
        self.renew_unless_valid(0, Some(refused)).await
    }

    async fn renew_unless_valid(&self, min_validity: i64, refused: Option<&str>) -> RenewalOutcome {
        self.platform().sync_clock().await;
        let Some(session) = self.current_session() else {
            return RenewalOutcome::NotSignedIn;
        };
        let renewal = self.renew_account(&session, min_validity, refused).await;
        // The person may have signed in as somebody else, or switched, meanwhile.
        match self.current_session().filter(|kept| kept.id != session.id) {
            None => renewal,
            Some(kept) if self.is_valid_for(&kept, min_validity, refused) => {
                RenewalOutcome::Valid(kept)
            }
            Some(_) => RenewalOutcome::NotSignedIn,
        }
    }

    /// The same for this session, also where it is set aside.
    pub(super) async fn renew_account(
        &self,
        session: &Rc<Session>,
        min_validity: i64,
        refused: Option<&str>,
    ) -> RenewalOutcome {
        if self.is_valid_for(session, min_validity, refused) {
            return RenewalOutcome::Valid(Rc::clone(session));
        }
        if !self.is_renewable(session) {
            return RenewalOutcome::Failed(not_renewable(&session.provider));
        }
        let failed = self.inner.attempts.failed.get();
        let work = self.renew_locked(&session.id, min_validity, refused, failed);
        self.platform().with_lock(RENEWAL_LOCK, work).await
    }

    fn is_valid_for(&self, session: &Session, min_validity: i64, refused: Option<&str>) -> bool {
        self.seconds_left(session) > min_validity
            && refused != Some(session.access_token.secret().as_str())
    }

    /// Renews the tokens when it is time for that. A session that cannot be renewed is left alone.
    pub async fn renew_if_due(&self) -> RenewalOutcome {
        match self.current_session() {
            Some(session) if self.is_renewable(&session) => {
                self.renew(session.max_refresh_margin()).await
            }
            Some(session) => RenewalOutcome::Valid(session),
            None => RenewalOutcome::NotSignedIn,
        }
    }

    /// `failed`: how many attempts had failed when this one was asked for.
    async fn renew_locked(
        &self,
        id: &str,
        min_validity: i64,
        refused: Option<&str>,
        failed: u32,
    ) -> RenewalOutcome {
        match self.session_by_id(id) {
            // Renewed while this one waited for its turn.
            Some(session) if self.is_valid_for(&session, min_validity, refused) => {
                return RenewalOutcome::Valid(session);
            }
            // Other tabs may have renewed while this one slept, and a tab that was duplicated has a copy
            // of the same refresh token.
            Some(session) => self.request_session(Some(&session)).await,
            None => {}
        }
        let Some(session) = self.session_by_id(id) else {
            return RenewalOutcome::NotSignedIn;
        };
        if self.is_valid_for(&session, min_validity, refused) {
            return RenewalOutcome::Valid(session);
        }
        let attempts = &self.inner.attempts;
        attempts.track(id);
        // Who waited for a turn that failed does not try the same again, one after the other.
        if attempts.failed.get() != failed || attempts.again_at.get() > self.platform().now() {
            return RenewalOutcome::Failed(
                Error::new(ErrorCode::ProviderUnavailable, Phase::Token)
                    .provider(&session.provider)
                    .details(
                        "The tokens could not be renewed a moment ago. It is tried again later.",
                    ),
            );
        }
        let answer = self.request_tokens(&session).await;
        // The person may have signed out, or in as somebody else, while the answer was on its way.
        if self.session_by_id(id).is_none() {
            return RenewalOutcome::NotSignedIn;
        }
        match answer {
            Ok(renewed) => {
                if self.update_stored(&renewed).is_err() {
                    // The old tokens are used up: better nobody than somebody with dead tokens.
                    return self.expire(&session);
                }
                self.broadcast_session(&renewed);
                RenewalOutcome::Valid(Rc::new(renewed))
            }
            Err(error) if error.code == ErrorCode::SessionExpired => self.expire(&session),
            // Without anything to renew it by it has not failed at it.
            Err(error) if !self.is_renewable(&session) => RenewalOutcome::Failed(error),
            Err(error) => {
                attempts.failed.set(attempts.failed.get().wrapping_add(1));
                self.broadcast(&Message::Failed {
                    id: &session.id,
                    again_at: attempts.again_at.get(),
                });
                RenewalOutcome::Failed(error)
            }
        }
    }

    /// Another tab could not renew the session.
    pub(super) fn on_remote_renewal_failure(&self, id: &str, again_at: Timestamp) {
        let attempts = &self.inner.attempts;
        attempts.track(id);
        attempts.failed.set(attempts.failed.get().wrapping_add(1));
        let latest = self.platform().now() + http::LONGEST_WAIT;
        attempts.again_at.set(again_at.min(latest));
    }

    fn expire(&self, session: &Session) -> RenewalOutcome {
        self.end(session, SignedOutReason::Expired);
        RenewalOutcome::Ended(SignedOutReason::Expired)
    }

    /// Removes the session here and in the other tabs.
    pub(super) fn end(&self, session: &Session, reason: SignedOutReason) {
        self.remove_by_id(&session.id);
        self.broadcast_end(&session.id, reason);
    }

    /// The token request of a renewal, and everything that is checked of its answer (Core §12.2).
    async fn request_tokens(&self, session: &Session) -> Result<Session> {
        let provider = self.provider(&session.provider)?;
        let explain = |error| provider.explain(error);
        let Some(refresh_token) = &session.refresh_token else {
            if self.inner.silent_renew {
                return self.renew_silently(session).await;
            }
            return Err(not_renewable(provider.id()));
        };
        let metadata = self.metadata(provider).await?;
        // Ahead, so that no tokens are used up that cannot be checked.
        let keys = self.keys(provider, &metadata, false);
        let keys = keys.await.map_err(explain)?;
        let request = token::refresh_request(
            &metadata.token_endpoint,
            &ClientId::new(session.client_id.clone()),
            refresh_token,
            provider.token_params(),
        );
        let answer = self
            .fetch(request, ErrorCode::TokenUnreachable, Phase::Token)
            .await
            .map_err(explain)?;
        let now = self.platform().now();
        let again_at = answer.retry_after(now).map_or(0, |seconds| now + seconds);
        self.inner.attempts.again_at.set(again_at);
        let tokens = token::process_refresh_response(&answer).map_err(|error| {
            let client_secret = provider.client_secret().unwrap_or_default();
            explain(error.redact(&[refresh_token.secret(), client_secret]))
        })?;
        if let Some(text) = &tokens.id_token {
            let token =
                match sign_in::verify_id_token_signature(self, provider, &metadata, keys, text)
                    .await
                {
                    Ok(token) => token,
                    Err(error) => {
                        if error.code == ErrorCode::KeysUnreachable || error.is_network() {
                            self.keep_refresh_token(session, &tokens);
                        }
                        return Err(explain(error));
                    }
                };
            let judged = id_token::validate_refreshed(
                &token,
                &session.first_claims(),
                &session.client_id,
                &tokens.access_token,
                self.platform().now(),
            );
            if let Err(error) = judged {
                if error.code == ErrorCode::ClockSkew {
                    self.keep_refresh_token(session, &tokens);
                }
                return Err(explain(error));
            }
        }
        Ok(session.with_tokens(tokens, self.platform().now()))
    }

    /// The old refresh token is used up, and the new tokens cannot be checked now, as a key cannot be
    /// fetched or nobody tells the right time. The new one is for the next attempt; nothing else is
    /// taken.
    fn keep_refresh_token(&self, session: &Session, tokens: &Tokens) {
        if let Some(refresh_token) = &tokens.refresh_token {
            let next = Session {
                renewals: session.renewals + 1,
                refresh_token: Some(refresh_token.clone()),
                ..session.clone()
            };
            // A sign-out meanwhile counts.
            if self.update_stored(&next).is_ok() {
                self.broadcast_session(&next);
            }
        }
    }

    /// Seconds until the next attempt to renew: refresh_margin of the tokens' end, or after a pause that grows
    /// with every failure. A little of it is chance, so that tabs and people do not all come at once.
    pub fn renewal_in(&self, session: &Session, failures: u32) -> i64 {
        let left = self.seconds_left(session);
        let (wait, spread) = if failures == 0 {
            let refresh_margin = session.refresh_margin();
            (left - refresh_margin, refresh_margin / 2)
        } else {
            let doubled = FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(16));
            let pause = doubled.min(LONGEST_PAUSE);
            (pause, pause / 4)
        };
        let asked_for = self.inner.attempts.again_at(&session.id) - self.platform().now();
        (wait - self.jitter(spread)).max(asked_for).max(1)
    }

    /// A number from zero up to the limit.
    pub(super) fn jitter(&self, limit: i64) -> i64 {
        let mut bytes = [0; 4];
        match self.platform().fill_random(&mut bytes) {
            Ok(()) => i64::from(u32::from_le_bytes(bytes)) % (limit + 1),
            Err(Unavailable) => 0,
        }
    }
}

fn not_renewable(provider: &str) -> Error {
    Error::new(ErrorCode::LoginRequired, Phase::Session)
        .provider(provider)
        .details("The provider gave no refresh token.")
}

impl Session {
    /// Seconds before the end of the tokens at which they are renewed at the latest.
    pub(super) fn refresh_margin(&self) -> i64 {
        let life = self.expires_at - self.renewed_at;
        (life / 5)
            .clamp(*REFRESH_MARGIN.start(), *REFRESH_MARGIN.end())
            .min(life / 2)
    }

    /// The same at the earliest: the chance in [`Auth::renewal_in`] is between the two.
    pub(super) fn max_refresh_margin(&self) -> i64 {
        self.refresh_margin() + self.refresh_margin() / 2
    }

    /// The claims of the ID token that is kept, which are those of the sign-in in everything that a
    /// renewal may not change.
    fn first_claims(&self) -> crate::json::Object {
        // It was read when it came and whenever it was taken out of storage.
        crate::protocol::jws::Jws::parse(self.id_token.secret())
            .map(|token| token.claims)
            .unwrap_or_default()
    }

    /// The session with new tokens. What the answer leaves out stays as it was (RFC 6749 §6).
    fn with_tokens(&self, tokens: Tokens, now: Timestamp) -> Session {
        Session {
            renewals: self.renewals + 1,
            renewed_at: now,
            // Where the answer does not say, the new tokens live as long as the old ones did.
            expires_at: now
                + tokens
                    .expires_in
                    .unwrap_or(self.expires_at - self.renewed_at),
            scope: tokens.scope.unwrap_or_else(|| self.scope.clone()),
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token.or_else(|| self.refresh_token.clone()),
            // The first one is kept where none came: it is the hint for the sign-out.
            id_token: match tokens.id_token {
                Some(token) => IdToken::new(token),
                None => self.id_token.clone(),
            },
            ..self.clone()
        }
    }
}
