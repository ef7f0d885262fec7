//! Playing the modules of a section in one window, and what the page shows in the end.

use super::requests::{self, LogStart};
use super::{ISSUER, Module, Section, Seen, Steps, Window};
use crate::context::{TestContext, TestOptions, run_test};
use crate::element::Role;
use crate::third_party_page::serve_third_party_page;
use crate::wait::wait_until;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use xtask::site::SiteConfig;

const ADA: &str = "Ada Lovelace";
const SIGN_IN: &str = "Sign in with Conformance";

/// Who is signed in, the code of the error that the page shows, or else the first sentence of its notice.
const PAGE_STATE: &str = r##"
if (!location.href.startsWith(arguments[0])) return `at ${location.origin}`;
const text = (selector) => document.querySelector(selector)?.textContent ?? "";
const heading = text("h1");
const shown = document.body.innerText;
if (heading.includes("You're signed in")) return `signed in${shown.includes("Ada Lovelace") ? " as Ada Lovelace" : ""}`;
return text("#vestibule-alert dd") || text("#vestibule-notice").split(".")[0] || heading;"##;

/// The application calls userinfo, renewing the access token if that's necessary. Returns how that went.
const CALL_USERINFO: &str = r#"
const { createAuth } = await import("/vestibule/vestibule.js");
const auth = await createAuth("/vestibule.json");
let renewalError = "";
auth.addEventListener("silentRenewError", ({ detail }) => (renewalError = detail.error.code));
const response = await auth.fetch(arguments[0]);
if (!response.ok) return renewalError || `userinfo: ${response.status}`;
return `userinfo of ${(await response.json()).name}`;"#;

/// Plays all modules of a section. Every failure names its module.
///
/// # Panics
/// If a module fails.
pub fn run_section(section: &Section, finish: impl FnOnce(&[Seen]) -> Result<()>) {
    let options = TestOptions {
        // The same site as the provider, for front-channel logout: `localhost` on another port.
        host: "localhost",
        example: (section.window == Window::Application).then_some("html"),
        allow_network_errors: true,
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        configure(ctx, section)?;
        ctx.open("").await?;
        let (mut all, mut failures) = (Vec::new(), Vec::new());
        for module in &section.modules {
            match play(ctx, section, module).await {
                Ok(seen) => all.push(seen),
                Err(error) => failures.push(format!("{}: {error:#}", module.name)),
            }
        }
        ensure!(
            failures.is_empty(),
            "{} of {} modules failed:\n{}",
            failures.len(),
            section.modules.len(),
            failures.join("\n")
        );
        finish(&all)
    });
}

/// Only the conformance issuer, and what the section needs.
fn configure(ctx: &TestContext, section: &Section) -> Result<()> {
    let settings = json!({ "third_party_initiated_login": true });
    let mut config = json!({
        "providers": [ctx.provider_entry(ISSUER, settings)?],
        "scope": requests::scope(section),
    });
    if section.window == Window::Application {
        let site = ctx.site.url();
        config["redirect_uri"] = site.clone().into();
        config["popup_redirect_uri"] = xtask::examples::callback(&site).into();
        // The application's API is userinfo.
        config["api_origins"] = json!([ctx.provider.origin()]);
    }
    ctx.site.set_config(SiteConfig::Json(config.to_string()));
    Ok(())
}

async fn play(ctx: &TestContext, section: &Section, module: &Module) -> Result<Seen> {
    let start = LogStart::now(ctx)?;
    let result = play_steps(ctx, module).await;
    // The suite passes a module when nothing more arrives. The next page load takes longer than a request would.
    close_other_windows(ctx).await?;
    ctx.reset().await?;
    let page = result?;
    let received = start.requests(ctx)?;
    requests::check(&received, section, module.steps)?;
    let seen = Seen {
        page,
        requests: requests::count(&received, section),
    };
    module.verdict(&seen).map_err(anyhow::Error::msg)?;
    Ok(seen)
}

/// What the person does in this module. Returns what the page shows.
async fn play_steps(ctx: &TestContext, module: &Module) -> Result<String> {
    let expected = module.expected;
    if module.steps != Steps::Renew {
        inject(ctx, module)?;
    }
    match module.steps {
        Steps::ChooseProvider => {
            // Drop the metadata that the page has loaded.
            ctx.open("").await?;
            ctx.click(Role::Button, SIGN_IN).await?;
            page_state(ctx, expected).await
        }
        Steps::SignIn => {
            start_sign_in(ctx).await?;
            page_state(ctx, expected).await
        }
        Steps::SignInFromPortal => {
            let page = ctx.site.url();
            let issuer = ctx.provider.entry(ISSUER)?["issuer"].clone();
            let issuer = issuer.as_str().unwrap_or_default();
            let link = format!(
                "<!doctype html><title>Portal</title><a href='{page}?iss={issuer}'>Open</a>"
            );
            ctx.goto(&serve_third_party_page(&link)?).await?;
            ctx.click(Role::Link, "Open").await?;
            ctx.click(Role::Button, ADA).await?;
            page_state(ctx, expected).await
        }
        Steps::SignInWithBothKeys => {
            start_sign_in(ctx).await?;
            page_state(ctx, expected).await?;
            ctx.provider.rotate_keys(ISSUER)?;
            ctx.click(Role::Button, "Sign out of this page only")
                .await?;
            ctx.click(Role::Button, SIGN_IN).await?;
            page_state(ctx, expected).await
        }
        Steps::Renew => renew(ctx, module).await,
        Steps::SignOut | Steps::SignOutWithFrontChannel | Steps::SignOutAtProvider => {
            sign_out(ctx, module).await
        }
    }
}

