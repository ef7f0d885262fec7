//! The checks of every provider, with their results as they come in.

use crate::config::Addresses;
use crate::platform::browser::BrowserPlatform;
use crate::provider::Provider;
use crate::setup::{Check, State, Step, check};
use crate::ui::icons;
use crate::ui::texts::setup::setup_texts;
use crate::ui::view::with_name;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// The checks and their results. Copies are handles to the same checks.
#[derive(Clone, Copy)]
pub struct Checks {
    providers: StoredValue<Vec<(Rc<Provider>, Results)>, LocalStorage>,
    addresses: StoredValue<Rc<Addresses>, LocalStorage>,
    /// How many providers are still being checked.
    running: RwSignal<usize>,
}

type Results = RwSignal<Vec<Check>>;

impl Checks {
    pub fn new(providers: Vec<Provider>, addresses: Rc<Addresses>) -> Checks {
        let providers = providers
            .into_iter()
            .map(|provider| (Rc::new(provider), RwSignal::new(Vec::new())));
        Checks {
            providers: StoredValue::new_local(providers.collect()),
            addresses: StoredValue::new_local(addresses),
            running: RwSignal::new(0),
        }
    }

    /// Runs the checks, unless they are running already.
    pub fn run(self) {
        if self.running.get_untracked() > 0 {
            return;
        }
        let providers = self.providers.get_value();
        self.running.set(providers.len());
        for (provider, results) in providers {
            let addresses = self.addresses.get_value();
            results.set(Vec::new());
            spawn_local(async move {
                let report = |check| results.update(|results| results.push(check));
                check(&BrowserPlatform, &provider, &addresses, report).await;
                self.running.update(|running| *running -= 1);
            });
        }
    }

    pub fn is_running(self) -> bool {
        self.running.get() > 0
    }

    /// The results, as a sentence.
    pub fn summary(self) -> String {
        let words = setup_texts();
        if self.is_running() {
            return words.checking.to_owned();
        }
        let mut counts = [0; 3];
        for (_, results) in self.providers.get_value() {
            results.with(|results| {
                for check in results {
                    counts[check.state() as usize] += 1;
                }
            });
        }
        let [passed, failed, not_testable] = counts;
        (words.summary)(passed, failed, not_testable)
    }

    /// A row for each check of this provider, including those that haven't run yet.
    pub fn list(self, provider: &Provider) -> AnyView {
        let known = self.providers.with_value(|providers| {
            let mut providers = providers.iter();
            providers
                .find(|(known, _)| known.id() == provider.id())
                .cloned()
        });
        let Some((provider, results)) = known else {
            return ().into_any();
        };
        let rows: Vec<AnyView> = Step::ALL
            .iter()
            .map(|step| row(*step, results, &provider))
            .collect();
        view! {
            <ol class="vestibule-checks" role="list">
                {rows}
            </ol>
        }
        .into_any()
    }
}

fn row(step: Step, results: Results, provider: &Provider) -> AnyView {
    let words = setup_texts();
    let kind = provider.kind_name();
    let label = StoredValue::new(provider.label().to_owned());
    let check = Memo::new(move |_| {
        results.with(|results| results.iter().find(|check| check.step == step).cloned())
    });
    let state = move || check.with(|check| check.as_ref().map(Check::state));
    view! {
        <li data-state=move || state_name(state())>
            <p class="vestibule-state">
                {move || icons::state(state())} <span>{move || (words.state)(state())}</span>
            </p>
            <div>
                <h4>{(words.step)(step)}</h4>
                {move || Some(finding(&check.get()?, kind, &label.get_value()))}
            </div>
        </li>
    }
    .into_any()
}

/// The name of the state in the stylesheet.
fn state_name(state: Option<State>) -> &'static str {
    match state {
        Some(State::Passed) => "passed",
        Some(State::Failed) => "failed",
        Some(State::NotTestable) => "not-testable",
        None => "waiting",
    }
}

fn finding(check: &Check, kind: &'static str, label: &str) -> AnyView {
    let words = setup_texts();
    let text = (words.finding)(&check.finding, kind);
    let details = text.details.map(|details| {
        view! {
            <p class="vestibule-quote">
                <bdi>{details}</bdi>
            </p>
        }
    });
    let remedy = text.remedy.map(|remedy| {
        let title = matches!(check.state(), State::Failed)
            .then(|| view! { <strong>{words.remedy} ": "</strong> });
        view! { <p>{title} {remedy}</p> }
    });
    view! {
        <p>{with_name(&text.what, label)}</p>
        {details}
        {remedy}
    }
    .into_any()
}
