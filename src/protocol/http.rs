//! HTTP requests and responses as values. The platform sends them.

use super::Timestamp;
use super::error::{Error, ErrorCode, Phase, VendorCause};
use super::error_response::ErrorResponse;
use super::url::Endpoint;
use crate::json::{self, Json, JsonError, Object};
use oauth2::AccessToken;
use serde::de::DeserializeOwned;
use std::fmt;
use std::ops::RangeInclusive;

/// A request of one step of the protocol.
///
/// The platform sends it without cookies and referrer, and follows no redirect.
#[derive(Debug)]
pub struct Request {
    /// Where it goes.
    pub url: String,
    /// The method, and what is sent.
    pub body: Body,
    /// The bearer token, if the request needs one.
    pub authorization: Option<AccessToken>,
    /// What the browser's cache has to do with it.
    pub cache: Caching,
}

/// What the browser's cache does for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// It may answer the request, and keep the response.
    Allowed,
    /// It doesn't answer the request, but may keep the response, which replaces an earlier one.
    Reload,
    /// It has nothing to do with it.
    Forbidden,
}

/// The body of a request.
pub enum Body {
    /// None: a GET request. No header of it needs a CORS preflight.
    None,
    /// A POST request with `application/x-www-form-urlencoded`.
    Form(Vec<(String, String)>),
}

/// Shows the names of a form's fields only: the values hold codes, verifiers and tokens.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    /// A GET request that the cache may answer.
    pub fn get(url: &Endpoint) -> Request {
        Request {
            url: url.as_str().to_owned(),
            body: Body::None,
            authorization: None,
            cache: Caching::Allowed,
        }
    }

    /// The same request, past the browser's cache, where an older response may be.
    pub fn past_cache(self) -> Request {
        Request {
            cache: Caching::Reload,
            ..self
        }
    }

    /// A GET request with an access token in its header
    /// ([RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)).
    pub fn get_with_token(url: &Endpoint, token: AccessToken) -> Request {
        Request {
            authorization: Some(token),
            cache: Caching::Forbidden,
            ..Request::get(url)
        }
    }

    /// A POST request with a form.
    pub fn post_form(url: &Endpoint, form: Vec<(String, String)>) -> Request {
        Request {
            body: Body::Form(form),
            cache: Caching::Forbidden,
            ..Request::get(url)
        }
    }
}

/// The longest pause that a server can ask for, in seconds.
pub const LONGEST_WAIT: i64 = 3600;

/// A complete response.
#[derive(Debug, Clone)]
pub struct Response {
    /// The HTTP status code.
    pub status: u16,
    /// The media type in lower case, without parameters. Empty when absent.
    pub content_type: String,
    /// The `Retry-After` header, if CORS lets the page read it.
    pub retry_after: Option<String>,
    /// The id of the request in the server's logs, if it sends one that CORS lets the page read.
    pub request_id: Option<RequestId>,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

/// An id that a server gave a request, for its support. Not a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The headers that name it, at Okta, at Microsoft and elsewhere.
    pub const HEADERS: [&str; 3] = ["x-okta-request-id", "x-ms-request-id", "x-request-id"];

    /// Reads the value of such a header. `None` for what isn't an identifier.
    pub fn parse(text: &str) -> Option<RequestId> {
        is_identifier(text).then(|| RequestId(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text is as short and plain as the ids of keys and requests are.
pub fn is_identifier(text: &str) -> bool {
    const LONGEST: usize = 64;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.:+/=".contains(c);
    (1..=LONGEST).contains(&text.len()) && text.chars().all(is_part)
}

/// Why there is no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// The browser says it is offline.
    Offline,
    /// No complete response in time.
    Timeout,
    /// The network, DNS, the certificate, the content security policy or CORS: a page can't see which.
    Unreachable,
    /// A redirect, which isn't followed
    /// ([RFC 9700 §4.4.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2)).
    Redirected,
    /// The body exceeds the platform's limit.
    TooLarge,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what())
    }
}

impl std::error::Error for FetchError {}

impl FetchError {
    /// A short name.
    pub fn name(self) -> &'static str {
        match self {
            FetchError::Offline => "offline",
            FetchError::Timeout => "timeout",
            FetchError::Unreachable => "unreachable",
            FetchError::TooLarge => "too-large",
            FetchError::Redirected => "redirected",
        }
    }

