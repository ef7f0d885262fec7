//! What the picker's rows say, as data: a script that draws them before WebAssembly has loaded gets the same.

use crate::language::{Key, key};
use crate::provider::Provider;
use serde::Serialize;

/// One row of the picker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The provider's id in the configuration.
    pub id: String,
    /// Its `kind` there. Vendors have rules for the colors of their buttons.
    pub kind: &'static str,
    /// The provider's name.
    pub label: String,
    /// What the row says about the provider.
    pub text: Key,
    /// A second line, about the accounts that it's for.
    pub second_line: Option<Key>,
    pub icon: Icon,
    /// The configured image, which covers the icon once it's loaded.
    pub image: Option<String>,
    /// Why this row may be the right one.
    pub badge: Option<Key>,
}

/// What identifies a provider at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Icon {
    Google,
    Microsoft,
    Key,
    /// The name's first letter.
    Letter(String),
}

/// Describes the rows of these providers, in their order. `last`: the id of the provider that was used last.
pub fn rows<'a>(providers: impl Iterator<Item = &'a Provider>, last: Option<&str>) -> Vec<Row> {
    providers
        .map(|provider| {
            let image = provider.icon().map(str::to_owned);
            Row {
                id: provider.id().to_owned(),
                kind: provider.kind_name(),
                label: provider.label().to_owned(),
                text: sign_in_with(provider),
                second_line: provider
                    .is_for_organizations()
                    .then_some(key!("sign_in.work_account")),
                icon: match provider.kind_name() {
                    "google" if image.is_none() => Icon::Google,
                    "microsoft" if image.is_none() => Icon::Microsoft,
                    "oidc" if image.is_none() => Icon::Key,
                    _ => Icon::Letter(provider.label().chars().take(1).collect()),
                },
                image,
                badge: (last == Some(provider.id())).then_some(key!("sign_in.last_used")),
            }
        })
        .collect()
}

/// The text of a provider's row. Google and Microsoft have their own in every language, unless they go by
/// another name here.
fn sign_in_with(provider: &Provider) -> Key {
    match provider.label() {
        "Google" => key!("sign_in.with_google"),
        "Microsoft" => key!("sign_in.with_microsoft"),
        _ => key!("sign_in.with"),
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::config::ResolvedConfig;
    use crate::json;

    fn rows_of(entries: &str, last: Option<&str>) -> Vec<Row> {
        let text = format!(r#"{{"providers":[{entries}]}}"#);
        let resolved = ResolvedConfig::from_text(text.as_bytes(), "https://app.example.com/");
        rows(resolved.unwrap().providers.iter(), last)
    }

    #[test]
    fn a_row_is_plain_data() {
        let rows = rows_of(
            r#"{"id":"g","kind":"google","client_id":"c"},
            {"id":"o","kind":"okta","client_id":"c","domain":"dev-1.okta.com","label":"Staff","icon":"staff.svg"}"#,
            Some("o"),
        );
        let expected = r#"[{"id":"g","kind":"google","label":"Google","text":"sign_in.with_google","second_line":null,"icon":"google","image":null,"badge":null},{"id":"o","kind":"okta","label":"Staff","text":"sign_in.with","second_line":null,"icon":{"letter":"S"},"image":"staff.svg","badge":"sign_in.last_used"}]"#;
        let expected = json::Json::parse(expected.as_bytes()).unwrap();
        let written = json::to_string(&rows).unwrap();
        assert_eq!(json::Json::parse(written.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn the_order_never_changes() {
        let entries = r#"{"id":"a","kind":"google","client_id":"c"},{"id":"b","kind":"microsoft","client_id":"c"}"#;
        for last in [None, Some("a"), Some("b"), Some("gone")] {
            let rows = rows_of(entries, last);
            assert_eq!((&*rows[0].id, &*rows[1].id), ("a", "b"));
            let marked: Vec<&str> = rows
                .iter()
                .filter(|row| row.badge.is_some())
                .map(|row| row.id.as_str())
                .collect();
            assert_eq!(marked, Vec::from_iter(last.filter(|last| *last != "gone")));
        }
    }

    #[test]
    fn microsoft_s_work_and_school_accounts_are_named_where_only_they_may_sign_in() {
        for (settings, is_named) in [
            ("", false),
            (r#","tenant":"common""#, false),
            (r#","tenant":"consumers""#, false),
            (r#","tenant":"organizations""#, true),
            (r#","tenant":"contoso.com""#, true),
            (r#","tenant":"9188040d-6c67-4c5b-b112-36a304b66dad""#, false),
            (r#","tenant":"8eaef023-2b34-4da1-9baa-8bc8c9d6a490""#, true),
            (
                r#","authority":"https://login.microsoftonline.com/organizations""#,
                true,
            ),
            (
                r#","authority":"https://login.microsoftonline.com/common/v2.0""#,
                false,
            ),
            (r#","authority":"https://acme.ciamlogin.com/""#, false),
            (
                r#","authority":"https://acme.b2clogin.com/acme.onmicrosoft.com/b2c_1_in""#,
                false,
            ),
        ] {
            let entry = format!(r#"{{"id":"m","kind":"microsoft","client_id":"c"{settings}}}"#);
            let second = rows_of(&entry, None)[0].second_line;
            assert_eq!(second.is_some(), is_named, "{settings}");
        }
    }
}
