//! Failures between page and provider: each ends with an explanation and a way to retry.

use anyhow::ensure;
use browser_tests::{Role, TestOptions, every_engine, firefox_too, run_test, wait_until};
use serde_json::{Value, json};

every_engine![
    explains_blocked_storage,
    cancelling_at_the_provider_returns_to_the_picker,
    rejects_a_forged_response_without_a_token_request,
    rejects_a_response_that_was_already_used,
    reloading_during_the_token_request_reports_an_unfinished_sign_in,
];

// WebKit's driver sees nothing in tabs that its browser has opened.
firefox_too![two_tabs_can_sign_in_at_once_and_both_show_the_last_user,];

const SSO: &str = "Sign in with Company SSO";
const ADA: &str = "Ada Lovelace";
const CANNOT_FINISH: &str = "This sign-in has expired";

#[test]
fn cancelling_at_the_provider_returns_to_the_picker() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", "Cancel").await?;
        ctx.expect_sign_in_error("Sign-in wasn't completed").await?;
        ctx.expect_url("").await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn rejects_a_forged_response_without_a_token_request() {
    run_test(TestOptions::default(), async |ctx| {
        let forged = "?code=a-code-of-the-attackers-own&state=vst_forged";
        ctx.open(forged).await?;
        ctx.expect_sign_in_error(CANNOT_FINISH).await?;
        ctx.expect_url("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ctx.open(forged).await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.expect_url("").await?;
        ensure!(ctx.request_count("plain", "token")? == 1);
        Ok(())
    });
}

#[test]
fn rejects_a_response_that_was_already_used() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        let answer = ctx.last_callback_url().await?;
        ctx.goto(&answer).await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.expect_text("You're signed out here, but").await?;
        ctx.goto(&answer).await?;
        ctx.expect_sign_in_error(CANNOT_FINISH).await?;
        ctx.expect_url("").await?;
        ensure!(ctx.request_count("plain", "token")? == 1);
        Ok(())
    });
}

#[test]
fn accepts_a_response_only_in_the_tab_that_started_the_sign_in() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.find(Role::Button, ADA).await?;
        let navigations = ctx.navigations().await?;
        let state = navigations
            .iter()
            .find_map(|url| url.split("state=").nth(1)?.split('&').next())
            .unwrap_or_default();
        ensure!(state.starts_with("vst_"), "{navigations:?}");
        let first = ctx.browser().client.window().await?;
        ctx.new_tab().await?;
        ctx.open(&format!("?code=0123456789abcdef&state={state}"))
            .await?;
        ctx.expect_sign_in_error(CANNOT_FINISH).await?;
        ensure!(ctx.request_count("plain", "token")? == 0);
        ctx.browser().client.switch_to_window(first).await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn reloading_during_the_token_request_reports_an_unfinished_sign_in() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.inject_fault("plain", "token", "hang", json!({}))?;
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        wait_until(async || {
            Ok(match ctx.request_count("plain", "token")? {
                1 => Ok(()),
                times => Err(format!("the token endpoint received {times} requests")),
            })
        })
        .await?;
        ctx.reload().await?;
        ctx.expect_text("You didn't finish signing in. Choose an account to try again.")
            .await?;
        ctx.expect_url("").await?;
        ensure!(ctx.request_count("plain", "token")? == 1);
        ctx.provider.clear_faults()?;
        ctx.click(Role::Button, SSO).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn returning_without_a_response_reports_an_unfinished_sign_in() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.find(Role::Button, ADA).await?;
        ctx.open("").await?;
        ctx.expect_text("You didn't finish signing in. Choose an account to try again.")
            .await
    });
}

/// Endpoint, kind and fields of a fault, and the text that the page then shows.
type Case = (&'static str, &'static str, Value, &'static str);

#[test]
fn explains_every_token_endpoint_failure_and_can_retry() {
    const FAILED: &str = "We couldn't complete your sign-in";
    const REFUSED: &str = "Sign-in was rejected by Company SSO";
    const UNUSABLE: &str = "We got an unexpected response from Company SSO";
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let elsewhere = ctx.provider.origin();
        let html = json!({ "body": "<!doctype html><p>Hello", "content_type": "text/html" });
        let cases: [Case; 8] = [
            (
                "token",
                "status",
                json!({ "status": 503 }),
                "There's a problem at Company SSO",
            ),
            (
                "token",
                "status",
                json!({ "status": 400, "body": { "error": "invalid_grant" } }),
                REFUSED,
            ),
            ("token", "close", json!({}), FAILED),
            (
                "token",
                "redirect",
                json!({ "location": elsewhere }),
                FAILED,
            ),
            ("token", "no-cors", json!({}), FAILED),
            ("token", "large", json!({ "bytes": 400_000 }), FAILED),
            ("token", "body", html, UNUSABLE),
            (
                "jwks",
                "status",
                json!({ "status": 500 }),
                "We couldn't verify your sign-in",
            ),
        ];
        ctx.open("").await?;
        for (endpoint, kind, fields, message) in cases {
            ctx.inject_fault("plain", endpoint, kind, fields)?;
            ctx.start_sign_in("Company SSO", ADA).await?;
            ctx.expect_sign_in_error(message).await?;
            ctx.expect_url("").await?;
            ctx.provider.clear_faults()?;
            // The provider still has a session.
            ctx.click(Role::Button, SSO).await?;
            ctx.expect_signed_in(ADA).await?;
            ctx.reset().await?;
        }
        Ok(())
    });
}