    fn what(self) -> &'static str {
        match self {
            FetchError::Offline => "The browser is offline, so there was no response",
            FetchError::Timeout => "No response in time",
            FetchError::Unreachable => "The browser couldn't read a response",
            FetchError::Redirected => "There was a redirect, which isn't followed,",
            FetchError::TooLarge => "The response was too large",
        }
    }

    /// Converts it into the error of a step. `unreachable` is the step's code for an endpoint that can't
    /// be reached.
    pub fn into_error(self, unreachable: ErrorCode, phase: Phase, url: &str) -> Error {
        let code = match self {
            FetchError::Offline => ErrorCode::NetworkOffline,
            FetchError::Timeout => ErrorCode::NetworkTimeout,
            FetchError::Unreachable | FetchError::Redirected | FetchError::TooLarge => unreachable,
        };
        let what = self.what();
        let error = Error::new(code, phase).details(format!("{what} from {}", without_query(url)));
        match (self, phase) {
            (FetchError::Redirected, Phase::Discovery) => {
                error.because(VendorCause::DocumentElsewhere)
            }
            _ => error,
        }
    }
}

impl Response {
    /// Whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The provider's error, if the body is an error response. The status doesn't matter: some providers
    /// send errors with status 200.
    pub fn oauth_error(&self) -> Option<ErrorResponse> {
        self.json().ok()
    }

    /// The body as a `T` read from a JSON object.
    ///
    /// # Errors
    /// What the body is instead, in words that complete "the endpoint answers with".
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, String> {
        json::from_value(Json::Object(self.json_object()?)).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &JsonError) -> String {
        format!("status {} with unreadable JSON: {error}", self.status)
    }

    /// The body if it is a JSON object.
    ///
    /// # Errors
    /// As [`Response::json`].
    pub fn json_object(&self) -> Result<Object, String> {
        if !is_json(&self.content_type) && self.content_type.contains("html") {
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
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// The pause that an overloaded or unavailable server asks for, in seconds and no more than
    /// [`LONGEST_WAIT`] ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
    pub fn retry_after(&self, now: Timestamp) -> Option<i64> {
        let text = self.retry_after.as_deref()?.trim();
        let seconds = match text.parse() {
            Ok(seconds) => seconds,
            Err(_) => date(text)? - now,
        };
        (matches!(self.status, 429 | 503) && seconds > 0).then_some(seconds.min(LONGEST_WAIT))
    }
}

/// Reads an HTTP date like `Sun, 06 Nov 1994 08:49:37 GMT`
/// ([RFC 9110 §5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)). `None` for other formats.
pub fn date(text: &str) -> Option<Timestamp> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let parts: Vec<&str> = text.trim().split([' ', ':']).collect();
    let &[_, day, month, year, hour, minute, second, "GMT"] = parts.as_slice() else {
        return None;
    };
    let number = |text: &str, range: RangeInclusive<i64>| {
        let number: i64 = text.parse().ok()?;
        range.contains(&number).then_some(number)
    };
    let month = match MONTHS.find(month)? {
        place if month.len() == 3 && place % 3 == 0 => (place / 3) as i64,
        _ => return None,
    };
    let (day, year) = (number(day, 1..=31)?, number(year, 1..=9999)?);
    let (hour, minute) = (number(hour, 0..=23)?, number(minute, 0..=59)?);
    let second = number(second, 0..=60)?;
    // Years that start in March have the leap day at their end.
    let (year, month) = match month {
        0 | 1 => (year - 1, month + 10),
        _ => (year, month - 2),
    };
    let days =
        365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// The URL without query and fragment, which can hold secrets: fit for messages.
pub fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// Whether a media type is JSON's ([RFC 6839 §3.1](https://www.rfc-editor.org/rfc/rfc6839#section-3.1)).
pub fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    media_type == "application/json" || media_type.ends_with("+json")
}

#[cfg(test)]
mod tests;
