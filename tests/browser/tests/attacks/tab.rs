//! Other tabs and frames of the page's origin, and what scripts have left in session storage. A script that
//! runs on the origin can do anything; these can't run one.

use crate::{ADA, SSO};
use anyhow::{Context, Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, run_test, serve_third_party_page, wait_until};
use serde_json::{Value, json};

/// The `state` of the authorization request that the browser made last.
async fn last_state(ctx: &TestContext) -> Result<String> {
    wait_until(async || {
        let navigations = ctx.navigations().await?;
        let states = navigations.iter().rev().find_map(|url| {
            let (_, rest) = url.split_once("/authorize?")?.1.split_once("state=")?;
            rest.split('&').next().map(str::to_owned)
        });
        Ok(states.ok_or_else(|| "there was no authorization request".to_owned()))
    })
    .await
}

#[test]
fn the_provider_s_page_in_a_popup_cannot_reach_the_page_that_opened_it() {
    let options = TestOptions::with_settings(json!({ "mode": "popup" }));
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.click(Role::Button, SSO).await?;
        let page = ctx.switch_to_popup().await?;
        ctx.find(Role::Button, ADA).await?;
        // Through its opener, it could send the page to an imitation of it.
        let opener = ctx.execute("return window.opener === null", vec![]).await?;
        ensure!(opener == true, "the popup has an opener");
        ctx.click(Role::Button, ADA).await?;
        ctx.wait_for_popup_to_close(page).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn frames_of_other_sites_cannot_answer_a_popup_even_if_they_know_its_state() {
    let options = TestOptions {
        // The frames are refused, or fail on purpose.
        expected_console_messages: &["frame-ancestors"],
        expected_violations: &["frame-ancestors"],
        ..TestOptions::with_settings(json!({ "mode": "popup" }))
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.click(Role::Button, SSO).await?;
        let page = ctx.switch_to_popup().await?;
        ctx.find(Role::Button, ADA).await?;
        let popup = ctx.current_window().await?;
        let state = last_state(ctx).await?;
        let answer = format!("{}callback.html?code=EVIL&state={state}", ctx.site.url());
        let post = format!(
            "<script>new BroadcastChannel(\"vestibule.answer.{state}\").postMessage(\"{answer}\")</script>"
        );
        // The callback page in a frame, a frame of the same site without an origin, and another site.
        let attacker = serve_third_party_page(&format!(
            "<!doctype html><title>Attacker</title>{post}
             <iframe src='{answer}'></iframe>
             <iframe sandbox='allow-scripts' srcdoc='{post}'></iframe>
             <iframe sandbox='allow-scripts allow-same-origin' src='{answer}'></iframe>"
        ))?;
        let other_site = attacker.replace("127.0.0.1", "localhost");
        for address in [&attacker, &other_site] {
            ctx.switch_to_window(&page).await?;
            ctx.new_tab().await?;
            ctx.goto(address).await?;
            ctx.expect_console_message("frame-ancestors 'self'").await?;
            ctx.close_window().await?;
        }
        // None of them was heard: the page still waits for the right answer.
        ctx.switch_to_window(&popup).await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.wait_for_popup_to_close(page).await?;
        ctx.expect_signed_in(ADA).await?;
        let requests = ctx.provider_requests("plain", "token")?;
        let exchanges = requests.iter().filter(|sent| sent["method"] == "POST");
        ensure!(exchanges.count() == 1);
        let answered = ctx.last_callback_url().await.context("no answer")?;
        ensure!(!answered.contains("EVIL"), "{answered}");
        Ok(())
    });
}

/// Leaves records in session storage: a session with this number in this member, and everything else that
/// has a number in it.
const POISON: &str = r#"
const [key, session, member, number] = arguments;
sessionStorage.clear();
const changed = JSON.stringify({ ...JSON.parse(session), [member]: "NUMBER" }).replace('"NUMBER"', number);
const transaction = `{"version":3,"provider":"plain","started_at":${number},"return_to":"//evil.example"}`;
for (const [name, value] of [
  [key, changed],
  [key.replace("session", "account") + ".x", changed],
  ["vestibule.activity", number],
  ["vestibule.auto_redirect", number],
  ["vestibule.sign_out", "x"],
  ["vestibule.transaction.vst_x", transaction],
  [`vestibule.stash.${key}`, "["],
]) sessionStorage.setItem(name, value);
"#;

#[test]
fn the_most_extreme_records_neither_stop_the_page_nor_keep_people_from_signing_in() {
    let settings = json!({ "several_accounts": true, "idle_timeout": 600, "max_session": 3600 });
    run_test(TestOptions::with_settings(settings), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        let read = "return Object.entries(sessionStorage).find(([key]) => key.startsWith('vestibule.session'))";
        let record = ctx.execute(read, vec![]).await?;
        let session: Value = serde_json::from_str(record[1].as_str().unwrap_or_default())?;
        ensure!(session["subject"].is_string(), "{record}");
        for member in [
            "renewals",
            "started_at",
            "renewed_at",
            "expires_at",
            "refresh_token_expires_at",
        ] {
            for number in [i64::MIN, i64::MAX] {
                let (key, session) = (record[0].clone(), record[1].clone());
                let arguments = vec![key, session, json!(member), json!(number.to_string())];
                ctx.execute(POISON, arguments).await?;
                ctx.reload().await?;
                // Either view is fine, as long as there is one.
                ctx.wait_for_js("document.querySelector('main button') !== null")
                    .await?;
                ctx.expect_url("").await?;
            }
        }
        ensure!(ctx.request_count("plain", "token")? == 1);
        ctx.reset().await?;
        ctx.sign_in("Company SSO", ADA).await
    });
}
