//! WebDriver commands that the client library has no method for.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::Value;
use url::{ParseError, Url};

/// A command below the session's address.
#[derive(Debug)]
pub struct Command {
    path: String,
    /// Present for POST, absent for GET.
    body: Option<Value>,
}

impl Command {
    pub fn get(path: String) -> Command {
        Command { path, body: None }
    }

    pub fn post(path: &str, body: Value) -> Command {
        Command {
            path: path.to_owned(),
            body: Some(body),
        }
    }
}

impl WebDriverCompatibleCommand for Command {
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
