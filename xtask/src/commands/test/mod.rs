//! `test`: every check and test. What fails soonest comes first.

mod browser;
mod publish;
mod rust;

pub(super) use rust::HOST_PACKAGES;

use crate::flags;
use crate::setup::{Chromium, Firefox, Tools, WebKit};
use crate::shell::step;
use crate::workspace::root;
use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use std::cell::OnceCell;
use std::fmt;
use std::process::Command;
use std::time::{Duration, Instant};

struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Machine) -> Result<()>,
}

/// Why a step can't run on this machine. That fails no other.
#[derive(Debug)]
struct LeftOut(String);

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LeftOut {}

/// What the steps run with. The browsers are looked for when a step needs them.
struct Machine {
    tools: Tools,
    chromium: OnceCell<Chromium>,
    firefox: OnceCell<Result<Firefox, String>>,
    webkit: OnceCell<Result<WebKit, String>>,
}

impl Machine {
    fn chromium(&self) -> Result<&Chromium> {
        if let Some(chromium) = self.chromium.get() {
            return Ok(chromium);
        }
        let chromium = Chromium::ready()?;
        Ok(self.chromium.get_or_init(|| chromium))
    }

    fn firefox(&self) -> Result<&Firefox> {
        optional(&self.firefox, Firefox::ready)
    }

    fn webkit(&self) -> Result<&WebKit> {
        optional(&self.webkit, WebKit::ready)
    }

    /// Cargo at the repository's root.
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.tools.cargo();
        cargo.args(arguments).current_dir(root());
        cargo
    }
}

/// Looks for a browser once. The step that needs it is left out if it can't be had.
fn optional<T>(browser: &OnceCell<Result<T, String>>, ready: fn() -> Result<T>) -> Result<&T> {
    let found = browser.get_or_init(|| ready().map_err(|error| format!("{error:#}")));
    found
        .as_ref()
        .map_err(|reason| LeftOut(reason.clone()).into())
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
    Step {
        name: "firefox",
        about: "the main flows in headless Firefox",
        run: browser::firefox,
    },
    Step {
        name: "webkit",
        about: "the main flows in WebKit",
        run: browser::webkit,
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
        firefox: OnceCell::new(),
        webkit: OnceCell::new(),
    };
    if only.is_none() {
        // Now rather than after minutes of other steps, whose results it leaves as they are.
        machine.chromium()?;
        let optional = [machine.firefox().err(), machine.webkit().err()];
        for reason in optional.into_iter().flatten() {
            println!("    One step will be left out. {reason:#}.");
        }
    }
    let mut times = Vec::new();
    let mut left_out = Vec::new();
    for (index, chosen_step) in chosen.iter().enumerate() {
        step(format!(
            "{}/{} {}: {}",
            index + 1,
            chosen.len(),
            chosen_step.name,
            chosen_step.about
        ));
        let started = Instant::now();
        let outcome = (chosen_step.run)(&machine);
        if let Some(LeftOut(reason)) = outcome.as_ref().err().and_then(|e| e.downcast_ref()) {
            println!("    {} is left out: {reason}.", chosen_step.name);
            left_out.push(chosen_step.name);
            continue;
        }
        outcome.with_context(|| format!("the step \"{}\" failed", chosen_step.name))?;
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
    for name in &left_out {
        println!("    {name:<12}  left out");
    }
    let passed = match (times.len(), left_out.len()) {
        (passed, 0) => format!("All {passed} steps passed"),
        (passed, left_out) => format!("{passed} steps passed, {left_out} left out,"),
    };
    println!("\n{passed} in {}.", minutes(started.elapsed()));
    Ok(())
}

/// `2:05` for 125 seconds.
fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}
