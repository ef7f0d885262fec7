//! Measures how long people wait after the provider redirects them back: from the start of that navigation
//! until the page shows their name. Prints each time in milliseconds, then the median.

use anyhow::{Context, Result};
use browser_tests::{Role, TestContext, TestOptions, run_test};
use serde_json::json;

/// Records when the page first shows the user's name.
const OBSERVE_NAME: &str = r#"
    new MutationObserver((_, observer) => {
        if (document.body?.innerText.includes("Ada Lovelace")) {
            observer.disconnect();
            requestAnimationFrame(() => { window.identityShownAt = performance.now(); });
        }
    }).observe(document, { childList: true, subtree: true, characterData: true });
"#;
/// Counts from the request for the page, after the provider's redirects.
const ELAPSED: &str = r#"
    const [navigation] = performance.getEntriesByType("navigation");
    return window.identityShownAt - navigation.fetchStart;
"#;

fn main() {
    let runs = std::env::args()
        .nth(1)
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(10);
    run_test(TestOptions::default(), async |ctx| {
        ctx.browser().devtools("Page.enable", json!({})).await?;
        ctx.add_init_script(OBSERVE_NAME).await?;
        let mut times = Vec::new();
        for _ in 0..runs {
            // The provider asks the first time only; then it has a session.
            let time = measure_sign_in(ctx, times.is_empty()).await?;
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

/// Signs in, reads the time, and signs out again.
async fn measure_sign_in(ctx: &TestContext, provider_asks: bool) -> Result<f64> {
    ctx.open("").await?;
    ctx.click(Role::Button, "Sign in with Company SSO").await?;
    if provider_asks {
        ctx.click(Role::Button, "Ada Lovelace").await?;
    }
    // Check for our page first: the provider's page has the name on a button.
    ctx.wait_for_js("document.getElementById('vestibule') && window.identityShownAt > 0")
        .await?;
    let elapsed = ctx.execute(ELAPSED, vec![]).await?;
    ctx.click(Role::Button, "Sign out of this page only")
        .await?;
    elapsed.as_f64().context("the page measured no time")
}
