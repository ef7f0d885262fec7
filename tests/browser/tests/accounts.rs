//! Several accounts at once: adding, switching, and signing out of one or all.

use anyhow::{Result, ensure};
use browser_tests::{Key, Role, TestContext, TestOptions, run_test};
use serde_json::json;

const ADA: &str = "Ada Lovelace";
const GRACE: &str = "Grace Hopper";
const ADD_ACCOUNT: &str = "Add another account";

fn several_accounts() -> TestOptions {
    TestOptions {
        settings: json!({ "several_accounts": true }),
        ..TestOptions::default()
    }
}

/// Signs in Ada with Company SSO, then adds Grace with Google.
async fn sign_in_two_accounts(ctx: &TestContext) -> Result<()> {
    ctx.open("").await?;
    ctx.sign_in("Company SSO", ADA).await?;
    ctx.click(Role::Disclosure, ADD_ACCOUNT).await?;
    ctx.start_sign_in("Google", GRACE).await?;
    expect_current_account(ctx, "Google").await
}

async fn expect_current_account(ctx: &TestContext, provider: &str) -> Result<()> {
    ctx.expect_text(&format!("Signed in with {provider}"))
        .await?;
    ctx.expect_signed_in(match provider {
        "Google" => GRACE,
        _ => ADA,
    })
    .await
}

async fn expect_stored_sessions(ctx: &TestContext, count: usize) -> Result<()> {
    let keys = ctx.session_storage_keys().await?;
    ensure!(keys.len() == count, "session storage has {keys:?}");
    Ok(())
}

#[test]
fn adds_switches_and_signs_out_of_accounts_one_by_one() {
    run_test(several_accounts(), async |ctx| {
        sign_in_two_accounts(ctx).await?;
        expect_stored_sessions(ctx, 2).await?;
        let to_ada = ctx.find(Role::Button, "Switch to Ada Lovelace").await?;
        ensure!(to_ada.text().await?.contains("Company SSO"));
        ctx.reload().await?;
        expect_current_account(ctx, "Google").await?;
        ctx.click(Role::Button, "Switch to Ada Lovelace").await?;
        expect_current_account(ctx, "Company SSO").await?;
        ctx.expect_focus("You're signed in").await?;
        ctx.find(Role::Button, "Switch to Grace Hopper").await?;
        ctx.reload().await?;
        expect_current_account(ctx, "Company SSO").await?;

        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.expect_text("You're signed out here, but").await?;
        expect_stored_sessions(ctx, 1).await?;
        ctx.expect_no_text(ADA).await?;
        ctx.reload().await?;
        ctx.click(Role::Button, "Continue as Grace Hopper").await?;
        expect_current_account(ctx, "Google").await?;
        ctx.expect_no_text("Switch to").await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.expect_text("You're signed out here, but").await?;
        ctx.expect_no_text("Continue as").await?;
        expect_stored_sessions(ctx, 0).await
    });
}

#[test]
fn accounts_work_with_the_keyboard_alone() {
    run_test(several_accounts(), async |ctx| {
        sign_in_two_accounts(ctx).await?;
        ctx.tab_to("Switch to Ada Lovelace").await?;
        ctx.press(Key::Enter).await?;
        expect_current_account(ctx, "Company SSO").await?;
        ctx.expect_focus("You're signed in").await?;
        ctx.tab_to(ADD_ACCOUNT).await?;
        ctx.press(Key::Enter).await?;
        ctx.tab_to("Sign in with Okta").await?;
        ctx.press(Key::Enter).await?;
        ctx.click(Role::Button, ADA).await?;
        expect_current_account(ctx, "Okta").await
    });
}

#[test]
fn all_windows_follow_account_switches_and_sign_outs() {
    run_test(several_accounts(), async |ctx| {
        sign_in_two_accounts(ctx).await?;
        let first = ctx.current_window().await?;
        let second = ctx.new_window().await?;
        ctx.open("").await?;
        expect_current_account(ctx, "Google").await?;
        ctx.click(Role::Button, "Switch to Ada Lovelace").await?;
        expect_current_account(ctx, "Company SSO").await?;
        ctx.switch_to_window(&first).await?;
        expect_current_account(ctx, "Company SSO").await?;
        ctx.click(Role::Button, "Sign out of all accounts").await?;
        ctx.find(Role::Heading, "Sign out of").await?;
        ctx.click(Role::Button, "Sign out").await?;
        ctx.expect_text("You're signed out.").await?;
        ctx.expect_no_text("Continue as").await?;
        expect_stored_sessions(ctx, 0).await?;
        ctx.switch_to_window(&second).await?;
        ctx.expect_text("You're signed out here, but").await?;
        ctx.expect_no_text("Continue as").await?;
        expect_stored_sessions(ctx, 0).await
    });
}

#[test]
fn adds_a_second_account_of_the_same_provider() {
    run_test(several_accounts(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Google", ADA).await?;
        ctx.click(Role::Disclosure, ADD_ACCOUNT).await?;
        ctx.start_sign_in("Google", GRACE).await?;
        ctx.find(Role::Button, "Switch to Ada Lovelace").await?;
        expect_stored_sessions(ctx, 2).await
    });
}

#[test]
fn javascript_api_lists_and_switches_accounts() {
    let options = TestOptions {
        settings: json!({ "several_accounts": true }),
        ..TestOptions::example("html")
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        ctx.expect_no_secret("").await?;
        ctx.click(Role::Disclosure, ADA).await?;
        ctx.click(Role::Disclosure, ADD_ACCOUNT).await?;
        ctx.start_sign_in("Google", GRACE).await?;
        ctx.expect_text("Hello, Grace Hopper.").await?;
        ctx.expect_no_secret("").await?;
        let script = "return (async () => {
            const { createAuth } = await import(new URL('/vestibule/vestibule.js', location));
            const auth = await createAuth('vestibule.json');
            const names = () => auth.getSnapshot().accounts.map(({ user }) => user.name);
            const before = names();
            const first = await auth.getAccessToken();
            const user = await auth.switchAccount(auth.getSnapshot().accounts[1].id);
            const other = (await auth.getAccessToken()) !== first;
            const unknown = await auth.switchAccount('nobody').catch(({ code }) => code);
            const snapshot = JSON.stringify(auth.getSnapshot());
            const after = names();
            await auth.logout({ local: true, all: true });
            return { before, name: user.name, other, unknown, after, left: names(), snapshot };
        })()";
        let mut result = ctx.execute(script, vec![]).await?;
        ctx.expect_no_secret(&result["snapshot"].take().to_string())
            .await?;
        let expected = json!({
            "before": [GRACE, ADA], "name": ADA, "other": true, "unknown": "session-expired",
            "after": [ADA, GRACE], "left": [], "snapshot": null,
        });
        ensure!(result == expected, "{result}");
        expect_stored_sessions(ctx, 0).await
    });
}

#[test]
fn offers_a_second_account_only_with_several_accounts() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ctx.expect_no_text(ADD_ACCOUNT).await?;
        expect_stored_sessions(ctx, 1).await
    });
}
