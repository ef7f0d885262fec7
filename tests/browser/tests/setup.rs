//! The set-up page (`?setup`): what to register, the checks, and a trial sign-in. Other visitors neither see
//! nor download any of it.

use anyhow::{Context, Result, ensure};
use browser_tests::{Key, Role, TestContext, TestOptions, every_engine, run_test, wait_until};
use serde_json::{Value, json};
use xtask::host_fault::HostFault;
use xtask::site::SiteConfig;

every_engine![
    every_check_passes_for_the_four_issuers,
    tries_a_sign_in_and_shows_its_claims,
    shows_all_configuration_mistakes_and_what_to_register,
];

const HEADING: &str = "Check your set-up";
const SSO: &str = "Company SSO";

/// Returns the step, state and text of each check of a provider, or of the host: what is wrong is above the cards, the
/// rest in them.
const CHECKS: &str = r#"
const card = [...document.querySelectorAll("section")].find((card) => card.querySelector("h2")?.innerText === arguments[0]);
const rows = [...document.querySelectorAll("ol > li")].filter((row) =>
  card?.contains(row) || row.dataset.about?.split(", ").includes(arguments[0]));
return rows.map((row) => ({
  step: row.querySelector(".vestibule-step").textContent,
  state: row.querySelector("p > span").textContent,
  text: row.textContent,
}));"#;

/// Waits until all checks of this provider are done, and returns them.
async fn wait_for_checks(ctx: &TestContext, provider: &str) -> Result<Vec<Value>> {
    ctx.find(Role::Heading, HEADING).await?;
    let mut checks = Vec::new();
    wait_until(async || {
        let rows = ctx.execute(CHECKS, vec![json!(provider)]).await?;
        let rows = rows.as_array().cloned().unwrap_or_default();
        let done = rows.len() == 10 && rows.iter().all(|row| row["state"] != "Waiting");
        checks = rows;
        Ok(if done {
            Ok(())
        } else {
            Err(format!("the checks of {provider} aren't done: {checks:?}"))
        })
    })
    .await?;
    Ok(checks)
}

/// The steps of the checks in this state.
fn steps_in_state<'a>(checks: &'a [Value], state: &str) -> Vec<&'a str> {
    let of_state = checks.iter().filter(|row| row["state"] == state);
    of_state.filter_map(|row| row["step"].as_str()).collect()
}

#[test]
fn every_check_passes_for_the_four_issuers() {
    run_test(TestOptions::setup(), async |ctx| {
        ctx.open("?setup").await?;
        for provider in ["Microsoft", "Google", "Okta", SSO] {
            let checks = wait_for_checks(ctx, provider).await?;
            ensure!(steps_in_state(&checks, "Failed").is_empty(), "{checks:#?}");
            let unclear = steps_in_state(&checks, "Not testable");
            let expected: &[&str] = match provider {
                "Google" => &["Sign-out"],
                _ => &[],
            };
            ensure!(unclear == expected, "{provider}: {checks:#?}");
        }
        ctx.expect_text("48 passed, 0 failed, 1 not testable, 3 could be better.")
            .await?;
        // One made-up code for each provider.
        for provider in ["microsoft", "google", "okta", "plain"] {
            ensure!(ctx.request_count(provider, "token")? == 1);
        }
        let mut providers = ctx.provider.providers().as_array().into_iter().flatten();
        let secret = providers.find_map(|provider| provider.get("client_secret"));
        let secret = secret.context("no provider has a secret")?;
        let markup = "return document.documentElement.outerHTML.includes(arguments[0])";
        let shown = ctx.execute(markup, vec![secret.clone()]).await?;
        ensure!(shown == json!(false), "the client secret is shown");
        ctx.click(Role::Button, "Check again").await?;
        ctx.expect_text("48 passed, 0 failed, 1 not testable, 3 could be better.")
            .await?;
        wait_until(async || {
            Ok(match ctx.request_count("plain", "token")? {
                2 => Ok(()),
                count => Err(format!("the token endpoint received {count} requests")),
            })
        })
        .await
    });
}

