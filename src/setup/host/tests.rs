//! The checks against a simulated host that does one thing wrong at a time.

use super::headers::{Policy, cache_control, headers};
use super::*;
use futures_executor::block_on;
use std::cell::RefCell;
use std::collections::BTreeMap;

const PAGE: &str = "https://app.example.com/login/";
const ISSUER: &str = "https://id.example.com";
/// Friday, 27 November 2026, 08:00:00 UTC.
const NOW: Timestamp = 1_795_766_400;
const DATE: &str = "Fri, 27 Nov 2026 08:00:00 GMT";

const INDEX: &str = r#"<script src="boot.js"></script>
<link rel="stylesheet" href="./vestibule-0123456789abcdef.css">
<script type="module" src="start.js" id="vestibule-start"
  data-glue="./vestibule-page-0123456789abcdef.js" data-wasm="./vestibule-page-0123456789abcdef_bg.wasm"
  data-setup-glue="./vestibule-setup-0123456789abcdef.js" data-setup-wasm="./vestibule-setup-0123456789abcdef_bg.wasm"></script>"#;
const WASM: &str = "vestibule-page-0123456789abcdef_bg.wasm";

/// A host: what it answers, by address without query.
struct Host {
    replies: BTreeMap<String, Reply>,
    asked: RefCell<Vec<String>>,
}

impl HostProbe for Host {
    async fn get_all(&self, urls: &[String]) -> Vec<Result<Reply, FetchError>> {
        self.asked.borrow_mut().extend(urls.iter().cloned());
        let get = |url: &String| {
            let (path, query) = url.split_once('?').unwrap_or((url, ""));
            let mut reply = self.replies.get(path).cloned();
            if let Some(reply) = &mut reply
                && reply.url == path
                && !query.is_empty()
            {
                reply.url = url.clone();
            }
            Ok(reply.unwrap_or_else(|| answer(url, 404, "text/plain", b"Not found")))
        };
        urls.iter().map(get).collect()
    }

    fn device_time(&self) -> Timestamp {
        NOW
    }
}

fn answer(url: &str, status: u16, media_type: &str, start: &[u8]) -> Reply {
    Reply {
        url: url.to_owned(),
        status,
        headers: vec![("content-type".to_owned(), media_type.to_owned())],
        start: start.to_vec(),
    }
}

impl Host {
    /// A host with every file, sent as it should be.
    fn new() -> Host {
        let mut host = Host {
            replies: BTreeMap::new(),
            asked: RefCell::default(),
        };
        let callback = r#"<script src="callback.js"></script>"#;
        let logout = r#"<script src="logout.js"></script>"#;
        host.add("", "text/html; charset=utf-8", INDEX.as_bytes());
        host.add("callback.html", "text/html", callback.as_bytes());
        host.add("logout.html", "text/html", logout.as_bytes());
        host.add("vestibule-0123456789abcdef.css", "text/css", &[b' '; 2000]);
        host.add("vestibule-setup.css", "text/css", &[b' '; 2000]);
        for name in ["boot.js", "start.js", "callback.js", "logout.js"] {
            host.add(name, "text/javascript", &[b' '; 2000]);
        }
        for build in ["page", "setup"] {
            let name = format!("vestibule-{build}-0123456789abcdef");
            host.add(
                &format!("{name}.js"),
                "application/javascript",
                &[b' '; 2000],
            );
            let wasm = [b"\0asm".as_slice(), &[0; 2000]].concat();
            host.add(&format!("{name}_bg.wasm"), "application/wasm", &wasm);
        }
        host
    }

