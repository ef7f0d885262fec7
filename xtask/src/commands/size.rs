//! `size`: what people download.

use crate::flags::reject_unknown;
use crate::page;
use anyhow::Result;
use pico_args::Arguments;

pub(super) fn run(arguments: Arguments) -> Result<()> {
    reject_unknown(arguments)?;
    page::size::report_sizes()
}
