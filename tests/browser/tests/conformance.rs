//! The OpenID Foundation's relying-party modules: see docs/conformance.md.

use anyhow::{Context, Result};
use browser_tests::conformance::{check_document, check_section, run_section, sections};

fn check(title: &str) -> Result<()> {
    let sections = sections();
    let mut sections = sections.iter();
    let section = sections
        .find(|section| section.title == title)
        .context("there is no such section")?;
    run_section(section, |seen| check_section(section, seen));
    Ok(())
}

#[test]
fn sign_in_modules_pass() -> Result<()> {
    check("Sign-in")
}

#[test]
fn discovery_and_key_modules_pass() -> Result<()> {
    check("Discovery and keys")
}

#[test]
fn renewal_modules_pass() -> Result<()> {
    check("Renewal")
}

#[test]
fn sign_out_modules_pass() -> Result<()> {
    check("Sign-out")
}

#[test]
fn fapi_modules_about_id_tokens_and_responses_pass() -> Result<()> {
    check("FAPI 2.0")
}

#[test]
fn the_document_has_every_section_and_the_modules_that_do_not_apply() -> Result<()> {
    check_document()
}
