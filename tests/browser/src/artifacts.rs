//! The artifacts of a failed test: a screenshot, the page's source, the console and the provider's
//! requests, with all secrets redacted.

use crate::context::TestContext;
use anyhow::Result;
use std::path::PathBuf;

/// Saves the artifacts, and returns their folder.
pub async fn save(ctx: &TestContext, test: &str) -> Result<PathBuf> {
    let folder = xtask::workspace::root()
        .join("target/browser-failures")
        .join(test.replace("::", "-"));
    std::fs::create_dir_all(&folder)?;
    // Each one is optional: a broken browser may still deliver some of them.
    if let Ok(screenshot) = ctx.browser().client.screenshot().await {
        std::fs::write(folder.join("screenshot.png"), screenshot)?;
    }
    let _ = ctx.collect_secrets().await;
    let redact = |text: &str| ctx.secrets.borrow().redact(text);
    if let Ok(source) = ctx.browser().client.source().await {
        std::fs::write(folder.join("page.html"), redact(&source))?;
    }
    let _ = ctx.read_console().await;
    let console: String = ctx
        .console
        .borrow()
        .iter()
        .map(|message| format!("{} {} {}\n", message.level, message.source, message.text))
        .collect();
    std::fs::write(folder.join("console.log"), redact(&console))?;
    if let Ok(requests) = ctx.provider.requests() {
        let requests: String = requests
            .iter()
            .map(|request| format!("{request}\n"))
            .collect();
        std::fs::write(folder.join("provider.log"), redact(&requests))?;
    }
    Ok(folder)
}
