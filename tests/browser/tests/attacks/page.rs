//! Whoever sends people links, and pages of other origins that open, frame or address this one.

use crate::{ADA, SSO};
use anyhow::ensure;
use browser_tests::{Role, TestOptions, run_test, serve_third_party_page};
use serde_json::json;

#[test]
fn rejects_a_response_with_another_state() {
    run_test(TestOptions::default(), async |ctx| {
        let fields = json!({ "set": { "state": "vst_AAAAAAAAAAAAAAAAAAAAAA" } });
        ctx.inject_fault("plain", "authorization", "response", fields)?;
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", ADA).await?;
        ctx.expect_text("This sign-in has expired").await?;
        ctx.expect_url("").await?;
        ctx.expect_no_text("You're signed in").await?;
        ensure!(ctx.request_count("plain", "token")? == 0);
        Ok(())
    });
}

#[test]
fn other_sites_cannot_frame_the_page() {
    let options = TestOptions {
        expected_console_messages: &["frame-ancestors"],
        expected_violations: &["frame-ancestors"],
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        let frame = format!("<iframe src='{}'></iframe>", ctx.site.url());
        ctx.goto(&serve_third_party_page(&frame)?).await?;
        // The browser requests the page, but its headers forbid showing it.
        let framed =
            |(name, value): &(String, String)| name == "sec-fetch-dest" && value == "iframe";
        ensure!(
            ctx.site
                .requests()
                .iter()
                .any(|request| request.headers.iter().any(framed))
        );
        ctx.expect_console_message("frame-ancestors 'none'").await?;
        ctx.browser().client.enter_frame(0).await?;
        let address = ctx.execute("return location.href", vec![]).await?;
        ensure!(address == "chrome-error://chromewebdata/", "{address}");
        Ok(ctx.browser().client.enter_parent_frame().await?)
    });
}

#[test]
fn links_with_tokens_settings_or_places_change_nothing() {
    run_test(TestOptions::default(), async |ctx| {
        // A fragment stays with a redirect that has none (RFC 9700 §4.1.3).
        let with_tokens =
            "?code=a-code-of-the-attackers-own&state=vst_forged#access_token=of-eve&id_token=x.y.z";
        ctx.open(with_tokens).await?;
        ctx.expect_sign_in_error("This sign-in has expired").await?;
        ctx.expect_url("").await?;
        for link in [
            "?issuer=https://evil.example&config=https://evil.example/vestibule.json",
            "?provider=evil&client_id=evil&token_endpoint=https://evil.example/token",
            "?redirect_uri=https://evil.example/&return_to=https://evil.example/",
            "#access_token=of-eve&id_token=x.y.z&state=vst_forged",
        ] {
            ctx.open(link).await?;
            ctx.find(Role::Button, SSO).await?;
            let buttons = "return document.querySelectorAll('main button').length";
            ensure!(ctx.execute(buttons, vec![]).await? == 4, "{link}");
            ctx.expect_no_text("You're signed in").await?;
            ctx.expect_empty_session_storage().await?;
        }
        ensure!(ctx.request_count("plain", "token")? == 0);
        // The sign-in that follows is the configured one.
        ctx.open("?issuer=https://evil.example&redirect_uri=https://evil.example/")
            .await?;
        ctx.sign_in("Company SSO", ADA).await?;
        let navigations = ctx.navigations().await?;
        let hosts = [ctx.site.origin(), ctx.provider.origin()];
        for url in navigations {
            ensure!(
                hosts.iter().any(|host| url.starts_with(host)) || !url.starts_with("http"),
                "{url}"
            );
        }
        Ok(())
    });
}

#[test]
fn an_opener_of_another_site_reads_and_changes_nothing() {
    run_test(TestOptions::default(), async |ctx| {
        let page = format!(
            "<!doctype html><title>Opener</title><button onclick=\"window.page = window.open('{}')\">Open</button>",
            ctx.site.url()
        );
        ctx.goto(&serve_third_party_page(&page)?).await?;
        ctx.click(Role::Button, "Open").await?;
        let opener = ctx.switch_to_popup().await?;
        ctx.find(Role::Button, SSO).await?;
        let opened = ctx.current_window().await?;
        ctx.switch_to_window(&opener).await?;
        let attack = "
            const found = [];
            for (const read of [() => page.sessionStorage.length, () => page.document.body.innerHTML,
                () => page.takeVestibuleResponse(), () => page.location.href]) {
                try { found.push(read()) } catch { /* Another origin. */ }
            }
            for (const message of [
                'taken', { type: 'authorization_response', code: 'EVIL', state: 'vst_x' },
                JSON.stringify({ logout: { iss: 'x', sid: 'y' } }), `${location.origin}/callback.html?code=EVIL&state=vst_x`,
            ]) page.postMessage(message, '*');
            return found";
        let found = ctx.execute(attack, vec![]).await?;
        ensure!(found == json!([]), "{found}");
        ctx.switch_to_window(&opened).await?;
        ctx.sign_in("Company SSO", ADA).await?;
        ensure!(ctx.request_count("plain", "token")? == 1);
        ctx.switch_to_window(&opener).await?;
        ensure!(ctx.execute(attack, vec![]).await? == json!([]));
        ctx.switch_to_window(&opened).await?;
        ctx.expect_signed_in(ADA).await
    });
}
