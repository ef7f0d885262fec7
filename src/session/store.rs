//! Where sessions are stored: in session storage, or (if the configuration says so) in the page's memory.
//! Whether a session has expired is not decided here.

use super::activity::ActivityLog;
use super::providers::ProviderDirectory;
use super::signed_in::Session;
use super::stored_session::StoredSession;
use crate::json;
use crate::platform::{Platform, Unavailable};
use std::cell::RefCell;
use std::rc::Rc;

const CURRENT: &str = "vestibule.session";
const INACTIVE: &str = "vestibule.account.";
const STASH: &str = "vestibule.stash.";

/// The stored sessions: the current one, and the inactive ones of other accounts. A stored session that
/// can't be read or doesn't match the configuration is removed, never trusted.
pub(super) struct SessionStore<P> {
    platform: Rc<P>,
    providers: Rc<ProviderDirectory<P>>,
    activity: Rc<ActivityLog<P>>,
    several_accounts: bool,
    /// Records by key, if they are kept in memory.
    memory: Option<RefCell<Vec<(String, String)>>>,
}

impl<P: Platform> SessionStore<P> {
    pub fn new(
        platform: Rc<P>,
        providers: Rc<ProviderDirectory<P>>,
        activity: Rc<ActivityLog<P>>,
        several_accounts: bool,
        in_memory: bool,
    ) -> SessionStore<P> {
        SessionStore {
            platform,
            providers,
            activity,
            several_accounts,
            memory: in_memory.then(RefCell::default),
        }
    }

    pub fn has_several_accounts(&self) -> bool {
        self.several_accounts
    }

    /// The current session. It may have expired.
    pub fn current(&self) -> Option<Session> {
        self.read(CURRENT)
    }

    pub fn set_current(&self, session: &Session) -> Result<(), Unavailable> {
        self.write(CURRENT, session)
    }

    /// The inactive session with this id. It may have expired.
    pub fn inactive(&self, id: &str) -> Option<Session> {
        if !self.several_accounts {
            return None;
        }
        let key = inactive_key(id);
        let session = self.read(&key)?;
        if session.id != id {
            self.remove(&key);
            return None;
        }
        Some(session)
    }

    pub fn set_inactive(&self, session: &Session) -> Result<(), Unavailable> {
        self.write(&inactive_key(&session.id), session)
    }

    pub fn remove_inactive(&self, id: &str) {
        self.remove(&inactive_key(id));
    }

    pub fn is_inactive(&self, id: &str) -> bool {
        self.inactive(id).is_some() && self.current().is_none_or(|current| current.id != id)
    }

    /// The ids of the inactive sessions.
    pub fn inactive_ids(&self) -> Vec<String> {
        let keys = match &self.memory {
            Some(memory) => memory.borrow().iter().map(|(key, _)| key.clone()).collect(),
            None => self.platform.storage_keys(INACTIVE),
        };
        let ids = keys.iter().filter_map(|key| key.strip_prefix(INACTIVE));
        ids.map(str::to_owned).collect()
    }

    /// The inactive sessions, in the order of their sign-ins. They may have expired.
    pub fn inactive_sessions(&self) -> Vec<Session> {
        let mut sessions: Vec<Session> = Vec::new();
        if !self.several_accounts {
            return sessions;
        }
        let current = self.current();
        for id in self.inactive_ids() {
            if current.as_ref().is_some_and(|current| current.id == id) {
                continue;
            }
            if let Some(session) = self.inactive(&id) {
                let is_later = |other: &Session| other.started_at > session.started_at;
                let place = sessions.iter().position(is_later).unwrap_or(sessions.len());
                sessions.insert(place, session);
            }
        }
        sessions
    }

    /// The session with this id, current or inactive. It may have expired.
    pub fn by_id(&self, id: &str) -> Option<Session> {
        let current = self.current().filter(|session| session.id == id);
        current.or_else(|| self.inactive(id))
    }

    /// Writes a session to where it is stored by now: the person may have switched accounts.
    ///
    /// # Errors
    /// If there's no room, or the session isn't stored any more.
    pub fn update(&self, session: &Session) -> Result<(), Unavailable> {
        match self.current() {
            Some(current) if current.id == session.id => self.set_current(session),
            _ if self.is_inactive(&session.id) => self.set_inactive(session),
            _ => Err(Unavailable),
        }
    }

    /// Removes the session with this id, current or inactive.
    pub fn remove_by_id(&self, id: &str) {
        if self.current().is_some_and(|current| current.id == id) {
            self.remove(CURRENT);
        }
        self.remove_inactive(id);
    }

    /// Removes inactive sessions that another configuration has left in session storage.
    pub fn discard_foreign(&self) {
        if self.memory.is_some() || !self.several_accounts {
            for key in self.platform.storage_keys(INACTIVE) {
                self.platform.storage_remove(&key);
            }
        }
    }

    /// Leaves what is in memory to the page that is loaded next: the person returns to another page than
    /// the provider redirected them to.
    pub fn stash_for_reload(&self) {
        let records = self.memory.as_ref().map(|memory| memory.borrow().clone());
        for (key, text) in records.into_iter().flatten() {
            // If that fails, they have to sign in again.
            let _ = self.platform.storage_write(&[STASH, &key].concat(), &text);
        }
    }

    /// Takes what the previous page has left. It is validated when it is read.
    pub fn restore_stash(&self) {
        for stashed in self.platform.storage_keys(STASH) {
            let text = self.platform.storage_read(&stashed);
            self.platform.storage_remove(&stashed);
            let key = stashed.strip_prefix(STASH).unwrap_or_default();
            if let (Some(memory), Some(text)) = (&self.memory, text) {
                memory.borrow_mut().push((key.to_owned(), text));
            }
        }
    }

    fn write(&self, key: &str, session: &Session) -> Result<(), Unavailable> {
        let text = json::to_string(&StoredSession::from(session)).map_err(|_| Unavailable)?;
        match &self.memory {
            Some(memory) => {
                let mut memory = memory.borrow_mut();
                memory.retain(|(known, _)| known != key);
                memory.push((key.to_owned(), text));
                Ok(())
            }
            None => self.platform.storage_write(key, &text),
        }
    }

    fn read(&self, key: &str) -> Option<Session> {
        let text = match &self.memory {
            Some(memory) => {
                let memory = memory.borrow();
                let (_, text) = memory.iter().find(|(known, _)| known == key)?;
                text.clone()
            }
            None => self.platform.storage_read(key)?,
        };
        let stored: Option<StoredSession> = json::from_str(&text).ok();
        let session = stored.and_then(|stored| stored.into_session(self.providers.all()));
        if session.is_none() {
            self.remove(key);
        }
        session
    }

    fn remove(&self, key: &str) {
        if let Some(memory) = &self.memory {
            memory.borrow_mut().retain(|(known, _)| known != key);
        }
        // Session storage too: the configuration may have changed from there to memory.
        self.platform.storage_remove(key);
        self.platform.storage_remove(&[STASH, key].concat());
        let is_empty = match &self.memory {
            Some(memory) => memory.borrow().is_empty(),
            None => self.platform.storage_read(CURRENT).is_none() && self.inactive_ids().is_empty(),
        };
        // Whoever is left still needs it.
        if is_empty {
            self.activity.clear();
        }
    }
}

fn inactive_key(id: &str) -> String {
    [INACTIVE, id].concat()
}
