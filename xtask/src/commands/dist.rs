//! `dist`: everything that a release hands out: the page in dist/ and the npm package in pkg/.

use crate::flags::reject_unknown;
use crate::npm_package;
use crate::setup::Tools;
use anyhow::Result;
use pico_args::Arguments;

pub(super) fn run(arguments: Arguments) -> Result<()> {
    reject_unknown(arguments)?;
    npm_package::build(&Tools::ready()?)?;
    println!("\n  dist/  the page, for any static host");
    println!("  pkg/   the npm package: npm install ./pkg");
    Ok(())
}
