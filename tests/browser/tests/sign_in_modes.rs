//! Signing in with a popup, silently in a hidden iframe, and automatically.

use anyhow::{Context, Result, ensure};
use browser_tests::{
    Role, STORED_SESSION, TestContext, TestOptions, every_engine, run_test, serve_third_party_page,
    wait_until,
};
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};
use xtask::host_fault::HostFault;
use xtask::site::SiteConfig;

every_engine![
    popup_sign_in_keeps_the_page,
    reports_closed_and_blocked_popups_and_can_retry,
    popup_sign_in_survives_cross_origin_opener_policy,
    callback_page_explains_itself_when_opened_directly,
    silent_renew_works_without_a_refresh_token,
    auto_sign_in_uses_an_existing_provider_session,
    auto_sign_in_falls_back_to_the_picker_if_cookies_are_blocked,
    auto_redirect_happens_once,
];

const SSO: &str = "Sign in with Company SSO";
const ADA: &str = "Ada Lovelace";
const GRACE: &str = "Grace Hopper";

fn popup_mode() -> Value {
    json!({ "mode": "popup" })
}

/// Puts page and providers on the same site, so that hidden iframes get the providers' cookies.
fn same_site() -> TestOptions {
    TestOptions {
        host: "localhost",
        ..TestOptions::default()
    }
}

/// Marks the document, to detect later whether it was replaced.
async fn mark_page(ctx: &TestContext) -> Result<()> {
    ctx.execute("window.mark = 'here'", vec![]).await?;
    Ok(())
}

async fn expect_marked_page(ctx: &TestContext) -> Result<()> {
    ctx.wait_for_js("window.mark === 'here'").await
}

/// Waits for an authorization request, and returns the `state` of the last one.
async fn last_authorization_state(ctx: &TestContext) -> Result<String> {
    wait_until(async || {
        let navigations = ctx.navigations().await?;
        let mut states = navigations.iter().rev().filter_map(|url| {
            let (_, rest) = url.split_once("/authorize?")?.1.split_once("state=")?;
            rest.split('&').next().map(str::to_owned)
        });
        Ok(states
            .next()
            .ok_or_else(|| "there was no authorization request".to_owned()))
    })
    .await
}

/// Opens the provider in a popup and switches to it. Returns the page's window.
async fn open_popup_at_provider(ctx: &TestContext) -> Result<WindowHandle> {
    ctx.configure(popup_mode());
    ctx.open("").await?;
    ctx.click(Role::Button, SSO).await?;
    let page = ctx.switch_to_popup().await?;
    ctx.find(Role::Button, ADA).await?;
    Ok(page)
}

#[test]
fn popup_sign_in_keeps_the_page() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.configure(popup_mode());
        ctx.open("?tab=2#part").await?;
        mark_page(ctx).await?;
        ctx.click(Role::Button, SSO).await?;
        let page = ctx.switch_to_popup().await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.wait_for_popup_to_close(page).await?;
        ctx.expect_signed_in(ADA).await?;
        expect_marked_page(ctx).await?;
        ctx.expect_url("?tab=2#part").await?;
        ctx.expect_only_a_session_stored().await?;
        ctx.reload().await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn reports_closed_and_blocked_popups_and_can_retry() {
    run_test(TestOptions::default(), async |ctx| {
        let page = open_popup_at_provider(ctx).await?;
        ctx.close_window().await?;
        ctx.switch_to_window(&page).await?;
        ctx.expect_sign_in_error("The sign-in window was closed")
            .await?;

        let block = "window.allowed = window.open; window.open = () => null";
        ctx.execute(block, vec![]).await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.expect_sign_in_error("Your browser blocked the sign-in window")
            .await?;

        ctx.execute("window.open = window.allowed", vec![]).await?;
        ctx.click(Role::Button, SSO).await?;
        let page = ctx.switch_to_popup().await?;
        ctx.click(Role::Button, "Cancel").await?;
        ctx.wait_for_popup_to_close(page).await?;
        ctx.expect_sign_in_error("Sign-in wasn't completed").await?;
        ensure!(ctx.request_count("plain", "token")? == 0);
        Ok(())
    });
}

