//! What a failed test leaves behind: a picture, the page's source and the console, without secrets.

use crate::stage::Stage;
use anyhow::Result;
use std::path::PathBuf;

/// Writes it and tells where.
pub async fn keep(stage: &Stage, test: &str) -> Result<PathBuf> {
    let folder = xtask::workspace::root()
        .join("target/browser-failures")
        .join(test.replace("::", "-"));
    std::fs::create_dir_all(&folder)?;
    // Each on its own: a browser in trouble may give one and not the other.
    if let Ok(picture) = stage.browser().client.screenshot().await {
        std::fs::write(folder.join("screenshot.png"), picture)?;
    }
    let _ = stage.gather().await;
    let strike = |text: &str| stage.secrets.borrow().strike(text);
    if let Ok(source) = stage.browser().client.source().await {
        std::fs::write(folder.join("page.html"), strike(&source))?;
    }
    let _ = stage.read_console().await;
    let console: String = stage
        .console
        .borrow()
        .iter()
        .map(|entry| format!("{} {} {}\n", entry.level, entry.source, entry.message))
        .collect();
    std::fs::write(folder.join("console.log"), strike(&console))?;
    if let Ok(requests) = stage.provider.requests() {
        let requests: String = requests
            .iter()
            .map(|request| format!("{request}\n"))
            .collect();
        std::fs::write(folder.join("provider.log"), strike(&requests))?;
    }
    Ok(folder)
}
