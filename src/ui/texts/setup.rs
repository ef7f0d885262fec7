//! The words of the set-up: what an administrator registers, and what the checks have found. Apart
//! from [`Texts`](super::Texts), so that nobody else's page holds them.

use super::english;
use crate::setup::{Field, Finding, State, Step};

/// The words of one language for the set-up.
pub struct SetupTexts {
    pub title: &'static str,
    pub lead: &'static str,
    pub check_again: &'static str,
    pub checking: &'static str,
    /// How many checks passed, failed and could not be made.
    pub summary: fn(passed: usize, failed: usize, not_testable: usize) -> String,
    /// Over the instructions for every kind of provider, where none is configured.
    pub before: &'static str,
    pub register: &'static str,
    pub application_type: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub not_copied: &'static str,
    pub guide: &'static str,
    pub checks: &'static str,
    pub remedy: &'static str,
    pub try_it: &'static str,
    pub trial: &'static str,
    pub worked: &'static str,
    pub claims: &'static str,
    pub kind: fn(&str) -> &'static str,
    /// The vendor's own name for the type of registration that a page needs.
    pub type_of: fn(&str) -> &'static str,
    pub field: fn(Field, &str) -> &'static str,
    pub document: fn(&str) -> &'static str,
    pub step: fn(Step) -> &'static str,
    /// `None`: not known yet.
    pub state: fn(Option<State>) -> &'static str,
    pub finding: fn(&Finding, &str) -> FindingText,
}

/// What is said about one [`Finding`].
pub struct FindingText {
    /// What was found; `{}` is the provider's name.
    pub what: &'static str,
    /// Addresses, names and what the provider said.
    pub details: Option<String>,
    /// What the administrator can do about it.
    pub remedy: Option<&'static str>,
}

/// The words to use.
pub fn setup_texts() -> &'static SetupTexts {
    &english::setup::TEXTS
}
