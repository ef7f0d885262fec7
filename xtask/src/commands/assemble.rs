//! `assemble`: trunk's hook (Trunk.toml). It adds what comes from Rust and from src/embed.

use crate::flags::reject_unknown;
use crate::page;
use anyhow::Result;
use pico_args::Arguments;

pub(super) fn run(arguments: Arguments) -> Result<()> {
    reject_unknown(arguments)?;
    page::assemble::assemble()
}
