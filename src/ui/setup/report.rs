//! The rows of the set-up page: one for each result.

use crate::setup::{Check, HostCheck, State, Step};
use crate::ui::icons;
use crate::ui::texts::setup::{FindingText, setup_texts};
use crate::ui::view::with_name;
use leptos::prelude::*;

/// One result.
pub struct Row {
    state: Option<State>,
    step: &'static str,
    text: Option<FindingText>,
    /// The name that the text has a place for.
    label: String,
    /// Whom it concerns, where the list doesn't say so.
    about: String,
}

impl Row {
    pub fn of_host(check: &HostCheck) -> Row {
        let words = setup_texts();
        Row {
            state: Some(check.state()),
            step: (words.host_step)(check.step),
            text: Some((words.host_finding)(check.step, &check.finding)),
            label: String::new(),
            about: String::new(),
        }
    }

    pub fn of_provider(check: &Check, kind: &'static str, label: &str) -> Row {
        let words = setup_texts();
        Row {
            state: Some(check.state()),
            step: (words.step)(check.step),
            text: Some((words.finding)(&check.finding, kind)),
            label: label.to_owned(),
            about: String::new(),
        }
    }

    /// A check of a provider that hasn't run yet.
    pub fn waiting(step: Step) -> Row {
        Row {
            state: None,
            step: (setup_texts().step)(step),
            text: None,
            label: String::new(),
            about: String::new(),
        }
    }

    /// Says whom it concerns.
    pub fn about(self, about: &str) -> Row {
        Row {
            about: about.to_owned(),
            ..self
        }
    }

    fn view(self) -> AnyView {
        let words = setup_texts();
        let about = (!self.about.is_empty()).then(|| {
            view! {
                <p class="vestibule-lead">
                    <bdi>{self.about.clone()}</bdi>
                </p>
            }
        });
        view! {
            <li data-state=state_name(self.state) data-about=self.about>
                <p class="vestibule-state">
                    {icons::state(self.state)} <span>{(words.state)(self.state)}</span>
                </p>
                <div>
                    <p class="vestibule-step">{self.step}</p>
                    {about}
                    {self.text.map(|text| finding(text, self.state, &self.label))}
                </div>
            </li>
        }
        .into_any()
    }
}

/// A list of results. Nothing if there are none.
pub fn rows(rows: Vec<Row>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let rows: Vec<AnyView> = rows.into_iter().map(Row::view).collect();
    view! {
        <ol class="vestibule-checks" role="list">
            {rows}
        </ol>
    }
    .into_any()
}

/// A list that is closed until somebody opens it.
pub fn folded(list: Vec<Row>) -> AnyView {
    let count = |state| list.iter().filter(|row| row.state == Some(state)).count();
    let summary = (setup_texts().folded)(count(State::Passed), count(State::Skipped));
    if list.is_empty() {
        return ().into_any();
    }
    view! {
        <details class="vestibule-details">
            <summary>{summary}</summary>
            {rows(list)}
        </details>
    }
    .into_any()
}

/// The name of the state in the stylesheet.
fn state_name(state: Option<State>) -> &'static str {
    match state {
        Some(State::Passed) => "passed",
        Some(State::Failed) => "failed",
        Some(State::NotTestable) => "not-testable",
        Some(State::Advice) => "advice",
        Some(State::Skipped) => "skipped",
        None => "waiting",
    }
}

fn finding(text: FindingText, state: Option<State>, label: &str) -> AnyView {
    let words = setup_texts();
    let details = text.details.map(|details| {
        view! {
            <p class="vestibule-quote">
                <bdi>{details}</bdi>
            </p>
        }
    });
    let remedy = text.remedy.map(|remedy| {
        let is_to_do = matches!(state, Some(State::Failed | State::Advice));
        let title = is_to_do.then(|| view! { <strong>{words.remedy} ": "</strong> });
        view! { <p>{title} {remedy}</p> }
    });
    view! {
        <p>{with_name(&text.what, label)}</p>
        {details}
        {remedy}
    }
    .into_any()
}
