//! What the tabs of an origin send each other. How a tab reacts is in [`tab_sync`](super::tab_sync).

use super::signed_in::Session;
use super::state::SignedOutReason;
use super::stored_session::StoredSession;
use super::trace::{Event, Step, Trace};
use crate::json;
use crate::platform::Platform;
use crate::protocol::Timestamp;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;

/// A message between tabs. It is validated like anything from storage.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum TabMessage {
    /// Asks for a session, or for a newer copy of one. Whoever has it answers with
    /// [`Session`](Self::Session), [`Active`](Self::Active) or [`Ended`](Self::Ended).
    RequestSession {
        /// The copy that the asking tab has. `None` if it has none.
        #[serde(skip_serializing_if = "Option::is_none")]
        newer_than: Option<SessionVersion>,
    },
    /// A session that was started or renewed.
    Session {
        session: Box<StoredSession>,
        /// Whether it is inactive in the sending tab.
        inactive: bool,
        /// When the person was last active.
        active_at: Timestamp,
    },
    /// The person switched to this session.
    Switch { id: String },
    /// The session couldn't be renewed. No tab tries again before this time.
    RenewalFailed { id: String, retry_at: Timestamp },
    /// The person is active.
    Active { id: String, at: Timestamp },
    /// The session has ended.
    Ended { id: String, reason: SignedOutReason },
    /// `logout.html` was loaded: the provider has ended the session with this issuer and session id
    /// ([Front-Channel Logout §3](https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPInitiated)).
    Logout { iss: String, sid: String },
}

impl TabMessage {
    /// The name of the message.
    fn kind(&self) -> &'static str {
        match self {
            TabMessage::RequestSession { .. } => "request-session",
            TabMessage::Session { .. } => "session",
            TabMessage::Switch { .. } => "switch",
            TabMessage::RenewalFailed { .. } => "renewal-failed",
            TabMessage::Active { .. } => "active",
            TabMessage::Ended { .. } => "ended",
            TabMessage::Logout { .. } => "logout",
        }
    }
}

/// Identifies a copy of a session.
#[derive(Serialize, Deserialize)]
pub(super) struct SessionVersion {
    pub id: String,
    pub renewals: i64,
}

impl From<&Session> for SessionVersion {
    fn from(session: &Session) -> SessionVersion {
        SessionVersion {
            id: session.id.clone(),
            renewals: session.renewals,
        }
    }
}

/// The channel to the other tabs, and the sessions that have ended as far as this tab knows: a tab that
/// showed another page in the meantime may still have one of them.
pub(super) struct TabChannel<P> {
    platform: Rc<P>,
    trace: Rc<Trace<P>>,
    ended: RefCell<Vec<(String, SignedOutReason)>>,
}

impl<P: Platform> TabChannel<P> {
    pub fn new(platform: Rc<P>, trace: Rc<Trace<P>>) -> TabChannel<P> {
        TabChannel {
            platform,
            trace,
            ended: RefCell::default(),
        }
    }

    /// Sends a message to the other tabs.
    pub fn broadcast(&self, message: &TabMessage) {
        self.record(Step::TabSent, message);
        // Every message can be written: none has a map with odd keys.
        if let Ok(text) = json::to_string(message) {
            self.platform.broadcast(&text);
        }
    }

    /// Reads a message. Other scripts may use the same channel.
    pub fn parse(&self, text: &str) -> Option<TabMessage> {
        let message = json::from_str(text).ok()?;
        self.record(Step::TabReceived, &message);
        Some(message)
    }

    fn record(&self, step: Step, message: &TabMessage) {
        // So many that there would be no room for anything else.
        if !matches!(message, TabMessage::Active { .. }) {
            self.trace
                .record(Event::new(step).with("type", message.kind()));
        }
    }

    /// Why the session with this id has ended, if it is known to have.
    pub fn ended_reason(&self, id: &str) -> Option<SignedOutReason> {
        let ended = self.ended.borrow();
        let (_, reason) = ended.iter().find(|(known, _)| known == id)?;
        Some(*reason)
    }

    /// How many sessions have ended as far as this page knows, for [`reason_since`](Self::reason_since).
    pub fn ends(&self) -> usize {
        self.ended.borrow().len()
    }

    /// Why the last session has ended, if one has since [`ends`](Self::ends) returned this.
    pub fn reason_since(&self, ends: usize) -> Option<SignedOutReason> {
        let ended = self.ended.borrow();
        let (_, reason) = ended.get(ends..)?.last()?;
        Some(*reason)
    }

    /// Remembers that the session with this id has ended. The first reason counts.
    pub fn record_end(&self, id: &str, reason: SignedOutReason) {
        if self.ended_reason(id).is_none() {
            self.ended.borrow_mut().push((id.to_owned(), reason));
        }
    }
}
