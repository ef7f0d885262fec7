//! Attacks: compromised providers, forged responses, markup in data, framing.

use anyhow::{Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, run_test, serve_third_party_page};
use serde_json::{Value, json};

const ADA: &str = "Ada Lovelace";
const NOT_CHECKED: &str = "The sign-in could not be checked";
const NOT_ACCEPTED: &str = "The sign-in could not be accepted";

#[test]
fn rejects_id_tokens_with_any_invalid_claim_header_or_signature() {
    run_test(TestOptions::default(), async |ctx| {
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
        ctx.open("").await?;
        for (kind, fields, message) in cases {
            ctx.inject_fault("plain", "id_token", kind, fields)?;
            ctx.start_sign_in("Company SSO", ADA).await?;
            ctx.expect_sign_in_error(message).await?;
            ctx.reset().await?;
        }
        ensure!(ctx.request_count("plain", "token")? == 11);
        ctx.sign_in("Company SSO", ADA).await
    });
}

#[test]
fn accepts_every_signature_algorithm_in_the_key_set() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        for algorithm in ["PS256", "ES256", "EdDSA"] {
            ctx.inject_fault(
                "plain",
                "id_token",
                "header",
                json!({ "set": { "alg": algorithm } }),
            )?;
            ctx.sign_in("Company SSO", ADA).await?;
            ctx.reset().await?;
        }
        Ok(())
    });
}

#[test]
fn rejects_a_response_from_another_issuer() {
    const MIXED_UP: &str = "The answer did not come from Company SSO";
    run_test(TestOptions::default(), async |ctx| {
        let cases = [
            (
                json!({ "set": { "iss": "https://id.example.com" } }),
                MIXED_UP,
            ),
            // The provider's metadata promises an `iss` (RFC 9207).
            (json!({ "remove": ["iss"] }), MIXED_UP),
        ];
        ctx.open("").await?;
        for (fields, message) in cases {
            ctx.inject_fault("plain", "authorization", "response", fields)?;
            ctx.start_sign_in("Company SSO", ADA).await?;
            ctx.expect_sign_in_error(message).await?;
            ctx.expect_url("").await?;
            ctx.reset().await?;
        }
        ensure!(ctx.request_count("plain", "token")? == 0);
        Ok(())
    });
}

#[test]
fn rejects_a_response_with_another_state() {
    run_test(TestOptions::default(), async |ctx| {
        let fields = json!({ "set": { "state": "vst_AAAAAAAAAAAAAAAAAAAAAA" } });
        ctx.inject_fault("plain", "authorization", "response", fields)?;
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_text("This sign-in cannot be finished here")
            .await?;
        ctx.expect_url("").await?;
        ctx.expect_no_text("You are signed in").await?;
        ensure!(ctx.request_count("plain", "token")? == 0);
        Ok(())
    });
}

const MARKUP: &str = "<img src=x onerror=alert(1)>";
const SCRIPT: &str = "<script>alert(1)</script>";

/// Expects that the text created no elements, and that no attribute holds a script URL.
async fn expect_no_injected_elements(ctx: &TestContext) -> Result<()> {
    let script = "return [...document.querySelectorAll('main *')].filter((element) =>
        element.matches('[src=x], [onerror], main script, iframe')
        || [...element.attributes].some(({ value }) => value.startsWith('javascript:'))).length";
    let injected = ctx.execute(script, vec![]).await?;
    ensure!(injected == 0, "the text created {injected} elements");
    Ok(())
}

#[test]
fn shows_markup_in_provider_errors_as_text() {
    run_test(TestOptions::default(), async |ctx| {
        let error = json!({ "error": "access_denied", "error_description": MARKUP });
        let fields = json!({ "set": error, "remove": ["code"] });
        ctx.inject_fault("plain", "authorization", "response", fields)?;
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_sign_in_error("The sign-in was cancelled or refused")
            .await?;
        ctx.click(Role::Disclosure, "For the administrator").await?;
        ctx.expect_text(MARKUP).await?;
        expect_no_injected_elements(ctx).await
    });
}

#[test]
fn shows_markup_in_claims_as_text() {
    run_test(TestOptions::default(), async |ctx| {
        let claims = json!({
            "name": SCRIPT, "email": MARKUP, "picture": "javascript:alert(1)", MARKUP: SCRIPT,
        });
        ctx.inject_fault("plain", "id_token", "claims", json!({ "set": claims }))?;
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_signed_in(SCRIPT).await?;
        ctx.expect_text(MARKUP).await?;
        ctx.click(Role::Disclosure, "Show claims").await?;
        ctx.expect_text("javascript:alert(1)").await?;
        expect_no_injected_elements(ctx).await?;
        ensure!(ctx.execute("return document.images.length", vec![]).await? == 0);
        Ok(())
    });
}

#[test]
fn other_sites_cannot_frame_the_page() {
    let options = TestOptions {
        expected_console_messages: &["frame-ancestors"],
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        let frame = format!("<iframe src='{}'></iframe>", ctx.site.url());
        ctx.goto(&serve_third_party_page(&frame)?).await?;
        // The browser requests the page, but its headers forbid showing it.
        let framed =
            |(name, value): &(String, String)| name == "sec-fetch-dest" && value == "iframe";
        ensure!(
            ctx.site
                .requests()
                .iter()
                .any(|request| request.headers.iter().any(framed))
        );
        ctx.expect_console_message("frame-ancestors 'none'").await?;
        ctx.browser().client.enter_frame(0).await?;
        let address = ctx.execute("return location.href", vec![]).await?;
        ensure!(address == "chrome-error://chromewebdata/", "{address}");
        Ok(ctx.browser().client.enter_parent_frame().await?)
    });
}