async fn start_sign_in(ctx: &TestContext) -> Result<()> {
    ctx.click(Role::Button, SIGN_IN).await?;
    ctx.click(Role::Button, ADA).await
}

async fn renew(ctx: &TestContext, module: &Module) -> Result<String> {
    start_sign_in(ctx).await?;
    ctx.expect_text("Hello, Ada Lovelace.").await?;
    ctx.has_signed_in.set(true);
    inject(ctx, module)?;
    let expired = json!({ "status": 401, "times": 1 });
    ctx.inject_fault(ISSUER, "userinfo", "status", expired)?;
    let userinfo = format!("{}/conformance/userinfo", ctx.provider.origin());
    let script = format!("return (async () => {{ {CALL_USERINFO} }})()");
    let seen = ctx.execute(&script, vec![json!(userinfo)]).await?;
    Ok(seen.as_str().unwrap_or_default().to_owned())
}

async fn sign_out(ctx: &TestContext, module: &Module) -> Result<String> {
    start_sign_in(ctx).await?;
    page_state(ctx, super::SIGNED_IN).await?;
    let page = ctx.current_window().await?;
    if module.steps == Steps::SignOut {
        ctx.sign_out_at_provider().await?;
        return page_state(ctx, module.expected).await;
    }
    let frames = ctx.site_request_count("logout.js");
    ctx.new_window().await?;
    if module.steps == Steps::SignOutWithFrontChannel {
        // The other window has the session too.
        ctx.open("").await?;
        page_state(ctx, super::SIGNED_IN).await?;
        ctx.click(Role::Button, "Sign out").await?;
    } else {
        ctx.goto(&format!("{}/conformance/logout", ctx.provider.origin()))
            .await?;
    }
    ctx.find(Role::Heading, "Sign out of").await?;
    ctx.click(Role::Button, "Sign out").await?;
    ctx.find(Role::Heading, "You are signed out").await?;
    wait_until(async || {
        Ok(if ctx.site_request_count("logout.js") > frames {
            Ok(())
        } else {
            Err("the frame was not loaded".to_owned())
        })
    })
    .await?;
    if module.steps == Steps::SignOutWithFrontChannel {
        ctx.click(Role::Link, "Continue").await?;
        page_state(ctx, module.expected).await?;
        ctx.switch_to_window(&page).await?;
        // The page has told the other window already.
        return page_state(ctx, super::SIGNED_OUT_ELSEWHERE)
            .await
            .map(|_| module.expected.to_owned());
    }
    ctx.switch_to_window(&page).await?;
    page_state(ctx, module.expected).await
}

async fn close_other_windows(ctx: &TestContext) -> Result<()> {
    let windows = ctx.browser().client.windows().await?;
    let (first, others) = windows.split_first().context("there is no window")?;
    for window in others {
        ctx.switch_to_window(window).await?;
        ctx.collect_secrets().await?;
        ctx.close_window().await?;
    }
    ctx.switch_to_window(first).await
}

/// Waits until the page shows this, and returns what it shows.
async fn page_state(ctx: &TestContext, expected: &str) -> Result<String> {
    let page = json!(ctx.site.url());
    let state = wait_until(async || {
        let state = ctx.execute(PAGE_STATE, vec![page.clone()]).await?;
        let state = state.as_str().unwrap_or_default().to_owned();
        Ok(if state == expected {
            Ok(state)
        } else {
            Err(format!(
                "the page shows \"{state}\" instead of \"{expected}\""
            ))
        })
    })
    .await?;
    ctx.has_signed_in
        .set(ctx.has_signed_in.get() || state == super::SIGNED_IN);
    ctx.collect_secrets().await?;
    Ok(state)
}

/// Sets the module's faults. Texts may contain `{origin}`, `{issuer}`, `{client}` and `{frame}`.
fn inject(ctx: &TestContext, module: &Module) -> Result<()> {
    let entry = ctx.provider.entry(ISSUER)?;
    let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let frame = format!(
        "{}logout.html?iss={}&sid=session-1",
        ctx.site.url(),
        text("issuer")
    );
    for fault in &module.faults {
        let fault = fault
            .to_string()
            .replace("{origin}", &ctx.provider.origin())
            .replace("{issuer}", &text("issuer"))
            .replace("{client}", &text("client_id"))
            .replace("{frame}", &frame);
        ctx.provider.fault(serde_json::from_str::<Value>(&fault)?)?;
    }
    Ok(())
}