    fn add(&mut self, name: &str, media_type: &str, start: &[u8]) {
        let url = [PAGE, name].concat();
        let mut reply = answer(&url, 200, media_type, start);
        let file = if name.is_empty() { "index.html" } else { name };
        for (name, value) in headers(file, &Policy::new(vec![ISSUER.to_owned()])) {
            reply.headers.push((name.to_owned(), value));
        }
        for (name, value) in [
            ("cache-control", cache_control(file)),
            ("content-encoding", "br"),
            ("date", DATE),
            ("strict-transport-security", "max-age=63072000"),
        ] {
            reply.headers.push((name.to_owned(), value.to_owned()));
        }
        self.replies.insert(url, reply);
    }

    fn reply(&mut self, name: &str) -> &mut Reply {
        self.replies.get_mut(&[PAGE, name].concat()).unwrap()
    }

    /// Sends another value of a header; none if it's empty.
    fn set(&mut self, file: &str, name: &str, value: &str) -> &mut Host {
        let headers = &mut self.reply(file).headers;
        headers.retain(|(known, _)| known != name);
        if !value.is_empty() {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    fn set_everywhere(&mut self, name: &str, value: &str) -> &mut Host {
        let files: Vec<String> = self.replies.keys().cloned().collect();
        for url in files {
            let file = url.strip_prefix(PAGE).unwrap_or_default();
            self.set(file, name, value);
        }
        self
    }

    fn redirect(&mut self, file: &str, to: &str) -> &mut Host {
        self.reply(file).url = to.to_owned();
        self
    }

    fn remove(&mut self, file: &str) -> &mut Host {
        self.replies.remove(&[PAGE, file].concat());
        self
    }
}

fn deployment(settings: &str) -> Deployment {
    let text = format!(
        r#"{{{settings}"providers":[{{"id":"p","client_id":"c","kind":"oidc","issuer":"{ISSUER}"}}]}}"#
    );
    let config = ResolvedConfig::from_text(text.as_bytes(), PAGE).unwrap();
    Deployment::new(PAGE, &config)
}

const SILENT: &str = r#""auto_sign_in":"silent","#;
const POPUP: &str = r#""mode":"popup","#;

/// What the checks find wrong.
fn found(host: &Host, deployment: &Deployment) -> Vec<HostFinding> {
    let checks = block_on(check_host(host, deployment));
    let steps: Vec<HostStep> = checks.iter().map(|check| check.step).collect();
    assert!(HostStep::ALL.iter().all(|step| steps.contains(step)));
    let bad = checks
        .into_iter()
        .filter(|check| !matches!(check.state(), State::Passed | State::Skipped));
    bad.map(|check| check.finding).collect()
}

fn found_with(settings: &str, change: impl FnOnce(&mut Host)) -> Vec<HostFinding> {
    let mut host = Host::new();
    change(&mut host);
    found(&host, &deployment(settings))
}

#[test]
fn passes_a_host_without_faults() {
    for settings in ["", POPUP, SILENT] {
        assert_eq!(found(&Host::new(), &deployment(settings)), []);
    }
}

#[test]
fn finds_a_policy_without_the_keyword_for_webassembly() {
    let found = found_with("", |host| {
        let policy = "default-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
        host.set("", "content-security-policy", policy);
    });
    let directive = "script-src 'self' 'wasm-unsafe-eval'".to_owned();
    assert_eq!(found, [HostFinding::WasmBlocked(directive)]);
}

#[test]
fn finds_a_policy_of_the_page_s_markup() {
    let with_meta = |policy: &str| {
        found_with("", |host| {
            let meta = format!("<meta http-equiv=content-security-policy content=\"{policy}\">");
            host.reply("").start = [meta.as_bytes(), INDEX.as_bytes()].concat();
            host.set("", "content-security-policy", "");
        })
    };
    let found = with_meta("script-src 'self'; style-src 'none'");
    assert!(
        matches!(&found[0], HostFinding::WasmBlocked(_)),
        "{found:?}"
    );
    let blocked = HostFinding::FilesBlocked("style-src 'self'".to_owned());
    assert!(found.contains(&blocked), "{found:?}");
    // On hosts that send no headers, it's all there is.
    assert_eq!(
        with_meta(
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
        ),
        []
    );
}

#[test]
fn finds_compressed_bytes_that_are_not_declared_as_such() {
    let found = found_with("", |host| {
        host.reply(WASM).start = vec![0x1f, 0x8b, 8, 0];
        host.set(WASM, "content-encoding", "");
    });
    assert_eq!(found, [HostFinding::Undeclared(WASM.to_owned())]);
}

#[test]
fn finds_an_index_html_whose_files_are_gone() {
    let found = found_with("", |host| {
        host.remove(WASM);
    });
    assert_eq!(found, [HostFinding::Stale(WASM.to_owned())]);
    // Many hosts answer with the page for whatever they don't know.
    let found = found_with("", |host| {
        host.reply(WASM).start = INDEX.into();
        host.set(WASM, "content-type", "text/html");
    });
    assert_eq!(found, [HostFinding::Stale(WASM.to_owned())]);
    let found = found_with("", |host| {
        host.remove("start.js");
    });
    assert_eq!(found, [HostFinding::Missing("start.js".to_owned())]);
}

#[test]
fn names_one_cause_where_no_security_header_is_sent() {
    let found = found_with("", |host| {
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "x-frame-options",
            "referrer-policy",
        ] {
            host.set_everywhere(name, "");
        }
    });
    let [HostFinding::NoHeaders(lines)] = found.as_slice() else {
        panic!("{found:?}");
    };
    for line in [
        "content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval';",
        "connect-src 'self' https://id.example.com;",
        "x-content-type-options: nosniff",
        "x-frame-options: DENY",
    ] {
        assert!(lines.contains(line), "{lines}");
    }
}

#[test]
fn finds_headers_that_are_missing_or_too_weak() {
    let weak = |name: &str, value: &str, expected: &str| {
        let found = found_with("", |host| {
            host.set("", name, value);
        });
        assert_eq!(
            found,
            [HostFinding::WeakHeaders(expected.to_owned())],
            "{name}: {value}"
        );
    };
    for value in ["", "unsafe-url", "no-referrer, no-referrer-when-downgrade"] {
        weak("referrer-policy", value, "referrer-policy: no-referrer");
    }
    weak(
        "x-content-type-options",
        "",
        "x-content-type-options: nosniff",
    );
    for value in ["", "max-age=0", "max-age=86400; includeSubDomains"] {
        let hsts = "strict-transport-security: max-age=31536000";
        weak("strict-transport-security", value, hsts);
    }
    let policy = |policy: &'static str| {
        found_with("", move |host| {
            host.set("", "content-security-policy", policy);
        })
    };
    assert_eq!(
        policy(
            "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
        ),
        [HostFinding::UnsafeScripts("'unsafe-inline'".to_owned())]
    );
    assert_eq!(
        policy("script-src 'self' 'wasm-unsafe-eval'"),
        [HostFinding::WeakPolicy("object-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'".to_owned())]
    );
    let anybody = policy(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; frame-ancestors *",
    );
    let deny = "x-frame-options: DENY".to_owned();
    assert_eq!(anybody, [HostFinding::WeakHeaders(deny)]);
    assert!(matches!(
        policy("frame-ancestors 'none'").as_slice(),
        [HostFinding::NoPolicy(_)]
    ));
}

