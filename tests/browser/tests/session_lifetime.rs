//! The lifetime of a session: renewal in several windows, refresh token rotation, outages, wrong clocks,
//! expiry and sign-out.

use anyhow::{Result, ensure};
use browser_tests::{
    Key, Role, TestContext, TestOptions, every_engine, firefox_too, run_test,
    serve_third_party_page, wait_until,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

every_engine![
    closing_a_window_during_its_renewal_keeps_the_session,
    invalid_grant_ends_the_session_in_every_window,
    signing_out_reaches_every_window_within_a_second,
    returning_to_the_page_after_a_sign_out_elsewhere_shows_the_picker,
    idle_timeout_asks_before_it_signs_out,
    memory_storage_keeps_the_session_until_the_last_page_closes,
];

// WebKit opens no tab without a click.
firefox_too![a_duplicated_tab_never_reuses_a_refresh_token,];

const ADA: &str = "Ada Lovelace";
const NOT_RENEWED: &str = "We couldn't refresh your session.";
const SSO: &str = "Sign in with Company SSO";
/// In seconds. A few lifetimes are still shorter than the clock error that the page tolerates.
const TOKEN_LIFETIME: i64 = 20;
const DAY: i64 = 24 * 3600;

/// A configuration with refresh tokens and these settings.
fn with_refresh_tokens(settings: Value) -> TestOptions {
    let mut options = TestOptions::allowing_network_errors();
    options.settings = settings;
    options.settings["scope"] = json!("openid profile email offline_access");
    options
}

/// Signs in, with short-lived access tokens and a device clock that is `clock_error` seconds fast.
async fn sign_in_with_test_clock(ctx: &TestContext, clock_error: i64) -> Result<()> {
    ctx.provider.lifetimes(json!({
        "provider": "plain", "access_token": TOKEN_LIFETIME, "id_token": 2 * DAY,
    }))?;
    ctx.install_test_clock(clock_error);
    ctx.open("").await?;
    ctx.sign_in("Company SSO", ADA).await
}

/// Opens another window, which gets the session from the first one.
async fn open_signed_in_window(ctx: &TestContext) -> Result<fantoccini::wd::WindowHandle> {
    let window = ctx.new_window().await?;
    ctx.install_test_clock(0);
    ctx.open("").await?;
    ctx.expect_signed_in(ADA).await?;
    Ok(window)
}

async fn expect_renewals(ctx: &TestContext, times: i64) -> Result<()> {
    ctx.wait_for_js(&format!("testClock.renewals() === {times}"))
        .await
}

/// Waits until the token endpoint has received this many refresh requests, besides the code request of the
/// sign-in.
async fn expect_refresh_request_count(ctx: &TestContext, times: usize) -> Result<()> {
    wait_until(async || {
        let requests = ctx.request_count("plain", "token")? - 1;
        Ok(if requests == times {
            Ok(())
        } else {
            Err(format!("{requests} refresh requests, not {times}"))
        })
    })
    .await
}

#[test]
fn eight_windows_share_each_of_two_hundred_renewals() {
    const WINDOWS: usize = 8;
    const RENEWALS: usize = 200;
    const BATCH: usize = 10;
    run_test(with_refresh_tokens(json!({})), async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        let first = ctx.current_window().await?;
        for _ in 1..WINDOWS {
            open_signed_in_window(ctx).await?;
        }
        ctx.switch_to_window(&first).await?;
        let started = Instant::now();
        for _ in 0..RENEWALS / BATCH {
            let renew = "testClock.renewInAllWindows(...arguments)";
            let arguments = vec![json!(WINDOWS - 1), json!(BATCH), json!(TOKEN_LIFETIME)];
            ctx.execute(renew, arguments).await?;
            ctx.wait_for_js(&format!("testClock.rounds === {BATCH}"))
                .await?;
        }
        let elapsed = started.elapsed();
        ctx.expect_refreshes(RENEWALS)?;
        let mut sessions = 0;
        for window in ctx.browser().client.windows().await? {
            ctx.switch_to_window(&window).await?;
            ensure!(ctx.renewals().await? == RENEWALS as i64);
            ctx.find(Role::Heading, "You're signed in").await?;
            sessions += 1;
        }
        ensure!(sessions == WINDOWS);
        println!(
            "{WINDOWS} windows, {RENEWALS} renewals, {} token requests, {} sessions lost, {} ms",
            ctx.refresh_requests()?.len(),
            WINDOWS - sessions,
            elapsed.as_millis()
        );
        Ok(())
    });
}

