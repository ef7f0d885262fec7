//! `setup`: installs everything the other commands need.

use crate::flags::reject_unknown;
use crate::local_provider;
use crate::setup::{Chromium, Firefox, Tools, WebKit, node_modules};
use crate::workspace::root;
use anyhow::Result;
use pico_args::Arguments;

pub(super) fn run(arguments: Arguments) -> Result<()> {
    reject_unknown(arguments)?;
    Tools::ready()?;
    node_modules(&local_provider::folder())?;
    for folder in ["tests/browser", "tests/javascript"] {
        node_modules(&root().join(folder))?;
    }
    Chromium::ready()?;
    let optional = [Firefox::ready().err(), WebKit::ready().err()];
    for reason in optional.into_iter().flatten() {
        println!("    The tests will leave out one browser. {reason:#}.");
    }
    println!("\nEverything is ready.");
    Ok(())
}
