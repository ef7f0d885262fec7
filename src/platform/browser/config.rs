//! Where the configuration comes from in a browser: a value, a URL, an element of the page or the file
//! next to it. What it says is checked in [`crate::config`].

use super::fetch::{TIMEOUT, failure, read};
use super::{BrowserPlatform, clock, presence};
use crate::config::{Config, ConfigError, ResolvedConfig};
use crate::platform::Platform;
use crate::protocol::http::{FetchError, Response, is_json};
use gloo_net::http::RequestBuilder;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, RequestCache};

/// The element that can hold the configuration. Only a script counts: an attacker who can inject markup
/// can add any other element with this id.
const ELEMENT: &str = r#"script[type="application/json"]#vestibule-config"#;
/// The file next to the page.
const FILE: &str = "vestibule.json";

/// The property of a document's bytes that names its address.
const ADDRESS: &str = "address";

/// Where to read the configuration from.
///
/// Converts from a [`Config`], and from text: JSON if it begins with `{`, otherwise a URL.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum ConfigSource {
    /// The page's element `<script type="application/json" id="vestibule-config">`, or else the file
    /// `vestibule.json` next to the page.
    #[default]
    Page,
    /// A URL, absolute or relative to the page.
    Url(String),
    /// The text of a `vestibule.json`.
    Json(String),
    /// A configuration that has been read.
    Config(Box<Config>),
}

impl From<&str> for ConfigSource {
    fn from(text: &str) -> ConfigSource {
        ConfigSource::from(text.to_owned())
    }
}

impl From<String> for ConfigSource {
    fn from(text: String) -> ConfigSource {
        if text.is_empty() {
            ConfigSource::Page
        } else if text
            .trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace())
            .starts_with('{')
        {
            ConfigSource::Json(text)
        } else {
            ConfigSource::Url(text)
        }
    }
}

impl From<Config> for ConfigSource {
    fn from(config: Config) -> ConfigSource {
        ConfigSource::Config(Box::new(config))
    }
}

impl ConfigSource {
    /// Reads the configuration and resolves it against the page's URL.
    ///
    /// # Errors
    /// Every [`ConfigError`]. [`ConfigError::Invalid`] lists every mistake.
    pub async fn load(self) -> Result<ResolvedConfig, ConfigError> {
        let document = match self {
            ConfigSource::Config(config) => return config.resolve(&BrowserPlatform.page_url()),
            ConfigSource::Page => ConfigDocument::of_page().await,
            ConfigSource::Url(url) => ConfigDocument::fetch(&url).await,
            ConfigSource::Json(text) => ConfigDocument::inline(text),
        };
        document.resolve()
    }
}

/// What was found where the configuration should be: a document, or the reason why there is none.
///
/// The page and the engine hand it to the set-up build, which explains what is wrong, so nothing is fetched
/// twice.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub enum ConfigDocument {
    /// The document's bytes, unchecked, and the address that paths in it are relative to: its own, or the page's.
    Text(Vec<u8>, String),
    /// See [`ConfigError::Missing`].
    Missing,
    /// See [`ConfigError::Status`].
    Status(u16),
    /// See [`ConfigError::Unreachable`].
    Unreachable,
    /// See [`ConfigError::Timeout`].
    Timeout,
    /// See [`ConfigError::Refused`].
    Refused,
}

impl ConfigDocument {
    /// Reads [`ConfigSource::Page`].
    pub async fn of_page() -> ConfigDocument {
        match inline() {
            Some(text) => ConfigDocument::inline(text),
            None => ConfigDocument::fetch(FILE).await,
        }
    }

    /// Reads a configuration that a script or an element names by its URL or gives as JSON, as [`ConfigSource`]
    /// converts from text. Unless it is the file next to the page, the URL has to lead to JSON of the page's own
    /// origin: users may be able to write elements.
    pub async fn of_text(config: String) -> ConfigDocument {
        match ConfigSource::from(config) {
            ConfigSource::Url(url) if url == FILE => ConfigDocument::fetch(FILE).await,
            ConfigSource::Url(url) => ConfigDocument::fetch_if(&url, is_own_json).await,
            ConfigSource::Json(text) => ConfigDocument::inline(text),
            ConfigSource::Page | ConfigSource::Config(_) => ConfigDocument::of_page().await,
        }
    }

    /// A configuration in the page itself.
    fn inline(text: String) -> ConfigDocument {
        ConfigDocument::Text(text.into_bytes(), BrowserPlatform.page_url())
    }

    /// Fetches a configuration, revalidating what the browser has cached, so that a corrected file counts
    /// immediately.
    async fn fetch(url: &str) -> ConfigDocument {
        ConfigDocument::fetch_if(url, |_| true).await
    }

