//! What is wrong with a configuration: one issue, where it is, and who collects it. Reading and
//! validating report to an [`IssueReporter`] and don't know whether anybody wants an explanation.

use crate::json::{Json, Object};
use serde::Serialize;
use std::fmt;

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ConfigIssue {
    /// The setting, as in `providers[1].client_id`. Empty for the file as a whole.
    pub path: String,
    /// What is wrong, as a sentence.
    pub problem: String,
    /// What to do about it, as a sentence.
    pub remedy: String,
}

impl fmt::Display for ConfigIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "vestibule.json"
        } else {
            &self.path
        };
        write!(f, "{path}: {} {}", self.problem, self.remedy)
    }
}

impl std::error::Error for ConfigIssue {}

/// The object that an issue is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IssueLocation<'a> {
    /// The file itself.
    File,
    /// The brand.
    Brand,
    /// The provider at this index of the list.
    Provider(usize),
    /// The provider with this id.
    ProviderId(&'a str),
}

impl IssueLocation<'_> {
    /// The path of a setting in this object; of the object itself for an empty name.
    fn path(self, name: &str) -> String {
        let object = match self {
            IssueLocation::File => return name.to_owned(),
            IssueLocation::Brand => "brand".to_owned(),
            IssueLocation::Provider(index) => format!("providers[{index}]"),
            IssueLocation::ProviderId(id) => format!("provider \"{id}\""),
        };
        if name.is_empty() {
            object
        } else {
            format!("{object}.{name}")
        }
    }
}

/// Receives the issues of a configuration.
///
/// Explanations are closures: with [`IssueCount`], which never calls them, the linker leaves them and
/// their texts out of the page.
pub(crate) trait IssueReporter: Default {
    /// Takes an issue of the setting `name`; empty for the object itself. `explain` returns the
    /// problem and the remedy, each as a sentence.
    fn report<P: Into<String>, R: Into<String>>(
        &mut self,
        location: IssueLocation<'_>,
        name: &str,
        explain: impl FnOnce() -> (P, R),
    );

    /// Whether nothing has been reported.
    fn is_empty(&self) -> bool;

    /// The issues, in the order in which they were reported. Empty for a reporter that doesn't
    /// explain them.
    fn into_issues(self) -> Vec<ConfigIssue>;
}

/// Collects every issue with its explanation.
#[derive(Debug, Default)]
pub(crate) struct IssueList(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    /// The index of the provider.
    provider: Option<usize>,
    name: String,
    issue: ConfigIssue,
}

impl IssueReporter for IssueList {
    fn report<P: Into<String>, R: Into<String>>(
        &mut self,
        location: IssueLocation<'_>,
        name: &str,
        explain: impl FnOnce() -> (P, R),
    ) {
        let (problem, remedy) = explain();
        self.0.push(Entry {
            provider: match location {
                IssueLocation::Provider(index) => Some(index),
                IssueLocation::File | IssueLocation::Brand | IssueLocation::ProviderId(_) => None,
            },
            name: match location {
                IssueLocation::Brand => location.path(name),
                _ => name.to_owned(),
            },
            issue: ConfigIssue {
                path: location.path(name),
                problem: problem.into(),
                remedy: remedy.into(),
            },
        });
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn into_issues(self) -> Vec<ConfigIssue> {
        self.0.into_iter().map(|entry| entry.issue).collect()
    }
}

impl IssueList {
    /// The issues in the order of the file that they are about; what is missing comes last.
    pub(super) fn into_issues_in_order_of(mut self, file: &Object) -> Vec<ConfigIssue> {
        let position = |object: Option<&Object>, name: &str| {
            let name = name.split('.').next().unwrap_or_default();
            object
                .and_then(|object| object.iter().position(|(member, _)| member == name))
                .unwrap_or(usize::MAX)
        };
        let providers = file.get("providers").and_then(Json::as_array);
        self.0.sort_by_cached_key(|entry| match entry.provider {
            None => (position(Some(file), &entry.name), 0, 0),
            Some(index) => {
                let provider = providers
                    .and_then(|providers| providers.get(index))
                    .and_then(Json::as_object);
                (
                    position(Some(file), "providers"),
                    index + 1,
                    position(provider, &entry.name),
                )
            }
        });
        self.into_issues()
    }
}

/// Counts issues and explains none.
#[derive(Debug, Default)]
pub(crate) struct IssueCount(usize);

impl IssueReporter for IssueCount {
    fn report<P: Into<String>, R: Into<String>>(
        &mut self,
        _location: IssueLocation<'_>,
        _name: &str,
        _explain: impl FnOnce() -> (P, R),
    ) {
        self.0 += 1;
    }

    fn is_empty(&self) -> bool {
        self.0 == 0
    }

    fn into_issues(self) -> Vec<ConfigIssue> {
        Vec::new()
    }
}
