//! What is kept in session storage. Anything there that cannot be read, is of another version or
//! does not fit the configuration is removed, never trusted.

use super::{IdToken, Session, User};
use crate::json::Object;
use crate::platform::{Platform, Unavailable};
use crate::protocol::Timestamp;
use crate::protocol::jws::Jws;
use crate::protocol::pkce::Nonce;
use crate::provider::Provider;
use oauth2::{AccessToken, PkceCodeVerifier, RefreshToken};
use serde::{Deserialize, Serialize};

/// Grows when the form of an entry changes.
const VERSION: u32 = 1;
const TRANSACTION: &str = "vestibule.transaction.";
const SESSION: &str = "vestibule.session";
const SIGN_OUT: &str = "vestibule.sign_out";
/// Seconds after which a sign-in that was begun counts as abandoned.
const TRANSACTION_LIFETIME: i64 = 3600;

/// A sign-in that was begun, kept under its `state`: everything that its answer is checked against
/// (RFC 9700 §4.4.2).
#[derive(Serialize, Deserialize)]
pub(super) struct Transaction {
    version: u32,
    pub provider: String,
    pub started_at: Timestamp,
    /// A [`crate::protocol::url::ReturnTo`], judged again when it is used.
    pub return_to: String,
    /// Absent once the answer was taken: a request is answered once.
    pub sent: Option<Sent>,
}

/// The request that was sent.
#[derive(Serialize, Deserialize)]
pub(super) struct Sent {
    /// As the metadata named it.
    pub issuer: String,
    pub names_issuer: bool,
    pub token_endpoint: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: Vec<String>,
    pub nonce: Nonce,
    pub code_verifier: PkceCodeVerifier,
}

impl Transaction {
    pub fn new(provider: &str, started_at: Timestamp, return_to: String, sent: Sent) -> Self {
        Transaction {
            version: VERSION,
            provider: provider.to_owned(),
            started_at,
            return_to,
            sent: Some(sent),
        }
    }

    fn is_current(&self, now: Timestamp) -> bool {
        self.version == VERSION && (0..TRANSACTION_LIFETIME).contains(&(now - self.started_at))
    }
}

pub(super) fn write_transaction(
    platform: &impl Platform,
    state: &str,
    transaction: &Transaction,
) -> Result<(), Unavailable> {
    let text = serde_json::to_string(transaction).map_err(|_| Unavailable)?;
    platform.write(&format!("{TRANSACTION}{state}"), &text)
}

/// Takes the record of this `state`. What is left behind until [`forget_transactions`] tells a page
/// that is reloaded meanwhile that a sign-in was interrupted, and holds nothing secret.
pub(super) fn take_transaction(
    platform: &impl Platform,
    state: &str,
) -> Option<(Transaction, Sent)> {
    let key = format!("{TRANSACTION}{state}");
    let mut transaction = read_transaction(platform, &key)?;
    let sent = transaction.sent.take()?;
    // Removed first: where writing fails, nothing is left rather than a second chance.
    platform.remove(&key);
    if let Ok(text) = serde_json::to_string(&transaction) {
        let _ = platform.write(&key, &text);
    }
    Some((transaction, sent))
}

fn read_transaction(platform: &impl Platform, key: &str) -> Option<Transaction> {
    let text = platform.read(key)?;
    let transaction = serde_json::from_str::<Transaction>(&text)
        .ok()
        .filter(|transaction| transaction.is_current(platform.now()));
    if transaction.is_none() {
        platform.remove(key);
    }
    transaction
}

/// Whether a sign-in was begun in this tab and did not come to its end. Abandoned and unreadable
/// records are swept away.
pub(super) fn has_transaction(platform: &impl Platform) -> bool {
    let keys = platform.keys(TRANSACTION);
    let current = keys
        .iter()
        .filter(|key| read_transaction(platform, key).is_some());
    current.count() > 0
}

/// Forgets the sign-ins that were begun no later than this one.
pub(super) fn forget_transactions(platform: &impl Platform, begun_until: Timestamp) {
    for key in platform.keys(TRANSACTION) {
        if read_transaction(platform, &key).is_some_and(|found| found.started_at <= begun_until) {
            platform.remove(&key);
        }
    }
}

/// A session as it is kept: the person is read out of the claims again.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    provider: String,
    issuer: String,
    client_id: String,
    subject: String,
    claims: Object,
    scope: Vec<String>,
    expires_at: Timestamp,
    access_token: AccessToken,
    refresh_token: Option<RefreshToken>,
    id_token: IdToken,
}

pub(super) fn write_session(
    platform: &impl Platform,
    session: &Session,
) -> Result<(), Unavailable> {
    let session = session.clone();
    let stored = Stored {
        version: VERSION,
        provider: session.provider,
        issuer: session.issuer,
        client_id: session.client_id,
        subject: session.user.subject,
        claims: session.claims,
        scope: session.scope,
        expires_at: session.expires_at,
        access_token: session.access_token,
        refresh_token: session.refresh_token,
        id_token: session.id_token,
    };
    let text = serde_json::to_string(&stored).map_err(|_| Unavailable)?;
    platform.write(SESSION, &text)
}

/// The session that is kept, when it fits the configuration. It may have come to its end.
pub(super) fn read_session(platform: &impl Platform, providers: &[Provider]) -> Option<Session> {
    let text = platform.read(SESSION)?;
    let session = serde_json::from_str::<Stored>(&text)
        .ok()
        .filter(|stored| stored.version == VERSION && fits(stored, providers))
        .map(|stored| Session {
            user: User::from_claims(
                &stored.provider,
                &stored.issuer,
                &stored.subject,
                &stored.claims,
            ),
            provider: stored.provider,
            issuer: stored.issuer,
            client_id: stored.client_id,
            claims: stored.claims,
            scope: stored.scope,
            expires_at: stored.expires_at,
            access_token: stored.access_token,
            refresh_token: stored.refresh_token,
            id_token: stored.id_token,
        });
    if session.is_none() {
        remove_session(platform);
    }
    session
}

/// Whether a stored session is of a provider that is still configured so, and its parts speak of the
/// same person.
fn fits(stored: &Stored, providers: &[Provider]) -> bool {
    let Some(provider) = providers
        .iter()
        .find(|provider| provider.id() == stored.provider)
    else {
        return false;
    };
    let Ok(id_token) = Jws::parse(&stored.id_token.0) else {
        return false;
    };
    let same = |name, value: &str| {
        id_token.claims.text(name) == Some(value) && stored.claims.text(name) == Some(value)
    };
    provider.config.client_id.as_str() == stored.client_id
        && provider.judge_account(&stored.claims).is_ok()
        && same("iss", &stored.issuer)
        && same("sub", &stored.subject)
}

pub(super) fn remove_session(platform: &impl Platform) {
    platform.remove(SESSION);
}

/// Remembers that the browser leaves to be signed out at the provider.
pub(super) fn write_sign_out(platform: &impl Platform, state: &str) -> Result<(), Unavailable> {
    platform.write(SIGN_OUT, state)
}

/// Whether the browser comes back from being signed out, told once. The provider's `state` is not
/// needed for that: not every provider returns it, and nothing depends on it.
pub(super) fn take_sign_out(platform: &impl Platform) -> bool {
    let found = platform.read(SIGN_OUT).is_some();
    platform.remove(SIGN_OUT);
    found
}

impl IdToken {
    pub(super) fn new(token: String) -> IdToken {
        IdToken(token)
    }

    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}
