//! Which console messages fail a test.

use crate::context::TestOptions;
use serde_json::Value;

/// Reports the console of the site's documents, for engines whose driver has no log of it.
pub const REPORTER: &str = include_str!("console.js");

/// A message in the browser's console.
#[derive(Debug, Clone)]
pub struct ConsoleMessage {
    pub level: String,
    pub source: String,
    pub text: String,
}

impl ConsoleMessage {
    pub fn from_log(entry: &Value) -> ConsoleMessage {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        ConsoleMessage {
            level: text("level"),
            source: text("source"),
            text: text("message"),
        }
    }

    /// Whether it's Chromium's warning about the sandbox of a hidden iframe, with the address that the iframe was
    /// loaded from: that of `callback.html`, with a code that has been used (docs/threat-model.md).
    pub fn is_about_the_sandbox(&self) -> bool {
        self.level == "WARNING"
            && ["/callback.html?code=", "/callback.html#code="]
                .iter()
                .any(|address| self.text.contains(address))
            && self.text.ends_with("can escape its sandboxing.")
    }

    /// Why this message fails the test, or `None` if it doesn't.
    pub fn violation(&self, options: &TestOptions) -> Option<String> {
        let text = &self.text;
        let expected = options
            .expected_console_messages
            .iter()
            .any(|part| text.contains(part));
        let lowercase = text.to_ascii_lowercase();
        let names_policy = ["content security policy", "this document requires 'trusted"];
        if names_policy.iter().any(|part| lowercase.contains(part)) && !expected {
            return Some(format!(
                "a violation of the content security policy: {text}"
            ));
        }
        let is_network = self.source == "network" || text.contains("CORS policy");
        let allowed = expected || (is_network && options.allow_network_errors);
        (self.level == "SEVERE" && !allowed)
            .then(|| format!("an error in the console ({}): {text}", self.source))
    }
}
