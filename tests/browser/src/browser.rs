//! One browser with its own driver and profile, and the WebDriver commands that the harness builds on.

use crate::command::WebDriverCommand;
use crate::driver::{Driver, capabilities};
use crate::engine::Engine;
use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use std::time::Duration;
use tempfile::TempDir;

pub struct Browser {
    pub client: Client,
    pub engine: Engine,
    process_id: Option<u64>,
    driver: Driver,
    // Dropped last.
    _profile: TempDir,
}

impl Browser {
    /// Starts the engine of this run. `blocks_site_data`: it refuses cookies and storage.
    pub async fn start(blocks_site_data: bool) -> Result<Browser> {
        let engine = Engine::chosen()?;
        let profile = tempfile::Builder::new()
            .prefix("browser-tests-")
            .tempdir()?;
        let driver = Driver::start(engine, &profile)?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(engine, &profile, blocks_site_data)?)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .with_context(|| format!("{engine} could not be started"))?;
        let process_id = client.capabilities().and_then(|capabilities| {
            let named = ["goog:processID", "moz:processID"];
            named
                .iter()
                .find_map(|name| capabilities.get(*name)?.as_u64())
        });
        Ok(Browser {
            client,
            engine,
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

    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }
}
