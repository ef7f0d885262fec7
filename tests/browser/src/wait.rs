//! Waiting for something to become true. Nothing here or in a test sleeps for a fixed time.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// How long a test waits for what it expects.
pub const PATIENCE: Duration = Duration::from_secs(15);
const INTERVAL: Duration = Duration::from_millis(25);

/// Asks again and again. `Ok(Err(why))` is "not yet"; an error of WebDriver counts as that too, since a
/// page may be replaced while it is asked.
pub async fn until<T>(attempt: impl AsyncFnMut() -> Result<Result<T, String>>) -> Result<T> {
    within(PATIENCE, attempt).await
}

pub async fn within<T>(
    patience: Duration,
    mut attempt: impl AsyncFnMut() -> Result<Result<T, String>>,
) -> Result<T> {
    let begun = Instant::now();
    loop {
        let not_yet = match attempt().await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(why)) => why,
            Err(error) => format!("{error:#}"),
        };
        if begun.elapsed() > patience {
            bail!("{not_yet} (after {} s)", patience.as_secs());
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
