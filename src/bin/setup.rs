//! What administrators need: the set-up page (`?setup`), and the words for what is wrong with a
//! configuration. The page and `vestibule.js` load it then only. Everything it does is in the library.

use leptos::prelude::*;
use vestibule::config::{Addresses, ConfigError};
use vestibule::platform::Platform;
use vestibule::platform::browser::{BrowserPlatform, ConfigDocument, ConfigSource};
use vestibule::session::Auth;
use vestibule::ui::setup::{SetupPage, SetupProblem};
use vestibule::ui::{AuthContext, ConfigProblem, mount_page, remove_placeholders};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Nothing: what is shown is asked for by the scripts.
fn main() {}

/// Shows the set-up page.
#[wasm_bindgen(js_name = startSetup)]
pub fn start_setup() {
    mount_page(prepare(), |prepared| {
        remove_placeholders();
        match prepared {
            Ok((auth, addresses)) => {
                AuthContext::provide(auth);
                view! { <SetupPage addresses=addresses /> }.into_any()
            }
            Err(problem) => {
                let addresses = Addresses::for_page(&BrowserPlatform.page_url());
                view! { <SetupProblem problem=problem addresses=addresses /> }.into_any()
            }
        }
    });
}

async fn prepare() -> Result<(Auth<BrowserPlatform>, Addresses), ConfigError> {
    let resolved = ConfigSource::Page.load().await?;
    let addresses = resolved.addresses.clone();
    Ok((Auth::new(BrowserPlatform, resolved), addresses))
}

/// Shows what is wrong with the configuration that the page has found.
#[wasm_bindgen(js_name = showConfigProblem)]
pub fn show_config_problem(document: JsValue) {
    mount_page(async move { problem_of(&document) }, |problem| {
        remove_placeholders();
        problem
            .map(|problem| view! { <ConfigProblem problem=problem /> })
            .into_any()
    });
}

/// What is wrong with the configuration that was found here: `None` where nothing is.
fn problem_of(document: &JsValue) -> Option<ConfigError> {
    let document = ConfigDocument::from_js(document)?;
    document.resolve().err()
}
