//! Small notes in session storage that outlive a page: a sign-out on its way to the provider, and
//! sign-ins that start without the person.

use super::records::provider_key;
use crate::platform::{Platform, Unavailable};
use crate::protocol::Timestamp;
use crate::provider::Provider;

const SIGN_OUT: &str = "vestibule.sign_out.";
const AUTO_ATTEMPT: &str = "vestibule.auto_attempt";
const AUTO_REDIRECT: &str = "vestibule.auto_redirect";

/// Notes that the browser leaves for the provider to end this session there, with the request's `state`.
pub(super) fn write_sign_out(
    platform: &impl Platform,
    provider: &Provider,
    id: &str,
    state: &str,
) -> Result<(), Unavailable> {
    platform.storage_write(
        &provider_key(SIGN_OUT, provider),
        &[id, " ", state].concat(),
    )
}

/// Takes the id of the session that the browser left to sign out of at one of these providers, and the
/// `state` that proves that the provider did it.
pub(super) fn take_sign_out(
    platform: &impl Platform,
    providers: &[Provider],
) -> Option<(String, String)> {
    providers.iter().find_map(|provider| {
        let key = provider_key(SIGN_OUT, provider);
        let note = platform.storage_read(&key)?;
        platform.storage_remove(&key);
        let (id, state) = note.split_once(' ')?;
        Some((id.to_owned(), state.to_owned()))
    })
}

/// Notes that this tab has tried to sign in automatically. `false` if it had before, or if storage is
/// unavailable.
pub(super) fn mark_auto_attempt(platform: &impl Platform) -> bool {
    platform.storage_read(AUTO_ATTEMPT).is_none()
        && platform.storage_write(AUTO_ATTEMPT, "1").is_ok()
}

/// When this tab last redirected to a provider because the page requires a sign-in, and how often it has since
/// [`forget_auto_redirects`].
pub(super) fn auto_redirects(platform: &impl Platform) -> Option<(Timestamp, u32)> {
    let note = platform.storage_read(AUTO_REDIRECT)?;
    let (at, count) = note.split_once(' ')?;
    Some((at.parse().ok()?, count.parse().ok()?))
}

pub(super) fn record_auto_redirect(
    platform: &impl Platform,
    at: Timestamp,
    count: u32,
) -> Result<(), Unavailable> {
    let note = [at.to_string(), count.to_string()].join(" ");
    platform.storage_write(AUTO_REDIRECT, &note)
}

pub(super) fn forget_auto_redirects(platform: &impl Platform) {
    platform.storage_remove(AUTO_REDIRECT);
}
