//! The checks of every provider, as they are made.

use crate::config::Addresses;
use crate::platform::browser::BrowserPlatform;
use crate::provider::Provider;
use crate::setup::{Check, State, Step, check};
use crate::ui::icons;
use crate::ui::node::live;
use crate::ui::texts::setup::setup_texts;
use crate::ui::view::with_name;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// The checks that were made so far. A copy is another handle to the same.
#[derive(Clone, Copy)]
pub struct Checks {
    providers: StoredValue<Vec<(Rc<Provider>, Found)>, LocalStorage>,
    addresses: StoredValue<Rc<Addresses>, LocalStorage>,
    /// How many providers are still being checked.
    running: RwSignal<usize>,
}

type Found = RwSignal<Vec<Check>>;

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

    /// Makes them, unless that is under way.
    pub fn run(self) {
        if self.running.get_untracked() > 0 {
            return;
        }
        let providers = self.providers.get_value();
        self.running.set(providers.len());
        for (provider, found) in providers {
            let addresses = self.addresses.get_value();
            found.set(Vec::new());
            spawn_local(async move {
                let tell = |made| found.update(|found| found.push(made));
                check(&BrowserPlatform, &provider, &addresses, tell).await;
                self.running.update(|running| *running -= 1);
            });
        }
    }

    pub fn is_running(self) -> bool {
        self.running.get() > 0
    }

    /// How they ended, as a sentence.
    pub fn summary(self) -> String {
        let words = setup_texts();
        if self.is_running() {
            return words.checking.to_owned();
        }
        let mut counts = [0; 3];
        for (_, found) in self.providers.get_value() {
            found.with(|found| {
                for made in found {
                    counts[made.state() as usize] += 1;
                }
            });
        }
        let [passed, failed, not_testable] = counts;
        (words.summary)(passed, failed, not_testable)
    }

    /// A row for each check of this provider, there from the start.
    pub fn list(self, provider: &Provider) -> AnyView {
        let known = self.providers.with_value(|providers| {
            let mut providers = providers.iter();
            providers
                .find(|(known, _)| known.id() == provider.id())
                .cloned()
        });
        let Some((provider, found)) = known else {
            return ().into_any();
        };
        let rows: Vec<AnyView> = Step::ALL
            .iter()
            .map(|step| row(*step, found, &provider))
            .collect();
        view! {
            <ol class="vestibule-checks" role="list">
                {rows}
            </ol>
        }
        .into_any()
    }
}

fn row(step: Step, found: Found, provider: &Provider) -> AnyView {
    let words = setup_texts();
    let kind = provider.kind_name();
    let label = StoredValue::new(provider.label().to_owned());
    let made = Memo::new(move |_| {
        found.with(|found| found.iter().find(|made| made.step == step).cloned())
    });
    let state = move || made.with(|made| made.as_ref().map(Check::state));
    view! {
        <li data-state=move || name_of(state())>
            <p class="vestibule-state">
                {live(move || icons::state(state()))} <span>{move || (words.state)(state())}</span>
            </p>
            <div>
                <h4>{(words.step)(step)}</h4>
                {move || Some(told(&made.get()?, kind, &label.get_value()))}
            </div>
        </li>
    }
    .into_any()
}

/// For the stylesheet.
fn name_of(state: Option<State>) -> &'static str {
    match state {
        Some(State::Passed) => "passed",
        Some(State::Failed) => "failed",
        Some(State::NotTestable) => "not-testable",
        None => "waiting",
    }
}

fn told(made: &Check, kind: &'static str, label: &str) -> AnyView {
    let words = setup_texts();
    let text = (words.finding)(&made.finding, kind);
    let details = text.details.map(|details| {
        view! {
            <p class="vestibule-said">
                <bdi>{details}</bdi>
            </p>
        }
    });
    let remedy = text.remedy.map(|remedy| {
        let title = matches!(made.state(), State::Failed)
            .then(|| view! { <strong>{words.remedy} ": "</strong> });
        view! { <p>{title} {remedy}</p> }
    });
    view! {
        <p>{with_name(text.what, label)}</p>
        {details}
        {remedy}
    }
    .into_any()
}
