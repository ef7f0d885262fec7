//! A configuration resolved for one page: everything sign-in needs, checked up front.

use super::issue::{IssueCount, IssueList, IssueReporter};
use super::{Addresses, Config, ConfigError, Settings};
use crate::provider::Provider;

/// A validated configuration, its providers and the addresses of the page.
///
/// ```
/// use vestibule::config::{ConfigError, ResolvedConfig};
///
/// let file = br#"{ "providers": [{ "id": "g", "kind": "google", "client_id": "c", "lable": "Staff" }] }"#;
/// let Err(ConfigError::Invalid(issues)) = ResolvedConfig::from_text(file, "https://app.example.com/") else {
///     panic!("the name of a setting is wrong");
/// };
/// assert_eq!(issues[0].path, "providers[0].lable");
/// assert_eq!(issues[0].remedy, "Did you mean \"label\"?");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ResolvedConfig {
    /// The settings. Their list of providers is empty: it has become [`providers`](Self::providers).
    pub settings: Settings,
    /// The enabled providers, in the order in which they are offered. Never empty.
    pub providers: Vec<Provider>,
    /// Where providers send people back to.
    pub addresses: Addresses,
}

impl Config {
    /// Resolves the configuration against the address of the page, `https://app.example.com/login/`.
    /// Paths in it are relative to the page.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] with every address that is not on the page's origin and every
    /// provider whose settings make no valid address.
    pub fn resolve(self, page_url: &str) -> Result<ResolvedConfig, ConfigError> {
        self.resolve_with::<IssueList>(page_url, page_url)
    }

    fn resolve_with<R: IssueReporter>(
        mut self,
        page_url: &str,
        config_url: &str,
    ) -> Result<ResolvedConfig, ConfigError> {
        let mut issues = R::default();
        self.resolve_paths(config_url);
        let addresses = self.addresses(page_url, &mut issues);
        let mut settings = self.into_settings();
        let enabled = std::mem::take(&mut settings.providers)
            .into_iter()
            .filter(|provider| provider.enabled.0);
        let providers = enabled
            .filter_map(|provider| Provider::new(provider, settings.scope.as_ref(), &mut issues))
            .collect();
        if issues.is_empty() {
            Ok(ResolvedConfig {
                settings,
                providers,
                addresses,
            })
        } else {
            Err(ConfigError::Invalid(issues.into_issues()))
        }
    }
}

impl ResolvedConfig {
    /// Reads the text of a `vestibule.json` and resolves it against the address of the page, like
    /// [`Config::from_text`] and [`Config::resolve`].
    ///
    /// # Errors
    /// [`ConfigError::Html`], [`ConfigError::Malformed`] or [`ConfigError::Invalid`] with every issue.
    pub fn from_text(text: &[u8], page_url: &str) -> Result<ResolvedConfig, ConfigError> {
        Config::from_text(text)?.resolve(page_url)
    }

    /// Does the same for a configuration from this address, which its paths are relative to.
    pub(crate) fn from_document(
        text: &[u8],
        config_url: &str,
        page_url: &str,
    ) -> Result<ResolvedConfig, ConfigError> {
        Config::from_text(text)?.resolve_with::<IssueList>(page_url, config_url)
    }

    /// Does the same without explanations, which the linker then leaves out of the binary.
    ///
    /// # Errors
    /// As [`from_text`](Self::from_text), but the list of [`ConfigError::Invalid`] is empty.
    pub fn from_text_unexplained(
        text: &[u8],
        page_url: &str,
    ) -> Result<ResolvedConfig, ConfigError> {
        ResolvedConfig::from_document_unexplained(text, page_url, page_url)
    }

    /// Does the same for a configuration from this address.
    pub(crate) fn from_document_unexplained(
        text: &[u8],
        config_url: &str,
        page_url: &str,
    ) -> Result<ResolvedConfig, ConfigError> {
        Config::from_text_unexplained(text)?.resolve_with::<IssueCount>(page_url, config_url)
    }
}