#[test]
fn popup_sign_in_survives_cross_origin_opener_policy() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.configure(popup_mode());
        let page =
            "<!doctype html><title>Wait</title><button onclick='location.reload()'>Go on</button>";
        let fields = json!({
            "body": page, "content_type": "text/html", "times": 1,
            "headers": { "Cross-Origin-Opener-Policy": "same-origin" },
        });
        ctx.inject_fault("plain", "authorization", "body", fields)?;
        ctx.open("").await?;
        let keep_popup =
            "const open = window.open; window.open = (...all) => (window.popup = open(...all))";
        ctx.execute(keep_popup, vec![]).await?;
        ctx.click(Role::Button, SSO).await?;
        let page = ctx.switch_to_popup().await?;
        ctx.find(Role::Button, "Go on").await?;
        let popup = ctx.current_window().await?;
        ctx.switch_to_window(&page).await?;
        ctx.wait_for_js("window.popup.closed").await?;
        // The person stays at the provider for longer than the page waits for a window that looks closed.
        let away = "document.hasFocus = () => false; window.since = performance.now()";
        ctx.execute(away, vec![]).await?;
        ctx.wait_for_js("performance.now() - window.since > 2500")
            .await?;
        ctx.expect_no_text("The sign-in window was closed").await?;

        ctx.switch_to_window(&popup).await?;
        ctx.click(Role::Button, "Go on").await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.wait_for_popup_to_close(page).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn popup_response_is_unused_after_the_page_reloads() {
    run_test(TestOptions::default(), async |ctx| {
        let page = open_popup_at_provider(ctx).await?;
        let popup = ctx.current_window().await?;
        ctx.switch_to_window(&page).await?;
        ctx.reload().await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.switch_to_window(&popup).await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_text("Sign-in wasn't completed").await?;
        ctx.find(Role::Link, "Sign in here").await?;
        ctx.expect_url("callback.html").await?;
        ensure!(
            ctx.chromium()?
                .history()
                .await?
                .iter()
                .all(|url| !url.contains("code="))
        );
        ctx.close_window().await?;
        ctx.switch_to_window(&page).await?;
        ctx.expect_no_text("You're signed in").await?;
        ensure!(ctx.session_storage_keys().await?.is_empty());
        ensure!(ctx.request_count("plain", "token")? == 0);
        Ok(())
    });
}

/// Lets portals start a sign-in with Company SSO, and returns its issuer.
fn allow_portals(ctx: &TestContext) -> Result<String> {
    let allowed = json!({ "third_party_initiated_login": true });
    let entry = ctx.provider_entry("plain", allowed)?;
    let issuer = entry["issuer"].as_str().context("it has an issuer")?;
    let config = json!({ "providers": [entry, ctx.provider.entry("okta")?] });
    ctx.site.set_config(SiteConfig::Json(config.to_string()));
    Ok(issuer.to_owned())
}

#[test]
fn a_link_in_a_portal_leads_through_the_provider_to_the_target() {
    run_test(TestOptions::default(), async |ctx| {
        let issuer = allow_portals(ctx)?;
        let site = ctx.site.url();
        let portal = serve_third_party_page(&format!(
            "<!doctype html><title>Portal</title><a href='{site}?iss={issuer}&login_hint=ada%40example.com\
             &target_link_uri={site}%3Fview=orders%23last'>Our page</a>"
        ))?;
        ctx.goto(&portal).await?;
        ctx.click(Role::Link, "Our page").await?;
        // No click on the page.
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.expect_url("?view=orders#last").await?;
        let requests = ctx.provider.requests()?;
        let sent = requests
            .iter()
            .find(|request| request["endpoint"] == "authorization")
            .context("no request was sent")?;
        let names = sent["query_parameters"].to_string();
        ensure!(names.contains("login_hint"), "{names}");
        ensure!(!names.contains("prompt"), "{names}");

        // Whoever is signed in goes straight to the target.
        ctx.execute(
            "sessionStorage.removeItem('vestibule.auto_redirect')",
            vec![],
        )
        .await?;
        ctx.goto(&portal).await?;
        ctx.click(Role::Link, "Our page").await?;
        ctx.expect_url("?view=orders#last").await?;
        ctx.expect_signed_in(ADA).await?;
        ensure!(ctx.request_count("plain", "authorization")? == 1);
        Ok(())
    });
}