#[test]
fn closing_a_window_during_its_renewal_keeps_the_session() {
    run_test(with_refresh_tokens(json!({})), async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        let first = ctx.current_window().await?;
        let second = open_signed_in_window(ctx).await?;
        let third = open_signed_in_window(ctx).await?;
        ctx.switch_to_window(&first).await?;
        // The first request never gets a response.
        ctx.inject_fault("plain", "token", "hang", json!({ "times": 1 }))?;
        ctx.advance_time(TOKEN_LIFETIME).await?;
        expect_refresh_request_count(ctx, 1).await?;
        // These windows wait for the lock.
        for window in [&second, &third] {
            ctx.switch_to_window(window).await?;
            ctx.advance_time(TOKEN_LIFETIME).await?;
        }
        ctx.switch_to_window(&first).await?;
        ctx.browser().client.close_window().await?;
        for window in [&second, &third] {
            ctx.switch_to_window(window).await?;
            expect_renewals(ctx, 1).await?;
            ctx.expect_signed_in(ADA).await?;
        }
        expect_refresh_request_count(ctx, 2).await
    });
}

#[test]
fn a_duplicated_tab_never_reuses_a_refresh_token() {
    // Without shared sessions, the duplicate has only the copied session storage.
    let options = with_refresh_tokens(json!({ "share_session": false }));
    run_test(options, async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        let first = ctx.current_window().await?;
        ctx.execute("window.open(location.href)", vec![]).await?;
        let windows = ctx.browser().client.windows().await?;
        let copy = windows.iter().find(|window| **window != first);
        let copy = copy.cloned().unwrap_or_else(|| first.clone());
        ensure!(copy != first, "no tab was opened");
        ctx.switch_to_window(&copy).await?;
        ctx.install_test_clock(0);
        ctx.reload().await?;
        ctx.expect_signed_in(ADA).await?;
        for renewals in 1..=3 {
            ctx.advance_time_everywhere(TOKEN_LIFETIME).await?;
            for window in [&first, &copy] {
                ctx.switch_to_window(window).await?;
                expect_renewals(ctx, renewals).await?;
            }
        }
        for window in [&first, &copy] {
            ctx.switch_to_window(window).await?;
            ctx.expect_signed_in(ADA).await?;
        }
        ctx.expect_refreshes(3)
    });
}

#[test]
fn sessions_survive_and_recover_from_outages_at_every_endpoint() {
    run_test(with_refresh_tokens(json!({})), async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        let overloaded = json!({ "status": 429, "body": { "error": "slow_down" } });
        let broken = json!({ "status": 400, "body": "<html>", "content_type": "text/html" });
        let faults = [
            ("discovery", "status", json!({ "status": 503 })),
            ("discovery", "close", json!({})),
            ("token", "status", json!({ "status": 503 })),
            ("token", "status", overloaded),
            ("token", "status", broken),
            ("token", "close", json!({})),
            ("token", "no-cors", json!({})),
            ("jwks", "status", json!({ "status": 503 })),
            ("jwks", "close", json!({})),
        ];
        let mut renewals = 0;
        for (endpoint, kind, fields) in faults {
            if endpoint == "discovery" {
                // Reload, so that the page needs the metadata again.
                ctx.reload().await?;
                ctx.expect_signed_in(ADA).await?;
            }
            ctx.clear_browser_cache().await?;
            // If the page can't read the response, the provider has still rotated the token.
            let grace = json!({ "provider": "plain", "grace": 60 });
            ctx.provider.lifetimes(grace)?;
            ctx.inject_fault("plain", endpoint, kind, fields)?;
            ctx.advance_time(TOKEN_LIFETIME).await?;
            ctx.expect_text(NOT_RENEWED).await?;
            ctx.expect_text(ADA).await?;
            ctx.provider.clear_faults()?;
            ctx.advance_time(0).await?;
            renewals += 1;
            expect_renewals(ctx, renewals).await?;
            ctx.expect_signed_in(ADA).await?;
            ctx.expect_no_text(NOT_RENEWED).await?;
        }
        // A provider that hangs: the page shows nothing, and uses the response when it arrives.
        for endpoint in ["jwks", "token"] {
            ctx.clear_browser_cache().await?;
            ctx.inject_fault("plain", endpoint, "hang", json!({}))?;
            ctx.advance_time(TOKEN_LIFETIME).await?;
            ctx.find(Role::Heading, "You're signed in").await?;
            ctx.provider.clear_faults()?;
            renewals += 1;
            expect_renewals(ctx, renewals).await?;
        }
        Ok(())
    });
}

