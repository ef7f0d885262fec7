//! The sessions of this tab: stored, checked for expiry, and kept in step with the other tabs.

use super::activity::ActivityLog;
use super::expiry::{ExpiryPolicy, SessionExpiry};
use super::markers;
use super::signed_in::Session;
use super::state::SignedOutReason;
use super::store::SessionStore;
use super::stored_session::StoredSession;
use super::tab_channel::{TabChannel, TabMessage};
use super::trace::{Event, Step, Trace};
use crate::platform::{Platform, Unavailable};
use crate::protocol::error::{Error, ErrorCode, Phase};
use std::cell::RefCell;
use std::rc::Rc;

/// Milliseconds that other tabs have to send their session.
const RESPONSE_TIME: u32 = 100;
/// Milliseconds for which a session that has arrived is waited for: the keys may have to be fetched.
const LONGEST_VERIFICATION: u32 = 10_000;

/// The sessions of this tab: the current one, and those of other accounts, which are inactive.
pub(super) struct Sessions<P> {
    pub platform: Rc<P>,
    pub store: SessionStore<P>,
    pub expiry: ExpiryPolicy<P>,
    pub activity: Rc<ActivityLog<P>>,
    pub channel: TabChannel<P>,
    pub trace: Rc<Trace<P>>,
    /// Whether the tabs of this origin share the session.
    pub is_shared: bool,
    /// Whether sign-ins start automatically, so that the end of a session has to prevent that.
    pub auto_sign_in: bool,
    /// Sessions of other tabs whose signature is being verified. They may end in the meantime.
    pub in_verification: RefCell<Vec<Session>>,
}

impl<P: Platform> Sessions<P> {
    /// The current session unless it has expired.
    pub fn current(&self) -> Option<Rc<Session>> {
        self.unless_expired(self.store.current()?)
    }

    /// The session with this id, current or inactive, unless it has expired.
    pub fn by_id(&self, id: &str) -> Option<Rc<Session>> {
        self.unless_expired(self.store.by_id(id)?)
    }

    fn unless_expired(&self, session: Session) -> Option<Rc<Session>> {
        (!self.expiry.is_expired(&session)).then(|| Rc::new(session))
    }

    /// Makes a session the current one. The one before becomes inactive if several accounts are
    /// configured and it belongs to another account; otherwise it is replaced, as is an older session of
    /// the same account.
    ///
    /// # Errors
    /// If there's no room. Nothing changes then.
    pub fn activate(&self, session: &Session) -> Result<(), Unavailable> {
        let before = self.current().filter(|before| {
            self.store.has_several_accounts() && !before.is_of_same_account(session)
        });
        if let Some(before) = &before {
            self.store.set_inactive(before)?;
        }
        if self.store.set_current(session).is_err() {
            if let Some(before) = &before {
                self.store.remove_inactive(&before.id);
            }
            return Err(Unavailable);
        }
        self.store.remove_inactive(&session.id);
        for other in self.store.inactive_sessions() {
            if other.is_of_same_account(session) {
                self.store.remove_inactive(&other.id);
            }
        }
        Ok(())
    }

    /// Stores a new session as the current one and sends it to the other tabs.
    ///
    /// # Errors
    /// If there's no room.
    pub fn start(&self, session: &Session) -> Result<(), Unavailable> {
        self.store_traced(session, || self.activate(session))?;
        if self.expiry.has_idle_timeout() {
            self.activity.record(session.started_at);
        }
        if self.is_shared {
            self.broadcast_session(session);
        }
        Ok(())
    }

    /// Stores a renewed session and sends it to the other tabs.
    ///
    /// # Errors
    /// If there's no room, or somebody signed out in the meantime.
    pub fn update(&self, session: &Session) -> Result<(), Unavailable> {
        self.store_traced(session, || self.store.update(session))?;
        self.broadcast_session(session);
        Ok(())
    }

    /// Stores a session, and records whether that worked.
    fn store_traced(
        &self,
        session: &Session,
        store: impl FnOnce() -> Result<(), Unavailable>,
    ) -> Result<(), Unavailable> {
        let stored = store();
        self.trace.record(
            Event::new(Step::Session)
                .with("ok", stored.is_ok())
                .with("expiresIn", session.expires_at - self.platform.now())
                .with("refreshToken", session.refresh_token.is_some())
                .with("renewals", session.renewals),
        );
        stored
    }

