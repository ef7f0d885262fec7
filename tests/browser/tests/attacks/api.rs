//! A hostile API, and addresses that only look like the API's: `auth.fetch` in a real browser. More of it is in
//! tests/javascript/attacks.test.mjs.

use crate::ADA;
use anyhow::{Result, ensure};
use browser_tests::{TestOptions, run_test};
use serde_json::{Value, json};

/// Sends a request to each address with `auth.fetch`, and returns those whose request has a token. The
/// browser's own `fetch` is replaced, so nothing is sent.
const ADDRESSES_WITH_TOKEN: &str = "
    const { createAuth } = await import(new URL('/vestibule/vestibule.js', location));
    const auth = await createAuth('vestibule.json');
    const sent = [], real = window.fetch;
    window.fetch = async (request) => {
        if (request.headers.has('authorization')) sent.push(request.url);
        return new Response('[]');
    };
    for (const address of addresses) await auth.fetch(address).catch(() => {});
    window.fetch = real;
    return sent";

#[test]
fn sends_no_token_to_an_address_that_only_looks_like_the_api() {
    run_test(TestOptions::example("html"), async |ctx| {
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        let api = ctx.api.origin();
        let (_, host) = api.split_once("://").unwrap_or_default();
        let port = host.rsplit(':').next().unwrap_or_default();
        let addresses_with_token = async |addresses: &[String]| -> Result<Value> {
            let script =
                format!("return (async (addresses) => {{ {ADDRESSES_WITH_TOKEN} }})(arguments[0])");
            ctx.execute(&script, vec![json!(addresses)]).await
        };
        let hostile = [
            format!("http://127.0.0.1:1{port}/"),
            format!("http://localhost:{port}/"),
            format!("http://127.0.0.1.evil.example:{port}/"),
            format!("http://evil.example\\@127.0.0.1:{port}/"),
            format!("http://{host}@evil.example/"),
            format!("https://127.0.0.1:{port}/"),
            format!("//evil.example/{host}"),
            format!("\\\\evil.example\\{host}"),
            format!("ws://{host}/"),
            format!("data:text/plain,http://{host}/"),
            "/orders".to_owned(),
        ];
        let sent = addresses_with_token(&hostile).await?;
        ensure!(sent == json!([]), "{sent}");
        // Other spellings of the API's own origin.
        let right = [
            format!("{api}/orders"),
            format!("http:\\\\{host}\\orders"),
            format!("http://127.0.0.1.:{port}/orders"),
        ];
        let sent = addresses_with_token(&right).await?;
        ensure!(sent == json!([right[0], right[0], right[0]]), "{sent}");
        Ok(())
    });
}
