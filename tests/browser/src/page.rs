//! What people do on a page and what they see: clicks, keys, text, focus, the address bar.

use crate::context::TestContext;
use crate::element::{Role, find_by_role, name_of, role_of};
use crate::engine::Engine;
use crate::wait::wait_until;
use anyhow::{Context, Result, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::Value;

/// Returns the visible text of the document, then that of each shadow tree.
const VISIBLE_TEXT: &str = r#"
const hosts = (root) => [...root.querySelectorAll("*")].filter((element) => element.shadowRoot)
  .flatMap((host) => [host, ...hosts(host.shadowRoot)]);
const shown = [document.body, ...hosts(document).flatMap((host) => [...host.shadowRoot.children])];
return shown.filter((element) => element.checkVisibility()).map((element) => element.innerText).join("\n")"#;

impl TestContext {
    /// Opens the page, with this query, fragment or file name appended to its URL.
    pub async fn open(&self, suffix: &str) -> Result<()> {
        self.goto(&format!("{}{suffix}", self.site.url())).await
    }

    pub async fn goto(&self, url: &str) -> Result<()> {
        Ok(self.browser().client.goto(url).await?)
    }

    pub async fn reload(&self) -> Result<()> {
        Ok(self.browser().client.refresh().await?)
    }

    pub async fn back(&self) -> Result<()> {
        Ok(self.browser().client.back().await?)
    }

    /// Waits for the first visible element with this role whose accessible name contains `name`.
    pub async fn find(&self, role: Role, name: &str) -> Result<Element> {
        find_by_role(self.browser(), role, name).await
    }

    pub async fn click(&self, role: Role, name: &str) -> Result<()> {
        wait_until(async || {
            // The element may be replaced after it is found.
            self.find(role, name).await?.click().await?;
            Ok(Ok(()))
        })
        .await
        .with_context(|| format!("cannot click the {role:?} \"{name}\""))
    }

    /// Waits until the page shows this text.
    pub async fn expect_text(&self, expected: &str) -> Result<()> {
        wait_until(async || {
            let text = self.visible_text().await?;
            Ok(if text.contains(expected) {
                Ok(())
            } else {
                Err(format!(
                    "the page doesn't show \"{expected}\". It shows:\n{text}"
                ))
            })
        })
        .await
    }

    /// Expects that the page doesn't show this text right now. Wait for something else first.
    pub async fn expect_no_text(&self, unexpected: &str) -> Result<()> {
        let text = self.visible_text().await?;
        ensure!(
            !text.contains(unexpected),
            "the page shows \"{unexpected}\":\n{text}"
        );
        Ok(())
    }

    /// All text that is visible on the page.
    pub async fn visible_text(&self) -> Result<String> {
        let text = self.execute(VISIBLE_TEXT, vec![]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Presses and releases a key.
    pub async fn press(&self, key: Key) -> Result<()> {
        let value = char::from(key);
        if matches!(key, Key::Enter | Key::Tab) && self.browser().engine == Engine::Firefox {
            // As actions, these sometimes get no answer from its driver.
            let element = self.browser().client.active_element().await?;
            return Ok(element.send_keys(&value.to_string()).await?);
        }
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        Ok(self.browser().client.perform_actions(keys).await?)
    }

    /// Presses and releases a key while Control is down.
    async fn press_with_control(&self, value: char) -> Result<()> {
        let control = char::from(Key::Control);
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: control })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: control });
        Ok(self.browser().client.perform_actions(keys).await?)
    }

    /// Pastes what was copied into a field of the test, and expects this text there. No engine has to ask for that.
    pub async fn expect_clipboard(&self, text: &str) -> Result<()> {
        const FIELD: &str = "
            const back = document.activeElement;
            const field = document.body.appendChild(document.createElement('input'));
            field.focus();
            window.pasted = () => {
                const { value } = field;
                if (value) back.focus(), field.remove();
                return value;
            }";
        self.execute(FIELD, vec![]).await?;
        self.press_with_control('v').await?;
        let mut pasted = Value::Null;
        wait_until(async || {
            pasted = self.execute("return window.pasted()", vec![]).await?;
            Ok(if pasted == "" {
                Err("nothing was pasted".to_owned())
            } else {
                Ok(())
            })
        })
        .await?;
        ensure!(pasted == text, "{pasted} was copied");
        Ok(())
    }

    /// Presses Tab until the element with this name has the focus.
    pub async fn tab_to(&self, name: &str) -> Result<()> {
        let mut passed = Vec::new();
        for _ in 0..40 {
            self.press(Key::Tab).await?;
            // The focused element may be re-rendered during the command.
            let focused = wait_until(async || Ok(Ok(self.focused_name().await?))).await?;
            if focused.contains(name) {
                return Ok(());
            }
            passed.push(focused);
        }
        anyhow::bail!("Tab never reached \"{name}\", only {passed:?}")
    }

    /// The accessible name of the focused element.
    pub async fn focused_name(&self) -> Result<String> {
        let element = self.browser().client.active_element().await?;
        name_of(self.browser(), &element).await
    }

    /// The role of the focused element.
    pub async fn focused_role(&self) -> Result<String> {
        let element = self.browser().client.active_element().await?;
        role_of(self.browser(), &element).await
    }

    /// Waits until the element with this name has the focus.
    pub async fn expect_focus(&self, name: &str) -> Result<()> {
        wait_until(async || {
            let focused = self.focused_name().await?;
            Ok(if focused.contains(name) {
                Ok(())
            } else {
                Err(format!("the focus is on \"{focused}\", not on \"{name}\""))
            })
        })
        .await
    }

    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.browser().execute(script, arguments).await
    }

    /// Waits until a JavaScript expression is true.
    pub async fn wait_for_js(&self, expression: &str) -> Result<()> {
        let script = format!("return {expression}");
        wait_until(async || {
            Ok(match self.execute(&script, vec![]).await? {
                Value::Bool(true) => Ok(()),
                other => Err(format!("{expression} is {other}")),
            })
        })
        .await
    }

    pub async fn expect_no_horizontal_scroll(&self) -> Result<()> {
        let script =
            "const root = document.documentElement; return root.scrollWidth - root.clientWidth";
        let excess = self.execute(script, vec![]).await?;
        ensure!(
            excess.as_i64().is_some_and(|excess| excess <= 0),
            "the page is {excess} pixels too wide"
        );
        Ok(())
    }

    /// Waits until all finite animations are done.
    pub async fn wait_for_animations(&self) -> Result<()> {
        self.wait_for_js(
            "document.getAnimations().every((animation) =>
                animation.playState !== 'running'
                || animation.effect.getComputedTiming().endTime === Infinity)",
        )
        .await
    }

    /// Waits until a console message contains this text.
    pub async fn expect_console_message(&self, text: &str) -> Result<()> {
        wait_until(async || {
            self.read_console().await?;
            let console = self.console.borrow();
            let found = console.iter().any(|message| message.text.contains(text));
            Ok(if found {
                Ok(())
            } else {
                Err(format!("no console message has \"{text}\": {console:?}"))
            })
        })
        .await
    }

    pub async fn url(&self) -> Result<String> {
        Ok(self.browser().client.current_url().await?.to_string())
    }

    /// Waits until the address bar shows the page's URL with this suffix.
    pub async fn expect_url(&self, suffix: &str) -> Result<()> {
        let expected = format!("{}{suffix}", self.site.url());
        wait_until(async || {
            let url = self.url().await?;
            Ok(if url == expected {
                Ok(())
            } else {
                Err(format!("the address is {url}, not {expected}"))
            })
        })
        .await
    }

    /// The keys in the page's session storage.
    pub async fn session_storage_keys(&self) -> Result<Vec<String>> {
        let keys = self
            .execute("return Object.keys(sessionStorage)", vec![])
            .await?;
        let keys = keys.as_array().into_iter().flatten();
        Ok(keys.filter_map(Value::as_str).map(str::to_owned).collect())
    }

    pub async fn expect_only_a_session_stored(&self) -> Result<()> {
        let keys = self.session_storage_keys().await?;
        ensure!(
            matches!(&keys[..], [key] if key.starts_with("vestibule.session.")),
            "session storage has {keys:?}"
        );
        Ok(())
    }

    pub async fn expect_empty_session_storage(&self) -> Result<()> {
        let keys = self.session_storage_keys().await?;
        ensure!(keys.is_empty(), "session storage has {keys:?}");
        Ok(())
    }
}
