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

/// Runs a script in the page, and returns the violation. Nothing that the script throws fails the test.
fn run_violating_script(script: &str) -> String {
    run_failing_test(
        TestOptions::allowing_network_errors(),
        async |ctx: &TestContext| -> Result<()> {
            ctx.open("").await?;
            ctx.find(Role::Button, "Sign in with Company SSO").await?;
            let script = format!("return (async () => {{ try {{ {script} }} catch {{}} }})()");
            ctx.execute(&script, vec![]).await?;
            Ok(())
        },
    )
}

#[test]
fn detects_a_violation_of_the_content_security_policy() {
    let error = run_violating_script("await fetch('https://evil.example/')");
    assert!(
        error.contains("a violation of the content security policy"),
        "{error}"
    );
}

#[test]
fn detects_markup_and_scripts_made_of_text() {
    for script in [
        "document.body.innerHTML = '<p>Hello'",
        "document.createElement('script').src = 'start.js'",
        "trustedTypes.createPolicy('default', { createHTML: (html) => html })",
    ] {
        let error = run_violating_script(script);
        assert!(
            error.contains("a violation of the content security policy"),
            "{script}: {error}"
        );
    }
}

/// Opens one of Vestibule's files, makes markup out of text there, and closes it.
const SHORT_LIVED: &str = "
    const open = {
        window: () => {
            const popup = window.open(file);
            return { popup, close: () => popup.close() };
        },
        frame: () => {
            const frame = document.body.appendChild(document.createElement('iframe'));
            frame.hidden = true;
            frame.src = file;
            return { popup: frame.contentWindow, close: () => frame.remove() };
        },
    };
    const { popup, close } = open[kind]();
    while (!popup.location.href.includes(file) || popup.document.readyState !== 'complete')
        await new Promise((resolve) => setTimeout(resolve, 10));
    try { popup.document.body.innerHTML = '<p>Hello' } finally { close() }";

#[test]
fn detects_a_violation_in_popups_and_frames_that_are_closed() {
    for (kind, file) in [
        ("window", "callback.html"),
        ("frame", "callback.html"),
        ("window", "logout.html"),
    ] {
        let error = run_violating_script(&format!(
            "const kind = '{kind}', file = '{file}'; {SHORT_LIVED}"
        ));
        assert!(
            error.contains("require-trusted-types-for") && error.contains(file),
            "{kind} {file}: {error}"
        );
    }
}
