//! Versioned records in session storage. A record that can't be read, has another version or lacks a
//! member is removed, never trusted.

use crate::json;
use crate::platform::{Platform, Unavailable};
use crate::protocol::Timestamp;
use crate::provider::Provider;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Increases when the format of a record changes.
const VERSION: i64 = 3;

/// The name of a record, or of a lock, of this provider's sessions: others don't see it
/// (`Provider::client_digest`).
pub(super) fn provider_key(prefix: &str, provider: &Provider) -> String {
    [prefix, provider.client_digest()].concat()
}

/// Whether something from `at` is younger than so many seconds. What comes from the future isn't.
pub(super) fn is_younger_than(seconds: i64, at: Timestamp, now: Timestamp) -> bool {
    (0..seconds).contains(&now.saturating_sub(at))
}

/// The `version` member of a record. It only deserializes from the current version.
#[derive(Clone, Copy, Default)]
pub(super) struct FormatVersion;

impl Serialize for FormatVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(VERSION)
    }
}

impl<'de> Deserialize<'de> for FormatVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if i64::deserialize(deserializer)? == VERSION {
            Ok(FormatVersion)
        } else {
            Err(D::Error::custom("another version of the format"))
        }
    }
}

/// Reads a record. An unreadable one is removed.
pub(super) fn read_record<T: DeserializeOwned>(platform: &impl Platform, key: &str) -> Option<T> {
    let record = json::from_str(&platform.storage_read(key)?).ok();
    if record.is_none() {
        platform.storage_remove(key);
    }
    record
}

/// Writes a record.
pub(super) fn write_record<T: Serialize>(
    platform: &impl Platform,
    key: &str,
    record: &T,
) -> Result<(), Unavailable> {
    let text = json::to_string(record).map_err(|_| Unavailable)?;
    platform.storage_write(key, &text)
}
