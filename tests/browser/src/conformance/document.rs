//! `docs/conformance.md`: written from what a run saw, and compared with it.

use super::{Module, NotApplicable, Section, Seen, not_applicable, sections};
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use xtask::workspace::root;

const INTRODUCTION: &str = "# Conformance

The OpenID Foundation tests relying parties with its [conformance suite](https://openid.net/certification/about-conformance-suite/). This is a list of the suite's modules, what each of them demands of a relying party, and what Vestibule did when the browser tests played it: the built page in Chromium, against the issuer \"conformance\" of the [local provider](../tests/provider/README.md). That issuer has the habits of the suite's: its name ends with a slash, its metadata lists response types in unusual order, and the address of its key set changes.

A module passes by the suite's rules: the page has to show the right thing, and the issuer must receive exactly the requests that the module allows. An invalid ID token, for example, must not be followed by a request to userinfo. In every module, the tests also check the form of each request: PKCE with S256, `state` and `nonce`, no client secret, and access tokens only in a header.

Modules with the plan \"none\" are in the suite, but in none of its plans.

This is not a certification. The Basic profile requires a client secret, so no page without a server can be certified for it.

The tests compare this document with what they see, and fail if it differs. To write it again, run `UPDATE_CONFORMANCE=1 cargo test -p browser-tests --test conformance`.
";

/// Two tests of one process never write at the same time.
static WRITING: Mutex<()> = Mutex::new(());

/// Compares a section with what a run saw of its modules, or writes it.
///
/// # Errors
/// If the document differs.
pub fn check_section(section: &Section, seen: &[Seen]) -> Result<()> {
    let text = section_text(section, seen);
    update(section.title, &text)
}

/// Compares the parts that no run changes: the introduction, the titles, and the modules that don't apply.
///
/// # Errors
/// If the document differs.
pub fn check_document() -> Result<()> {
    update("Conformance", INTRODUCTION)?;
    update(
        "Modules that don't apply",
        &not_applicable_text(&not_applicable()),
    )?;
    if is_updating() {
        // Other tests may still have to write their sections.
        return Ok(());
    }
    let titles: Vec<String> = parts(&read()?).iter().map(|part| title_of(part)).collect();
    let expected = order();
    ensure!(
        titles == expected,
        "docs/conformance.md has the sections {titles:?} instead of {expected:?}"
    );
    Ok(())
}

fn section_text(section: &Section, seen: &[Seen]) -> String {
    let mut text = format!(
        "## {}\n\n{}\n\n| module | plans | the suite demands | the page showed | requests: {} |\n| --- | --- | --- | --- | --- |\n",
        section.title,
        section.about,
        section.endpoints.join(", ")
    );
    for (module, seen) in section.modules.iter().zip(seen) {
        text += &row(module, seen);
    }
    text
}

fn row(module: &Module, seen: &Seen) -> String {
    let requests: Vec<String> = seen.requests.iter().map(ToString::to_string).collect();
    format!(
        "| `{}` | {} | {} | {} | {} |\n",
        module.name,
        module.plans,
        module.demand,
        shown(&seen.page),
        requests.join(", ")
    )
}

/// Error codes are set as code, and link to nothing: docs/errors.md has them all.
fn shown(page: &str) -> String {
    if page.contains(' ') || !page.contains('-') {
        page.to_owned()
    } else {
        format!("the error `{page}`")
    }
}

fn not_applicable_text(modules: &[NotApplicable]) -> String {
    let mut text = "## Modules that don't apply\n\nThese need something that a public client in a browser doesn't have.\n\n| modules | plans | why |\n| --- | --- | --- |\n".to_owned();
    for module in modules {
        let names: Vec<String> = module
            .names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        text += &format!(
            "| {} | {} | {} |\n",
            names.join(", "),
            module.plans,
            module.reason
        );
    }
    text
}

/// Expects this part in the document. With `UPDATE_CONFORMANCE=1`, writes it.
fn update(title: &str, expected: &str) -> Result<()> {
    let _guard = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let document = read()?;
    let known = parts(&document);
    let current = known.iter().find(|part| title_of(part) == title);
    if current.is_some_and(|part| part.trim_end() == expected.trim_end()) {
        return Ok(());
    }
    ensure!(
        is_updating(),
        "docs/conformance.md differs from this run. If that's right, run UPDATE_CONFORMANCE=1 cargo test -p \
         browser-tests --test conformance. The section now is:\n\n{expected}"
    );
    let order = order();
    let mut all: Vec<&str> = known
        .iter()
        .map(String::as_str)
        .filter(|part| title_of(part) != title && order.contains(&title_of(part)))
        .chain([expected])
        .collect();
    all.sort_by_key(|part| order.iter().position(|known| *known == title_of(part)));
    let all: Vec<&str> = all.into_iter().map(str::trim_end).collect();
    std::fs::write(path(), all.join("\n\n") + "\n").context("docs/conformance.md can't be written")
}

fn is_updating() -> bool {
    std::env::var_os("UPDATE_CONFORMANCE").is_some()
}

/// The titles of all parts.
fn order() -> Vec<String> {
    let sections = sections();
    ["Conformance"]
        .into_iter()
        .chain(sections.iter().map(|section| section.title))
        .chain(["Modules that don't apply"])
        .map(str::to_owned)
        .collect()
}

fn title_of(part: &str) -> String {
    let first = part.lines().next().unwrap_or_default();
    first.trim_start_matches('#').trim().to_owned()
}

/// The document, split before its headings.
fn parts(document: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for line in document.lines() {
        match parts.last_mut() {
            Some(part) if !line.starts_with("## ") => {
                part.push_str(line);
                part.push('\n');
            }
            _ => parts.push(format!("{line}\n")),
        }
    }
    parts
}

fn read() -> Result<String> {
    match std::fs::read_to_string(path()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        other => other.context("docs/conformance.md can't be read"),
    }
}

fn path() -> PathBuf {
    root().join("docs/conformance.md")
}
