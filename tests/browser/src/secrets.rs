//! The secrets of a test (codes, verifiers and tokens), collected from the browser's requests and storage,
//! and the requests that must not leak them.

use crate::chromium::Chromium;
use crate::context::TestContext;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use url::form_urlencoded;

/// JavaScript for the text of the current session's record, or `undefined`.
pub const STORED_SESSION: &str = "Object.entries(sessionStorage)\
    .find(([key]) => key.startsWith('vestibule.session.'))?.[1]";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    Code,
    CodeVerifier,
    AccessToken,
    RefreshToken,
    IdToken,
}

/// A request that the browser sent.
#[derive(Debug)]
pub struct SentRequest {
    pub url: String,
    /// Whether the request loads a document, and not a part of one.
    pub is_navigation: bool,
    pub headers: Vec<(String, String)>,
}

/// Everything collected so far.
#[derive(Default)]
pub struct Secrets {
    known: BTreeMap<String, SecretKind>,
    pub requests: Vec<SentRequest>,
    pub token_requests: usize,
}

/// What the performance log says about requests.
#[derive(Default)]
struct LoggedRequests {
    requests: Vec<SentRequest>,
    /// Form parameters of token requests.
    token_forms: Vec<Vec<(String, String)>>,
    /// The browser's IDs of the token requests.
    token_request_ids: Vec<String>,
}

impl Secrets {
    pub fn add(&mut self, kind: SecretKind, value: &str) {
        // Anything shorter isn't a secret, and would be found by chance.
        if value.len() >= 16 {
            self.known.insert(value.to_owned(), kind);
        }
    }

    pub fn kinds(&self) -> BTreeSet<SecretKind> {
        self.known.values().copied().collect()
    }

    /// The kinds of secrets in a text.
    pub fn secrets_in(&self, text: &str) -> BTreeSet<SecretKind> {
        self.known
            .iter()
            .filter(|(value, _)| text.contains(value.as_str()))
            .map(|(_, kind)| *kind)
            .collect()
    }

    /// The text with every secret redacted.
    pub fn redact(&self, text: &str) -> String {
        self.known
            .iter()
            .fold(text.to_owned(), |text, (value, kind)| {
                text.replace(value.as_str(), &format!("[{kind:?}]"))
            })
    }

    fn add_tokens(&mut self, tokens: &Value) {
        for (name, kind) in [
            ("access_token", SecretKind::AccessToken),
            ("refresh_token", SecretKind::RefreshToken),
            ("id_token", SecretKind::IdToken),
        ] {
            self.add(kind, tokens[name].as_str().unwrap_or_default());
        }
    }

    fn add_logged(&mut self, logged: LoggedRequests) {
        for form in logged.token_forms {
            self.token_requests += 1;
            for (name, value) in form {
                match name.as_str() {
                    "code" => self.add(SecretKind::Code, &value),
                    "code_verifier" => self.add(SecretKind::CodeVerifier, &value),
                    "refresh_token" => self.add(SecretKind::RefreshToken, &value),
                    _ => {}
                }
            }
        }
        for request in &logged.requests {
            // The code of a rejected response never reaches a token endpoint, so take it from the URL.
            // Responses to other clients aren't ours to hide.
            let ours = query_parameter(&request.url, "state")
                .is_some_and(|state| state.starts_with("vst_"));
            if let Some(code) = query_parameter(&request.url, "code").filter(|_| ours) {
                self.add(SecretKind::Code, &code);
            }
        }
        self.requests.extend(logged.requests);
    }
}

pub fn query_parameter(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    let mut pairs = url.query_pairs();
    Some(pairs.find(|(key, _)| key == name)?.1.into_owned())
}

impl TestContext {
    /// Records the requests and secrets since the last call. Response bodies are lost when Chromium leaves a page, so
    /// call this before leaving one.
    pub(crate) async fn collect_secrets(&self) -> Result<()> {
        let (logged, mut tokens) = match self.chromium() {
            Ok(chromium) => read_performance_log(&chromium).await?,
            Err(_) => (self.site_requests(), Vec::new()),
        };
        let session = self
            .execute(
                &format!("try {{ return {STORED_SESSION} ?? null }} catch {{ return null }}"),
                vec![],
            )
            .await;
        if let Ok(Value::String(session)) = session {
            tokens.extend(serde_json::from_str::<Value>(&session));
        }
        let mut secrets = self.secrets.borrow_mut();
        secrets.add_logged(logged);
        for source in &tokens {
            secrets.add_tokens(source);
        }
        Ok(())
    }

    /// What the site received since the last call. Without Chromium's log, nobody else names the codes.
    fn site_requests(&self) -> LoggedRequests {
        let known = self.secrets.borrow().requests.len();
        let requests = self.site.requests().into_iter().skip(known);
        let requests = requests.map(|request| SentRequest {
            url: self.site.origin() + &request.path_and_query,
            is_navigation: request.is_navigation(),
            headers: request.headers,
        });
        LoggedRequests {
            requests: requests.collect(),
            ..LoggedRequests::default()
        }
    }
}

/// Reads the requests since the last call, and the token endpoints' responses to them.
async fn read_performance_log(chromium: &Chromium<'_>) -> Result<(LoggedRequests, Vec<Value>)> {
    let mut logged = LoggedRequests::default();
    for entry in chromium.log("performance").await? {
        let text = entry["message"].as_str().unwrap_or_default();
        let message: Value = serde_json::from_str(text)?;
        add_log_message(&message["message"], &mut logged);
    }
    let mut tokens = Vec::new();
    for id in &logged.token_request_ids {
        // Fails if the page is gone or there was no response.
        if let Ok(response) = chromium
            .devtools("Network.getResponseBody", json!({ "requestId": id }))
            .await
        {
            let body = response["body"].as_str().unwrap_or_default();
            tokens.extend(serde_json::from_str::<Value>(body));
        }
    }
    Ok((logged, tokens))
}

fn add_log_message(message: &Value, logged: &mut LoggedRequests) {
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
                logged.token_forms.push(form);
                logged
                    .token_request_ids
                    .push(text(&parameters["requestId"]));
            }
            logged.requests.push(SentRequest {
                url: text(&request["url"]) + &text(&request["urlFragment"]),
                is_navigation: parameters["type"] == "Document",
                headers: headers(&request["headers"]),
            });
        }
        // The headers that were actually sent.
        "Network.requestWillBeSentExtraInfo" => logged.requests.push(SentRequest {
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
