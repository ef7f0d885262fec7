//! The invariants that are checked after every test: no unexpected console messages, and no secret where
//! it doesn't belong.

use crate::context::TestContext;
use crate::secrets::{SecretKind, Secrets, query_parameter};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::BTreeSet;

pub async fn check(ctx: &TestContext) -> Result<()> {
    ctx.collect_secrets().await?;
    let browser = ctx.browser();
    for window in browser.client.windows().await? {
        browser.client.switch_to_window(window).await?;
        ctx.collect_secrets().await?;
        check_page(ctx).await?;
    }
    check_collected_secrets(ctx)?;
    check_browser_requests(ctx)?;
    check_site_requests(ctx)?;
    check_provider_origin(ctx).await?;
    ctx.read_console().await?;
    check_violations(ctx)?;
    check_console(ctx)
}

/// Without collected secrets, the other checks would look for nothing.
fn check_collected_secrets(ctx: &TestContext) -> Result<()> {
    let secrets = ctx.secrets.borrow();
    if secrets.token_requests > 0 {
        for kind in [SecretKind::Code, SecretKind::CodeVerifier] {
            ensure!(secrets.kinds().contains(&kind), "no {kind:?} was collected");
        }
    }
    if ctx.has_signed_in.get() {
        for kind in [SecretKind::AccessToken, SecretKind::IdToken] {
            ensure!(secrets.kinds().contains(&kind), "no {kind:?} was collected");
        }
    }
    Ok(())
}

const PAGE_STATE: &str = r#"
const entries = (of) => { try { return Object.entries(of()) } catch { return [] } };
return {
  url: location.href,
  referrer: document.referrer,
  title: document.title,
  markup: document.documentElement.outerHTML,
  values: JSON.stringify([...document.querySelectorAll("input, textarea")].map((field) => field.value)),
  name: window.name,
  history: JSON.stringify(history.state),
  cookie: (() => { try { return document.cookie } catch { return "" } })(),
  local: entries(() => localStorage),
  session: entries(() => sessionStorage),
};"#;

/// The page holds no secret, and stores nothing outside session storage but the provider that was used last.
async fn check_page(ctx: &TestContext) -> Result<()> {
    let page = ctx.browser().execute(PAGE_STATE, vec![]).await?;
    let secrets = ctx.secrets.borrow();
    for place in [
        "url", "referrer", "title", "markup", "values", "name", "history",
    ] {
        let held = secrets.secrets_in(page[place].as_str().unwrap_or_default());
        ensure!(held.is_empty(), "the page's {place} holds {held:?}");
    }
    let is_our_page = page["url"]
        .as_str()
        .is_some_and(|url| url.starts_with(&ctx.site.origin()));
    if !is_our_page {
        return Ok(());
    }
    ensure!(page["cookie"] == "", "the page has a cookie");
    check_local_storage(&page["local"])?;
    check_session_storage(&secrets, &page["session"])
}

