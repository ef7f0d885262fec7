//! Where sessions are stored: in session storage, or (if the configuration says so) in the page's memory.
//! Whether a session has expired is not decided here.

use super::activity::ActivityLog;
use super::providers::ProviderDirectory;
use super::records::{is_younger_than, provider_key};
use super::signed_in::Session;
use super::stored_session::StoredSession;
use crate::json;
use crate::platform::{Platform, Unavailable};
use std::cell::RefCell;
use std::rc::Rc;

// Each is followed by the digest of the provider that the session is from (`Provider::client_digest`).
const CURRENT: &str = "vestibule.session.";
const INACTIVE: &str = "vestibule.account.";
const STASH: &str = "vestibule.stash.";
/// Seconds that a page may take to load before what was left to it is out of date.
const STASH_LIFETIME: i64 = 60;

/// The stored sessions: the current one, and the inactive ones of other accounts. A stored session that
/// can't be read or doesn't match the configuration is removed, never trusted.
///
/// The sessions of other configurations on the same origin are neither read nor removed: the names of the
/// records say which provider and client they are from.
pub(super) struct SessionStore<P> {
    platform: Rc<P>,
    providers: Rc<ProviderDirectory<P>>,
    /// What the names of this configuration's records end with.
    digests: Vec<String>,
    activity: Rc<ActivityLog<P>>,
    several_accounts: bool,
    /// Records by key, if they are kept in memory.
    memory: Option<RefCell<Vec<(String, String)>>>,
    /// The sessions that were read, with the keys and texts of their records: a record is looked at often, and
    /// parsed again only if its text has changed.
    parsed: RefCell<Vec<(String, String, Session)>>,
}

impl<P: Platform> SessionStore<P> {
    pub fn new(
        platform: Rc<P>,
        providers: Rc<ProviderDirectory<P>>,
        activity: Rc<ActivityLog<P>>,
        several_accounts: bool,
        in_memory: bool,
    ) -> SessionStore<P> {
        let mut digests: Vec<String> = Vec::new();
        for provider in providers.all() {
            if !digests
                .iter()
                .any(|known| known == provider.client_digest())
            {
                digests.push(provider.client_digest().to_owned());
            }
        }
        SessionStore {
            platform,
            providers,
            digests,
            activity,
            several_accounts,
            memory: in_memory.then(RefCell::default),
            parsed: RefCell::default(),
        }
    }

    pub fn has_several_accounts(&self) -> bool {
        self.several_accounts
    }

    /// The current session. It may have expired. If another configuration with one of the same providers
    /// has started a later one, it replaces ours, as if it had been started here.
    pub fn current(&self) -> Option<Session> {
        let mut latest: Option<Session> = None;
        for key in self.keys(CURRENT) {
            if let Some(session) = self.read(&key) {
                let before = match &latest {
                    Some(other) if session.started_at < other.started_at => Some(session),
                    _ => latest.replace(session),
                };
                if let Some(before) = before {
                    self.remove(&self.key(CURRENT, &before));
                }
            }
        }
        latest
    }

    pub fn set_current(&self, session: &Session) -> Result<(), Unavailable> {
        let key = self.key(CURRENT, session);
        self.write(&key, session)?;
        for other in self.keys(CURRENT).filter(|other| *other != key) {
            self.remove(&other);
        }
        Ok(())
    }

    /// The inactive session with this id. It may have expired.
    pub fn inactive(&self, id: &str) -> Option<Session> {
        if !self.several_accounts {
            return None;
        }
        self.inactive_keys(id).find_map(|key| {
            let session = self.read(&key)?;
            if session.id != id {
                self.remove(&key);
                return None;
            }
            Some(session)
        })
    }

    pub fn set_inactive(&self, session: &Session) -> Result<(), Unavailable> {
        let key = [&self.key(INACTIVE, session), ".", &session.id].concat();
        self.write(&key, session)
    }

    pub fn remove_inactive(&self, id: &str) {
        for key in self.inactive_keys(id) {
            self.remove(&key);
        }
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
        let keys = keys.iter().filter(|key| self.is_own(key));
        let ids = keys.filter_map(|key| Some(key.strip_prefix(INACTIVE)?.split_once('.')?.1));
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
        if let Some(current) = self.current().filter(|current| current.id == id) {
            self.remove(&self.key(CURRENT, &current));
        }
        self.remove_inactive(id);
    }

