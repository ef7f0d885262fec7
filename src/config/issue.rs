//! What is wrong with a configuration: one issue, where it is, and who collects it. Reading and
//! validating report to an [`IssueReporter`] and don't know whether anybody wants an explanation.

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
pub(crate) struct IssueList(Vec<ConfigIssue>);

impl IssueReporter for IssueList {
    fn report<P: Into<String>, R: Into<String>>(
        &mut self,
        location: IssueLocation<'_>,
        name: &str,
        explain: impl FnOnce() -> (P, R),
    ) {
        let (problem, remedy) = explain();
        self.0.push(ConfigIssue {
            path: location.path(name),
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn into_issues(self) -> Vec<ConfigIssue> {
        self.0
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
