//! What people and administrators read if the host doesn't deliver the page as it should.

use anyhow::{Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, run_test};
use xtask::host_fault::HostFault;

const SSO: &str = "Company SSO";
const UNAVAILABLE: &str = "Sign-in isn't available right now";
const NOT_LOADED: &str = "Part of the page didn't load.";

fn play(ctx: &TestContext, fault: &str) -> Result<()> {
    let fault = HostFault::from_name(fault);
    ensure!(fault.is_some());
    ctx.site.set_fault(fault);
    Ok(())
}

/// Opens the page at a host with this fault, and expects the cause in the details and the console.
fn explains(fault: &'static str, cause: &'static str) {
    let options = TestOptions {
        expected_console_messages: &["Vestibule can't start.", "WebAssembly"],
        expected_violations: &["script-src"],
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        play(ctx, fault)?;
        ctx.open("").await?;
        ctx.find(Role::Heading, UNAVAILABLE).await?;
        ctx.expect_text("contact support").await?;
        ctx.expect_no_text("connection").await?;
        ctx.expect_no_text("browser").await?;
        ctx.click(Role::Disclosure, "Technical details").await?;
        ctx.expect_text(cause).await?;
        ctx.expect_console_message(cause).await?;
        ctx.site.set_fault(None);
        ctx.click(Role::Link, "Reload the page").await?;
        ctx.find(Role::Button, SSO).await?;
        Ok(())
    });
}

#[test]
fn names_the_policy_that_blocks_webassembly() {
    explains("no-wasm-policy", "Add 'wasm-unsafe-eval' to script-src");
}

#[test]
fn names_compression_that_the_host_does_not_declare() {
    explains("undeclared-gzip", "Add Content-Encoding: gzip");
}

#[test]
fn names_an_old_copy_of_the_page() {
    explains("stale-index", "Upload all files of the same build");
}

#[test]
fn a_page_without_styles_says_so_and_works() {
    let options = TestOptions {
        expected_console_messages: &["Vestibule: the stylesheet", "Refused to apply style"],
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        play(ctx, "no-styles")?;
        ctx.open("").await?;
        ctx.expect_text(NOT_LOADED).await?;
        ctx.expect_console_message("Vestibule: the stylesheet")
            .await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.site.set_fault(None);
        ctx.reload().await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.expect_no_text(NOT_LOADED).await
    });
}

#[test]
fn a_page_at_an_address_without_its_slash_does_not_wait_for_ever() {
    let options = TestOptions {
        base_path: "/login/",
        expected_console_messages: &["Refused to apply style", "Refused to execute script"],
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        play(ctx, "missing-slash")?;
        let url = ctx.site.url();
        ctx.goto(url.trim_end_matches('/')).await?;
        ctx.expect_text(NOT_LOADED).await?;
        ctx.expect_no_text("One moment").await?;
        ctx.expect_no_text("taking longer").await
    });
}

#[test]
fn a_page_without_its_script_offers_to_reload() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        play(ctx, "no-script")?;
        ctx.open("").await?;
        ctx.expect_text("One moment").await?;
        ctx.expect_no_text(NOT_LOADED).await?;
        ctx.execute(
            "document.getAnimations().forEach((animation) => animation.currentTime = 13_000)",
            vec![],
        )
        .await?;
        ctx.expect_text("This is taking longer than usual.").await?;
        ctx.site.set_fault(None);
        ctx.click(Role::Link, "Reload the page").await?;
        ctx.find(Role::Button, SSO).await?;
        Ok(())
    });
}
