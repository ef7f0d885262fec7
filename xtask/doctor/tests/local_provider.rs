//! The whole command against the local provider, whose packages `cargo xtask test` has installed.

#![allow(clippy::unwrap_used, reason = "a failure is a failed test")]

use serde_json::{Value, json};
use std::process::{Command, Output};
use xtask::headers::Policy;
use xtask::local_provider::{LocalProvider, LocalProviderOptions};
use xtask::site::{Site, SiteConfig, SiteOptions};

const PAGE: &str = "http://127.0.0.1:8080/login/";

fn provider() -> LocalProvider {
    LocalProvider::start(&LocalProviderOptions {
        port: 0,
        pages: vec![PAGE.to_owned()],
    })
    .unwrap()
}

/// The local provider's configuration, in which the provider of the kind `oidc` shares no redirect URI with vendors that
/// don't name themselves in responses.
fn safe_config(provider: &LocalProvider) -> String {
    let mut config: Value = serde_json::from_str(&provider.page_config()).unwrap();
    for provider in config["providers"].as_array_mut().unwrap() {
        if provider["kind"] == "oidc" {
            provider["redirect_uri"] = json!("plain.html");
        }
    }
    config.to_string()
}

fn doctor(config: &str, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vestibule.json");
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_doctor"));
    command.arg(&file).args(more).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn passes_a_correct_setup() {
    let provider = provider();
    let output = doctor(&safe_config(&provider), &["--page-url", PAGE, "--all"]);
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    for words in [
        "microsoft (Microsoft Entra ID)",
        "Application type: Single-page application",
        "Redirect URI: http://127.0.0.1:8080/login/",
        "Authorized JavaScript origins: http://127.0.0.1:8080\n",
        "passed        Token endpoint:",
        "not testable  Content security policy:",
        " 0 failed",
    ] {
        assert!(text.contains(words), "\"{words}\" is not in\n{text}");
    }
    assert!(!text.contains("local-google-client-secret"), "{text}");
}

#[test]
fn reports_faults_with_remedies_and_an_exit_code() {
    let provider = provider();
    let fault = |endpoint: &str, kind: &str, more: Value| {
        let mut fault = json!({ "provider": "okta", "endpoint": endpoint, "kind": kind });
        for (name, value) in more.as_object().into_iter().flatten() {
            fault[name] = value.clone();
        }
        provider.clear_faults().unwrap();
        provider.fault(fault).unwrap();
        let output = doctor(&safe_config(&provider), &["--page-url", PAGE]);
        assert_eq!(output.status.code(), Some(1));
        text(&output)
    };
    let unreadable = fault("discovery", "no-cors", json!({}));
    assert!(
        unreadable.contains("without Access-Control-Allow-Origin"),
        "{unreadable}"
    );
    assert!(unreadable.contains("Trusted Origins"), "{unreadable}");
    let body =
        json!({ "error": "invalid_client", "error_description": "No client credentials found." });
    let secret = fault("token", "status", json!({ "status": 401, "body": body }));
    assert!(secret.contains("failed        Token endpoint:"), "{secret}");
    assert!(
        secret.contains("What to do: The application is of a type that has a client secret."),
        "{secret}"
    );
    let redirect = fault("jwks", "redirect", json!({ "location": "/" }));
    assert!(redirect.contains("it redirects"), "{redirect}");
}

#[test]
fn names_redirect_uris_that_a_mix_up_could_use_once() {
    let provider = provider();
    let output = doctor(&provider.page_config(), &["--page-url", PAGE]);
    let shared = text(&output);
    assert_eq!(output.status.code(), Some(1), "{shared}");
    let step = "failed        Mix-up defense:";
    assert_eq!(shared.matches(step).count(), 1, "{shared}");
    let copy = "plain: copy index.html to http://127.0.0.1:8080/login/plain.html, and set it as \"redirect_uri\"";
    assert_eq!(shared.matches(copy).count(), 1, "{shared}");
    let output = doctor(&safe_config(&provider), &["--page-url", PAGE]);
    let own = text(&output);
    assert!(output.status.success(), "{own}");
    let advice = "advice        Mix-up defense:";
    assert_eq!(own.matches(advice).count(), 1, "{own}");
}

#[test]
fn reports_a_page_that_is_not_registered() {
    let provider = provider();
    let elsewhere = "http://127.0.0.1:9999/";
    let output = doctor(&provider.page_config(), &["--page-url", elsewhere]);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let why = "it answers, but without Access-Control-Allow-Origin";
    assert!(text.contains(why), "{text}");
}

#[test]
fn lists_every_issue_of_the_file() {
    let output = doctor(r#"{ "providers": [{ "id": "a" }], "scopes": 1 }"#, &[]);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(1));
    for words in ["providers[0].kind", "providers[0].client_id", "scopes"] {
        assert!(text.contains(words), "\"{words}\" is not in\n{text}");
    }
    assert_eq!(doctor("{,}", &[]).status.code(), Some(1));
    assert_eq!(doctor("{}", &["--page-url", "app"]).status.code(), Some(1));
}

#[test]
fn reads_the_content_security_policy_of_the_page_s_server() {
    let provider = provider();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "").unwrap();
    for (connect_origins, success, words) in [
        (
            vec![provider.origin()],
            true,
            "passed        Content security policy:",
        ),
        (vec![], false, "failed        Content security policy:"),
    ] {
        let site = Site::start(SiteOptions {
            host: "127.0.0.1",
            root: folder.path().to_owned(),
            port: 0,
            base_path: "/".to_owned(),
            has_router: false,
            config: SiteConfig::Missing,
            policy: Policy::new(connect_origins),
        })
        .unwrap();
        provider.add_page(&site.url()).unwrap();
        let output = doctor(
            &safe_config(&provider),
            &["--page-url", &site.url(), "--all"],
        );
        let text = text(&output);
        assert_eq!(output.status.success(), success, "{text}");
        assert!(text.contains(words), "{text}");
    }
}