#[test]
fn renews_as_soon_as_the_network_is_back() {
    run_test(with_refresh_tokens(json!({})), async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        ctx.chromium()?.go_offline().await?;
        ctx.advance_time(TOKEN_LIFETIME).await?;
        ctx.expect_text(NOT_RENEWED).await?;
        ctx.expect_text(ADA).await?;
        ctx.chromium()?.go_online().await?;
        expect_renewals(ctx, 1).await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.expect_refreshes(1)
    });
}

#[test]
fn honours_retry_after() {
    run_test(with_refresh_tokens(json!({})), async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        let headers = json!({
            "Retry-After": "100", "Access-Control-Expose-Headers": "Retry-After",
        });
        let busy = json!({ "status": 503, "headers": headers, "times": 1 });
        ctx.inject_fault("plain", "token", "status", busy)?;
        ctx.advance_time(TOKEN_LIFETIME).await?;
        ctx.expect_text(NOT_RENEWED).await?;
        for _ in 0..3 {
            ctx.advance_time(30).await?;
            ctx.expect_text(ADA).await?;
        }
        expect_refresh_request_count(ctx, 1).await?;
        ctx.advance_time(30).await?;
        expect_renewals(ctx, 1).await
    });
}

#[test]
fn invalid_grant_ends_the_session_in_every_window() {
    run_test(with_refresh_tokens(json!({})), async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        let first = ctx.current_window().await?;
        open_signed_in_window(ctx).await?;
        let ended = json!({ "status": 400, "body": { "error": "invalid_grant" } });
        ctx.inject_fault("plain", "token", "status", ended)?;
        ctx.advance_time(TOKEN_LIFETIME).await?;
        ctx.expect_text("Your session expired.").await?;
        ctx.expect_signed_out(ADA).await?;
        ctx.switch_to_window(&first).await?;
        ctx.expect_text("Your session expired.").await?;
        ctx.expect_signed_out(ADA).await
    });
}

#[test]
fn sessions_survive_a_clock_that_is_a_day_wrong() {
    for (clock_error, inline_config) in [(DAY, false), (-DAY, false), (DAY, true), (-DAY, true)] {
        let options = TestOptions {
            inline_config,
            ..with_refresh_tokens(json!({ "max_session": 3600 }))
        };
        run_test(options, async |ctx| {
            // Tokens are always expired, so the page renews them at every check.
            let expired = json!({ "set": { "expires_in": 0 } });
            ctx.inject_fault("plain", "token", "json", expired)?;
            sign_in_with_test_clock(ctx, clock_error).await?;
            ctx.reload().await?;
            ctx.expect_signed_in(ADA).await?;
            // The clock is corrected, and becomes wrong the other way, while the page is open.
            for error in [clock_error, 0, -clock_error] {
                let change = "testClock.error = arguments[0]; return testClock.renewals()";
                let renewals = ctx.execute(change, vec![json!(error * 1000)]).await?;
                ctx.advance_time(0).await?;
                ctx.wait_for_js(&format!("testClock.renewals() > {renewals}"))
                    .await?;
                ctx.expect_signed_in(ADA).await?;
            }
            let requests = ctx.refresh_requests()?;
            let rejected = requests.iter().filter(|(status, _)| *status == 400);
            ensure!(rejected.count() == 0, "{requests:?}");
            Ok(())
        });
    }
}

