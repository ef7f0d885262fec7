//! The part of wasm-streams that Leptos's server functions need to compile. Vestibule has no server functions,
//! so nothing calls it.

use futures_util::stream::{Empty, Stream, empty};
use wasm_bindgen::JsValue;
use web_sys::ReadableStream as RawStream;

/// A stream of JavaScript.
pub struct ReadableStream(RawStream);

impl ReadableStream {
    /// Never called.
    #[expect(clippy::unimplemented, reason = "there is no stream to return")]
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        unimplemented!("Vestibule has no server functions")
    }

    /// Wraps a stream.
    pub fn from_raw(raw: RawStream) -> Self {
        ReadableStream(raw)
    }

    /// Unwraps the stream.
    pub fn into_raw(self) -> RawStream {
        self.0
    }

    /// Returns an empty stream: nothing calls it.
    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        empty()
    }
}