    /// Does the same, but refuses successful responses for which this isn't true.
    async fn fetch_if(
        url: &str,
        is_acceptable: impl Fn(&gloo_net::http::Response) -> bool,
    ) -> ConfigDocument {
        let request = async {
            let response = RequestBuilder::new(url)
                .cache(RequestCache::NoCache)
                .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT)))
                .send()
                .await
                .map_err(failure)?;
            if response.ok() && !is_acceptable(&response) {
                return Ok(None);
            }
            clock::sync_from(&response.headers());
            // After redirects.
            let address = response.url();
            Ok(Some((read(response).await?, address)))
        };
        // A page that is being left needs no explanation, for which the set-up build would be loaded.
        match presence::unless_left(request).await.transpose() {
            None => ConfigDocument::Refused,
            Some(response) => ConfigDocument::of_response(response),
        }
    }

    /// What a response is, with the address that it came from.
    fn of_response(response: Result<(Response, String), FetchError>) -> ConfigDocument {
        match response {
            Ok((response, address)) if response.is_success() => {
                ConfigDocument::Text(response.body, address)
            }
            Ok((response, _)) if matches!(response.status, 404 | 410) => ConfigDocument::Missing,
            Ok((response, _)) => ConfigDocument::Status(response.status),
            Err(FetchError::Timeout) => ConfigDocument::Timeout,
            Err(_) => ConfigDocument::Unreachable,
        }
    }

    /// Fetches a text next to the page. `None` if it can't be read.
    pub async fn fetch_text(url: &str) -> Option<String> {
        match ConfigDocument::fetch(url).await {
            ConfigDocument::Text(text, _) => String::from_utf8(text).ok(),
            _ => None,
        }
    }

    fn text(&self) -> Result<(&[u8], &str), ConfigError> {
        match self {
            ConfigDocument::Text(text, address) => Ok((text, address)),
            ConfigDocument::Missing => Err(ConfigError::Missing),
            ConfigDocument::Status(status) => Err(ConfigError::Status(*status)),
            ConfigDocument::Unreachable => Err(ConfigError::Unreachable),
            ConfigDocument::Timeout => Err(ConfigError::Timeout),
            ConfigDocument::Refused => Err(ConfigError::Refused),
        }
    }

    /// Validates the configuration and resolves it against the page's URL.
    ///
    /// # Errors
    /// Every [`ConfigError`]. [`ConfigError::Invalid`] lists every mistake.
    pub fn resolve(&self) -> Result<ResolvedConfig, ConfigError> {
        let (text, address) = self.text()?;
        ResolvedConfig::from_document(text, address, &BrowserPlatform.page_url())
    }

    /// Does the same without explaining mistakes; the linker then leaves the explanations out of the binary.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve), but [`ConfigError::Invalid`] lists nothing.
    pub fn resolve_unexplained(&self) -> Result<ResolvedConfig, ConfigError> {
        let (text, address) = self.text()?;
        ResolvedConfig::from_document_unexplained(text, address, &BrowserPlatform.page_url())
    }

    /// Converts the document for the other build: a `Uint8Array` with the address as a property, an HTTP status, or
    /// the name of a variant.
    pub fn into_js(self) -> JsValue {
        match self {
            ConfigDocument::Text(text, address) => {
                let bytes = js_sys::Uint8Array::from(text.as_slice()).into();
                // Only fails for what is no object.
                let _ = Reflect::set(&bytes, &ADDRESS.into(), &address.into());
                bytes
            }
            ConfigDocument::Missing => "missing".into(),
            ConfigDocument::Status(status) => u32::from(status).into(),
            ConfigDocument::Unreachable => "unreachable".into(),
            ConfigDocument::Timeout => "timeout".into(),
            ConfigDocument::Refused => "refused".into(),
        }
    }

    /// Reads what [`into_js`](Self::into_js) returned; anything else counts as unreachable.
    pub fn from_js(value: &JsValue) -> ConfigDocument {
        if let Some(text) = value.dyn_ref::<js_sys::Uint8Array>() {
            let address = Reflect::get(value, &ADDRESS.into());
            let address = address.ok().and_then(|address| address.as_string());
            return ConfigDocument::Text(text.to_vec(), address.unwrap_or_default());
        }
        if let Some(status) = value.as_f64() {
            return ConfigDocument::Status(status as u16);
        }
        match value.as_string().as_deref() {
            Some("missing") => ConfigDocument::Missing,
            Some("timeout") => ConfigDocument::Timeout,
            Some("refused") => ConfigDocument::Refused,
            _ => ConfigDocument::Unreachable,
        }
    }
}

/// Whether a response is JSON and comes from the page's own origin, after all redirects.
fn is_own_json(response: &gloo_net::http::Response) -> bool {
    let origin = super::location().and_then(|location| location.origin().ok());
    let is_own = origin.is_some_and(|origin| response.url().starts_with(&(origin + "/")));
    let content_type = response.headers().get("Content-Type").unwrap_or_default();
    is_own && is_json(&content_type)
}

fn inline() -> Option<String> {
    let document = super::window()?.document()?;
    document.query_selector(ELEMENT).ok()??.text_content()
}
