//! Node, and what comes through npm: the local provider's packages, wasm-opt and esbuild.

use super::{install, tool_folder};
use crate::shell::{command, output, run, step};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Node that will do: major and minor.
const OLDEST: (u32, u32) = (20, 12);

/// Checks that Node and npm are there and not too old.
pub(super) fn check() -> Result<()> {
    let remedy =
        "Install Node 20 LTS or newer (nodejs.org, or your system's package) and try again.";
    let Some(version) = output(command("node").arg("--version")) else {
        bail!("Node is missing: the local provider and the page's optimiser run on it. {remedy}");
    };
    if parse(&version).is_none_or(|found| found < OLDEST) {
        bail!(
            "Node {version} is too old: {}.{} or newer is needed. {remedy}",
            OLDEST.0,
            OLDEST.1
        );
    }
    if output(command("npm").arg("--version")).is_none() {
        bail!("npm is missing, though Node is there. {remedy}");
    }
    Ok(())
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The folder of wasm-opt; `None` when the right one is on PATH.
pub(super) fn wasm_opt(version: &str) -> Result<Option<PathBuf>> {
    // It says "wasm-opt version 132".
    let major = version.split('.').next().unwrap_or_default();
    program("wasm-opt", "binaryen", version, major)
}

/// The folder of esbuild, likewise.
pub(super) fn esbuild(version: &str) -> Result<Option<PathBuf>> {
    program("esbuild", "esbuild", version, version)
}

/// The folder of a program that is an npm package; `None` when one on PATH says that it is the right
/// one.
fn program(name: &str, package: &str, version: &str, says: &str) -> Result<Option<PathBuf>> {
    let said = output(command(name).arg("--version"));
    if said.is_some_and(|said| said.split_whitespace().any(|word| word == says)) {
        return Ok(None);
    }
    let folder = tool_folder(package, version)?;
    let bin = folder.join("node_modules/.bin");
    if !bin.join(name).is_file() {
        step(format!(
            "Installing {name} ({package} {version}) into {} (makes the page small; seconds)",
            folder.display()
        ));
        install(&folder, |place| {
            std::fs::create_dir_all(place)?;
            let package = format!("{package}@{version}");
            run(npm()
                .args(["install", "--no-save", "--prefix"])
                .arg(place)
                .arg(package))
        })?;
    }
    Ok(Some(bin))
}

/// `npm ci` in a folder whose lock file has changed since the last time.
pub(super) fn modules(folder: &Path) -> Result<()> {
    let lock = std::fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    let installed = folder.join("node_modules/.installed-lock");
    if std::fs::read(&installed).is_ok_and(|known| known == lock) {
        return Ok(());
    }
    step(format!("Installing the packages of {}", folder.display()));
    run(npm().arg("ci").current_dir(folder))?;
    std::fs::write(installed, lock)?;
    Ok(())
}

/// npm without its advertisements.
fn npm() -> Command {
    let mut npm = command("npm");
    npm.env("npm_config_fund", "false")
        .env("npm_config_audit", "false")
        .env("npm_config_update_notifier", "false");
    npm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_told_from_a_new_one() {
        assert!(parse("v20.20.2").unwrap() >= OLDEST);
        assert!(parse("v22.1.0").unwrap() >= OLDEST);
        assert!(parse("v20.9.0").unwrap() < OLDEST);
        assert!(parse("v18.19.0").unwrap() < OLDEST);
        assert_eq!(parse("20"), None);
    }
}
