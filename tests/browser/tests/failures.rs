//! What goes wrong between page and provider: each ends at a sentence and a way on.

use anyhow::{Result, ensure};
use browser_tests::{Options, Role, Stage, run, until};
use serde_json::{Value, json};

const SSO: &str = "Sign in with Company SSO";
const ADA: &str = "Ada Lovelace";
const CANNOT_BE_FINISHED: &str = "This sign-in cannot be finished here";

#[test]
fn cancelling_at_the_provider_leads_back_to_the_picker() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.choose("Company SSO", "Cancel").await?;
        stage
            .is_refused("The sign-in was cancelled or refused")
            .await?;
        stage.address_is("").await?;
        stage.click(Role::Button, "Try again").await?;
        stage.click(Role::Button, ADA).await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn a_forged_answer_is_refused_and_asks_the_provider_for_nothing() {
    run(Options::default(), async |stage| {
        let forged = "?code=a-code-of-the-attackers-own&state=vst_forged";
        stage.open(forged).await?;
        stage.is_refused(CANNOT_BE_FINISHED).await?;
        stage.address_is("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        stage.open(forged).await?;
        stage.is_signed_in(ADA).await?;
        stage.address_is("").await?;
        ensure!(stage.asked("plain", "token")? == 1);
        Ok(())
    });
}

#[test]
fn an_answer_that_was_used_is_not_used_again() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        let answer = stage.last_answer().await?;
        stage.goto(&answer).await?;
        stage.is_signed_in(ADA).await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.sees("You are signed out here.").await?;
        stage.goto(&answer).await?;
        stage.is_refused(CANNOT_BE_FINISHED).await?;
        stage.address_is("").await?;
        ensure!(stage.asked("plain", "token")? == 1);
        Ok(())
    });
}

#[test]
fn an_answer_counts_only_in_the_tab_that_asked() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.click(Role::Button, SSO).await?;
        stage.find(Role::Button, ADA).await?;
        let asked = stage.navigations().await?;
        let state = asked
            .iter()
            .find_map(|url| url.split("state=").nth(1)?.split('&').next())
            .unwrap_or_default();
        ensure!(state.starts_with("vst_"), "{asked:?}");
        let first = stage.browser().client.window().await?;
        stage.new_tab().await?;
        stage
            .open(&format!("?code=0123456789abcdef&state={state}"))
            .await?;
        stage.is_refused(CANNOT_BE_FINISHED).await?;
        ensure!(stage.asked("plain", "token")? == 0);
        stage.browser().client.switch_to_window(first).await?;
        stage.click(Role::Button, ADA).await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn a_reload_in_the_middle_says_that_the_sign_in_was_not_finished() {
    run(Options::with_network_trouble(), async |stage| {
        stage.fault("plain", "token", "hang", json!({}))?;
        stage.open("").await?;
        stage.choose("Company SSO", ADA).await?;
        until(async || {
            Ok(match stage.asked("plain", "token")? {
                1 => Ok(()),
                times => Err(format!("the token endpoint was asked {times} times")),
            })
        })
        .await?;
        stage.reload().await?;
        stage
            .sees("Your last sign-in was not finished. You can start it again.")
            .await?;
        stage.address_is("").await?;
        ensure!(stage.asked("plain", "token")? == 1);
        stage.provider.clear_faults()?;
        stage.click(Role::Button, SSO).await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn coming_back_without_an_answer_says_that_the_sign_in_was_not_finished() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.click(Role::Button, SSO).await?;
        stage.find(Role::Button, ADA).await?;
        stage.open("").await?;
        stage
            .sees("Your last sign-in was not finished. You can start it again.")
            .await
    });
}

