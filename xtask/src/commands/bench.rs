//! `bench`: how long people wait when they come back from the provider.

use super::test::browser_environment;
use crate::flags;
use crate::local_provider;
use crate::page;
use crate::setup::{Chromium, Tools, node_modules};
use crate::shell::{run as run_program, step};
use crate::workspace::root;
use anyhow::Result;
use pico_args::Arguments;

pub(super) fn run(arguments: Arguments) -> Result<()> {
    let flags = flags::Bench::parse(arguments)?;
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
        &flags.runs.to_string(),
    ]);
    browser_environment(&mut cargo, &chromium);
    run_program(cargo.current_dir(root()))
}
