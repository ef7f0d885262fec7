//! `setup`: everything that the other commands would install, now.

use super::finish;
use crate::local_provider;
use crate::setup::{Chromium, Tools, node_modules};
use crate::workspace::root;
use anyhow::Result;
use pico_args::Arguments;

pub fn run(arguments: Arguments) -> Result<()> {
    finish(arguments)?;
    Tools::ready()?;
    node_modules(&local_provider::folder())?;
    for folder in ["tests/browser", "tests/javascript"] {
        node_modules(&root().join(folder))?;
    }
    Chromium::ready()?;
    println!("\nEverything is there.");
    Ok(())
}
