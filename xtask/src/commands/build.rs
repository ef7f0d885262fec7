//! `build`: the page, as an administrator deploys it.

use super::finish;
use crate::page;
use crate::setup::Tools;
use anyhow::Result;
use pico_args::Arguments;

pub fn run(arguments: Arguments) -> Result<()> {
    finish(arguments)?;
    page::build(&Tools::ready()?)?;
    page::weigh()
}
