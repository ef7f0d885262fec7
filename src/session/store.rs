//! What is kept in session storage, or (the session alone, where the configuration says so) in the
//! page's memory. Anything there that cannot be read, is of another version or
//! does not fit the configuration is removed, never trusted.

use super::{Auth, IdToken, Session, User};
use crate::json::{Json, Object};
use crate::platform::{Platform, Unavailable};
use crate::protocol::Timestamp;
use crate::protocol::jws::Jws;
use crate::protocol::pkce::Nonce;
use crate::provider::Provider;
use oauth2::{AccessToken, PkceCodeVerifier, RefreshToken};

/// Grows when the form of an entry changes.
const VERSION: i64 = 2;
const TRANSACTION: &str = "vestibule.transaction.";
const SESSION: &str = "vestibule.session";
const ACCOUNT: &str = "vestibule.account.";
const SIGN_OUT: &str = "vestibule.sign_out";
const AUTO_ATTEMPT: &str = "vestibule.auto_attempt";
const ACTIVITY: &str = "vestibule.activity";
const STASH: &str = "vestibule.stash.";
const AUTO_REDIRECT: &str = "vestibule.auto_redirect";
/// Seconds after which a sign-in that was begun counts as abandoned.
const TRANSACTION_LIFETIME: i64 = 3600;

/// A sign-in that was begun, kept under its `state`: everything that its answer is checked against
/// (RFC 9700 §4.4.2).
pub(super) struct Transaction {
    pub provider: String,
    pub started_at: Timestamp,
    /// A [`crate::protocol::url::ReturnTo`], judged again when it is used.
    pub return_to: String,
    /// Absent once the answer was taken: a request is answered once.
    pub sent: Option<RequestRecord>,
}

/// The request that was sent.
pub(super) struct RequestRecord {
    /// As the metadata named it.
    pub issuer: String,
    pub iss_parameter_supported: bool,
    pub token_endpoint: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: Vec<String>,
    /// Seconds, where the request said so.
    pub max_age: Option<i64>,
    pub nonce: Nonce,
    pub code_verifier: PkceCodeVerifier,
}

impl Transaction {
    fn is_current(&self, now: Timestamp) -> bool {
        (0..TRANSACTION_LIFETIME).contains(&(now - self.started_at))
    }

    fn to_json(&self) -> Object {
        let mut entry = entry();
        entry.insert("provider", text(&self.provider));
        entry.insert("started_at", Json::Integer(self.started_at));
        entry.insert("return_to", text(&self.return_to));
        if let Some(sent) = &self.sent {
            entry.insert("sent", Json::Object(sent.to_json()));
        }
        entry
    }

    fn from_json(entry: &Object) -> Option<Transaction> {
        Some(Transaction {
            provider: owned(entry, "provider")?,
            started_at: integer(entry, "started_at")?,
            return_to: owned(entry, "return_to")?,
            sent: match entry.get("sent") {
                Some(sent) => Some(RequestRecord::from_json(sent.as_object()?)?),
                None => None,
            },
        })
    }
}

impl RequestRecord {
    fn to_json(&self) -> Object {
        let mut sent = Object::default();
        sent.insert("issuer", text(&self.issuer));
        sent.insert(
            "iss_parameter_supported",
            Json::Bool(self.iss_parameter_supported),
        );
        sent.insert("token_endpoint", text(&self.token_endpoint));
        sent.insert("client_id", text(&self.client_id));
        sent.insert("redirect_uri", text(&self.redirect_uri));
        sent.insert("scope", text(&self.scope.join(" ")));
        if let Some(max_age) = self.max_age {
            sent.insert("max_age", Json::Integer(max_age));
        }
        sent.insert("nonce", text(self.nonce.secret()));
        sent.insert("code_verifier", text(self.code_verifier.secret()));
        sent
    }

    fn from_json(sent: &Object) -> Option<RequestRecord> {
        Some(RequestRecord {
            issuer: owned(sent, "issuer")?,
            iss_parameter_supported: match sent.get("iss_parameter_supported") {
                Some(Json::Bool(iss_parameter_supported)) => *iss_parameter_supported,
                _ => return None,
            },
            token_endpoint: owned(sent, "token_endpoint")?,
            client_id: owned(sent, "client_id")?,
            redirect_uri: owned(sent, "redirect_uri")?,
            scope: scope(sent)?,
            max_age: integer(sent, "max_age"),
            nonce: Nonce::new(owned(sent, "nonce")?),
            code_verifier: PkceCodeVerifier::new(owned(sent, "code_verifier")?),
        })
    }
}

