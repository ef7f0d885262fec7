//! Attacks through what surrounds a sign-in: markup, frames, windows, addresses and APIs. Some of it happens without
//! an attacker too.

use crate::{ADA, SSO};
use anyhow::{Result, ensure};
use browser_tests::{Role, TestOptions, known_weakness, run_test, wait_until};
use serde_json::json;
use std::time::{Duration, Instant};

/// Waits for a condition that may never come true: whether it did within these seconds.
async fn happens_within(seconds: u64, mut condition: impl AsyncFnMut() -> Result<bool>) -> bool {
    let started = Instant::now();
    let outcome = wait_until(async || {
        let happened = condition().await.unwrap_or_default();
        let is_over = happened || started.elapsed() > Duration::from_secs(seconds);
        Ok(if is_over {
            Ok(happened)
        } else {
            Err("not yet".to_owned())
        })
    });
    outcome.await.unwrap_or_default()
}

#[test]
fn a_weakness_that_is_fixed_fails_its_test() {
    let name = "one-that-is-fixed";
    assert!(known_weakness(name, true).is_err());
    assert!(known_weakness(name, false).is_ok());
}

#[test]
fn a_challenge_that_was_just_answered_is_not_answered_again() {
    let options = TestOptions {
        allow_network_errors: true,
        ..TestOptions::example("html")
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        // From now on, the page asks for its data as soon as it is loaded, and the API is never content.
        let load = format!(
            "if (location.origin === '{}') addEventListener('load', async () => {{
                const {{ createAuth }} = await import(new URL('/vestibule/vestibule.js', location));
                const auth = await createAuth('vestibule.json');
                if (await auth.handleCallback()) await auth.fetch('{}/strict').catch(() => {{}});
            }})",
            ctx.site.origin(),
            ctx.api.origin()
        );
        ctx.site.add_script(&load);
        let before = ctx.request_count("plain", "authorization")?;
        ctx.open("").await?;
        let requests = || anyhow::Ok(ctx.request_count("plain", "authorization")? - before);
        // The first challenge is answered, as it should be.
        ensure!(happens_within(10, async || Ok(requests()? >= 1)).await);
        let is_endless = happens_within(12, async || Ok(requests()? >= 4)).await;
        ensure!(
            !is_endless,
            "the page and the provider send the browser back and forth"
        );
        // Without an answer of the API, it ends. A last sign-in may be under way.
        ctx.chromium()?.block_urls(&["*/strict"]).await?;
        let (mut count, mut since) = (requests()?, Instant::now());
        let is_over = happens_within(10, async || {
            if requests()? != count {
                (count, since) = (requests()?, Instant::now());
            }
            Ok(since.elapsed() > Duration::from_millis(1500))
        });
        ensure!(is_over.await);
        ctx.expect_text("Hello, Ada Lovelace.").await
    });
}

#[test]
fn markup_cannot_name_a_configuration_of_another_origin() {
    let options = TestOptions {
        allow_network_errors: true,
        // Administrators learn there why the element shows nothing.
        expected_console_messages: &["config-refused"],
        ..TestOptions::example("html")
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        // A host page whose policy doesn't limit connections, and an address that lets any page read it.
        let mut entry = ctx.provider.entry("plain")?;
        entry["token_endpoint"] = json!(format!("{}/google/token", ctx.provider.origin()));
        let body = json!({ "providers": [entry] });
        let fields = json!({ "body": body, "content_type": "application/json" });
        ctx.inject_fault("google", "userinfo", "body", fields)?;
        let inject = "
            const user = document.createElement('vestibule-user');
            user.setAttribute('config', arguments[0]);
            document.body.append(user)";
        let config = format!("{}/google/v1/userinfo", ctx.provider.origin());
        ctx.execute(inject, vec![json!(config)]).await?;
        let is_read = happens_within(
            10,
            async || Ok(ctx.request_count("google", "userinfo")? > 0),
        );
        ensure!(!is_read.await, "the configuration was read");
        Ok(())
    });
}

