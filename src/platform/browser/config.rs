//! Where the configuration comes from: an address that was named, an element of the page, else the file
//! beside it.

use super::fetch::{TIMEOUT, failure, read};
use super::{BrowserPlatform, clock};
use crate::config::{Config, ConfigError, ResolvedConfig};
use crate::platform::Platform;
use crate::protocol::http::FetchError;
use gloo_net::http::RequestBuilder;
use wasm_bindgen::{JsCast, JsValue};
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
    /// Reads the configuration and resolves it for this page.
    ///
    /// # Errors
    /// Every [`ConfigError`], with every issue explained.
    pub async fn load(self) -> Result<ResolvedConfig, ConfigError> {
        match self {
            ConfigSource::Ready(config) => config.resolve(&BrowserPlatform.page_url()),
            source => source.document().await.resolve(),
        }
    }

    /// Reads the configuration without looking at what it says.
    pub async fn document(&self) -> ConfigDocument {
        match self {
            ConfigSource::Page => match inline() {
                Some(text) => ConfigDocument::Text(text.into_bytes()),
                None => from_address(FILE).await,
            },
            ConfigSource::Url(url) => from_address(url).await,
            ConfigSource::Json(text) => ConfigDocument::Text(text.clone().into_bytes()),
            ConfigSource::Ready(_) => ConfigDocument::Text(Vec::new()),
        }
    }
}

/// What was found where the configuration should be. The page hands it to the set-up build, which explains
/// what is wrong, so that nothing is fetched twice.
#[derive(Debug, Clone)]
pub enum ConfigDocument {
    Text(Vec<u8>),
    /// See [`ConfigError::Missing`] and the following.
    Missing,
    Status(u16),
    Unreachable,
    Timeout,
}

impl ConfigDocument {
    /// Resolves the configuration for this page.
    ///
    /// # Errors
    /// Every [`ConfigError`], with every issue explained.
    pub fn resolve(&self) -> Result<ResolvedConfig, ConfigError> {
        ResolvedConfig::from_text(self.text()?, &BrowserPlatform.page_url())
    }

    /// Does the same without explanations, which the page is built without.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve), but the list of [`ConfigError::Invalid`] is empty.
    pub fn resolve_unexplained(&self) -> Result<ResolvedConfig, ConfigError> {
        ResolvedConfig::from_text_unexplained(self.text()?, &BrowserPlatform.page_url())
    }

    fn text(&self) -> Result<&[u8], ConfigError> {
        match self {
            ConfigDocument::Text(text) => Ok(text),
            ConfigDocument::Missing => Err(ConfigError::Missing),
            ConfigDocument::Status(status) => Err(ConfigError::Status(*status)),
            ConfigDocument::Unreachable => Err(ConfigError::Unreachable),
            ConfigDocument::Timeout => Err(ConfigError::Timeout),
        }
    }

    /// The document as JavaScript carries it from one build to the other: its bytes, or a word for why
    /// there are none.
    pub fn into_js(self) -> JsValue {
        match self {
            ConfigDocument::Text(text) => js_sys::Uint8Array::from(text.as_slice()).into(),
            ConfigDocument::Missing => "missing".into(),
            ConfigDocument::Status(status) => u32::from(status).into(),
            ConfigDocument::Unreachable => "unreachable".into(),
            ConfigDocument::Timeout => "timeout".into(),
        }
    }

    /// Reads what [`into_js`](Self::into_js) made. `None` for `undefined`.
    pub fn from_js(value: &JsValue) -> Option<ConfigDocument> {
        if let Some(text) = value.dyn_ref::<js_sys::Uint8Array>() {
            return Some(ConfigDocument::Text(text.to_vec()));
        }
        if let Some(status) = value.as_f64() {
            return Some(ConfigDocument::Status(status as u16));
        }
        match value.as_string()?.as_str() {
            "missing" => Some(ConfigDocument::Missing),
            "timeout" => Some(ConfigDocument::Timeout),
            _ => Some(ConfigDocument::Unreachable),
        }
    }
}

async fn from_address(url: &str) -> ConfigDocument {
    let answer = RequestBuilder::new(url)
        // Asked for anew each time, so that a mended file counts at once.
        .cache(RequestCache::NoCache)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT)))
        .send()
        .await;
    let answer = match answer {
        Ok(answer) => {
            clock::sync_from(&answer.headers());
            read(answer).await
        }
        Err(error) => Err(failure(error)),
    };
    match answer {
        Ok(answer) if answer.is_success() => ConfigDocument::Text(answer.body),
        Ok(answer) if matches!(answer.status, 404 | 410) => ConfigDocument::Missing,
        Ok(answer) => ConfigDocument::Status(answer.status),
        Err(FetchError::Timeout) => ConfigDocument::Timeout,
        Err(_) => ConfigDocument::Unreachable,
    }
}

fn inline() -> Option<String> {
    let document = super::window()?.document()?;
    document.query_selector(ELEMENT).ok()??.text_content()
}
