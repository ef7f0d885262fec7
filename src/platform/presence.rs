//! Whether the page is being left. Browsers then abort its requests, and that's no failure to report: Chromium
//! does it after `pagehide`, Firefox and WebKit before it, but after `beforeunload`.

use std::future::pending;

/// Milliseconds that a navigation may take until it counts as stopped. It may also have been a download, or an
/// answer without content.
pub const LONGEST_NAVIGATION: i64 = 10_000;
/// Milliseconds between two looks at whether the page has been left.
const POLL_INTERVAL: u32 = 250;

/// Where the page is in its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Presence {
    /// It's in use, as far as is known.
    #[default]
    Here,
    /// A navigation has started at this time, in milliseconds. The page may still stay.
    Leaving(i64),
    /// It has been left. It may be in the back/forward cache.
    Left,
}

/// Returns the result of a request. If it failed because the page is being left, that's never reported; if the
/// page stays after all, it's reported then.
///
/// `now`: the current time, in milliseconds.
pub async fn report_unless_left<T, E>(
    result: Result<T, E>,
    presence: impl Fn() -> Presence,
    now: impl Fn() -> i64,
    sleep: impl AsyncFn(u32),
) -> Result<T, E> {
    while result.is_err() {
        match presence() {
            Presence::Left => pending().await,
            Presence::Leaving(since) if now() - since < LONGEST_NAVIGATION => {
                sleep(POLL_INTERVAL).await;
            }
            Presence::Leaving(_) | Presence::Here => break,
        }
    }
    result
}
