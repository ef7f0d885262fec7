//! `fuzz`: random input for every reader of input from outside (`src/fuzz/`).

use super::test::HOST_PACKAGES;
use crate::flags;
use crate::setup::Tools;
use crate::shell::run as run_program;
use crate::workspace::root;
use anyhow::Result;
use pico_args::Arguments;
use std::process::Command;

pub(super) fn run(arguments: Arguments) -> Result<()> {
    let flags = flags::Fuzz::parse(arguments)?;
    run_program(&mut targets(Tools::ready()?.cargo(), &flags))
}

/// Runs the targets: an ignored test does, because only tests reach what they check.
pub(super) fn targets(mut cargo: Command, flags: &flags::Fuzz) -> Command {
    cargo
        .arg("test")
        // As in the step "host", which has compiled them when the step "fuzz" runs.
        .args(HOST_PACKAGES)
        .args(["--lib", "--", "--ignored", "--exact", "--nocapture"])
        .arg("fuzz::driver::run_targets")
        .env("VESTIBULE_FUZZ_SECONDS", flags.seconds.to_string())
        .current_dir(root());
    if let Some(only) = &flags.only {
        cargo.env("VESTIBULE_FUZZ_ONLY", only);
    }
    if let Some(seed) = flags.seed {
        cargo.env("VESTIBULE_FUZZ_SEED", seed.to_string());
    }
    if let Some(input) = &flags.input {
        cargo.env("VESTIBULE_FUZZ_INPUT", input);
    }
    cargo
}
