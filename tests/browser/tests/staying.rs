//! Staying signed in: several windows, a provider whose refresh tokens may be used once, outages, wrong
//! clocks, and the end.

use anyhow::{Result, ensure};
use browser_tests::{Key, Options, Role, Stage, other_page, run, until};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ADA: &str = "Ada Lovelace";
const NOT_RENEWED: &str = "Your session could not be renewed just now.";
const SSO: &str = "Sign in with Company SSO";
/// Seconds that access tokens live here: a few lives are less than what a clock may be wrong by without
/// being put right.
const LIFE: i64 = 20;
const DAY: i64 = 24 * 3600;

/// Sessions with refresh tokens, and more settings.
fn renewable(settings: Value) -> Options {
    let mut options = Options::with_network_trouble();
    options.settings = settings;
    options.settings["scope"] = json!("openid profile email offline_access");
    options
}

/// Signs in in the first window.
async fn begin(stage: &Stage, wrong: i64) -> Result<()> {
    stage.provider.lifetimes(json!({
        "provider": "plain", "access_token": LIFE, "id_token": 2 * DAY,
    }))?;
    stage.takes_over_time(wrong).await?;
    stage.open("").await?;
    stage.sign_in("Company SSO", ADA).await
}

/// Another window, signed in by what the first one hands it.
async fn join(stage: &Stage) -> Result<fantoccini::wd::WindowHandle> {
    let window = stage.new_window().await?;
    stage.takes_over_time(0).await?;
    stage.open("").await?;
    stage.is_signed_in(ADA).await?;
    Ok(window)
}

async fn was_renewed(stage: &Stage, times: i64) -> Result<()> {
    stage
        .becomes_true(&format!("stage.renewals() === {times}"))
        .await
}

async fn nobody_is_signed_in(stage: &Stage) -> Result<()> {
    stage.find(Role::Button, SSO).await?;
    stage.does_not_see(ADA).await?;
    let kept = stage.storage().await?;
    ensure!(kept.is_empty(), "session storage keeps {kept:?}");
    Ok(())
}

/// Waits until the token endpoint was asked for so many renewals, answered or not. The sign-in asked it
/// before.
async fn was_asked_for(stage: &Stage, times: usize) -> Result<()> {
    until(async || {
        let asked = stage.asked("plain", "token")? - 1;
        Ok(match asked == times {
            true => Ok(()),
            false => Err(format!("{asked} renewals were asked for, not {times}")),
        })
    })
    .await
}

#[test]
fn eight_windows_renew_two_hundred_times_with_one_request_each() {
    const WINDOWS: usize = 8;
    const RENEWALS: usize = 200;
    const BATCH: usize = 10;
    run(renewable(json!({})), async |stage| {
        begin(stage, 0).await?;
        let first = stage.window().await?;
        for _ in 1..WINDOWS {
            join(stage).await?;
        }
        stage.go_to_window(&first).await?;
        let begun = Instant::now();
        for _ in 0..RENEWALS / BATCH {
            let play = "stage.play(...arguments)";
            let round = vec![json!(WINDOWS - 1), json!(BATCH), json!(LIFE)];
            stage.execute(play, round).await?;
            stage
                .becomes_true(&format!("stage.played === {BATCH}"))
                .await?;
        }
        let took = begun.elapsed();
        stage.were_renewed(RENEWALS)?;
        let mut sessions = 0;
        for window in stage.browser().client.windows().await? {
            stage.go_to_window(&window).await?;
            ensure!(stage.renewals().await? == RENEWALS as i64);
            stage.find(Role::Heading, "You are signed in").await?;
            sessions += 1;
        }
        ensure!(sessions == WINDOWS);
        println!(
            "{WINDOWS} windows, {RENEWALS} renewals, {} token requests, {} sessions lost, {} ms",
            stage.token_renewals()?.len(),
            WINDOWS - sessions,
            took.as_millis()
        );
        Ok(())
    });
}

#[test]
fn a_window_that_is_closed_in_mid_flight_costs_nobody_the_session() {
    run(renewable(json!({})), async |stage| {
        begin(stage, 0).await?;
        let first = stage.window().await?;
        let second = join(stage).await?;
        let third = join(stage).await?;
        stage.go_to_window(&first).await?;
        // The first request is never answered.
        stage.fault("plain", "token", "hang", json!({ "times": 1 }))?;
        stage.passes(LIFE).await?;
        was_asked_for(stage, 1).await?;
        // They wait for their turn.
        for window in [&second, &third] {
            stage.go_to_window(window).await?;
            stage.passes(LIFE).await?;
        }
        stage.go_to_window(&first).await?;
        stage.browser().client.close_window().await?;
        for window in [&second, &third] {
            stage.go_to_window(window).await?;
            was_renewed(stage, 1).await?;
            stage.is_signed_in(ADA).await?;
        }
        was_asked_for(stage, 2).await
    });
}

