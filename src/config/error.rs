//! Why there is no configuration.

use super::ConfigIssue;
use crate::json::JsonError;
use serde::Serialize;
use std::fmt;

/// Why there is no configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ConfigError {
    /// The file does not exist (HTTP 404 or 410).
    Missing,
    /// The host answered with this HTTP status.
    Status(u16),
    /// The host did not answer: no network, or another origin without CORS.
    Unreachable,
    /// The host did not answer in time.
    Timeout,
    /// An element or a script named a configuration of another origin, or one that isn't served as JSON.
    Refused,
    /// The file is a web page: the host answers every unknown address with `index.html`.
    Html,
    /// The file is not JSON.
    Malformed(JsonError),
    /// The settings are wrong: every issue, or none where nobody asked for explanations.
    Invalid(Vec<ConfigIssue>),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Missing => f.write_str("there is no configuration"),
            ConfigError::Status(status) => {
                write!(f, "the host of the configuration answered {status}")
            }
            ConfigError::Unreachable => f.write_str("the configuration is unreachable"),
            ConfigError::Timeout => f.write_str("the configuration did not arrive in time"),
            ConfigError::Refused => {
                f.write_str("the configuration isn't JSON of the page's own origin")
            }
            ConfigError::Html => f.write_str("the configuration is a web page, not JSON"),
            ConfigError::Malformed(error) => write!(f, "the configuration is not JSON: {error}"),
            ConfigError::Invalid(issues) => {
                f.write_str("the configuration is invalid")?;
                for (index, issue) in issues.iter().enumerate() {
                    let separator = if index == 0 { ": " } else { "; " };
                    write!(f, "{separator}{issue}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ConfigError::Malformed(error) => Some(error),
            _ => None,
        }
    }
}
