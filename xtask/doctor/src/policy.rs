//! Whether a content-security-policy header allows a page's requests
//! ([CSP Level 3 §6.7.2](https://www.w3.org/TR/CSP3/#directive-connect-src)). It ignores paths: policies
//! for endpoints name origins.

use vestibule::protocol::url::Endpoint;

/// Returns whether every policy of the header allows a page of this origin to connect to the address.
pub fn allows(header: &str, page: &str, url: &Endpoint) -> bool {
    header.split(',').all(|policy| match sources(policy) {
        Some(mut sources) => sources.any(|source| matches_source(source, page, url)),
        None => true,
    })
}

/// The sources of `connect-src`, or else of `default-src`.
fn sources(policy: &str) -> Option<impl Iterator<Item = &str>> {
    let of = |name: &str| {
        policy.split(';').find_map(|directive| {
            let mut words = directive.split_whitespace();
            words
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case(name))
                .then_some(words)
        })
    };
    of("connect-src").or_else(|| of("default-src"))
}

/// Whether a source expression matches the address.
fn matches_source(source: &str, page: &str, url: &Endpoint) -> bool {
    let source = source.to_ascii_lowercase();
    match source.as_str() {
        "*" => return true,
        "'self'" => return url.origin() == page,
        source if source.ends_with(':') => return url.as_str().starts_with(source),
        _ => {}
    }
    let (scheme, authority) = scheme_and_authority(url.origin());
    let (wanted, rest) = match source.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => (scheme_and_authority(page).0, source.as_str()),
    };
    let rest = rest.split('/').next().unwrap_or_default();
    let (host, port) = host_and_port(rest);
    let (url_host, url_port) = host_and_port(authority);
    let default = if scheme == "https" { "443" } else { "80" };
    let host_matches = match host.strip_prefix('*') {
        Some(domain) => url_host.to_ascii_lowercase().ends_with(domain),
        None => url_host.eq_ignore_ascii_case(host),
    };
    let port_matches = match port {
        Some("*") => true,
        port => port.unwrap_or(default) == url_port.unwrap_or(default),
    };
    // A source without encryption allows the same host with it.
    (wanted == scheme || scheme == "https") && host_matches && port_matches
}

fn scheme_and_authority(origin: &str) -> (&str, &str) {
    origin.split_once("://").unwrap_or(("https", origin))
}

fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(header: &str, url: &str) -> bool {
        allows(
            header,
            "https://app.example.com",
            &Endpoint::parse(url).unwrap(),
        )
    }

    #[test]
    fn allows_only_what_the_policy_names() {
        let token = "https://id.example.com/token";
        for header in [
            "connect-src 'self' https://id.example.com",
            "default-src 'none'; Connect-Src id.example.com",
            "connect-src https://id.example.com:443/some/path",
            "connect-src *.example.com",
            "connect-src https:",
            "default-src *",
            "img-src 'none'",
            "",
        ] {
            assert!(allowed(header, token), "{header}");
        }
        for header in [
            "connect-src 'self'",
            "default-src 'none'",
            "default-src *; connect-src https://other.example",
            "connect-src https://id.example.com:8443",
            "connect-src https://*.id.example.com",
            "connect-src https://id.example.com, connect-src 'self'",
            "connect-src 'none'",
            "connect-src http:",
        ] {
            assert!(!allowed(header, token), "{header}");
        }
        assert!(allowed("connect-src 'self'", "https://app.example.com/x"));
        let local = "http://localhost:4400/token";
        assert!(allowed("connect-src http://localhost:4400", local));
        assert!(!allowed("connect-src http://localhost:4401", local));
        assert!(!allowed("connect-src https://localhost:4400", local));
    }
}
