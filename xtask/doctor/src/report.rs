//! What the command prints, in the words of the set-up page.

use vestibule::config::{Addresses, ConfigError};
use vestibule::provider::Provider;
use vestibule::setup::{self, Check, State};
use vestibule::ui::texts::config_texts;
use vestibule::ui::texts::setup::setup_texts;

/// The indentation of everything about one check.
const INDENT: &str = "                ";

/// Prints the provider's id and vendor.
pub fn heading(provider: &Provider) {
    let words = setup_texts();
    let kind = (words.kind)(provider.kind_name());
    println!("{} ({kind})", provider.id());
}

/// Prints what to register at the provider.
pub fn registration(provider: &Provider, addresses: &Addresses) {
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

/// Prints the result of a check.
pub fn check(made: &Check, provider: &Provider, notes: &[String]) {
    let words = setup_texts();
    let state = (words.state)(Some(made.state())).to_lowercase();
    let text = (words.finding)(&made.finding, provider.kind_name());
    let what = text.what.replace("{}", provider.label());
    println!("  {state:<12}  {}: {what}", (words.step)(made.step));
    for line in text.details.iter().chain(notes) {
        println!("{INDENT}{line}");
    }
    match text.remedy {
        Some(remedy) if made.state() == State::Failed => {
            println!("{INDENT}{}: {remedy}", words.remedy);
        }
        Some(remedy) => println!("{INDENT}{remedy}"),
        None => {}
    }
}

/// Prints how many checks passed, failed and weren't testable.
pub fn summary([passed, failed, not_testable]: [usize; 3]) {
    println!("{}", (setup_texts().summary)(passed, failed, not_testable));
}

/// Prints why the file can't be used.
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