#[test]
fn an_unknown_issuer_in_a_link_shows_the_picker_and_leaves_no_trace() {
    run_test(TestOptions::default(), async |ctx| {
        allow_portals(ctx)?;
        ctx.open("?iss=https://evil.example/<b>&login_hint=mallory&target_link_uri=https://evil.example/x&view=1")
            .await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.expect_url("?view=1").await?;
        let html = ctx.execute("return document.documentElement.outerHTML", vec![]);
        let html = html.await?.to_string();
        for foreign in ["evil.example", "mallory"] {
            ensure!(!html.contains(foreign), "{foreign} is in {html}");
        }
        ensure!(ctx.request_count("plain", "authorization")? == 0);
        ctx.expect_empty_session_storage().await
    });
}

/// Shows the page in a frame of another origin. Only a host without security headers lets that happen.
async fn open_in_frame(ctx: &TestContext) -> Result<()> {
    ctx.site.set_fault(Some(HostFault::NoHeaders));
    let address = serve_third_party_page(&format!(
        "<!doctype html><title>Intranet</title><iframe width=800 height=900 src='{}'></iframe>",
        ctx.site.url()
    ))?;
    ctx.goto(&address).await?;
    Ok(ctx.browser().client.enter_frame(0).await?)
}

#[test]
fn a_redirect_in_a_frame_of_another_origin_offers_a_new_tab() {
    run_test(TestOptions::default(), async |ctx| {
        let config =
            json!({ "auto_sign_in": "redirect", "providers": [ctx.provider.entry("plain")?] });
        ctx.site.set_config(SiteConfig::Json(config.to_string()));
        open_in_frame(ctx).await?;
        ctx.click(Role::Button, SSO).await?;
        ctx.expect_text("Sign-in doesn't work inside another site")
            .await?;
        ensure!(ctx.request_count("plain", "authorization")? == 0);
        ctx.expect_empty_session_storage().await?;
        ctx.click(Role::Link, "Open this page in a new tab to sign in.")
            .await?;
        ctx.switch_to_popup().await?;
        // There, the redirect needs no click.
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.expect_url("").await
    });
}

#[test]
fn a_popup_works_in_a_frame_of_another_origin() {
    run_test(TestOptions::with_settings(popup_mode()), async |ctx| {
        open_in_frame(ctx).await?;
        ctx.click(Role::Button, SSO).await?;
        let page = ctx.switch_to_popup().await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.wait_for_popup_to_close(page).await?;
        ctx.browser().client.enter_frame(0).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn rejects_popup_responses_from_other_pages() {
    run_test(TestOptions::default(), async |ctx| {
        let page = open_popup_at_provider(ctx).await?;
        let popup = ctx.current_window().await?;
        ctx.switch_to_window(&page).await?;
        let state = last_authorization_state(ctx).await?;
        let post = "
            const [state, responses] = arguments;
            window.channel = new BroadcastChannel(`vestibule.answer.${state}`);
            window.received = [];
            window.channel.onmessage = ({ data }) => window.received.push(data);
            for (const response of responses) window.channel.postMessage(response);
        ";
        // A page on another origin, even if it knows the state.
        ctx.new_tab().await?;
        ctx.goto(&serve_third_party_page(
            "<!doctype html><title>Other</title>",
        )?)
        .await?;
        let right = format!("code=EVIL&state={state}");
        ctx.execute(post, vec![json!(state), json!([right])])
            .await?;
        ctx.wait_for_js("window.received.length === 0").await?;
        ctx.close_window().await?;
        // A page on this origin that doesn't know the state.
        ctx.switch_to_window(&page).await?;
        let wrong = json!([
            "code=EVIL&state=vst_AAAAAAAAAAAAAAAAAAAAAA",
            "code=EVIL",
            7,
            null
        ]);
        ctx.execute(post, vec![json!(state), wrong]).await?;
        ctx.switch_to_window(&popup).await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.wait_for_popup_to_close(page).await?;
        ctx.expect_signed_in(ADA).await?;
        // The forged responses used the right channel: the real one arrived there too.
        ctx.wait_for_js("window.received.length > 0").await?;
        ensure!(ctx.request_count("plain", "token")? == 1);
        Ok(())
    });
}

#[test]
fn callback_page_explains_itself_when_opened_directly() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("callback.html").await?;
        ctx.expect_text("Nothing to do here").await?;
        ctx.click(Role::Link, "Sign in here").await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.open("callback.html?code=a-forged-code-of-no-use&state=vst_forged")
            .await?;
        ctx.expect_text("Sign-in wasn't completed").await?;
        ctx.expect_url("callback.html").await
    });
}