#[test]
fn finds_an_opener_policy_only_where_popups_are_used() {
    let with_policy = |settings| {
        found_with(settings, |host| {
            host.set("", "cross-origin-opener-policy", "same-origin");
        })
    };
    assert!(matches!(
        with_policy(POPUP).as_slice(),
        [HostFinding::OpenerPolicy(_)]
    ));
    assert_eq!(with_policy(""), []);
}

#[test]
fn finds_wrong_media_types() {
    let found = found_with("", |host| {
        host.set(WASM, "content-type", "application/octet-stream");
        host.set("start.js", "content-type", "text/plain; charset=utf-8");
    });
    assert_eq!(
        found,
        [
            HostFinding::WrongTypes("start.js: text/plain".to_owned()),
            HostFinding::WasmType(format!("{WASM}: application/octet-stream")),
        ]
    );
    let found = found_with("", |host| host.reply(WASM).start = b"<html>".to_vec());
    assert_eq!(found, [HostFinding::NotWasm(WASM.to_owned())]);
}

#[test]
fn finds_files_that_are_not_compressed_but_no_small_ones() {
    let found = found_with("", |host| {
        host.set(WASM, "content-encoding", "");
        host.set("boot.js", "content-encoding", "");
        host.reply("boot.js").start = vec![b' '; 500];
    });
    assert_eq!(found, [HostFinding::Uncompressed(WASM.to_owned())]);
}

