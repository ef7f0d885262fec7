//! The headers that a static host should send with the page. The server of demo and tests sends them; the
//! README repeats them.

/// Whose pages may show a file in a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    Nobody,
    /// Pages of the same origin.
    OwnPages,
    /// Those of the providers.
    Providers,
}

/// Only what needs a frame may be framed.
fn framing(file_name: &str) -> Framing {
    match file_name {
        // Silent sign-ins return to it in a hidden iframe.
        "callback.html" => Framing::OwnPages,
        // Providers load it in a hidden iframe when somebody signs out there.
        "logout.html" => Framing::Providers,
        _ => Framing::Nobody,
    }
}

/// What a deployment decides about its content security policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The origins that the page talks to, which are the providers'.
    pub connect: Vec<String>,
    /// The Trusted Types policies that scripts may create. Vestibule needs none; some frameworks need one.
    pub trusted_types: &'static str,
    /// Whether browsers report violations to [`VIOLATIONS`].
    pub reports_violations: bool,
}

/// Where browsers report violations of the policy.
pub const VIOLATIONS: &str = "/policy-violations";

impl Policy {
    /// The recommended policy for a page that talks to these origins.
    pub fn new(connect: Vec<String>) -> Policy {
        Policy {
            connect,
            trusted_types: "'none'",
            reports_violations: false,
        }
    }
}

/// Headers of a response.
pub fn headers(file_name: &str, policy: &Policy) -> Vec<(&'static str, String)> {
    let frame_options = match framing(file_name) {
        Framing::Nobody => Some("DENY"),
        Framing::OwnPages => Some("SAMEORIGIN"),
        // This header can't name other origins.
        Framing::Providers => None,
    };
    let mut headers = vec![
        (
            "content-security-policy",
            content_security_policy(file_name, policy),
        ),
        ("referrer-policy", "no-referrer".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    headers.extend(frame_options.map(|value| ("x-frame-options", value.to_owned())));
    headers
}

/// Only the page's files run, they talk only to their own origin and to the providers, and they never turn text into
/// markup or scripts.
pub fn content_security_policy(file_name: &str, policy: &Policy) -> String {
    let origins: String = policy
        .connect
        .iter()
        .map(|origin| format!(" {origin}"))
        .collect();
    // Only Vestibule's own scripts run in the files that may be framed.
    let trusted_types = match framing(file_name) {
        Framing::Nobody => policy.trusted_types,
        _ => "'none'",
    };
    let report = if policy.reports_violations {
        format!("; report-uri {VIOLATIONS}")
    } else {
        String::new()
    };
    let ancestors = match framing(file_name) {
        Framing::Nobody => " 'none'",
        Framing::OwnPages => " 'self'",
        Framing::Providers => origins.as_str(),
    };
    [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        &format!("img-src 'self' data: https:{origins}"),
        "font-src 'self'",
        &format!("connect-src 'self'{origins}"),
        &format!("frame-src 'self'{origins}"),
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        &format!("trusted-types {trusted_types}"),
        &format!("frame-ancestors{ancestors}{report}"),
    ]
    .join("; ")
}

/// How long a browser may keep a file. Files with a hash in their name never change.
pub fn cache_control(file_name: &str) -> &'static str {
    if has_hash(file_name) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// `vestibule-page-3c56f0a1b2c3d4e5_bg.wasm`: a part of at least twelve hexadecimal digits.
pub fn has_hash(file_name: &str) -> bool {
    file_name
        .split(['-', '_', '.'])
        .any(|part| part.len() >= 12 && part.chars().all(|c| c.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy::new(vec!["https://id.example.com".to_owned()])
    }

    #[test]
    fn no_script_but_the_page_s_own_may_run() {
        let policy = content_security_policy("", &policy());
        assert!(policy.starts_with("default-src 'none'; "));
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"));
        assert!(policy.contains("connect-src 'self' https://id.example.com;"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert!(policy.contains("require-trusted-types-for 'script'; trusted-types 'none';"));
    }

    #[test]
    fn a_framework_s_trusted_types_are_allowed_where_it_runs_only() {
        let policy = Policy {
            trusted_types: "framework",
            ..policy()
        };
        for (name, allowed) in [
            ("index.html", "framework"),
            ("orders", "framework"),
            ("callback.html", "'none'"),
            ("logout.html", "'none'"),
        ] {
            let policy = content_security_policy(name, &policy);
            let allowed = format!("; trusted-types {allowed};");
            assert!(policy.contains(&allowed), "{name}: {policy}");
        }
    }

    #[test]
    fn nothing_may_be_framed_but_the_callback_page_by_its_own_and_the_logout_page_by_providers() {
        for (name, ancestors, options) in [
            ("", "'none'", Some("DENY")),
            ("index.html", "'none'", Some("DENY")),
            ("callback.js", "'none'", Some("DENY")),
            ("callback.html", "'self'", Some("SAMEORIGIN")),
            ("logout.js", "'none'", Some("DENY")),
            ("logout.html", "https://id.example.com", None),
        ] {
            let headers = headers(name, &policy());
            assert!(
                headers[0]
                    .1
                    .ends_with(&format!("; frame-ancestors {ancestors}")),
                "{name}"
            );
            let sent = headers.iter().find(|(name, _)| *name == "x-frame-options");
            assert_eq!(sent.map(|(_, value)| value.as_str()), options, "{name}");
        }
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_good() {
        for (name, kept) in [
            ("vestibule-page-3c56f0a1b2c3d4e5_bg.wasm", true),
            ("vestibule-3c56f0a1b2c3d4e5.css", true),
            ("index.html", false),
            ("vestibule.json", false),
            ("vestibule.schema.json", false),
            ("start.js", false),
            ("callback.html", false),
            ("logout.html", false),
        ] {
            assert_eq!(cache_control(name).contains("immutable"), kept, "{name}");
        }
    }

    #[test]
    fn the_readme_shows_these_headers() {
        let readme = std::fs::read_to_string(crate::workspace::root().join("README.md")).unwrap();
        let page = headers("index.html", &policy()).into_iter();
        let callback = headers("callback.html", &policy()).into_iter();
        let logout = headers("logout.html", &policy());
        for (name, value) in page.chain(callback).chain(logout) {
            let line = format!("{name}: {value}");
            assert!(readme.contains(&line), "README.md lacks the line\n{line}");
        }
    }
}
