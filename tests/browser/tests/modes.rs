//! Signing in beside the page, in a popup or a hidden frame, and by itself.

use anyhow::{Context, Result, ensure};
use browser_tests::{Options, Role, Stage, other_page, run, until};
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

const SSO: &str = "Sign in with Company SSO";
const ADA: &str = "Ada Lovelace";
const GRACE: &str = "Grace Hopper";

fn popup() -> Value {
    json!({ "mode": "popup" })
}

/// Providers that the page is of one site with, so that hidden frames see their cookies.
fn same_site() -> Options {
    Options {
        host: "localhost",
        ..Options::default()
    }
}

/// Marks the page, to see whether it is still the same one later.
async fn mark(stage: &Stage) -> Result<()> {
    stage.execute("window.mark = 'here'", vec![]).await?;
    Ok(())
}

async fn is_still_there(stage: &Stage) -> Result<()> {
    stage.becomes_true("window.mark === 'here'").await
}

/// Waits until the provider was asked for another authorization.
async fn state_of_the_last_request(stage: &Stage) -> Result<String> {
    until(async || {
        let navigations = stage.navigations().await?;
        let mut states = navigations.iter().rev().filter_map(|url| {
            let (_, rest) = url.split_once("/authorize?")?.1.split_once("state=")?;
            rest.split('&').next().map(str::to_owned)
        });
        Ok(states.next().ok_or_else(|| "nobody was asked".to_owned()))
    })
    .await
}

/// From the picker into a popup, as far as the provider's people. Returns the page's window.
async fn goes_to_the_provider(stage: &Stage) -> Result<WindowHandle> {
    stage.configure(popup());
    stage.open("").await?;
    stage.click(Role::Button, SSO).await?;
    let page = stage.follow_popup().await?;
    stage.find(Role::Button, ADA).await?;
    Ok(page)
}

