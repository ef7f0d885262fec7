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
/// Where its libraries for each target are.
const RUSTLIB: &str = "/usr/lib/rustlib";

/// Whether this is Debian or its like, and packages may be installed.
pub(super) fn can_install() -> bool {
    which(&["apt-get"]).is_some()
        && (is_root() || output(Command::new("sudo").args(["-n", "true"])).is_some())
}

/// Installs packages, without questions.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    run(as_root("apt-get").args(["update", "-q"]))?;
    let options = ["install", "-y", "-q", "--no-install-recommends"];
    run(as_root("apt-get")
        .args(options)
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Builds the target's standard library with Debian's Rust and makes all of it a rustup toolchain.
pub(super) fn make_toolchain(name: &str) -> Result<()> {
    install(PACKAGES).context(
        "the packages of a recent Rust (rustc-web and its companions, among Debian's security updates) \
         could not be installed. Add the target on a machine that reaches the Rust download server, \
         and copy its toolchain",
    )?;
    let version = output(Command::new("/usr/bin/rustc").arg("-vV"))
        .context("Debian's rustc does not start")?;
    let llvm = field(&version, "LLVM version").context("Debian's rustc names no LLVM version")?;
    let linker = format!("lld-{}", llvm.split('.').next().unwrap_or(llvm));
    install(&[&linker])?;

    let build = std::env::temp_dir().join(format!("{name}-std-{}", std::process::id()));
    build_std(&build)?;
    put_std(&build, Path::new(RUSTLIB))?;
    std::fs::remove_dir_all(&build)?;
    let host = field(&version, "host").context("Debian's rustc names no host")?;
    let tools = format!("{RUSTLIB}/{host}/bin");
    run(as_root("mkdir").args(["-p", &tools]))?;
    run(as_root("ln").args([
        "-sfn",
        &format!("/usr/bin/{linker}"),
        &format!("{tools}/rust-lld"),
    ]))?;
    run(Command::new("rustup").args(["toolchain", "link", name, "/usr"]))
}

/// Puts the built libraries in place, all at once and instead of older ones: two sets side by side
/// can't be told apart.
fn put_std(build: &Path, rustlib: &Path) -> Result<()> {
    let place = rustlib.join(TARGET);
    let unfinished = place.join("lib.unfinished");
    run(as_root("rm").arg("-rf").arg(&unfinished))?;
    run(as_root("mkdir").arg("-p").arg(&unfinished))?;
    let built = build.join("target").join(TARGET).join("release/deps");
    let files = std::fs::read_dir(&built).context("the standard library was not built")?;
    let libraries = files.flatten().map(|file| file.path()).filter(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".rlib") && !name.starts_with("libempty")
    });
    run(as_root("cp").args(libraries).arg(&unfinished))?;
    run(as_root("rm").arg("-rf").arg(place.join("lib")))?;
    run(as_root("mv").arg(&unfinished).arg(place.join("lib")))
}

/// Builds an empty crate and with it the standard library. The folder must be new: two sets of
/// libraries side by side can't be told apart.
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

/// What `rustc -vV` says of something: `22.1.8` of `LLVM version: 22.1.8`.
fn field<'a>(version: &'a str, name: &str) -> Option<&'a str> {
    let lines = version.lines();
    lines
        .filter_map(|line| line.split_once(": "))
        .find_map(|(key, value)| (key == name).then_some(value))
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
        assert_eq!(field(version, "LLVM version"), Some("22.1.8"));
        assert_eq!(field(version, "host"), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(field("rustc 1.96.0", "LLVM version"), None);
    }

    #[test]
    fn a_newer_standard_library_replaces_the_older_one() {
        let folder = tempfile::tempdir().unwrap();
        let (build, rustlib) = (folder.path().join("build"), folder.path().join("rustlib"));
        let built = build.join("target").join(TARGET).join("release/deps");
        let library = rustlib.join(TARGET).join("lib");
        std::fs::create_dir_all(&built).unwrap();
        std::fs::create_dir_all(&library).unwrap();
        std::fs::write(library.join("libstd-old.rlib"), "").unwrap();
        for name in ["libstd-new.rlib", "libempty-1.rlib", "std.d"] {
            std::fs::write(built.join(name), "").unwrap();
        }
        put_std(&build, &rustlib).unwrap();
        let files = std::fs::read_dir(&library).unwrap();
        let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, ["libstd-new.rlib"]);
    }
}
