//! Accessibility: the rules of axe-core, narrow screens, and no layout shifts during loading.

use anyhow::{Context, Result, ensure};
use browser_tests::{Key, Role, TestContext, TestOptions, every_engine, run_test};
use serde_json::{Value, json};
use xtask::site::SiteConfig;

every_engine![
    inactivity_dialog_is_accessible,
    picker_error_and_account_views_are_accessible,
];

const ADA: &str = "Ada Lovelace";

#[test]
fn inactivity_dialog_is_accessible() {
    let options = TestOptions {
        settings: json!({ "idle_timeout": 600, "max_session": 3600 }),
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.install_test_clock(0);
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ctx.advance_time(550).await?;
        ctx.find(Role::AlertDialog, "Are you still there?").await?;
        ctx.expect_accessible().await?;
        ctx.expect_focus("Stay signed in").await?;
        // Focus stays in the dialog (and the browser's own controls).
        ctx.press(Key::Tab).await?;
        ctx.expect_focus("Sign out now").await?;
        ctx.press(Key::Escape).await?;
        ctx.wait_for_js("!document.querySelector('dialog')").await
    });
}

#[test]
fn picker_error_and_account_views_are_accessible() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        ctx.expect_accessible().await?;
        ctx.start_sign_in("Company SSO", "Cancel").await?;
        ctx.expect_sign_in_error("Sign-in wasn't completed").await?;
        ctx.click(Role::Disclosure, "Technical details").await?;
        ctx.expect_accessible().await?;
        ctx.reset().await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ctx.expect_accessible().await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.expect_text("You're signed out here, but").await?;
        ctx.expect_accessible().await
    });
}

#[test]
fn configuration_errors_are_accessible() {
    let options = TestOptions {
        config: Some(SiteConfig::Json(
            "{ \"providers\": [{}], \"scopes\": 1 }".to_owned(),
        )),
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Heading, "Sign-in isn't set up").await?;
        ctx.expect_accessible().await?;
        ctx.site.set_config(SiteConfig::Json("{,}".to_owned()));
        ctx.reload().await?;
        ctx.expect_text("isn't valid JSON").await?;
        ctx.expect_accessible().await
    });
}

#[test]
fn setup_page_is_accessible_and_fits_a_narrow_screen() {
    run_test(TestOptions::setup(), async |ctx| {
        let body = json!({ "error": "invalid_client" });
        let refusal = json!({ "status": 400, "body": body });
        ctx.inject_fault("plain", "token", "status", refusal)?;
        ctx.open("?setup").await?;
        ctx.expect_text("1 failed").await?;
        ctx.expect_accessible().await?;
        ctx.click(Role::Button, "Try signing in with Microsoft")
            .await?;
        ctx.click(Role::Button, "Hubert Blaine").await?;
        ctx.find(Role::Heading, "Sign-in works").await?;
        ctx.expect_text("1 failed").await?;
        ctx.expect_accessible().await?;
        ctx.chromium()?.narrow_screen().await?;
        ctx.expect_no_horizontal_scroll().await?;
        let mistakes = "{ \"providers\": [{}], \"scopes\": 1 }";
        let mistakes = SiteConfig::Json(mistakes.to_owned());
        ctx.site.set_config(mistakes);
        ctx.reload().await?;
        ctx.click(Role::Disclosure, "Okta").await?;
        ctx.expect_accessible().await?;
        ctx.expect_no_horizontal_scroll().await
    });
}

/// The Cumulative Layout Shift since the page load.
async fn layout_shift(ctx: &TestContext) -> Result<f64> {
    let script = "const done = arguments[arguments.length - 1];
        let sum = 0;
        const add = (list) => list.getEntries().forEach(({ value }) => { sum += value });
        new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
        // Buffered entries arrive in a separate task after the next frame.
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))))";
    let sum = ctx.browser().client.execute_async(script, vec![]).await?;
    sum.as_f64().context("the page returned no layout shift")
}

#[test]
fn page_loads_without_layout_shifts() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        let shift = layout_shift(ctx).await?;
        ensure!(shift < 0.02, "the picker shifts by {shift}");
        ctx.sign_in("Company SSO", ADA).await?;
        let shift = layout_shift(ctx).await?;
        ensure!(shift < 0.02, "the account view shifts by {shift}");
        ctx.reload().await?;
        ctx.expect_signed_in(ADA).await?;
        let shift = layout_shift(ctx).await?;
        ensure!(
            shift < 0.02,
            "the account view shifts by {shift} after a reload"
        );
        // Make sure that layout_shift() notices one.
        ctx
            .execute("document.querySelector('main').prepend(Object.assign(document.createElement('p'), { textContent: 'x\\n'.repeat(50), className: 'vestibule-example' })); document.querySelector('main').firstChild.append(document.createElement('pre').appendChild(document.createTextNode('y '.repeat(3000))))", vec![])
            .await?;
        ensure!(layout_shift(ctx).await? > 0.02, "the shift was not noticed");
        Ok(())
    });
}

#[test]
fn narrow_screens_need_no_horizontal_scrolling() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.chromium()?.narrow_screen().await?;
        ctx.open("").await?;
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        ensure!(ctx.execute("return innerWidth", vec![]).await? == Value::from(360));
        ctx.expect_no_horizontal_scroll().await?;
        ctx.start_sign_in("Company SSO", "Cancel").await?;
        ctx.expect_sign_in_error("Sign-in wasn't completed").await?;
        ctx.click(Role::Disclosure, "Technical details").await?;
        ctx.expect_no_horizontal_scroll().await?;
        ctx.reset().await?;
        ctx.sign_in("Company SSO", "Hubert Blaine").await?;
        ctx.expect_no_horizontal_scroll().await?;
        ctx.site.set_config(SiteConfig::Json(format!(
            "{{ \"{}\": 1 }}",
            "unknown".repeat(30)
        )));
        ctx.open("?other").await?;
        ctx.find(Role::Heading, "Sign-in isn't set up").await?;
        ctx.expect_no_horizontal_scroll().await
    });
}
