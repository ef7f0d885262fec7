//! What the command prints, in the words of the set-up page: what failed first, and what passed folded.

use vestibule::config::{Addresses, ConfigError};
use vestibule::provider::Provider;
use vestibule::setup::host::Deployment;
use vestibule::setup::host::headers::{FILES, cache_control, header_lines};
use vestibule::setup::report::{Entry, counts, entries};
use vestibule::setup::{self, Check, HostCheck, State};
use vestibule::ui::texts::config_texts;
use vestibule::ui::texts::setup::{FindingText, setup_texts};

/// The indentation of everything about one check.
const INDENT: &str = "                ";
/// A name of a file that never changes, for its headers.
const HASHED: &str = "vestibule-0123456789abcdef.js";

/// The results of every check.
pub struct Report<'a> {
    /// The addresses to register, if the page is known.
    addresses: Option<&'a Addresses>,
    /// The results about the page's host, if it was checked.
    pub host: Vec<HostCheck>,
    providers: Vec<(&'a Provider, Vec<Check>)>,
    /// What the requests for a check noted, by provider and check.
    notes: Vec<Vec<Vec<String>>>,
}

impl<'a> Report<'a> {
    pub fn new(addresses: Option<&'a Addresses>) -> Report<'a> {
        Report {
            addresses,
            host: Vec::new(),
            providers: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds the results of a provider, with their notes.
    pub fn add(&mut self, provider: &'a Provider, checks: Vec<(Check, Vec<String>)>) {
        let (checks, notes) = checks.into_iter().unzip();
        self.providers.push((provider, checks));
        self.notes.push(notes);
    }

    /// Whether nothing failed.
    pub fn is_good(&self) -> bool {
        self.counts()[State::Failed as usize] == 0
    }

    fn lists(&self) -> Vec<(&str, &[Check])> {
        let providers = self.providers.iter();
        providers
            .map(|(provider, checks)| (provider.kind_name(), checks.as_slice()))
            .collect()
    }

    fn counts(&self) -> [usize; State::COUNT] {
        counts(&self.host, &self.lists())
    }

    /// Prints everything.
    pub fn print(&self, deployment: &Deployment, shows_all: bool) {
        let words = setup_texts();
        println!("{}", (words.summary)(self.counts()));
        for (state, heading) in [
            (State::Failed, words.to_fix),
            (State::Advice, words.to_improve),
        ] {
            let entries = entries(&self.host, &self.lists(), state);
            if !entries.is_empty() {
                println!("\n{heading}");
            }
            let mut last = String::new();
            for entry in entries {
                self.entry(&entry, &mut last);
            }
        }
        if !self.host.is_empty() {
            println!("\n{}", words.host);
            let checks = self.host.iter().map(|check| {
                let step = (words.host_step)(check.step);
                let text = (words.host_finding)(check.step, &check.finding);
                (check.state(), step, text)
            });
            rest(checks, "", shows_all);
        }
        for (provider, checks) in &self.providers {
            println!("\n{}", name_of(provider));
            if let Some(addresses) = self.addresses {
                registration(provider, addresses);
            }
            let checks = checks.iter().map(|check| {
                let text = (words.finding)(&check.finding, provider.kind_name());
                (check.state(), (words.step)(check.step), text)
            });
            rest(checks, provider.label(), shows_all);
        }
        if self.addresses.is_some() || !self.host.is_empty() {
            headers(deployment);
        }
    }

    /// Prints a cause, below the names of those that it concerns.
    fn entry(&self, entry: &Entry, last: &mut String) {
        let words = setup_texts();
        let (about, step, state, text, label, notes) = match entry {
            Entry::Host(check) => {
                let text = (words.host_finding)(check.step, &check.finding);
                let step = (words.host_step)(check.step);
                let about = words.host.to_owned();
                (about, step, check.state(), text, String::new(), Vec::new())
            }
            Entry::Providers(check, indexes) => {
                let all = indexes
                    .iter()
                    .filter_map(|index| self.providers.get(*index));
                let concerned: Vec<&Provider> = all.map(|(provider, _)| *provider).collect();
                let names: Vec<String> = concerned.iter().map(|one| name_of(one)).collect();
                let labels: Vec<&str> = concerned.iter().map(|one| one.label()).collect();
                let kind = concerned.first().map_or("oidc", |first| first.kind_name());
                let text = (words.finding)(&check.finding, kind);
                let notes = self.notes_of(check, indexes);
                let step = (words.step)(check.step);
                let label = labels.join(", ");
                (names.join(", "), step, check.state(), text, label, notes)
            }
            _ => return,
        };
        if about != *last {
            println!("\n{about}");
            *last = about;
        }
        line(state, step, &text, &label, &notes);
    }

    fn notes_of(&self, check: &Check, indexes: &[usize]) -> Vec<String> {
        let Some((index, (_, checks))) = indexes
            .first()
            .and_then(|index| Some((*index, self.providers.get(*index)?)))
        else {
            return Vec::new();
        };
        let position = checks.iter().position(|other| other.step == check.step);
        let notes = position.and_then(|position| self.notes[index].get(position));
        notes.cloned().unwrap_or_default()
    }
}

/// The provider's id and vendor.
fn name_of(provider: &Provider) -> String {
    let kind = (setup_texts().kind)(provider.kind_name());
    format!("{} ({kind})", provider.id())
}

/// Prints what to register at the provider.
fn registration(provider: &Provider, addresses: &Addresses) {
    let words = setup_texts();
    let kind = provider.kind_name();
    println!("\n  {}", words.register);
    println!("    {}: {}", words.application_type, (words.type_of)(kind));
    let addresses = addresses.for_provider(&provider.config);
    for (field, value) in setup::registration(kind, &addresses) {
        println!("    {}: {value}", (words.field)(field, kind));
    }
    println!("    {}: {}", words.guide, (words.document)(kind));
    println!("\n  {}", words.checks);
}

/// Prints the checks that neither failed nor brought advice. Those that passed are only counted.
fn rest(
    checks: impl Iterator<Item = (State, &'static str, FindingText)>,
    label: &str,
    shows_all: bool,
) {
    let mut counts = [0; State::COUNT];
    for (state, step, text) in checks {
        counts[state as usize] += 1;
        let is_shown = match state {
            State::Failed | State::Advice => false,
            State::NotTestable => true,
            State::Passed | State::Skipped => shows_all,
        };
        if is_shown {
            line(state, step, &text, label, &[]);
        }
    }
    if !shows_all {
        let [passed, skipped] = [State::Passed, State::Skipped].map(|state| counts[state as usize]);
        println!("  {}", (setup_texts().folded)(passed, skipped));
    }
}

/// Prints the result of a check.
fn line(state: State, step: &str, text: &FindingText, label: &str, notes: &[String]) {
    let words = setup_texts();
    let name = (words.state)(Some(state)).to_lowercase();
    let what = text.what.replace("{}", label);
    println!("  {name:<12}  {step}: {what}");
    let details = text.details.iter().flat_map(|details| details.lines());
    for line in details.chain(notes.iter().map(String::as_str)) {
        println!("{INDENT}{line}");
    }
    match &text.remedy {
        Some(remedy) if matches!(state, State::Failed | State::Advice) => {
            println!("{INDENT}{}: {remedy}", words.remedy);
        }
        Some(remedy) => println!("{INDENT}{remedy}"),
        None => {}
    }
}

/// Prints the headers to send.
fn headers(deployment: &Deployment) {
    let words = setup_texts();
    println!("\n{}\n{}", words.headers, words.headers_lead);
    let policy = deployment.policy();
    for file in FILES {
        println!("\n  {}", (words.headers_of)(file));
        for line in header_lines(file, &policy).lines() {
            println!("    {line}");
        }
    }
    for (is_kept, name) in [(false, FILES[0]), (true, HASHED)] {
        println!("\n  {}", (words.caching)(is_kept));
        println!("    cache-control: {}", cache_control(name));
    }
}

/// Prints why the configuration can't be used.
pub fn problem(problem: &ConfigError) {
    let words = config_texts();
    let text = (words.of)(problem);
    println!("{}", text.problem);
    match problem {
        ConfigError::Invalid(issues) => {
            for issue in issues {
                println!("  {issue}");
            }
        }
        ConfigError::Malformed(error) => {
            let place = (words.position)(error.line(), error.column());
            println!("  {place}: {}", error.problem());
        }
        _ => {}
    }
    println!("{}", text.next);
}
