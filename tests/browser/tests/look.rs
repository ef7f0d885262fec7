//! What the page looks like: the product's brand under the recommended policy, and messages that move nothing.

use anyhow::{Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, run_test};
use serde_json::{Value, json};

const SSO: &str = "Sign in with Company SSO";

/// Where the rows are.
async fn row_positions(ctx: &TestContext) -> Result<Value> {
    let script = "return [...document.querySelectorAll('.vestibule-provider')]
        .map((row) => row.getBoundingClientRect().top)";
    ctx.execute(script, vec![]).await
}

#[test]
fn a_message_that_comes_later_moves_no_row() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.inject_fault("plain", "discovery", "status", json!({ "status": 500 }))?;
        ctx.open("").await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.wait_for_animations().await?;
        let before = row_positions(ctx).await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.wait_for_js("!!document.querySelector('.vestibule-late #vestibule-alert')")
            .await?;
        let after = row_positions(ctx).await?;
        ensure!(before == after, "{before} {after}");
        // The row does the same.
        let retry = "return document.querySelectorAll('#vestibule-alert > button').length";
        ensure!(ctx.execute(retry, vec![]).await? == 0);
        Ok(())
    });
}

#[test]
fn open_details_of_a_message_cover_no_row() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.inject_fault("plain", "discovery", "close", json!({}))?;
        let phone = json!({ "width": 360, "height": 640, "deviceScaleFactor": 1, "mobile": true });
        ctx.chromium()?
            .devtools("Emulation.setDeviceMetricsOverride", phone)
            .await?;
        ctx.open("").await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.expect_sign_in_error("We can't reach Company SSO")
            .await?;
        ctx.expect_admin_details(&["discovery-unreachable", "CORS at the provider"])
            .await?;
        let covered = "scrollTo(0, 0); return [...document.querySelectorAll('.vestibule-provider')]
            .filter((row) => {
                const { left, top } = row.getBoundingClientRect();
                return !row.contains(document.elementFromPoint(left + 40, top + 20));
            }).length";
        let covered = ctx.execute(covered, vec![]).await?;
        ensure!(covered == 0, "{covered} rows are covered");
        Ok(())
    });
}

#[test]
fn the_page_names_the_product_and_uses_its_color() {
    let brand = json!({ "name": "Acme Travel", "accent": "#ffcc00", "help": "/help" });
    let options = TestOptions {
        settings: json!({ "brand": brand }),
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Heading, "Sign in to Acme Travel").await?;
        ctx.find(Role::Link, "Help").await?;
        ctx.wait_for_js("document.title === 'Sign in to Acme Travel'")
            .await?;
        let accent = "return getComputedStyle(document.documentElement)
            .getPropertyValue('--vestibule-brand-light')";
        let accent = ctx.execute(accent, vec![]).await?;
        ensure!(
            accent
                .as_str()
                .is_some_and(|color| color.starts_with("rgb(")),
            "{accent}"
        );
        Ok(())
    });
}
