//! Tools that cargo builds: trunk, wasm-bindgen, cargo-deny and geckodriver.

use super::{install, tool_folder};
use crate::shell::{command, output, run, step};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of trunk's program; `None` when the right one is on PATH.
pub(super) fn trunk(version: &str) -> Result<Option<PathBuf>> {
    ready(
        "trunk",
        "trunk",
        version,
        // It downloads nothing for us. Without TLS it builds in half the time.
        &["--locked", "--no-default-features"],
        // Its own work is light.
        "0",
        "builds the page; about two minutes",
    )
}

/// The folder of wasm-bindgen's programs; `None` when the right ones are on PATH.
pub(super) fn wasm_bindgen(version: &str) -> Result<Option<PathBuf>> {
    // Without --locked: its lock file may name versions that have been withdrawn.
    ready(
        "wasm-bindgen",
        "wasm-bindgen-cli",
        version,
        &[],
        "1",
        "connects WebAssembly and JavaScript; about two minutes",
    )
}

/// The folder of cargo-deny's program; `None` when the right one is on PATH.
pub fn cargo_deny(version: &str) -> Result<Option<PathBuf>> {
    ready(
        "cargo-deny",
        "cargo-deny",
        version,
        &["--locked"],
        "0",
        "checks licences and sources of dependencies; about a minute",
    )
}

/// The folder of Firefox's driver; `None` when the right one is on PATH.
pub(super) fn geckodriver(version: &str) -> Result<Option<PathBuf>> {
    ready(
        "geckodriver",
        "geckodriver",
        version,
        &["--locked"],
        "0",
        "drives Firefox in the browser tests; about two minutes",
    )
}

fn ready(
    program: &str,
    package: &str,
    version: &str,
    options: &[&str],
    optimisation: &str,
    purpose: &str,
) -> Result<Option<PathBuf>> {
    if output(command(program).arg("--version")).is_some_and(|said| says(&said, version)) {
        return Ok(None);
    }
    let folder = tool_folder(package, version)?;
    if !is_installed(&folder, program) {
        step(format!(
            "Installing {package} {version} into {} ({purpose})",
            folder.display()
        ));
        install(&folder, |place| {
            let mut cargo = Command::new("cargo");
            cargo
                .args(["install", package, "--version", version, "--root"])
                .arg(place)
                .args(options);
            // Quick to build rather than quick to run.
            for (name, value) in [
                ("LTO", "off"),
                ("CODEGEN_UNITS", "16"),
                ("OPT_LEVEL", optimisation),
                ("DEBUG", "0"),
            ] {
                cargo.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
            }
            run(&mut cargo)
        })?;
    }
    Ok(Some(folder.join("bin")))
}

fn is_installed(folder: &Path, program: &str) -> bool {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    folder.join("bin").join(file).is_file()
}

/// Whether `trunk 0.21.14` or `wasm-bindgen 0.2.130 (abc)` is that version.
fn says(said: &str, version: &str) -> bool {
    said.split_whitespace().nth(1) == Some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_version_will_do() {
        assert!(says("trunk 0.21.14", "0.21.14"));
        assert!(says("wasm-bindgen 0.2.130 (1234abcd)", "0.2.130"));
        assert!(!says("trunk 0.21.1", "0.21.14"));
        assert!(!says("trunk 0.21.14-beta.1", "0.21.14"));
        assert!(!says("", "0.21.14"));
    }
}
