//! The page set up for other providers than the usual four.

use crate::stage::Stage;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use xtask::site::SiteConfig;

impl Stage {
    /// Sets the page up with these entries and Company SSO, and opens it.
    pub async fn offer(&self, mut entries: Vec<Value>) -> Result<()> {
        entries.push(self.provider.entry("plain")?);
        let config = json!({ "providers": entries }).to_string();
        self.site.set_config(SiteConfig::Json(config));
        self.open("").await?;
        self.start_over().await
    }

    /// The entry of a provider or directory with settings of its own; null takes one out.
    pub fn entry(&self, id: &str, settings: Value) -> Result<Value> {
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
