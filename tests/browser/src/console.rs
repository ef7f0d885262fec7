//! What the browser's console may say after a test.

use crate::stage::Options;
use serde_json::Value;

/// One line of the console.
#[derive(Debug, Clone)]
pub struct Entry {
    pub level: String,
    pub source: String,
    pub message: String,
}

impl Entry {
    pub fn read(entry: &Value) -> Entry {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        Entry {
            level: text("level"),
            source: text("source"),
            message: text("message"),
        }
    }

    /// Why this entry fails the test.
    pub fn complaint(&self, options: &Options) -> Option<String> {
        let message = &self.message;
        let expected = options.console.iter().any(|part| message.contains(part));
        if message
            .to_ascii_lowercase()
            .contains("content security policy")
            && !expected
        {
            return Some(format!(
                "a violation of the content security policy: {message}"
            ));
        }
        let network = self.source == "network" || message.contains("CORS policy");
        let allowed = expected || (network && options.network_trouble);
        (self.level == "SEVERE" && !allowed)
            .then(|| format!("an error in the console ({}): {message}", self.source))
    }
}
