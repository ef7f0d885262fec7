//! Several windows of one browser, and a clock that a test can move forward in all of them.

use crate::context::TestContext;
use crate::secrets::STORED_SESSION;
use crate::wait::wait_until;
use anyhow::{Context, Result, ensure};
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

/// Replaces the clocks of the site's pages by `testClock`. Windows send each other messages to move their
/// clocks together. `testClock.renewInAllWindows` moves them again and again, and each time waits until every
/// window has renewed its tokens.
const TEST_CLOCK: &str = r#"
if (!window.testClock) {
  const deviceNow = Date.now.bind(Date), monotonicNow = performance.now.bind(performance);
  const testClock = (window.testClock = { advanced: Number(name) || 0, error: ERROR, rounds: 0 });
  Date.now = () => deviceNow() + testClock.advanced + testClock.error;
  performance.now = () => monotonicNow() + testClock.advanced;
  const channel = new BroadcastChannel("test");
  testClock.session = () => JSON.parse(STORED_SESSION ?? null);
  testClock.renewals = () => testClock.session()?.renewals ?? -1;
  testClock.advance = (seconds) => {
    testClock.advanced += seconds * 1000;
    // The window's name survives a reload.
    name = testClock.advanced;
    dispatchEvent(new Event("online"));
  };
  const renewed = async (count) => {
    while (testClock.renewals() < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const onMessage = async ({ data: { seconds, count } }) => {
    if (seconds === undefined) return;
    testClock.advance(seconds);
    if (count === undefined) return;
    await renewed(count);
    channel.postMessage({ done: count });
  };
  channel.onmessage = onMessage;
  testClock.advanceEverywhere = (seconds) => {
    channel.postMessage({ seconds });
    testClock.advance(seconds);
  };
  testClock.renewInAllWindows = async (otherWindows, rounds, seconds) => {
    testClock.rounds = 0;
    for (let round = 1; round <= rounds; round++) {
      const count = testClock.renewals() + 1;
      const othersRenewed = new Promise((resolve) => {
        let missing = otherWindows;
        channel.onmessage = ({ data }) => data.done === count && --missing === 0 && resolve();
      });
      channel.postMessage({ seconds, count });
      testClock.advance(seconds);
      await Promise.all([renewed(count), othersRenewed]);
      testClock.rounds = round;
    }
    channel.onmessage = onMessage;
  };
}"#;

impl TestContext {
    /// Opens another window and switches to it. It is visible: browsers throttle hidden pages.
    pub async fn new_window(&self) -> Result<WindowHandle> {
        let client = &self.browser().client;
        let window = client.new_window(false).await?.handle;
        client.switch_to_window(window.clone()).await?;
        Ok(window)
    }

    /// Opens an empty tab and switches to it.
    pub async fn new_tab(&self) -> Result<()> {
        let client = &self.browser().client;
        let tab = client.new_window(true).await?;
        Ok(client.switch_to_window(tab.handle).await?)
    }

    pub async fn current_window(&self) -> Result<WindowHandle> {
        Ok(self.browser().client.window().await?)
    }

    pub async fn switch_to_window(&self, window: &WindowHandle) -> Result<()> {
        Ok(self
            .browser()
            .client
            .switch_to_window(window.clone())
            .await?)
    }

    pub async fn close_window(&self) -> Result<()> {
        Ok(self.browser().client.close_window().await?)
    }

    /// Waits for a popup and switches to it. Returns the window that opened it.
    pub async fn switch_to_popup(&self) -> Result<WindowHandle> {
        let client = &self.browser().client;
        let opener = client.window().await?;
        let popup = wait_until(async || {
            let windows = client.windows().await?;
            let popup = windows.into_iter().find(|window| *window != opener);
            Ok(popup.ok_or_else(|| "no popup was opened".to_owned()))
        })
        .await?;
        client.switch_to_window(popup).await?;
        Ok(opener)
    }

    /// Waits until the popup is closed, and switches back to the window that opened it.
    pub async fn wait_for_popup_to_close(&self, opener: WindowHandle) -> Result<()> {
        wait_until(async || {
            let windows = self.browser().client.windows().await?;
            Ok(match windows.len() {
                1 => Ok(()),
                count => Err(format!("there are {count} windows")),
            })
        })
        .await?;
        self.switch_to_window(&opener).await
    }

    /// Gives all windows a test clock, each from its next page load on. `error` is how many seconds the device's
    /// clock is fast.
    pub fn install_test_clock(&self, error: i64) {
        let script = TEST_CLOCK
            .replace("STORED_SESSION", STORED_SESSION)
            .replace("ERROR", &(error * 1000).to_string());
        self.site.add_script(&script);
    }

    /// Moves this window's clock forward. The page then checks its session.
    pub async fn advance_time(&self, seconds: i64) -> Result<()> {
        self.execute("testClock.advance(arguments[0])", vec![json!(seconds)])
            .await
            .map(drop)
    }

    /// Moves the clocks of all windows forward.
    pub async fn advance_time_everywhere(&self, seconds: i64) -> Result<()> {
        self.execute(
            "testClock.advanceEverywhere(arguments[0])",
            vec![json!(seconds)],
        )
        .await
        .map(drop)
    }

    /// How often this window's session was renewed.
    pub async fn renewals(&self) -> Result<i64> {
        let renewals = self.execute("return testClock.renewals()", vec![]).await?;
        renewals.as_i64().context("the page counts no renewals")
    }

    /// The refresh requests that the provider received: the status of each, and the number of the grant.
    pub fn refresh_requests(&self) -> Result<Vec<(Value, Value)>> {
        let requests = self.provider.requests()?;
        let refreshes = requests
            .iter()
            .filter(|request| request["grant_type"] == "refresh_token");
        Ok(refreshes
            .map(|request| (request["status"].clone(), request["grant"].clone()))
            .collect())
    }

    /// Expects this many refresh requests, all successful and all of one grant.
    pub fn expect_refreshes(&self, count: usize) -> Result<()> {
        let requests = self.refresh_requests()?;
        ensure!(
            requests.len() == count,
            "{} refresh requests instead of {count}",
            requests.len()
        );
        for (status, grant) in &requests {
            ensure!(*status == 200, "a refresh request failed with {status}");
            ensure!(
                *grant == requests[0].1,
                "a refresh request belongs to another grant"
            );
        }
        Ok(())
    }
}
