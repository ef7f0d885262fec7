//! The set-up build's WebAssembly: what administrators need. It shows the set-up page (`?setup`), explains what
//! is wrong with a configuration, and has the remedies for failed sign-ins. The page and `vestibule.js` load it
//! only for that. This file only exports; everything else is in the library.

use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::future::ready;
use std::rc::Rc;
use vestibule::config::{Addresses, ConfigError};
use vestibule::embed::snapshot::ErrorSnapshot;
use vestibule::json;
use vestibule::language::Texts;
use vestibule::platform::Platform;
use vestibule::platform::browser::{BrowserPlatform, ConfigDocument};
use vestibule::protocol::error::Error;
use vestibule::session::Auth;
use vestibule::setup::host::Deployment;
use vestibule::ui::preview::{Sources, looks_of, preview};
use vestibule::ui::setup::{SetupPage, SetupProblem};
use vestibule::ui::text_source;
use vestibule::ui::texts::remedy_texts;
use vestibule::ui::{AuthContext, ConfigProblem, mount_page, remove_placeholders};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

/// Does nothing: the scripts call the exports.
fn main() {}

/// Shows the set-up page.
#[wasm_bindgen(js_name = startSetup)]
pub fn start_setup() {
    let resolved = async { ConfigDocument::of_page().await.resolve() };
    mount_page(resolved, |resolved| {
        remove_placeholders();
        match resolved {
            Ok(resolved) => {
                let addresses = resolved.addresses.clone();
                let deployment = Deployment::new(&BrowserPlatform.page_url(), &resolved);
                AuthContext::provide_in_english(Auth::new(BrowserPlatform, resolved));
                view! { <SetupPage addresses=addresses deployment=deployment /> }.into_any()
            }
            Err(problem) => {
                let addresses = Addresses::for_page(&BrowserPlatform.page_url());
                view! { <SetupProblem problem=problem addresses=addresses /> }.into_any()
            }
        }
    });
}

/// Shows every state of the page, with texts that `load_texts` loads.
#[wasm_bindgen(js_name = startPreview)]
pub fn start_preview(load_texts: js_sys::Function) {
    let sources = async {
        Sources {
            looks: looks_of(&ConfigDocument::of_page().await),
            load: text_source::from_script(load_texts),
        }
    };
    mount_page(sources, preview);
}

/// Shows what is wrong with the configuration document that `startPage` has resolved with, until `retry` has started
/// the page, or has shown another problem. `language`: that of the person, and `file` its texts, unless it's English.
///
/// # Errors
/// If nothing is wrong with it.
#[wasm_bindgen(js_name = showConfigProblem)]
pub fn show_config_problem(
    document: &JsValue,
    retry: js_sys::Function,
    language: &str,
    file: Option<String>,
) -> Result<(), JsValue> {
    let problem = problem_with(document).ok_or(JsValue::UNDEFINED)?;
    let texts = Texts::of_file(language, file.as_deref());
    mount_page(ready((problem, retry, texts)), |(problem, retry, texts)| {
        remove_placeholders();
        let is_shown = RwSignal::new(true);
        let is_running = Rc::new(Cell::new(false));
        let on_retry = UnsyncCallback::new(move |()| {
            if is_running.replace(true) {
                return;
            }
            let started = retry.call0(&JsValue::UNDEFINED).map(js_sys::Promise::from);
            let is_running = Rc::clone(&is_running);
            spawn_local(async move {
                if let Ok(started) = started
                    && JsFuture::from(started).await.is_ok()
                {
                    is_shown.set(false);
                }
                is_running.set(false);
            });
        });
        let mut shown = Some((problem, texts));
        (move || {
            let (problem, texts) = shown.take().filter(|_| is_shown.get())?;
            Some(view! { <ConfigProblem problem=problem on_retry=on_retry texts=texts /> })
        })
        .into_any()
    });
    Ok(())
}

/// Explains what is wrong with the configuration document that `open` has rejected with: an
/// [`ErrorSnapshot`] as JSON, or `undefined` if nothing is.
#[wasm_bindgen(js_name = explainConfig)]
pub fn explain_config(document: &JsValue) -> Option<String> {
    let problem = problem_with(document)?;
    json::to_string(&ErrorSnapshot::of_config(&problem)).ok()
}

/// Returns what an administrator can do about an [`Error`], given as JSON, at a provider of this kind, if
/// anything.
#[wasm_bindgen]
pub fn remedy(error: &str, kind: &str) -> Option<String> {
    let error: Error = json::from_str(error).ok()?;
    remedy_texts().about(&error, kind).map(str::to_owned)
}

fn problem_with(document: &JsValue) -> Option<ConfigError> {
    ConfigDocument::from_js(document).resolve().err()
}