#[test]
fn names_redirect_uris_that_a_mix_up_could_use_once() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("?setup").await?;
        // Three vendors that don't name themselves in their responses, next to a provider of another kind.
        ctx.expect_text("47 passed, 3 failed, 1 not testable.")
            .await?;
        let own = format!("copy index.html to {}plain.html", ctx.site.url());
        ctx.expect_text(&own).await?;
        let checks = wait_for_checks(ctx, SSO).await?;
        ensure!(steps_in_state(&checks, "Failed").is_empty(), "{checks:#?}");
        let rows = "return document.querySelectorAll('[data-about][data-state=failed]').length";
        let rows = ctx.execute(rows, vec![]).await?;
        ensure!(rows == json!(1), "one cause has {rows} rows");
        for vendor in ["Microsoft", "Google", "Okta"] {
            let checks = wait_for_checks(ctx, vendor).await?;
            let failed = steps_in_state(&checks, "Failed");
            ensure!(failed == ["Mix-up defense"], "{vendor}: {checks:#?}");
        }
        Ok(())
    });
}

#[test]
fn lists_what_to_register_in_the_vendor_s_terms() {
    let options = TestOptions {
        base_path: "/login/app/",
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        ctx.open("?setup").await?;
        ctx.find(Role::Heading, HEADING).await?;
        let script = "return [...document.querySelectorAll('section')].filter((card) => card.querySelector(':scope > dl')).map((card) => card.querySelector('dl').innerText)";
        let cards = ctx.execute(script, vec![]).await?;
        let (page, origin) = (ctx.site.url(), ctx.site.origin());
        let popup = format!("{page}callback.html");
        let logout = format!("{page}logout.html");
        let expected: [&[&str]; 4] = [
            &[
                "Single-page application",
                "Redirect URI",
                &page,
                "Second redirect URI",
                &popup,
                "Front-channel logout URL",
                &logout,
                "docs/microsoft.md",
            ],
            &[
                "Web application",
                "Authorized JavaScript origins",
                &origin,
                "Authorized redirect URIs",
                &page,
            ],
            &[
                "Single-Page Application",
                "Sign-in redirect URI",
                &page,
                "Sign-out redirect URI",
                "Trusted Origin",
                &origin,
            ],
            &[
                "Public client",
                "PKCE",
                "Redirect URI",
                &page,
                "Post-logout redirect URI",
                "docs/openid-connect.md",
            ],
        ];
        for (index, texts) in expected.iter().enumerate() {
            let card = cards[index].as_str().context("a card is missing")?;
            for text in *texts {
                ensure!(card.contains(text), "\"{text}\" is not in\n{card}");
            }
        }
        Ok(())
    });
}

/// A fault of the local provider, the check that it fails, and parts of the explanation.
struct Case {
    provider: &'static str,
    endpoint: &'static str,
    kind: &'static str,
    fault: Value,
    step: &'static str,
    texts: &'static [&'static str],
}

