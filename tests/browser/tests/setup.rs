//! The set-up page (`?setup`): what an administrator copies, what the checks tell, and a sign-in to
//! try. Nobody else sees or downloads any of it.

use anyhow::{Context, Result, ensure};
use browser_tests::{Key, Options, Role, Stage, run, until};
use serde_json::{Value, json};
use xtask::site::SiteConfig;

const TITLE: &str = "Check your set-up";
const COMPANY: &str = "Company SSO";

/// Every step with its state and words, of the provider of this name.
const CHECKS: &str = r#"
const card = [...document.querySelectorAll("section")].find((card) => card.querySelector("h2")?.innerText === arguments[0]);
return [...(card?.querySelectorAll("ol > li") ?? [])].map((row) => ({
  step: row.querySelector("h4").innerText,
  state: row.querySelector("p > span").innerText,
  words: row.innerText,
}));"#;

/// The checks of this provider, once none is waiting.
async fn checks(stage: &Stage, provider: &str) -> Result<Vec<Value>> {
    stage.find(Role::Heading, TITLE).await?;
    let mut made = Vec::new();
    until(async || {
        let rows = stage.execute(CHECKS, vec![json!(provider)]).await?;
        let rows = rows.as_array().cloned().unwrap_or_default();
        let ended = rows.len() == 9 && rows.iter().all(|row| row["state"] != "Waiting");
        made = rows;
        Ok(match ended {
            true => Ok(()),
            false => Err(format!("the checks of {provider} do not end: {made:?}")),
        })
    })
    .await?;
    Ok(made)
}

/// The steps in this state.
fn in_state<'a>(checks: &'a [Value], state: &str) -> Vec<&'a str> {
    let of_state = checks.iter().filter(|row| row["state"] == state);
    of_state.filter_map(|row| row["step"].as_str()).collect()
}

#[test]
fn every_check_passes_with_the_four_issuers() {
    // The token endpoint refuses a made-up code, and the browser's console tells of it.
    run(Options::with_network_trouble(), async |stage| {
        stage.open("?setup").await?;
        for provider in ["Microsoft", "Google", "Okta", COMPANY] {
            let checks = checks(stage, provider).await?;
            ensure!(in_state(&checks, "Failed").is_empty(), "{checks:#?}");
            let unclear = in_state(&checks, "Not testable");
            let expected: &[&str] = match provider {
                "Google" => &["Sign-out"],
                _ => &[],
            };
            ensure!(unclear == expected, "{provider}: {checks:#?}");
        }
        stage.sees("35 passed, 0 failed, 1 not testable.").await?;
        // A code that nobody issued, one for each.
        for provider in ["microsoft", "google", "okta", "plain"] {
            ensure!(stage.asked(provider, "token")? == 1);
        }
        let mut providers = stage.provider.providers().as_array().into_iter().flatten();
        let secret = providers.find_map(|provider| provider.get("client_secret"));
        let secret = secret.context("no provider has a secret")?;
        let markup = "return document.documentElement.outerHTML.includes(arguments[0])";
        let shown = stage.execute(markup, vec![secret.clone()]).await?;
        ensure!(shown == json!(false), "the client secret is shown");
        stage.click(Role::Button, "Check again").await?;
        stage.sees("35 passed, 0 failed, 1 not testable.").await?;
        until(async || {
            Ok(match stage.asked("plain", "token")? {
                2 => Ok(()),
                count => Err(format!("the token endpoint was asked {count} times")),
            })
        })
        .await
    });
}

