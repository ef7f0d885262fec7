//! Addresses, read strictly. Only a subset of what a browser would accept gets through, so that no
//! two readers can understand one of them differently.

use std::fmt;

/// The address of an endpoint: `https`, or `http` on a loopback host; no user name, no fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    text: String,
    /// Length of `scheme://host:port` in `text`.
    origin: usize,
}

/// Why an address is not acceptable, as a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlProblem {
    NotAbsolute,
    Insecure,
    Host,
    UserInfo,
    Fragment,
    Character,
}

impl fmt::Display for UrlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UrlProblem::NotAbsolute => "It is not a whole address.",
            UrlProblem::Insecure => "It starts with http://, which anybody on the way can read.",
            UrlProblem::Host => "Its host name or port is not valid.",
            UrlProblem::UserInfo => "It holds a user name or an @ before the path.",
            UrlProblem::Fragment => "It holds a # part.",
            UrlProblem::Character => {
                "It holds a blank or another character that an address may not have."
            }
        })
    }
}

impl Endpoint {
    pub fn parse(text: &str) -> Result<Endpoint, UrlProblem> {
        let (secure, rest) = if let Some(rest) = text.strip_prefix("https://") {
            (true, rest)
        } else if let Some(rest) = text.strip_prefix("http://") {
            (false, rest)
        } else {
            return Err(UrlProblem::NotAbsolute);
        };
        if !text
            .chars()
            .all(|c| c.is_ascii_graphic() && !r#"\"<>^`{|}"#.contains(c))
        {
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

    /// The path, without query. Empty or starting with a slash.
    pub fn path(&self) -> &str {
        let rest = &self.text[self.origin..];
        rest.split('?').next().unwrap_or_default()
    }

    /// The query, where there is one.
    pub fn query(&self) -> Option<&str> {
        Some(self.text.split_once('?')?.1)
    }

    /// The address with parameters added to a query that it may have already (RFC 6749 §3.1).
    pub fn with_query<'a>(&self, params: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let mut url = self.text.clone();
        let mut separator = match url.find('?') {
            None => "?",
            Some(start) if start + 1 == url.len() || url.ends_with('&') => "",
            Some(_) => "&",
        };
        for (name, value) in params {
            url.push_str(separator);
            url.extend(form_urlencoded::byte_serialize(name.as_bytes()));
            url.push('=');
            url.extend(form_urlencoded::byte_serialize(value.as_bytes()));
            separator = "&";
        }
        url
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The host without its port, when both are well formed.
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

/// Hosts that never leave the machine (RFC 8252 §7.3, RFC 6761 §6.3).
fn is_loopback(host: &str) -> bool {
    let is_ipv4 = host.starts_with("127.")
        && host.split('.').count() == 4
        && host.split('.').all(|part| part.parse::<u8>().is_ok());
    host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || is_ipv4
}

/// Where a person wanted to be: a path on the page's own origin, with query and fragment.
///
/// Everything that a browser could take for another origin is refused: `//host`, `/\host`, a scheme,
/// and control characters, which browsers drop while they read an address (RFC 9700 §4.11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTo(String);

impl ReturnTo {
    pub fn parse(path: &str) -> Option<ReturnTo> {
        let mut chars = path.chars();
        let fits = chars.next() == Some('/')
            && chars.next() != Some('/')
            && path
                .chars()
                .all(|c| !c.is_control() && !c.is_whitespace() && c != '\\');
        fits.then(|| ReturnTo(path.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_https_and_loopback_http() {
        for url in [
            "https://id.example.com",
            "https://id.example.com:8443/a/b?p=x",
            "https://[2001:db8::1]:443/",
            "http://localhost:4400/plain",
            "http://127.0.0.1:8080",
            "http://[::1]/",
            "http://app.localhost/",
        ] {
            assert!(Endpoint::parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn refuses_everything_that_another_reader_could_understand_differently() {
        use UrlProblem::*;
        for (url, problem) in [
            ("id.example.com", NotAbsolute),
            ("//id.example.com", NotAbsolute),
            ("javascript:alert(1)", NotAbsolute),
            ("ftp://id.example.com", NotAbsolute),
            ("http://id.example.com", Insecure),
            ("http://127.0.0.1.example.com", Insecure),
            ("http://127.1", Insecure),
            ("http://localhost.example.com", Insecure),
            ("http://192.168.0.1", Insecure),
            ("https://", Host),
            ("https:///path", Host),
            ("https://a..b/", Host),
            ("https://a:99999/", Host),
            ("https://a:+1/", Host),
            ("https://a:/", Host),
            ("https://[::1", Host),
            ("https://good.example@evil.example/", UserInfo),
            ("https://id.example.com/#x", Fragment),
            ("https://id.example.com\\@evil.example", Character),
            ("https://id.example.com/ x", Character),
            ("https://id.exa\u{043c}ple.com/", Character),
            ("https://id.example.com/\n", Character),
        ] {
            assert_eq!(Endpoint::parse(url), Err(problem), "{url}");
        }
    }

    #[test]
    fn adds_to_a_query_that_is_there() {
        let params = [("scope", "openid email"), ("x", "a&b=c#d")];
        for (url, expected) in [
            (
                "https://a.example/auth",
                "https://a.example/auth?scope=openid+email&x=a%26b%3Dc%23d",
            ),
            (
                "https://a.example/auth?p=b2c",
                "https://a.example/auth?p=b2c&scope=openid+email&x=a%26b%3Dc%23d",
            ),
            (
                "https://a.example/auth?",
                "https://a.example/auth?scope=openid+email&x=a%26b%3Dc%23d",
            ),
        ] {
            assert_eq!(Endpoint::parse(url).unwrap().with_query(params), expected);
        }
    }

    #[test]
    fn knows_the_origin() {
        for (url, origin) in [
            ("https://a.example/b/c", "https://a.example"),
            ("https://a.example:8443?x", "https://a.example:8443"),
            ("http://[::1]:80/", "http://[::1]:80"),
            ("https://a.example", "https://a.example"),
        ] {
            assert_eq!(Endpoint::parse(url).unwrap().origin(), origin);
        }
    }

    #[test]
    fn a_way_back_stays_on_the_origin() {
        for path in [
            "/",
            "/app?tab=1#part",
            "/a//b",
            "/%2f%2fevil.example",
            "/@evil.example",
        ] {
            assert!(ReturnTo::parse(path).is_some(), "{path}");
        }
        for path in [
            "",
            "app",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            " /app",
            "/a\\b",
            "/\u{0}/evil.example",
            "/\u{a0}",
        ] {
            assert!(ReturnTo::parse(path).is_none(), "{path:?}");
        }
    }
}
