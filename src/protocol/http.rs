//! Requests and responses as values. Sending them is the platform's work.

use super::error::{Error, ErrorCode, Phase};
use super::url::Endpoint;
use crate::json::{Json, Object};
use oauth2::AccessToken;

/// A request that a step of the protocol wants sent.
///
/// Whoever sends it sends no cookies, follows no redirect and tells no referrer.
#[derive(Debug)]
pub struct Request {
    pub url: String,
    pub body: Body,
    pub authorization: Option<AccessToken>,
    /// Whether an answer may come from or go to the browser's cache.
    pub cacheable: bool,
}

/// What a request carries.
pub enum Body {
    /// Nothing: a GET request without any header that would need a preflight.
    None,
    /// A POST request with `application/x-www-form-urlencoded`.
    Form(Vec<(String, String)>),
}

/// The form's values hold codes and verifiers: only names are shown.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Body::None => f.write_str("None"),
            Body::Form(form) => f
                .debug_list()
                .entries(form.iter().map(|(name, _)| name))
                .finish(),
        }
    }
}

impl Request {
    /// A GET that may be answered from the cache.
    pub fn get(url: &Endpoint) -> Request {
        Request {
            url: url.as_str().to_owned(),
            body: Body::None,
            authorization: None,
            cacheable: true,
        }
    }

    /// A GET with an access token (RFC 6750 §2.1).
    pub fn get_with_token(url: &Endpoint, token: AccessToken) -> Request {
        Request {
            authorization: Some(token),
            cacheable: false,
            ..Request::get(url)
        }
    }

    /// A POST of a form.
    pub fn post_form(url: &Endpoint, form: Vec<(String, String)>) -> Request {
        Request {
            body: Body::Form(form),
            cacheable: false,
            ..Request::get(url)
        }
    }
}

/// An answer that arrived whole.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    /// Without parameters, in lower case. Empty when absent.
    pub content_type: String,
    pub body: Vec<u8>,
}

/// Why no answer arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchError {
    /// The browser says that there is no network.
    Offline,
    Timeout,
    /// Network, name, certificate, redirect, content security policy or CORS: a page cannot tell.
    Unreachable,
    /// More bytes than any honest answer has.
    TooLarge,
}

impl FetchError {
    /// The error for a step whose own word for "unreachable" is `unreachable`.
    pub fn into_error(self, unreachable: ErrorCode, phase: Phase, url: &str) -> Error {
        let (code, what) = match self {
            FetchError::Offline => (
                ErrorCode::NetworkOffline,
                "The browser is offline, so there was no answer from",
            ),
            FetchError::Timeout => (ErrorCode::NetworkTimeout, "No answer in time from"),
            FetchError::Unreachable => (unreachable, "The browser could not read an answer from"),
            FetchError::TooLarge => (unreachable, "The answer was too large from"),
        };
        Error::new(code, phase).details(format!("{what} {}", without_query(url)))
    }
}

impl Response {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What the answer says went wrong, in the form of RFC 6749 §5.2 or in Okta's own: the error's
    /// code, and code and description together.
    pub fn stated_error(&self) -> Option<(String, String)> {
        let body = self.json_object().ok()?;
        let error = body.text("error").or_else(|| body.text("errorCode"))?;
        let description = body
            .text("error_description")
            .or_else(|| body.text("errorSummary"));
        Some((
            error.to_owned(),
            match description {
                Some(description) => format!("{error}: {description}"),
                None => error.to_owned(),
            },
        ))
    }

    /// The body when the answer is a JSON object; else what it was, in words.
    pub fn json_object(&self) -> Result<Object, String> {
        let is_json =
            self.content_type == "application/json" || self.content_type.ends_with("+json");
        if !is_json && self.content_type.contains("html") {
            return Err(format!(
                "status {} with a web page instead of JSON",
                self.status
            ));
        }
        match Json::parse(&self.body) {
            Ok(Json::Object(object)) => Ok(object),
            Ok(other) => Err(format!(
                "status {} with {} instead of an object",
                self.status,
                other.kind()
            )),
            Err(error) => Err(format!(
                "status {} with unreadable JSON: {error}",
                self.status
            )),
        }
    }
}

/// An address that may be shown: queries can hold what should not be.
pub fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}
