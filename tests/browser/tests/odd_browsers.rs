//! Browsers and hosts that lack something or change something: blocked site data, scripts that are late.

use anyhow::ensure;
use browser_tests::{Role, TestOptions, every_engine, run_test};

every_engine![works_where_the_browser_refuses_to_open_channels,];

const FORGED: &str = "?code=of-eve&state=vst_forged";

#[test]
fn works_where_the_browser_refuses_to_open_channels() {
    run_test(TestOptions::default(), async |ctx| {
        // As Firefox does if cookies and site data are blocked.
        ctx.site.add_script(
            "window.BroadcastChannel = function () { throw new DOMException('', 'SecurityError') }",
        );
        ctx.open(FORGED).await?;
        ctx.expect_url("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.open(&format!("callback.html{FORGED}")).await?;
        ctx.find(Role::Alert, "").await?;
        ctx.expect_text("Your browser is blocking storage").await?;
        ctx.expect_url("callback.html").await
    });
}

#[test]
fn a_script_that_is_missing_or_late_is_noticed() {
    let options = TestOptions {
        expected_console_messages: &["Vestibule can't start."],
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        ctx.site.refuse(&["/boot.js"]);
        ctx.open(FORGED).await?;
        ctx.expect_console_message("boot.js ran late or not at all")
            .await?;
        ctx.find(Role::Heading, "Sign-in isn't available right now")
            .await?;
        // Loaded as soon as it can be.
        ctx.site.refuse(&[]);
        ctx.click(Role::Link, "Reload the page").await?;
        ctx.find(Role::Button, "Company SSO").await?;
        let url = ctx.url().await?;
        ensure!(!url.contains("code="), "{url}");
        Ok(())
    });
}