#[test]
fn explains_every_discovery_failure_and_can_retry() {
    const NO_CONNECTION: &str = "We can't reach Company SSO";
    const NOT_SET_UP: &str = "Sign-in with Company SSO isn't set up correctly";
    const FAILING: &str = "There's a problem at Company SSO";
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let elsewhere = ctx.provider.origin();
        let cases: [Case; 6] = [
            ("discovery", "status", json!({ "status": 500 }), FAILING),
            ("discovery", "status", json!({ "status": 404 }), NOT_SET_UP),
            ("discovery", "no-cors", json!({}), NO_CONNECTION),
            (
                "discovery",
                "redirect",
                json!({ "location": elsewhere }),
                NOT_SET_UP,
            ),
            (
                "discovery",
                "json",
                json!({ "set": { "issuer": "https://id.example.com" } }),
                "We couldn't confirm that this is Company SSO",
            ),
            (
                "discovery",
                "json",
                json!({ "remove": ["token_endpoint"] }),
                "Sign-in with Company SSO isn't set up correctly",
            ),
        ];
        ctx.open("").await?;
        for (endpoint, kind, fields, message) in cases {
            ctx.inject_fault("plain", endpoint, kind, fields)?;
            // Drop the cached metadata.
            ctx.reload().await?;
            ctx.click(Role::Button, SSO).await?;
            ctx.expect_sign_in_error(message).await?;
            ctx.reset().await?;
            ctx.sign_in("Company SSO", ADA).await?;
            ctx.reset().await?;
        }
        Ok(())
    });
}

#[test]
fn token_request_times_out_and_can_be_retried() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.inject_fault("plain", "token", "hang", json!({}))?;
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_sign_in_error("We didn't hear back from Company SSO")
            .await?;
        ctx.provider.clear_faults()?;
        ctx.click(Role::Button, SSO).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn discovery_times_out_and_can_be_retried() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.inject_fault("plain", "discovery", "hang", json!({}))?;
        ctx.open("").await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.expect_sign_in_error("We didn't hear back from Company SSO")
            .await?;
        ctx.provider.clear_faults()?;
        ctx.click(Role::Button, SSO).await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn rejects_userinfo_about_another_subject() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.inject_fault(
            "okta",
            "userinfo",
            "json",
            json!({ "set": { "sub": "somebody-else" } }),
        )?;
        ctx.open("").await?;
        ctx.start_sign_in("Okta", ADA).await?;
        ctx.expect_sign_in_error("We couldn't verify your sign-in")
            .await
    });
}

#[test]
fn signs_in_even_if_userinfo_fails() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.inject_fault("okta", "userinfo", "status", json!({ "status": 500 }))?;
        ctx.open("").await?;
        ctx.start_sign_in("Okta", ADA).await?;
        ctx.expect_signed_in("Signed in with Okta").await
    });
}

#[test]
fn shows_that_the_browser_is_offline_until_it_is_online() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        // The page may fetch the metadata before it's offline; make that fail.
        ctx.inject_fault("plain", "discovery", "status", json!({ "status": 503 }))?;
        ctx.open("").await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.chromium()?.go_offline().await?;
        ctx.expect_text("You're offline. Reconnect to sign in.")
            .await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.expect_sign_in_error("Reconnect, then try again.")
            .await?;
        ctx.provider.clear_faults()?;
        ctx.chromium()?.go_online().await?;
        ctx.expect_text("Your password stays with the service you choose.")
            .await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn explains_blocked_storage() {
    let options = TestOptions {
        blocks_site_data: true,
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.expect_text("Your browser is blocking storage").await?;
        ensure!(ctx.find(Role::Button, SSO).await?.is_enabled().await?);
        ensure!(ctx.request_count("plain", "authorization")? == 0);
        Ok(())
    });
}

#[test]
fn explains_full_storage_and_sends_nothing() {
    const FILL: &str = "
        for (let size = 1 << 22; size >= 1; size >>= 1) {
            for (let count = 0; ; count++) {
                try { sessionStorage.setItem(`${size}.${count}`, 'x'.repeat(size)) } catch { break }
            }
        }";
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.execute(FILL, vec![]).await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.expect_text("Your browser is blocking storage").await?;
        ensure!(ctx.request_count("plain", "authorization")? == 0);
        ctx.execute("sessionStorage.clear()", vec![]).await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn accepts_rotated_signing_keys() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.provider.rotate_keys("plain")?;
        ctx.click(Role::Button, SSO).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn two_tabs_can_sign_in_at_once_and_both_show_the_last_user() {
    run_test(TestOptions::default(), async |ctx| {
        let client = &ctx.browser().client;
        let first = client.window().await?;
        ctx.open("").await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.find(Role::Button, ADA).await?;
        ctx.new_tab().await?;
        let second = client.window().await?;
        ctx.open("").await?;
        ctx.sign_in("Microsoft", "Grace Hopper").await?;
        client.switch_to_window(first.clone()).await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_signed_in(ADA).await?;
        for tab in [second, first] {
            client.switch_to_window(tab).await?;
            ctx.expect_signed_in(ADA).await?;
            ctx.reload().await?;
            ctx.expect_signed_in(ADA).await?;
        }
        Ok(())
    });
}