#[test]
fn a_duplicated_tab_uses_no_refresh_token_twice() {
    // Tabs that are to be separate: all that the copy has is its copy.
    run(
        renewable(json!({ "share_session": false })),
        async |stage| {
            begin(stage, 0).await?;
            let first = stage.window().await?;
            stage.execute("window.open(location.href)", vec![]).await?;
            let windows = stage.browser().client.windows().await?;
            let copy = windows.iter().find(|window| **window != first);
            let copy = copy.cloned().unwrap_or_else(|| first.clone());
            ensure!(copy != first, "no tab was opened");
            stage.go_to_window(&copy).await?;
            stage.takes_over_time(0).await?;
            stage.reload().await?;
            stage.is_signed_in(ADA).await?;
            for renewals in 1..=3 {
                stage.passes_everywhere(LIFE).await?;
                for window in [&first, &copy] {
                    stage.go_to_window(window).await?;
                    was_renewed(stage, renewals).await?;
                }
            }
            for window in [&first, &copy] {
                stage.go_to_window(window).await?;
                stage.is_signed_in(ADA).await?;
            }
            stage.were_renewed(3)
        },
    );
}

#[test]
fn an_outage_at_any_step_ends_no_session_and_heals_by_itself() {
    run(renewable(json!({})), async |stage| {
        begin(stage, 0).await?;
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
        for (endpoint, kind, more) in faults {
            if endpoint == "discovery" {
                // A page that has only just been opened knows no addresses.
                stage.reload().await?;
                stage.is_signed_in(ADA).await?;
            }
            stage
                .browser()
                .devtools("Network.clearBrowserCache", json!({}))
                .await?;
            // Where the answer cannot be read, the provider has changed the token all the same.
            let grace = json!({ "provider": "plain", "grace": 60 });
            stage.provider.lifetimes(grace)?;
            stage.fault("plain", endpoint, kind, more)?;
            stage.passes(LIFE).await?;
            stage.sees(NOT_RENEWED).await?;
            stage.sees(ADA).await?;
            stage.provider.clear_faults()?;
            stage.passes(0).await?;
            renewals += 1;
            was_renewed(stage, renewals).await?;
            stage.is_signed_in(ADA).await?;
            stage.does_not_see(NOT_RENEWED).await?;
        }
        // A provider that hangs: nothing is seen of it, and the answer counts when it comes.
        for endpoint in ["jwks", "token"] {
            stage
                .browser()
                .devtools("Network.clearBrowserCache", json!({}))
                .await?;
            stage.fault("plain", endpoint, "hang", json!({}))?;
            stage.passes(LIFE).await?;
            stage.find(Role::Heading, "You are signed in").await?;
            stage.provider.clear_faults()?;
            renewals += 1;
            was_renewed(stage, renewals).await?;
        }
        Ok(())
    });
}

#[test]
fn a_network_that_comes_back_is_used_at_once() {
    run(renewable(json!({})), async |stage| {
        begin(stage, 0).await?;
        stage.offline().await?;
        stage.passes(LIFE).await?;
        stage.sees(NOT_RENEWED).await?;
        stage.sees(ADA).await?;
        stage.online().await?;
        was_renewed(stage, 1).await?;
        stage.is_signed_in(ADA).await?;
        stage.were_renewed(1)
    });
}

#[test]
fn a_provider_that_asks_to_be_left_alone_is() {
    run(renewable(json!({})), async |stage| {
        begin(stage, 0).await?;
        let headers = json!({
            "Retry-After": "100", "Access-Control-Expose-Headers": "Retry-After",
        });
        let busy = json!({ "status": 503, "headers": headers, "times": 1 });
        stage.fault("plain", "token", "status", busy)?;
        stage.passes(LIFE).await?;
        stage.sees(NOT_RENEWED).await?;
        for _ in 0..3 {
            stage.passes(30).await?;
            stage.sees(ADA).await?;
        }
        was_asked_for(stage, 1).await?;
        stage.passes(30).await?;
        was_renewed(stage, 1).await
    });
}

#[test]
fn the_provider_s_word_ends_the_session_in_every_window() {
    run(renewable(json!({})), async |stage| {
        begin(stage, 0).await?;
        let first = stage.window().await?;
        join(stage).await?;
        let ended = json!({ "status": 400, "body": { "error": "invalid_grant" } });
        stage.fault("plain", "token", "status", ended)?;
        stage.passes(LIFE).await?;
        stage.sees("Your session has ended.").await?;
        nobody_is_signed_in(stage).await?;
        stage.go_to_window(&first).await?;
        stage.sees("Your session has ended.").await?;
        nobody_is_signed_in(stage).await
    });
}

