//! Where the configuration comes from: an element of the page, else the file beside it.

use super::clock;
use super::fetch::{TIMEOUT, failure, read};
use crate::config::{Config, ConfigError};
use crate::protocol::http::FetchError;
use gloo_net::http::RequestBuilder;
use web_sys::{AbortSignal, RequestCache};

/// The element that may hold the configuration: `<script type="application/json" id="…">`.
const ELEMENT: &str = "vestibule-config";
/// The file beside the page.
const FILE: &str = "vestibule.json";

/// Reads and validates the configuration.
///
/// # Errors
/// Every [`ConfigError`].
pub async fn load_config() -> Result<Config, ConfigError> {
    match inline() {
        Some(text) => Config::from_text(text.as_bytes()),
        None => from_file().await,
    }
}

fn inline() -> Option<String> {
    let element = super::window()?.document()?.get_element_by_id(ELEMENT)?;
    element.text_content()
}

async fn from_file() -> Result<Config, ConfigError> {
    let answer = RequestBuilder::new(FILE)
        // Asked for anew each time, so that a mended file counts at once.
        .cache(RequestCache::NoCache)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT)))
        .send()
        .await;
    let answer = match answer {
        Ok(answer) => {
            clock::learn(&answer.headers());
            read(answer).await
        }
        Err(error) => Err(failure(error)),
    };
    match answer {
        Ok(answer) if answer.is_success() => Config::from_text(&answer.body),
        Ok(answer) if matches!(answer.status, 404 | 410) => Err(ConfigError::Missing),
        Ok(answer) => Err(ConfigError::Status(answer.status)),
        Err(FetchError::Timeout) => Err(ConfigError::Timeout),
        Err(_) => Err(ConfigError::Unreachable),
    }
}