#[test]
fn signing_out_reaches_every_window_within_a_second() {
    const RECORD_SIGN_OUT: &str = "
        const observer = new MutationObserver(() => {
            if (document.title === 'Sign in') testClock.signedOutAt ??= Date.now();
        });
        observer.observe(document.head, { subtree: true, childList: true, characterData: true })";
    run_test(with_refresh_tokens(json!({})), async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        let first = ctx.current_window().await?;
        let second = open_signed_in_window(ctx).await?;
        ctx.execute(RECORD_SIGN_OUT, vec![]).await?;
        ctx.switch_to_window(&first).await?;
        let now = "return Date.now()";
        let started = ctx.execute(now, vec![]).await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.expect_text("You're signed out here, but").await?;
        ctx.expect_signed_out(ADA).await?;
        ctx.switch_to_window(&second).await?;
        ctx.expect_text("You're signed out here, but").await?;
        ctx.expect_signed_out(ADA).await?;
        let signed_out_at = ctx.execute("return testClock.signedOutAt", vec![]).await?;
        let elapsed =
            signed_out_at.as_f64().unwrap_or(f64::MAX) - started.as_f64().unwrap_or_default();
        ensure!(elapsed < 1000.0, "it took {elapsed} ms");
        Ok(())
    });
}

#[test]
fn returning_to_the_page_after_a_sign_out_elsewhere_shows_the_picker() {
    run_test(with_refresh_tokens(json!({})), async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        let first = ctx.current_window().await?;
        let second = open_signed_in_window(ctx).await?;
        ctx.switch_to_window(&first).await?;
        ctx.goto(&ctx.provider.origin()).await?;
        ctx.switch_to_window(&second).await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.expect_text("You're signed out here, but").await?;
        ctx.switch_to_window(&first).await?;
        ctx.back().await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.expect_signed_out(ADA).await
    });
}

#[test]
fn idle_timeout_asks_before_it_signs_out() {
    let options = with_refresh_tokens(json!({ "idle_timeout": 600 }));
    run_test(options, async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        let first = ctx.current_window().await?;
        let second = open_signed_in_window(ctx).await?;
        // Opening a window counts as activity, which is broadcast a moment later. A reload doesn't count.
        ctx.reload().await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.advance_time_everywhere(545).await?;
        for window in [&first, &second] {
            ctx.switch_to_window(window).await?;
            ctx.find(Role::AlertDialog, "Are you still there?").await?;
        }
        ensure!(ctx.focused_name().await?.contains("Stay signed in"));
        ctx.expect_text("Signing out in 5").await?;
        ctx.press(Key::Escape).await?;
        for window in [&second, &first] {
            ctx.switch_to_window(window).await?;
            ctx.wait_for_js("!document.querySelector('dialog')").await?;
        }
        // The button keeps the session too.
        ctx.advance_time_everywhere(545).await?;
        ctx.find(Role::AlertDialog, "Are you still there?").await?;
        ctx.expect_no_horizontal_scroll().await?;
        ctx.click(Role::Button, "Stay signed in").await?;
        ctx.wait_for_js("!document.querySelector('dialog')").await?;
        ctx.advance_time_everywhere(600).await?;
        for window in [&first, &second] {
            ctx.switch_to_window(window).await?;
            ctx.expect_text("You were signed out after a period of inactivity.")
                .await?;
            ctx.expect_signed_out(ADA).await?;
        }
        Ok(())
    });
}

#[test]
fn max_session_warns_before_it_signs_out() {
    let options = with_refresh_tokens(json!({ "max_session": 3600 }));
    run_test(options, async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        ctx.expect_text("Session ends").await?;
        ctx.advance_time(3200).await?;
        expect_renewals(ctx, 1).await?;
        ctx.expect_no_text("Your session ends at").await?;
        ctx.advance_time(200).await?;
        ctx.expect_text("Your session ends at").await?;
        ctx.expect_text(ADA).await?;
        ctx.advance_time(200).await?;
        ctx.expect_text("Your session expired.").await?;
        ctx.expect_signed_out(ADA).await
    });
}