    /// Removes inactive sessions that this configuration, with other settings, has left in session storage.
    pub fn discard_unused(&self) {
        if self.memory.is_some() || !self.several_accounts {
            let keys = self.platform.storage_keys(INACTIVE);
            for key in keys.iter().filter(|key| self.is_own(key)) {
                self.platform.storage_remove(key);
            }
        }
    }

    /// Leaves what is in memory to the page that is loaded next: the person returns to another page than
    /// the provider redirected them to.
    pub fn stash_for_reload(&self) {
        let records = self.memory.as_ref().map(|memory| memory.borrow().clone());
        let now = self.platform.now().to_string();
        for (key, text) in records.into_iter().flatten() {
            let record = [&now, " ", &text].concat();
            // If that fails, they have to sign in again.
            let _ = self
                .platform
                .storage_write(&[STASH, &key].concat(), &record);
        }
    }

    /// Takes what the previous page has left. It is validated when it is read.
    pub fn restore_stash(&self) {
        let now = self.platform.now();
        for stashed in self.platform.storage_keys(STASH) {
            let key = stashed.strip_prefix(STASH).unwrap_or_default();
            let record = self.platform.storage_read(&stashed).unwrap_or_default();
            let (at, text) = record.split_once(' ').unwrap_or_default();
            let is_fresh = at
                .parse()
                .is_ok_and(|at| is_younger_than(STASH_LIFETIME, at, now));
            if !is_fresh || self.is_own(key) {
                self.platform.storage_remove(&stashed);
            }
            if let Some(memory) = &self.memory
                && is_fresh
                && self.is_own(key)
            {
                memory.borrow_mut().push((key.to_owned(), text.to_owned()));
            }
        }
    }

    /// The name of the session's record.
    fn key(&self, prefix: &str, session: &Session) -> String {
        let provider = self.providers.get(&session.provider);
        provider.map_or_else(|_| prefix.to_owned(), |it| provider_key(prefix, it))
    }

    /// The names that records with this prefix may have.
    fn keys(&self, prefix: &'static str) -> impl Iterator<Item = String> {
        let digests = self.digests.iter();
        digests.map(move |digest| [prefix, digest].concat())
    }

    fn inactive_keys(&self, id: &str) -> impl Iterator<Item = String> {
        self.keys(INACTIVE).map(move |key| [&key, ".", id].concat())
    }

    /// Whether a record of this name is of one of the configured providers.
    fn is_own(&self, key: &str) -> bool {
        let named = key
            .strip_prefix(CURRENT)
            .or_else(|| key.strip_prefix(INACTIVE));
        let digest = named.and_then(|named| named.split('.').next());
        digest.is_some_and(|digest| self.digests.iter().any(|known| known == digest))
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
        if let Some((_, _, session)) = self
            .parsed
            .borrow()
            .iter()
            .find(|(known, from, _)| known == key && *from == text)
        {
            return Some(session.clone());
        }
        let stored: Option<StoredSession> = json::from_str(&text).ok();
        match stored.and_then(|stored| stored.into_session(self.providers.all())) {
            Some(session) => {
                let mut parsed = self.parsed.borrow_mut();
                parsed.retain(|(known, ..)| known != key);
                parsed.push((key.to_owned(), text, session.clone()));
                Some(session)
            }
            None => {
                self.remove(key);
                None
            }
        }
    }

    fn remove(&self, key: &str) {
        self.parsed.borrow_mut().retain(|(known, ..)| known != key);
        if let Some(memory) = &self.memory {
            memory.borrow_mut().retain(|(known, _)| known != key);
        }
        // Session storage too: the configuration may have changed from there to memory.
        self.platform.storage_remove(key);
        self.platform.storage_remove(&[STASH, key].concat());
        let is_empty = match &self.memory {
            Some(memory) => memory.borrow().is_empty(),
            // Those of other configurations count.
            None => [CURRENT, INACTIVE]
                .iter()
                .all(|prefix| self.platform.storage_keys(prefix).is_empty()),
        };
        // Whoever is left still needs it.
        if is_empty {
            self.activity.clear();
        }
    }
}
