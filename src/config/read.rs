//! Reads `vestibule.json`, once for the page and once for those who want to know what is wrong.
//!
//! The page takes the settings as serde reads them: all or nothing. To explain, every member of the
//! file is checked against the table of settings; what is wrong is reported and left out, and serde
//! reads the rest, so that the rules find everything else that is wrong at the same time.

use super::issue::{IssueCount, IssueList, IssueLocation, IssueReporter};
use super::named::ProviderKind;
use super::setting::{Setting, nearest};
use super::settings::{Brand, ProviderConfig, Settings};
use super::{Config, ConfigError, rules};
use crate::json::{self, Json, Object};

impl Config {
    /// Reads the text of a `vestibule.json`.
    ///
    /// # Errors
    /// [`ConfigError::Html`] or [`ConfigError::Malformed`] for what is not JSON;
    /// [`ConfigError::Invalid`] with every issue at once, in the order of the file.
    pub fn from_text(text: &[u8]) -> Result<Config, ConfigError> {
        explained(parse(text)?).map_err(ConfigError::Invalid)
    }

    /// Reads the text of a `vestibule.json` without explanations, which the linker then leaves out
    /// of the binary.
    ///
    /// # Errors
    /// Those of [`from_text`](Self::from_text), but the list of [`ConfigError::Invalid`] is empty.
    pub(super) fn from_text_unexplained(text: &[u8]) -> Result<Config, ConfigError> {
        let settings = Settings::from_json_strict(parse(text)?)
            .ok_or_else(|| ConfigError::Invalid(Vec::new()))?;
        let mut issues = IssueCount::default();
        rules::validate(&settings, |_, _| false, &mut issues);
        if issues.is_empty() {
            Ok(Config::new(settings))
        } else {
            Err(ConfigError::Invalid(Vec::new()))
        }
    }
}

fn parse(text: &[u8]) -> Result<Json, ConfigError> {
    Json::parse(text).map_err(|error| {
        if looks_like_html(text) {
            ConfigError::Html
        } else {
            ConfigError::Malformed(error)
        }
    })
}

fn looks_like_html(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// Reads the settings, or explains everything that is wrong with them.
pub(super) fn explained(json: Json) -> Result<Config, Vec<super::ConfigIssue>> {
    let mut issues = IssueList::default();
    let Json::Object(file) = json else {
        issues.report(IssueLocation::File, "", || {
            (
                format!("The file holds {} instead of an object.", json.kind()),
                "Start it with { and a list of providers.",
            )
        });
        return Err(issues.into_issues());
    };
    let draft = Draft::new(&file, &mut issues);
    if let Ok(settings) = json::from_value::<Settings>(Json::Object(draft.members)) {
        let is_left_out = |provider, name: &str| draft.left_out.contains(&(provider, name));
        rules::validate(&settings, is_left_out, &mut issues);
        if issues.is_empty() {
            return Ok(Config::new(settings));
        }
    }
    Err(issues.into_issues_in_order_of(&file))
}

/// The members of a file that are right by themselves, with placeholders for required ones.
struct Draft<'a> {
    members: Object,
    /// Settings that are wrong or missing, by their provider's index (`None`: the file) and name.
    left_out: Vec<(Option<usize>, &'a str)>,
}

impl<'a> Draft<'a> {
    fn new(file: &'a Object, issues: &mut impl IssueReporter) -> Draft<'a> {
        let table = Settings::SETTINGS;
        let mut draft = Draft {
            members: right_members(file, table, None, IssueLocation::File, issues),
            left_out: Vec::new(),
        };
        if let Some(brand) = file.get("brand").and_then(Json::as_object) {
            let right = right_members(brand, Brand::SETTINGS, None, IssueLocation::Brand, issues);
            draft.members.insert("brand", Json::Object(right));
        }
        let entries = file.get("providers").and_then(Json::as_array);
        if entries.is_none() {
            draft.left_out.push((None, "providers"));
        }
        let entries = entries.unwrap_or_default().iter().enumerate();
        let providers = entries.map(|(index, entry)| {
            // Wrong ones keep their places in the list.
            Json::Object(with_required(draft.provider(index, entry, issues), index))
        });
        let providers = providers.collect();
        draft.members.insert("providers", Json::Array(providers));
        draft
    }

    /// The right members of a provider.
    fn provider(
        &mut self,
        index: usize,
        entry: &'a Json,
        issues: &mut impl IssueReporter,
    ) -> Object {
        let location = IssueLocation::Provider(index);
        let Some(entry) = entry.as_object() else {
            issues.report(location, "", || {
                (
                    format!("A provider is an object, not {}.", entry.kind()),
                    "Write { \"id\": …, \"kind\": …, \"client_id\": … }.",
                )
            });
            self.left_out.push((Some(index), "kind"));
            return Object::default();
        };
        let kind = entry.text("kind").and_then(ProviderKind::from_name);
        let members = right_members(entry, ProviderConfig::SETTINGS, kind, location, issues);
        for name in entry.iter().map(|(name, _)| name).chain(["kind"]) {
            if members.get(name).is_none() {
                self.left_out.push((Some(index), name));
            }
        }
        members
    }
}

/// The members with names and values that the table has. Reports all others, and what is missing.
fn right_members(
    object: &Object,
    table: &[Setting],
    kind: Option<ProviderKind>,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) -> Object {
    let mut right = Object::default();
    for (name, value) in object.iter() {
        match table.iter().find(|setting| setting.name == name) {
            None => issues.report(location, name, || unknown(name, table, kind)),
            Some(setting) if !setting.value_type.matches(value) => {
                issues.report(location, name, || setting.value_type.type_error(value));
            }
            Some(_) => right.insert(name, value.clone()),
        }
    }
    for setting in table.iter().filter(|setting| setting.required) {
        if !object.iter().any(|(name, _)| name == setting.name) {
            issues.report(location, setting.name, || {
                (
                    "It is missing.",
                    format!("Add \"{}\". {}", setting.name, setting.description),
                )
            });
        }
    }
    right
}

/// Completes a provider with placeholders for required settings, whose lack has been reported.
fn with_required(mut members: Object, index: usize) -> Object {
    for (name, placeholder) in [
        ("id", format!("missing-{index}")),
        ("kind", ProviderKind::Oidc.name().to_owned()),
        ("client_id", "missing".to_owned()),
    ] {
        if members.get(name).is_none() {
            members.insert(name, Json::String(placeholder));
        }
    }
    members
}

fn unknown(name: &str, table: &[Setting], kind: Option<ProviderKind>) -> (&'static str, String) {
    let known = table
        .iter()
        .filter(|setting| kind.is_none_or(|kind| setting.applies_to(kind)))
        .map(|setting| setting.name);
    let remedy = match nearest(name, known) {
        Some(nearest) => format!("Did you mean \"{nearest}\"?"),
        None => "Take it out.".to_owned(),
    };
    ("There is no such setting.", remedy)
}
