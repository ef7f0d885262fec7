//! Everything that people who sign in may need: the page itself, and what `vestibule.js` runs on other pages
//! (`embed`). One file serves both, so that a login page and the application behind it share it in the
//! browser's cache. Everything it does is in the library.

mod embed;

use vestibule::platform::browser::{BrowserPlatform, ConfigSource};
use vestibule::session::Auth;
use vestibule::ui::{auth_page, mount_page};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Nothing: what is done is asked for by the scripts.
fn main() {}

/// Starts the page. Returns what was found where the configuration should be, when that is of no use: the
/// set-up build has the words for it.
#[wasm_bindgen(js_name = startPage)]
pub async fn start_page() -> JsValue {
    let document = ConfigSource::Page.document().await;
    let config = document.config();
    match config.and_then(|config| Auth::new(BrowserPlatform, config)) {
        Ok(auth) => {
            mount_page(async { auth }, auth_page);
            JsValue::UNDEFINED
        }
        Err(_) => document.into_js(),
    }
}
