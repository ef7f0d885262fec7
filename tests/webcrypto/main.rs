//! Signatures in the browser's WebCrypto, with the key choice, key import and verification of a sign-in.
#![cfg(target_arch = "wasm32")]
// A test that fails panics. Clippy takes only `#[test]` for tests.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod rfc_examples;
mod wycheproof;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vestibule::json::{Json, Object};
use vestibule::platform::Platform;
use vestibule::platform::browser::BrowserPlatform;
use vestibule::protocol::jwks::{Key, KeySet};
use vestibule::protocol::jws::{Algorithm, Jws};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn key_set(jwk: &Object) -> KeySet {
    let keys = Json::Array(vec![Json::Object(jwk.clone())]);
    let document = [("keys".to_owned(), keys)].into_iter().collect();
    KeySet::read(&document).unwrap()
}

async fn verify(token: &Jws, key: &Key) -> bool {
    BrowserPlatform
        .verify(token, key)
        .await
        .expect("the browser knows the algorithm, and imports the key")
}
