//! The network of a test: faults of the provider, and the requests that it and the site received.

use crate::context::TestContext;
use anyhow::{Context, Result};
use serde_json::{Value, json};

impl TestContext {
    /// Empties Chromium's cache. Other drivers can't, so a test that runs in every engine needs nothing that is cached.
    pub async fn clear_browser_cache(&self) -> Result<()> {
        match self.chromium() {
            Ok(chromium) => chromium.clear_cache().await,
            Err(_) => Ok(()),
        }
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
    /// address bar or the history. Only Chromium names those of other sites.
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
