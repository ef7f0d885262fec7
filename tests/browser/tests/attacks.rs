//! What an attacker may send, by a provider, through one, or around one.

use anyhow::{Result, ensure};
use browser_tests::{Options, Role, Stage, other_page, run};
use serde_json::{Value, json};

const ADA: &str = "Ada Lovelace";
const NOT_CHECKED: &str = "The sign-in could not be checked";
const NOT_ACCEPTED: &str = "The sign-in could not be accepted";

#[test]
fn an_id_token_with_anything_wrong_signs_nobody_in() {
    run(Options::default(), async |stage| {
        let cases: [(&str, Value, &str); 11] = [
            (
                "claims",
                json!({ "set": { "nonce": "another" } }),
                NOT_ACCEPTED,
            ),
            ("claims", json!({ "remove": ["nonce"] }), NOT_ACCEPTED),
            ("claims", json!({ "remove": ["sub"] }), NOT_ACCEPTED),
            (
                "claims",
                json!({ "set": { "aud": "another-client" } }),
                NOT_ACCEPTED,
            ),
            (
                "claims",
                json!({ "set": { "iss": "https://id.example.com" } }),
                NOT_ACCEPTED,
            ),
            (
                "claims",
                json!({ "set": { "iat": 1_600_000_000, "exp": 1_600_003_600 } }),
                "The clock of your device seems to be wrong",
            ),
            ("header", json!({ "set": { "alg": "none" } }), NOT_CHECKED),
            ("header", json!({ "set": { "alg": "HS256" } }), NOT_CHECKED),
            ("header", json!({ "set": { "alg": "RS512" } }), NOT_CHECKED),
            ("signature", json!({}), NOT_CHECKED),
            ("unknown-kid", json!({}), NOT_CHECKED),
        ];
        stage.open("").await?;
        for (kind, more, words) in cases {
            stage.fault("plain", "id_token", kind, more)?;
            stage.choose("Company SSO", ADA).await?;
            stage.is_refused(words).await?;
            stage.start_over().await?;
        }
        ensure!(stage.asked("plain", "token")? == 11);
        stage.sign_in("Company SSO", ADA).await
    });
}

#[test]
fn every_signature_algorithm_of_the_key_set_is_accepted() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        for algorithm in ["PS256", "ES256", "EdDSA"] {
            stage.fault(
                "plain",
                "id_token",
                "header",
                json!({ "set": { "alg": algorithm } }),
            )?;
            stage.sign_in("Company SSO", ADA).await?;
            stage.start_over().await?;
        }
        Ok(())
    });
}

#[test]
fn an_answer_of_another_issuer_is_not_redeemed() {
    const MIXED_UP: &str = "The answer did not come from Company SSO";
    run(Options::default(), async |stage| {
        let cases = [
            (
                json!({ "set": { "iss": "https://id.example.com" } }),
                MIXED_UP,
            ),
            // The provider promises it in its metadata.
            (json!({ "remove": ["iss"] }), MIXED_UP),
        ];
        stage.open("").await?;
        for (more, words) in cases {
            stage.fault("plain", "authorization", "response", more)?;
            stage.choose("Company SSO", ADA).await?;
            stage.is_refused(words).await?;
            stage.address_is("").await?;
            stage.start_over().await?;
        }
        ensure!(stage.asked("plain", "token")? == 0);
        Ok(())
    });
}

#[test]
fn an_answer_with_another_state_is_not_redeemed() {
    run(Options::default(), async |stage| {
        let more = json!({ "set": { "state": "vst_AAAAAAAAAAAAAAAAAAAAAA" } });
        stage.fault("plain", "authorization", "response", more)?;
        stage.open("").await?;
        stage.choose("Company SSO", ADA).await?;
        stage.sees("This sign-in cannot be finished here").await?;
        stage.address_is("").await?;
        stage.does_not_see("You are signed in").await?;
        ensure!(stage.asked("plain", "token")? == 0);
        Ok(())
    });
}

const MARKUP: &str = "<img src=x onerror=alert(1)>";
const SCRIPT: &str = "<script>alert(1)</script>";

/// No element came of the text, and no script address is anywhere.
async fn is_text_only(stage: &Stage) -> Result<()> {
    let script = "return [...document.querySelectorAll('main *')].filter((element) =>
        element.matches('[src=x], [onerror], main script, iframe')
        || [...element.attributes].some(({ value }) => value.startsWith('javascript:'))).length";
    let made = stage.execute(script, vec![]).await?;
    ensure!(made == 0, "{made} elements were made of text");
    Ok(())
}

#[test]
fn markup_in_a_provider_s_error_is_shown_as_text() {
    run(Options::default(), async |stage| {
        let error = json!({ "error": "access_denied", "error_description": MARKUP });
        let more = json!({ "set": error, "remove": ["code"] });
        stage.fault("plain", "authorization", "response", more)?;
        stage.open("").await?;
        stage.choose("Company SSO", ADA).await?;
        stage
            .is_refused("The sign-in was cancelled or refused")
            .await?;
        stage
            .click(Role::Disclosure, "For the administrator")
            .await?;
        stage.sees(MARKUP).await?;
        is_text_only(stage).await
    });
}

#[test]
fn markup_in_claims_is_shown_as_text() {
    run(Options::default(), async |stage| {
        let claims = json!({
            "name": SCRIPT, "email": MARKUP, "picture": "javascript:alert(1)", MARKUP: SCRIPT,
        });
        stage.fault("plain", "id_token", "claims", json!({ "set": claims }))?;
        stage.open("").await?;
        stage.choose("Company SSO", ADA).await?;
        stage.is_signed_in(SCRIPT).await?;
        stage.sees(MARKUP).await?;
        stage.click(Role::Disclosure, "Show claims").await?;
        stage.sees("javascript:alert(1)").await?;
        is_text_only(stage).await?;
        ensure!(
            stage
                .execute("return document.images.length", vec![])
                .await?
                == 0
        );
        Ok(())
    });
}

#[test]
fn another_page_cannot_frame_this_one() {
    let options = Options {
        console: &["frame-ancestors"],
        ..Options::default()
    };
    run(options, async |stage| {
        let frame = format!("<iframe src='{}'></iframe>", stage.site.url());
        stage.goto(&other_page(&frame)?).await?;
        // The browser did ask for the page, and what the answer says forbids to show it.
        let framed =
            |(name, value): &(String, String)| name == "sec-fetch-dest" && value == "iframe";
        ensure!(
            stage
                .site
                .requests()
                .iter()
                .any(|request| request.headers.iter().any(framed))
        );
        stage.console_says("frame-ancestors 'none'").await?;
        stage.browser().client.enter_frame(0).await?;
        let address = stage.execute("return location.href", vec![]).await?;
        ensure!(address == "chrome-error://chromewebdata/", "{address}");
        Ok(stage.browser().client.enter_parent_frame().await?)
    });
}
