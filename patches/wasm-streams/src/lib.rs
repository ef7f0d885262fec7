//! As much of wasm-streams as leptos' server functions need to compile. Nothing calls it: the page has
//! no server functions.

use futures_util::stream::{Empty, Stream, empty};
use wasm_bindgen::JsValue;
use web_sys::ReadableStream as RawStream;

pub struct ReadableStream(RawStream);

impl ReadableStream {
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        unimplemented!("this page has no server functions")
    }

    pub fn from_raw(raw: RawStream) -> Self {
        ReadableStream(raw)
    }

    pub fn into_raw(self) -> RawStream {
        self.0
    }

    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        empty()
    }
}
