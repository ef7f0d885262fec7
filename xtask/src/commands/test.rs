//! `test`: every check and test, in the order in which they fail soonest.

use super::finish;
use crate::local_provider;
use crate::page;
use crate::setup::{Chromium, TARGET, Tools, node_modules};
use crate::shell::{output, run as run_program, step};
use crate::workspace::{Pins, root};
use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Tools, &Chromium) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step {
        name: "format",
        about: "rustfmt has nothing to change",
        run: format,
    },
    Step {
        name: "pins",
        about: "versions of tools agree",
        run: |_, _| Pins::read()?.check(),
    },
    Step {
        name: "clippy-host",
        about: "clippy on this machine's target",
        run: clippy_host,
    },
    Step {
        name: "host",
        about: "host tests",
        run: host,
    },
    Step {
        name: "doc",
        about: "examples in the documentation",
        run: doc,
    },
    Step {
        name: "provider",
        about: "tests of the local provider",
        run: provider,
    },
    Step {
        name: "clippy-wasm",
        about: "clippy on the browser's target",
        run: clippy_wasm,
    },
    Step {
        name: "webcrypto",
        about: "signatures in headless Chromium",
        run: webcrypto,
    },
    Step {
        name: "page",
        about: "the page, as it is deployed, and its weight",
        run: built_page,
    },
    Step {
        name: "browser",
        about: "the page in headless Chromium against the local provider",
        run: browser,
    },
];

pub fn run(mut arguments: Arguments) -> Result<()> {
    let only: Option<String> = arguments.opt_value_from_str("--only")?;
    finish(arguments)?;
    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|step| only.as_deref().is_none_or(|name| name == step.name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        bail!("there is no such step; the steps are {}", names.join(", "));
    }
    let begun = Instant::now();
    step("Looking for what the tests need");
    let tools = Tools::ready()?;
    let chromium = Chromium::ready()?;
    for (index, chosen_step) in chosen.iter().enumerate() {
        step(format!(
            "{}/{} {}: {}",
            index + 1,
            chosen.len(),
            chosen_step.name,
            chosen_step.about
        ));
        let begun = Instant::now();
        (chosen_step.run)(&tools, &chromium)
            .with_context(|| format!("the step \"{}\" failed", chosen_step.name))?;
        println!(
            "    {} passed in {} s",
            chosen_step.name,
            begun.elapsed().as_secs()
        );
    }
    let minutes = begun.elapsed().as_secs_f64() / 60.0;
    println!(
        "\nAll {} steps passed in {minutes:.1} minutes.",
        chosen.len()
    );
    Ok(())
}

fn cargo(tools: &Tools, arguments: &[&str]) -> Command {
    let mut cargo = tools.cargo();
    cargo.args(arguments).current_dir(root());
    cargo
}

fn format(tools: &Tools, _: &Chromium) -> Result<()> {
    run_program(&mut cargo(tools, &["fmt", "--all", "--check"]))
}

fn clippy_host(tools: &Tools, _: &Chromium) -> Result<()> {
    run_program(&mut cargo(
        tools,
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    ))
}

fn clippy_wasm(tools: &Tools, _: &Chromium) -> Result<()> {
    let arguments = [
        "clippy",
        "-p",
        "vestibule",
        "--target",
        TARGET,
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    run_program(&mut cargo(tools, &arguments))
}

/// cargo-nextest when it is there, else cargo's own runner.
fn tests(tools: &Tools) -> Command {
    let has_nextest = output(&mut cargo(tools, &["nextest", "--version"])).is_some();
    cargo(
        tools,
        if has_nextest {
            &["nextest", "run"]
        } else {
            &["test"]
        },
    )
}

fn host(tools: &Tools, _: &Chromium) -> Result<()> {
    run_program(tests(tools).args([
        "--workspace",
        "--exclude",
        "browser-tests",
        "--lib",
        "--bins",
        "--tests",
    ]))
}

fn doc(tools: &Tools, _: &Chromium) -> Result<()> {
    run_program(&mut cargo(tools, &["test", "-p", "vestibule", "--doc"]))
}

fn provider(_: &Tools, _: &Chromium) -> Result<()> {
    node_modules(&local_provider::folder())?;
    run_program(
        Command::new("npm")
            .arg("test")
            .current_dir(local_provider::folder()),
    )
}

fn webcrypto(tools: &Tools, chromium: &Chromium) -> Result<()> {
    let mut cargo = cargo(
        tools,
        &[
            "test",
            "-p",
            "vestibule",
            "--target",
            TARGET,
            "--test",
            "webcrypto",
        ],
    );
    cargo
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .env("CHROMEDRIVER", &chromium.driver);
    run_program(&mut cargo)
}

fn built_page(tools: &Tools, _: &Chromium) -> Result<()> {
    page::build(tools)?;
    page::weigh()
}

fn browser(tools: &Tools, chromium: &Chromium) -> Result<()> {
    node_modules(&local_provider::folder())?;
    node_modules(&root().join("tests/browser"))?;
    page::build(tools)?;
    let mut tests = tests(tools);
    tests.args(["-p", "browser-tests"]);
    browser_environment(&mut tests, chromium);
    run_program(&mut tests)
}

/// Tells the browser tests where everything is.
pub(super) fn browser_environment(command: &mut Command, chromium: &Chromium) {
    let variables: [(&str, PathBuf); 3] = [
        ("VESTIBULE_DIST", page::dist()),
        ("VESTIBULE_CHROMIUM", chromium.browser.clone()),
        ("VESTIBULE_CHROMEDRIVER", chromium.driver.clone()),
    ];
    command.envs(variables);
}
