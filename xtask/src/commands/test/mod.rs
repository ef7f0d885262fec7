//! `test`: every check and test. What fails soonest comes first.

mod browser;
mod publish;
mod rust;

pub(super) use rust::HOST_PACKAGES;

use crate::flags;
use crate::setup::{Chromium, Tools};
use crate::shell::step;
use crate::workspace::root;
use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use std::cell::OnceCell;
use std::process::Command;
use std::time::{Duration, Instant};

struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Machine) -> Result<()>,
}

/// What the steps run with. The browser is looked for when a step needs it.
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

    /// Cargo at the repository's root.
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.tools.cargo();
        cargo.args(arguments).current_dir(root());
        cargo
    }
}

const STEPS: &[Step] = &[
    Step {
        name: "format",
        about: "rustfmt has nothing to change",
        run: rust::format,
    },
    Step {
        name: "pins",
        about: "the examples use the same wasm-bindgen",
        run: rust::pins,
    },
    Step {
        name: "deny",
        about: "licences, duplicates and sources of dependencies",
        run: rust::deny,
    },
    Step {
        name: "clippy-host",
        about: "clippy on this machine's target",
        run: rust::clippy_host,
    },
    Step {
        name: "host",
        about: "tests on this machine",
        run: rust::host,
    },
    Step {
        name: "fuzz",
        about: "random input for every reader of input from outside, two seconds each",
        run: rust::fuzz,
    },
    Step {
        name: "doc",
        about: "links and examples in the documentation",
        run: rust::doc,
    },
    Step {
        name: "ssr",
        about: "what a server renders",
        run: rust::ssr,
    },
    Step {
        name: "msrv",
        about: "the oldest Rust that Cargo.toml promises",
        run: rust::msrv,
    },
    Step {
        name: "provider",
        about: "tests of the local provider",
        run: browser::provider,
    },
    Step {
        name: "javascript",
        about: "the scripts of the JavaScript API, and their types",
        run: browser::javascript,
    },
    Step {
        name: "bench",
        about: "the bench's statistics, pages and report",
        run: browser::bench,
    },
    Step {
        name: "clippy-wasm",
        about: "clippy on the browser's target",
        run: rust::clippy_wasm,
    },
    Step {
        name: "package",
        about: "the crate as it is published, and an application that uses it",
        run: publish::package,
    },
    Step {
        name: "webcrypto",
        about: "signatures in headless Chromium",
        run: browser::webcrypto,
    },
    Step {
        name: "page",
        about: "the page as it is deployed, and its size",
        run: browser::page,
    },
    Step {
        name: "browser",
        about: "the page in headless Chromium against the local provider",
        run: browser::browser,
    },
];

pub(super) fn run(arguments: Arguments) -> Result<()> {
    let only = flags::Test::parse(arguments)?.only;
    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|step| only.as_deref().is_none_or(|name| name == step.name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        bail!("there is no such step; the steps are {}", names.join(", "));
    }
    let started = Instant::now();
    step("Looking for what the tests need");
    let machine = Machine {
        tools: Tools::ready()?,
        chromium: OnceCell::new(),
    };
    if only.is_none() {
        // Now rather than after minutes of other steps.
        machine.chromium()?;
    }
    let mut times = Vec::new();
    for (index, chosen_step) in chosen.iter().enumerate() {
        step(format!(
            "{}/{} {}: {}",
            index + 1,
            chosen.len(),
            chosen_step.name,
            chosen_step.about
        ));
        let started = Instant::now();
        (chosen_step.run)(&machine)
            .with_context(|| format!("the step \"{}\" failed", chosen_step.name))?;
        println!(
            "    {} passed in {}",
            chosen_step.name,
            minutes(started.elapsed())
        );
        times.push((chosen_step.name, started.elapsed()));
    }
    println!();
    for (name, time) in &times {
        println!("    {name:<12} {:>9}", minutes(*time));
    }
    println!(
        "\nAll {} steps passed in {}.",
        chosen.len(),
        minutes(started.elapsed())
    );
    Ok(())
}

/// `2:05` for 125 seconds.
fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}