#[test]
fn a_clock_that_is_wrong_by_a_day_does_no_harm() {
    for (wrong, inline_config) in [(DAY, false), (-DAY, false), (DAY, true), (-DAY, true)] {
        let options = Options {
            inline_config,
            ..renewable(json!({ "max_session": 3600 }))
        };
        run(options, async |stage| {
            // So that tokens are renewed all the time.
            let dead = json!({ "set": { "expires_in": 0 } });
            stage.fault("plain", "token", "json", dead)?;
            begin(stage, wrong).await?;
            stage.reload().await?;
            stage.is_signed_in(ADA).await?;
            // Then it is put right, and wrong again, while the page is open.
            for clock in [wrong, 0, -wrong] {
                let change = "stage.wrong = arguments[0]; return stage.renewals()";
                let renewals = stage.execute(change, vec![json!(clock * 1000)]).await?;
                stage.passes(0).await?;
                stage
                    .becomes_true(&format!("stage.renewals() > {renewals}"))
                    .await?;
                stage.is_signed_in(ADA).await?;
            }
            let renewals = stage.token_renewals()?;
            let refused = renewals.iter().filter(|(status, _)| *status == 400);
            ensure!(refused.count() == 0, "{renewals:?}");
            Ok(())
        });
    }
}

#[test]
fn a_sign_out_reaches_every_window_within_a_second() {
    run(renewable(json!({})), async |stage| {
        begin(stage, 0).await?;
        let first = stage.window().await?;
        let second = join(stage).await?;
        stage
            .execute(
                "new MutationObserver(() => document.title === 'Sign in' && (stage.at ??= Date.now()))
                    .observe(document.head, { subtree: true, childList: true, characterData: true })",
                vec![],
            )
            .await?;
        stage.go_to_window(&first).await?;
        let at = "return Date.now()";
        let begun = stage.execute(at, vec![]).await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.sees("You are signed out here.").await?;
        nobody_is_signed_in(stage).await?;
        stage.go_to_window(&second).await?;
        stage.sees("You are signed out here.").await?;
        nobody_is_signed_in(stage).await?;
        let heard = stage.execute("return stage.at", vec![]).await?;
        let took = heard.as_f64().unwrap_or(f64::MAX) - begun.as_f64().unwrap_or_default();
        ensure!(took < 1000.0, "it took {took} ms");
        Ok(())
    });
}

#[test]
fn a_window_that_was_elsewhere_shows_nobody_who_signed_out() {
    run(renewable(json!({})), async |stage| {
        begin(stage, 0).await?;
        let first = stage.window().await?;
        let second = join(stage).await?;
        stage.go_to_window(&first).await?;
        stage.goto(&stage.provider.origin()).await?;
        stage.go_to_window(&second).await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.sees("You are signed out here.").await?;
        stage.go_to_window(&first).await?;
        stage.back().await?;
        stage.find(Role::Button, SSO).await?;
        nobody_is_signed_in(stage).await
    });
}

#[test]
fn people_are_asked_before_they_are_signed_out_for_not_being_there() {
    run(renewable(json!({ "idle_timeout": 600 })), async |stage| {
        begin(stage, 0).await?;
        let first = stage.window().await?;
        let second = join(stage).await?;
        // Opening a window is being there, and it is told of a moment later; loading it again is not.
        stage.reload().await?;
        stage.is_signed_in(ADA).await?;
        stage.passes_everywhere(545).await?;
        for window in [&first, &second] {
            stage.go_to_window(window).await?;
            stage
                .find(Role::AlertDialog, "Are you still there?")
                .await?;
        }
        ensure!(stage.focused().await?.contains("Stay signed in"));
        stage.sees("Signing out in 5").await?;
        stage.press(Key::Escape).await?;
        for window in [&second, &first] {
            stage.go_to_window(window).await?;
            stage
                .becomes_true("!document.querySelector('dialog')")
                .await?;
        }
        // The button does the same.
        stage.passes_everywhere(545).await?;
        stage
            .find(Role::AlertDialog, "Are you still there?")
            .await?;
        stage.has_no_horizontal_scroll().await?;
        stage.click(Role::Button, "Stay signed in").await?;
        stage
            .becomes_true("!document.querySelector('dialog')")
            .await?;
        stage.passes_everywhere(600).await?;
        for window in [&first, &second] {
            stage.go_to_window(window).await?;
            stage
                .sees("You were signed out because nothing was done here for a while.")
                .await?;
            nobody_is_signed_in(stage).await?;
        }
        Ok(())
    });
}