#[test]
fn what_to_register_is_there_in_the_vendor_s_words() {
    let options = Options {
        base_path: "/login/app/",
        ..Options::with_network_trouble()
    };
    run(options, async |stage| {
        stage.open("?setup").await?;
        stage.find(Role::Heading, TITLE).await?;
        let script = "return [...document.querySelectorAll('section')].filter((card) => card.querySelector('dl')).map((card) => card.querySelector('dl').innerText)";
        let cards = stage.execute(script, vec![]).await?;
        let (page, origin) = (stage.site.url(), stage.site.origin());
        let popup = format!("{page}callback.html");
        let expected: [&[&str]; 4] = [
            &[
                "Single-page application",
                "Redirect URI",
                &page,
                "Second redirect URI",
                &popup,
                "docs/microsoft.md",
            ],
            &[
                "Web application",
                "Authorised JavaScript origin",
                &origin,
                "Authorised redirect URI",
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
        for (index, words) in expected.iter().enumerate() {
            let card = cards[index].as_str().context("a card is missing")?;
            for word in *words {
                ensure!(card.contains(word), "\"{word}\" is not in\n{card}");
            }
        }
        Ok(())
    });
}

/// A fault of the local provider, the step that fails of it, and words of its reason and remedy.
struct Case {
    provider: &'static str,
    endpoint: &'static str,
    kind: &'static str,
    fault: Value,
    step: &'static str,
    words: &'static [&'static str],
}

#[test]
fn each_failure_is_told_with_its_reason_and_its_remedy() {
    let case = |provider, endpoint, kind, fault, step, words| Case {
        provider,
        endpoint,
        kind,
        fault,
        step,
        words,
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
            &["cannot read it", "\"metadata\""] as &[&str],
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
            &["https://id.example.com/", "including a slash at its end"],
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
            &["Switch OpenID Connect on"],
        ),
        case(
            "plain",
            "discovery",
            "json",
            set("id_token_signing_alg_values_supported", json!(["HS256"])),
            "Signing keys",
            &["HS256 would need a secret"],
        ),
        case(
            "plain",
            "jwks",
            "no-cors",
            json!({}),
            "Signing keys",
            &["cannot read the keys", "\"jwks\""],
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
            &["cannot read what it answers", "single-page application"],
        ),
        case(
            "plain",
            "token",
            "close",
            json!({}),
            "Token endpoint",
            &["cannot read what it answers"],
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
            &["503", "Try again in a few minutes."],
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
            &["Authorised JavaScript origins"],
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
    run(Options::with_network_trouble(), async |stage| {
        for case in &cases {
            stage.start_over().await?;
            stage.fault(case.provider, case.endpoint, case.kind, case.fault.clone())?;
            stage.open("?setup").await?;
            let name = match case.provider {
                "microsoft" => "Microsoft",
                "google" => "Google",
                "okta" => "Okta",
                _ => COMPANY,
            };
            let checks = checks(stage, name).await?;
            ensure!(in_state(&checks, "Failed") == [case.step], "{checks:#?}");
            let row = checks.iter().find(|row| row["step"] == case.step);
            let row = row
                .and_then(|row| row["words"].as_str())
                .unwrap_or_default();
            for words in case.words.iter().chain(&["What to do"]) {
                ensure!(row.contains(words), "\"{words}\" is not in\n{row}");
            }
            stage.sees("1 failed").await?;
        }
        Ok(())
    });
}

#[test]
fn a_policy_that_lacks_the_provider_is_told_apart() {
    let options = Options {
        console: &[
            "violates the following Content Security Policy directive",
            "Refused to connect",
            "Fetch API cannot load",
        ],
        ..Options::with_network_trouble()
    };
    run(options, async |stage| {
        // The same provider under a name that the page's policy does not have.
        let origin = stage.provider.origin().replace("localhost", "127.0.0.1");
        let config = json!({ "providers": [{ "id": "sso", "kind": "oidc", "client_id": "c",
            "label": COMPANY, "issuer": format!("{origin}/plain") }] });
        stage.site.set_config(SiteConfig::Json(config.to_string()));
        stage.open("?setup").await?;
        let checks = checks(stage, COMPANY).await?;
        let failed = in_state(&checks, "Failed");
        ensure!(
            failed == ["Discovery document", "Content security policy"],
            "{checks:#?}"
        );
        stage.sees("Add these origins to connect-src").await?;
        stage.sees(&origin).await
    });
}

#[test]
fn a_sign_in_is_tried_and_its_claims_are_shown() {
    run(Options::with_network_trouble(), async |stage| {
        stage.open("?setup").await?;
        checks(stage, COMPANY).await?;
        let trial = "Try signing in with Company SSO";
        stage.click(Role::Button, trial).await?;
        stage.click(Role::Button, "Cancel").await?;
        stage.find(Role::Heading, TITLE).await?;
        stage.find(Role::Alert, "").await?;
        stage.address_is("?setup").await?;

        stage.click(Role::Button, trial).await?;
        stage.click(Role::Button, "Ada Lovelace").await?;
        stage.find(Role::Heading, TITLE).await?;
        stage.waits_for_focus("The sign-in works").await?;
        for claim in ["sub", "ada@example.com", "email_verified", "iss"] {
            stage.sees(claim).await?;
        }
        stage.address_is("?setup").await?;
        // The page for everybody is back where it was.
        stage.open("").await?;
        stage.is_signed_in("Ada Lovelace").await?;
        let storage = stage.storage().await?;
        ensure!(storage == ["vestibule.session"], "{storage:?}");
        stage.open("?setup").await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.find(Role::Button, trial).await?;
        stage.open("").await?;
        stage
            .find(Role::Button, "Sign in with Company SSO")
            .await
            .map(drop)
    });
}

#[test]
fn an_e_mail_address_that_is_missing_comes_with_its_remedy() {
    run(Options::with_network_trouble(), async |stage| {
        stage.open("?setup").await?;
        stage
            .click(Role::Button, "Try signing in with Microsoft")
            .await?;
        stage.click(Role::Button, "Emmy Noether").await?;
        stage.find(Role::Heading, "The sign-in works").await?;
        stage.sees("add the optional claim \"email\"").await
    });
}

#[test]
fn everything_can_be_done_by_keyboard() {
    run(Options::with_network_trouble(), async |stage| {
        let permissions =
            json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        stage
            .browser()
            .devtools("Browser.grantPermissions", permissions)
            .await?;
        stage.open("?setup").await?;
        checks(stage, COMPANY).await?;
        stage.tab_to("Copy Redirect URI").await?;
        stage.press(Key::Enter).await?;
        stage.waits_for_focus("Copied Redirect URI").await?;
        // What a screen reader is told.
        stage.becomes_true("[...document.querySelectorAll('[role=status]')].some((region) => region.textContent.trim() === 'Copied Redirect URI')").await?;
        let script = "navigator.clipboard.readText().then(arguments[arguments.length - 1])";
        let copied = stage.browser().client.execute_async(script, vec![]).await?;
        ensure!(copied == json!(stage.site.url()), "{copied}");
        stage.tab_to("Try signing in with Microsoft").await?;
        stage.press(Key::Enter).await?;
        stage.tab_to("Ada Lovelace").await?;
        stage.press(Key::Enter).await?;
        stage.waits_for_focus("The sign-in works").await
    });
}

#[test]
fn a_configuration_with_mistakes_shows_them_all_and_what_to_register() {
    let mistakes = r#"{ "providers": [{ "id": "sso", "kind": "oidc", "client_id": "" }], "scopes": "openid" }"#;
    let options = Options {
        config: Some(SiteConfig::Json(mistakes.to_owned())),
        ..Options::with_network_trouble()
    };
    run(options, async |stage| {
        stage.open("?setup").await?;
        stage.find(Role::Heading, "Sign-in is not set up").await?;
        for words in ["providers[0].client_id", "providers[0].issuer", "scopes"] {
            stage.sees(words).await?;
        }
        stage.find(Role::Heading, "What to register").await?;
        stage.click(Role::Disclosure, "Microsoft Entra ID").await?;
        stage.find(Role::Button, "Copy Redirect URI").await?;
        stage.sees(&stage.site.url()).await?;
        stage.site.set_config(SiteConfig::Missing);
        stage.reload().await?;
        stage
            .sees("There is no vestibule.json beside this page.")
            .await?;
        stage
            .find(Role::Heading, "What to register")
            .await
            .map(drop)
    });
}

#[test]
fn ordinary_visitors_see_and_download_nothing_of_it() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in(COMPANY, "Ada Lovelace").await?;
        stage.does_not_see("set-up").await?;
        stage.open("?other=setup").await?;
        stage.is_signed_in("Ada Lovelace").await?;
        let asked = stage.site.requests();
        ensure!(
            asked
                .iter()
                .any(|request| request.path_and_query.contains("vestibule-page"))
        );
        ensure!(
            asked
                .iter()
                .all(|request| !request.path_and_query.contains("vestibule-full")
                    && !request.path_and_query.contains("vestibule-setup"))
        );
        Ok(())
    });
}
