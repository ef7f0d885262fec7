//! A compromised provider: its tokens, keys, documents, responses and the texts in them.

use crate::{ADA, SSO};
use anyhow::{Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, run_test};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const NOT_CHECKED: &str = "We couldn't verify your sign-in";
const NOT_ACCEPTED: &str = "We couldn't verify your sign-in";

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
                "Your device's clock looks wrong",
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
    const MIXED_UP: &str = "We stopped this sign-in to protect you";
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
        // What reorders the text is left out, and the rest is cut.
        let description = format!("{MARKUP}\u{202e}{}", "x".repeat(6000));
        let error = json!({
            "error": "access_denied", "error_description": description, "error_uri": "javascript:alert(1)",
        });
        let fields = json!({ "set": error, "remove": ["code"] });
        ctx.inject_fault("plain", "authorization", "response", fields)?;
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_sign_in_error("Sign-in wasn't completed").await?;
        ctx.click(Role::Disclosure, "Technical details").await?;
        ctx.expect_text(MARKUP).await?;
        let text = ctx.visible_text().await?;
        ensure!(!text.contains('\u{202e}') && !text.contains("javascript:"));
        ensure!(text.matches('x').count() < 1000, "{}", text.len());
        expect_no_injected_elements(ctx).await
    });
}

#[test]
fn shows_markup_in_claims_as_text() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let claims = json!({
            "name": SCRIPT, "email": MARKUP, "picture": "javascript:alert(1)", MARKUP: SCRIPT,
        });
        ctx.inject_fault("plain", "id_token", "claims", json!({ "set": claims }))?;
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_signed_in(SCRIPT).await?;
        ctx.expect_text(MARKUP).await?;
        ctx.open("?setup").await?;
        ctx.expect_text("javascript:alert(1)").await?;
        expect_no_injected_elements(ctx).await?;
        ensure!(ctx.execute("return document.images.length", vec![]).await? == 0);
        Ok(())
    });
}

/// A key of 8192 bits, which is accepted, but hasn't signed anything.
fn large_key(number: usize) -> Value {
    let modulus = format!("{}{number:03}", "w".repeat(1363));
    json!({ "kty": "RSA", "n": modulus, "e": "AQAB" })
}

#[test]
fn keys_that_fit_but_signed_nothing_neither_sign_in_nor_freeze_the_page() {
    run_test(TestOptions::default(), async |ctx| {
        let off_the_curve = json!({
            "kty": "EC", "crv": "P-256", "kid": "off", "x": "A".repeat(43), "y": "A".repeat(43),
        });
        let hundred: Vec<Value> = (100..200).map(large_key).collect();
        let cases = [
            (
                "ES256",
                json!({ "alg": "ES256", "kid": "off" }),
                json!([off_the_curve]),
            ),
            (
                "RS256",
                json!({ "alg": "RS256", "kid": null }),
                json!(hundred),
            ),
        ];
        ctx.open("").await?;
        for (_, header, keys) in cases {
            let mut header = json!({ "set": header });
            if header["set"]["kid"].is_null() {
                header = json!({ "set": { "alg": "RS256" }, "remove": ["kid"] });
            }
            ctx.inject_fault("plain", "id_token", "header", header)?;
            ctx.inject_fault("plain", "jwks", "json", json!({ "set": { "keys": keys } }))?;
            ctx.click(Role::Button, SSO).await?;
            ctx.find(Role::Button, ADA).await?;
            let started = Instant::now();
            ctx.click(Role::Button, ADA).await?;
            ctx.expect_sign_in_error(NOT_CHECKED).await?;
            ensure!(started.elapsed() < Duration::from_secs(12));
            ctx.reset().await?;
        }
        ctx.sign_in("Company SSO", ADA).await
    });
}

#[test]
fn bodies_without_end_are_given_up_in_size_and_time() {
    const FAILED: &str = "We couldn't complete your sign-in";
    const TOO_LATE: &str = "We didn't hear back from Company SSO";
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let endless = json!({ "bytes": 1_000_000_000_000_u64 });
        // A few kilobytes on the network.
        let bomb = json!({ "bytes": 20_000_000, "encoding": "gzip" });
        let cases = [
            ("large", endless, FAILED, 12),
            ("large", bomb, FAILED, 12),
            ("slow-body", json!({}), TOO_LATE, 20),
        ];
        ctx.open("").await?;
        for (kind, fields, message, seconds) in cases {
            ctx.inject_fault("plain", "token", kind, fields)?;
            let started = Instant::now();
            ctx.start_sign_in("Company SSO", ADA).await?;
            ctx.expect_sign_in_error(message).await?;
            ensure!(started.elapsed() < Duration::from_secs(seconds), "{kind}");
            ctx.reset().await?;
        }
        ctx.sign_in("Company SSO", ADA).await
    });
}

#[test]
fn follows_no_redirect_of_the_key_set_or_of_userinfo() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        // An address that the page may read.
        let elsewhere = format!("{}/google/v1/userinfo", ctx.provider.origin());
        let redirect = json!({ "location": elsewhere, "status": 307 });
        ctx.inject_fault("plain", "jwks", "redirect", redirect.clone())?;
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_sign_in_error(NOT_CHECKED).await?;
        ensure!(ctx.request_count("plain", "jwks")? > 0);
        ctx.reset().await?;

        ctx.inject_fault("okta", "userinfo", "redirect", redirect)?;
        ctx.start_sign_in("Okta", ADA).await?;
        ctx.expect_signed_in("Signed in with Okta").await?;
        ensure!(ctx.request_count("okta", "userinfo")? == 1);
        ensure!(ctx.provider_requests("google", "userinfo")?.is_empty());
        Ok(())
    });
}

#[test]
fn ignores_and_removes_tokens_that_a_response_brings() {
    run_test(TestOptions::default(), async |ctx| {
        let tokens = json!({
            "access_token": "brought-by-the-response", "token_type": "Bearer", "expires_in": "3600",
            "id_token": "eyJhbGciOiJub25lIn0.e30.", "response": "eyJhbGciOiJub25lIn0.e30.",
        });
        let fields = json!({ "set": tokens });
        ctx.inject_fault("plain", "authorization", "response", fields)?;
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ctx.expect_url("").await?;
        let stored = ctx
            .execute("return JSON.stringify({ ...sessionStorage })", vec![])
            .await?
            .to_string();
        ensure!(!stored.contains("brought-by-the-response"), "{stored}");
        ensure!(ctx.request_count("plain", "token")? == 1);
        Ok(())
    });
}
