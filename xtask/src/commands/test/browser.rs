//! Steps that need Node or a browser.

use super::Machine;
use super::rust::{has_nextest, tests};
use crate::commands::bench;
use crate::examples;
use crate::local_provider;
use crate::npm_package;
use crate::page;
use crate::setup::{TARGET, node_modules};
use crate::shell::{command, run};
use crate::workspace::root;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) fn provider(_: &Machine) -> Result<()> {
    npm_test(&local_provider::folder())
}

pub(super) fn javascript(_: &Machine) -> Result<()> {
    npm_test(&root().join("tests/javascript"))
}

/// The pages import the local provider.
pub(super) fn bench(_: &Machine) -> Result<()> {
    node_modules(&local_provider::folder())?;
    npm_test(&bench::folder())
}

fn npm_test(folder: &Path) -> Result<()> {
    node_modules(folder)?;
    run(command("npm").arg("test").current_dir(folder))
}

pub(super) fn webcrypto(machine: &Machine) -> Result<()> {
    let chromium = machine.chromium()?;
    let mut cargo = machine.cargo(&["test", "-p", "vestibule", "--features", "csr"]);
    cargo.args(["--target", TARGET, "--test", "*", "--", "--nocapture"]);
    cargo
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        // Seconds. Wycheproof's sets have thousands of signatures.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
        .env("CHROMEDRIVER", &chromium.driver)
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            chromium.webdriver_config()?,
        );
    run(&mut cargo)
}

pub(super) fn page(machine: &Machine) -> Result<()> {
    page::build(&machine.tools)?;
    page::size::report_sizes()
}

pub(super) fn browser(machine: &Machine) -> Result<()> {
    let chromium = machine.chromium()?;
    npm_package::build(&machine.tools)?;
    for example in examples::BUILT {
        examples::build(&machine.tools, example)?;
    }
    let variables = [
        ("VESTIBULE_CHROMIUM", &chromium.browser),
        ("VESTIBULE_CHROMEDRIVER", &chromium.driver),
    ];
    run(browser_tests(machine)?.envs(variables))
}

pub(super) fn firefox(machine: &Machine) -> Result<()> {
    let firefox = machine.firefox()?;
    let variables = [
        ("VESTIBULE_FIREFOX", &firefox.browser),
        ("VESTIBULE_GECKODRIVER", &firefox.driver),
    ];
    main_flows(machine, "firefox", variables)
}

pub(super) fn webkit(machine: &Machine) -> Result<()> {
    let webkit = machine.webkit()?;
    let variables = [
        ("VESTIBULE_MINIBROWSER", &webkit.browser),
        ("VESTIBULE_WEBKITDRIVER", &webkit.driver),
    ];
    main_flows(machine, "webkit", variables)
}

/// Runs the tests that are marked with `every_engine!` or `firefox_too!`: a run in Chromium ignores these copies.
fn main_flows(machine: &Machine, engine: &str, variables: [(&str, &PathBuf); 2]) -> Result<()> {
    page::build(&machine.tools)?;
    let mut tests = browser_tests(machine)?;
    tests.args(["--", "--ignored"]);
    if engine == "webkit" {
        tests.args(["--skip", "firefox_only::"]);
    }
    run(tests.env("VESTIBULE_ENGINE", engine).envs(variables))
}

fn browser_tests(machine: &Machine) -> Result<Command> {
    node_modules(&local_provider::folder())?;
    node_modules(&root().join("tests/browser"))?;
    let mut tests = tests(machine);
    tests.args(["-p", "browser-tests"]);
    if has_nextest(machine) {
        // A browser on a busy machine may be slow for once: such a test is reported as flaky.
        tests.args(["--retries", "1"]);
    }
    tests.env("VESTIBULE_DIST", page::dist());
    Ok(tests)
}
