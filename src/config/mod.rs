//! `vestibule.json`: the settings (`settings`), the types of their values (`value`, `named`,
//! `value_type`), reading with every issue explained (`read`, `rules`, `issue`), and what sign-in needs
//! of it (`resolve`, `addresses`). What a provider makes of its settings is in [`crate::provider`].
//!
//! A configuration gets stricter step by step: JSON, [`Settings`] with values of the right types,
//! a [`Config`] whose settings are right together, and a [`ResolvedConfig`] for one page.

mod addresses;
mod error;
mod issue;
mod named;
mod read;
mod resolve;
mod rules;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod schema;
mod setting;
mod settings;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod typescript;
mod value;
mod value_type;

#[cfg(test)]
mod tests;

pub use addresses::Addresses;
pub use error::ConfigError;
pub use issue::ConfigIssue;
pub use named::{AutoSignIn, InteractiveMode, Mode, ProviderKind, ResponseMode, Storage};
pub use resolve::ResolvedConfig;
pub use setting::Setting;
pub use settings::{Brand, ProviderConfig, Settings};
pub use value::{
    Color, Domain, Image, IssuerUrl, Languages, Link, Name, OnByDefault, Origins, PageUrl, Params,
    Path, PositiveSeconds, ReplacedTexts, Scope, Seconds, Text, Texts, Url, Words,
};
pub use value_type::ValueType;

pub(crate) use addresses::{folder, is_same_document, sibling};
pub(crate) use issue::{IssueLocation, IssueReporter};
pub(crate) use setting::RESERVED_PARAMS;

use crate::json::Json;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::Deref;

/// A configuration without issues.
///
/// The only ways to one are [`from_text`](Self::from_text) and serde's `Deserialize`, whose error
/// names every issue. [`resolve`](Self::resolve) makes it ready for a page.
#[derive(Debug, Clone)]
pub struct Config(Settings);

impl Config {
    fn new(settings: Settings) -> Config {
        Config(settings)
    }

    fn into_settings(self) -> Settings {
        self.0
    }

    /// The providers that people can choose, in the order in which they see them. Never empty.
    pub fn enabled_providers(&self) -> impl Iterator<Item = &ProviderConfig> {
        self.providers.iter().filter(|provider| provider.enabled.0)
    }
}

impl Deref for Config {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.0
    }
}

impl Serialize for Config {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        read::explained(json).map_err(|issues| D::Error::custom(ConfigError::Invalid(issues)))
    }
}
