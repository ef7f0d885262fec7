//! `build`: the page, ready to deploy.

use crate::flags::reject_unknown;
use crate::page;
use crate::setup::Tools;
use anyhow::Result;
use pico_args::Arguments;

pub(super) fn run(arguments: Arguments) -> Result<()> {
    reject_unknown(arguments)?;
    page::build(&Tools::ready()?)?;
    page::size::report_sizes()
}
