//! The whole command against a deployed page, whose host does one thing wrong at a time.

#![allow(clippy::unwrap_used, reason = "a failure is a failed test")]

use std::path::Path;
use std::process::{Command, Output};
use xtask::headers::Policy;
use xtask::host_fault::HostFault;
use xtask::local_provider::{LocalProvider, LocalProviderOptions};
use xtask::site::{Site, SiteConfig, SiteOptions};
use xtask::workspace::root;

const INDEX: &str = r#"<script src="boot.js"></script><link rel="stylesheet" href="vestibule-0123456789abcdef.css">
<script type="module" src="start.js" id="vestibule-start" data-glue="vestibule-page-0123456789abcdef.js"
 data-wasm="vestibule-page-0123456789abcdef_bg.wasm" data-setup-glue="vestibule-page-0123456789abcdef.js"
 data-setup-wasm="vestibule-page-0123456789abcdef_bg.wasm"></script>"#;

/// A page as it is deployed: the real files but for the builds.
fn page() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let copy = |name: &str| {
        let bytes = std::fs::read(root().join(name)).unwrap();
        write(
            Path::new(name).file_name().unwrap().to_str().unwrap(),
            &bytes,
        );
    };
    for name in [
        "src/boot.js",
        "src/start.js",
        "src/callback.js",
        "src/logout.js",
        "callback.html",
        "logout.html",
        "style/vestibule-setup.css",
    ] {
        copy(name);
    }
    write("index.html", INDEX.as_bytes());
    write("vestibule-0123456789abcdef.css", b"body {}");
    write("vestibule-page-0123456789abcdef.js", &[b' '; 4000]);
    let wasm = [b"\0asm".as_slice(), &[1; 4000]].concat();
    write("vestibule-page-0123456789abcdef_bg.wasm", &wasm);
    folder
}

struct Deployed {
    site: Site,
    provider: LocalProvider,
    _folder: tempfile::TempDir,
}

impl Deployed {
    fn new(settings: &str) -> Deployed {
        let provider = LocalProvider::start(&LocalProviderOptions {
            port: 0,
            pages: Vec::new(),
        })
        .unwrap();
        let folder = page();
        // One provider: its checks take longer than those of the host.
        let config = format!(
            r#"{{{settings}"providers":[{{"id":"sso","kind":"oidc","client_id":"vestibule-local","issuer":"{}/plain"}}]}}"#,
            provider.origin()
        );
        let site = Site::start(SiteOptions {
            host: "127.0.0.1",
            root: folder.path().to_owned(),
            port: 0,
            base_path: "/login/".to_owned(),
            has_router: false,
            config: SiteConfig::Json(config),
            policy: Policy::new(vec![provider.origin()]),
        })
        .unwrap();
        provider.add_page(&site.url()).unwrap();
        Deployed {
            site,
            provider,
            _folder: folder,
        }
    }

    /// Checks the page while its host does this wrong.
    fn check(&self, fault: &str) -> Output {
        self.site.set_fault(HostFault::from_name(fault));
        doctor(&[&self.site.url()])
    }
}

