//! The headers that a static host should send with the page, from the library: see
//! `src/setup/host/headers.rs`.

// The file alone: the commands start without compiling the library.
#[path = "../../src/setup/host/headers.rs"]
mod generator;

pub use generator::*;

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