#[test]
fn explains_each_failed_check_with_reason_and_remedy() {
    let case = |provider, endpoint, kind, fault, step, texts| Case {
        provider,
        endpoint,
        kind,
        fault,
        step,
        texts,
    };
    let set = |name: &str, value: Value| {
        let mut members = json!({});
        members[name] = value;
        json!({ "set": members })
    };
    let refusal = |error: &str, description: &str| json!({ "status": 400, "body": { "error": error, "error_description": description } });
    let cases = [
        case(
            "plain",
            "discovery",
            "no-cors",
            json!({}),
            "Discovery document",
            &["can't read it", "\"metadata\""] as &[&str],
        ),
        case(
            "plain",
            "discovery",
            "status",
            json!({ "status": 404, "body": {} }),
            "Discovery document",
            &["status 404"],
        ),
        case(
            "plain",
            "discovery",
            "json",
            json!({ "remove": ["token_endpoint"] }),
            "Discovery document",
            &["token_endpoint"],
        ),
        case(
            "plain",
            "discovery",
            "json",
            set("issuer", json!("https://id.example.com/")),
            "Issuer",
            &["https://id.example.com/", "including any trailing slash"],
        ),
        case(
            "plain",
            "discovery",
            "json",
            set("response_types_supported", json!(["id_token"])),
            "Code flow with PKCE",
            &["response type \"code\""],
        ),
        case(
            "plain",
            "discovery",
            "json",
            set("code_challenge_methods_supported", json!(["plain"])),
            "Code flow with PKCE",
            &["Allow S256"],
        ),
        case(
            "plain",
            "discovery",
            "json",
            set("scopes_supported", json!(["email"])),
            "Scopes",
            &["Turn on OpenID Connect"],
        ),
        case(
            "plain",
            "discovery",
            "json",
            set("id_token_signing_alg_values_supported", json!(["HS256"])),
            "Signing keys",
            &["HS256 needs a shared secret"],
        ),
        case(
            "plain",
            "jwks",
            "no-cors",
            json!({}),
            "Signing keys",
            &["can't read the keys", "\"jwks\""],
        ),
        case(
            "plain",
            "jwks",
            "json",
            set("keys", json!([])),
            "Signing keys",
            &["RS256"],
        ),
        case(
            "plain",
            "token",
            "no-cors",
            json!({}),
            "Token endpoint",
            &["can't read its response", "single-page application"],
        ),
        case(
            "plain",
            "token",
            "close",
            json!({}),
            "Token endpoint",
            &["can't read its response"],
        ),
        case(
            "plain",
            "token",
            "status",
            refusal("invalid_client", "client authentication failed"),
            "Token endpoint",
            &["client authentication failed", "public client"],
        ),
        case(
            "plain",
            "token",
            "status",
            json!({ "status": 503, "body": "" }),
            "Token endpoint",
            &["503", "no setting of this page can help"],
        ),
        case(
            "microsoft",
            "token",
            "no-cors",
            json!({}),
            "Token endpoint",
            &[
                "platform \"Single-page application\"",
                "remove it from the platform Web",
            ],
        ),
        case(
            "microsoft",
            "token",
            "status",
            refusal(
                "invalid_request",
                "AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
            ),
            "Token endpoint",
            &[
                "AADSTS9002326",
                "add it under the platform \"Single-page application\"",
            ],
        ),
        case(
            "microsoft",
            "token",
            "status",
            refusal(
                "invalid_client",
                "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            ),
            "Token endpoint",
            &["AADSTS7000218", "No client secret is needed"],
        ),
        case(
            "google",
            "token",
            "status",
            refusal("invalid_request", "client_secret is missing."),
            "Token endpoint",
            &["client_secret is missing", "small server of your own"],
        ),
        case(
            "google",
            "token",
            "no-cors",
            json!({}),
            "Token endpoint",
            &["\"Authorized JavaScript origins\""],
        ),
        case(
            "okta",
            "token",
            "status",
            refusal("invalid_client", "No client credentials found."),
            "Token endpoint",
            &[
                "No client credentials found",
                "OIDC, Single-Page Application",
            ],
        ),
        case(
            "okta",
            "discovery",
            "no-cors",
            json!({}),
            "Discovery document",
            &["Trusted Origins"],
        ),
    ];
    run_test(TestOptions::setup(), async |ctx| {
        for case in &cases {
            ctx.reset().await?;
            ctx.inject_fault(case.provider, case.endpoint, case.kind, case.fault.clone())?;
            ctx.open("?setup").await?;
            let name = match case.provider {
                "microsoft" => "Microsoft",
                "google" => "Google",
                "okta" => "Okta",
                _ => SSO,
            };
            let checks = wait_for_checks(ctx, name).await?;
            ensure!(
                steps_in_state(&checks, "Failed") == [case.step],
                "{checks:#?}"
            );
            let row = checks.iter().find(|row| row["step"] == case.step);
            let row = row.and_then(|row| row["text"].as_str()).unwrap_or_default();
            for text in case.texts.iter().chain(&["What to do"]) {
                ensure!(row.contains(text), "\"{text}\" is not in\n{row}");
            }
            ctx.expect_text("1 failed").await?;
        }
        Ok(())
    });
}

/// The steps and states of what is wrong with the host.
async fn host_problems(ctx: &TestContext) -> Result<Vec<(String, String)>> {
    ctx.expect_text(" passed, ").await?;
    let rows = ctx.execute(CHECKS, vec![json!("This page's host")]).await?;
    let rows = rows.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = rows
        .iter()
        .map(|row| (text(&row["step"]), text(&row["state"])));
    Ok(all
        .filter(|(_, state)| state == "Failed" || state == "Advice")
        .collect())
}

#[test]
fn finds_what_the_host_does_wrong() {
    let options = TestOptions {
        settings: json!({ "mode": "popup", "silent_renew": true }),
        ..TestOptions::setup()
    };
    run_test(options, async |ctx| {
        for (fault, step, state, text) in [
            (
                "no-headers",
                "Security headers",
                "Failed",
                "The host sends no security headers.",
            ),
            (
                "no-wasm-type",
                "Media types",
                "Advice",
                "application/octet-stream",
            ),
            ("no-compression", "Compression", "Advice", "_bg.wasm"),
            (
                "cached-index",
                "Caching",
                "Advice",
                "index.html: max-age=600",
            ),
            ("no-callback", "callback.html", "Failed", "status 404"),
            ("clean-urls", "callback.html", "Failed", "cleanUrls"),
            (
                "framing-denied",
                "callback.html",
                "Failed",
                "frame-ancestors 'self'",
            ),
        ] {
            let played = HostFault::from_name(fault);
            ensure!(played.is_some(), "there is no fault {fault}");
            ctx.site.set_fault(played);
            ctx.open("?setup").await?;
            wait_for_checks(ctx, SSO).await?;
            ctx.expect_text(text).await?;
            let problems = host_problems(ctx).await?;
            let expected = (step.to_owned(), state.to_owned());
            ensure!(problems.contains(&expected), "{fault}: {problems:?}");
        }
        ctx.site.set_fault(None);
        ctx.click(Role::Button, "Check again").await?;
        ctx.expect_text("48 passed, 0 failed, 1 not testable, 3 could be better.")
            .await?;
        ensure!(host_problems(ctx).await?.is_empty());
        // Ready to copy, for this configuration.
        ctx.click(Role::Disclosure, "Headers to send").await?;
        ctx.expect_text(&format!("frame-ancestors {}", ctx.provider.origin()))
            .await
    });
}

#[test]
fn recognizes_a_content_security_policy_that_blocks_the_provider() {
    let options = TestOptions {
        expected_console_messages: &[
            "violates the following Content Security Policy directive",
            "Refused to connect",
            "Fetch API cannot load",
        ],
        expected_violations: &["connect-src"],
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        // The same provider under a host name that isn't in the page's policy.
        let origin = ctx.provider.origin().replace("localhost", "127.0.0.1");
        let config = json!({ "providers": [{ "id": "sso", "kind": "oidc", "client_id": "c",
            "label": SSO, "issuer": format!("{origin}/plain") }] });
        ctx.site.set_config(SiteConfig::Json(config.to_string()));
        ctx.open("?setup").await?;
        let checks = wait_for_checks(ctx, SSO).await?;
        let failed = steps_in_state(&checks, "Failed");
        ensure!(
            failed == ["Content security policy"],
            "one cause, named once: {checks:#?}"
        );
        ctx.expect_text("Add these origins to connect-src").await?;
        ctx.expect_text(&origin).await
    });
}

