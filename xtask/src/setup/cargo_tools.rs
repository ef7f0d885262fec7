//! Tools that cargo builds: trunk and the wasm-bindgen command.

use super::{install, tool_folder};
use crate::shell::{output, run, step};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// The folder of trunk's program; `None` when the right one is on PATH.
pub fn trunk(version: &str) -> Result<Option<PathBuf>> {
    ready(
        "trunk",
        "trunk",
        version,
        // It downloads nothing for us, so it needs no TLS: half of its time to build.
        &["--locked", "--no-default-features"],
        // Its own work is light.
        "0",
        "builds the page; about two minutes",
    )
}

/// The folder of wasm-bindgen's programs; `None` when the right ones are on PATH.
pub fn wasm_bindgen(version: &str) -> Result<Option<PathBuf>> {
    // Without --locked: its lock file names a version of a crate that cannot be had everywhere.
    ready(
        "wasm-bindgen",
        "wasm-bindgen-cli",
        version,
        &[],
        "1",
        "joins WebAssembly and JavaScript; about two minutes",
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
    if output(Command::new(program).arg("--version")).is_some_and(|said| says(&said, version)) {
        return Ok(None);
    }
    let folder = tool_folder(package, version)?;
    if !folder.join("bin").join(program).is_file() {
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
