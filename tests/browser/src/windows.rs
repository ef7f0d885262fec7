//! Several windows of one browser, and a time that a test moves on in all of them at once.

use crate::stage::Stage;
use crate::wait::until;
use anyhow::{Context, Result, ensure};
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

/// In the pages of the site: clocks that can be moved, and a word for the other windows to move theirs
/// too. `stage.play` lets time pass in all windows at once, again and again, and waits each time until
/// every one has renewed tokens.
const SCRIPT: &str = r#"
if (location.origin === ORIGIN && !window.stage) {
  const device = Date.now.bind(Date), steady = performance.now.bind(performance);
  const stage = (window.stage = { moved: Number(name), wrong: WRONG, played: 0 });
  Date.now = () => device() + stage.moved + stage.wrong;
  performance.now = () => steady() + stage.moved;
  const channel = new BroadcastChannel("test");
  stage.session = () => JSON.parse(sessionStorage.getItem("vestibule.session"));
  stage.renewals = () => stage.session()?.renewals ?? -1;
  stage.pass = (seconds) => {
    stage.moved += seconds * 1000;
    // It outlives a reload.
    name = stage.moved;
    dispatchEvent(new Event("online"));
  };
  const renewed = async (count) => {
    while (stage.renewals() < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const follow = async ({ data: { seconds, count } }) => {
    if (seconds === undefined) return;
    stage.pass(seconds);
    if (count === undefined) return;
    await renewed(count);
    channel.postMessage({ done: count });
  };
  channel.onmessage = follow;
  stage.passEverywhere = (seconds) => {
    channel.postMessage({ seconds });
    stage.pass(seconds);
  };
  stage.play = async (others, rounds, seconds) => {
    stage.played = 0;
    for (let round = 1; round <= rounds; round++) {
      const count = stage.renewals() + 1;
      const all = new Promise((resolve) => {
        let missing = others;
        channel.onmessage = ({ data }) => data.done === count && --missing === 0 && resolve();
      });
      channel.postMessage({ seconds, count });
      stage.pass(seconds);
      await Promise.all([renewed(count), all]);
      stage.played = round;
    }
    channel.onmessage = follow;
  };
}"#;

impl Stage {
    /// Another window, which is seen as the first one is: what is hidden runs slower.
    pub async fn new_window(&self) -> Result<WindowHandle> {
        let client = &self.browser().client;
        let window = client.new_window(false).await?.handle;
        client.switch_to_window(window.clone()).await?;
        Ok(window)
    }

    pub async fn window(&self) -> Result<WindowHandle> {
        Ok(self.browser().client.window().await?)
    }

    pub async fn go_to_window(&self, window: &WindowHandle) -> Result<()> {
        Ok(self
            .browser()
            .client
            .switch_to_window(window.clone())
            .await?)
    }

    /// Goes on in the window that opens beside this one. Returns this one.
    pub async fn follow_popup(&self) -> Result<WindowHandle> {
        let client = &self.browser().client;
        let page = client.window().await?;
        let popup = until(async || {
            let windows = client.windows().await?;
            let popup = windows.into_iter().find(|window| *window != page);
            Ok(popup.ok_or_else(|| "no window was opened".to_owned()))
        })
        .await?;
        client.switch_to_window(popup).await?;
        Ok(page)
    }

    pub async fn close_window(&self) -> Result<()> {
        Ok(self.browser().client.close_window().await?)
    }

    /// Waits until this page is the only window again, and goes on in it.
    pub async fn popup_closes(&self, page: WindowHandle) -> Result<()> {
        until(async || {
            let windows = self.browser().client.windows().await?;
            Ok(match windows.len() {
                1 => Ok(()),
                count => Err(format!("there are {count} windows")),
            })
        })
        .await?;
        self.go_to_window(&page).await
    }

    /// From the next page on, this window's time is the test's, by a clock that is wrong by so many
    /// seconds.
    pub async fn takes_over_time(&self, wrong: i64) -> Result<()> {
        let script = SCRIPT
            .replace("ORIGIN", &json!(self.site.origin()).to_string())
            .replace("WRONG", &(wrong * 1000).to_string());
        self.browser()
            .devtools(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": script }),
            )
            .await
            .map(drop)
    }

    /// Lets time pass in this window, which then looks after its session.
    pub async fn passes(&self, seconds: i64) -> Result<()> {
        self.execute("stage.pass(arguments[0])", vec![json!(seconds)])
            .await
            .map(drop)
    }

    /// Lets time pass in all windows.
    pub async fn passes_everywhere(&self, seconds: i64) -> Result<()> {
        self.execute("stage.passEverywhere(arguments[0])", vec![json!(seconds)])
            .await
            .map(drop)
    }

    /// How often the session of this window was renewed.
    pub async fn renewals(&self) -> Result<i64> {
        let renewals = self.execute("return stage.renewals()", vec![]).await?;
        renewals.as_i64().context("the page counts no renewals")
    }

    /// The requests for new tokens so far: their status, and the sign-in that they belong to.
    pub fn token_renewals(&self) -> Result<Vec<(Value, Value)>> {
        let requests = self.provider.requests()?;
        let renewals = requests
            .iter()
            .filter(|request| request["grant_type"] == "refresh_token");
        Ok(renewals
            .map(|request| (request["status"].clone(), request["grant"].clone()))
            .collect())
    }

    /// So many renewals were asked for, all of one sign-in, and all were granted.
    pub fn were_renewed(&self, times: usize) -> Result<()> {
        let renewals = self.token_renewals()?;
        ensure!(
            renewals.len() == times,
            "{} requests for {times} renewals",
            renewals.len()
        );
        for (status, grant) in &renewals {
            ensure!(*status == 200, "a renewal ended with {status}");
            ensure!(*grant == renewals[0].1, "a renewal is of another sign-in");
        }
        Ok(())
    }
}
