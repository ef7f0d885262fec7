//! Every example, as a person meets it: in by redirect, an API that asks for the token, out again; and
//! in by a window beside the page.

use anyhow::Result;
use browser_tests::{Options, Role, run};

const ADA: &str = "Ada Lovelace";
/// An address below the page's own, as a link in a message may have it.
const ORDER: &str = "orders/42?tab=notes#note-2";
const INVITATION: &str = "Sign in to see your orders.";

/// `address`: where people begin, and are afterwards. `popup`: the button that signs in beside the page.
fn works(example: &'static str, address: &'static str, popup: &'static str) {
    run(Options::example(example), async move |stage| {
        stage.open(address).await?;
        stage.sees(INVITATION).await?;
        stage.does_not_see("Hello").await?;
        stage.choose("Company SSO", ADA).await?;
        stage.sees("Hello, Ada Lovelace.").await?;
        stage.address_is(address).await?;
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
    works("html", "?view=all#top", "Company SSO in a window");
}

#[test]
fn react() {
    works("react", "?view=all#top", "Company SSO in a window");
}

#[test]
fn svelte() {
    works("svelte", "?view=all#top", "Company SSO in a window");
}

#[test]
fn leptos() {
    works("leptos", ORDER, "Company SSO in a window");
}

#[test]
fn leptos_links_between_pages_for_everybody_and_for_people_who_signed_in() {
    run(Options::example("leptos"), async |stage| {
        stage.open("").await?;
        stage.sees("Everybody may read this.").await?;
        stage.does_not_see(INVITATION).await?;
        stage.click(Role::Link, "The notes of order 42").await?;
        stage.address_is(ORDER).await?;
        stage.sees(INVITATION).await?;
        stage.does_not_see("handle with care").await?;
        stage.choose("Company SSO", ADA).await?;
        stage.sees("Order 42, notes").await?;
        stage.sees("handle with care").await?;
        stage.address_is(ORDER).await?;

        stage.click(Role::Link, "Orders").await?;
        stage.sees("Everybody may read this.").await?;
        stage.does_not_see("handle with care").await?;
        stage.back().await?;
        stage.sees("Order 42, notes").await
    });
}