/// The session in session storage.
async fn stored_session(ctx: &TestContext) -> Result<Value> {
    ctx.execute(
        &format!("return JSON.parse({STORED_SESSION} ?? null)"),
        vec![],
    )
    .await
}

#[test]
fn silent_renew_works_without_a_refresh_token() {
    run_test(same_site(), async |ctx| {
        ctx.configure(json!({ "silent_renew": true }));
        let short = json!({ "set": { "expires_in": 8 } });
        ctx.inject_fault("plain", "token", "json", short)?;
        ctx.open("").await?;
        ctx.sign_in("Company SSO", ADA).await?;
        mark_page(ctx).await?;
        let remember = "window.shown = document.querySelector('.vestibule-person')";
        ctx.execute(remember, vec![]).await?;
        let before = stored_session(ctx).await?;
        wait_until(async || {
            let renewals = stored_session(ctx).await?["renewals"].clone();
            Ok(match renewals.as_i64() {
                Some(2..) => Ok(()),
                _ => Err(format!("there were {renewals} renewals")),
            })
        })
        .await?;
        let after = stored_session(ctx).await?;
        ensure!(after["id"] == before["id"] && after["access_token"] != before["access_token"]);
        expect_marked_page(ctx).await?;
        // Nothing is drawn again.
        ctx.wait_for_js("window.shown.isConnected").await?;
        ctx.wait_for_js("document.querySelector('iframe') === null")
            .await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn silent_renewal_rejects_another_user() {
    run_test(same_site(), async |ctx| {
        ctx.configure(json!({ "silent_renew": true, "share_session": false }));
        ctx.open("").await?;
        let short = json!({ "set": { "expires_in": 12 }, "times": 1 });
        ctx.inject_fault("plain", "token", "json", short)?;
        ctx.sign_in("Company SSO", ADA).await?;
        let before = stored_session(ctx).await?;
        // Another user signs in at the provider in another tab.
        let page = ctx.current_window().await?;
        ctx.new_tab().await?;
        ctx.provider.clear_sessions()?;
        ctx.open("").await?;
        ctx.sign_in("Company SSO", GRACE).await?;
        ctx.switch_to_window(&page).await?;
        ctx.expect_text("Your session expired").await?;
        ctx.expect_no_text(GRACE).await?;
        ensure!(before["renewals"] == 0);
        Ok(())
    });
}

#[test]
fn auto_sign_in_uses_an_existing_provider_session() {
    run_test(same_site(), async |ctx| {
        ctx.open("").await?;
        // Auto sign-in uses the first provider of the list.
        ctx.sign_in("Microsoft", ADA).await?;
        ctx.configure(json!({ "auto_sign_in": "silent", "share_session": false }));
        ctx.execute("sessionStorage.clear()", vec![]).await?;
        ctx.reload().await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.click(Role::Button, "Sign out of this page only")
            .await?;
        ctx.expect_text("You're signed out here, but").await?;
        ctx.reload().await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.expect_no_text("You're signed in").await
    });
}

#[test]
fn auto_sign_in_falls_back_to_the_picker_if_cookies_are_blocked() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Microsoft", ADA).await?;
        ctx.configure(json!({ "auto_sign_in": "silent", "share_session": false }));
        ctx.execute("sessionStorage.clear()", vec![]).await?;
        ctx.reload().await?;
        ctx.find(Role::Button, SSO).await?;
        ctx.expect_no_text("You're signed in").await?;
        let requests = ctx.request_count("microsoft", "authorization")?;
        ctx.reload().await?;
        ctx.find(Role::Button, SSO).await?;
        ensure!(ctx.request_count("microsoft", "authorization")? == requests);
        Ok(())
    });
}

