//! When a session ends without anybody signing out: by its age, with its tokens, or for lack of activity.
//! Which of these comes first, and when to warn about it.

use super::activity::ActivityLog;
use super::signed_in::Session;
use super::state::SignedOutReason;
use crate::platform::Platform;
use crate::protocol::Timestamp;
use crate::protocol::id_token::CLOCK_SKEW;
use serde::Serialize;
use std::rc::Rc;

/// How many seconds before expiry people are warned: time to save their work. Never more than half of the
/// session.
const WARNING_LEAD: i64 = 300;
/// The same for the idle timeout: time to press a button.
const IDLE_WARNING_LEAD: i64 = 60;
/// Activity is broadcast at most once per twentieth of the idle timeout.
const ACTIVITY_INTERVALS: i64 = 20;

/// When and why a session will end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SessionExpiry {
    /// When it will end.
    pub at: Timestamp,
    /// [`SignedOutReason::Idle`], which the person can prevent, or [`SignedOutReason::Expired`].
    pub reason: SignedOutReason,
    /// When the warning starts.
    #[serde(skip)]
    pub(super) warn_from: Timestamp,
}

/// What the configuration says about the end of sessions.
pub(super) struct ExpiryPolicy<P> {
    pub platform: Rc<P>,
    pub activity: Rc<ActivityLog<P>>,
    /// Seconds from sign-in to the end of the session.
    pub max_session: Option<i64>,
    /// Seconds without activity after which the session ends.
    pub idle_timeout: Option<i64>,
    /// Whether sessions without a refresh token are renewed silently.
    pub silent_renew: bool,
}

impl<P: Platform> ExpiryPolicy<P> {
    /// When the session will end unless something changes. `None` if only the provider knows.
    pub fn expiry(&self, session: &Session) -> Option<SessionExpiry> {
        let expired = self.ends_at(session).map(|at| SessionExpiry {
            at,
            reason: SignedOutReason::Expired,
            warn_from: at - self.warning_lead(session, at),
        });
        let idle = self.idle_timeout.map(|limit| {
            let at = self.last_activity(session).saturating_add(limit);
            SessionExpiry {
                at,
                reason: SignedOutReason::Idle,
                warn_from: at - IDLE_WARNING_LEAD.min(limit / 2),
            }
        });
        match (expired, idle) {
            (Some(expired), Some(idle)) if idle.at < expired.at => Some(idle),
            (expired, idle) => expired.or(idle),
        }
    }

    /// How many seconds before this end people are warned.
    fn warning_lead(&self, session: &Session, at: Timestamp) -> i64 {
        let is_renewed_silently = self.silent_renew && session.refresh_token.is_none();
        if is_renewed_silently && at == session.expires_at {
            // Only after a silent renewal was tried.
            session.refresh_margin() / 2
        } else {
            WARNING_LEAD.min((at - session.started_at) / 2)
        }
    }

    /// When the session ends whatever the person does in the page: with its tokens, or at the configured
    /// age.
    pub fn ends_at(&self, session: &Session) -> Option<Timestamp> {
        let limit = self
            .max_session
            .map(|limit| session.started_at.saturating_add(limit));
        match (session.ends_at(), limit) {
            (Some(tokens), Some(limit)) => Some(tokens.min(limit)),
            (tokens, limit) => tokens.or(limit),
        }
    }

    /// Why the session has ended, if it has.
    pub fn expired_reason(&self, session: &Session) -> Option<SignedOutReason> {
        let expiry = self.expiry(session)?;
        (expiry.at <= self.platform.now()).then_some(expiry.reason)
    }

    pub fn is_expired(&self, session: &Session) -> bool {
        self.expired_reason(session).is_some()
    }

    /// Whether activity matters to the session.
    pub fn has_idle_timeout(&self) -> bool {
        self.idle_timeout.is_some()
    }

    /// Whether activity now is worth broadcasting. Called at every pointer movement, so it's cheap.
    pub fn is_activity_due(&self) -> bool {
        self.idle_timeout.is_some_and(|limit| {
            let elapsed = self.platform.now() - self.activity.latest_in_page();
            elapsed >= (limit / ACTIVITY_INTERVALS).max(1)
        })
    }

    /// When the person was last active, in any tab. Signing in counts; a time in the future doesn't.
    pub fn last_activity(&self, session: &Session) -> Timestamp {
        let latest = self.platform.now() + CLOCK_SKEW;
        let known = Some(self.activity.latest()).filter(|at| *at <= latest);
        known.unwrap_or(0).max(session.started_at)
    }

    /// Another tab has seen activity.
    pub fn on_remote_activity(&self, at: Timestamp) {
        let now = self.platform.now();
        if self.has_idle_timeout() && at > self.activity.latest() && at <= now + CLOCK_SKEW {
            self.activity.record(at);
        }
    }
}