/// What every entry starts with.
fn entry() -> Object {
    let mut entry = Object::default();
    entry.insert("version", Json::Integer(VERSION));
    entry
}

/// An entry of today's version. Everything else in its place is removed.
fn read_entry(platform: &impl Platform, key: &str) -> Option<Object> {
    let entry = parse_entry(&platform.storage_read(key)?);
    if entry.is_none() {
        platform.storage_remove(key);
    }
    entry
}

fn parse_entry(text: &str) -> Option<Object> {
    let entry = Json::parse_object(text.as_bytes()).ok()?;
    (entry.get("version") == Some(&Json::Integer(VERSION))).then_some(entry)
}

fn write_entry(platform: &impl Platform, key: &str, entry: &Object) -> Result<(), Unavailable> {
    platform.storage_write(key, &entry.to_line())
}

fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn owned(entry: &Object, name: &str) -> Option<String> {
    entry.text(name).map(str::to_owned)
}

fn integer(entry: &Object, name: &str) -> Option<i64> {
    match entry.get(name) {
        Some(Json::Integer(value)) => Some(*value),
        _ => None,
    }
}

fn scope(entry: &Object) -> Option<Vec<String>> {
    let words = entry.text("scope")?.split_whitespace();
    Some(words.map(str::to_owned).collect())
}

pub(super) fn write_transaction(
    platform: &impl Platform,
    state: &str,
    transaction: &Transaction,
) -> Result<(), Unavailable> {
    write_entry(
        platform,
        &format!("{TRANSACTION}{state}"),
        &transaction.to_json(),
    )
}

/// Takes the record of this `state`. What is left behind until [`forget_transactions`] tells a page
/// that is reloaded meanwhile that a sign-in was interrupted, and holds nothing secret.
pub(super) fn take_transaction(
    platform: &impl Platform,
    state: &str,
) -> Option<(Transaction, RequestRecord)> {
    let key = format!("{TRANSACTION}{state}");
    let mut transaction = read_transaction(platform, &key)?;
    let sent = transaction.sent.take()?;
    // Removed first: where writing fails, nothing is left rather than a second chance.
    platform.storage_remove(&key);
    let _ = write_entry(platform, &key, &transaction.to_json());
    Some((transaction, sent))
}

fn read_transaction(platform: &impl Platform, key: &str) -> Option<Transaction> {
    let entry = read_entry(platform, key)?;
    let transaction =
        Transaction::from_json(&entry).filter(|transaction| transaction.is_current(platform.now()));
    if transaction.is_none() {
        platform.storage_remove(key);
    }
    transaction
}

/// Whether a sign-in was begun in this tab and did not come to its end. Abandoned and unreadable
/// records are swept away.
pub(super) fn has_transaction(platform: &impl Platform) -> bool {
    let keys = platform.storage_keys(TRANSACTION);
    let current = keys
        .iter()
        .filter(|key| read_transaction(platform, key).is_some());
    current.count() > 0
}

/// Forgets the sign-ins that were begun no later than this one.
pub(super) fn forget_transactions(platform: &impl Platform, begun_until: Timestamp) {
    for key in platform.storage_keys(TRANSACTION) {
        if read_transaction(platform, &key).is_some_and(|found| found.started_at <= begun_until) {
            platform.storage_remove(&key);
        }
    }
}

impl<P: Platform> Auth<P> {
    pub(super) fn write_session(&self, session: &Session) -> Result<(), Unavailable> {
        self.write_stored(SESSION, session)
    }

    /// The session that is kept, when it fits the configuration. It may have come to its end.
    pub(super) fn read_session(&self) -> Option<Session> {
        self.read_stored(SESSION)
    }

    pub(super) fn remove_session(&self) {
        self.remove_stored(SESSION);
    }

    /// Sets a session aside, for its person to come back to.
    pub(super) fn write_inactive(&self, session: &Session) -> Result<(), Unavailable> {
        self.write_stored(&account_key(&session.id), session)
    }

    /// The session of this id that is set aside. It may have come to its end.
    pub(super) fn read_inactive(&self, id: &str) -> Option<Session> {
        if !self.has_several_accounts() {
            return None;
        }
        let key = account_key(id);
        let session = self.read_stored(&key)?;
        if session.id != id {
            self.remove_stored(&key);
            return None;
        }
        Some(session)
    }

