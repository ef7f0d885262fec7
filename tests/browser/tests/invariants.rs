//! The invariants that are checked after every test do detect violations.

use anyhow::Result;
use browser_tests::{Role, TestContext, TestOptions, run_failing_test};
use serde_json::json;

const READ_TOKEN: &str = "const { access_token } = JSON.parse(Object.entries(sessionStorage).find(([key]) => key.startsWith('vestibule.session.'))[1]);";

/// Signs in, runs a script that leaks `access_token`, and returns the violation.
fn run_leaking_script(script: &str) -> String {
    run_failing_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        ctx.execute(&format!("{READ_TOKEN} {script}"), vec![])
            .await?;
        Ok(())
    })
}

#[test]
fn detects_a_token_in_the_page() {
    let error = run_leaking_script("document.body.dataset.note = access_token");
    assert!(
        error.contains("the page's markup holds {AccessToken}"),
        "{error}"
    );
}

#[test]
fn detects_a_token_in_local_storage() {
    let error = run_leaking_script("localStorage.note = access_token");
    assert!(error.contains("local storage is not empty"), "{error}");
}

#[test]
fn detects_a_token_in_the_console() {
    let error = run_leaking_script("console.log('signed in', access_token)");
    assert!(
        error.contains("a console message holds {AccessToken}"),
        "{error}"
    );
}

#[test]
fn detects_a_token_in_a_request() {
    let error = run_leaking_script("navigator.sendBeacon('/log?token=' + access_token)");
    assert!(error.contains("request holds a AccessToken"), "{error}");
}

#[test]
fn detects_a_code_in_a_url() {
    let error = run_failing_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Company SSO", "Ada Lovelace").await?;
        let answer = json!(ctx.last_callback_url().await?);
        let script = "return fetch(new URL(arguments[0]).search).then(() => true)";
        ctx.execute(script, vec![answer]).await?;
        Ok(())
    });
    assert!(error.contains("request holds a Code"), "{error}");
}

#[test]
fn detects_a_violation_of_the_content_security_policy() {
    let error = run_failing_test(
        TestOptions::default(),
        async |ctx: &TestContext| -> Result<()> {
            ctx.open("").await?;
            ctx.find(Role::Button, "Sign in with Company SSO").await?;
            let script = "document.body.append(Object.assign(document.createElement('script'), { text: '1' }))";
            ctx.execute(script, vec![]).await?;
            Ok(())
        },
    );
    assert!(
        error.contains("a violation of the content security policy"),
        "{error}"
    );
}
