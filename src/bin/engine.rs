//! The WebAssembly that `vestibule.js` runs on other pages. It's a separate file, because it would make the
//! page 14 KB larger (docs/decisions/0004-binaries.md). This file only exports; everything else is in
//! the library.

use vestibule::embed;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Does nothing: the scripts call the exports.
fn main() {}

/// See [`embed::open`].
///
/// # Errors
/// As [`embed::open`].
#[wasm_bindgen]
pub async fn open(
    config: String,
    on_snapshot: js_sys::Function,
    find_remedy: js_sys::Function,
    load_texts: js_sys::Function,
) -> Result<String, JsValue> {
    embed::open(config, on_snapshot, find_remedy, load_texts).await
}

/// See [`embed::call`].
#[wasm_bindgen]
pub fn call(handle: usize, method: &str, arguments: &str) -> js_sys::Promise {
    embed::call(handle, method, arguments)
}

/// See [`embed::trace`].
#[wasm_bindgen]
pub fn trace(handle: usize) -> String {
    embed::trace(handle)
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
