//! What Debian's packages can help out with: a Rust toolchain for the browser, and Chromium.

use super::toolchain::TARGET;
use crate::shell::{output, run, which};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// Debian's Rust for building Chromium and Firefox: recent, with the source of its standard library.
const PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "rustfmt-web",
    "rust-web-llvm",
];
const HOST: &str = "x86_64-unknown-linux-gnu";

/// Whether this is Debian or its like, and packages may be installed.
pub fn can_install() -> bool {
    which(&["apt-get"]).is_some()
        && (is_root() || output(Command::new("sudo").args(["-n", "true"])).is_some())
}

/// Installs packages, without questions.
pub fn install(packages: &[&str]) -> Result<()> {
    run(as_root("apt-get").args(["update", "-q"]))?;
    let options = ["install", "-y", "-q", "--no-install-recommends"];
    run(as_root("apt-get")
        .args(options)
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Builds the target's standard library with Debian's Rust and makes all of it a rustup toolchain.
pub fn make_toolchain(name: &str) -> Result<()> {
    install(PACKAGES)?;
    let version = output(Command::new("/usr/bin/rustc").arg("-vV"))
        .context("Debian's rustc does not start")?;
    let llvm = llvm_major(&version).context("Debian's rustc names no LLVM version")?;
    let linker = format!("lld-{llvm}");
    install(&[&linker])?;

    let build = std::env::temp_dir().join(format!("{name}-std-{}", std::process::id()));
    build_std(&build)?;
    let library = format!("/usr/lib/rustlib/{TARGET}/lib");
    run(as_root("mkdir").args(["-p", &library]))?;
    let built = build.join("target").join(TARGET).join("release/deps");
    let files = std::fs::read_dir(&built).context("the standard library was not built")?;
    for file in files.flatten().map(|file| file.path()) {
        let is_ours = file
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("libempty"));
        if file
            .extension()
            .is_some_and(|extension| extension == "rlib")
            && !is_ours
        {
            run(as_root("cp").arg(&file).arg(&library))?;
        }
    }
    std::fs::remove_dir_all(&build)?;
    let tools = format!("/usr/lib/rustlib/{HOST}/bin");
    run(as_root("mkdir").args(["-p", &tools]))?;
    run(as_root("ln").args([
        "-sfn",
        &format!("/usr/bin/{linker}"),
        &format!("{tools}/rust-lld"),
    ]))?;
    run(Command::new("rustup").args(["toolchain", "link", name, "/usr"]))
}

/// Builds an empty crate and with it the standard library. The folder must be new: two sets of
/// libraries side by side cannot be told apart.
fn build_std(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder.join("src"))?;
    std::fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    std::fs::write(folder.join("src/lib.rs"), "#![no_std]\n")?;
    let mut cargo = Command::new("/usr/bin/cargo");
    for (name, _) in std::env::vars_os() {
        // What the cargo that runs us says is about another toolchain.
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO") || name_text.starts_with("RUST") {
            cargo.env_remove(&name);
        }
    }
    cargo
        .args([
            "build",
            "--release",
            "--target",
            TARGET,
            "-Zbuild-std=std,panic_abort,test,proc_macro",
        ])
        .arg("--target-dir")
        .arg(folder.join("target"))
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        // Without it, a build with link-time optimisation finds no bitcode.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .current_dir(folder);
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        cargo.env("CARGO_HOME", home);
    }
    run(&mut cargo)
}

/// 22 of `LLVM version: 22.1.8`.
fn llvm_major(version: &str) -> Option<&str> {
    let line = version
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: "))?;
    line.split('.').next()
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).as_deref() == Some("0")
}

fn as_root(program: &str) -> Command {
    if is_root() {
        Command::new(program)
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", program]);
        sudo
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linker_s_number_is_that_of_llvm() {
        let version = "rustc 1.96.0\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.8\n";
        assert_eq!(llvm_major(version), Some("22"));
        assert_eq!(llvm_major("rustc 1.96.0"), None);
    }
}
