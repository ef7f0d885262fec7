//! `size`: what a visitor downloads.

use super::finish;
use crate::page;
use anyhow::Result;
use pico_args::Arguments;

pub fn run(arguments: Arguments) -> Result<()> {
    finish(arguments)?;
    page::weigh()
}
