//! A deployed page: what its host sends, and its configuration.

use crate::node::run;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use vestibule::config::ConfigError;
use vestibule::platform::host::{HostProbe, LIMIT, Reply};
use vestibule::protocol::Timestamp;
use vestibule::protocol::http::FetchError;
use vestibule::setup::host::html::{Html, resolve};

/// The file next to the page.
const CONFIG: &str = "vestibule.json";

/// Fetches addresses, listed on standard input with the most bytes of each, as a browser would, and prints the
/// responses to standard output.
const SCRIPT: &str = r#"
const { urls, limit } = JSON.parse(require("node:fs").readFileSync(0));
const get = async (url) => {
  try {
    const headers = { "user-agent": "vestibule-doctor", "cache-control": "no-cache" };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    const chunks = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) break;
    }
    const start = Buffer.concat(chunks).subarray(0, limit).toString("latin1");
    return { url: response.url, status: response.status, headers: [...response.headers], start };
  } catch (error) {
    return { failed: error.name === "TimeoutError" ? "timeout" : error.cause?.code ?? String(error) };
  }
};
Promise.all(urls.map(get)).then((replies) => {
  process.stdout.write(JSON.stringify(replies), () => process.exit());
});
"#;

/// The command line as a visitor of the page.
pub struct Visitor;

impl HostProbe for Visitor {
    async fn get_all(&self, urls: &[String]) -> Vec<Result<Reply, FetchError>> {
        let replies = run(SCRIPT, &json!({ "urls": urls, "limit": LIMIT })).unwrap_or_default();
        let mut replies = replies.as_array().into_iter().flatten().map(reply);
        urls.iter()
            .map(|_| replies.next().unwrap_or(Err(FetchError::Unreachable)))
            .collect()
    }

    fn device_time(&self) -> Timestamp {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or_default())
    }
}

fn reply(answer: &Value) -> Result<Reply, FetchError> {
    if let Some(failed) = answer["failed"].as_str() {
        return Err(match failed {
            "timeout" => FetchError::Timeout,
            _ => FetchError::Unreachable,
        });
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let headers = answer["headers"].as_array().into_iter().flatten();
    // Each character is one byte.
    let start = answer["start"].as_str().unwrap_or_default().chars();
    Ok(Reply {
        url: text(&answer["url"]),
        status: answer["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or_default(),
        headers: headers
            .map(|header| (text(&header[0]), text(&header[1])))
            .collect(),
        start: start.filter_map(|c| u8::try_from(c).ok()).collect(),
    })
}

/// A page at an address, after redirects.
pub struct Page {
    /// Its address, without query.
    pub url: String,
    /// Its policies, as one header.
    pub policy: String,
    /// The text of its configuration; `None` if there is no page.
    pub config: Option<Result<Vec<u8>, ConfigError>>,
}

impl Page {
    pub fn open(url: &str) -> Page {
        let Some(Ok(reply)) = get(url) else {
            return Page {
                url: url.to_owned(),
                policy: String::new(),
                config: None,
            };
        };
        let html = Html::read(&reply.text());
        let url = reply.url.split(['?', '#']).next().unwrap_or_default();
        let header = reply.header("content-security-policy").map(str::to_owned);
        let policies: Vec<String> = header.into_iter().chain(html.policies).collect();
        let config = match html.config {
            Some(text) => Ok(text.into_bytes()),
            None => config_file(&resolve(url, CONFIG)),
        };
        Page {
            url: url.to_owned(),
            policy: policies.join(","),
            config: html.is_page.then_some(config),
        }
    }
}

fn config_file(url: &str) -> Result<Vec<u8>, ConfigError> {
    match get(url) {
        Some(Ok(reply)) if (200..300).contains(&reply.status) => Ok(reply.start),
        Some(Ok(reply)) if matches!(reply.status, 404 | 410) => Err(ConfigError::Missing),
        Some(Ok(reply)) => Err(ConfigError::Status(reply.status)),
        Some(Err(FetchError::Timeout)) => Err(ConfigError::Timeout),
        _ => Err(ConfigError::Unreachable),
    }
}

fn get(url: &str) -> Option<Result<Reply, FetchError>> {
    futures_executor::block_on(Visitor.get_all(&[url.to_owned()])).pop()
}
