//! Steps that need cargo alone.

use super::{LeftOut, Machine};
use crate::commands::fuzz::targets;
use crate::examples;
use crate::flags;
use crate::local_provider;
use crate::setup::{TARGET, cargo_deny, installed_toolchain, node_modules};
use crate::shell::{command_on, output, path_with, run};
use crate::workspace::{Pins, root, rust_version};
use anyhow::Result;
use std::process::Command;

pub(super) fn format(machine: &Machine) -> Result<()> {
    let example = examples::LEPTOS_MANIFEST;
    let application = super::publish::APPLICATION_MANIFEST;
    for which in [
        &["--all"][..],
        &["--manifest-path", example],
        &["--manifest-path", application],
    ] {
        run(machine.cargo(&["fmt", "--check"]).args(which))?;
    }
    Ok(())
}

pub(super) fn pins(_: &Machine) -> Result<()> {
    Pins::read()?.check("examples/leptos/Cargo.lock")
}

/// Runs cargo-deny with deny.toml. It doesn't check advisories, which change without a change here.
pub(super) fn deny(_: &Machine) -> Result<()> {
    let folder = cargo_deny(&Pins::read()?.cargo_deny)?;
    let folders: Vec<_> = folder.into_iter().collect();
    println!("    Not checked here: advisories, whose database is on GitHub.");
    run(command_on(&path_with(&folders)?, "cargo-deny")
        .args(["--all-features", "check", "licenses", "bans", "sources"])
        .current_dir(root()))
}

pub(super) fn clippy_host(machine: &Machine) -> Result<()> {
    run(&mut machine.cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        "vestibule/csr",
        "--",
        "-D",
        "warnings",
    ]))
}

/// For each way of rendering, and for none.
pub(super) fn clippy_wasm(machine: &Machine) -> Result<()> {
    for which in [
        &["--all-targets", "--features", "csr"][..],
        &["--lib", "--features", "hydrate"],
        &["--lib"],
    ] {
        let mut clippy = machine.cargo(&["clippy", "-p", "vestibule", "--target", TARGET]);
        run(clippy.args(which).args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

/// cargo-nextest when it's installed, else cargo's own runner.
pub(super) fn tests(machine: &Machine) -> Command {
    if has_nextest(machine) {
        machine.cargo(&["nextest", "run"])
    } else {
        machine.cargo(&["test"])
    }
}

pub(super) fn has_nextest(machine: &Machine) -> bool {
    output(&mut machine.cargo(&["nextest", "--version"])).is_some()
}

/// What has tests that need neither a browser nor a build of the page.
pub(in crate::commands) const HOST_PACKAGES: &[&str] = &[
    "--workspace",
    "--exclude",
    "browser-tests",
    "--features",
    "vestibule/csr",
];

pub(super) fn host(machine: &Machine) -> Result<()> {
    // The doctor's tests ask the local provider.
    node_modules(&local_provider::folder())?;
    run(tests(machine)
        .args(HOST_PACKAGES)
        .args(["--lib", "--bins", "--tests"]))
}

/// With new random input each time.
pub(super) fn fuzz(machine: &Machine) -> Result<()> {
    let flags = flags::Fuzz {
        seconds: 2.0,
        only: None,
        // The same each time, so that a failure is a change's; `cargo xtask fuzz` takes new ones.
        seed: Some(1),
        input: None,
    };
    run(&mut targets(machine.tools.cargo(), &flags))
}

/// Links in the documentation lead somewhere, and its examples run.
pub(super) fn doc(machine: &Machine) -> Result<()> {
    let library = ["-p", "vestibule", "--features", "csr"];
    let mut doc = machine.cargo(&["doc", "--no-deps", "--lib"]);
    run(doc.args(library).env("RUSTDOCFLAGS", "-D warnings"))?;
    run(machine.cargo(&["test", "--doc"]).args(library))
}

pub(super) fn ssr(machine: &Machine) -> Result<()> {
    run(&mut machine.cargo(&[
        "test",
        "-p",
        "vestibule",
        "--features",
        "ssr",
        "--test",
        "ssr",
    ]))
}

pub(super) fn msrv(_: &Machine) -> Result<()> {
    let version = rust_version()?;
    let Some(toolchain) = installed_toolchain(&version) else {
        let reason = format!(
            "Rust {version} isn't installed (`rustup toolchain install {version}`). The workflow msrv.yml runs this"
        );
        return Err(LeftOut(reason).into());
    };
    run(Command::new("cargo")
        .args(["check", "-p", "vestibule", "--features", "csr"])
        .env("RUSTUP_TOOLCHAIN", toolchain)
        // Otherwise these would select the current toolchain.
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .current_dir(root()))
}
