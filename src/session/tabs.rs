//! The same session in every tab of the origin. Tabs tell each other what changed, over a channel that
//! only they hear; what is told is judged like what is read from storage.

use super::{Auth, AuthState, Session, SignedOutReason, store};
use crate::json::{Json, Object};
use crate::platform::Platform;
use std::rc::Rc;

/// Milliseconds that other tabs have to hand the session to a new one.
const ANSWER_TIME: u32 = 100;

/// What tabs tell each other.
pub(super) enum Message<'a> {
    /// Whoever has a session, or a newer copy than this one, tells it.
    Ask { than: Option<(&'a str, i64)> },
    /// A session that was begun or renewed.
    Session(&'a Session),
    /// The session of this id is over.
    Ended {
        id: &'a str,
        reason: SignedOutReason,
    },
}

impl Message<'_> {
    fn to_json(&self) -> Object {
        let text = |text: &str| Json::String(text.to_owned());
        let mut message = match self {
            Message::Session(session) => store::session_to_json(session),
            _ => Object::default(),
        };
        match self {
            Message::Ask { than } => {
                message.insert("message", text("ask"));
                if let Some((id, renewals)) = than {
                    message.insert("id", text(id));
                    message.insert("renewals", Json::Integer(*renewals));
                }
            }
            Message::Session(_) => message.insert("message", text("session")),
            Message::Ended { id, reason } => {
                message.insert("message", text("ended"));
                message.insert("id", text(id));
                let expired = *reason == SignedOutReason::Expired;
                message.insert("expired", Json::Bool(expired));
            }
        }
        message
    }
}

impl<P: Platform> Auth<P> {
    pub(super) fn tell(&self, message: &Message<'_>) {
        if self.inner.share_session {
            let message = Json::Object(message.to_json());
            self.platform().tell_tabs(&message.to_text());
        }
    }

    /// Asks the tabs that are open for their session, where this one has none.
    pub(super) async fn join_other_tabs(&self) -> AuthState {
        if self.inner.share_session {
            self.tell(&Message::Ask { than: None });
            self.platform().wait(ANSWER_TIME).await;
        }
        match self.kept_session() {
            Some(session) => AuthState::SignedIn(session),
            None => AuthState::SignedOut {
                reason: SignedOutReason::Fresh,
            },
        }
    }

    /// Takes what another tab told. The state that follows of it, where that is another than before.
    pub fn hear(&self, message: &str) -> Option<AuthState> {
        if !self.inner.share_session {
            return None;
        }
        // Others may talk on the same channel.
        let message = Json::parse_object(message.as_bytes()).ok()?;
        match message.text("message")? {
            "ask" => {
                self.answer(&message);
                None
            }
            "session" => self.adopt(&message),
            "ended" => {
                let session = self.kept_session()?;
                if message.text("id") != Some(&session.id) {
                    return None;
                }
                store::remove_session(self.platform());
                let reason = match message.get("expired") {
                    Some(Json::Bool(true)) => SignedOutReason::Expired,
                    _ => SignedOutReason::SignedOutHere,
                };
                Some(AuthState::SignedOut { reason })
            }
            _ => None,
        }
    }

    fn answer(&self, question: &Object) {
        let Some(session) = self.kept_session() else {
            return;
        };
        let asked = match question.text("id") {
            // By a tab that has none.
            None => true,
            Some(id) => {
                let renewals = match question.get("renewals") {
                    Some(Json::Integer(renewals)) => *renewals,
                    _ => return,
                };
                id == session.id && renewals < session.renewals
            }
        };
        if asked {
            self.tell(&Message::Session(&session));
        }
    }

    /// Takes over a session that is newer than the one that is kept here.
    fn adopt(&self, message: &Object) -> Option<AuthState> {
        let told = store::session_from_json(message, self.providers())?;
        let newer = match self.kept_session() {
            None => true,
            Some(kept) if kept.id == told.id => told.renewals > kept.renewals,
            // Of two in the same second the one that is told of is the later: tabs tell at once.
            Some(kept) => told.started_at >= kept.started_at,
        };
        if !newer || self.is_over(&told) {
            return None;
        }
        // Without storage this tab stays as it is.
        store::write_session(self.platform(), &told).ok()?;
        Some(AuthState::SignedIn(Rc::new(told)))
    }
}
