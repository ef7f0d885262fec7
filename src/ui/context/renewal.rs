//! Access tokens and their renewal.

use super::AuthContext;
use crate::protocol::error::{Error, ErrorCode, Phase};
use crate::session::RenewalOutcome;
use crate::session::{AuthState, Session};
use leptos::prelude::*;
use oauth2::AccessToken;

/// Whether renewing the tokens works.
#[derive(Clone, Copy)]
pub(super) struct RenewalStatus {
    pub failures: ReadSignal<u32>,
    write_failures: WriteSignal<u32>,
    pub last_error: ReadSignal<Option<Error>>,
    write_last_error: WriteSignal<Option<Error>>,
}

impl RenewalStatus {
    pub fn new() -> RenewalStatus {
        let (failures, write_failures) = signal(0);
        let (last_error, write_last_error) = signal(None);
        RenewalStatus {
            failures,
            write_failures,
            last_error,
            write_last_error,
        }
    }

    pub fn reset(self) {
        self.write_failures.set(0);
    }

    pub fn add_failure(self, error: Error) {
        self.write_failures.update(|failures| *failures += 1);
        self.write_last_error.set(Some(error));
    }
}

impl AuthContext {
    /// Returns an access token that is valid for at least `min_validity` seconds, renewed if necessary. With
    /// `rejected`, a token that an API has rejected, it returns another one that is still valid.
    ///
    /// # Errors
    /// [`ErrorCode::LoginRequired`] if nobody is signed in, [`ErrorCode::SessionExpired`] if the session has
    /// ended, [`ErrorCode::AccessTokenMissing`] if the provider issued no access token, or the reason why the
    /// token couldn't be renewed.
    pub async fn access_token(
        self,
        min_validity: i64,
        rejected: Option<&str>,
    ) -> Result<AccessToken, Error> {
        let renewal = match rejected {
            None => self.renew(min_validity).await,
            Some(rejected) => {
                let renewal = self.client().renew_rejected(rejected).await;
                self.apply_renewal(renewal.clone());
                renewal
            }
        };
        match renewal {
            RenewalOutcome::Valid(session) => issued_access_token(&session),
            RenewalOutcome::Ended(_) => Err(Error::new(ErrorCode::SessionExpired, Phase::Session)),
            RenewalOutcome::NotSignedIn => {
                Err(Error::new(ErrorCode::LoginRequired, Phase::Session)
                    .details("Nobody is signed in."))
            }
            // A token that is still valid, if only for a short time, is better than none.
            RenewalOutcome::Failed(error) => {
                let is_usable = |session: &Session| {
                    self.client().seconds_left(session) > 0
                        && !rejected.is_some_and(|rejected| session.has_access_token(rejected))
                };
                let session = untrack(|| self.session()).filter(|session| is_usable(session));
                match session {
                    Some(session) => issued_access_token(&session),
                    None => Err(error),
                }
            }
        }
    }

    /// Renews the access token unless it's valid for at least `min_validity` seconds.
    pub async fn renew(self, min_validity: i64) -> RenewalOutcome {
        let auth = self.client();
        let renewal = auth.renew(min_validity).await;
        // A session that can't be renewed hasn't failed to renew.
        let session = untrack(|| self.session());
        let is_renewable = session.is_none_or(|session| auth.is_renewable(&session));
        if is_renewable || !matches!(renewal, RenewalOutcome::Failed(_)) {
            self.apply_renewal(renewal.clone());
        }
        renewal
    }

    pub(super) fn apply_renewal(self, renewal: RenewalOutcome) {
        match renewal {
            RenewalOutcome::Valid(session) => {
                self.renewal.reset();
                let is_new =
                    untrack(|| !self.is_signing_in() && self.session().as_ref() != Some(&session));
                if is_new {
                    self.set_state(AuthState::SignedIn(session));
                }
            }
            RenewalOutcome::Ended(reason) => self.set_state(AuthState::SignedOut { reason }),
            RenewalOutcome::Failed(error) => self.renewal.add_failure(error),
            // Signed out in the meantime, which has been reported already.
            RenewalOutcome::NotSignedIn => {}
        }
    }
}

/// The session's access token, if the provider issued one.
fn issued_access_token(session: &Session) -> Result<AccessToken, Error> {
    session.access_token().cloned().ok_or_else(|| {
        Error::new(ErrorCode::AccessTokenMissing, Phase::Token)
            .provider(&session.provider)
            .details("The provider issued an ID token, but no access token.")
    })
}
