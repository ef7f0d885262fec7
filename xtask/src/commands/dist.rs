//! `dist`: everything that is handed out: the page in dist/, and the npm package in pkg/.

use super::finish;
use crate::package;
use crate::setup::Tools;
use anyhow::Result;
use pico_args::Arguments;

pub fn run(arguments: Arguments) -> Result<()> {
    finish(arguments)?;
    package::build(&Tools::ready()?)?;
    println!("\n  dist/  the page, for any static host");
    println!("  pkg/   the npm package: npm install ./pkg");
    Ok(())
}
