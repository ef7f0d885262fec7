//! The local provider (tests/provider) as a child process: it ends with us, whatever happens.

use crate::workspace::root;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The folder of the local provider.
pub fn folder() -> PathBuf {
    root().join("tests/provider")
}

/// How to start it.
#[derive(Debug, Clone, Default)]
pub struct LocalProviderOptions {
    /// 0: any free port.
    pub port: u16,
    /// Addresses of pages that may sign in.
    pub pages: Vec<String>,
}

/// A running provider. Dropping it ends it.
pub struct LocalProvider {
    child: Child,
    ready: Value,
    port: u16,
}

impl LocalProvider {
    /// Starts it and waits until it is ready.
    pub fn start(options: &LocalProviderOptions) -> Result<LocalProvider> {
        let mut command = Command::new("node");
        command
            .arg("server.mjs")
            .args(["--port", &options.port.to_string()])
            .current_dir(folder())
            // It ends when this end of the pipe closes.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        for page in &options.pages {
            command.args(["--page", page]);
        }
        let mut child = command
            .spawn()
            .context("Node is missing: install Node 20.12 or newer")?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let Ok(ready) = serde_json::from_str::<Value>(&line) else {
            // It has said why on standard error.
            let _ = child.kill();
            let _ = child.wait();
            bail!("the local provider didn't start; its message is above");
        };
        let port = ready["origin"]
            .as_str()
            .and_then(|origin| origin.rsplit(':').next()?.parse().ok())
            .context("the local provider's ready line names no port")?;
        Ok(LocalProvider { child, ready, port })
    }

    /// `http://localhost:PORT`.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The `providers` of a page's configuration.
    pub fn providers(&self) -> &Value {
        &self.ready["providers"]
    }

    /// The entry of one provider, or of one of the directories that are for tests.
    pub fn entry(&self, id: &str) -> Result<Value> {
        let all = ["providers", "directories"].map(|list| self.ready[list].as_array());
        let mut entries = all.into_iter().flatten().flatten();
        let entry = entries.find(|entry| entry["id"] == id);
        entry
            .cloned()
            .with_context(|| format!("there is no provider \"{id}\""))
    }

    /// Names and e-mail addresses of the test users.
    pub fn users(&self) -> Vec<(String, String)> {
        let text = |user: &Value, name: &str| user[name].as_str().unwrap_or_default().to_owned();
        let users = self.ready["users"].as_array();
        let users = users.into_iter().flatten();
        users
            .map(|user| (text(user, "name"), text(user, "email")))
            .collect()
    }

    /// A whole `vestibule.json` for these providers.
    pub fn page_config(&self) -> String {
        json!({ "providers": self.providers() }).to_string()
    }

    /// Whether it is still there.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Lets another page sign in.
    pub fn add_page(&self, url: &str) -> Result<()> {
        self.control("POST", "pages", Some(json!({ "url": url })))
            .map(drop)
    }

    /// Sets a fault, as the provider's README has them.
    pub fn fault(&self, fault: Value) -> Result<()> {
        self.control("POST", "faults", Some(fault)).map(drop)
    }

    pub fn clear_faults(&self) -> Result<()> {
        self.control("DELETE", "faults", None).map(drop)
    }

    /// Ends the sessions of all browsers.
    pub fn clear_sessions(&self) -> Result<()> {
        self.control("DELETE", "sessions", None).map(drop)
    }

    /// New signing keys for one of its issuers.
    pub fn rotate_keys(&self, provider: &str) -> Result<()> {
        let body = json!({ "provider": provider });
        self.control("POST", "rotate-keys", Some(body)).map(drop)
    }

    /// How long the tokens of a provider live from now on, in the fields that its README names.
    pub fn lifetimes(&self, lifetimes: Value) -> Result<()> {
        self.control("POST", "lifetimes", Some(lifetimes)).map(drop)
    }

    /// The requests that it received.
    pub fn requests(&self) -> Result<Vec<Value>> {
        let answer = self.control("GET", "requests", None)?;
        let requests = answer.as_array().or_else(|| answer["requests"].as_array());
        requests
            .cloned()
            .context("the provider's list of requests is no list")
    }

    /// One request of its control interface, by hand: nothing else here needs an HTTP client.
    fn control(&self, method: &str, what: &str, body: Option<Value>) -> Result<Value> {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let mut stream =
            TcpStream::connect(("127.0.0.1", self.port)).context("the local provider is gone")?;
        write!(
            stream,
            "{method} /control/{what} HTTP/1.0\r\nHost: localhost:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        if !head
            .split(' ')
            .nth(1)
            .is_some_and(|status| status.starts_with('2'))
        {
            bail!("the local provider refused {method} {what}: {body}");
        }
        Ok(serde_json::from_str(body).unwrap_or(Value::Null))
    }
}

impl Drop for LocalProvider {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
