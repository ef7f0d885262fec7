//! Every example, as a person meets it: in by redirect, an API that asks for the token, out again; and
//! in by a window beside the page.

use anyhow::Result;
use browser_tests::{Options, Role, run};

const ADA: &str = "Ada Lovelace";
const INVITATION: &str = "Sign in to see your orders.";

/// `popup`: the button that signs in beside the page.
fn works(example: &'static str, popup: &'static str) {
    run(Options::example(example), async move |stage| {
        stage.open("?view=all#top").await?;
        stage.sees(INVITATION).await?;
        stage.does_not_see("Hello").await?;
        stage.choose("Company SSO", ADA).await?;
        stage.sees("Hello, Ada Lovelace.").await?;
        stage.address_is("?view=all#top").await?;
        stage.does_not_see(INVITATION).await?;
        asks_the_api_and_leaves(stage).await?;

        stage.forget_at_providers().await?;
        let page = stage.browser().client.window().await?;
        stage.click(Role::Button, popup).await?;
        stage.follow_popup().await?;
        stage.click(Role::Button, ADA).await?;
        stage.popup_closes(page).await?;
        stage.sees("Hello, Ada Lovelace.").await?;
        asks_the_api_and_leaves(stage).await
    });
}

async fn asks_the_api_and_leaves(stage: &browser_tests::Stage) -> Result<()> {
    stage.click(Role::Button, "Load my orders").await?;
    stage.sees("Difference engine").await?;
    stage.click(Role::Button, "Leave").await?;
    stage.sees(INVITATION).await?;
    stage.does_not_see("Difference engine").await
}

#[test]
fn html() {
    works("html", "Company SSO in a window");
}

#[test]
fn react() {
    works("react", "Company SSO in a window");
}

#[test]
fn svelte() {
    works("svelte", "Company SSO in a window");
}
