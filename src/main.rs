//! The page's WebAssembly: everything that people who sign in may need. It runs the page itself and,
//! through `vestibule.js`, other pages, so that a login page and the application behind it share one cached
//! file. This file only exports; everything else is in the library.

use std::future::ready;
use vestibule::embed;
use vestibule::platform::browser::{BrowserPlatform, ConfigDocument};
use vestibule::session::Auth;
use vestibule::ui::{auth_page, mount_page, remedy};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Does nothing: the scripts call the exports.
fn main() {}

/// Starts the page. Resolves with `undefined`, or with the configuration document if it can't be used:
/// the set-up build explains why. `find_remedy` is for [`remedy::from_script`].
#[wasm_bindgen(js_name = startPage)]
pub async fn start_page(find_remedy: js_sys::Function) -> JsValue {
    let document = ConfigDocument::of_page().await;
    match document.resolve_unexplained() {
        Ok(resolved) => {
            let auth = Auth::new(BrowserPlatform, resolved);
            let find_remedy = remedy::from_script(find_remedy);
            mount_page(ready((auth, find_remedy)), |(auth, find_remedy)| {
                auth_page(auth, find_remedy)
            });
            JsValue::UNDEFINED
        }
        Err(_) => document.into_js(),
    }
}

/// See [`embed::open`].
///
/// # Errors
/// As [`embed::open`].
#[wasm_bindgen]
pub async fn open(
    config: String,
    on_snapshot: js_sys::Function,
    find_remedy: js_sys::Function,
) -> Result<String, JsValue> {
    embed::open(config, on_snapshot, find_remedy).await
}

/// See [`embed::call`].
#[wasm_bindgen]
pub fn call(handle: usize, method: &str, arguments: &str) -> js_sys::Promise {
    embed::call(handle, method, arguments)
}

/// See [`embed::show`].
#[wasm_bindgen]
pub fn show(handle: usize, element: &str, root: web_sys::HtmlElement, options: &str) -> usize {
    embed::show(handle, element, root, options)
}

/// See [`embed::hide`].
#[wasm_bindgen]
pub fn hide(id: usize) {
    embed::hide(id);
}
