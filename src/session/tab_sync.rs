//! How a tab reacts to the messages of the others, so that all tabs have the same session.
//!
//! Tabs that don't share sessions (`share_session: false`) have none in common, unless a tab was
//! duplicated: its copy uses the same tokens, so it has to know what happens to them.

use super::code_flow::CodeFlow;
use super::retry::RetryState;
use super::sessions::Sessions;
use super::signed_in::Session;
use super::state::{AuthState, SignedOutReason};
use super::tab_channel::{SessionVersion, TabMessage};
use crate::platform::Platform;
use crate::protocol::{Timestamp, http};
use crate::provider::Provider;
use std::rc::Rc;

/// Reacts to the messages of other tabs.
pub(super) struct TabSync<P> {
    pub sessions: Rc<Sessions<P>>,
    pub code_flow: Rc<CodeFlow<P>>,
    pub retry: Rc<RetryState>,
}

impl<P: Platform> TabSync<P> {
    /// Processes a message. Returns the new state if it changes. What can't be read is ignored.
    pub async fn on_message(&self, message: &str, providers: &[Provider]) -> Option<AuthState> {
        match self.sessions.channel.parse(message)? {
            TabMessage::RequestSession { newer_than: None } => {
                self.send_all_sessions();
                None
            }
            TabMessage::RequestSession {
                newer_than: Some(version),
            } => {
                self.send_newer(&version);
                None
            }
            TabMessage::Session {
                session,
                inactive,
                active_at,
            } => {
                let remote = session.into_session(providers)?;
                if !self.is_trusted(&remote).await {
                    return None;
                }
                self.accept_remote(remote, inactive, active_at)
            }
            TabMessage::Switch { id } => self.follow_switch(&id),
            TabMessage::RenewalFailed { id, retry_at } => {
                self.on_renewal_failure(&id, retry_at);
                None
            }
            TabMessage::Active { id, at } => {
                // Of a session that this tab has too.
                self.sessions.store.by_id(&id)?;
                self.sessions.expiry.on_remote_activity(at);
                None
            }
            TabMessage::Ended { id, reason } => self.on_end(&id, reason),
            TabMessage::Logout { iss, sid } => self.on_provider_logout(&iss, &sid),
        }
    }

    /// Answers a tab that has no session.
    fn send_all_sessions(&self) {
        if self.sessions.is_shared {
            for session in self.stored_sessions() {
                self.send(&session, None);
            }
        }
    }

    /// Answers a tab that has a copy of a session.
    fn send_newer(&self, version: &SessionVersion) {
        let SessionVersion { id, renewals } = version;
        if let Some(reason) = self.sessions.channel.ended_reason(id) {
            self.sessions.channel.broadcast(&TabMessage::Ended {
                id: id.clone(),
                reason,
            });
        } else if let Some(session) = self.sessions.store.by_id(id) {
            self.send(&session, Some(*renewals));
        }
    }

    /// Sends the session if it is newer than a copy that was renewed so many times.
    fn send(&self, session: &Session, renewals: Option<i64>) {
        let sessions = &self.sessions;
        if sessions.expiry.is_expired(session) {
            return;
        }
        if renewals.is_none_or(|renewals| renewals < session.renewals) {
            sessions.broadcast_session(session);
        } else if sessions.expiry.has_idle_timeout() {
            sessions.channel.broadcast(&TabMessage::Active {
                id: session.id.clone(),
                at: sessions.expiry.last_activity(session),
            });
        }
    }

    /// Whether the signature of a session from another tab fits, as far as that's known here.
    async fn is_trusted(&self, remote: &Session) -> bool {
        let known = self.sessions.store.by_id(&remote.id);
        if known.is_some_and(|known| known.id_token == remote.id_token) {
            return true;
        }
        let in_verification = &self.sessions.in_verification;
        in_verification.borrow_mut().push(remote.clone());
        let is_trusted = self.code_flow.trusts(remote).await;
        let mut others = in_verification.borrow_mut();
        if let Some(place) = others.iter().position(|other| other == remote) {
            others.swap_remove(place);
        }
        is_trusted
    }

    /// Remembers the end of sessions whose signature is being verified: they don't start here any more.
    fn end_in_verification(&self, reason: SignedOutReason, is_meant: impl Fn(&Session) -> bool) {
        for session in self.sessions.in_verification.borrow().iter() {
            if is_meant(session) {
                self.sessions.record_end(&session.id, reason);
            }
        }
    }

