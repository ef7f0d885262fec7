//! WebDriver commands that the client library doesn't have.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::Value;
use url::{ParseError, Url};

/// A command with a path relative to the session's URL.
#[derive(Debug)]
pub struct WebDriverCommand {
    path: String,
    /// `None` for GET.
    body: Option<Value>,
}

impl WebDriverCommand {
    pub fn get(path: String) -> WebDriverCommand {
        WebDriverCommand { path, body: None }
    }

    pub fn post(path: &str, body: Value) -> WebDriverCommand {
        WebDriverCommand {
            path: path.to_owned(),
            body: Some(body),
        }
    }
}

impl WebDriverCompatibleCommand for WebDriverCommand {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        match &self.body {
            None => (Method::GET, None),
            Some(body) => (Method::POST, Some(body.to_string())),
        }
    }
}