fn doctor(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doctor"));
    command.args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn passes_a_deployed_page_and_prints_the_headers_to_send() {
    let page = Deployed::new("");
    let output = page.check("");
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    let origin = page.provider.origin();
    for words in [
        " 0 failed",
        "This page's host\n  11 passed",
        "Redirect URI: http://127.0.0.1:",
        &format!("connect-src 'self' {origin};"),
        &format!("frame-ancestors {origin}\n"),
        "With callback.html\n    content-security-policy: ",
        "cache-control: public, max-age=31536000, immutable",
    ] {
        assert!(text.contains(words), "\"{words}\" is not in\n{text}");
    }
    // What passed is counted only.
    assert!(
        !text.contains("What failed") && !text.contains("Token endpoint:"),
        "{text}"
    );
}

#[test]
fn finds_what_hosts_do_wrong() {
    let page = Deployed::new("\"mode\":\"popup\",\"silent_renew\":true,");
    for (fault, fails, words) in [
        (
            "no-wasm-policy",
            true,
            "failed        Files and the content security policy: The policy doesn't let browsers run WebAssembly",
        ),
        (
            "undeclared-gzip",
            true,
            "failed        Media types: The host sends compressed files without saying so",
        ),
        (
            "stale-index",
            true,
            "failed        Files of the page: index.html names files that aren't on the host",
        ),
        (
            "no-headers",
            true,
            "failed        Security headers: The host sends no security headers.",
        ),
        ("no-wasm-type", false, "advice        Media types: "),
        ("no-compression", false, "advice        Compression: "),
        ("cached-index", false, "advice        Caching: "),
        (
            "no-callback",
            true,
            "failed        callback.html: Popups and silent sign-ins can't come back",
        ),
        (
            "clean-urls",
            true,
            "failed        callback.html: The host redirects callback.html and drops the query",
        ),
        (
            "framing-denied",
            true,
            "failed        callback.html: Silent sign-ins can't come back",
        ),
        ("no-styles", true, "failed        Files of the page: "),
    ] {
        assert!(HostFault::from_name(fault).is_some(), "{fault}");
        let output = page.check(fault);
        let text = text(&output);
        assert_eq!(output.status.success(), !fails, "{fault}: {text}");
        let (before, rest) = text.split_once("This page's host").unwrap();
        assert!(
            rest.contains(words),
            "{fault}: \"{words}\" is not in\n{text}"
        );
        assert!(
            before.contains(if fails {
                "What failed"
            } else {
                "What could be better"
            }),
            "{text}"
        );
        assert!(rest.contains("What to do: "), "{fault}: {text}");
    }
    let kept = page.check("clean-urls-with-query");
    assert!(kept.status.success(), "{}", text(&kept));
}

#[test]
fn names_a_missing_slash_as_the_only_cause() {
    let page = Deployed::new("");
    page.site.set_fault(HostFault::from_name("missing-slash"));
    let url = page.site.url();
    let output = doctor(&[url.trim_end_matches('/')]);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("The page's address has no slash at the end"),
        "{text}"
    );
    assert!(
        !text.contains("names files that aren't on the host"),
        "{text}"
    );
}

#[test]
fn names_a_policy_that_blocks_every_provider_once() {
    let page = Deployed::new("");
    let elsewhere = page.provider.origin().replace("localhost", "127.0.0.1");
    let issuer = |id: &str| {
        format!(r#"{{"id":"{id}","kind":"oidc","client_id":"c","issuer":"{elsewhere}/plain"}}"#)
    };
    let config = format!(r#"{{"providers":[{},{}]}}"#, issuer("a"), issuer("b"));
    page.site.set_config(SiteConfig::Json(config));
    let output = page.check("");
    let text = text(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let blocked = "failed        Content security policy:";
    assert_eq!(text.matches(blocked).count(), 1, "{text}");
    assert!(
        text.contains("a (OpenID Connect), b (OpenID Connect)\n"),
        "{text}"
    );
}

#[test]
fn checks_the_host_of_a_page_whose_configuration_has_mistakes() {
    let page = Deployed::new("");
    page.site
        .set_config(SiteConfig::Json("{\"scopes\":1}".to_owned()));
    let output = page.check("no-compression");
    let text = text(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for words in [
        "scopes: There is no such setting.",
        "advice        Compression: ",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn says_how_it_is_called_and_what_its_exit_codes_mean() {
    let output = doctor(&["--help"]);
    assert!(output.status.success());
    let help = text(&output);
    for words in [
        "doctor URL",
        "doctor FILE",
        "--page-url",
        "--all",
        "Exit codes",
    ] {
        assert!(help.contains(words), "{help}");
    }
    let gone = doctor(&["http://127.0.0.1:1/login/"]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(
        text(&gone).contains("The page doesn't answer."),
        "{}",
        text(&gone)
    );
    assert_eq!(doctor(&["http://app.example.com/"]).status.code(), Some(1));
    assert_eq!(doctor(&[]).status.code(), Some(1));
}