#[test]
fn auto_sign_in_reports_a_provider_that_refuses_frames_once() {
    let options = TestOptions {
        expected_console_messages: &["X-Frame-Options"],
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        let fields = json!({ "status": 200, "body": "<title>Sign in</title>", "content_type": "text/html",
            "headers": { "X-Frame-Options": "DENY" } });
        ctx.inject_fault("microsoft", "authorization", "status", fields)?;
        ctx.configure(json!({ "auto_sign_in": "silent" }));
        ctx.open("").await?;
        ctx.expect_text("We couldn't sign you in automatically")
            .await?;
        ctx.find(Role::Button, SSO).await?;
        let requests = ctx.request_count("microsoft", "authorization")?;
        ensure!(requests == 1, "the provider received {requests} requests");
        for _ in 0..2 {
            ctx.reload().await?;
            ctx.find(Role::Button, SSO).await?;
        }
        ctx.expect_no_text("without being asked").await?;
        ensure!(ctx.request_count("microsoft", "authorization")? == 1);
        Ok(())
    });
}

#[test]
fn auto_redirect_happens_once() {
    run_test(TestOptions::default(), async |ctx| {
        let providers = ctx.provider.providers().as_array().cloned();
        let plain = providers
            .into_iter()
            .flatten()
            .find(|provider| provider["id"] == "plain");
        let config = json!({ "auto_sign_in": "redirect", "providers": [plain.context("plain")?] });
        ctx.site
            .set_config(xtask::site::SiteConfig::Json(config.to_string()));
        ctx.open("").await?;
        ctx.click(Role::Button, "Cancel").await?;
        ctx.expect_text("Sign-in wasn't completed").await?;
        for _ in 0..2 {
            ctx.reload().await?;
            ctx.find(Role::Button, SSO).await?;
        }
        ensure!(ctx.request_count("plain", "authorization")? == 1);
        ctx.sign_in("Company SSO", ADA).await
    });
}

/// Configures Microsoft with answers in the fragment, as hosts with short queries need them.
fn configure_fragment(ctx: &TestContext, mut settings: Value) -> Result<()> {
    let fragment = json!({ "response_mode": "fragment" });
    settings["providers"] = json!([ctx.provider_entry("microsoft", fragment)?]);
    ctx.site.set_config(SiteConfig::Json(settings.to_string()));
    Ok(())
}

#[test]
fn answers_in_the_fragment_finish_redirects_popups_and_silent_sign_ins() {
    run_test(same_site(), async |ctx| {
        configure_fragment(ctx, json!({}))?;
        ctx.open("?tab=2#part").await?;
        ctx.sign_in("Microsoft", ADA).await?;
        ctx.expect_url("?tab=2#part").await?;
        let answer = ctx.last_callback_url().await?;
        let (address, fragment) = answer.split_once('#').context("a fragment")?;
        ensure!(fragment.contains("code=") && !address.contains("code="));
        let history = ctx.chromium()?.history().await?;
        ensure!(history.iter().all(|url| !url.contains("code=")));

        configure_fragment(ctx, json!({ "mode": "popup", "share_session": false }))?;
        ctx.execute("sessionStorage.clear()", vec![]).await?;
        ctx.open("").await?;
        ctx.click(Role::Button, "Sign in with Microsoft").await?;
        // The provider knows the person, so the window closes at once.
        ctx.expect_signed_in(ADA).await?;
        ctx.expect_url("").await?;

        configure_fragment(
            ctx,
            json!({ "auto_sign_in": "silent", "share_session": false }),
        )?;
        ctx.execute("sessionStorage.clear()", vec![]).await?;
        ctx.reload().await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.expect_url("").await
    });
}