    /// Records that a session has ended here.
    pub fn trace_end(&self, reason: SignedOutReason) {
        self.trace
            .record(Event::new(Step::Ended).with("reason", reason));
    }

    /// Ends a session here and in the other tabs.
    pub fn end(&self, session: &Session, reason: SignedOutReason) {
        self.trace_end(reason);
        self.store.remove_by_id(&session.id);
        self.broadcast_end(&session.id, reason);
    }

    /// Informs the other tabs that a session has ended.
    pub fn broadcast_end(&self, id: &str, reason: SignedOutReason) {
        self.record_end(id, reason);
        self.channel.broadcast(&TabMessage::Ended {
            id: id.to_owned(),
            reason,
        });
    }

    /// Remembers that a session has ended. After that, nobody is signed in automatically in this tab, even
    /// if another tab had tried: a reload would undo the sign-out.
    pub fn record_end(&self, id: &str, reason: SignedOutReason) {
        if self.auto_sign_in {
            markers::mark_auto_attempt(&*self.platform);
        }
        self.channel.record_end(id, reason);
    }

    pub fn broadcast_session(&self, session: &Session) {
        self.channel.broadcast(&TabMessage::Session {
            session: Box::new(StoredSession::from(session)),
            inactive: self.store.is_inactive(&session.id),
            active_at: self.expiry.last_activity(session),
        });
    }

    /// Asks the other tabs for a newer copy of this session, or for any session, and waits for the answer.
    pub async fn request_session(&self, newer_than: Option<&Session>) {
        self.request_newer(newer_than);
        self.platform.sleep(RESPONSE_TIME).await;
        // The answer may be there, but not verified: its tokens mustn't be used twice.
        for _ in 0..LONGEST_VERIFICATION / RESPONSE_TIME {
            if self.in_verification.borrow().is_empty() {
                break;
            }
            self.platform.sleep(RESPONSE_TIME).await;
        }
    }

    /// Asks the other tabs for a newer copy of this session, or for any session. The answer arrives as a
    /// message.
    pub fn request_newer(&self, than: Option<&Session>) {
        self.channel.broadcast(&TabMessage::RequestSession {
            newer_than: than.map(Into::into),
        });
    }

    /// Takes over the session of another open tab, if this one has none.
    pub async fn sync_with_tabs(&self) -> Option<Rc<Session>> {
        if self.is_shared {
            self.request_session(None).await;
        }
        let session = self.current()?;
        // Opening a tab is activity.
        self.extend();
        Some(session)
    }

    /// Ends inactive sessions that have expired, unless another tab has a newer copy.
    pub async fn end_expired_inactive(&self) {
        self.store.discard_unused();
        for session in self.store.inactive_sessions() {
            if !self.expiry.is_expired(&session) {
                continue;
            }
            self.request_session(Some(&session)).await;
            if let Some(session) = self.store.inactive(&session.id)
                && let Some(reason) = self.expiry.expired_reason(&session)
            {
                self.end(&session, reason);
            }
        }
    }

    /// The end that people have to be warned about now.
    pub fn warning(&self) -> Option<SessionExpiry> {
        let expiry = self.expiry.expiry(&*self.current()?)?;
        (expiry.warn_from <= self.platform.now()).then_some(expiry)
    }

    /// Restarts the idle timeout because the person is active. During a warning this does nothing: then
    /// the person is asked, and answers with [`extend`](Self::extend).
    pub fn note_activity(&self) {
        if self.expiry.is_activity_due() && self.warning().is_none() {
            self.extend();
        }
    }

    /// Restarts the idle timeout in every tab.
    pub fn extend(&self) {
        let id = self.current().map(|session| session.id.clone());
        let id = id.or_else(|| self.store.inactive_ids().pop());
        if let Some(id) = id.filter(|_| self.expiry.has_idle_timeout()) {
            let at = self.platform.now();
            self.activity.record(at);
            self.channel.broadcast(&TabMessage::Active { id, at });
        }
    }
}

/// The error of a session or transaction that can't be stored.
pub(super) fn storage_unavailable(provider: &str) -> Error {
    Error::new(ErrorCode::StorageUnavailable, Phase::Session)
        .provider(provider)
        .details("Session storage is blocked or full.")
}
