//! Several accounts at once: adding one, going on as another, leaving one or all.

use anyhow::{Result, ensure};
use browser_tests::{Key, Options, Role, Stage, run};
use serde_json::json;

const ADA: &str = "Ada Lovelace";
const GRACE: &str = "Grace Hopper";
const ADD: &str = "Add another account";

fn several() -> Options {
    Options {
        settings: json!({ "several_accounts": true }),
        ..Options::default()
    }
}

/// Ada by Company SSO, then Grace by Google beside her.
async fn both_sign_in(stage: &Stage) -> Result<()> {
    stage.open("").await?;
    stage.sign_in("Company SSO", ADA).await?;
    stage.click(Role::Disclosure, ADD).await?;
    stage.choose("Google", GRACE).await?;
    goes_on_with(stage, "Google").await
}

async fn goes_on_with(stage: &Stage, provider: &str) -> Result<()> {
    stage.sees(&format!("Signed in with {provider}")).await?;
    stage
        .is_signed_in(match provider {
            "Google" => GRACE,
            _ => ADA,
        })
        .await
}

async fn keeps(stage: &Stage, count: usize) -> Result<()> {
    let kept = stage.storage().await?;
    ensure!(kept.len() == count, "session storage keeps {kept:?}");
    Ok(())
}

#[test]
fn a_person_adds_an_account_switches_and_leaves_one_by_one() {
    run(several(), async |stage| {
        both_sign_in(stage).await?;
        keeps(stage, 2).await?;
        let to_ada = stage.find(Role::Button, "Switch to Ada Lovelace").await?;
        ensure!(to_ada.text().await?.contains("Company SSO"));
        stage.reload().await?;
        goes_on_with(stage, "Google").await?;
        stage.click(Role::Button, "Switch to Ada Lovelace").await?;
        goes_on_with(stage, "Company SSO").await?;
        stage.waits_for_focus("You are signed in").await?;
        stage.find(Role::Button, "Switch to Grace Hopper").await?;
        stage.reload().await?;
        goes_on_with(stage, "Company SSO").await?;

        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.sees("You are signed out here.").await?;
        keeps(stage, 1).await?;
        stage.does_not_see(ADA).await?;
        stage.reload().await?;
        stage
            .click(Role::Button, "Continue as Grace Hopper")
            .await?;
        goes_on_with(stage, "Google").await?;
        stage.does_not_see("Switch to").await?;
        stage
            .click(Role::Button, "Sign out of this page only")
            .await?;
        stage.sees("You are signed out here.").await?;
        stage.does_not_see("Continue as").await?;
        keeps(stage, 0).await
    });
}

#[test]
fn the_keyboard_is_enough() {
    run(several(), async |stage| {
        both_sign_in(stage).await?;
        stage.tab_to("Switch to Ada Lovelace").await?;
        stage.press(Key::Enter).await?;
        goes_on_with(stage, "Company SSO").await?;
        stage.waits_for_focus("You are signed in").await?;
        stage.tab_to(ADD).await?;
        stage.press(Key::Enter).await?;
        stage.tab_to("Sign in with Okta").await?;
        stage.press(Key::Enter).await?;
        stage.click(Role::Button, ADA).await?;
        goes_on_with(stage, "Okta").await
    });
}

#[test]
fn every_window_goes_along_and_nothing_is_left_after_the_last_sign_out() {
    run(several(), async |stage| {
        both_sign_in(stage).await?;
        let first = stage.window().await?;
        let second = stage.new_window().await?;
        stage.open("").await?;
        goes_on_with(stage, "Google").await?;
        stage.click(Role::Button, "Switch to Ada Lovelace").await?;
        goes_on_with(stage, "Company SSO").await?;
        stage.go_to_window(&first).await?;
        goes_on_with(stage, "Company SSO").await?;
        stage
            .click(Role::Button, "Sign out of all accounts")
            .await?;
        stage.find(Role::Heading, "Sign out of").await?;
        stage.click(Role::Button, "Sign out").await?;
        stage.sees("You are signed out.").await?;
        stage.does_not_see("Continue as").await?;
        keeps(stage, 0).await?;
        stage.go_to_window(&second).await?;
        stage.sees("You are signed out here.").await?;
        stage.does_not_see("Continue as").await?;
        keeps(stage, 0).await
    });
}

#[test]
fn another_account_of_the_same_provider_is_asked_for() {
    run(several(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Google", ADA).await?;
        stage.click(Role::Disclosure, ADD).await?;
        stage.choose("Google", GRACE).await?;
        stage.find(Role::Button, "Switch to Ada Lovelace").await?;
        keeps(stage, 2).await
    });
}

#[test]
fn a_program_sees_the_accounts_and_switches() {
    let options = Options {
        settings: json!({ "several_accounts": true }),
        ..Options::example("html")
    };
    run(options, async |stage| {
        stage.open("").await?;
        stage.choose("Company SSO", ADA).await?;
        stage.sees("Hello, Ada Lovelace.").await?;
        stage.holds_no_secret("").await?;
        stage.click(Role::Disclosure, ADA).await?;
        stage.click(Role::Disclosure, ADD).await?;
        stage.choose("Google", GRACE).await?;
        stage.sees("Hello, Grace Hopper.").await?;
        stage.holds_no_secret("").await?;
        let script = "return (async () => {
            const { createAuth } = await import(new URL('/vestibule/vestibule.js', location));
            const auth = await createAuth('vestibule.json');
            const names = () => auth.getSnapshot().accounts.map(({ user }) => user.name);
            const before = names();
            const first = await auth.getAccessToken();
            const user = await auth.switchAccount(auth.getSnapshot().accounts[1].id);
            const other = (await auth.getAccessToken()) !== first;
            const unknown = await auth.switchAccount('nobody').catch(({ code }) => code);
            const told = JSON.stringify(auth.getSnapshot());
            const after = names();
            await auth.logout({ local: true, all: true });
            return { before, name: user.name, other, unknown, after, left: names(), told };
        })()";
        let mut found = stage.execute(script, vec![]).await?;
        stage
            .holds_no_secret(&found["told"].take().to_string())
            .await?;
        let expected = json!({
            "before": [GRACE, ADA], "name": ADA, "other": true, "unknown": "session-expired",
            "after": [ADA, GRACE], "left": [], "told": null,
        });
        ensure!(found == expected, "{found}");
        keeps(stage, 0).await
    });
}

#[test]
fn without_the_setting_nobody_is_offered_another_account() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", ADA).await?;
        stage.does_not_see(ADD).await?;
        keeps(stage, 1).await
    });
}
