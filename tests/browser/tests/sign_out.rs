//! Signing out, here and at the provider.

use anyhow::{Result, ensure};
use browser_tests::{Options, Role, Stage, run};
use serde_json::json;

const ADA: &str = "Ada Lovelace";
const SIGNED_OUT_HERE: &str = "You are signed out here.";

async fn signs_out_at_the_provider(stage: &Stage) -> Result<()> {
    stage.click(Role::Button, "Sign out").await?;
    stage.find(Role::Heading, "Sign out of").await?;
    stage.click(Role::Button, "Sign out").await
}

async fn nobody_is_signed_in(stage: &Stage) -> Result<()> {
    stage.find(Role::Button, "Sign in with Company SSO").await?;
    stage.does_not_see(ADA).await?;
    let kept = stage.storage().await?;
    ensure!(kept.is_empty(), "session storage keeps {kept:?}");
    Ok(())
}

#[test]
fn a_person_signs_out_at_the_provider_and_comes_back_to_the_picker() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        for provider in ["Company SSO", "Microsoft", "Okta"] {
            stage.sign_in(provider, ADA).await?;
            signs_out_at_the_provider(stage).await?;
            stage.sees("You are signed out.").await?;
            stage.address_is("").await?;
            nobody_is_signed_in(stage).await?;
            // The words are for once.
            stage.reload().await?;
            nobody_is_signed_in(stage).await?;
            stage.does_not_see("You are signed out.").await?;
            // The provider asks who it is.
            stage
                .click(Role::Button, &format!("Sign in with {provider}"))
                .await?;
            stage.find(Role::Button, ADA).await?;
            stage.open("").await?;
            stage.start_over().await?;
        }
        Ok(())
    });
}

#[test]
fn a_person_signs_out_of_this_page_only() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.sees(SIGNED_OUT_HERE).await?;
        nobody_is_signed_in(stage).await?;
        ensure!(stage.asked("plain", "end_session")? == 0);
        stage.reload().await?;
        nobody_is_signed_in(stage).await
    });
}

#[test]
fn a_provider_without_sign_out_leaves_the_person_signed_out_here() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Google", ADA).await?;
        stage.click(Role::Button, "Sign out").await?;
        stage.sees(SIGNED_OUT_HERE).await?;
        nobody_is_signed_in(stage).await
    });
}

#[test]
fn a_provider_that_is_down_leaves_the_person_signed_out_here() {
    run(Options::with_network_trouble(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        stage.fault("plain", "discovery", "status", json!({ "status": 503 }))?;
        stage
            .browser()
            .devtools("Network.clearBrowserCache", json!({}))
            .await?;
        // So that the page asks again.
        stage.reload().await?;
        stage.is_signed_in(ADA).await?;
        stage.click(Role::Button, "Sign out").await?;
        stage.sees(SIGNED_OUT_HERE).await?;
        nobody_is_signed_in(stage).await
    });
}

#[test]
fn the_back_button_shows_nobody_after_a_sign_out() {
    run(Options::with_network_trouble(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        stage.click(Role::Button, "Sign out").await?;
        stage.find(Role::Heading, "Sign out of").await?;
        // Here the provider has not signed the person out yet, but the page has.
        stage.back().await?;
        stage.find(Role::Heading, "Sign in").await?;
        nobody_is_signed_in(stage).await
    });
}

#[test]
fn the_back_button_shows_nobody_after_coming_back_from_a_sign_out() {
    run(Options::with_network_trouble(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        signs_out_at_the_provider(stage).await?;
        stage.sees("You are signed out.").await?;
        nobody_is_in_the_history(stage).await
    });
}

#[test]
fn an_older_copy_of_the_page_shows_nobody_after_a_sign_out() {
    run(Options::with_network_trouble(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        // Browsers keep a page that was left, and its storage as it was.
        stage.goto(&stage.provider.origin()).await?;
        stage.open("").await?;
        stage.is_signed_in(ADA).await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.sees(SIGNED_OUT_HERE).await?;
        nobody_is_in_the_history(stage).await
    });
}

/// Goes back through all that this tab has shown.
async fn nobody_is_in_the_history(stage: &Stage) -> Result<()> {
    let mut seen = 0;
    for _ in 1..stage.history().await?.len() {
        stage.back().await?;
        if stage.url().await?.starts_with(&stage.site.url()) {
            nobody_is_signed_in(stage).await?;
            seen += 1;
        }
    }
    ensure!(seen > 0, "the page is not in the history");
    Ok(())
}
