//! What tests change about a running server: a script in its documents, files that don't arrive.

use super::{Site, SiteRequest, lock};
use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use http_body::Frame;
use serde_json::Value;
use std::io::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Where the test's script is: the page's policy allows no script in a document.
pub(super) const SCRIPT: &str = "/test-script.js";
/// Where the test's script can report what is written to the console.
pub const CONSOLE: &str = "/console-messages";

#[derive(Default)]
pub(super) struct Controls {
    scripts: Vec<String>,
    refused: Vec<String>,
    pub console: Vec<Value>,
}

impl Controls {
    pub fn script(&self) -> String {
        // A block each: they may use the same names.
        self.scripts
            .iter()
            .map(|script| format!("{{\n{script}\n}}\n"))
            .collect()
    }

    pub fn refuses(&self, path: &str) -> bool {
        self.refused.iter().any(|part| path.contains(part))
    }

    /// A document, with the script before everything else.
    pub fn with_script(&self, document: Vec<u8>) -> Vec<u8> {
        if self.scripts.is_empty() {
            return document;
        }
        let tag = format!("<head><script src=\"{SCRIPT}\"></script>");
        String::from_utf8_lossy(&document)
            .replacen("<head>", &tag, 1)
            .into_bytes()
    }
}

impl Site {
    /// Runs this script in each document that is served from now on, before the document's own scripts.
    pub fn add_script(&self, script: &str) {
        let scripts = &mut lock(&self.shared.controls).scripts;
        if !scripts.iter().any(|known| known == script) {
            scripts.push(script.to_owned());
        }
    }

    /// Closes the connection at each request for a path that contains one of these texts, and serves all others.
    /// [`Site::requests`] doesn't list the refused ones.
    pub fn refuse(&self, parts: &[&str]) {
        lock(&self.shared.controls).refused = parts.iter().map(|&part| part.to_owned()).collect();
    }

    /// What scripts have reported to [`CONSOLE`] so far.
    pub fn console(&self) -> Vec<Value> {
        lock(&self.shared.controls).console.clone()
    }
}

impl SiteRequest {
    /// A header by its name in lower case, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let mut headers = self.headers.iter();
        headers
            .find(|(header, _)| header == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Whether a window or a frame asked for a document.
    pub fn is_navigation(&self) -> bool {
        ["document", "iframe"].contains(&self.header("sec-fetch-dest"))
    }
}

/// A response that never begins: the connection is closed.
pub(super) fn refusal() -> Response {
    Response::new(Body::new(Cut))
}

struct Cut;

impl HttpBody for Cut {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Poll::Ready(Some(Err(Error::other("the test refuses this file"))))
    }
}
