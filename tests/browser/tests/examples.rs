//! The examples: signing in by redirect and in a popup, calling an API, signing out.

use anyhow::Result;
use browser_tests::{Role, TestOptions, run_test};

const ADA: &str = "Ada Lovelace";
/// A deep link.
const ORDER: &str = "orders/42?tab=notes#note-2";
const SIGN_IN_PROMPT: &str = "Sign in to see your orders.";

/// `url_suffix` is where the test starts and has to be after the sign-in. `popup` is the button that signs in
/// with a popup.
fn check_example(example: &'static str, url_suffix: &'static str, popup: &'static str) {
    run_test(TestOptions::example(example), async move |ctx| {
        ctx.open(url_suffix).await?;
        ctx.expect_text(SIGN_IN_PROMPT).await?;
        ctx.expect_no_text("Hello").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        ctx.expect_url(url_suffix).await?;
        ctx.expect_no_text(SIGN_IN_PROMPT).await?;
        load_orders_and_sign_out(ctx).await?;

        ctx.provider.clear_sessions()?;
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
        ctx.expect_text("Everyone may read this.").await?;
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
        ctx.expect_text("Everyone may read this.").await?;
        ctx.expect_no_text("handle with care").await?;
        ctx.back().await?;
        ctx.expect_text("Order 42, notes").await
    });
}
