//! The rules of axe-core.

use crate::TestContext;
use anyhow::{Context, Result, ensure};
use serde_json::json;

impl TestContext {
    /// Expects no violation of axe-core's rules: in light and dark mode in Chromium, which can switch it.
    pub async fn expect_accessible(&self) -> Result<()> {
        let Ok(chromium) = self.chromium() else {
            return self.expect_no_axe_violation().await;
        };
        for scheme in ["light", "dark"] {
            chromium
                .emulate_media("prefers-color-scheme", scheme)
                .await?;
            self.expect_no_axe_violation()
                .await
                .with_context(|| format!("in {scheme}"))?;
        }
        Ok(())
    }

    /// Expects no violation of axe-core's rules as the page looks after its animations.
    pub async fn expect_no_axe_violation(&self) -> Result<()> {
        let file = xtask::workspace::root().join("tests/browser/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&file)
            .with_context(|| format!("{} is missing: run npm ci there", file.display()))?;
        self.execute(&axe, vec![]).await?;
        self.wait_for_animations().await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run().then(
                ({ violations, passes }) => done({
                    passes: passes.length,
                    violations: violations.map(({ id, nodes }) => [id, ...nodes.map(({ html, failureSummary }) => html + failureSummary)]),
                }),
                (error) => done({ error: String(error) }),
            )";
        let result = self.browser().client.execute_async(script, vec![]).await?;
        ensure!(result["passes"].as_u64() > Some(5), "axe-core: {result}");
        ensure!(result["violations"] == json!([]), "{result:#}");
        Ok(())
    }
}
