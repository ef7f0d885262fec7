//! `doctor`: the checks of the set-up page, from the command line.

use crate::workspace::root;
use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use std::process::Command;

pub(super) fn run(arguments: Arguments) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // A separate program: it compiles the library, and the other commands needn't wait for that.
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "doctor", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .arg("--")
        .args(arguments.finish())
        .status()
        .context("cargo couldn't be started")?;
    if !status.success() {
        bail!("the checks found problems");
    }
    Ok(())
}
