//! A host without a browser: Node sends the requests, and the checks see only what a page could read.

use crate::node::run;
use serde_json::{Value, json};
use std::cell::RefCell;
use vestibule::config::Addresses;
use vestibule::platform::Probe;
use vestibule::protocol::http::{Body, FetchError, Request, Response, without_query};
use vestibule::protocol::url::Endpoint;
use vestibule::setup::host::policy;

/// Sends one request, described on standard input, and prints the response to standard output. It has
/// the page's limits: 10 seconds, 256 KiB, no redirect.
const SCRIPT: &str = r#"
const { url, form, origin } = JSON.parse(require("node:fs").readFileSync(0));
const { request } = require(url.startsWith("https:") ? "node:https" : "node:http");
const end = (result) => { process.stdout.write(JSON.stringify(result)); process.exit(); };
setTimeout(() => end({ failed: "timeout" }), 10_000);
const headers = { accept: "*/*", "user-agent": "vestibule-doctor" };
if (origin) headers.origin = origin;
if (form !== null) headers["content-type"] = "application/x-www-form-urlencoded;charset=UTF-8";
const body = form === null ? "" : new URLSearchParams(form).toString();
if (body) headers["content-length"] = Buffer.byteLength(body);
const sent = request(url, { method: form === null ? "GET" : "POST", headers }, (response) => {
  const chunks = [];
  let size = 0;
  response.on("data", (chunk) => {
    size += chunk.length;
    if (size > 256 * 1024) end({ failed: "large" });
    chunks.push(chunk);
  });
  response.on("error", (error) => end({ failed: error.code ?? String(error) }));
  response.on("end", () => end({
    status: response.statusCode,
    type: response.headers["content-type"] ?? "",
    allowed: response.headers["access-control-allow-origin"] ?? null,
    policy: response.headers["content-security-policy"] ?? null,
    body: Buffer.concat(chunks).toString(),
  }));
});
sent.on("error", (error) => end({ failed: error.code ?? String(error) }));
sent.end(body);
"#;

/// The page and its host, as far as the checks need them.
pub struct Host {
    /// The page's origin, if its address is known.
    origin: Option<String>,
    /// The content security policy that the page's server sends.
    policy: Option<String>,
    is_secure: bool,
    /// What went wrong with the last requests, in more detail than a page can know.
    notes: RefCell<Vec<String>>,
}

impl Host {
    pub fn new(addresses: Option<&Addresses>) -> Host {
        let page = addresses.map(|addresses| addresses.redirect_uri.as_str());
        Host::with_policy(addresses, page.and_then(policy_of))
    }

    /// The host of a page whose policy is known.
    pub fn with_policy(addresses: Option<&Addresses>, policy: Option<String>) -> Host {
        let page = addresses.map(|addresses| addresses.redirect_uri.as_str());
        Host {
            origin: addresses.map(|addresses| addresses.origin().to_owned()),
            policy,
            // Valid addresses are https or loopback, which are both secure contexts.
            is_secure: page.is_none_or(|page| Endpoint::parse(page).is_ok()),
            notes: RefCell::default(),
        }
    }

    /// Returns the notes about the last requests and forgets them.
    pub fn take_notes(&self) -> Vec<String> {
        self.notes.take()
    }

    fn note(&self, url: &str, what: &str) {
        let note = format!("{}: {what}", without_query(url));
        self.notes.borrow_mut().push(note);
    }

    /// Reads what Node printed as far as a browser would let a page read the response.
    fn process_response(&self, url: &str, answer: &Value) -> Result<Response, FetchError> {
        let text = |name: &str| answer[name].as_str().unwrap_or_default();
        if let Some(failed) = answer["failed"].as_str() {
            return Err(match failed {
                "timeout" => FetchError::Timeout,
                "large" => FetchError::TooLarge,
                reason => {
                    self.note(url, reason);
                    FetchError::Unreachable
                }
            });
        }
        let status = answer["status"].as_u64().unwrap_or_default();
        if (300..400).contains(&status) {
            self.note(url, "it redirects, and a page doesn't follow");
            return Err(FetchError::Redirected);
        }
        if let Some(origin) = &self.origin {
            let allowed = text("allowed");
            if allowed != "*" && allowed != origin {
                let what = match allowed {
                    "" => "it answers, but without Access-Control-Allow-Origin".to_owned(),
                    other => format!("it answers, but lets only {other} read it"),
                };
                self.note(url, &what);
                return Err(FetchError::Unreachable);
            }
        }
        let content_type = text("type").split(';').next().unwrap_or_default();
        Ok(Response {
            status: u16::try_from(status).unwrap_or_default(),
            content_type: content_type.trim().to_ascii_lowercase(),
            // Every request is sent once.
            retry_after: None,
            request_id: None,
            body: text("body").as_bytes().to_vec(),
        })
    }
}

impl Probe for Host {
    fn has_crypto(&self) -> bool {
        self.is_secure
    }

    async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        let form = match request.body {
            Body::None => Value::Null,
            Body::Form(fields) => json!(fields),
        };
        let description = json!({ "url": request.url, "form": form, "origin": self.origin });
        match run(SCRIPT, &description) {
            Some(answer) => self.process_response(&request.url, &answer),
            None => {
                self.note(
                    &request.url,
                    "Node couldn't send it: install Node 20.12 or newer",
                );
                Err(FetchError::Unreachable)
            }
        }
    }

    fn is_page(&self) -> bool {
        false
    }

    async fn policy_allows(&self, url: &Endpoint) -> Option<bool> {
        let page = self.origin.as_deref()?;
        Some(policy::allows(self.policy.as_deref()?, page, url))
    }
}

/// The content security policy of the page's server, if the page is there already.
fn policy_of(page: &str) -> Option<String> {
    let description = json!({ "url": page, "form": null, "origin": null });
    let answer = run(SCRIPT, &description)?;
    answer["policy"].as_str().map(str::to_owned)
}
