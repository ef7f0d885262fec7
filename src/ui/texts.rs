//! What administrators read, in English: why a configuration can't be used, what can be done about an error,
//! and the set-up page. Everybody else's texts are in [`crate::language`], and the details of an error are
//! written where it occurs.

mod english;
pub mod setup;

use crate::config::ConfigError;
use crate::protocol::error::{Error, ErrorCode, VendorCause};

/// What the administrator can do about a failed sign-in, if anything. `kind` is the provider's `kind` in the
/// configuration. The page doesn't contain it.
pub struct RemedyTexts {
    pub code: fn(ErrorCode, kind: &str) -> Option<&'static str>,
    /// The remedy to use instead if the vendor named the cause.
    pub cause: fn(VendorCause, kind: &str) -> Option<&'static str>,
}

impl RemedyTexts {
    /// Returns the remedy for an error at a provider of this kind.
    pub fn about(&self, error: &Error, kind: &str) -> Option<&'static str> {
        match error.cause {
            Some(cause) => (self.cause)(cause, kind),
            None => (self.code)(error.code, kind),
        }
    }
}

/// A page whose configuration is missing or can't be used. Only the set-up build contains it.
pub struct ConfigTexts {
    pub administrator: &'static str,
    pub whole_file: &'static str,
    pub position: fn(line: usize, column: usize) -> String,
    pub status: &'static str,
    pub of: fn(&ConfigError) -> ConfigText,
}

/// The text for one [`ConfigError`], for the administrator.
pub struct ConfigText {
    pub problem: &'static str,
    pub next: &'static str,
    /// A file to start from.
    pub example: Option<&'static str>,
}

/// Returns the texts for a configuration that can't be used.
pub fn config_texts() -> &'static ConfigTexts {
    &english::CONFIG
}

/// Returns the remedies to use.
pub fn remedy_texts() -> &'static RemedyTexts {
    &english::remedies::TEXTS
}
