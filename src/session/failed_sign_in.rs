//! Why a sign-in failed, left to the page that the person returns to: another document than the one that
//! processed the provider's response.

use super::records::{FormatVersion, read_record, write_record};
use crate::platform::Platform;
use crate::protocol::Timestamp;
use crate::protocol::error::Error;
use crate::provider::Provider;
use serde::{Deserialize, Serialize};

/// Followed by the digest of the provider (`Provider::client_digest`).
const PREFIX: &str = "vestibule.failure.";
/// Seconds that a page may take to load before the failure is old news.
const LIFETIME: i64 = 60;

#[derive(Serialize, Deserialize)]
struct FailedSignIn {
    version: FormatVersion,
    at: Timestamp,
    error: Error,
}

/// Leaves the error to the page that is loaded next.
pub(super) fn write(platform: &impl Platform, provider: &Provider, error: &Error) {
    let record = FailedSignIn {
        version: FormatVersion,
        at: platform.now(),
        error: error.clone(),
    };
    // If that fails, the person starts again without knowing why.
    let _ = write_record(platform, &key(provider), &record);
}

/// Takes the error that the previous page has left.
pub(super) fn take(platform: &impl Platform, providers: &[Provider]) -> Option<Error> {
    providers.iter().map(key).find_map(|key| {
        let record: FailedSignIn = read_record(platform, &key)?;
        platform.storage_remove(&key);
        let age = platform.now().saturating_sub(record.at);
        (0..LIFETIME).contains(&age).then_some(record.error)
    })
}

fn key(provider: &Provider) -> String {
    [PREFIX, provider.client_digest()].concat()
}
