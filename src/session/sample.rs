//! Sessions that nobody has signed in to, for previews of what people see.

use super::signed_in::IdToken;
use super::{Session, SessionExpiry, SignedOutReason, User};
use crate::json::Object;
use crate::protocol::Timestamp;

impl Session {
    /// A session without tokens of this person, which ends then.
    pub(crate) fn sample(user: User, claims: Object, expires_at: Timestamp) -> Session {
        Session {
            id: user.subject.clone(),
            renewals: 0,
            provider: user.provider.clone(),
            issuer: user.issuer.clone(),
            client_id: String::new(),
            token_endpoint: String::new(),
            claims,
            scope: Vec::new(),
            started_at: 0,
            renewed_at: 0,
            expires_at,
            refresh_token_expires_at: None,
            access_token: None,
            refresh_token: None,
            id_token: IdToken::new(String::new()),
            user,
        }
    }
}

impl SessionExpiry {
    /// The end of a session that people are being warned about.
    pub(crate) fn sample(at: Timestamp, reason: SignedOutReason) -> SessionExpiry {
        SessionExpiry {
            at,
            reason,
            warn_from: 0,
        }
    }
}
