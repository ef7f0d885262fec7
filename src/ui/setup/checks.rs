//! The checks of the host and of every provider, with their results as they come in.

use super::report::{Row, folded, rows};
use crate::config::Addresses;
use crate::platform::browser::BrowserPlatform;
use crate::provider::Provider;
use crate::setup::host::Deployment;
use crate::setup::report::{Entry, counts, entries};
use crate::setup::{Check, HostCheck, Sharing, State, Step, check, check_host};
use crate::ui::texts::setup::setup_texts;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// The checks and their results. Copies are handles to the same checks.
#[derive(Clone, Copy)]
pub struct Checks {
    providers: StoredValue<Vec<(Rc<Provider>, Results)>, LocalStorage>,
    addresses: StoredValue<Rc<Addresses>, LocalStorage>,
    host: RwSignal<Vec<HostCheck>>,
    /// The page's host has to serve this. The checks of the providers add origins.
    deployment: RwSignal<Deployment>,
    /// How many of them are still running: one for each provider, and one for the host.
    running: RwSignal<usize>,
}

type Results = RwSignal<Vec<Check>>;

impl Checks {
    pub fn new(
        providers: Vec<Provider>,
        addresses: Rc<Addresses>,
        deployment: Deployment,
    ) -> Checks {
        let providers = providers
            .into_iter()
            .map(|provider| (Rc::new(provider), RwSignal::new(Vec::new())));
        Checks {
            providers: StoredValue::new_local(providers.collect()),
            addresses: StoredValue::new_local(addresses),
            host: RwSignal::new(Vec::new()),
            deployment: RwSignal::new(deployment),
            running: RwSignal::new(0),
        }
    }

    /// Runs the checks, unless they are running already.
    pub fn run(self) {
        if self.running.get_untracked() > 0 {
            return;
        }
        let providers = self.providers.get_value();
        self.running.set(providers.len() + 1);
        let deployment = self.deployment.get_untracked();
        self.host.set(Vec::new());
        spawn_local(async move {
            let made = check_host(&BrowserPlatform, &deployment).await;
            self.host.set(made);
            self.running.update(|running| *running -= 1);
        });
        let all: Vec<Rc<Provider>> = providers.iter().map(|(one, _)| Rc::clone(one)).collect();
        let deployment = self.deployment.get_untracked();
        for (provider, results) in providers {
            let addresses = self.addresses.get_value();
            let all = all.iter().map(AsRef::as_ref);
            let sharing = Sharing::new(&provider, all, &addresses, &deployment);
            results.set(Vec::new());
            spawn_local(async move {
                let report = |check| results.update(|results| results.push(check));
                let origins = check(&BrowserPlatform, &provider, &addresses, sharing, report).await;
                self.deployment
                    .update(|deployment| deployment.add_origins(&origins));
                self.running.update(|running| *running -= 1);
            });
        }
    }

    pub fn is_running(self) -> bool {
        self.running.get() > 0
    }

    /// What the host has to serve, with the origins that are known so far.
    pub fn deployment(self) -> Deployment {
        self.deployment.get()
    }

    /// Calls the function with the results of the host, and with the kind and the results of each provider.
    fn with_results<T>(self, with: impl FnOnce(&[HostCheck], &[(&str, &[Check])]) -> T) -> T {
        let providers = self.providers.get_value();
        let results: Vec<(&str, Vec<Check>)> = providers
            .iter()
            .map(|(provider, results)| (provider.kind_name(), results.get()))
            .collect();
        let lists: Vec<(&str, &[Check])> = results
            .iter()
            .map(|(kind, results)| (*kind, results.as_slice()))
            .collect();
        self.host.with(|host| with(host, &lists))
    }

    /// The results, as a sentence.
    pub fn summary(self) -> String {
        let words = setup_texts();
        if self.is_running() {
            return words.checking.to_owned();
        }
        self.with_results(|host, providers| (words.summary)(counts(host, providers)))
    }

    /// What failed, then what could be better: each cause once. Nothing while checks are running.
    pub fn problems(self) -> AnyView {
        if self.is_running() {
            return ().into_any();
        }
        let words = setup_texts();
        let lists = [
            (State::Failed, words.to_fix),
            (State::Advice, words.to_improve),
        ];
        let list = |(state, heading): (State, &'static str)| {
            let entries = self.with_results(|host, providers| entries(host, providers, state));
            let made = entries.iter().map(|entry| self.row(entry));
            let made: Vec<Row> = made.collect();
            (!made.is_empty()).then(|| {
                view! {
                    <h2>{heading}</h2>
                    {rows(made)}
                }
            })
        };
        lists.map(list).into_iter().collect_view().into_any()
    }

    fn row(self, entry: &Entry) -> Row {
        match entry {
            Entry::Host(check) => Row::of_host(check).about(setup_texts().host),
            Entry::Providers(check, indexes) => {
                let providers = self.providers.get_value();
                let concerned: Vec<&Rc<Provider>> = indexes
                    .iter()
                    .filter_map(|index| Some(&providers.get(*index)?.0))
                    .collect();
                let labels: Vec<&str> = concerned.iter().map(|provider| provider.label()).collect();
                let kind = concerned.first().map_or("oidc", |first| first.kind_name());
                let labels = labels.join(", ");
                Row::of_provider(check, kind, &labels).about(&labels)
            }
        }
    }

    /// The host's checks that passed or were skipped, folded.
    pub fn of_host(self) -> AnyView {
        let made = self.host.with(|host| {
            let checks = host.iter().filter(|check| is_folded(check.state()));
            checks.map(Row::of_host).collect::<Vec<Row>>()
        });
        folded(made)
    }

    /// The checks of this provider. Those that failed are in [`problems`](Self::problems) once all are done.
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
        let (kind, label) = (provider.kind_name(), provider.label().to_owned());
        let row = move |check: &Check| Row::of_provider(check, kind, &label);
        let list = move || {
            let results = results.get();
            if results.len() < Step::ALL.len() {
                let waiting = Step::ALL.iter().map(|step| {
                    let done = results.iter().find(|check| check.step == *step);
                    done.map_or_else(|| Row::waiting(*step), &row)
                });
                return rows(waiting.collect());
            }
            let with = |wanted: fn(State) -> bool| {
                let checks = results.iter().filter(|check| wanted(check.state()));
                checks.map(&row).collect::<Vec<Row>>()
            };
            let not_testable = with(|state| state == State::NotTestable);
            view! {
                {rows(not_testable)}
                {folded(with(is_folded))}
            }
            .into_any()
        };
        view! { {list} }.into_any()
    }
}

fn is_folded(state: State) -> bool {
    matches!(state, State::Passed | State::Skipped)
}