#[test]
fn tries_a_sign_in_and_shows_its_claims() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("?setup").await?;
        wait_for_checks(ctx, SSO).await?;
        let trial = "Try signing in with Company SSO";
        ctx.click(Role::Button, trial).await?;
        ctx.click(Role::Button, "Cancel").await?;
        ctx.find(Role::Heading, HEADING).await?;
        ctx.expect_text("Sign-in wasn't completed").await?;
        ctx.expect_url("?setup").await?;

        ctx.click(Role::Button, trial).await?;
        ctx.click(Role::Button, "Ada Lovelace").await?;
        ctx.find(Role::Heading, HEADING).await?;
        ctx.expect_focus("Sign-in works").await?;
        for claim in ["sub", "ada@example.com", "email_verified", "iss"] {
            ctx.expect_text(claim).await?;
        }
        ctx.expect_url("?setup").await?;
        // The page itself is unaffected.
        ctx.open("").await?;
        ctx.expect_signed_in("Ada Lovelace").await?;
        ctx.expect_only_a_session_stored().await?;
        ctx.open("?setup").await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.find(Role::Button, trial).await?;
        ctx.open("").await?;
        ctx.find(Role::Button, "Sign in with Company SSO")
            .await
            .map(drop)
    });
}

#[test]
fn explains_a_missing_email_address() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("?setup").await?;
        // Results move the button.
        wait_for_checks(ctx, "Microsoft").await?;
        ctx.click(Role::Button, "Try signing in with Microsoft")
            .await?;
        ctx.click(Role::Button, "Emmy Noether").await?;
        ctx.find(Role::Heading, "Sign-in works").await?;
        ctx.expect_text("no email address in the directory").await
    });
}

