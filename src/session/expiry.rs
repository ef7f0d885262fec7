//! When a session ends by itself: by its age, with its tokens, or because nobody is there. Which end
//! comes first, when to warn of it, and what keeps it off.

use super::tabs::Message;
use super::{Auth, AuthState, Session, SignedOutReason, store};
use crate::platform::Platform;
use crate::protocol::Timestamp;
use crate::protocol::id_token::CLOCK_SKEW;
use std::rc::Rc;

/// Seconds refresh_margin of which people are warned: time to save what they work on, time to press a button.
/// Never more than half of what there is.
const WARNING: i64 = 300;
const IDLE_WARNING: i64 = 60;
/// Into so many parts the idle time-out is divided: what happens in one of them is told once.
const PARTS: i64 = 20;

/// The end that is in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionExpiry {
    pub at: Timestamp,
    /// [`SignedOutReason::Idle`], which can be kept off, or [`SignedOutReason::Expired`].
    pub reason: SignedOutReason,
    /// From when on it is warned of.
    warned_from: Timestamp,
}

impl<P: Platform> Auth<P> {
    /// How the session ends, unless something comes between. `None` where nobody but the provider
    /// knows.
    pub fn expiry(&self, session: &Session) -> Option<SessionExpiry> {
        let expiry = self.ends_at(session).map(|at| SessionExpiry {
            at,
            reason: SignedOutReason::Expired,
            warned_from: at - self.warning_lead(session, at),
        });
        let idle = self.inner.idle_timeout.map(|limit| {
            let at = self.last_activity(session).saturating_add(limit);
            SessionExpiry {
                at,
                reason: SignedOutReason::Idle,
                warned_from: at - IDLE_WARNING.min(limit / 2),
            }
        });
        match (expiry, idle) {
            (Some(expiry), Some(idle)) if idle.at < expiry.at => Some(idle),
            (expiry, idle) => expiry.or(idle),
        }
    }

    /// How many seconds refresh_margin of this end it is warned of.
    fn warning_lead(&self, session: &Session, at: Timestamp) -> i64 {
        let is_put_off = self.inner.silent_renew && session.refresh_token.is_none();
        match is_put_off && at == session.expires_at {
            // Once a silent renewal was tried.
            true => session.refresh_margin() / 2,
            false => WARNING.min((at - session.started_at) / 2),
        }
    }

    /// When the session ends whatever is done in the page: with its tokens, or where the configuration
    /// sets its end.
    pub fn ends_at(&self, session: &Session) -> Option<Timestamp> {
        let limit = self.inner.max_session;
        let limit = limit.map(|limit| session.started_at.saturating_add(limit));
        match (session.ends_at(), limit) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// The end that people have to be warned of now.
    pub fn warning(&self) -> Option<SessionExpiry> {
        let ending = self.expiry(&*self.current_session()?)?;
        (ending.warned_from <= self.platform().now()).then_some(ending)
    }

    /// Whether, and how, the session is over by now.
    pub(super) fn expired_reason(&self, session: &Session) -> Option<SignedOutReason> {
        let ending = self.expiry(session)?;
        (ending.at <= self.platform().now()).then_some(ending.reason)
    }

    /// What a signed-in page's state has become since: `None` while the session goes on.
    pub async fn check(&self) -> Option<AuthState> {
        self.platform().sync_clock().await;
        match self.restore(None).await {
            AuthState::SignedIn(_) => None,
            changed => Some(changed),
        }
    }

    /// Whether it matters to the session that somebody is there.
    pub fn watches_activity(&self) -> bool {
        self.inner.idle_timeout.is_some()
    }

    /// Somebody is there: the pointer moved, a key was pressed. Not while people are warned that the
    /// session ends: then they are asked, and answer with [`stay`](Self::stay).
    pub fn note_activity(&self) {
        let Some(limit) = self.inner.idle_timeout else {
            return;
        };
        // Called with every movement, so that little is done for most of them.
        let now = self.platform().now();
        if now - self.inner.noted_at.get() >= (limit / PARTS).max(1) && self.warning().is_none() {
            self.extend();
        }
    }

    /// The person wants to stay: the idle time-out begins anew, in every tab.
    pub fn extend(&self) {
        let somebody = self.current_session().map(|session| session.id.clone());
        let somebody = somebody.or_else(|| self.inactive_ids().pop());
        if let Some(id) = somebody.filter(|_| self.watches_activity()) {
            let at = self.platform().now();
            self.write_activity(at);
            self.broadcast(&Message::Active { id: &id, at });
        }
    }

    /// Another tab saw somebody.
    pub(super) fn on_remote_activity(&self, at: Timestamp) {
        let now = self.platform().now();
        if self.watches_activity() && at > self.noted_at() && at <= now + CLOCK_SKEW {
            self.write_activity(at);
        }
    }

    /// When somebody was last there, in any tab. A session begins with somebody being there; what is no
    /// time that has been does not count.
    pub(super) fn last_activity(&self, session: &Session) -> Timestamp {
        let latest = self.platform().now() + CLOCK_SKEW;
        let noted = Some(self.noted_at()).filter(|at| *at <= latest);
        noted.unwrap_or(0).max(session.started_at)
    }

    fn noted_at(&self) -> Timestamp {
        let here = self.inner.noted_at.get();
        match self.memory() {
            Some(_) => here,
            None => here.max(store::read_activity(self.platform()).unwrap_or(0)),
        }
    }

    pub(super) fn write_activity(&self, at: Timestamp) {
        self.inner.noted_at.set(at);
        if self.memory().is_none() {
            store::write_activity(self.platform(), at);
        }
    }

    /// Seconds until there is something to do for the session: to renew it, to warn, to end it.
    pub fn next_check_in(&self, session: &Session, failures: u32) -> i64 {
        let now = self.platform().now();
        let renewal = self
            .is_renewable(session)
            .then(|| self.renewal_in(session, failures));
        let ending = self.expiry(session).map(|ending| match ending.warned_from {
            warned_from if warned_from > now => warned_from - now,
            _ => ending.at - now,
        });
        let next = match (renewal, ending) {
            (Some(one), Some(other)) => one.min(other),
            (one, other) => one.or(other).unwrap_or(i64::MAX),
        };
        next.max(1)
    }

    /// The session that is kept unless it is over.
    pub(super) fn current_session(&self) -> Option<Rc<Session>> {
        let session = self.read_session()?;
        self.expired_reason(&session)
            .is_none()
            .then(|| Rc::new(session))
    }
}
