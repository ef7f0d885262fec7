//! A page whose configuration cannot be used says so in an administrator's words.

use anyhow::{Result, ensure};
use browser_tests::{Options, Role, Stage, run};
use serde_json::json;
use xtask::site::SiteConfig;

const NOT_SET_UP: &str = "Sign-in is not set up";

fn json(config: &str) -> SiteConfig {
    SiteConfig::Json(config.to_owned())
}

fn raw(status: u16, content_type: &str, body: &str) -> SiteConfig {
    SiteConfig::Raw {
        status,
        content_type: content_type.to_owned(),
        body: body.to_owned(),
    }
}

#[test]
fn every_problem_with_the_file_is_told_with_its_remedy() {
    let mistakes = r#"{
        "providers": [
            { "id": "sso", "kind": "oidc", "issuer": "http://id.example.com", "client_id": "" },
            { "id": "sso", "kind": "okta", "domain": "dev-1.okta.com", "client_idd": "x" }
        ],
        "scopes": "openid"
    }"#;
    let disabled = r#"{ "providers": [{ "id": "sso", "kind": "oidc", "enabled": false,
        "issuer": "https://id.example.com", "client_id": "x" }] }"#;
    let cases: [(SiteConfig, &[&str]); 7] = [
        (
            SiteConfig::Missing,
            &["There is no vestibule.json beside this page."],
        ),
        (
            raw(200, "text/html", "<!doctype html><title>Home</title>"),
            &["The server sent a web page instead of vestibule.json."],
        ),
        (
            raw(403, "text/plain", "No"),
            &["The server refused to hand out vestibule.json.", "403"],
        ),
        (
            json("{\n  \"providers\": [\n    { \"id\": \"sso\",, }\n  ]\n}"),
            &["vestibule.json is not valid JSON.", "Line 3"],
        ),
        (
            json(mistakes),
            &[
                "providers[0].issuer",
                "providers[0].client_id",
                "providers[1].id",
                "providers[1].client_idd",
                "\"client_id\"",
                "scopes",
                "\"scope\"",
            ],
        ),
        (json("{ \"providers\": [] }"), &["providers"]),
        (json(disabled), &["providers"]),
    ];
    run(Options::with_network_trouble(), async |stage| {
        for (config, words) in cases {
            stage.site.set_config(config);
            stage.open("").await?;
            stage.find(Role::Heading, NOT_SET_UP).await?;
            for words in words {
                stage.sees(words).await?;
            }
            ensure!(stage.asked("plain", "discovery")? == 0);
        }
        mends(stage).await
    });
}

/// Once the file is right, the button on the page is enough.
async fn mends(stage: &Stage) -> Result<()> {
    stage
        .site
        .set_config(SiteConfig::Json(stage.provider.page_config()));
    stage.click(Role::Button, "Reload the page").await?;
    stage.sign_in("Company SSO", "Ada Lovelace").await
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let options = Options {
        config: Some(SiteConfig::Hang),
        network_trouble: true,
        ..Options::default()
    };
    run(options, async |stage| {
        stage.open("").await?;
        stage
            .find(Role::Heading, "Sign-in is not available right now")
            .await?;
        stage
            .sees("The server took too long to answer the request for vestibule.json.")
            .await?;
        mends(stage).await
    });
}

#[test]
fn a_configuration_in_the_page_needs_no_file() {
    let options = Options {
        inline_config: true,
        config: Some(SiteConfig::Missing),
        ..Options::default()
    };
    run(options, async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        let asked = stage.site.requests();
        ensure!(
            asked
                .iter()
                .all(|request| !request.path_and_query.contains("vestibule.json"))
        );
        Ok(())
    });
}

#[test]
fn a_redirect_uri_on_another_origin_is_told() {
    run(Options::default(), async |stage| {
        let mut config = json!({ "providers": stage.provider.providers() });
        config["redirect_uri"] = json!("https://app.example.com/");
        stage.site.set_config(json(&config.to_string()));
        stage.open("").await?;
        stage.find(Role::Heading, NOT_SET_UP).await?;
        stage.sees("redirect_uri").await?;
        stage.sees("https://app.example.com").await
    });
}
