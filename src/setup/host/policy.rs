//! What the content security policies of a page allow, and how well they protect it
//! ([CSP Level 3](https://www.w3.org/TR/CSP3/)). Several policies are separated by commas, as in a header: browsers
//! allow what all of them allow. Paths are ignored: policies for endpoints name origins.

use crate::protocol::url::Endpoint;

/// The directives that decide about scripts, the first that's there
/// ([§6.8.3](https://www.w3.org/TR/CSP3/#directive-fallback-list)).
const SCRIPTS: &[&str] = &["script-src-elem", "script-src", "default-src"];

/// Whether a policy stops WebAssembly
/// ([§4.5](https://www.w3.org/TR/CSP3/#wasm-integration)).
pub fn blocks_wasm(header: &str) -> bool {
    header.split(',').any(|policy| {
        first(policy, &["script-src", "default-src"]).is_some_and(|sources| {
            !has(&sources, "'wasm-unsafe-eval'") && !has(&sources, "'unsafe-eval'")
        })
    })
}

/// Returns what has to be added for the page's own files: directives that stop them, with `'self'`.
pub fn blocked_files(header: &str, page: &Endpoint, frames: bool) -> Vec<&'static str> {
    let mut needed = vec![
        ("script-src 'self'", SCRIPTS),
        (
            "style-src 'self'",
            &["style-src-elem", "style-src", "default-src"],
        ),
        ("connect-src 'self'", &["connect-src", "default-src"]),
    ];
    if frames {
        // Providers send the hidden iframe back to the page's own callback.html.
        needed.push((
            "frame-src 'self'",
            &["frame-src", "child-src", "default-src"],
        ));
    }
    let mut blocked = Vec::new();
    for (directive, names) in needed {
        let is_blocked = header.split(',').any(|policy| {
            first(policy, names).is_some_and(|sources| {
                let is_allowed = |source: &&str| {
                    matches_source(source, page.origin(), page) || is_nonce_or_hash(source)
                };
                !sources.iter().any(is_allowed)
            })
        });
        if is_blocked {
            blocked.push(directive);
        }
    }
    blocked
}

/// Whether any policy restricts scripts.
pub fn restricts_scripts(header: &str) -> bool {
    header
        .split(',')
        .any(|policy| first(policy, SCRIPTS).is_some())
}

/// The source that lets others' scripts run, unless one of the policies stops them.
pub fn unsafe_script_source(header: &str) -> Option<&str> {
    let mut unsafe_source = None;
    for policy in header.split(',') {
        let Some(sources) = first(policy, SCRIPTS) else {
            continue;
        };
        // With one of them, browsers ignore 'unsafe-inline' (§6.7.3.3).
        let is_strict = sources
            .iter()
            .any(|source| is_nonce_or_hash(source) || *source == "'strict-dynamic'");
        let is_unsafe = |source: &&&str| {
            let source = source.to_ascii_lowercase();
            match source.as_str() {
                "'unsafe-inline'" => !is_strict,
                "*" | "http:" | "https:" | "data:" | "blob:" | "'unsafe-eval'" => true,
                _ => false,
            }
        };
        unsafe_source = Some(sources.iter().find(is_unsafe).copied()?);
    }
    unsafe_source
}

/// The directives that would make the policies as strict as the page can bear: those that no policy has.
pub fn missing_directives(header: &str) -> Vec<&'static str> {
    let has_any = |names: &[&str], accepted: &[&str]| {
        header.split(',').any(|policy| {
            first(policy, names).is_some_and(|sources| match sources.as_slice() {
                [] => true,
                sources => sources.iter().all(|source| {
                    let is_accepted = |accepted: &str| source.eq_ignore_ascii_case(accepted);
                    accepted.iter().any(|accepted| is_accepted(accepted))
                }),
            })
        })
    };
    let closed = &["'none'", "'self'"];
    [
        (
            "object-src 'none'",
            has_any(&["object-src", "default-src"], closed),
        ),
        ("base-uri 'none'", has_any(&["base-uri"], closed)),
        ("form-action 'none'", has_any(&["form-action"], closed)),
        (
            "require-trusted-types-for 'script'",
            has_any(&["require-trusted-types-for"], &["'script'"]),
        ),
    ]
    .into_iter()
    .filter_map(|(directive, is_there)| (!is_there).then_some(directive))
    .collect()
}

/// Who may show the page in a frame: the sources of `frame-ancestors`, if any policy has it.
pub fn frame_ancestors(header: &str) -> Option<Vec<&str>> {
    let mut policies = header.split(',');
    policies.find_map(|policy| first(policy, &["frame-ancestors"]))
}

