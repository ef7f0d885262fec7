//! What a person does and sees.

use crate::element::{Role, find, label_of, role_of};
use crate::stage::Stage;
use crate::wait::until;
use anyhow::{Context, Result, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::{Value, json};
use xtask::site::SiteConfig;

/// The words that can be read on the screen, those in shadow trees last.
const WORDS: &str = r#"
const hosts = (root) => [...root.querySelectorAll("*")].filter((element) => element.shadowRoot)
  .flatMap((host) => [host, ...hosts(host.shadowRoot)]);
const shown = [document.body, ...hosts(document).flatMap((host) => [...host.shadowRoot.children])];
return shown.filter((element) => element.checkVisibility()).map((element) => element.innerText).join("\n")"#;

impl Stage {
    /// Opens the page, with a query or fragment, or a file below it.
    pub async fn open(&self, more: &str) -> Result<()> {
        self.goto(&format!("{}{more}", self.site.url())).await
    }

    pub async fn goto(&self, url: &str) -> Result<()> {
        Ok(self.browser().client.goto(url).await?)
    }

    pub async fn find(&self, role: Role, name: &str) -> Result<Element> {
        find(self.browser(), role, name).await
    }

    pub async fn click(&self, role: Role, name: &str) -> Result<()> {
        until(async || {
            // It may be replaced between being found and being clicked.
            self.find(role, name).await?.click().await?;
            Ok(Ok(()))
        })
        .await
        .with_context(|| format!("{role:?} \"{name}\" cannot be clicked"))
    }

    /// Waits until the words are on the screen.
    pub async fn sees(&self, words: &str) -> Result<()> {
        until(async || {
            let text = self.words().await?;
            Ok(match text.contains(words) {
                true => Ok(()),
                false => Err(format!("\"{words}\" is not on the screen, but:\n{text}")),
            })
        })
        .await
    }

    /// The words are not on the screen now. To be asked once something else is there.
    pub async fn does_not_see(&self, words: &str) -> Result<()> {
        let text = self.words().await?;
        ensure!(
            !text.contains(words),
            "\"{words}\" is on the screen:\n{text}"
        );
        Ok(())
    }

    /// Everything that can be read on the screen.
    pub async fn words(&self) -> Result<String> {
        let words = self.execute(WORDS, vec![]).await?;
        Ok(words.as_str().unwrap_or_default().to_owned())
    }

    /// Presses a key and lets it go, wherever the focus is.
    pub async fn press(&self, key: Key) -> Result<()> {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        Ok(self.browser().client.perform_actions(keys).await?)
    }

    /// Presses Tab until the element of this name has the focus.
    pub async fn tab_to(&self, name: &str) -> Result<()> {
        let mut passed = Vec::new();
        for _ in 0..40 {
            self.press(Key::Tab).await?;
            // What has the focus may be drawn anew meanwhile.
            let label = until(async || Ok(Ok(self.focused().await?))).await?;
            if label.contains(name) {
                return Ok(());
            }
            passed.push(label);
        }
        anyhow::bail!("Tab never came to \"{name}\", only to {passed:?}")
    }

    /// The accessible name of what has the focus.
    pub async fn focused(&self) -> Result<String> {
        let element = self.browser().client.active_element().await?;
        label_of(self.browser(), &element).await
    }

    /// The role of what has the focus.
    pub async fn focused_role(&self) -> Result<String> {
        let element = self.browser().client.active_element().await?;
        role_of(self.browser(), &element).await
    }

    pub async fn waits_for_focus(&self, name: &str) -> Result<()> {
        until(async || {
            let focused = self.focused().await?;
            Ok(match focused.contains(name) {
                true => Ok(()),
                false => Err(format!("the focus is on \"{focused}\", not on \"{name}\"")),
            })
        })
        .await
    }

    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.browser().execute(script, arguments).await
    }

    /// Waits until a JavaScript expression is true.
    pub async fn becomes_true(&self, expression: &str) -> Result<()> {
        let script = format!("return {expression}");
        until(async || {
            Ok(match self.execute(&script, vec![]).await? {
                Value::Bool(true) => Ok(()),
                other => Err(format!("it is {other}: {expression}")),
            })
        })
        .await
    }

    pub async fn has_no_horizontal_scroll(&self) -> Result<()> {
        let script =
            "const root = document.documentElement; return root.scrollWidth - root.clientWidth";
        let excess = self.execute(script, vec![]).await?;
        ensure!(
            excess.as_i64().is_some_and(|excess| excess <= 0),
            "the page is {excess} pixels too wide"
        );
        Ok(())
    }

    /// The addresses of this tab's history.
    pub async fn history(&self) -> Result<Vec<String>> {
        let history = self
            .browser()
            .devtools("Page.getNavigationHistory", json!({}))
            .await?;
        let entries = history["entries"].as_array().into_iter().flatten();
        Ok(entries
            .filter_map(|entry| entry["url"].as_str().map(str::to_owned))
            .collect())
    }

    /// A preference of the person, as media queries see it.
    pub async fn prefers(&self, feature: &str, value: &str) -> Result<()> {
        let media = json!({ "features": [{ "name": feature, "value": value }] });
        self.browser()
            .devtools("Emulation.setEmulatedMedia", media)
            .await
            .map(drop)
    }

    /// Waits until nothing fades or moves any more, apart from what never ends.
    pub async fn animations_end(&self) -> Result<()> {
        self.becomes_true(
            "document.getAnimations().every((animation) =>
                animation.playState !== 'running'
                || animation.effect.getComputedTiming().endTime === Infinity)",
        )
        .await
    }

    /// Waits until a message of the console contains these words.
    pub async fn console_says(&self, words: &str) -> Result<()> {
        until(async || {
            self.read_console().await?;
            let console = self.console.borrow();
            Ok(
                match console.iter().any(|entry| entry.message.contains(words)) {
                    true => Ok(()),
                    false => Err(format!("the console does not say \"{words}\": {console:?}")),
                },
            )
        })
        .await
    }

    pub async fn url(&self) -> Result<String> {
        Ok(self.browser().client.current_url().await?.to_string())
    }

    /// The address bar comes to show this, below the page's address.
    pub async fn address_is(&self, more: &str) -> Result<()> {
        let expected = format!("{}{more}", self.site.url());
        until(async || {
            let url = self.url().await?;
            Ok(match url == expected {
                true => Ok(()),
                false => Err(format!("the address is {url}, not {expected}")),
            })
        })
        .await
    }

    pub async fn reload(&self) -> Result<()> {
        Ok(self.browser().client.refresh().await?)
    }

    pub async fn back(&self) -> Result<()> {
        Ok(self.browser().client.back().await?)
    }

    /// The keys of the page's session storage, apart from what src/start.js notes there.
    pub async fn storage(&self) -> Result<Vec<String>> {
        let keys = self
            .execute("return Object.keys(sessionStorage)", vec![])
            .await?;
        let keys = keys.as_array().into_iter().flatten();
        Ok(keys
            .filter_map(Value::as_str)
            .filter(|key| *key != "vestibule.full")
            .map(str::to_owned)
            .collect())
    }

    /// The addresses that the browser navigated to, oldest first, among them ones that are out of the
    /// address bar and the history by now.
    pub async fn navigations(&self) -> Result<Vec<String>> {
        self.gather().await?;
        let secrets = self.secrets.borrow();
        let navigations = secrets.requests.iter().filter(|sent| sent.is_navigation);
        Ok(navigations.map(|sent| sent.url.clone()).collect())
    }

    /// The last answer that a provider sent the browser back to the page with.
    pub async fn last_answer(&self) -> Result<String> {
        let mut navigations = self.navigations().await?.into_iter().rev();
        navigations
            .find(|url| url.starts_with(&self.site.origin()) && url.contains("state="))
            .context("no provider has answered")
    }

    /// Another tab, with nothing in it, to go on in.
    pub async fn new_tab(&self) -> Result<()> {
        let client = &self.browser().client;
        let tab = client.new_window(true).await?;
        Ok(client.switch_to_window(tab.handle).await?)
    }

    /// From the picker to the provider, and there as this user. Waits for nothing afterwards.
    pub async fn choose(&self, provider: &str, user: &str) -> Result<()> {
        self.click(Role::Button, &format!("Sign in with {provider}"))
            .await?;
        self.click(Role::Button, user).await
    }

    /// A whole sign-in, from the picker on the screen to the person on the screen.
    pub async fn sign_in(&self, provider: &str, user: &str) -> Result<()> {
        self.choose(provider, user).await?;
        self.is_signed_in(user).await
    }

    pub async fn is_signed_in(&self, user: &str) -> Result<()> {
        self.find(Role::Heading, "You are signed in").await?;
        self.sees(user).await?;
        self.signed_in_once.set(true);
        self.gather().await
    }

    /// A failed sign-in: these words, nobody signed in, nothing kept, and the picker can be used.
    pub async fn is_refused(&self, words: &str) -> Result<()> {
        self.sees(words).await?;
        self.find(Role::Alert, "").await?;
        let picker = self.find(Role::Button, "Sign in with Company SSO").await?;
        ensure!(picker.is_enabled().await?, "the picker cannot be used");
        self.does_not_see("You are signed in").await?;
        let kept = self.storage().await?;
        ensure!(kept.is_empty(), "session storage keeps {kept:?}");
        self.gather().await
    }

    /// No token, code or verifier is in this text.
    pub async fn holds_no_secret(&self, text: &str) -> Result<()> {
        self.gather().await?;
        let held = self.secrets.borrow().held_by(text);
        ensure!(held.is_empty(), "it holds {held:?}");
        Ok(())
    }

    /// A configuration for the provider's issuers, with settings at its top.
    pub fn configure(&self, mut settings: Value) {
        settings["providers"] = self.provider.providers().clone();
        self.site.set_config(SiteConfig::Json(settings.to_string()));
    }

    /// What the administrator reads under the person's sentence.
    pub async fn administrator_reads(&self, words: &[&str]) -> Result<()> {
        self.click(Role::Disclosure, "For the administrator")
            .await?;
        for words in words {
            self.sees(words).await?;
        }
        Ok(())
    }

    /// The requests that an endpoint of an issuer received, oldest first.
    pub fn received(&self, provider: &str, endpoint: &str) -> Result<Vec<Value>> {
        let mut requests = self.provider.requests()?;
        requests
            .retain(|request| request["provider"] == provider && request["endpoint"] == endpoint);
        Ok(requests)
    }

    /// How often an endpoint of an issuer was asked, preflights apart.
    pub fn asked(&self, provider: &str, endpoint: &str) -> Result<usize> {
        let received = self.received(provider, endpoint)?;
        let asked = received
            .iter()
            .filter(|request| request["method"] != "OPTIONS");
        Ok(asked.count())
    }

    pub fn fault(&self, provider: &str, endpoint: &str, kind: &str, more: Value) -> Result<()> {
        let mut fault = json!({ "provider": provider, "endpoint": endpoint, "kind": kind });
        for (name, value) in more.as_object().into_iter().flatten() {
            fault[name] = value.clone();
        }
        self.provider.fault(fault)
    }

    pub async fn offline(&self) -> Result<()> {
        self.network(true).await
    }

    pub async fn online(&self) -> Result<()> {
        self.network(false).await
    }

    /// From now on no answer comes from addresses like these, and again from all others.
    pub async fn block(&self, patterns: &[&str]) -> Result<()> {
        let browser = self.browser();
        browser.devtools("Network.enable", json!({})).await?;
        browser
            .devtools("Network.setBlockedURLs", json!({ "urls": patterns }))
            .await
            .map(drop)
    }

    async fn network(&self, offline: bool) -> Result<()> {
        let conditions = json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.browser()
            .devtools("Network.emulateNetworkConditions", conditions)
            .await
            .map(drop)
    }

    /// The providers do not know the person any more.
    pub async fn forget_at_providers(&self) -> Result<()> {
        self.browser()
            .devtools("Network.clearBrowserCookies", json!({}))
            .await
            .map(drop)
    }

    /// Another case on the same stage: nobody knows anybody any more.
    pub async fn start_over(&self) -> Result<()> {
        self.gather().await?;
        self.provider.clear_faults()?;
        self.forget_at_providers().await?;
        self.browser()
            .devtools("Network.clearBrowserCache", json!({}))
            .await?;
        self.execute("sessionStorage.clear()", vec![]).await?;
        self.open("").await
    }
}
