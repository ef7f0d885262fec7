//! What only Chromium's own protocol, the Chrome DevTools Protocol, can do. A test that calls [`TestContext::chromium`]
//! can't run in another engine.

use crate::browser::Browser;
use crate::command::WebDriverCommand;
use crate::context::TestContext;
use crate::engine::Engine;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

/// The browser of a test that runs in Chromium.
pub struct Chromium<'a>(&'a Browser);

impl TestContext {
    /// Fails in every other engine.
    pub fn chromium(&self) -> Result<Chromium<'_>> {
        self.browser().chromium()
    }
}

impl Browser {
    pub fn chromium(&self) -> Result<Chromium<'_>> {
        ensure!(
            self.engine == Engine::Chromium,
            "this needs Chromium's own protocol, but the test runs in {}",
            self.engine
        );
        Ok(Chromium(self))
    }
}

impl Chromium<'_> {
    /// Sends a command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, name: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": name, "params": parameters });
        self.0
            .command(WebDriverCommand::post("goog/cdp/execute", body))
            .await
            .with_context(|| name.to_owned())
    }

    /// The new entries of one of the driver's logs since the last call.
    pub async fn log(&self, name: &str) -> Result<Vec<Value>> {
        let entries = self
            .0
            .command(WebDriverCommand::post("se/log", json!({ "type": name })))
            .await?;
        Ok(entries.as_array().cloned().unwrap_or_default())
    }

    pub async fn go_offline(&self) -> Result<()> {
        self.set_offline(true).await
    }

    pub async fn go_online(&self) -> Result<()> {
        self.set_offline(false).await
    }

    async fn set_offline(&self, offline: bool) -> Result<()> {
        let conditions = json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await
            .map(drop)
    }

    /// Blocks requests to URLs that match these patterns, whoever serves them, and unblocks all others.
    pub async fn block_urls(&self, patterns: &[&str]) -> Result<()> {
        self.devtools("Network.enable", json!({})).await?;
        self.devtools("Network.setBlockedURLs", json!({ "urls": patterns }))
            .await
            .map(drop)
    }

    pub async fn clear_cache(&self) -> Result<()> {
        self.devtools("Network.clearBrowserCache", json!({}))
            .await
            .map(drop)
    }

    /// Emulates a CSS media feature, such as a preference of the person.
    pub async fn emulate_media(&self, feature: &str, value: &str) -> Result<()> {
        let media = json!({ "features": [{ "name": feature, "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", media)
            .await
            .map(drop)
    }

    /// Emulates the screen of a phone.
    pub async fn narrow_screen(&self) -> Result<()> {
        let narrow = json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true });
        self.devtools("Emulation.setDeviceMetricsOverride", narrow)
            .await
            .map(drop)
    }

    /// The URLs in the current tab's history.
    pub async fn history(&self) -> Result<Vec<String>> {
        let history = self
            .devtools("Page.getNavigationHistory", json!({}))
            .await?;
        let entries = history["entries"].as_array().into_iter().flatten();
        Ok(entries
            .filter_map(|entry| entry["url"].as_str().map(str::to_owned))
            .collect())
    }
}
