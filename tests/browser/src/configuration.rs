//! Giving the page another `vestibule.json` during a test.

use crate::context::TestContext;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use xtask::site::SiteConfig;

impl TestContext {
    /// Configures the local provider's usual issuers, with these top-level settings.
    pub fn configure(&self, mut settings: Value) {
        settings["providers"] = self.provider.providers().clone();
        self.site.set_config(SiteConfig::Json(settings.to_string()));
    }

    /// Configures these providers and Company SSO, and opens the page with a clean state.
    pub async fn use_providers(&self, mut entries: Vec<Value>) -> Result<()> {
        entries.push(self.provider.entry("plain")?);
        let config = json!({ "providers": entries }).to_string();
        self.site.set_config(SiteConfig::Json(config));
        self.open("").await?;
        self.reset().await
    }

    /// The configuration entry of one of the local provider's issuers, with these settings changed. `null`
    /// removes a setting.
    pub fn provider_entry(&self, id: &str, settings: Value) -> Result<Value> {
        let mut entry = self.provider.entry(id)?;
        let fields = entry.as_object_mut().context("an entry is an object")?;
        for (name, value) in settings.as_object().into_iter().flatten() {
            if value.is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.clone(), value.clone());
            }
        }
        Ok(entry)
    }
}
