//! Finding what a person finds: by role and accessible name, as the browser computes them.

use crate::browser::Browser;
use crate::command::Command;
use crate::wait::until;
use anyhow::Result;
use fantoccini::elements::{Element, ElementRef};

/// What WebDriver calls a reference to an element (§12.1).
const REFERENCE: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The roles that the page and the provider use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Alert,
    AlertDialog,
    Button,
    Heading,
    Link,
    /// What opens and closes details.
    Disclosure,
}

impl Role {
    /// Elements that may have this role.
    fn candidates(self) -> &'static str {
        match self {
            Role::Alert => "[role=alert]",
            Role::AlertDialog => "[role=alertdialog]",
            Role::Button => "button, [role=button]",
            Role::Heading => "h1, h2, h3, [role=heading]",
            Role::Link => "a[href], [role=link]",
            Role::Disclosure => "summary",
        }
    }

    /// Whether the browser's word for a role means this one.
    fn is_called(self, computed: &str) -> bool {
        match self {
            Role::Alert => computed == "alert",
            Role::AlertDialog => computed == "alertdialog",
            Role::Button => computed == "button",
            Role::Heading => computed == "heading",
            Role::Link => computed == "link",
            Role::Disclosure => computed == "DisclosureTriangle",
        }
    }
}

/// The first visible element of this role whose accessible name contains these words.
pub async fn find(browser: &Browser, role: Role, name: &str) -> Result<Element> {
    until(async || {
        let mut seen = Vec::new();
        for element in candidates(browser, role).await? {
            if !element.is_displayed().await? {
                continue;
            }
            let label = label_of(browser, &element).await?;
            if label.contains(name) && role.is_called(&role_of(browser, &element).await?) {
                return Ok(Ok(element));
            }
            seen.push(label);
        }
        Ok(Err(format!(
            "there is no {role:?} \"{name}\", only {seen:?}"
        )))
    })
    .await
}

/// Elements that may have this role, also those in shadow trees.
async fn candidates(browser: &Browser, role: Role) -> Result<Vec<Element>> {
    const DEEP: &str = r#"
        const [selector] = arguments;
        const find = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
            ...(element.matches(selector) ? [element] : []),
            ...(element.shadowRoot ? find(element.shadowRoot) : []),
        ]);
        return find(document)"#;
    let found = browser
        .execute(DEEP, vec![role.candidates().into()])
        .await?;
    let found: Vec<ElementRef> = found
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|reference| {
            Some(ElementRef::from(
                reference.get(REFERENCE)?.as_str()?.to_owned(),
            ))
        })
        .collect();
    let client = &browser.client;
    Ok(found
        .into_iter()
        .map(|reference| Element::from_element_id(client.clone(), reference))
        .collect())
}

pub async fn label_of(browser: &Browser, element: &Element) -> Result<String> {
    computed(browser, element, "computedlabel").await
}

pub async fn role_of(browser: &Browser, element: &Element) -> Result<String> {
    computed(browser, element, "computedrole").await
}

async fn computed(browser: &Browser, element: &Element, what: &str) -> Result<String> {
    let path = format!("element/{}/{what}", element.element_id().as_ref());
    let value = browser.command(Command::get(path)).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}
