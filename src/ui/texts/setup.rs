//! The texts of the set-up page: what to register, and what the checks found. They're separate from
//! the others so that only the set-up build contains them.

use super::english;
use crate::setup::{Field, Finding, HostFinding, HostStep, State, Step};
use std::borrow::Cow;

/// The set-up texts in one language.
pub struct SetupTexts {
    pub title: &'static str,
    pub lead: &'static str,
    /// About the colors that replace `brand.accent` on light and on dark backgrounds.
    pub accent: fn(&str, &str) -> String,
    pub check_again: &'static str,
    pub checking: &'static str,
    /// Formats how many checks ended in each [`State`].
    pub summary: fn([usize; State::COUNT]) -> String,
    /// The heading above the general instructions, shown when no provider is configured.
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
    /// The vendor's name for the application type that a page needs.
    pub type_of: fn(&str) -> &'static str,
    pub field: fn(Field, &str) -> &'static str,
    pub document: fn(&str) -> &'static str,
    pub step: fn(Step) -> &'static str,
    /// Names a check's state; `None` while it hasn't run.
    pub state: fn(Option<State>) -> &'static str,
    pub finding: fn(&Finding, &str) -> FindingText,
    /// The name of the host in the report.
    pub host: &'static str,
    pub host_step: fn(HostStep) -> &'static str,
    pub host_finding: fn(HostStep, &HostFinding) -> FindingText,
    /// Formats how many checks of one list passed and were skipped. They are folded.
    pub folded: fn(passed: usize, skipped: usize) -> String,
    /// The headings above the failed checks, and above the advice.
    pub to_fix: &'static str,
    pub to_improve: &'static str,
    pub headers: &'static str,
    pub headers_lead: &'static str,
    /// Says which file the headers are for.
    pub headers_of: fn(&str) -> &'static str,
    /// Says which files the `Cache-Control` header is for: those that never change, or the others.
    pub caching: fn(is_kept: bool) -> &'static str,
}

/// The text for one [`Finding`] or [`HostFinding`].
pub struct FindingText {
    /// What the check found. `{}` is replaced by the provider's name.
    pub what: Cow<'static, str>,
    /// Addresses, names, and the provider's own words.
    pub details: Option<String>,
    /// What the administrator can do.
    pub remedy: Option<Cow<'static, str>>,
}

/// Returns the texts to use.
pub fn setup_texts() -> &'static SetupTexts {
    &english::setup::TEXTS
}
