//! The page for everybody: axe-core's rules, narrow screens, and nothing that jumps while it loads.

use anyhow::{Context, Result, ensure};
use browser_tests::{Key, Options, Role, Stage, run};
use serde_json::{Value, json};
use xtask::site::SiteConfig;

const ADA: &str = "Ada Lovelace";

/// No violation of axe-core's rules, in light and in dark.
async fn is_accessible(stage: &Stage) -> Result<()> {
    let file = xtask::workspace::root().join("tests/browser/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&file)
        .with_context(|| format!("{} is missing: run npm ci there", file.display()))?;
    for scheme in ["light", "dark"] {
        stage.prefers("prefers-color-scheme", scheme).await?;
        stage.animations_end().await?;
        stage.execute(&axe, vec![]).await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run().then(
                ({ violations, passes }) => done({
                    passes: passes.length,
                    violations: violations.map(({ id, nodes }) => [id, ...nodes.map(({ html, failureSummary }) => html + failureSummary)]),
                }),
                (error) => done({ error: String(error) }),
            )";
        let result = stage.browser().client.execute_async(script, vec![]).await?;
        ensure!(result["passes"].as_u64() > Some(5), "axe-core: {result}");
        ensure!(result["violations"] == json!([]), "in {scheme}: {result:#}");
    }
    Ok(())
}

#[test]
fn the_question_whether_somebody_is_there_is_accessible() {
    let options = Options {
        settings: json!({ "idle_timeout": 600, "max_session": 3600 }),
        ..Options::default()
    };
    run(options, async |stage| {
        stage.takes_over_time(0).await?;
        stage.open("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        stage.passes(550).await?;
        stage
            .find(Role::AlertDialog, "Are you still there?")
            .await?;
        is_accessible(stage).await?;
        stage.waits_for_focus("Stay signed in").await?;
        // The focus cannot leave it but for the browser's own controls.
        stage.press(Key::Tab).await?;
        stage.waits_for_focus("Sign out now").await?;
        stage.press(Key::Escape).await?;
        stage
            .becomes_true("!document.querySelector('dialog')")
            .await
    });
}

#[test]
fn the_picker_the_error_and_the_signed_in_view_are_accessible() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.find(Role::Button, "Sign in with Company SSO").await?;
        is_accessible(stage).await?;
        stage.choose("Company SSO", "Cancel").await?;
        stage
            .is_refused("The sign-in was cancelled or refused")
            .await?;
        stage
            .click(Role::Disclosure, "For the administrator")
            .await?;
        is_accessible(stage).await?;
        stage.start_over().await?;
        stage.sign_in("Company SSO", ADA).await?;
        stage.click(Role::Disclosure, "Show claims").await?;
        is_accessible(stage).await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.sees("You are signed out here.").await?;
        is_accessible(stage).await
    });
}

#[test]
fn a_problem_with_the_configuration_is_accessible() {
    let options = Options {
        config: Some(SiteConfig::Json(
            "{ \"providers\": [{}], \"scopes\": 1 }".to_owned(),
        )),
        ..Options::default()
    };
    run(options, async |stage| {
        stage.open("").await?;
        stage.find(Role::Heading, "Sign-in is not set up").await?;
        is_accessible(stage).await?;
        stage.site.set_config(SiteConfig::Json("{,}".to_owned()));
        stage.reload().await?;
        stage.sees("is not valid JSON").await?;
        is_accessible(stage).await
    });
}

#[test]
fn the_set_up_page_is_accessible_and_fits_a_narrow_screen() {
    run(Options::with_network_trouble(), async |stage| {
        let body = json!({ "error": "invalid_client" });
        let refusal = json!({ "status": 400, "body": body });
        stage.fault("plain", "token", "status", refusal)?;
        stage.open("?setup").await?;
        stage.sees("1 failed").await?;
        is_accessible(stage).await?;
        stage
            .click(Role::Button, "Try signing in with Microsoft")
            .await?;
        stage.click(Role::Button, "Hubert Blaine").await?;
        stage.find(Role::Heading, "The sign-in works").await?;
        stage.sees("1 failed").await?;
        is_accessible(stage).await?;
        let narrow = json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true });
        stage
            .browser()
            .devtools("Emulation.setDeviceMetricsOverride", narrow)
            .await?;
        stage.has_no_horizontal_scroll().await?;
        let mistakes = "{ \"providers\": [{}], \"scopes\": 1 }";
        let mistakes = SiteConfig::Json(mistakes.to_owned());
        stage.site.set_config(mistakes);
        stage.reload().await?;
        stage.click(Role::Disclosure, "Okta").await?;
        is_accessible(stage).await?;
        stage.has_no_horizontal_scroll().await
    });
}

/// How far the page's parts jumped while it loaded, as Cumulative Layout Shift counts it.
async fn layout_shift(stage: &Stage) -> Result<f64> {
    let script = "const done = arguments[arguments.length - 1];
        let sum = 0;
        const add = (list) => list.getEntries().forEach(({ value }) => { sum += value });
        new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
        // Entries from before come in a task of their own, after the next picture.
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))))";
    let sum = stage.browser().client.execute_async(script, vec![]).await?;
    sum.as_f64().context("no sum of layout shifts")
}

#[test]
fn nothing_jumps_while_the_page_loads() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.find(Role::Button, "Sign in with Company SSO").await?;
        let shift = layout_shift(stage).await?;
        ensure!(shift < 0.02, "the picker jumps by {shift}");
        stage.sign_in("Company SSO", ADA).await?;
        let shift = layout_shift(stage).await?;
        ensure!(shift < 0.02, "the signed-in view jumps by {shift}");
        stage.reload().await?;
        stage.is_signed_in(ADA).await?;
        let shift = layout_shift(stage).await?;
        ensure!(shift < 0.02, "the restored view jumps by {shift}");
        // Else the measure would be blind.
        stage
            .execute("document.querySelector('main').prepend(Object.assign(document.createElement('p'), { textContent: 'x\\n'.repeat(50), className: 'vestibule-example' })); document.querySelector('main').firstChild.append(document.createElement('pre').appendChild(document.createTextNode('y '.repeat(3000))))", vec![])
            .await?;
        ensure!(
            layout_shift(stage).await? > 0.02,
            "the measure sees nothing"
        );
        Ok(())
    });
}

#[test]
fn a_narrow_screen_needs_no_horizontal_scrolling() {
    run(Options::default(), async |stage| {
        let narrow = json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true });
        stage
            .browser()
            .devtools("Emulation.setDeviceMetricsOverride", narrow)
            .await?;
        stage.open("").await?;
        stage.find(Role::Button, "Sign in with Company SSO").await?;
        ensure!(stage.execute("return innerWidth", vec![]).await? == Value::from(360));
        stage.has_no_horizontal_scroll().await?;
        stage.choose("Company SSO", "Cancel").await?;
        stage
            .is_refused("The sign-in was cancelled or refused")
            .await?;
        stage
            .click(Role::Disclosure, "For the administrator")
            .await?;
        stage.has_no_horizontal_scroll().await?;
        stage.start_over().await?;
        stage.sign_in("Company SSO", "Hubert Blaine").await?;
        stage.click(Role::Disclosure, "Show claims").await?;
        stage.sees("family_name").await?;
        stage.has_no_horizontal_scroll().await?;
        stage.site.set_config(SiteConfig::Json(format!(
            "{{ \"{}\": 1 }}",
            "unknown".repeat(30)
        )));
        stage.open("?other").await?;
        stage.find(Role::Heading, "Sign-in is not set up").await?;
        stage.has_no_horizontal_scroll().await
    });
}
