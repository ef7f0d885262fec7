//! One Chromium with its own driver and profile, and the WebDriver commands that the harness builds on.

use crate::command::WebDriverCommand;
use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use xtask::workspace::root;

pub struct Browser {
    pub client: Client,
    process_id: Option<u64>,
    driver: Driver,
    // Dropped last.
    _profile: TempDir,
}

/// A `chromedriver` process, which is killed on drop.
struct Driver {
    child: Child,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Both fail if the process has already exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Browser {
    /// `preferences` are Chromium's, as in the profile's `Preferences` file.
    pub async fn start(preferences: &Value) -> Result<Browser> {
        let profile = tempfile::Builder::new()
            .prefix("browser-tests-")
            .tempdir()?;
        let (driver, port) = start_driver(&profile)?;
        let capabilities = capabilities(&profile, preferences)?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("Chromium could not be started")?;
        let process_id = client
            .capabilities()
            .and_then(|capabilities| capabilities.get("goog:processID")?.as_u64());
        Ok(Browser {
            client,
            process_id,
            driver,
            _profile: profile,
        })
    }

    /// Quits the browser and its driver.
    pub async fn quit(self) {
        let closed = tokio::time::timeout(Duration::from_secs(5), self.client.close()).await;
        if !matches!(closed, Ok(Ok(())))
            && let Some(process_id) = self.process_id
        {
            // The browser hangs.
            let _ = std::process::Command::new("kill")
                .args(["-9", &process_id.to_string()])
                .status();
        }
        drop(self.driver);
    }

    pub async fn command(&self, command: WebDriverCommand) -> Result<Value> {
        Ok(self.client.issue_cmd(command).await?)
    }

    /// Sends a command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, name: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": name, "params": parameters });
        self.command(WebDriverCommand::post("goog/cdp/execute", body))
            .await
            .with_context(|| name.to_owned())
    }

    /// The new entries of one of the driver's logs since the last call.
    pub async fn log(&self, name: &str) -> Result<Vec<Value>> {
        let entries = self
            .command(WebDriverCommand::post("se/log", json!({ "type": name })))
            .await?;
        Ok(entries.as_array().cloned().unwrap_or_default())
    }

    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }
}

fn start_driver(temporary: &TempDir) -> Result<(Driver, u16)> {
    let program = std::env::var_os("VESTIBULE_CHROMEDRIVER")
        .map_or_else(|| PathBuf::from("chromedriver"), PathBuf::from);
    let mut child = std::process::Command::new(&program)
        .arg("--port=0")
        // Chromium leaves temporary files behind; they are removed with the profile.
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{} could not be started", program.display()))?;
    let stdout = child.stdout.take().context("chromedriver has no output")?;
    let driver = Driver { child };
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let port = port.trim_end_matches('.').parse()?;
            return Ok((driver, port));
        }
    }
    bail!("chromedriver exited without printing its port")
}

fn capabilities(profile: &TempDir, preferences: &Value) -> Result<Map<String, Value>> {
    // The same arguments as for the unit tests that run in the browser.
    let text = std::fs::read_to_string(root().join("webdriver.json"))?;
    let common: Value = serde_json::from_str(&text)?;
    let mut arguments: Vec<Value> = common["goog:chromeOptions"]["args"]
        .as_array()
        .context("webdriver.json has no goog:chromeOptions.args")?
        .clone();
    arguments.push(
        format!(
            "--user-data-dir={}",
            profile.path().join("profile").display()
        )
        .into(),
    );
    arguments.push("--window-size=1000,800".into());
    arguments.push("--lang=en-GB".into());
    let mut chrome = json!({
        "args": arguments,
        "prefs": preferences,
        "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false },
    });
    if let Some(binary) = std::env::var_os("VESTIBULE_CHROMIUM") {
        chrome["binary"] = binary.to_string_lossy().into();
    }
    let capabilities = json!({
        "goog:chromeOptions": chrome,
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        "unhandledPromptBehavior": "ignore",
        "timeouts": { "script": 10_000, "pageLoad": 20_000 },
    });
    match capabilities {
        Value::Object(capabilities) => Ok(capabilities),
        _ => bail!("capabilities are an object"),
    }
}
