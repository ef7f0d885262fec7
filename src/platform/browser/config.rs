//! Where the configuration comes from: an address that was named, an element of the page, else the file
//! beside it.

use super::clock;
use super::fetch::{TIMEOUT, failure, read};
use crate::config::{Config, ConfigError};
use crate::protocol::http::FetchError;
use gloo_net::http::RequestBuilder;
use web_sys::{AbortSignal, RequestCache};

/// The element that may hold the configuration. A script: what other people write into a page can be any
/// element, but not that.
const ELEMENT: &str = r#"script[type="application/json"]#vestibule-config"#;
/// The file beside the page.
const FILE: &str = "vestibule.json";

/// Where a configuration comes from. Texts are taken for JSON when they begin with `{`, else for an
/// address.
#[derive(Debug, Clone, Default)]
pub enum ConfigSource {
    /// An element of the page, else the file beside it.
    #[default]
    Page,
    /// An address, which may be relative to the page.
    Url(String),
    Json(String),
    Ready(Box<Config>),
}

impl From<&str> for ConfigSource {
    fn from(text: &str) -> ConfigSource {
        match text {
            "" => ConfigSource::Page,
            text if text.starts_with('{') => ConfigSource::Json(text.to_owned()),
            url => ConfigSource::Url(url.to_owned()),
        }
    }
}

impl From<String> for ConfigSource {
    fn from(text: String) -> ConfigSource {
        ConfigSource::from(text.as_str())
    }
}

impl From<Config> for ConfigSource {
    fn from(config: Config) -> ConfigSource {
        ConfigSource::Ready(Box::new(config))
    }
}

impl ConfigSource {
    /// Reads and validates the configuration.
    ///
    /// # Errors
    /// Every [`ConfigError`].
    pub async fn load(self) -> Result<Config, ConfigError> {
        match self {
            ConfigSource::Page => load_config().await,
            ConfigSource::Url(url) => from_address(&url).await,
            ConfigSource::Json(text) => Config::from_text(text.as_bytes()),
            ConfigSource::Ready(config) => Ok(*config),
        }
    }
}

/// Reads and validates the configuration of the page.
///
/// # Errors
/// Every [`ConfigError`].
pub async fn load_config() -> Result<Config, ConfigError> {
    match inline() {
        Some(text) => Config::from_text(text.as_bytes()),
        None => from_address(FILE).await,
    }
}

async fn from_address(url: &str) -> Result<Config, ConfigError> {
    let answer = RequestBuilder::new(url)
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

fn inline() -> Option<String> {
    let document = super::window()?.document()?;
    document.query_selector(ELEMENT).ok()??.text_content()
}
