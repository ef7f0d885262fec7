//! How the page explains a configuration that it can't use.

use anyhow::{Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, run_test};
use serde_json::json;
use xtask::site::SiteConfig;

const NOT_SET_UP: &str = "Sign-in isn't set up";

fn json_config(config: &str) -> SiteConfig {
    SiteConfig::Json(config.to_owned())
}

fn raw_response(status: u16, content_type: &str, body: &str) -> SiteConfig {
    SiteConfig::Raw {
        status,
        content_type: content_type.to_owned(),
        body: body.to_owned(),
    }
}

#[test]
fn explains_every_configuration_mistake_with_its_remedy() {
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
            &["There's no vestibule.json next to this page."],
        ),
        (
            raw_response(200, "text/html", "<!doctype html><title>Home</title>"),
            &["The server sent a web page instead of vestibule.json."],
        ),
        (
            raw_response(403, "text/plain", "No"),
            &["The server refused to serve vestibule.json.", "403"],
        ),
        (
            json_config("{\n  \"providers\": [\n    { \"id\": \"sso\",, }\n  ]\n}"),
            &["vestibule.json isn't valid JSON.", "Line 3"],
        ),
        (
            json_config(mistakes),
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
        (json_config("{ \"providers\": [] }"), &["providers"]),
        (json_config(disabled), &["providers"]),
    ];
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        for (config, texts) in cases {
            ctx.site.set_config(config);
            ctx.open("").await?;
            ctx.find(Role::Heading, NOT_SET_UP).await?;
            for text in texts {
                ctx.expect_text(text).await?;
            }
            ensure!(ctx.request_count("plain", "discovery")? == 0);
        }
        fix_configuration(ctx, "Reload the page").await
    });
}

/// Fixes the file, and presses the page's button.
async fn fix_configuration(ctx: &TestContext, button: &str) -> Result<()> {
    ctx.site
        .set_config(SiteConfig::Json(ctx.provider.page_config()));
    ctx.click(Role::Button, button).await?;
    ctx.sign_in("Company SSO", "Ada Lovelace").await
}

#[test]
fn gives_up_on_a_server_that_does_not_respond() {
    let options = TestOptions {
        config: Some(SiteConfig::Hang),
        allow_network_errors: true,
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Heading, "Sign-in isn't available right now")
            .await?;
        ctx.expect_text("The server took too long to respond to the request for vestibule.json.")
            .await?;
        fix_configuration(ctx, "Try again").await
    });
}

#[test]
fn a_sign_in_survives_a_configuration_that_is_unavailable_on_the_way_back() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.click(Role::Button, "Company SSO").await?;
        ctx.find(Role::Button, "Ada Lovelace").await?;
        ctx.site.set_config(raw_response(503, "text/plain", "Busy"));
        ctx.click(Role::Button, "Ada Lovelace").await?;
        ctx.find(Role::Heading, NOT_SET_UP).await?;
        ctx.expect_text("503").await?;
        // The response is neither in the address bar nor in storage.
        let address = ctx.execute("return location.href", vec![]).await?;
        ensure!(!address.to_string().contains("code="), "{address}");
        // Nothing is lost by a second failure either.
        ctx.click(Role::Button, "Try again").await?;
        ctx.expect_text("503").await?;
        ctx.site
            .set_config(SiteConfig::Json(ctx.provider.page_config()));
        ctx.click(Role::Button, "Try again").await?;
        ctx.expect_signed_in("Ada Lovelace").await?;
        let headings = "return document.querySelectorAll('h1').length";
        ensure!(
            ctx.execute(headings, vec![]).await? == 1,
            "the explanation is gone"
        );
        Ok(())
    });
}

#[test]
fn inline_configuration_needs_no_file() {
    let options = TestOptions {
        inline_config: true,
        config: Some(SiteConfig::Missing),
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        let requests = ctx.site.requests();
        ensure!(
            requests
                .iter()
                .all(|request| !request.path_and_query.contains("vestibule.json"))
        );
        Ok(())
    });
}

#[test]
fn explains_a_redirect_uri_on_another_origin() {
    run_test(TestOptions::default(), async |ctx| {
        let mut config = json!({ "providers": ctx.provider.providers() });
        config["redirect_uri"] = json!("https://app.example.com/");
        ctx.site.set_config(json_config(&config.to_string()));
        ctx.open("").await?;
        ctx.find(Role::Heading, NOT_SET_UP).await?;
        ctx.expect_text("redirect_uri").await?;
        ctx.expect_text("https://app.example.com").await
    });
}
