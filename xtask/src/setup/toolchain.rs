//! The Rust toolchain that builds for the browser.

use super::debian;
use crate::shell::{output, run, step, which};
use anyhow::{Result, bail};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

pub const TARGET: &str = "wasm32-unknown-unknown";
/// The toolchain that is made of Debian's packages where rustup's server is out of reach.
const FROM_DEBIAN: &str = "vestibule-wasm";
/// Panics abort without a message: the texts and the code that formats them leave the page.
pub const IMMEDIATE_ABORT: &str = "-Cpanic=immediate-abort";

/// Finds or makes a toolchain with the target's standard library. `None`: the active one has it.
pub(super) fn ready() -> Result<Option<String>> {
    if has_target(None) {
        return Ok(None);
    }
    if which(&["rustup"]).is_none() {
        bail!(
            "this Rust has no standard library for {TARGET}, and there is no rustup to add it. \
             Install Rust through rustup, or your distribution's package of the target (Debian: libstd-rust-dev-wasm32)."
        );
    }
    if has_target(Some(FROM_DEBIAN)) {
        return Ok(Some(FROM_DEBIAN.to_owned()));
    }
    step(format!("Adding the target {TARGET} to the Rust toolchain"));
    let mut rustup = Command::new("rustup");
    rustup
        .args(["target", "add", TARGET])
        .env("RUST_BACKTRACE", "0");
    if run(&mut rustup).is_ok() && has_target(None) {
        return Ok(None);
    }
    if !debian::can_install() {
        bail!(
            "rustup couldn't add the target {TARGET}. If this machine can't reach the Rust download server, \
             add the target on one that can and copy its toolchain, or use Debian as root (or with sudo), \
             where this command makes a toolchain of Debian's packages."
        );
    }
    println!(
        "rustup could not add it. Making the toolchain \"{FROM_DEBIAN}\" of Debian's packages instead (about two minutes)."
    );
    debian::make_toolchain(FROM_DEBIAN)?;
    if !has_target(Some(FROM_DEBIAN)) {
        bail!("the toolchain \"{FROM_DEBIAN}\" was made, but does not build for {TARGET}");
    }
    Ok(Some(FROM_DEBIAN.to_owned()))
}

/// Whether the standard library can be rebuilt with the page: the compiler knows immediate aborts, and
/// the library's source is there. Asks rustup to add it.
pub(super) fn builds_std(toolchain: Option<&str>) -> bool {
    let rustc = |arguments: &[&str]| {
        let mut rustc = Command::new("rustc");
        if let Some(toolchain) = toolchain {
            rustc.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        output(rustc.args(arguments).env("RUSTC_BOOTSTRAP", "1"))
    };
    let knows_option = rustc(&["-Zunstable-options", IMMEDIATE_ABORT, "--print", "cfg"]).is_some();
    let Some(sysroot) = rustc(&["--print", "sysroot"]).filter(|_| knows_option) else {
        return false;
    };
    let source = Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock");
    if !source.is_file() && which(&["rustup"]).is_some() {
        step("Adding the source of the standard library to the Rust toolchain");
        let mut rustup = Command::new("rustup");
        if let Some(toolchain) = toolchain {
            rustup.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        // Without it, the build says what the page lacks.
        let _ = run(rustup.args(["component", "add", "rust-src"]));
    }
    source.is_file()
}

/// Whether rustup has a toolchain of this name. `1.88` also names `1.88.0`.
pub fn installed(name: &str) -> Option<String> {
    let list = output(Command::new("rustup").args(["toolchain", "list"]))?;
    let found = list.lines().find(|line| {
        let rest = line.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with(['-', '.']) || rest.is_empty())
    })?;
    found.split_whitespace().next().map(str::to_owned)
}

/// Whether a toolchain builds for the target: by building an empty program. A folder may be half
/// copied, or left behind by an older compiler.
fn has_target(toolchain: Option<&str>) -> bool {
    let program = std::env::temp_dir().join(format!("vestibule-probe-{}.wasm", std::process::id()));
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--target", TARGET, "-", "-o"])
        .arg(&program)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(toolchain) = toolchain {
        rustc.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    let Ok(mut child) = rustc.spawn() else {
        return false;
    };
    if let Some(mut source) = child.stdin.take() {
        // A compiler that ends early says so by its status.
        let _ = source.write_all(b"fn main() {}");
    }
    let builds = child.wait().is_ok_and(|status| status.success());
    let _ = std::fs::remove_file(program);
    builds
}
