//! The page's WebAssembly: everything that people who sign in may need, whatever the configuration says. This
//! file only exports; everything else is in the library.

use std::future::ready;
use vestibule::platform::browser::{BrowserPlatform, ConfigDocument};
use vestibule::session::Auth;
use vestibule::ui::text_source::{self, TextSource};
use vestibule::ui::{auth_page, mount_page, remedy};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Does nothing: the scripts call the exports.
fn main() {}

/// Starts the page. Resolves with `undefined`, or with the configuration document if it can't be used:
/// the set-up build explains why. `find_remedy` is for [`remedy::from_script`], and
/// `load_texts` for [`text_source::from_script`].
#[wasm_bindgen(js_name = startPage)]
pub async fn start_page(find_remedy: js_sys::Function, load_texts: js_sys::Function) -> JsValue {
    let document = ConfigDocument::of_page().await;
    match document.resolve_unexplained() {
        Ok(resolved) => {
            let auth = Auth::new(BrowserPlatform, resolved);
            let find_remedy = remedy::from_script(find_remedy);
            let texts = TextSource::new(&auth, text_source::from_script(load_texts));
            mount_page(
                ready((auth, find_remedy, texts)),
                |(auth, find_remedy, texts)| auth_page(auth, find_remedy, texts),
            );
            JsValue::UNDEFINED
        }
        Err(_) => document.into_js(),
    }
}
