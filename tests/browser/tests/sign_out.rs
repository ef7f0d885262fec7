//! Signing out, here and at the provider.

use anyhow::{Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, every_engine, firefox_too, run_test};
use serde_json::json;

every_engine![
    signs_out_here_if_the_provider_is_down,
    back_button_shows_the_picker_during_a_sign_out,
    cached_pages_show_the_picker_after_a_sign_out,
];

// WebKit's driver fails when a page is replaced while it loads.
firefox_too![signing_out_at_the_provider_returns_to_the_picker,];

const ADA: &str = "Ada Lovelace";
const SIGNED_OUT_HERE: &str = "You're signed out here, but";

#[test]
fn signing_out_at_the_provider_returns_to_the_picker() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        for provider in ["Company SSO", "Microsoft", "Okta"] {
            ctx.sign_in(provider, ADA).await?;
            ctx.sign_out_at_provider().await?;
            ctx.expect_text("You're signed out.").await?;
            ctx.expect_url("").await?;
            ctx.expect_signed_out(ADA).await?;
            // The message is shown once.
            ctx.reload().await?;
            ctx.expect_signed_out(ADA).await?;
            ctx.expect_no_text("You're signed out.").await?;
            // The provider has no session and asks.
            ctx.click(Role::Button, &format!("Sign in with {provider}"))
                .await?;
            ctx.find(Role::Button, ADA).await?;
            ctx.open("").await?;
            ctx.reset().await?;
        }
        Ok(())
    });
}

#[test]
fn signs_out_of_this_page_only() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.expect_text(SIGNED_OUT_HERE).await?;
        ctx.expect_signed_out(ADA).await?;
        ensure!(ctx.request_count("plain", "end_session")? == 0);
        ctx.reload().await?;
        ctx.expect_signed_out(ADA).await
    });
}

#[test]
fn signs_out_here_if_the_provider_has_no_sign_out() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Google", ADA).await?;
        ctx.click(Role::Button, "Sign out").await?;
        ctx.expect_text(SIGNED_OUT_HERE).await?;
        ctx.expect_signed_out(ADA).await
    });
}

#[test]
fn signs_out_here_if_the_provider_is_down() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ctx.inject_fault("plain", "discovery", "status", json!({ "status": 503 }))?;
        ctx.clear_browser_cache().await?;
        // Reload, so that the page needs the metadata again.
        ctx.reload().await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.click(Role::Button, "Sign out").await?;
        ctx.expect_text(SIGNED_OUT_HERE).await?;
        ctx.expect_signed_out(ADA).await
    });
}

#[test]
fn back_button_shows_the_picker_during_a_sign_out() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ctx.click(Role::Button, "Sign out").await?;
        ctx.find(Role::Heading, "Sign out of").await?;
        // The page has already signed the person out, the provider hasn't yet.
        ctx.back().await?;
        ctx.find(Role::Heading, "Sign in").await?;
        ctx.expect_signed_out(ADA).await
    });
}

#[test]
fn back_button_shows_the_picker_after_a_sign_out() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ctx.sign_out_at_provider().await?;
        ctx.expect_text("You're signed out.").await?;
        expect_signed_out_in_history(ctx).await
    });
}

#[test]
fn cached_pages_show_the_picker_after_a_sign_out() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        // Browsers keep a page in the back/forward cache, with its state at that time.
        ctx.goto(&ctx.provider.origin()).await?;
        ctx.open("").await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.expect_text(SIGNED_OUT_HERE).await?;
        expect_signed_out_in_history(ctx).await
    });
}

/// Goes back through the tab's whole history.
async fn expect_signed_out_in_history(ctx: &TestContext) -> Result<()> {
    let mut seen = 0;
    let length = ctx.execute("return history.length", vec![]).await?;
    for _ in 1..length.as_u64().unwrap_or_default() {
        ctx.back().await?;
        if ctx.url().await?.starts_with(&ctx.site.url()) {
            ctx.expect_signed_out(ADA).await?;
            seen += 1;
        }
    }
    ensure!(seen > 0, "the page is not in the history");
    Ok(())
}