/// Local storage holds nothing but the id of the provider that was used last, and the chosen language.
fn check_local_storage(entries: &Value) -> Result<()> {
    let entries = entries.as_array().context("local storage has entries")?;
    let is_id = |text: &str| {
        text.len() <= 32
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let is_known = |entry: &Value| {
        let is_kept = ["vestibule.last_provider", "vestibule.language"];
        is_kept.iter().any(|key| entry[0] == *key) && entry[1].as_str().is_some_and(is_id)
    };
    ensure!(
        entries.iter().all(is_known),
        "local storage is not empty: {entries:?}"
    );
    Ok(())
}

fn check_session_storage(secrets: &Secrets, entries: &Value) -> Result<()> {
    for entry in entries.as_array().into_iter().flatten() {
        let key = entry[0].as_str().unwrap_or_default();
        let held = secrets.secrets_in(entry[1].as_str().unwrap_or_default());
        let is_session = ["vestibule.session.", "vestibule.account."]
            .iter()
            .any(|prefix| key.starts_with(prefix));
        let allowed = if is_session {
            BTreeSet::from([
                SecretKind::AccessToken,
                SecretKind::RefreshToken,
                SecretKind::IdToken,
            ])
        } else {
            BTreeSet::new()
        };
        let leaked: Vec<&SecretKind> = held.difference(&allowed).collect();
        ensure!(
            leaked.is_empty(),
            "the session storage entry {key} holds {leaked:?}"
        );
    }
    Ok(())
}

/// URLs hold no secret but two: the code in the provider's redirect, and the ID token in a request to the end
/// session endpoint. Headers hold no secret but a bearer token.
fn check_browser_requests(ctx: &TestContext) -> Result<()> {
    let secrets = ctx.secrets.borrow();
    for request in &secrets.requests {
        let url = secrets.redact(&request.url);
        for kind in secrets.secrets_in(&request.url) {
            let allowed = match kind {
                SecretKind::Code => {
                    request.is_navigation && request.url.starts_with(&ctx.site.origin())
                }
                SecretKind::IdToken => {
                    request.is_navigation
                        && query_parameter(&request.url, "id_token_hint").is_some()
                }
                _ => false,
            };
            ensure!(allowed, "the URL of a request holds a {kind:?}: {url}");
        }
        for (name, value) in &request.headers {
            let held = secrets.secrets_in(value);
            let is_bearer =
                name == "authorization" && held == BTreeSet::from([SecretKind::AccessToken]);
            // Between the provider's own pages, the Referer header may hold the URL of a request to it.
            let provider = ctx.provider.origin();
            let is_own_referer = name == "referer"
                && value.starts_with(&provider)
                && (request.url.is_empty() || request.url.starts_with(&provider));
            ensure!(
                held.is_empty() || is_bearer || is_own_referer,
                "the header {name} of a request holds {held:?}: {url}"
            );
        }
    }
    Ok(())
}

/// The same for the requests that the page's server received.
fn check_site_requests(ctx: &TestContext) -> Result<()> {
    let secrets = ctx.secrets.borrow();
    for request in ctx.site.requests() {
        let held = secrets.secrets_in(&request.path_and_query);
        // The page, or the frame of a silent sign-in.
        let is_redirect = held == BTreeSet::from([SecretKind::Code]) && request.is_navigation();
        let path = secrets.redact(&request.path_and_query);
        ensure!(
            held.is_empty() || is_redirect,
            "a request to the page's server holds {held:?}: {path}"
        );
        let held = secrets.secrets_in(request.header("referer"));
        ensure!(held.is_empty(), "a Referer header holds {held:?}: {path}");
    }
    Ok(())
}

/// Nothing was stored at the provider's origin. The page's scripts cannot reach it, but other code might.
async fn check_provider_origin(ctx: &TestContext) -> Result<()> {
    let browser = ctx.browser();
    if let Ok(chromium) = ctx.chromium() {
        chromium.go_online().await?;
    }
    ctx.provider.clear_faults()?;
    browser.client.goto(&ctx.provider.origin()).await?;
    let page = browser.execute(PAGE_STATE, vec![]).await?;
    for place in ["local", "session"] {
        let entries = &page[place];
        ensure!(
            entries.as_array().is_some_and(Vec::is_empty),
            "the provider's origin has {place} storage"
        );
    }
    let held = ctx
        .secrets
        .borrow()
        .secrets_in(page["cookie"].as_str().unwrap_or_default());
    ensure!(
        held.is_empty(),
        "a cookie of the provider's origin holds {held:?}"
    );
    Ok(())
}

/// Browsers report violations from every document with the page's policy: also from popups and hidden frames that
/// are closed by now, whose console nobody has read.
fn check_violations(ctx: &TestContext) -> Result<()> {
    let secrets = ctx.secrets.borrow();
    for report in ctx.site.violations() {
        let directive = report["effective-directive"].as_str().unwrap_or_default();
        ensure!(
            ctx.options.expected_violations.contains(&directive),
            "a violation of the content security policy: {}",
            secrets.redact(&report.to_string())
        );
    }
    Ok(())
}

fn check_console(ctx: &TestContext) -> Result<()> {
    let secrets = ctx.secrets.borrow();
    for message in ctx.console.borrow().iter() {
        let mut held = secrets.secrets_in(&message.text);
        if message.is_about_the_sandbox() {
            held.remove(&SecretKind::Code);
        }
        ensure!(held.is_empty(), "a console message holds {held:?}");
        if let Some(violation) = message.violation(&ctx.options) {
            anyhow::bail!("{violation}");
        }
    }
    Ok(())
}
