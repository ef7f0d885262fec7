//! Several accounts at once, if the configuration allows that. One session is the current one; the others
//! are inactive, each with its own tokens, until the person switches to one of them.

use super::providers::ProviderDirectory;
use super::renewal::{RenewalOutcome, Renewer, Requirement};
use super::sessions::{Sessions, storage_unavailable};
use super::signed_in::Session;
use super::tab_channel::TabMessage;
use super::user::User;
use crate::platform::{Platform, Unavailable};
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// An account that is signed in here, current or inactive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// The session's id, for [`Auth::switch_account`](super::Auth::switch_account).
    pub id: String,
    /// The person.
    pub user: User,
}

impl From<&Session> for Account {
    fn from(session: &Session) -> Account {
        Account {
            id: session.id.clone(),
            user: session.user.clone(),
        }
    }
}

/// Lists accounts and switches between them.
pub(super) struct Accounts<P> {
    pub platform: Rc<P>,
    pub providers: Rc<ProviderDirectory<P>>,
    pub sessions: Rc<Sessions<P>>,
    pub renewer: Rc<Renewer<P>>,
}

impl<P: Platform> Accounts<P> {
    /// All accounts that are signed in here, the current one first. Empty unless the configuration allows
    /// several.
    pub fn list(&self) -> Vec<Account> {
        let sessions = &self.sessions;
        let current = sessions
            .current()
            .filter(|_| sessions.store.has_several_accounts());
        let inactive = sessions.store.inactive_sessions().into_iter();
        let inactive = inactive.filter(|session| !sessions.expiry.is_expired(session));
        let current = current.map(|session| Account::from(&*session));
        let inactive = inactive.map(|session| Account::from(&session));
        current.into_iter().chain(inactive).collect()
    }

    /// Makes another account the current one, in every tab, and renews its tokens if that's due.
    ///
    /// # Errors
    /// [`ErrorCode::SessionExpired`] if the account's session has ended, and
    /// [`ErrorCode::StorageUnavailable`]. The current account stays the same then.
    pub async fn switch(&self, id: &str) -> Result<Rc<Session>> {
        self.platform.sync_clock().await;
        self.sessions.end_expired_inactive().await;
        let ended = || Error::new(ErrorCode::SessionExpired, Phase::Session);
        let session = self.sessions.by_id(id).ok_or_else(ended)?;
        if !self.renewer.code_flow.trusts(&session).await {
            self.sessions.store.remove_by_id(id);
            return Err(ended().provider(&session.provider));
        }
        if self.renewer.is_renewable(&session) {
            let requirement = Requirement {
                min_validity: session.max_refresh_margin(),
                rejected: None,
            };
            let outcome = self.renewer.renew_session(&session, requirement).await;
            if let RenewalOutcome::Ended(_) = outcome {
                return Err(ended().provider(&session.provider));
            }
        }
        // As it is by now. A renewal that failed is repeated later.
        let session = self.sessions.by_id(id).ok_or_else(ended)?;
        if let Err(Unavailable) = self.sessions.activate(&session) {
            let provider = self.providers.get(&session.provider)?;
            return Err(storage_unavailable(provider.id()));
        }
        self.sessions
            .channel
            .broadcast(&TabMessage::Switch { id: id.to_owned() });
        Ok(session)
    }

    /// Asks the other tabs what happened to the inactive sessions while this tab showed another page.
    pub fn request_newer(&self) {
        for session in self.sessions.store.inactive_sessions() {
            self.sessions.request_newer(Some(&session));
        }
    }
}
