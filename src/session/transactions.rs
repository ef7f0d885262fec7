//! Sign-ins that wait for the provider's response: what was sent, stored under its `state`, and
//! everything the response is checked against
//! ([RFC 9700 §4.4.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2)).

use super::records::{FormatVersion, is_younger_than, read_record, write_record};
use crate::platform::{Platform, Unavailable};
use crate::protocol::Timestamp;
use crate::protocol::pkce::Nonce;
use crate::provider::Provider;
use oauth2::PkceCodeVerifier;
use serde::{Deserialize, Serialize};

const PREFIX: &str = "vestibule.transaction.";
/// Seconds after which an unfinished sign-in is considered abandoned.
const LIFETIME: i64 = 3600;

/// A sign-in that was started.
#[derive(Serialize, Deserialize)]
pub(super) struct Transaction {
    version: FormatVersion,
    /// The provider's id in the configuration.
    pub provider: String,
    /// The provider and the client that it was started with (`Provider::client_digest`).
    pub client: String,
    pub started_at: Timestamp,
    /// A [`ReturnTo`](crate::protocol::url::ReturnTo), validated again when it is used.
    pub return_to: String,
    /// `None` once the response was received: a request is answered once.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<RequestRecord>,
}

/// The authorization request that was sent.
#[derive(Serialize, Deserialize)]
pub(super) struct RequestRecord {
    /// The issuer, as the metadata named it.
    pub issuer: String,
    /// Whether the provider announced `iss` in its responses
    /// ([RFC 9207 §3](https://www.rfc-editor.org/rfc/rfc9207#section-3)).
    pub iss_parameter_supported: bool,
    pub token_endpoint: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: Vec<String>,
    /// Seconds, if the request asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i64>,
    pub nonce: Nonce,
    pub code_verifier: PkceCodeVerifier,
}

impl Transaction {
    pub fn new(
        provider: &Provider,
        started_at: Timestamp,
        return_to: String,
        request: RequestRecord,
    ) -> Transaction {
        Transaction {
            version: FormatVersion,
            provider: provider.id().to_owned(),
            client: provider.client_digest().to_owned(),
            started_at,
            return_to,
            request: Some(request),
        }
    }

    /// Whether it was started with one of these providers, rather than by another configuration on the same
    /// origin.
    fn is_own(&self, providers: &[Provider]) -> bool {
        let is_same = |provider: &Provider| {
            provider.id() == self.provider && provider.client_digest() == self.client
        };
        providers.iter().any(is_same)
    }

    fn is_current(&self, now: Timestamp) -> bool {
        is_younger_than(LIFETIME, self.started_at, now)
    }
}

pub(super) fn write(
    platform: &impl Platform,
    state: &str,
    transaction: &Transaction,
) -> Result<(), Unavailable> {
    write_record(platform, &[PREFIX, state].concat(), transaction)
}

/// Whether the browser has nothing stored because it blocks storage, or because it is full.
pub(super) fn is_blocked(platform: &impl Platform) -> bool {
    let blocked = platform.storage_write(PREFIX, "").is_err();
    platform.storage_remove(PREFIX);
    blocked
}

/// Takes the transaction of this `state`. Until [`remove_until`], a part without secrets stays behind: it
/// shows a page that is reloaded in the meantime that a sign-in was interrupted.
pub(super) fn take(platform: &impl Platform, state: &str) -> Option<(Transaction, RequestRecord)> {
    let key = [PREFIX, state].concat();
    let mut transaction = read(platform, &key)?;
    let request = transaction.request.take()?;
    // Removed first: if writing fails, nothing is left rather than a second chance.
    platform.storage_remove(&key);
    let _ = write_record(platform, &key, &transaction);
    Some((transaction, request))
}

/// Whether a sign-in with one of these providers was started in this tab and didn't finish. Abandoned and unreadable transactions are
/// removed.
pub(super) fn has_unfinished(platform: &impl Platform, providers: &[Provider]) -> bool {
    let keys = platform.storage_keys(PREFIX);
    let unfinished = keys
        .iter()
        .filter_map(|key| read(platform, key))
        .filter(|found| found.is_own(providers))
        .count();
    unfinished > 0
}

/// The `state` of the sign-in with one of these providers that was started last and waits for its response, and
/// where that is expected.
pub(super) fn newest_waiting(
    platform: &impl Platform,
    providers: &[Provider],
) -> Option<(String, String)> {
    let keys = platform.storage_keys(PREFIX);
    let waiting = keys.iter().filter_map(|key| {
        let found = read(platform, key).filter(|found| found.is_own(providers))?;
        let state = key.strip_prefix(PREFIX)?.to_owned();
        Some((found.started_at, state, found.request?.redirect_uri))
    });
    let (_, state, redirect_uri) = waiting.max_by_key(|(started_at, ..)| *started_at)?;
    Some((state, redirect_uri))
}

/// Removes the transactions with these providers that were started no later than this.
pub(super) fn remove_until(
    platform: &impl Platform,
    started_until: Timestamp,
    providers: &[Provider],
) {
    for key in platform.storage_keys(PREFIX) {
        let found = read(platform, &key).filter(|found| found.is_own(providers));
        if found.is_some_and(|found| found.started_at <= started_until) {
            platform.storage_remove(&key);
        }
    }
}

fn read(platform: &impl Platform, key: &str) -> Option<Transaction> {
    let transaction: Transaction = read_record(platform, key)?;
    if transaction.is_current(platform.now()) {
        Some(transaction)
    } else {
        platform.storage_remove(key);
        None
    }
}
