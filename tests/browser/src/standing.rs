//! What holds after every test, whatever it was about: a quiet console, and no secret where it should
//! not be.

use crate::secrets::{Kind, Secrets, parameter};
use crate::stage::Stage;
use anyhow::{Result, ensure};
use serde_json::Value;
use std::collections::BTreeSet;

pub async fn check(stage: &Stage) -> Result<()> {
    stage.gather().await?;
    let browser = stage.browser();
    for window in browser.client.windows().await? {
        browser.client.switch_to_window(window).await?;
        stage.gather().await?;
        page_holds_no_secret(stage).await?;
    }
    secrets_were_seen(stage)?;
    requests_hold_no_secret(stage)?;
    server_saw_no_secret(stage)?;
    provider_origin_holds_nothing(stage).await?;
    stage.read_console().await?;
    console_is_quiet(stage)
}

/// Else the checks below would look for nothing.
fn secrets_were_seen(stage: &Stage) -> Result<()> {
    let secrets = stage.secrets.borrow();
    if secrets.token_requests > 0 {
        for kind in [Kind::Code, Kind::CodeVerifier] {
            ensure!(secrets.kinds().contains(&kind), "no {kind:?} was gathered");
        }
    }
    if stage.signed_in_once.get() {
        for kind in [Kind::AccessToken, Kind::IdToken] {
            ensure!(secrets.kinds().contains(&kind), "no {kind:?} was gathered");
        }
    }
    Ok(())
}

const PAGE: &str = r#"
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

/// A page of ours: nothing in what it shows or is called, nothing kept but its session storage.
async fn page_holds_no_secret(stage: &Stage) -> Result<()> {
    let page = stage.browser().execute(PAGE, vec![]).await?;
    let secrets = stage.secrets.borrow();
    for place in [
        "url", "referrer", "title", "markup", "values", "name", "history",
    ] {
        let held = secrets.held_by(page[place].as_str().unwrap_or_default());
        ensure!(held.is_empty(), "the page's {place} holds {held:?}");
    }
    let at_page = page["url"]
        .as_str()
        .is_some_and(|url| url.starts_with(&stage.site.origin()));
    if !at_page {
        return Ok(());
    }
    ensure!(page["cookie"] == "", "the page has a cookie");
    ensure!(
        page["local"].as_array().is_some_and(Vec::is_empty),
        "local storage is not empty"
    );
    session_storage_holds_what_it_may(&secrets, &page["session"])
}

fn session_storage_holds_what_it_may(secrets: &Secrets, entries: &Value) -> Result<()> {
    for entry in entries.as_array().into_iter().flatten() {
        let key = entry[0].as_str().unwrap_or_default();
        let held = secrets.held_by(entry[1].as_str().unwrap_or_default());
        let may: BTreeSet<Kind> = match key {
            _ if key == "vestibule.session" || key.starts_with("vestibule.account.") => {
                BTreeSet::from([Kind::AccessToken, Kind::RefreshToken, Kind::IdToken])
            }
            _ => BTreeSet::new(),
        };
        let more: Vec<&Kind> = held.difference(&may).collect();
        ensure!(
            more.is_empty(),
            "the session storage entry {key} holds {more:?}"
        );
    }
    Ok(())
}

/// The code comes by the provider's redirect, the ID token goes to the end session endpoint; nothing
/// else is in an address, and no Referer header holds anything.
fn requests_hold_no_secret(stage: &Stage) -> Result<()> {
    let secrets = stage.secrets.borrow();
    for request in &secrets.requests {
        let address = secrets.strike(&request.url);
        for kind in secrets.held_by(&request.url) {
            let allowed = match kind {
                Kind::Code => {
                    request.is_navigation && request.url.starts_with(&stage.site.origin())
                }
                Kind::IdToken => {
                    request.is_navigation && parameter(&request.url, "id_token_hint").is_some()
                }
                _ => false,
            };
            ensure!(
                allowed,
                "the address of a request holds a {kind:?}: {address}"
            );
        }
        for (name, value) in &request.headers {
            let held = secrets.held_by(value);
            let bearer = name == "authorization" && held == BTreeSet::from([Kind::AccessToken]);
            // What the provider tells itself of the addresses that it was asked for with.
            let provider = stage.provider.origin();
            let own = name == "referer"
                && value.starts_with(&provider)
                && (request.url.is_empty() || request.url.starts_with(&provider));
            ensure!(
                held.is_empty() || bearer || own,
                "the header {name} of a request holds {held:?}: {address}"
            );
        }
    }
    Ok(())
}

/// The same, as the page's server saw it.
fn server_saw_no_secret(stage: &Stage) -> Result<()> {
    let secrets = stage.secrets.borrow();
    for request in stage.site.requests() {
        let header = |name: &str| {
            let mut headers = request.headers.iter();
            headers
                .find(|(header, _)| header == name)
                .map_or("", |(_, value)| value.as_str())
        };
        let held = secrets.held_by(&request.path_and_query);
        // The address of a page, or of a frame of a silent sign-in.
        let is_page = ["document", "iframe"].contains(&header("sec-fetch-dest"));
        let redirect = held == BTreeSet::from([Kind::Code]) && is_page;
        let address = secrets.strike(&request.path_and_query);
        ensure!(
            held.is_empty() || redirect,
            "the page's server was asked with {held:?}: {address}"
        );
        let held = secrets.held_by(header("referer"));
        ensure!(
            held.is_empty(),
            "a Referer header holds {held:?}: {address}"
        );
    }
    Ok(())
}

/// The page's scripts cannot reach the provider's storage; this sees that nothing else put it there.
async fn provider_origin_holds_nothing(stage: &Stage) -> Result<()> {
    let browser = stage.browser();
    stage.online().await?;
    stage.provider.clear_faults()?;
    browser.client.goto(&stage.provider.origin()).await?;
    let page = browser.execute(PAGE, vec![]).await?;
    for place in ["local", "session"] {
        let kept = &page[place];
        ensure!(
            kept.as_array().is_some_and(Vec::is_empty),
            "the provider's origin has {place} storage"
        );
    }
    let held = stage
        .secrets
        .borrow()
        .held_by(page["cookie"].as_str().unwrap_or_default());
    ensure!(
        held.is_empty(),
        "a cookie of the provider's origin holds {held:?}"
    );
    Ok(())
}

fn console_is_quiet(stage: &Stage) -> Result<()> {
    let secrets = stage.secrets.borrow();
    for entry in stage.console.borrow().iter() {
        let held = secrets.held_by(&entry.message);
        ensure!(held.is_empty(), "a message of the console holds {held:?}");
        if let Some(complaint) = entry.complaint(&stage.options) {
            anyhow::bail!("{complaint}");
        }
    }
    Ok(())
}
