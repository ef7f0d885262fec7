//! Several people signed in at once, or one with several accounts, where the configuration allows that.
//! One session is the current one, by which everything else goes; the others are set aside, each with
//! its own tokens, until somebody switches to one of them.

use super::renewal::RenewalOutcome;
use super::tabs::Message;
use super::{Auth, AuthState, Session, User, sign_in};
use crate::platform::{Platform, Unavailable};
use crate::protocol::Timestamp;
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use std::rc::Rc;

/// Somebody who is signed in here, current or set aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The session's, to switch to it by.
    pub id: String,
    pub user: User,
}

impl<P: Platform> Auth<P> {
    /// Everybody who is signed in here, the current one first. Empty unless the configuration allows
    /// several.
    pub fn accounts(&self) -> Vec<Account> {
        let current = self
            .current_session()
            .filter(|_| self.has_several_accounts());
        let aside = self.inactive_sessions().into_iter();
        let aside = aside.filter(|session| self.expired_reason(session).is_none());
        let account = |id: &str, user: &User| Account {
            id: id.to_owned(),
            user: user.clone(),
        };
        let current = current.map(|session| account(&session.id, &session.user));
        let aside = aside.map(|session| account(&session.id, &session.user));
        current.into_iter().chain(aside).collect()
    }

    /// Makes another account the current one, in every tab, with new tokens where its own are old. The
    /// one that was current is set aside.
    ///
    /// # Errors
    /// [`ErrorCode::SessionExpired`] where the account has come to its end, by the configuration or by
    /// the provider's word; [`ErrorCode::StorageUnavailable`]. Who is current stays so.
    pub async fn switch_account(&self, id: &str) -> Result<Rc<Session>> {
        self.platform().sync_clock().await;
        self.check_accounts().await;
        let gone = || Error::new(ErrorCode::SessionExpired, Phase::Session);
        let session = self.session_by_id(id).ok_or_else(gone)?;
        if self.is_renewable(&session)
            && let RenewalOutcome::Ended(_) = self
                .renew_account(&session, session.max_refresh_margin(), None)
                .await
        {
            return Err(gone().provider(&session.provider));
        }
        // As it is by now; a renewal that failed is tried again later.
        let session = self.session_by_id(id).ok_or_else(gone)?;
        if self.activate(&session).is_err() {
            let provider = self.provider(&session.provider)?;
            return Err(sign_in::storage_unavailable(provider));
        }
        self.broadcast(&Message::Switch { id });
        Ok(session)
    }

    /// Ends what is set aside and over by now.
    pub async fn check_accounts(&self) {
        self.discard_foreign_accounts();
        for session in self.inactive_sessions() {
            if self.expired_reason(&session).is_some() {
                // This tab may have slept, and the others have gone on.
                self.request_session(Some(&session)).await;
                let session = self.read_inactive(&session.id);
                if let Some(session) = session
                    && let Some(reason) = self.expired_reason(&session)
                {
                    self.end(&session, reason);
                }
            }
        }
    }

    /// Asks the other tabs for what became of the accounts while this one was elsewhere.
    pub(super) fn request_inactive_sessions(&self) {
        for session in self.inactive_sessions() {
            self.broadcast(&Message::RequestSession {
                newer_than: Some((&session.id, session.renewals)),
            });
        }
    }

    /// The sessions that are set aside, in the order of their sign-ins. They may have come to their end.
    pub(super) fn inactive_sessions(&self) -> Vec<Session> {
        let mut found: Vec<Session> = Vec::new();
        if !self.has_several_accounts() {
            return found;
        }
        let current = self.read_session();
        for id in self.inactive_ids() {
            if current.as_ref().is_some_and(|current| current.id == id) {
                continue;
            }
            if let Some(session) = self.read_inactive(&id) {
                let later = |other: &Session| other.started_at > session.started_at;
                let place = found.iter().position(later).unwrap_or(found.len());
                found.insert(place, session);
            }
        }
        found
    }

    pub(super) fn is_inactive(&self, id: &str) -> bool {
        self.read_inactive(id).is_some() && self.read_session().is_none_or(|it| it.id != id)
    }

    /// The session of this id, current or set aside, unless it is over.
    pub(super) fn session_by_id(&self, id: &str) -> Option<Rc<Session>> {
        let current = self.read_session().filter(|session| session.id == id);
        let session = current.or_else(|| self.read_inactive(id))?;
        self.expired_reason(&session)
            .is_none()
            .then(|| Rc::new(session))
    }

    /// Keeps a session as the current one. Who was current is set aside where the configuration allows
    /// several, and replaced otherwise; so is an older session of the same account. Nothing is changed
    /// where there is no room.
    pub(super) fn activate(&self, session: &Session) -> Result<(), Unavailable> {
        let before = self
            .current_session()
            .filter(|before| self.has_several_accounts() && !before.is_of_same_account(session));
        if let Some(before) = &before {
            self.write_inactive(before)?;
        }
        if self.write_session(session).is_err() {
            if let Some(before) = &before {
                self.remove_inactive(&before.id);
            }
            return Err(Unavailable);
        }
        self.remove_inactive(&session.id);
        for other in self.inactive_sessions() {
            if other.is_of_same_account(session) {
                self.remove_inactive(&other.id);
            }
        }
        Ok(())
    }

    /// Writes a session again where it is by now: its person may have switched meanwhile.
    pub(super) fn update_stored(&self, session: &Session) -> Result<(), Unavailable> {
        match self.read_session() {
            Some(kept) if kept.id == session.id => self.write_session(session),
            _ if self.is_inactive(&session.id) => self.write_inactive(session),
            _ => Err(Unavailable),
        }
    }

    /// Removes the session of this id, wherever it is.
    pub(super) fn remove_by_id(&self, id: &str) {
        if self.read_session().is_some_and(|kept| kept.id == id) {
            self.remove_session();
        }
        self.remove_inactive(id);
    }

    /// Another tab has switched to this account.
    pub(super) fn follow_switch(&self, session: Session) -> Option<AuthState> {
        if !self.inner.share_session || !self.is_inactive(&session.id) {
            return None;
        }
        if self.expired_reason(&session).is_some() {
            return None;
        }
        self.activate(&session).ok()?;
        Some(AuthState::SignedIn(Rc::new(session)))
    }

    /// Another tab has told of a session that is set aside here or there.
    pub(super) fn accept_remote_inactive(&self, told: &Session, active_at: Timestamp) {
        let is_news = match self.read_inactive(&told.id) {
            Some(known) => told.renewals > known.renewals,
            None => {
                let known = self
                    .read_session()
                    .into_iter()
                    .chain(self.inactive_sessions());
                self.inner.share_session
                    && self.has_several_accounts()
                    && !known
                        .into_iter()
                        .any(|known| known.is_of_same_account(told))
            }
        };
        if !is_news || self.ended_reason(&told.id).is_some() {
            return;
        }
        self.on_remote_activity(active_at);
        if self.expired_reason(told).is_none() {
            // Without storage this tab goes without it.
            let _ = self.write_inactive(told);
        }
    }
}

impl Session {
    fn is_of_same_account(&self, other: &Session) -> bool {
        self.issuer == other.issuer && self.user.subject == other.user.subject
    }
}
