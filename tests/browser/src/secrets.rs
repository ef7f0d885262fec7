//! What must not leak: codes, verifiers and tokens, gathered from what the browser sent and stored
//! while a test ran, with the requests to look for them in.

use crate::browser::Browser;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use url::form_urlencoded;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Code,
    CodeVerifier,
    AccessToken,
    RefreshToken,
    IdToken,
}

/// A request as the browser sent it.
#[derive(Debug)]
pub struct Sent {
    pub url: String,
    /// Whether it loads a page, and not a part of one.
    pub is_navigation: bool,
    pub headers: Vec<(String, String)>,
}

/// Everything gathered so far.
#[derive(Default)]
pub struct Secrets {
    known: BTreeMap<String, Kind>,
    pub requests: Vec<Sent>,
    pub token_requests: usize,
}

/// What a step of gathering found in the log.
#[derive(Default)]
struct Found {
    requests: Vec<Sent>,
    /// Form parameters of token requests.
    forms: Vec<Vec<(String, String)>>,
    /// The browser's ids of these requests.
    ids: Vec<String>,
}

impl Secrets {
    pub fn add(&mut self, kind: Kind, value: &str) {
        // What is shorter is none, and would be found anywhere.
        if value.len() >= 16 {
            self.known.insert(value.to_owned(), kind);
        }
    }

    pub fn kinds(&self) -> BTreeSet<Kind> {
        self.known.values().copied().collect()
    }

    /// The kinds of secrets that a text holds.
    pub fn held_by(&self, text: &str) -> BTreeSet<Kind> {
        self.known
            .iter()
            .filter(|(value, _)| text.contains(value.as_str()))
            .map(|(_, kind)| *kind)
            .collect()
    }

    /// The text with every secret struck out.
    pub fn strike(&self, text: &str) -> String {
        self.known
            .iter()
            .fold(text.to_owned(), |text, (value, kind)| {
                text.replace(value.as_str(), &format!("[{kind:?}]"))
            })
    }

    fn add_tokens(&mut self, tokens: &Value) {
        for (name, kind) in [
            ("access_token", Kind::AccessToken),
            ("refresh_token", Kind::RefreshToken),
            ("id_token", Kind::IdToken),
        ] {
            self.add(kind, tokens[name].as_str().unwrap_or_default());
        }
    }

    fn add_found(&mut self, found: Found) {
        for form in found.forms {
            self.token_requests += 1;
            for (name, value) in form {
                match name.as_str() {
                    "code" => self.add(Kind::Code, &value),
                    "code_verifier" => self.add(Kind::CodeVerifier, &value),
                    "refresh_token" => self.add(Kind::RefreshToken, &value),
                    _ => {}
                }
            }
        }
        for request in &found.requests {
            // The code of an answer that was refused is never sent to a token endpoint. Answers to
            // other clients are not ours to hide.
            let ours =
                parameter(&request.url, "state").is_some_and(|state| state.starts_with("vst_"));
            if let Some(code) = parameter(&request.url, "code").filter(|_| ours) {
                self.add(Kind::Code, &code);
            }
        }
        self.requests.extend(found.requests);
    }
}

pub fn parameter(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    let mut pairs = url.query_pairs();
    Some(pairs.find(|(key, _)| key == name)?.1.into_owned())
}

/// The requests and secrets that came since the last look. Bodies of answers are gone once a page is
/// left, so a test that leaves a page looks before.
pub async fn gather(browser: &Browser) -> Result<impl FnOnce(&mut Secrets)> {
    let mut found = Found::default();
    for entry in browser.log("performance").await? {
        let text = entry["message"].as_str().unwrap_or_default();
        let message: Value = serde_json::from_str(text)?;
        read(&message["message"], &mut found);
    }
    let mut answers = Vec::new();
    for id in &found.ids {
        // Gone with its page, or never answered.
        if let Ok(answer) = browser
            .devtools("Network.getResponseBody", json!({ "requestId": id }))
            .await
        {
            let body = answer["body"].as_str().unwrap_or_default();
            answers.extend(serde_json::from_str::<Value>(body));
        }
    }
    let session = browser
        .execute(
            "try { return sessionStorage.getItem('vestibule.session') } catch { return null }",
            vec![],
        )
        .await;
    if let Ok(Value::String(session)) = session {
        answers.extend(serde_json::from_str::<Value>(&session));
    }
    Ok(move |secrets: &mut Secrets| {
        secrets.add_found(found);
        for answer in &answers {
            secrets.add_tokens(answer);
        }
    })
}

fn read(message: &Value, found: &mut Found) {
    let parameters = &message["params"];
    match message["method"].as_str().unwrap_or_default() {
        "Network.requestWillBeSent" => {
            let request = &parameters["request"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let form: Vec<(String, String)> =
                form_urlencoded::parse(text(&request["postData"]).as_bytes())
                    .into_owned()
                    .collect();
            if form.iter().any(|(name, _)| name == "grant_type") {
                found.forms.push(form);
                found.ids.push(text(&parameters["requestId"]));
            }
            found.requests.push(Sent {
                url: text(&request["url"]) + &text(&request["urlFragment"]),
                is_navigation: parameters["type"] == "Document",
                headers: headers(&request["headers"]),
            });
        }
        // The headers that really went out.
        "Network.requestWillBeSentExtraInfo" => found.requests.push(Sent {
            url: String::new(),
            is_navigation: false,
            headers: headers(&parameters["headers"]),
        }),
        _ => {}
    }
}

fn headers(headers: &Value) -> Vec<(String, String)> {
    headers
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let value = value.as_str().unwrap_or_default();
            (name.to_ascii_lowercase(), value.to_owned())
        })
        .collect()
}
