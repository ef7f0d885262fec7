//! Waiting for a condition. No test sleeps for a fixed time.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// How long a test waits for a condition before it fails.
pub const TIMEOUT: Duration = Duration::from_secs(15);
const POLL_INTERVAL: Duration = Duration::from_millis(25);

/// Polls until the condition holds. `Ok(Err(why))` means "not yet". So does a WebDriver error, because the
/// page may be replaced during a command.
pub async fn wait_until<T>(mut poll: impl AsyncFnMut() -> Result<Result<T, String>>) -> Result<T> {
    let started = Instant::now();
    loop {
        let reason = match poll().await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(reason)) => reason,
            Err(error) => format!("{error:#}"),
        };
        if started.elapsed() > TIMEOUT {
            bail!("{reason} (after {} s)", TIMEOUT.as_secs());
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
