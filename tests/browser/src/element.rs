//! Finding elements by role and accessible name, as the browser computes them.

use crate::browser::Browser;
use crate::command::WebDriverCommand;
use crate::engine::Engine;
use crate::wait::wait_until;
use anyhow::Result;
use fantoccini::elements::{Element, ElementRef};

/// The web element identifier (WebDriver §12.1).
const ELEMENT_ID: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The ARIA roles that the page and the provider use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Alert,
    AlertDialog,
    Status,
    Button,
    Heading,
    Link,
    /// The summary of a `<details>` element.
    Disclosure,
}

impl Role {
    /// A selector for elements that may have this role.
    fn selector(self) -> &'static str {
        match self {
            Role::Alert => "[role=alert]",
            Role::AlertDialog => "[role=alertdialog]",
            Role::Status => "[role=status]",
            Role::Button => "button, [role=button]",
            Role::Heading => "h1, h2, h3, [role=heading]",
            Role::Link => "a[href], [role=link]",
            Role::Disclosure => "summary",
        }
    }

    /// Whether the browser's computed role is this one.
    fn matches(self, computed: &str, engine: Engine) -> bool {
        match self {
            Role::Alert => computed == "alert",
            Role::AlertDialog => computed == "alertdialog",
            Role::Status => computed == "status",
            Role::Button => computed == "button",
            Role::Heading => computed == "heading",
            Role::Link => computed == "link",
            // No role of ARIA, so engines call it what they like.
            Role::Disclosure => engine != Engine::Chromium || computed == "DisclosureTriangle",
        }
    }
}

/// Waits for the first visible element with this role whose accessible name contains `name`.
pub async fn find_by_role(browser: &Browser, role: Role, name: &str) -> Result<Element> {
    wait_until(async || {
        let mut names = Vec::new();
        for element in candidates(browser, role).await? {
            if !element.is_displayed().await? {
                continue;
            }
            let accessible_name = name_of(browser, &element).await?;
            let is_named = accessible_name.contains(name);
            if is_named && role.matches(&role_of(browser, &element).await?, browser.engine) {
                return Ok(Ok(element));
            }
            names.push(accessible_name);
        }
        Ok(Err(format!(
            "there is no {role:?} \"{name}\", only {names:?}"
        )))
    })
    .await
}

/// Elements that may have this role, including those in shadow trees.
async fn candidates(browser: &Browser, role: Role) -> Result<Vec<Element>> {
    const FIND_IN_SHADOW_TREES: &str = r#"
        const [selector] = arguments;
        const find = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
            ...(element.matches(selector) ? [element] : []),
            ...(element.shadowRoot ? find(element.shadowRoot) : []),
        ]);
        return find(document)"#;
    let found = browser
        .execute(FIND_IN_SHADOW_TREES, vec![role.selector().into()])
        .await?;
    let found: Vec<ElementRef> = found
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|reference| {
            Some(ElementRef::from(
                reference.get(ELEMENT_ID)?.as_str()?.to_owned(),
            ))
        })
        .collect();
    let client = &browser.client;
    Ok(found
        .into_iter()
        .map(|reference| Element::from_element_id(client.clone(), reference))
        .collect())
}

pub async fn name_of(browser: &Browser, element: &Element) -> Result<String> {
    computed(browser, element, "computedlabel").await
}

pub async fn role_of(browser: &Browser, element: &Element) -> Result<String> {
    computed(browser, element, "computedrole").await
}

async fn computed(browser: &Browser, element: &Element, property: &str) -> Result<String> {
    let path = format!("element/{}/{property}", element.element_id().as_ref());
    let value = browser.command(WebDriverCommand::get(path)).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}
