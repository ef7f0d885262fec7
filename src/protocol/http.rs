//! Requests and responses as values. Sending them is the platform's work.

use super::Timestamp;
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

/// Seconds that a server is left alone at the most, whatever it asks for.
pub const LONGEST_WAIT: i64 = 3600;

/// An answer that arrived whole.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    /// Without parameters, in lower case. Empty when absent.
    pub content_type: String,
    /// The `Retry-After` header, where the page may read it.
    pub retry_after: Option<String>,
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
    pub fn oauth_error(&self) -> Option<(String, String)> {
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

impl Response {
    /// Seconds for which a server that is overloaded or out of order wants to be left alone
    /// (RFC 9110 §10.2.3).
    pub fn retry_after(&self, now: Timestamp) -> Option<i64> {
        let text = self.retry_after.as_deref()?.trim();
        let seconds = match text.parse() {
            Ok(seconds) => seconds,
            Err(_) => date(text)? - now,
        };
        (matches!(self.status, 429 | 503) && seconds > 0).then_some(seconds.min(LONGEST_WAIT))
    }
}

/// A date as every server writes it (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn date(text: &str) -> Option<Timestamp> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let parts: Vec<&str> = text.trim().split([' ', ':']).collect();
    let &[_, day, month, year, hour, minute, second, "GMT"] = parts.as_slice() else {
        return None;
    };
    let number = |text: &str, limit: i64| {
        let number: i64 = text.parse().ok()?;
        (0..=limit).contains(&number).then_some(number)
    };
    let month = match MONTHS.find(month)? {
        place if month.len() == 3 && place % 3 == 0 => (place / 3) as i64,
        _ => return None,
    };
    let (day, year) = (number(day, 31)?, number(year, 9999)?);
    let (hour, minute, second) = (number(hour, 23)?, number(minute, 59)?, number(second, 60)?);
    // Years that begin in March have the leap day at their end.
    let (year, month) = match month {
        0 | 1 => (year - 1, month + 10),
        _ => (year, month - 2),
    };
    let days =
        365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// An address that may be shown: queries can hold what should not be.
pub fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates_and_nothing_else() {
        for (text, time) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799),
            ("Wed, 31 Dec 2025 12:00:00 GMT", 1_767_182_400),
            ("Sun, 01 Mar 2026 00:00:00 GMT", 1_772_323_200),
        ] {
            assert_eq!(date(text), Some(time), "{text}");
        }
        for text in [
            "",
            "0",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 ovD 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun, -6 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn a_server_may_ask_for_a_pause_of_at_most_an_hour() {
        let now = 784_111_777;
        let answer = |status, text: &str| Response {
            status,
            content_type: String::new(),
            retry_after: Some(text.to_owned()),
            body: Vec::new(),
        };
        for (status, text, wait) in [
            (429, "30", Some(30)),
            (503, " 120 ", Some(120)),
            (503, "Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            (503, "Sun, 06 Nov 1994 08:48:37 GMT", None),
            (503, "999999999999", Some(3600)),
            (503, "-1", None),
            (503, "soon", None),
            (400, "30", None),
        ] {
            assert_eq!(
                answer(status, text).retry_after(now),
                wait,
                "{status} {text}"
            );
        }
    }
}