/// A fault, and the words that it ends at.
type Case = (&'static str, &'static str, Value, &'static str);

#[test]
fn trouble_at_the_token_endpoint_ends_at_words_and_a_way_on() {
    const FAILED: &str = "The last step of the sign-in failed";
    const REFUSED: &str = "The last step of the sign-in was refused by Company SSO";
    const UNUSABLE: &str = "The answer of Company SSO could not be used";
    run(Options::with_network_trouble(), async |stage| {
        let elsewhere = stage.provider.origin();
        let html = json!({ "body": "<!doctype html><p>Hello", "content_type": "text/html" });
        let cases: [Case; 8] = [
            (
                "token",
                "status",
                json!({ "status": 503 }),
                "A problem at Company SSO keeps you from signing in",
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
                "The sign-in could not be checked",
            ),
        ];
        stage.open("").await?;
        for (endpoint, kind, more, words) in cases {
            stage.fault("plain", endpoint, kind, more)?;
            stage.choose("Company SSO", ADA).await?;
            stage.is_refused(words).await?;
            stage.address_is("").await?;
            stage.provider.clear_faults()?;
            // The provider knows the person still.
            stage.click(Role::Button, "Try again").await?;
            stage.is_signed_in(ADA).await?;
            stage.start_over().await?;
        }
        Ok(())
    });
}

#[test]
fn trouble_with_discovery_ends_at_words_and_a_way_on() {
    const NO_CONNECTION: &str = "No connection to Company SSO";
    run(Options::with_network_trouble(), async |stage| {
        let elsewhere = stage.provider.origin();
        let cases: [Case; 5] = [
            (
                "discovery",
                "status",
                json!({ "status": 404 }),
                NO_CONNECTION,
            ),
            ("discovery", "no-cors", json!({}), NO_CONNECTION),
            (
                "discovery",
                "redirect",
                json!({ "location": elsewhere }),
                NO_CONNECTION,
            ),
            (
                "discovery",
                "json",
                json!({ "set": { "issuer": "https://id.example.com" } }),
                "The service that answered is not Company SSO",
            ),
            (
                "discovery",
                "json",
                json!({ "remove": ["token_endpoint"] }),
                "The address of Company SSO does not lead to a sign-in service",
            ),
        ];
        stage.open("").await?;
        for (endpoint, kind, more, words) in cases {
            stage.fault("plain", endpoint, kind, more)?;
            // Nothing known from before.
            stage.reload().await?;
            stage.click(Role::Button, SSO).await?;
            stage.is_refused(words).await?;
            stage.start_over().await?;
            stage.sign_in("Company SSO", ADA).await?;
            stage.start_over().await?;
        }
        Ok(())
    });
}

#[test]
fn a_provider_that_does_not_answer_is_given_up_and_can_be_tried_again() {
    run(Options::with_network_trouble(), async |stage| {
        stage.fault("plain", "token", "hang", json!({}))?;
        stage.open("").await?;
        stage.choose("Company SSO", ADA).await?;
        stage
            .is_refused("No answer from Company SSO in time")
            .await?;
        stage.provider.clear_faults()?;
        stage.click(Role::Button, "Try again").await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn a_discovery_that_does_not_answer_is_given_up_and_can_be_tried_again() {
    run(Options::with_network_trouble(), async |stage| {
        stage.fault("plain", "discovery", "hang", json!({}))?;
        stage.open("").await?;
        stage.click(Role::Button, SSO).await?;
        stage
            .is_refused("No answer from Company SSO in time")
            .await?;
        stage.provider.clear_faults()?;
        stage.click(Role::Button, "Try again").await?;
        stage.click(Role::Button, ADA).await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn userinfo_about_somebody_else_is_refused() {
    run(Options::default(), async |stage| {
        stage.fault(
            "okta",
            "userinfo",
            "json",
            json!({ "set": { "sub": "somebody-else" } }),
        )?;
        stage.open("").await?;
        stage.choose("Okta", ADA).await?;
        stage.is_refused("The sign-in could not be accepted").await
    });
}

#[test]
fn a_person_is_signed_in_though_userinfo_fails() {
    run(Options::with_network_trouble(), async |stage| {
        stage.fault("okta", "userinfo", "status", json!({ "status": 500 }))?;
        stage.open("").await?;
        stage.choose("Okta", ADA).await?;
        stage.is_signed_in("Signed in with Okta").await
    });
}

#[test]
fn without_a_network_the_page_says_so_until_it_is_back() {
    run(Options::with_network_trouble(), async |stage| {
        // So that nothing is fetched ahead.
        stage.fault("plain", "discovery", "status", json!({ "status": 503 }))?;
        stage.open("").await?;
        stage.find(Role::Button, SSO).await?;
        stage.offline().await?;
        stage
            .sees("You are offline. Connect to the network to sign in.")
            .await?;
        stage.click(Role::Button, SSO).await?;
        stage
            .is_refused("Connect to the network, then try again.")
            .await?;
        stage.provider.clear_faults()?;
        stage.online().await?;
        stage.sees("You sign in at the service you choose.").await?;
        stage.click(Role::Button, "Try again").await?;
        stage.click(Role::Button, ADA).await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn a_browser_that_forbids_storage_is_told_so() {
    let options = Options {
        preferences: json!({ "profile.default_content_setting_values.cookies": 2 }),
        ..Options::default()
    };
    run(options, async |stage| {
        stage.open("").await?;
        stage.click(Role::Button, SSO).await?;
        stage
            .sees("Your browser does not let this page remember anything")
            .await?;
        ensure!(stage.find(Role::Button, SSO).await?.is_enabled().await?);
        ensure!(stage.asked("plain", "authorization")? == 0);
        Ok(())
    });
}

#[test]
fn a_full_storage_is_told_and_nothing_is_sent() {
    const FILL: &str = "
        for (let size = 1 << 22; size >= 1; size >>= 1) {
            for (let count = 0; ; count++) {
                try { sessionStorage.setItem(`${size}.${count}`, 'x'.repeat(size)) } catch { break }
            }
        }";
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.find(Role::Button, SSO).await?;
        stage.execute(FILL, vec![]).await?;
        stage.click(Role::Button, SSO).await?;
        stage
            .sees("Your browser does not let this page remember anything")
            .await?;
        ensure!(stage.asked("plain", "authorization")? == 0);
        stage.execute("sessionStorage.clear()", vec![]).await?;
        stage.click(Role::Button, "Try again").await?;
        stage.click(Role::Button, ADA).await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn a_provider_may_change_its_keys_between_two_sign_ins() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.provider.rotate_keys("plain")?;
        stage.click(Role::Button, SSO).await?;
        stage.is_signed_in(ADA).await
    });
}

#[test]
fn two_tabs_sign_in_at_once_without_disturbing_each_other() {
    run(Options::default(), async |stage| {
        let client = &stage.browser().client;
        let first = client.window().await?;
        stage.open("").await?;
        stage.click(Role::Button, SSO).await?;
        stage.find(Role::Button, ADA).await?;
        stage.new_tab().await?;
        let second = client.window().await?;
        stage.open("").await?;
        stage.sign_in("Microsoft", "Grace Hopper").await?;
        client.switch_to_window(first.clone()).await?;
        stage.click(Role::Button, ADA).await?;
        stage.is_signed_in(ADA).await?;
        // Who signed in last is signed in in every tab.
        is_still_signed_in(stage, second, ADA).await?;
        is_still_signed_in(stage, first, ADA).await
    });
}

async fn is_still_signed_in(
    stage: &Stage,
    tab: fantoccini::wd::WindowHandle,
    name: &str,
) -> Result<()> {
    stage.browser().client.switch_to_window(tab).await?;
    stage.reload().await?;
    stage.is_signed_in(name).await
}