#[test]
fn memory_storage_keeps_the_session_until_the_last_page_closes() {
    let options = with_refresh_tokens(json!({ "storage": "memory" }));
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.find(Role::Heading, "You're signed in").await?;
        ensure!(ctx.session_storage_keys().await?.is_empty());
        let first = ctx.current_window().await?;
        ctx.new_window().await?;
        ctx.open("").await?;
        ctx.expect_text(ADA).await?;
        ctx.reload().await?;
        ctx.expect_text(ADA).await?;
        ensure!(ctx.session_storage_keys().await?.is_empty());
        ctx.browser().client.close_window().await?;
        ctx.switch_to_window(&first).await?;
        ctx.reload().await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.expect_no_text(ADA).await
    });
}

/// A third-party page with a frame that shows the URL in the page's query.
const FRAMING_PAGE: &str = "<!doctype html><title>waits</title><iframe></iframe><script>
    const frame = document.querySelector('iframe');
    frame.onload = () => document.title = 'framed';
    frame.src = new URLSearchParams(location.search).get('frame');
</script>";

#[test]
fn front_channel_logout_works_from_same_site_frames_only() -> Result<()> {
    let same_site = serve_third_party_page(FRAMING_PAGE)?;
    let other_site = same_site.replace("127.0.0.1", "localhost");
    let origin = |url: &str| url.trim_end_matches('/').to_owned();
    let mut options = with_refresh_tokens(json!({}));
    options.extra_connect_origins = vec![origin(&same_site), origin(&other_site)];
    run_test(options, async |ctx| {
        let sid = json!({ "set": { "sid": "session-1" } });
        ctx.inject_fault("plain", "id_token", "claims", sid)?;
        sign_in_with_test_clock(ctx, 0).await?;
        let first = ctx.current_window().await?;
        ctx.new_window().await?;
        let providers = ctx.provider.providers().as_array().into_iter().flatten();
        let issuer = providers
            .filter(|provider| provider["id"] == "plain")
            .find_map(|provider| provider["issuer"].as_str())
            .unwrap_or_default();
        let load_in_frame = async |site: &str, iss: &str, sid: &str| -> Result<()> {
            let url = format!("{}logout.html?iss={iss}&sid={sid}", ctx.site.url());
            let url: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
            ctx.goto(&format!("{site}?frame={url}")).await?;
            ctx.wait_for_js("document.title === 'framed'").await
        };
        // Another session, another issuer, and a site that the browser partitions.
        load_in_frame(&same_site, issuer, "session-2").await?;
        load_in_frame(&same_site, "https://id.example.com", "session-1").await?;
        load_in_frame(&other_site, issuer, "session-1").await?;
        let second = ctx.current_window().await?;
        ctx.switch_to_window(&first).await?;
        ctx.expect_signed_in(ADA).await?;
        // A renewal takes longer than a message would.
        ctx.advance_time(TOKEN_LIFETIME).await?;
        expect_renewals(ctx, 1).await?;
        ctx.switch_to_window(&second).await?;
        load_in_frame(&same_site, issuer, "session-1").await?;
        ctx.switch_to_window(&first).await?;
        ctx.expect_text("You're signed out.").await?;
        ctx.expect_signed_out(ADA).await
    });
    Ok(())
}

#[test]
fn signing_out_does_not_wait_for_a_hanging_revocation() {
    run_test(with_refresh_tokens(json!({})), async |ctx| {
        sign_in_with_test_clock(ctx, 0).await?;
        ctx.inject_fault("plain", "revocation", "hang", json!({}))?;
        let started = Instant::now();
        ctx.click(Role::Button, "Sign out").await?;
        ctx.find(Role::Heading, "Sign out of").await?;
        ensure!(started.elapsed() < Duration::from_secs(6));
        ctx.click(Role::Button, "Sign out").await?;
        ctx.expect_text("You're signed out.").await?;
        ctx.expect_signed_out(ADA).await
    });
}