#[test]
fn setup_works_with_the_keyboard_alone() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("?setup").await?;
        wait_for_checks(ctx, SSO).await?;
        ctx.tab_to("Copy Redirect URI").await?;
        ctx.press(Key::Enter).await?;
        ctx.expect_focus("Copied Redirect URI").await?;
        // Announced to screen readers.
        ctx.wait_for_js("[...document.querySelectorAll('[role=status]')].some((region) => region.textContent.trim() === 'Copied Redirect URI')").await?;
        ctx.expect_clipboard(&ctx.site.url()).await?;
        ctx.tab_to("Try signing in with Microsoft").await?;
        ctx.press(Key::Enter).await?;
        ctx.tab_to("Ada Lovelace").await?;
        ctx.press(Key::Enter).await?;
        ctx.expect_focus("Sign-in works").await
    });
}

#[test]
fn shows_all_configuration_mistakes_and_what_to_register() {
    let mistakes = r#"{ "providers": [{ "id": "sso", "kind": "oidc", "client_id": "" }], "scopes": "openid" }"#;
    let options = TestOptions {
        config: Some(SiteConfig::Json(mistakes.to_owned())),
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        ctx.open("?setup").await?;
        ctx.find(Role::Heading, "Sign-in isn't set up").await?;
        for mistake in ["providers[0].client_id", "providers[0].issuer", "scopes"] {
            ctx.expect_text(mistake).await?;
        }
        ctx.find(Role::Heading, "What to register").await?;
        ctx.click(Role::Disclosure, "Microsoft Entra ID").await?;
        ctx.find(Role::Button, "Copy Redirect URI").await?;
        ctx.expect_text(&ctx.site.url()).await?;
        ctx.site.set_config(SiteConfig::Missing);
        ctx.reload().await?;
        ctx.expect_text("There's no vestibule.json next to this page.")
            .await?;
        ctx.find(Role::Heading, "What to register").await.map(drop)
    });
}

#[test]
fn other_visitors_neither_see_nor_download_the_setup() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in(SSO, "Ada Lovelace").await?;
        ctx.expect_no_text("set-up").await?;
        ctx.open("?other=setup").await?;
        ctx.expect_signed_in("Ada Lovelace").await?;
        ensure!(ctx.site_request_count("vestibule-page") > 0);
        ensure!(ctx.site_request_count("vestibule-setup") == 0);
        Ok(())
    });
}
