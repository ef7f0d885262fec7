//! The assertions that follow every test do see what they look for.

use anyhow::Result;
use browser_tests::{Options, Role, Stage, fails};
use serde_json::json;

const TOKEN: &str =
    "const { access_token } = JSON.parse(sessionStorage.getItem('vestibule.session'));";

/// A signed-in page that does what it should not.
fn leak(script: &str) -> String {
    fails(Options::with_network_trouble(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        stage.execute(&format!("{TOKEN} {script}"), vec![]).await?;
        Ok(())
    })
}

#[test]
fn a_token_in_the_page_would_be_noticed() {
    let noticed = leak("document.body.dataset.note = access_token");
    assert!(
        noticed.contains("the page's markup holds {AccessToken}"),
        "{noticed}"
    );
}

#[test]
fn a_token_in_local_storage_would_be_noticed() {
    let noticed = leak("localStorage.note = access_token");
    assert!(noticed.contains("local storage is not empty"), "{noticed}");
}

#[test]
fn a_token_in_the_console_would_be_noticed() {
    let noticed = leak("console.log('signed in', access_token)");
    assert!(
        noticed.contains("a message of the console holds {AccessToken}"),
        "{noticed}"
    );
}

#[test]
fn a_token_in_a_request_would_be_noticed() {
    let noticed = leak("navigator.sendBeacon('/log?token=' + access_token)");
    assert!(noticed.contains("request holds a AccessToken"), "{noticed}");
}

#[test]
fn a_code_that_goes_on_in_an_address_would_be_noticed() {
    let noticed = fails(Options::with_network_trouble(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Company SSO", "Ada Lovelace").await?;
        let answer = json!(stage.last_answer().await?);
        let script = "return fetch(new URL(arguments[0]).search).then(() => true)";
        stage.execute(script, vec![answer]).await?;
        Ok(())
    });
    assert!(noticed.contains("request holds a Code"), "{noticed}");
}

#[test]
fn a_violation_of_the_policy_would_be_noticed() {
    let noticed = fails(Options::default(), async |stage: &Stage| -> Result<()> {
        stage.open("").await?;
        stage.find(Role::Button, "Sign in with Company SSO").await?;
        let script =
            "document.body.append(Object.assign(document.createElement('script'), { text: '1' }))";
        stage.execute(script, vec![]).await?;
        Ok(())
    });
    assert!(
        noticed.contains("a violation of the content security policy"),
        "{noticed}"
    );
}