#[test]
fn a_popup_that_looks_closed_can_still_be_finished() {
    run_test(
        TestOptions::with_settings(json!({ "mode": "popup" })),
        async |ctx| {
            let page = "<!doctype html><title>Wait</title><button onclick='location.reload()'>Go on</button>";
            let fields = json!({
                "body": page, "content_type": "text/html", "times": 1,
                "headers": { "Cross-Origin-Opener-Policy": "same-origin" },
            });
            ctx.inject_fault("plain", "authorization", "body", fields)?;
            ctx.open("").await?;
            // A driver gives the focus to every window, a person to one of them.
            let focus = "document.hasFocus = () => window.isLookedAt";
            ctx.execute(focus, vec![]).await?;
            ctx.click(Role::Button, SSO).await?;
            let page = ctx.switch_to_popup().await?;
            ctx.find(Role::Button, "Go on").await?;
            // Nobody looks back sooner.
            ctx.wait_for_js("performance.now() > 2500").await?;
            let popup = ctx.current_window().await?;
            // The person looks at the page for a moment, then goes on.
            ctx.switch_to_window(&page).await?;
            let since = "window.isLookedAt = true; window.since = performance.now()";
            ctx.execute(since, vec![]).await?;
            ctx.wait_for_js("performance.now() - window.since > 2500")
                .await?;
            ctx.switch_to_window(&popup).await?;
            ctx.click(Role::Button, "Go on").await?;
            ctx.click(Role::Button, ADA).await?;
            ensure!(happens_within(10, async || Ok(ctx.last_callback_url().await.is_ok())).await);
            ctx.switch_to_window(&page).await?;
            let is_finished = happens_within(4, async || {
                Ok(ctx.visible_text().await?.contains("You're signed in"))
            });
            ensure!(is_finished.await, "the response of the popup is lost");
            Ok(())
        },
    );
}

#[test]
fn the_frame_of_a_silent_sign_in_may_do_nothing_but_sign_in() {
    let options = TestOptions {
        host: "localhost",
        ..TestOptions::with_settings(json!({ "auto_sign_in": "silent" }))
    };
    run_test(options, async |ctx| {
        ctx.inject_fault("microsoft", "authorization", "hang", json!({}))?;
        ctx.open("").await?;
        ctx.wait_for_js("document.querySelector('iframe') !== null")
            .await?;
        let sandbox = "return document.querySelector('iframe').getAttribute('sandbox')";
        let sandbox = ctx.execute(sandbox, vec![]).await?;
        let allowed = ["allow-scripts", "allow-same-origin", "allow-forms"];
        let is_limited = sandbox
            .as_str()
            .is_some_and(|sandbox| sandbox.split(' ').all(|token| allowed.contains(&token)));
        ensure!(is_limited, "{sandbox}");
        ctx.provider.clear_faults()?;
        ctx.find(Role::Button, SSO).await.map(drop)
    });
}

#[test]
fn an_error_without_state_is_reported_and_leaves_the_address_bar() {
    run_test(TestOptions::default(), async |ctx| {
        let fields = json!({
            "set": { "error": "access_denied", "error_description": "Not you" },
            "remove": ["code", "state", "iss"],
        });
        ctx.inject_fault("plain", "authorization", "response", fields)?;
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.wait_for_js(&format!(
            "location.origin === '{}' && document.querySelector('main button') !== null",
            ctx.site.origin()
        ))
        .await?;
        let text = ctx.visible_text().await?;
        let is_reported = text.contains("Sign-in wasn't completed");
        ensure!(is_reported, "{text}");
        let is_clean = !ctx.url().await?.contains("error=");
        ensure!(is_clean, "{}", ctx.url().await?);
        Ok(())
    });
}

#[test]
fn routers_that_use_the_fragment_notice_that_it_was_restored() {
    run_test(TestOptions::example("html"), async |ctx| {
        let listen = "addEventListener('hashchange', () => { window.hashChanged = true })";
        ctx.site.add_script(listen);
        ctx.open("#/orders").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        ctx.expect_url("#/orders").await?;
        let is_noticed = happens_within(2, async || {
            let noticed = ctx.execute("return window.hashChanged === true", vec![]);
            Ok(noticed.await? == json!(true))
        });
        ensure!(is_noticed.await, "no hashchange");
        Ok(())
    });
}

#[test]
fn a_page_whose_path_begins_with_two_slashes_removes_the_response() {
    let options = TestOptions {
        base_path: "//login/",
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.open("?code=of-eve&state=vst_forged").await?;
        ctx.wait_for_js("document.querySelector('main') !== null")
            .await?;
        let is_removed = !ctx.url().await?.contains("code=");
        ensure!(is_removed, "{}", ctx.url().await?);
        ctx.goto("about:blank").await
    });
}

#[test]
fn tokens_in_an_address_are_removed_whatever_becomes_of_the_response() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open(
            "?code=a-code-of-the-attackers-own&state=vst_forged&access_token=of-eve&id_token=x.y.z",
        )
        .await?;
        ctx.expect_text("This sign-in has expired").await?;
        let url = ctx.url().await?;
        ensure!(!url.contains("code=") && !url.contains("state="), "{url}");
        ensure!(!url.contains("token="), "{url}");
        Ok(())
    });
}
