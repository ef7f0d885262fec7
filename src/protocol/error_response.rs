//! The error response of a provider's endpoint, as values. What it means is decided where the endpoint's
//! responses are processed.

use crate::json::lenient;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The provider's own error code and description
/// ([RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorResponse {
    /// `invalid_grant`, for example. Okta's management endpoints send a code like `E0000011` instead.
    pub error: String,
    /// What the provider says about it, in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

/// The two shapes in which providers send it. Any other type of member counts as absent.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    #[serde(deserialize_with = "lenient")]
    error: Option<String>,
    #[serde(deserialize_with = "lenient")]
    error_description: Option<String>,
    #[serde(rename = "errorCode", deserialize_with = "lenient")]
    okta_code: Option<String>,
    #[serde(rename = "errorSummary", deserialize_with = "lenient")]
    okta_summary: Option<String>,
}

impl<'de> Deserialize<'de> for ErrorResponse {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Body::deserialize(deserializer)?;
        match body.error.or(body.okta_code) {
            Some(error) => Ok(ErrorResponse {
                error,
                error_description: body.error_description.or(body.okta_summary),
            }),
            None => Err(serde::de::Error::missing_field("error")),
        }
    }
}

/// Code and description, in one line.
impl fmt::Display for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)?;
        match &self.error_description {
            Some(description) => write!(f, ": {description}"),
            None => Ok(()),
        }
    }
}