    pub(super) fn remove_inactive(&self, id: &str) {
        self.remove_stored(&account_key(id));
    }

    /// The ids of the sessions that are set aside.
    pub(super) fn inactive_ids(&self) -> Vec<String> {
        let stored = self.platform().storage_keys(ACCOUNT);
        let keys = match self.memory() {
            Some(memory) => memory.borrow().iter().map(|(key, _)| key.clone()).collect(),
            None => stored,
        };
        let ids = keys.iter().filter_map(|key| key.strip_prefix(ACCOUNT));
        ids.map(str::to_owned).collect()
    }

    /// Removes what was set aside under another configuration.
    pub(super) fn discard_foreign_accounts(&self) {
        if self.memory().is_some() || !self.has_several_accounts() {
            for key in self.platform().storage_keys(ACCOUNT) {
                self.platform().storage_remove(&key);
            }
        }
    }

    fn write_stored(&self, key: &str, session: &Session) -> Result<(), Unavailable> {
        let text = session_to_json(session).to_line();
        match self.memory() {
            Some(memory) => {
                let mut memory = memory.borrow_mut();
                memory.retain(|(known, _)| known != key);
                memory.push((key.to_owned(), text));
                Ok(())
            }
            None => self.platform().storage_write(key, &text),
        }
    }

    fn read_stored(&self, key: &str) -> Option<Session> {
        let text = match self.memory() {
            Some(memory) => {
                let memory = memory.borrow();
                let (_, text) = memory.iter().find(|(known, _)| known == key)?;
                text.clone()
            }
            None => self.platform().storage_read(key)?,
        };
        let session =
            parse_entry(&text).and_then(|entry| session_from_json(&entry, self.providers()));
        if session.is_none() {
            self.remove_stored(key);
        }
        session
    }

    /// Leaves what is kept in memory to the page that is loaded next: the person comes back to another
    /// one than the provider sent them to.
    pub(super) fn stash_for_reload(&self) {
        let kept = self.memory().map(|memory| memory.borrow().clone());
        for (key, text) in kept.into_iter().flatten() {
            // Where it cannot be written, they sign in once more.
            let _ = self
                .platform()
                .storage_write(&[STASH, &key].concat(), &text);
        }
    }

    /// Takes what the page before has left. It is judged whenever it is read.
    pub(super) fn restore_stash(&self) {
        let platform = self.platform();
        for left in platform.storage_keys(STASH) {
            let text = platform.storage_read(&left);
            platform.storage_remove(&left);
            let key = left.strip_prefix(STASH).unwrap_or_default();
            if let (Some(memory), Some(text)) = (self.memory(), text) {
                memory.borrow_mut().push((key.to_owned(), text));
            }
        }
    }

    fn remove_stored(&self, key: &str) {
        if let Some(memory) = self.memory() {
            memory.borrow_mut().retain(|(known, _)| known != key);
        }
        // Also where it is kept in memory now: it may have been here before.
        self.platform().storage_remove(key);
        self.platform().storage_remove(&[STASH, key].concat());
        let is_nobody_left = match self.memory() {
            Some(memory) => memory.borrow().is_empty(),
            None => {
                self.platform().storage_read(SESSION).is_none() && self.inactive_ids().is_empty()
            }
        };
        // When somebody was there matters to whoever is left.
        if is_nobody_left {
            self.inner.noted_at.set(0);
            self.platform().storage_remove(ACTIVITY);
        }
    }
}

fn account_key(id: &str) -> String {
    [ACCOUNT, id].concat()
}

/// When somebody was last seen in this tab.
pub(super) fn read_activity(platform: &impl Platform) -> Option<Timestamp> {
    platform.storage_read(ACTIVITY)?.parse().ok()
}

/// Where it cannot be written, the page remembers it until it is left.
pub(super) fn write_activity(platform: &impl Platform, at: Timestamp) {
    let _ = platform.storage_write(ACTIVITY, &at.to_string());
}

