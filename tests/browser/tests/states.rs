//! Every state of the page, as `?preview` shows it: accessible in every theme and direction, and without text that
//! overflows in any language.

use anyhow::{Result, ensure};
use browser_tests::{TestContext, TestOptions, run_test};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The names of the states, from the links of the preview.
async fn states(ctx: &TestContext) -> Result<Vec<String>> {
    ctx.open("?preview").await?;
    ctx.wait_for_js("document.querySelectorAll('figcaption a').length > 20")
        .await?;
    let script = "return [...document.querySelectorAll('figcaption a')]
        .map((link) => new URL(link.href).searchParams.get('preview'))";
    Ok(serde_json::from_value(ctx.execute(script, vec![]).await?)?)
}

fn options() -> TestOptions {
    TestOptions::with_settings(json!({
        "brand": { "name": "Acme Travel", "accent": "#ffcc00", "home": "/", "help": "/help", "privacy": "/privacy" },
    }))
}

/// Opens a state in each theme and expects no violation of axe-core's rules.
fn expect_accessible_states(language: &'static str, direction: &str) {
    run_test(options(), async |ctx| {
        let mut violations = Vec::new();
        for state in states(ctx).await? {
            for theme in ["light", "dark"] {
                ctx.open(&format!(
                    "?preview={state}&ui_locales={language}&theme={theme}"
                ))
                .await?;
                ctx.wait_for_js("!!document.querySelector('#vestibule > :not([hidden]) *')")
                    .await?;
                ctx.wait_for_js(&format!("document.documentElement.dir === '{direction}' || document.documentElement.dir === ''"))
                    .await?;
                ctx.wait_for_animations().await?;
                if let Err(error) = ctx.expect_no_axe_violation().await {
                    violations.push(format!("{state}, {theme}: {error}"));
                }
            }
        }
        ensure!(violations.is_empty(), "{}", violations.join("\n"));
        Ok(())
    });
}

#[test]
fn every_state_is_accessible_from_left_to_right() {
    expect_accessible_states("en", "ltr");
}

#[test]
fn every_state_is_accessible_from_right_to_left() {
    expect_accessible_states("ar", "rtl");
}

/// What sticks out of the frames, by state.
async fn overflowing(ctx: &TestContext) -> Result<BTreeMap<String, Value>> {
    let script = "return Object.fromEntries([...document.querySelectorAll('iframe')].flatMap((frame) => {
        const { documentElement: root, defaultView } = frame.contentDocument;
        // In documents that are read from right to left, the scroll bar is on the left.
        const { left: start, right: end } = root.getBoundingClientRect();
        // What a row says while it's busy is on the card, too, in full.
        const isHidden = (element) => element.closest('.vestibule-visually-hidden, .vestibule-progress, pre, option');
        const sticking = [...root.querySelectorAll('#vestibule *')].filter((element) => {
            const { left, right, width: own } = element.getBoundingClientRect();
            const isText = own > 0 && !isHidden(element) && element.scrollWidth > element.clientWidth + 1
                && !['visible', 'clip'].includes(defaultView.getComputedStyle(element).overflowX);
            return own > 0 && !isHidden(element) && (left < start - 1 || right > end + 1 || isText);
        });
        const isWide = root.scrollWidth > root.clientWidth + 1;
        return isWide || sticking.length > 0
            ? [[frame.title, sticking.slice(0, 3).map((element) => element.outerHTML.slice(0, 160))]]
            : [];
    }))";
    Ok(serde_json::from_value(ctx.execute(script, vec![]).await?)?)
}

#[test]
fn no_text_overflows_on_a_narrow_screen_in_any_language() {
    run_test(options(), async |ctx| {
        let mut all = BTreeMap::new();
        for language in vestibule_languages()? {
            ctx.open(&format!("?preview&width=320&ui_locales={language}"))
                .await?;
            let are_there = "document.querySelectorAll('iframe').length > 20 && [...document.querySelectorAll('iframe')]
                .every((frame) => frame.contentDocument?.querySelector('#vestibule > *'))";
            ctx.wait_for_js(are_there).await?;
            let overflowing = overflowing(ctx).await?;
            if !overflowing.is_empty() {
                all.insert(language, overflowing);
            }
        }
        ensure!(all.is_empty(), "{all:#?}");
        Ok(())
    });
}

/// The languages that there are texts in.
fn vestibule_languages() -> Result<Vec<String>> {
    let folder = xtask::workspace::root().join("texts");
    let mut languages = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let file = file?.file_name().to_string_lossy().into_owned();
        languages.extend(file.strip_suffix(".json").map(str::to_owned));
    }
    ensure!(languages.len() >= 17, "{languages:?}");
    Ok(languages)
}

#[test]
fn the_preview_sends_nothing_to_a_provider() {
    run_test(options(), async |ctx| {
        ctx.open("?preview=one").await?;
        ctx.wait_for_js("!!document.querySelector('.vestibule-provider')")
            .await?;
        let script = "document.querySelector('.vestibule-provider').dispatchEvent(new PointerEvent('pointerenter'));
            document.querySelector('.vestibule-provider').click()";
        ctx.execute(script, vec![]).await?;
        ctx.wait_for_js("!!document.querySelector('#vestibule-alert')")
            .await?;
        let foreign = "return performance.getEntriesByType('resource').map(({ name }) => name)
            .filter((name) => !name.startsWith(location.origin))";
        let foreign = ctx.execute(foreign, vec![]).await?;
        ensure!(foreign == json!([]), "{foreign}");
        ensure!(ctx.url().await?.contains("?preview=one"));
        Ok(())
    });
}