    /// Takes over a session that is newer than the current one.
    fn accept_remote(
        &self,
        remote: Session,
        inactive: bool,
        active_at: Timestamp,
    ) -> Option<AuthState> {
        let sessions = &self.sessions;
        let current = sessions.store.current();
        let is_current = current.as_ref().is_some_and(|it| it.id == remote.id);
        let is_inactive = inactive
            || sessions.store.is_inactive(&remote.id)
            || sessions.store.has_several_accounts()
                && current
                    .as_ref()
                    .is_some_and(|current| remote.started_at < current.started_at);
        if is_inactive && !is_current {
            self.accept_remote_inactive(&remote, active_at);
            return None;
        }
        let is_newer = match &current {
            Some(current) if current.id == remote.id => remote.renewals > current.renewals,
            _ if !sessions.is_shared => false,
            None => true,
            // Of two from the same second, the one that arrives is the later: tabs broadcast at once.
            Some(current) => remote.started_at >= current.started_at,
        };
        if !is_newer || !self.is_alive(&remote, active_at) {
            return None;
        }
        // Without storage, this tab stays as it is.
        sessions.activate(&remote).ok()?;
        Some(AuthState::SignedIn(Rc::new(remote)))
    }

    /// Takes over a session that is inactive here or in the sending tab.
    fn accept_remote_inactive(&self, remote: &Session, active_at: Timestamp) {
        let sessions = &self.sessions;
        let is_newer = match sessions.store.inactive(&remote.id) {
            Some(known) => remote.renewals > known.renewals,
            None => {
                sessions.is_shared
                    && sessions.store.has_several_accounts()
                    && !self
                        .stored_sessions()
                        .any(|known| known.is_of_same_account(remote))
            }
        };
        if is_newer && self.is_alive(remote, active_at) {
            // Without storage, this tab does without it.
            let _ = sessions.store.set_inactive(remote);
        }
    }

    /// Whether a session from another tab, where the person was active at this time, hasn't ended.
    fn is_alive(&self, remote: &Session, active_at: Timestamp) -> bool {
        if self.sessions.channel.ended_reason(&remote.id).is_some() {
            return false;
        }
        self.sessions.expiry.on_remote_activity(active_at);
        !self.sessions.expiry.is_expired(remote)
    }

    /// The person switched accounts in another tab.
    fn follow_switch(&self, id: &str) -> Option<AuthState> {
        let sessions = &self.sessions;
        if !sessions.is_shared || !sessions.store.is_inactive(id) {
            return None;
        }
        let session = sessions.by_id(id)?;
        sessions.activate(&session).ok()?;
        Some(AuthState::SignedIn(session))
    }

    /// Another tab couldn't renew the current session.
    fn on_renewal_failure(&self, id: &str, retry_at: Timestamp) {
        if self.is_current(id) {
            let latest = self.sessions.platform.now() + http::LONGEST_WAIT;
            self.retry.track(id);
            self.retry.record_failure();
            self.retry.set_retry_at(retry_at.clamp(0, latest));
        }
    }

    /// A session has ended in another tab.
    fn on_end(&self, id: &str, reason: SignedOutReason) -> Option<AuthState> {
        if matches!(
            reason,
            SignedOutReason::NeverSignedIn | SignedOutReason::Interrupted
        ) {
            return None;
        }
        self.end_in_verification(reason, |session| session.id == id);
        let is_current = self.is_current(id);
        self.sessions.store.by_id(id)?;
        self.sessions.trace_end(reason);
        self.sessions.record_end(id, reason);
        self.sessions.store.remove_by_id(id);
        is_current.then_some(AuthState::SignedOut { reason })
    }

    /// The provider has ended the sessions with this issuer and session id.
    fn on_provider_logout(&self, iss: &str, sid: &str) -> Option<AuthState> {
        let reason = SignedOutReason::SignedOut;
        self.end_in_verification(reason, |session| session.is_named_by(iss, sid));
        let current = self.sessions.store.current();
        let mut state = None;
        let named = self.stored_sessions();
        for session in named.filter(|session| session.is_named_by(iss, sid)) {
            self.sessions.end(&session, reason);
            if current.as_ref().is_some_and(|it| it.id == session.id) {
                state = Some(AuthState::SignedOut { reason });
            }
        }
        state
    }

    fn is_current(&self, id: &str) -> bool {
        let current = self.sessions.store.current();
        current.is_some_and(|current| current.id == id)
    }

    fn stored_sessions(&self) -> impl Iterator<Item = Session> + use<P> {
        let store = &self.sessions.store;
        store.current().into_iter().chain(store.inactive_sessions())
    }
}
