//! Every example, as a person meets it: in by redirect, an API that asks for the token, out again; and
//! in by a window beside the page.

use anyhow::Result;
use browser_tests::{Role, TestOptions, run_test};

const ADA: &str = "Ada Lovelace";
/// An address below the page's own, as a link in a message may have it.
const ORDER: &str = "orders/42?tab=notes#note-2";
const SIGN_IN_PROMPT: &str = "Sign in to see your orders.";

/// `address`: where people begin, and are afterwards. `popup`: the button that signs in beside the page.
fn check_example(example: &'static str, address: &'static str, popup: &'static str) {
    run_test(TestOptions::example(example), async move |ctx| {
        ctx.open(address).await?;
        ctx.expect_text(SIGN_IN_PROMPT).await?;
        ctx.expect_no_text("Hello").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        ctx.expect_url(address).await?;
        ctx.expect_no_text(SIGN_IN_PROMPT).await?;
        load_orders_and_sign_out(ctx).await?;

        ctx.clear_provider_sessions().await?;
        let page = ctx.browser().client.window().await?;
        ctx.click(Role::Button, popup).await?;
        ctx.switch_to_popup().await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.wait_for_popup_to_close(page).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        load_orders_and_sign_out(ctx).await
    });
}

async fn load_orders_and_sign_out(ctx: &browser_tests::TestContext) -> Result<()> {
    ctx.click(Role::Button, "Load my orders").await?;
    ctx.expect_text("Difference engine").await?;
    ctx.click(Role::Button, "Leave").await?;
    ctx.expect_text(SIGN_IN_PROMPT).await?;
    ctx.expect_no_text("Difference engine").await
}

#[test]
fn html_example_signs_in_loads_orders_and_signs_out() {
    check_example("html", "?view=all#top", "Company SSO in a window");
}

#[test]
fn react_example_signs_in_loads_orders_and_signs_out() {
    check_example("react", "?view=all#top", "Company SSO in a window");
}

#[test]
fn svelte_example_signs_in_loads_orders_and_signs_out() {
    check_example("svelte", "?view=all#top", "Company SSO in a window");
}

#[test]
fn leptos_example_signs_in_loads_orders_and_signs_out() {
    check_example("leptos", ORDER, "Company SSO in a window");
}

#[test]
fn leptos_example_links_public_and_protected_pages() {
    run_test(TestOptions::example("leptos"), async |ctx| {
        ctx.open("").await?;
        ctx.expect_text("Everybody may read this.").await?;
        ctx.expect_no_text(SIGN_IN_PROMPT).await?;
        ctx.click(Role::Link, "The notes of order 42").await?;
        ctx.expect_url(ORDER).await?;
        ctx.expect_text(SIGN_IN_PROMPT).await?;
        ctx.expect_no_text("handle with care").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_text("Order 42, notes").await?;
        ctx.expect_text("handle with care").await?;
        ctx.expect_url(ORDER).await?;

        ctx.click(Role::Link, "Orders").await?;
        ctx.expect_text("Everybody may read this.").await?;
        ctx.expect_no_text("handle with care").await?;
        ctx.back().await?;
        ctx.expect_text("Order 42, notes").await
    });
}
