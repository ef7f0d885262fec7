//! The step that tests the packaged crate.

use super::Machine;
use crate::page::target_folder;
use crate::setup::TARGET;
use crate::shell::{output, run};
use crate::workspace::{root, version};
use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use std::path::Path;
use std::process::Command;

/// A small application, outside of this workspace, that uses the crate.
pub(super) const APPLICATION_MANIFEST: &str = "tests/leptos-app/Cargo.toml";

/// What an application copies out of the crate (docs/leptos.md).
const FOR_HOSTS: &[&str] = &[
    "callback.html",
    "logout.html",
    "src/boot.js",
    "src/callback.js",
    "src/logout.js",
    "style/callback.css",
    "style/vestibule.css",
    "vestibule.schema.json",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
];

/// Packages the crate as for crates.io, and builds an application with what was packaged.
pub(super) fn package(machine: &Machine) -> Result<()> {
    let mut status = Command::new("git");
    status.args(["status", "--porcelain"]).current_dir(root());
    let is_dirty = output(&mut status).is_none_or(|list| !list.is_empty());
    if is_dirty {
        println!("    There are uncommitted changes: this checks the crate with them.");
    }
    let dirty: &[&str] = if is_dirty { &["--allow-dirty"] } else { &[] };

    let mut list = machine.cargo(&["package", "-p", "vestibule", "--list"]);
    let listed = output(list.args(dirty)).context("cargo can't list the files of the crate")?;
    let listed: Vec<String> = listed.lines().map(|line| line.replace('\\', "/")).collect();
    for file in FOR_HOSTS {
        ensure!(
            listed.iter().any(|listed| listed == file),
            "the crate lacks {file}: see `include` in Cargo.toml"
        );
    }
    // It packages, compiles what it has packaged, and stops before the upload.
    let mut publish = machine.cargo(&["publish", "-p", "vestibule", "--dry-run"]);
    run(publish.args(dirty))?;

    let packaged = target_folder()
        .join("package")
        .join(format!("vestibule-{}", version()?));
    if !packaged.join("Cargo.toml").is_file() {
        bail!("cargo left no unpacked crate at {}", packaged.display());
    }
    build_application(machine, &packaged)
}

/// Builds the application with the packaged crate, and with the versions of dependencies that this
/// workspace uses.
fn build_application(machine: &Machine, packaged: &Path) -> Result<()> {
    let folder = target_folder().join("leptos-app");
    let source = root().join(APPLICATION_MANIFEST);
    let source = source.parent().context("the application has a folder")?;
    std::fs::create_dir_all(folder.join("src"))?;
    for file in ["Cargo.toml", "build.rs", "src/main.rs"] {
        std::fs::copy(source.join(file), folder.join(file))
            .with_context(|| format!("the application has no {file}"))?;
    }
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    // A string of JSON is one of TOML too.
    let path = json!(packaged.to_string_lossy());
    let mut build = machine.tools.cargo();
    build
        .args(["build", "--target", TARGET, "--config"])
        .arg(format!("patch.crates-io.vestibule.path={path}"))
        // Most of it is compiled there.
        .env("CARGO_TARGET_DIR", target_folder())
        .current_dir(&folder);
    run(&mut build)?;
    for file in ["callback.html", "boot.js", "vestibule.css"] {
        ensure!(
            folder.join("vestibule").join(file).is_file(),
            "the application's build script didn't copy {file}"
        );
    }
    Ok(())
}