#[test]
fn finds_pages_that_come_from_a_cache_and_files_that_do_not() {
    for (header, shown) in [("max-age=600", "max-age=600"), ("", "no cache-control")] {
        let found = found_with("", |host| {
            host.set("", "cache-control", header);
        });
        assert_eq!(found, [HostFinding::Cached(format!("index.html: {shown}"))]);
    }
    for header in [
        "no-store",
        "max-age=0, must-revalidate",
        "private, no-cache",
    ] {
        let found = found_with("", |host| {
            host.set("", "cache-control", header);
        });
        assert_eq!(found, [], "{header}");
    }
    let found = found_with("", |host| {
        host.set(WASM, "cache-control", "no-cache");
    });
    assert_eq!(found, [HostFinding::NotCached(format!("{WASM}: no-cache"))]);
}

#[test]
fn finds_a_redirect_uri_that_differs_from_the_page_by_a_slash() {
    for uri in [
        "https://app.example.com/login",
        "https://app.example.com/login/index.html",
    ] {
        let settings = format!(r#""redirect_uri":"{uri}","#);
        let found = found(&Host::new(), &deployment(&settings));
        let expected = HostFinding::OtherAddress(format!("{uri} → {PAGE}"));
        assert_eq!(found, [expected], "{uri}");
    }
}

#[test]
fn finds_a_redirect_uri_whose_response_gets_lost() {
    let settings = r#""redirect_uri":"https://app.example.com/login/okta.html","#;
    let with_redirect = |to: &str| {
        found_with(settings, |host| {
            host.add("okta.html", "text/html", INDEX.as_bytes());
            if !to.is_empty() {
                host.redirect("okta.html", to);
            }
        })
    };
    assert_eq!(with_redirect(""), []);
    assert_eq!(
        with_redirect("https://app.example.com/login/okta?vestibule-check=1"),
        []
    );
    assert!(matches!(
        with_redirect("https://app.example.com/login/okta").as_slice(),
        [HostFinding::DropsResponse(_)]
    ));
    assert!(matches!(
        found_with(settings, |_| {}).as_slice(),
        [HostFinding::NoRedirectPage(what)] if what.ends_with("status 404")
    ));
    let dropped = found_with("", |host| {
        host.redirect("", "https://app.example.com/login/home");
    });
    assert!(
        matches!(dropped.as_slice(), [HostFinding::DropsResponse(_)]),
        "{dropped:?}"
    );
}

#[test]
fn finds_a_callback_page_that_no_response_reaches() {
    type Is = fn(&HostFinding) -> bool;
    type Fault = fn(&mut Host);
    let is_none: Is = |finding| matches!(finding, HostFinding::NoCallback(_));
    let drops: Is = |finding| matches!(finding, HostFinding::CallbackDropsResponse(_));
    let faults: [(Fault, Is); 4] = [
        (
            |host| {
                host.remove("callback.html");
            },
            is_none,
        ),
        (
            |host| {
                host.remove("callback.js");
            },
            is_none,
        ),
        // A host that answers with the page for whatever it doesn't know.
        (
            |host| host.reply("callback.html").start = INDEX.into(),
            is_none,
        ),
        // As `serve` does.
        (
            |host| {
                host.redirect("callback.html", "https://app.example.com/login/callback");
            },
            drops,
        ),
    ];
    for (fault, is) in faults {
        for settings in [POPUP, SILENT] {
            let found = found_with(settings, fault);
            assert!(found.len() == 1 && is(&found[0]), "{found:?}");
        }
        let found = found_with("", fault);
        assert!(
            matches!(found.as_slice(), [HostFinding::UnusedCallback(_)]),
            "{found:?}"
        );
    }
    // As Cloudflare Pages does.
    let kept = found_with(POPUP, |host| {
        host.redirect(
            "callback.html",
            "https://app.example.com/login/callback?vestibule-check=1",
        );
    });
    assert_eq!(kept, []);
}

#[test]
fn finds_a_callback_page_that_the_page_may_not_frame() {
    for (header, value) in [
        ("x-frame-options", "DENY"),
        ("content-security-policy", "frame-ancestors 'none'"),
    ] {
        let fault = |host: &mut Host| {
            host.set("callback.html", "content-security-policy", "");
            host.set("callback.html", header, value);
        };
        let silent = found_with(SILENT, fault);
        let [HostFinding::CallbackNotFramed(lines)] = silent.as_slice() else {
            panic!("{silent:?}");
        };
        assert!(lines.contains("frame-ancestors 'self'") && lines.contains("SAMEORIGIN"));
        assert!(matches!(
            found_with(POPUP, fault).as_slice(),
            [HostFinding::UnusedCallback(_)]
        ));
    }
}

#[test]
fn finds_a_logout_page_that_providers_cannot_load() {
    let missing = found_with("", |host| {
        host.remove("logout.html");
    });
    assert!(matches!(missing.as_slice(), [HostFinding::NoLogout(_)]));
    for (csp, options) in [("", "SAMEORIGIN"), ("frame-ancestors 'self'", "")] {
        let found = found_with("", |host| {
            host.set("logout.html", "content-security-policy", csp);
            host.set("logout.html", "x-frame-options", options);
        });
        let [HostFinding::LogoutNotFramed(lines)] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert!(
            lines.contains("frame-ancestors https://id.example.com"),
            "{lines}"
        );
    }
}

#[test]
fn finds_a_host_whose_clock_is_wrong() {
    let with_date = |date: &'static str, age: &'static str| {
        found_with("", move |host| {
            host.set("", "date", date).set("", "age", age);
        })
    };
    let behind = with_date("Fri, 27 Nov 2026 07:48:00 GMT", "");
    let text = "The host is 12 minutes behind.".to_owned();
    assert_eq!(behind, [HostFinding::ClockOff(text)]);
    assert_eq!(with_date("Fri, 27 Nov 2026 07:48:00 GMT", "720"), []);
    assert_eq!(with_date("", ""), []);
}

#[test]
fn names_the_missing_slash_and_nothing_that_follows_from_it() {
    let mut host = Host::new();
    let mut page = host.reply("").clone();
    page.url = "https://app.example.com/login".to_owned();
    host.replies.insert(page.url.clone(), page);
    let mut deployment = deployment("");
    deployment.page = "https://app.example.com/login".to_owned();
    let found = found(&host, &deployment);
    assert_eq!(found, [HostFinding::NoSlash(PAGE.to_owned())]);
}

#[test]
fn looks_at_nothing_else_if_there_is_no_page() {
    let gone = found_with("", |host| {
        host.remove("");
    });
    assert_eq!(gone, [HostFinding::Unreachable("status 404".to_owned())]);
    let mut other = Host::new();
    other.reply("").start = b"<h1>Hello</h1>".to_vec();
    let found = found(&other, &deployment(""));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(matches!(&found[0], HostFinding::OtherPage(_)));
    assert_eq!(other.asked.borrow().len(), 1);
}
