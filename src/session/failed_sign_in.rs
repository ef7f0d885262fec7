//! Why a sign-in failed, left to the page that the person returns to: another document than the one that
//! processed the provider's response.

use super::records::{FormatVersion, is_younger_than, provider_key, read_record, write_record};
use crate::platform::Platform;
use crate::protocol::Timestamp;
use crate::protocol::error::Error;
use crate::provider::Provider;
use serde::{Deserialize, Serialize};

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
    let _ = write_record(platform, &provider_key(PREFIX, provider), &record);
}

/// Takes the error that the previous page has left.
pub(super) fn take(platform: &impl Platform, providers: &[Provider]) -> Option<Error> {
    providers.iter().find_map(|provider| {
        let key = provider_key(PREFIX, provider);
        let record: FailedSignIn = read_record(platform, &key)?;
        platform.storage_remove(&key);
        is_younger_than(LIFETIME, record.at, platform.now()).then_some(record.error)
    })
}
