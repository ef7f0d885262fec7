//! `bench`: how long a person waits when they come back from the provider.

use super::finish;
use super::test::browser_environment;
use crate::local_provider;
use crate::page;
use crate::setup::{Chromium, Tools, node_modules};
use crate::shell::{run as run_program, step};
use crate::workspace::root;
use anyhow::Result;
use pico_args::Arguments;

pub fn run(mut arguments: Arguments) -> Result<()> {
    let runs: u32 = arguments.opt_value_from_str("--runs")?.unwrap_or(10);
    finish(arguments)?;
    let tools = Tools::ready()?;
    let chromium = Chromium::ready()?;
    node_modules(&local_provider::folder())?;
    page::build(&tools)?;
    step("From the start of the callback's navigation to the identity on screen, on loopback");
    let mut cargo = tools.cargo();
    cargo.args([
        "run",
        "--quiet",
        "-p",
        "browser-tests",
        "--bin",
        "callback-time",
        "--",
        &runs.to_string(),
    ]);
    browser_environment(&mut cargo, &chromium);
    run_program(cargo.current_dir(root()))
}