#[test]
fn an_end_that_cannot_be_put_off_is_told_ahead() {
    run(renewable(json!({ "max_session": 3600 })), async |stage| {
        begin(stage, 0).await?;
        stage.sees("until").await?;
        stage.passes(3200).await?;
        was_renewed(stage, 1).await?;
        stage.does_not_see("Your session ends at").await?;
        stage.passes(200).await?;
        stage.sees("Your session ends at").await?;
        stage.sees(ADA).await?;
        stage.passes(200).await?;
        stage.sees("Your session has ended.").await?;
        nobody_is_signed_in(stage).await
    });
}

#[test]
fn a_session_in_memory_lives_as_long_as_a_page_of_it() {
    run(renewable(json!({ "storage": "memory" })), async |stage| {
        stage.open("").await?;
        stage.choose("Company SSO", ADA).await?;
        stage.sees(ADA).await?;
        ensure!(stage.storage().await?.is_empty());
        let first = stage.window().await?;
        stage.new_window().await?;
        stage.open("").await?;
        stage.sees(ADA).await?;
        stage.reload().await?;
        stage.sees(ADA).await?;
        ensure!(stage.storage().await?.is_empty());
        stage.browser().client.close_window().await?;
        stage.go_to_window(&first).await?;
        stage.reload().await?;
        stage.find(Role::Button, SSO).await?;
        stage.does_not_see(ADA).await
    });
}

/// Somebody else's page, with a frame of the address that its query names.
const FRAMING: &str = "<!doctype html><title>waits</title><iframe></iframe><script>
    const frame = document.querySelector('iframe');
    frame.onload = () => document.title = 'framed';
    frame.src = new URLSearchParams(location.search).get('frame');
</script>";

#[test]
fn a_sign_out_at_the_provider_is_heard_from_a_frame_of_the_same_site_and_no_other() -> Result<()> {
    let same_site = other_page(FRAMING)?;
    let other_site = same_site.replace("127.0.0.1", "localhost");
    let origin = |url: &str| url.trim_end_matches('/').to_owned();
    let mut options = renewable(json!({}));
    options.more_origins = vec![origin(&same_site), origin(&other_site)];
    run(options, async |stage| {
        let sid = json!({ "set": { "sid": "session-1" } });
        stage.fault("plain", "id_token", "claims", sid)?;
        begin(stage, 0).await?;
        let first = stage.window().await?;
        stage.new_window().await?;
        let providers = stage.provider.providers().as_array().into_iter().flatten();
        let issuer = providers
            .filter(|provider| provider["id"] == "plain")
            .find_map(|provider| provider["issuer"].as_str())
            .unwrap_or_default();
        let frames = async |site: &str, iss: &str, sid: &str| -> Result<()> {
            let address = format!("{}logout.html?iss={iss}&sid={sid}", stage.site.url());
            let address = url::form_urlencoded::byte_serialize(address.as_bytes());
            let address: String = address.collect();
            stage.goto(&format!("{site}?frame={address}")).await?;
            stage.becomes_true("document.title === 'framed'").await
        };
        // Another session, another issuer; and what browsers keep from arriving.
        frames(&same_site, issuer, "session-2").await?;
        frames(&same_site, "https://id.example.com", "session-1").await?;
        frames(&other_site, issuer, "session-1").await?;
        let second = stage.window().await?;
        stage.go_to_window(&first).await?;
        stage.is_signed_in(ADA).await?;
        // Renewing takes longer than a message.
        stage.passes(LIFE).await?;
        was_renewed(stage, 1).await?;
        stage.go_to_window(&second).await?;
        frames(&same_site, issuer, "session-1").await?;
        stage.go_to_window(&first).await?;
        stage.sees("You are signed out.").await?;
        nobody_is_signed_in(stage).await
    });
    Ok(())
}

#[test]
fn a_provider_that_does_not_answer_keeps_nobody_from_signing_out() {
    run(renewable(json!({})), async |stage| {
        begin(stage, 0).await?;
        stage.fault("plain", "revocation", "hang", json!({}))?;
        let begun = Instant::now();
        stage.click(Role::Button, "Sign out").await?;
        stage.find(Role::Heading, "Sign out of").await?;
        ensure!(begun.elapsed() < Duration::from_secs(6));
        stage.click(Role::Button, "Sign out").await?;
        stage.sees("You are signed out.").await?;
        nobody_is_signed_in(stage).await
    });
}
