//! The same session in every tab of the origin. Tabs tell each other what changed, over a channel that
//! only they hear; what is told is judged like what is read from storage.

use super::{Auth, AuthState, Session, SignedOutReason, store};
use crate::json::{Json, Object};
use crate::platform::Platform;
use crate::protocol::Timestamp;
use std::rc::Rc;

/// Milliseconds that other tabs have to hand the session to a new one.
const ANSWER_TIME: u32 = 100;

/// What tabs tell each other.
pub(super) enum Message<'a> {
    /// Whoever has a session, or a newer copy than this one, tells it, and when somebody was there.
    RequestSession { newer_than: Option<(&'a str, i64)> },
    /// A session that was begun or renewed, and when somebody was there.
    Session {
        session: &'a Session,
        /// Whether it is set aside.
        aside: bool,
        active_at: Timestamp,
    },
    /// The person goes on with the session of this id, which was set aside.
    Switch { id: &'a str },
    /// The session of this id could not be renewed. Nobody tries again before the time.
    Failed { id: &'a str, again_at: Timestamp },
    /// Somebody was there.
    Active { id: &'a str, at: Timestamp },
    /// The session of this id is over.
    Ended {
        id: &'a str,
        reason: SignedOutReason,
    },
}

impl Message<'_> {
    fn to_json(&self) -> Object {
        let (name, id, number) = match self {
            Message::RequestSession { newer_than: None } => ("ask", None, None),
            Message::RequestSession {
                newer_than: Some((id, renewals)),
            } => ("ask", Some(*id), Some(*renewals)),
            Message::Session { active_at, .. } => ("session", None, Some(*active_at)),
            Message::Switch { id } => ("switch", Some(*id), None),
            Message::Failed { id, again_at } => ("failed", Some(*id), Some(*again_at)),
            Message::Active { id, at } => ("active", Some(*id), Some(*at)),
            Message::Ended { id, reason } => (reason.as_str(), Some(*id), None),
        };
        let mut message = match self {
            Message::Session { session, .. } => store::session_to_json(session),
            _ => Object::default(),
        };
        if let Message::Session { aside: true, .. } = self {
            message.insert("aside", Json::Bool(true));
        }
        let text = |text: &str| Json::String(text.to_owned());
        message.insert("message", text(name));
        if let Some(id) = id {
            message.insert("id", text(id));
        }
        if let Some(number) = number {
            message.insert("number", Json::Integer(number));
        }
        message
    }
}

impl<P: Platform> Auth<P> {
    pub(super) fn broadcast(&self, message: &Message<'_>) {
        let message = Json::Object(message.to_json());
        self.platform().broadcast(&message.to_line());
    }

    pub(super) fn broadcast_end(&self, id: &str, reason: SignedOutReason) {
        self.record_end(id, reason);
        self.broadcast(&Message::Ended { id, reason });
    }

    fn record_end(&self, id: &str, reason: SignedOutReason) {
        self.suppress_auto_sign_in();
        if self.ended_reason(id).is_none() {
            self.inner.ended.borrow_mut().push((id.to_owned(), reason));
        }
    }

    /// Why the session of this id is over, where it is known to be.
    pub(super) fn ended_reason(&self, id: &str) -> Option<SignedOutReason> {
        let ended = self.inner.ended.borrow();
        let (_, reason) = ended.iter().find(|(known, _)| known == id)?;
        Some(*reason)
    }

    pub(super) fn broadcast_session(&self, session: &Session) {
        self.broadcast(&Message::Session {
            session,
            aside: self.is_inactive(&session.id),
            active_at: self.last_activity(session),
        });
    }

    /// Asks the other tabs for what is newer than this session, or for any where there is none.
    pub(super) async fn request_session(&self, session: Option<&Session>) {
        self.broadcast(&Message::RequestSession {
            newer_than: session.map(|session| (session.id.as_str(), session.renewals)),
        });
        self.platform().sleep(ANSWER_TIME).await;
    }

    /// Asks the tabs that are open for their session, where this one has none.
    pub(super) async fn sync_with_tabs(&self) -> AuthState {
        if self.inner.share_session {
            self.request_session(None).await;
        }
        match self.current_session() {
            Some(session) => {
                // It was a person who opened this one.
                self.extend();
                AuthState::SignedIn(session)
            }
            None => AuthState::SignedOut {
                reason: SignedOutReason::NeverSignedIn,
            },
        }
    }

    /// Takes what another tab told. The state that follows of it, where that is another than before.
    ///
    /// Tabs that are to be separate have no session in common, except where one was duplicated: its
    /// copy lives by the same tokens, and is told what becomes of them.
    pub fn on_message(&self, message: &str) -> Option<AuthState> {
        // Others may talk on the same channel.
        let message = Json::parse_object(message.as_bytes()).ok()?;
        let name = message.text("message")?;
        let number = match message.get("number") {
            Some(Json::Integer(number)) => Some(*number),
            _ => None,
        };
        if name == "session" {
            return self.accept_remote(&message, number?);
        }
        let id = message.text("id");
        if let (Some(id), "ask") = (id, name)
            && let Some(reason) = self.ended_reason(id)
        {
            self.broadcast(&Message::Ended { id, reason });
            return None;
        }
        let current = self.read_session();
        let Some(id) = id else {
            let is_current =
                |session: &Session| current.as_ref().is_some_and(|it| it.id == session.id);
            let mut state = None;
            for session in current.clone().into_iter().chain(self.inactive_sessions()) {
                if name == "logout" && session.is_named_by(&message) {
                    let reason = SignedOutReason::SignedOut;
                    self.end(&session, reason);
                    state =
                        state.or(is_current(&session).then_some(AuthState::SignedOut { reason }));
                } else if name == "ask" && self.inner.share_session {
                    // By a tab that has none.
                    self.reply(&session, None);
                }
            }
            return state;
        };
        let current = current.filter(|session| session.id == id);
        let is_current = current.is_some();
        let session = current.or_else(|| self.read_inactive(id))?;
        let reason = match name {
            "ask" => {
                self.reply(&session, number);
                return None;
            }
            "active" => {
                self.on_remote_activity(number?);
                return None;
            }
            "failed" if is_current => {
                self.on_remote_renewal_failure(id, number?);
                return None;
            }
            "switch" => return self.follow_switch(session),
            "expired" => SignedOutReason::Expired,
            "idle" => SignedOutReason::Idle,
            "signed-out" => SignedOutReason::SignedOut,
            "signed-out-here" => SignedOutReason::SignedOutHere,
            _ => return None,
        };
        self.record_end(&session.id, reason);
        self.remove_by_id(&session.id);
        is_current.then_some(AuthState::SignedOut { reason })
    }

    /// `than`: how often the copy was renewed that the asking tab has; none where it has none.
    fn reply(&self, session: &Session, than: Option<i64>) {
        if self.expired_reason(session).is_some() {
            return;
        }
        if than.is_none_or(|renewals| renewals < session.renewals) {
            self.broadcast_session(session);
        } else if self.watches_activity() {
            self.broadcast(&Message::Active {
                id: &session.id,
                at: self.last_activity(session),
            });
        }
    }

    /// Takes over a session that is newer than the one that is kept here.
    fn accept_remote(&self, message: &Object, active_at: Timestamp) -> Option<AuthState> {
        let told = store::session_from_json(message, self.providers())?;
        let kept = self.read_session();
        let is_current = kept.as_ref().is_some_and(|kept| kept.id == told.id);
        let is_aside = message.get("aside") == Some(&Json::Bool(true))
            || self.is_inactive(&told.id)
            || self.has_several_accounts()
                && kept
                    .as_ref()
                    .is_some_and(|kept| told.started_at < kept.started_at);
        if is_aside && !is_current {
            self.accept_remote_inactive(&told, active_at);
            return None;
        }
        let newer = match &kept {
            Some(kept) if kept.id == told.id => told.renewals > kept.renewals,
            _ if !self.inner.share_session => false,
            None => true,
            // Of two in the same second the one that is told of is the later: tabs tell at once.
            Some(kept) => told.started_at >= kept.started_at,
        };
        if !newer || self.ended_reason(&told.id).is_some() {
            return None;
        }
        self.on_remote_activity(active_at);
        if self.expired_reason(&told).is_some() {
            return None;
        }
        // Without storage this tab stays as it is.
        self.activate(&told).ok()?;
        Some(AuthState::SignedIn(Rc::new(told)))
    }
}
