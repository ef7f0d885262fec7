//! URLs, read strictly: only a subset of what a browser accepts, so that no two readers can understand one
//! differently.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The URL of an endpoint: `https`, or `http` on a loopback host, without user name and fragment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Endpoint {
    text: String,
    /// Length of `scheme://host:port` in `text`.
    origin: usize,
}

/// Why a URL isn't acceptable. `Display` is a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlProblem {
    /// It isn't an absolute `https` or `http` URL.
    NotAbsolute,
    /// It's `http`, but not on loopback.
    Insecure,
    /// It has no valid host.
    Host,
    /// It holds a user name or a password.
    UserInfo,
    /// It has a fragment.
    Fragment,
    /// It holds a character that URLs can't hold.
    Character,
}

impl fmt::Display for UrlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UrlProblem::NotAbsolute => "It isn't an absolute URL.",
            UrlProblem::Insecure => "http:// isn't encrypted.",
            UrlProblem::Host => "Its host name or port isn't valid.",
            UrlProblem::UserInfo => "It has a user name or an @ before the path.",
            UrlProblem::Fragment => "It has a # part.",
            UrlProblem::Character => {
                "It has a space or another character that isn't allowed in a URL."
            }
        })
    }
}

impl std::error::Error for UrlProblem {}

impl TryFrom<String> for Endpoint {
    type Error = UrlProblem;

    fn try_from(text: String) -> Result<Endpoint, UrlProblem> {
        Endpoint::parse(&text)
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> String {
        endpoint.text
    }
}

impl Endpoint {
    /// Reads an absolute URL.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn parse(text: &str) -> Result<Endpoint, UrlProblem> {
        let (secure, rest) = if let Some(rest) = text.strip_prefix("https://") {
            (true, rest)
        } else if let Some(rest) = text.strip_prefix("http://") {
            (false, rest)
        } else {
            return Err(UrlProblem::NotAbsolute);
        };
        if !text.chars().all(is_url_character) {
            return Err(UrlProblem::Character);
        }
        if text.contains('#') {
            return Err(UrlProblem::Fragment);
        }
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(UrlProblem::UserInfo);
        }
        let host = host_of(authority).ok_or(UrlProblem::Host)?;
        if !secure && !is_loopback(host) {
            return Err(UrlProblem::Insecure);
        }
        Ok(Endpoint {
            origin: text.len() - rest.len() + authority.len(),
            text: text.to_owned(),
        })
    }

    /// The whole URL, as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `scheme://host:port`.
    pub fn origin(&self) -> &str {
        &self.text[..self.origin]
    }

    /// The host's name, without port.
    pub fn host(&self) -> &str {
        let authority = self.origin().split("://").nth(1).unwrap_or_default();
        host_of(authority).unwrap_or(authority)
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// The path, without query. Empty or starting with a slash.
    pub fn path(&self) -> &str {
        let rest = &self.text[self.origin..];
        rest.split('?').next().unwrap_or_default()
    }

    /// The query, if there is one.
    pub fn query(&self) -> Option<&str> {
        Some(self.text.split_once('?')?.1)
    }

    /// Resolves a path, with or without a query, against this URL
    /// ([RFC 3986 §5.2](https://www.rfc-editor.org/rfc/rfc3986#section-5.2)). The origin stays the same.
    ///
    /// # Errors
    /// The first rule that it breaks. What could name another origin is [`UrlProblem::NotAbsolute`].
    pub fn join(&self, reference: &str) -> Result<Endpoint, UrlProblem> {
        if !is_path(reference) {
            return Err(UrlProblem::NotAbsolute);
        }
        let (path, query) = match reference.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (reference, None),
        };
        let folder = match self.path().rfind('/') {
            Some(end) if !path.starts_with('/') => &self.path()[..=end],
            None if !path.starts_with('/') => "/",
            _ => "",
        };
        let path = [folder, path].concat();
        let mut kept = Vec::new();
        let mut is_folder = false;
        for segment in path.split('/').skip(1) {
            is_folder = matches!(segment, "." | "..");
            match segment {
                "." => {}
                ".." => _ = kept.pop(),
                segment => kept.push(segment),
            }
        }
        if is_folder {
            kept.push("");
        }
        let mut url = [self.origin(), "/", &kept.join("/")].concat();
        if let Some(query) = query {
            url.push('?');
            url.push_str(query);
        }
        Endpoint::parse(&url)
    }

    /// The URL with parameters added to the query that it may have
    /// ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
    pub fn with_query<'a>(&self, params: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let mut url = self.text.clone();
        let mut separator = match url.find('?') {
            None => "?",
            Some(start) if start + 1 == url.len() || url.ends_with('&') => "",
            Some(_) => "&",
        };
        for (name, value) in params {
            url.push_str(separator);
            push_encoded(&mut url, name, value);
            separator = "&";
        }
        url
    }
}

/// Adds a parameter to a query, which may be empty.
pub fn push_param(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    push_encoded(query, name, value);
}

fn push_encoded(text: &mut String, name: &str, value: &str) {
    text.extend(form_urlencoded::byte_serialize(name.as_bytes()));
    text.push('=');
    text.extend(form_urlencoded::byte_serialize(value.as_bytes()));
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The host without its port, if both are well formed.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) =
        if let Some(end) = authority.strip_prefix('[').and_then(|rest| rest.find(']')) {
            let (host, rest) = authority.split_at(end + 2);
            let digits = &host[1..=end];
            if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_hexdigit() || c == ':') {
                return None;
            }
            match rest {
                "" => (host, None),
                rest => (host, Some(rest.strip_prefix(':')?)),
            }
        } else {
            match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            }
        };
    let name_fits = host.starts_with('[')
        || (!host.is_empty()
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            }));
    let port_fits = port.is_none_or(|port| {
        port.chars().all(|c| c.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    (name_fits && port_fits).then_some(host)
}

/// Whether the host is this machine ([RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3),
/// [RFC 6761 §6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3)).
fn is_loopback(host: &str) -> bool {
    let is_ipv4 = host.starts_with("127.")
        && host.split('.').count() == 4
        && host.split('.').all(|part| part.parse::<u8>().is_ok());
    host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || is_ipv4
}

/// Whether a reference is a path, with or without a query, that can't name another origin.
pub fn is_path(reference: &str) -> bool {
    let first = reference.split(['/', '?']).next().unwrap_or_default();
    !reference.is_empty()
        && !reference.starts_with('?')
        && !reference.starts_with("//")
        && !first.contains(':')
        && !reference.contains('#')
        && reference.chars().all(is_url_character)
}

fn is_url_character(c: char) -> bool {
    c.is_ascii_graphic() && !r#"\"<>^`{|}"#.contains(c)
}

/// The page that a person wanted: a path on the page's own origin, with query and fragment.
///
/// Anything that a browser could take for another origin is refused
/// ([RFC 9700 §4.11](https://www.rfc-editor.org/rfc/rfc9700#section-4.11)): `//host`, `/\host`, a scheme, and
/// control characters, which browsers drop when they read a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTo(String);

impl ReturnTo {
    /// Reads a path. `None` when it could lead to another origin.
    pub fn parse(path: &str) -> Option<ReturnTo> {
        let mut chars = path.chars();
        let fits = chars.next() == Some('/')
            && chars.next() != Some('/')
            && path
                .chars()
                .all(|c| !c.is_control() && !c.is_whitespace() && c != '\\');
        fits.then(|| ReturnTo(path.to_owned()))
    }

    /// The path, query and fragment.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
