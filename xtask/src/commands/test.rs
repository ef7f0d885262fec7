//! `test`: every check and test, in the order in which they fail soonest.

use super::finish;
use crate::examples;
use crate::local_provider;
use crate::package;
use crate::page;
use crate::setup::{Chromium, TARGET, Tools, node_modules};
use crate::shell::{output, run as run_program, step};
use crate::workspace::{Pins, root};
use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Machine) -> Result<()>,
}

/// What the steps run with. The browser is looked for when a step asks for it.
struct Machine {
    tools: Tools,
    chromium: OnceCell<Chromium>,
}

impl Machine {
    fn chromium(&self) -> Result<&Chromium> {
        if let Some(chromium) = self.chromium.get() {
            return Ok(chromium);
        }
        let chromium = Chromium::ready()?;
        Ok(self.chromium.get_or_init(|| chromium))
    }
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
        run: |_| Pins::read()?.check(),
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
        name: "ssr",
        about: "what a server renders",
        run: ssr,
    },
    Step {
        name: "provider",
        about: "tests of the local provider",
        run: provider,
    },
    Step {
        name: "javascript",
        about: "the scripts of the JavaScript API, and their types",
        run: javascript,
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
    let machine = Machine {
        tools: Tools::ready()?,
        chromium: OnceCell::new(),
    };
    if only.is_none() {
        // Now rather than after minutes of other steps.
        machine.chromium()?;
    }
    for (index, chosen_step) in chosen.iter().enumerate() {
        step(format!(
            "{}/{} {}: {}",
            index + 1,
            chosen.len(),
            chosen_step.name,
            chosen_step.about
        ));
        let begun = Instant::now();
        (chosen_step.run)(&machine)
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

fn format(machine: &Machine) -> Result<()> {
    let example = examples::LEPTOS_MANIFEST;
    for which in [&["--all"][..], &["--manifest-path", example]] {
        run_program(cargo(&machine.tools, &["fmt", "--check"]).args(which))?;
    }
    Ok(())
}

fn clippy_host(machine: &Machine) -> Result<()> {
    run_program(&mut cargo(
        &machine.tools,
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

fn clippy_wasm(machine: &Machine) -> Result<()> {
    let lean = &[
        "--lib",
        "--bins",
        "--no-default-features",
        "--features",
        "csr",
    ];
    for which in [&["--all-targets"][..], lean] {
        let mut clippy = cargo(&machine.tools, &["clippy", "-p", "vestibule", "--target"]);
        clippy
            .arg(TARGET)
            .args(which)
            .args(["--", "-D", "warnings"]);
        run_program(&mut clippy)?;
    }
    Ok(())
}

/// cargo-nextest when it is there, else cargo's own runner.
fn tests(tools: &Tools) -> Command {
    cargo(
        tools,
        if has_nextest(tools) {
            &["nextest", "run"]
        } else {
            &["test"]
        },
    )
}

fn has_nextest(tools: &Tools) -> bool {
    output(&mut cargo(tools, &["nextest", "--version"])).is_some()
}

fn host(machine: &Machine) -> Result<()> {
    // The doctor's tests ask the local provider.
    node_modules(&local_provider::folder())?;
    run_program(tests(&machine.tools).args([
        "--workspace",
        "--exclude",
        "browser-tests",
        "--lib",
        "--bins",
        "--tests",
    ]))
}

fn doc(machine: &Machine) -> Result<()> {
    run_program(&mut cargo(
        &machine.tools,
        &["test", "-p", "vestibule", "--doc"],
    ))
}

fn ssr(machine: &Machine) -> Result<()> {
    run_program(&mut cargo(
        &machine.tools,
        &[
            "test",
            "-p",
            "vestibule",
            "--no-default-features",
            "--features",
            "ssr",
            "--test",
            "ssr",
        ],
    ))
}

fn provider(_: &Machine) -> Result<()> {
    node_modules(&local_provider::folder())?;
    run_program(
        Command::new("npm")
            .arg("test")
            .current_dir(local_provider::folder()),
    )
}

fn javascript(_: &Machine) -> Result<()> {
    let folder = root().join("tests/javascript");
    node_modules(&folder)?;
    run_program(Command::new("npm").arg("test").current_dir(folder))
}

fn webcrypto(machine: &Machine) -> Result<()> {
    let chromium = machine.chromium()?;
    let mut cargo = cargo(
        &machine.tools,
        &["test", "-p", "vestibule", "--target", TARGET, "--test", "*"],
    );
    cargo
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .env("CHROMEDRIVER", &chromium.driver)
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            chromium.webdriver_config()?,
        );
    run_program(&mut cargo)
}

fn built_page(machine: &Machine) -> Result<()> {
    page::build(&machine.tools)?;
    page::weigh()
}

fn browser(machine: &Machine) -> Result<()> {
    node_modules(&local_provider::folder())?;
    node_modules(&root().join("tests/browser"))?;
    package::build(&machine.tools)?;
    for example in examples::BUILT {
        examples::build(&machine.tools, example)?;
    }
    let mut tests = tests(&machine.tools);
    tests.args(["-p", "browser-tests"]);
    if has_nextest(&machine.tools) {
        // A browser on a busy machine may be slow for once: such a test is reported as flaky.
        tests.args(["--retries", "1"]);
    }
    browser_environment(&mut tests, machine.chromium()?);
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