/// Whether these sources contain the origin of a frame's parent.
pub fn contains_origin(sources: &[&str], page: &str, parent: &Endpoint) -> bool {
    let mut sources = sources.iter();
    sources.any(|source| matches_source(source, page, parent))
}

/// The sources of the first of these directives that the policy has.
fn first<'a>(policy: &'a str, names: &[&str]) -> Option<Vec<&'a str>> {
    names.iter().find_map(|name| {
        policy.split(';').find_map(|directive| {
            let mut words = directive.split_whitespace();
            let is_it = words.next()?.eq_ignore_ascii_case(name);
            is_it.then(|| words.collect())
        })
    })
}

fn has(sources: &[&str], wanted: &str) -> bool {
    let mut sources = sources.iter();
    sources.any(|source| source.eq_ignore_ascii_case(wanted))
}

fn is_nonce_or_hash(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    let starts = ["'nonce-", "'sha256-", "'sha384-", "'sha512-"];
    starts.iter().any(|start| source.starts_with(start))
}

/// Returns whether every policy of the header allows a page of this origin to connect to the address
/// ([§6.7.2](https://www.w3.org/TR/CSP3/#directive-connect-src)).
pub fn allows(header: &str, page: &str, url: &Endpoint) -> bool {
    header.split(',').all(|policy| {
        let sources = first(policy, &["connect-src", "default-src"]);
        sources.is_none_or(|sources| contains_origin(&sources, page, url))
    })
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
    #[test]
    fn webassembly_needs_its_keyword_in_every_policy() {
        for header in [
            "",
            "script-src 'self' 'wasm-unsafe-eval'",
            "default-src 'unsafe-eval'",
            "connect-src 'none'",
            "script-src-elem 'self'",
        ] {
            assert!(!blocks_wasm(header), "{header}");
        }
        for header in [
            "script-src 'self'",
            "default-src 'none'",
            "script-src *",
            "default-src 'wasm-unsafe-eval'; script-src 'self'",
            "script-src 'wasm-unsafe-eval', script-src 'self'",
        ] {
            assert!(blocks_wasm(header), "{header}");
        }
    }

    #[test]
    fn the_page_s_own_files_need_self_or_the_page_s_host() {
        let page = Endpoint::parse("https://app.example.com/login/").unwrap();
        let blocked = |header: &str| blocked_files(header, &page, true);
        for header in [
            "",
            "default-src 'self'",
            "default-src https://app.example.com",
            "script-src 'nonce-abc'; style-src *",
        ] {
            assert!(blocked(header).is_empty(), "{header}");
        }
        assert_eq!(
            blocked("script-src 'none'; style-src https://cdn.example"),
            ["script-src 'self'", "style-src 'self'"]
        );
        assert_eq!(
            blocked("default-src 'self', connect-src https://id.example; frame-src https:"),
            ["connect-src 'self'"]
        );
        assert_eq!(
            blocked("default-src 'self'; frame-src https://id.example"),
            ["frame-src 'self'"]
        );
    }

    #[test]
    fn names_what_lets_others_scripts_run() {
        for (header, found) in [
            ("script-src 'self' 'unsafe-inline'", Some("'unsafe-inline'")),
            ("default-src https: 'self'", Some("https:")),
            ("script-src 'self' 'unsafe-eval'", Some("'unsafe-eval'")),
            ("script-src *", Some("*")),
            (
                "script-src 'self' 'wasm-unsafe-eval' https://cdn.example",
                None,
            ),
            ("script-src 'self' 'unsafe-inline' 'nonce-abc'", None),
            ("script-src 'unsafe-inline', script-src 'self'", None),
            ("", None),
        ] {
            assert_eq!(unsafe_script_source(header), found, "{header}");
        }
        assert!(restricts_scripts("default-src 'self'"));
        assert!(!restricts_scripts("frame-ancestors 'none'"));
    }

    #[test]
    fn the_recommended_policy_lacks_no_directive() {
        use super::super::headers::{Policy, content_security_policy};
        let page = Endpoint::parse("https://app.example.com/").unwrap();
        let policy = Policy::new(vec!["https://id.example.com".to_owned()]);
        for file in ["index.html", "callback.html", "logout.html"] {
            let header = content_security_policy(file, &policy);
            assert!(missing_directives(&header).is_empty(), "{header}");
            assert!(blocked_files(&header, &page, true).is_empty(), "{header}");
            assert!(!blocks_wasm(&header) && unsafe_script_source(&header).is_none());
        }
        let weak = "script-src 'self'; base-uri *";
        let missing = missing_directives(weak);
        assert_eq!(missing.len(), 4, "{missing:?}");
        assert_eq!(
            missing_directives("default-src 'self'; base-uri 'self'; form-action 'self'"),
            ["require-trusted-types-for 'script'"]
        );
    }
}
