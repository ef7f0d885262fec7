//! Measures what reading and writing JSON costs: a dozen types like Vestibule's, over each reader.
#![allow(dead_code, unused_imports)]
use wasm_bindgen::prelude::*;

#[cfg(any(feature = "ours", feature = "values"))]
#[path = "../../../../src/json/mod.rs"]
mod json;
#[cfg(feature = "ours")]
mod reader {
    pub use crate::json::{Json as Value, Object as Map, from_str, lenient, to_string};
}
#[cfg(any(feature = "serde_json_value", feature = "serde_json_text"))]
#[path = "with_serde_json.rs"]
mod reader;

#[cfg(any(
    feature = "ours",
    feature = "serde_json_value",
    feature = "serde_json_text"
))]
mod types;

#[wasm_bindgen]
pub fn read(kind: u32, text: &str) -> String {
    #[cfg(any(
        feature = "ours",
        feature = "serde_json_value",
        feature = "serde_json_text"
    ))]
    return types::read(kind, text);
    #[cfg(feature = "values")]
    return match json::Json::parse(text.as_bytes()) {
        Ok(value) => value.to_line(),
        Err(error) => format!("{kind} {error}"),
    };
    #[cfg(not(any(
        feature = "values",
        feature = "ours",
        feature = "serde_json_value",
        feature = "serde_json_text"
    )))]
    format!("{kind} {text}")
}

#[cfg(feature = "sha256")]
#[wasm_bindgen]
pub fn hash(kind: u32, text: &str) -> Vec<u8> {
    use sha2::Digest;
    match kind {
        #[cfg(feature = "sha512")]
        1 => sha2::Sha384::digest(text).to_vec(),
        #[cfg(feature = "sha512")]
        2 => sha2::Sha512::digest(text).to_vec(),
        _ => sha2::Sha256::digest(text).to_vec(),
    }
}
#[cfg(feature = "futures")]
#[wasm_bindgen]
pub async fn wait(promise: js_sys::Promise) -> u32 {
    wasm_bindgen_futures::JsFuture::from(promise).await.is_ok() as u32
}
#[cfg(feature = "webcrypto")]
#[wasm_bindgen]
pub async fn digest(kind: u32, text: String) -> Result<Vec<u8>, JsValue> {
    let name = ["SHA-256", "SHA-384", "SHA-512"][kind as usize % 3];
    let subtle = web_sys::window().ok_or(JsValue::NULL)?.crypto()?.subtle();
    let bytes = js_sys::Uint8Array::from(text.as_bytes());
    let digest = wasm_bindgen_futures::JsFuture::from(
        subtle.digest_with_str_and_buffer_source(name, &bytes)?,
    )
    .await?;
    Ok(js_sys::Uint8Array::new(&digest).to_vec())
}
