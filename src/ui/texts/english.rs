//! The texts about a configuration that can't be used. Below: the remedies ([`remedies`]) and the set-up page
//! ([`setup`]).

pub(super) mod host;
pub(super) mod remedies;
pub(super) mod setup;

use super::*;

pub(super) static CONFIG: ConfigTexts = ConfigTexts {
    administrator: "For the administrator",
    whole_file: "The whole file",
    position,
    status: "HTTP status",
    of: config,
};

fn position(line: usize, column: usize) -> String {
    format!("Line {line}, column {column}")
}

const EXAMPLE: &str = r#"{
  "providers": [
    {
      "id": "sso",
      "kind": "oidc",
      "issuer": "https://id.example.com",
      "client_id": "…",
      "label": "Company SSO"
    }
  ]
}"#;

fn config(error: &ConfigError) -> ConfigText {
    let (problem, next, example) = match error {
        ConfigError::Missing => (
            "There's no vestibule.json next to this page.",
            "Add one to the folder that contains index.html. It lists the services people can sign in with, for example:",
            Some(EXAMPLE),
        ),
        ConfigError::Status(_) => (
            "The server refused to serve vestibule.json.",
            "Make the file readable for everyone, then reload the page.",
            None,
        ),
        ConfigError::Unreachable => (
            "The server didn't respond to the request for vestibule.json.",
            "Check that the server is running, and that connect-src in your content security policy allows 'self'.",
            None,
        ),
        ConfigError::Timeout => (
            "The server took too long to respond to the request for vestibule.json.",
            "Check that the server is running, then reload the page.",
            None,
        ),
        ConfigError::Refused => (
            "The configuration that this page names isn't a JSON file of the same origin.",
            "Serve it from the page's own origin, without a redirect to another one, as application/json.",
            None,
        ),
        ConfigError::Html => (
            "The server sent a web page instead of vestibule.json.",
            "Many hosts serve index.html for every address they don't know. Add vestibule.json to the folder that contains index.html, for example:",
            Some(EXAMPLE),
        ),
        ConfigError::Malformed(_) => (
            "vestibule.json isn't valid JSON.",
            "Fix the file there or just before: usually a comma or a quotation mark is missing, or there's one too many. Then reload the page.",
            None,
        ),
        ConfigError::Invalid(_) => (
            "vestibule.json has mistakes.",
            "Fix them in the file, then reload the page.",
            None,
        ),
    };
    ConfigText {
        problem,
        next,
        example,
    }
}