#[test]
fn a_popup_signs_in_and_the_page_stays() {
    run(Options::default(), async |stage| {
        stage.configure(popup());
        stage.open("?tab=2#part").await?;
        mark(stage).await?;
        stage.click(Role::Button, SSO).await?;
        let page = stage.follow_popup().await?;
        stage.click(Role::Button, ADA).await?;
        stage.popup_closes(page).await?;
        stage.is_signed_in(ADA).await?;
        is_still_there(stage).await?;
        stage.address_is("?tab=2#part").await?;
        ensure!(stage.storage().await? == ["vestibule.session"]);
        stage.reload().await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn a_popup_that_is_closed_or_blocked_says_so_and_may_be_tried_again() {
    run(Options::default(), async |stage| {
        let page = goes_to_the_provider(stage).await?;
        stage.close_window().await?;
        stage.go_to_window(&page).await?;
        stage.is_refused("The sign-in window was closed").await?;

        let block = "window.allowed = window.open; window.open = () => null";
        stage.execute(block, vec![]).await?;
        stage.click(Role::Button, "Try again").await?;
        stage
            .is_refused("Your browser blocked the sign-in window")
            .await?;

        stage
            .execute("window.open = window.allowed", vec![])
            .await?;
        stage.click(Role::Button, "Try again").await?;
        let page = stage.follow_popup().await?;
        stage.click(Role::Button, "Cancel").await?;
        stage.popup_closes(page).await?;
        stage
            .is_refused("The sign-in was cancelled or refused")
            .await?;
        ensure!(stage.asked("plain", "token")? == 0);
        Ok(())
    });
}

#[test]
fn a_provider_that_cuts_its_window_off_signs_in_all_the_same() {
    run(Options::default(), async |stage| {
        stage.configure(popup());
        let page =
            "<!doctype html><title>Wait</title><button onclick='location.reload()'>Go on</button>";
        let more = json!({
            "body": page, "content_type": "text/html", "times": 1,
            "headers": { "Cross-Origin-Opener-Policy": "same-origin" },
        });
        stage.fault("plain", "authorization", "body", more)?;
        stage.open("").await?;
        let keep =
            "const open = window.open; window.open = (...all) => (window.popup = open(...all))";
        stage.execute(keep, vec![]).await?;
        stage.click(Role::Button, SSO).await?;
        let page = stage.follow_popup().await?;
        stage.find(Role::Button, "Go on").await?;
        let popup = stage.window().await?;
        stage.go_to_window(&page).await?;
        stage.becomes_true("window.popup.closed").await?;
        // The person is at the provider, for longer than a window may look closed.
        let away = "document.hasFocus = () => false; window.since = performance.now()";
        stage.execute(away, vec![]).await?;
        stage
            .becomes_true("performance.now() - window.since > 2500")
            .await?;
        stage.does_not_see("The sign-in window was closed").await?;

        stage.go_to_window(&popup).await?;
        stage.click(Role::Button, "Go on").await?;
        stage.click(Role::Button, ADA).await?;
        stage.popup_closes(page).await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn an_answer_to_a_page_that_was_reloaded_is_used_by_nobody() {
    run(Options::default(), async |stage| {
        let page = goes_to_the_provider(stage).await?;
        let popup = stage.window().await?;
        stage.go_to_window(&page).await?;
        stage.reload().await?;
        stage.find(Role::Button, SSO).await?;
        stage.go_to_window(&popup).await?;
        stage.click(Role::Button, ADA).await?;
        stage.sees("The sign-in was not finished").await?;
        stage.find(Role::Link, "sign in here").await?;
        stage.address_is("callback.html").await?;
        ensure!(
            stage
                .history()
                .await?
                .iter()
                .all(|url| !url.contains("code="))
        );
        stage.close_window().await?;
        stage.go_to_window(&page).await?;
        stage.does_not_see("You are signed in").await?;
        ensure!(stage.storage().await?.is_empty());
        ensure!(stage.asked("plain", "token")? == 0);
        Ok(())
    });
}

#[test]
fn nobody_else_can_answer_for_the_popup() {
    run(Options::default(), async |stage| {
        let page = goes_to_the_provider(stage).await?;
        let popup = stage.window().await?;
        stage.go_to_window(&page).await?;
        let state = state_of_the_last_request(stage).await?;
        let tell = "
            const [state, answers] = arguments;
            window.channel = new BroadcastChannel(`vestibule.answer.${state}`);
            window.heard = [];
            window.channel.onmessage = ({ data }) => window.heard.push(data);
            for (const answer of answers) window.channel.postMessage(answer);
        ";
        // A page of another origin, which even knows the state.
        stage.new_tab().await?;
        stage
            .goto(&other_page("<!doctype html><title>Other</title>")?)
            .await?;
        let right = format!("code=EVIL&state={state}");
        stage
            .execute(tell, vec![json!(state), json!([right])])
            .await?;
        stage.becomes_true("window.heard.length === 0").await?;
        stage.close_window().await?;
        // A page of this origin, which does not.
        stage.go_to_window(&page).await?;
        let wrong = json!([
            "code=EVIL&state=vst_AAAAAAAAAAAAAAAAAAAAAA",
            "code=EVIL",
            7,
            null
        ]);
        stage.execute(tell, vec![json!(state), wrong]).await?;
        stage.go_to_window(&popup).await?;
        stage.click(Role::Button, ADA).await?;
        stage.popup_closes(page).await?;
        stage.is_signed_in(ADA).await?;
        ensure!(stage.asked("plain", "token")? == 1);
        Ok(())
    });
}

#[test]
fn the_callback_page_alone_says_what_it_is() {
    run(Options::default(), async |stage| {
        stage.open("callback.html").await?;
        stage.sees("There is nothing to see here").await?;
        stage.click(Role::Link, "Sign in").await?;
        stage.find(Role::Button, SSO).await?;
        stage
            .open("callback.html?code=a-forged-code-of-no-use&state=vst_forged")
            .await?;
        stage.sees("The sign-in was not finished").await?;
        stage.address_is("callback.html").await
    });
}

/// The session in storage.
async fn session(stage: &Stage) -> Result<Value> {
    let script = "return JSON.parse(sessionStorage.getItem('vestibule.session'))";
    stage.execute(script, vec![]).await
}

#[test]
fn a_session_without_a_refresh_token_is_renewed_in_a_hidden_frame() {
    run(same_site(), async |stage| {
        stage.configure(json!({ "silent_renew": true }));
        let short = json!({ "set": { "expires_in": 8 } });
        stage.fault("plain", "token", "json", short)?;
        stage.open("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        mark(stage).await?;
        stage.click(Role::Disclosure, "Show claims").await?;
        stage.sees("given_name").await?;
        let before = session(stage).await?;
        until(async || {
            let renewals = session(stage).await?["renewals"].clone();
            Ok(match renewals.as_i64() {
                Some(2..) => Ok(()),
                _ => Err(format!("there were {renewals} renewals")),
            })
        })
        .await?;
        let after = session(stage).await?;
        ensure!(after["id"] == before["id"] && after["access_token"] != before["access_token"]);
        is_still_there(stage).await?;
        // What is open stays open.
        stage.sees("given_name").await?;
        stage
            .becomes_true("document.querySelector('iframe') === null")
            .await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn a_silent_renewal_that_finds_somebody_else_changes_nothing() {
    run(same_site(), async |stage| {
        stage.configure(json!({ "silent_renew": true, "share_session": false }));
        stage.open("").await?;
        let short = json!({ "set": { "expires_in": 12 }, "times": 1 });
        stage.fault("plain", "token", "json", short)?;
        stage.sign_in("Company SSO", ADA).await?;
        let before = session(stage).await?;
        // In another tab somebody else signs in at the provider.
        let page = stage.window().await?;
        stage.new_tab().await?;
        stage.forget_at_providers().await?;
        stage.open("").await?;
        stage.sign_in("Company SSO", GRACE).await?;
        stage.go_to_window(&page).await?;
        stage.sees("Your session has ended").await?;
        stage.does_not_see(GRACE).await?;
        ensure!(before["renewals"] == 0);
        Ok(())
    });
}

#[test]
fn the_page_signs_in_by_itself_where_the_provider_knows_the_person() {
    run(same_site(), async |stage| {
        stage.open("").await?;
        // The first provider of the list is the one that is asked.
        stage.sign_in("Microsoft", ADA).await?;
        stage.configure(json!({ "auto_sign_in": "silent", "share_session": false }));
        stage.execute("sessionStorage.clear()", vec![]).await?;
        stage.reload().await?;
        stage.is_signed_in(ADA).await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.sees("You are signed out here.").await?;
        stage.reload().await?;
        stage.find(Role::Button, SSO).await?;
        stage.does_not_see("You are signed in").await
    });
}

#[test]
fn a_provider_whose_cookies_are_kept_from_frames_leads_to_the_picker() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Microsoft", ADA).await?;
        stage.configure(json!({ "auto_sign_in": "silent", "share_session": false }));
        stage.execute("sessionStorage.clear()", vec![]).await?;
        stage.reload().await?;
        stage.find(Role::Button, SSO).await?;
        stage.does_not_see("You are signed in").await?;
        let asked = stage.asked("microsoft", "authorization")?;
        stage.reload().await?;
        stage.find(Role::Button, SSO).await?;
        ensure!(stage.asked("microsoft", "authorization")? == asked);
        Ok(())
    });
}

#[test]
fn a_provider_that_is_not_to_be_framed_is_named_once() {
    let options = Options {
        console: &["X-Frame-Options"],
        ..Options::default()
    };
    run(options, async |stage| {
        let more = json!({ "status": 200, "body": "<title>Sign in</title>", "content_type": "text/html",
            "headers": { "X-Frame-Options": "DENY" } });
        stage.fault("microsoft", "authorization", "status", more)?;
        stage.configure(json!({ "auto_sign_in": "silent" }));
        stage.open("").await?;
        stage
            .sees("You could not be signed in without being asked")
            .await?;
        stage.find(Role::Button, SSO).await?;
        let asked = stage.asked("microsoft", "authorization")?;
        ensure!(asked == 1, "the provider was asked {asked} times");
        for _ in 0..2 {
            stage.reload().await?;
            stage.find(Role::Button, SSO).await?;
        }
        stage.does_not_see("without being asked").await?;
        ensure!(stage.asked("microsoft", "authorization")? == 1);
        Ok(())
    });
}

#[test]
fn a_page_with_one_provider_goes_there_once_and_then_waits_for_the_person() {
    run(Options::default(), async |stage| {
        let providers = stage.provider.providers().as_array().cloned();
        let plain = providers
            .into_iter()
            .flatten()
            .find(|provider| provider["id"] == "plain");
        let config = json!({ "auto_sign_in": "redirect", "providers": [plain.context("plain")?] });
        stage
            .site
            .set_config(xtask::site::SiteConfig::Json(config.to_string()));
        stage.open("").await?;
        stage.click(Role::Button, "Cancel").await?;
        stage.sees("The sign-in was cancelled or refused").await?;
        for _ in 0..2 {
            stage.reload().await?;
            stage.find(Role::Button, SSO).await?;
        }
        ensure!(stage.asked("plain", "authorization")? == 1);
        stage.sign_in("Company SSO", ADA).await
    });
}