pub(super) fn session_to_json(session: &Session) -> Object {
    let mut entry = entry();
    entry.insert("id", text(&session.id));
    entry.insert("renewals", Json::Integer(session.renewals));
    entry.insert("provider", text(&session.provider));
    entry.insert("issuer", text(&session.issuer));
    entry.insert("client_id", text(&session.client_id));
    entry.insert("subject", text(&session.user.subject));
    entry.insert("claims", Json::Object(session.claims.clone()));
    entry.insert("scope", text(&session.scope.join(" ")));
    entry.insert("started_at", Json::Integer(session.started_at));
    entry.insert("renewed_at", Json::Integer(session.renewed_at));
    entry.insert("expires_at", Json::Integer(session.expires_at));
    if let Some(end) = session.refresh_token_expires_at {
        entry.insert("refresh_token_expires_at", Json::Integer(end));
    }
    entry.insert("access_token", text(session.access_token.secret()));
    if let Some(refresh_token) = &session.refresh_token {
        entry.insert("refresh_token", text(refresh_token.secret()));
    }
    entry.insert("id_token", text(session.id_token.secret()));
    entry
}

/// A session that was written down, when it fits the configuration. The person is read out of the
/// claims again rather than kept beside them.
pub(super) fn session_from_json(entry: &Object, providers: &[Provider]) -> Option<Session> {
    let provider = owned(entry, "provider")?;
    let issuer = owned(entry, "issuer")?;
    let claims = entry.get("claims")?.as_object()?.clone();
    let session = Session {
        id: owned(entry, "id")?,
        renewals: integer(entry, "renewals")?,
        user: User::from_claims(&provider, &issuer, entry.text("subject")?, &claims),
        provider,
        issuer,
        client_id: owned(entry, "client_id")?,
        claims,
        scope: scope(entry)?,
        started_at: integer(entry, "started_at")?,
        renewed_at: integer(entry, "renewed_at")?,
        expires_at: integer(entry, "expires_at")?,
        refresh_token_expires_at: integer(entry, "refresh_token_expires_at"),
        access_token: AccessToken::new(owned(entry, "access_token")?),
        refresh_token: owned(entry, "refresh_token").map(RefreshToken::new),
        id_token: IdToken::new(owned(entry, "id_token")?),
    };
    matches_config(&session, providers).then_some(session)
}

/// Whether a stored session is of a provider that is still configured so, and its parts speak of the
/// same person.
fn matches_config(session: &Session, providers: &[Provider]) -> bool {
    let Some(provider) = providers
        .iter()
        .find(|provider| provider.id() == session.provider)
    else {
        return false;
    };
    let Ok(id_token) = Jws::parse(session.id_token.secret()) else {
        return false;
    };
    let same = |name, value: &str| {
        id_token.claims.text(name) == Some(value) && session.claims.text(name) == Some(value)
    };
    provider.config.client_id.as_str() == session.client_id
        && provider.validate_account(&session.claims).is_ok()
        && same("iss", &session.issuer)
        && same("sub", &session.user.subject)
}

/// Remembers that the browser leaves to have this session signed out at the provider, with the request's
/// `state`.
pub(super) fn write_sign_out(
    platform: &impl Platform,
    id: &str,
    state: &str,
) -> Result<(), Unavailable> {
    platform.storage_write(SIGN_OUT, &[id, " ", state].concat())
}

/// The session that the browser left for having signed out, and the `state` that tells that the provider
/// did; told once.
pub(super) fn take_sign_out(platform: &impl Platform) -> Option<(String, String)> {
    let found = platform.storage_read(SIGN_OUT)?;
    platform.storage_remove(SIGN_OUT);
    let (id, state) = found.split_once(' ')?;
    Some((id.to_owned(), state.to_owned()))
}

/// Notes that this tab tries to sign somebody in by itself. `false` when it did before, or when that
/// cannot be noted.
pub(super) fn mark_auto_attempt(platform: &impl Platform) -> bool {
    platform.storage_read(AUTO_ATTEMPT).is_none()
        && platform.storage_write(AUTO_ATTEMPT, "1").is_ok()
}

/// When a sign-in was last begun in this tab because the page lets nobody in without one.
pub(super) fn last_auto_redirect(platform: &impl Platform) -> Option<Timestamp> {
    platform.storage_read(AUTO_REDIRECT)?.parse().ok()
}

pub(super) fn record_auto_redirect(
    platform: &impl Platform,
    at: Timestamp,
) -> Result<(), Unavailable> {
    platform.storage_write(AUTO_REDIRECT, &at.to_string())
}

impl IdToken {
    pub(super) fn new(token: String) -> IdToken {
        IdToken(token)
    }

    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}
