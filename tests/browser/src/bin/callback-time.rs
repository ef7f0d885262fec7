//! How long a person waits when they come back from the provider: from the start of the callback's
//! navigation to the name on the screen. Prints each time in milliseconds, and the median.

use anyhow::{Context, Result};
use browser_tests::{Options, Role, Stage, run};
use serde_json::json;

/// Notes when the name of the person can be read for the first time after a load.
const WATCH: &str = r#"
    new MutationObserver((_, observer) => {
        if (document.body?.innerText.includes("Ada Lovelace")) {
            observer.disconnect();
            requestAnimationFrame(() => { window.identityShownAt = performance.now(); });
        }
    }).observe(document, { childList: true, subtree: true, characterData: true });
"#;
/// The navigation begins where the browser asks for the page, after the provider's redirects.
const ELAPSED: &str = r#"
    const [navigation] = performance.getEntriesByType("navigation");
    return window.identityShownAt - navigation.fetchStart;
"#;

fn main() {
    let runs = std::env::args()
        .nth(1)
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(10);
    run(Options::default(), async |stage| {
        stage.browser().devtools("Page.enable", json!({})).await?;
        stage
            .browser()
            .devtools(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": WATCH }),
            )
            .await?;
        let mut times = Vec::new();
        for _ in 0..runs {
            // After the first time the provider knows the person and asks nothing.
            let time = sign_in(stage, times.is_empty()).await?;
            println!("{time:.0} ms");
            times.push(time);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "median of {}: {:.0} ms",
            times.len(),
            times[times.len() / 2]
        );
        Ok(())
    });
}

/// One sign-in, and the way out again.
async fn sign_in(stage: &Stage, is_asked: bool) -> Result<f64> {
    stage.open("").await?;
    stage
        .click(Role::Button, "Sign in with Company SSO")
        .await?;
    if is_asked {
        stage.click(Role::Button, "Ada Lovelace").await?;
    }
    // The provider's page, which may be there still, has the name on a button.
    stage
        .becomes_true("document.getElementById('vestibule') && window.identityShownAt > 0")
        .await?;
    let elapsed = stage.execute(ELAPSED, vec![]).await?;
    stage
        .click(Role::Button, "Sign out of this page only")
        .await?;
    elapsed.as_f64().context("the browser told no time")
}
