//! The network of a test: connection state, blocked URLs, faults of the provider, and the requests it received.

use crate::context::TestContext;
use anyhow::{Context, Result};
use serde_json::{Value, json};

impl TestContext {
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
        self.browser()
            .devtools("Network.emulateNetworkConditions", conditions)
            .await
            .map(drop)
    }

    /// Blocks requests to URLs that match these patterns, and unblocks all others.
    pub async fn block_urls(&self, patterns: &[&str]) -> Result<()> {
        let browser = self.browser();
        browser.devtools("Network.enable", json!({})).await?;
        browser
            .devtools("Network.setBlockedURLs", json!({ "urls": patterns }))
            .await
            .map(drop)
    }

    pub async fn clear_browser_cache(&self) -> Result<()> {
        self.browser()
            .devtools("Network.clearBrowserCache", json!({}))
            .await
            .map(drop)
    }

    /// Ends the browser's sessions at all providers.
    pub async fn clear_provider_sessions(&self) -> Result<()> {
        self.browser()
            .devtools("Network.clearBrowserCookies", json!({}))
            .await
            .map(drop)
    }

    /// Makes an endpoint of an issuer misbehave. `kind` and `fields` are those of the table "Faults" in
    /// tests/provider/README.md.
    pub fn inject_fault(
        &self,
        provider: &str,
        endpoint: &str,
        kind: &str,
        fields: Value,
    ) -> Result<()> {
        let mut fault = json!({ "provider": provider, "endpoint": endpoint, "kind": kind });
        for (name, value) in fields.as_object().into_iter().flatten() {
            fault[name] = value.clone();
        }
        self.provider.fault(fault)
    }

    /// The requests that an endpoint of an issuer received, oldest first.
    pub fn provider_requests(&self, provider: &str, endpoint: &str) -> Result<Vec<Value>> {
        let mut requests = self.provider.requests()?;
        requests
            .retain(|request| request["provider"] == provider && request["endpoint"] == endpoint);
        Ok(requests)
    }

    /// The number of requests that an endpoint of an issuer received, without preflights.
    pub fn request_count(&self, provider: &str, endpoint: &str) -> Result<usize> {
        let requests = self.provider_requests(provider, endpoint)?;
        let requests = requests
            .iter()
            .filter(|request| request["method"] != "OPTIONS");
        Ok(requests.count())
    }

    /// The number of requests that the page's server received for paths that contain this text.
    pub fn site_request_count(&self, path: &str) -> usize {
        let requests = self.site.requests();
        let requests = requests
            .iter()
            .filter(|request| request.path_and_query.contains(path));
        requests.count()
    }

    /// The URLs that the browser navigated to, oldest first, including those that are no longer in the
    /// address bar or the history.
    pub async fn navigations(&self) -> Result<Vec<String>> {
        self.collect_secrets().await?;
        let secrets = self.secrets.borrow();
        let navigations = secrets
            .requests
            .iter()
            .filter(|request| request.is_navigation);
        Ok(navigations.map(|request| request.url.clone()).collect())
    }

    /// The last URL with an authorization response that a provider redirected to.
    pub async fn last_callback_url(&self) -> Result<String> {
        let mut navigations = self.navigations().await?.into_iter().rev();
        navigations
            .find(|url| url.starts_with(&self.site.origin()) && url.contains("state="))
            .context("no provider has redirected back to the page")
    }
}
