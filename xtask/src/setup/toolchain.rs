//! A Rust toolchain that can build for the browser.

use super::debian;
use crate::shell::{output, run, step, which};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

pub const TARGET: &str = "wasm32-unknown-unknown";
/// The toolchain that is made of Debian's packages where rustup's server is out of reach.
const FROM_DEBIAN: &str = "vestibule-wasm";

/// Finds or makes a toolchain with the target's standard library. `None`: the active one has it.
pub fn ready() -> Result<Option<String>> {
    if has_target(None) {
        return Ok(None);
    }
    if which(&["rustup"]).is_none() {
        bail!(
            "this Rust has no standard library for {TARGET}, and there is no rustup to add it. \
             Install Rust through rustup, or your distribution's package of the target."
        );
    }
    if has_target(Some(FROM_DEBIAN)) {
        return Ok(Some(FROM_DEBIAN.to_owned()));
    }
    step(format!("Adding the target {TARGET} to the Rust toolchain"));
    if run(Command::new("rustup").args(["target", "add", TARGET])).is_ok() && has_target(None) {
        return Ok(None);
    }
    if !debian::can_install() {
        bail!(
            "rustup could not add the target {TARGET}. If this machine cannot reach the Rust download server, \
             add the target on one that can and copy its toolchain, or use Debian as root (or with sudo), \
             where this command makes a toolchain of Debian's packages."
        );
    }
    println!(
        "rustup cannot reach the Rust download server. Making the toolchain \"{FROM_DEBIAN}\" of Debian's packages instead (about two minutes)."
    );
    debian::make_toolchain(FROM_DEBIAN)?;
    if !has_target(Some(FROM_DEBIAN)) {
        bail!("the toolchain \"{FROM_DEBIAN}\" was made, but has no standard library for {TARGET}");
    }
    Ok(Some(FROM_DEBIAN.to_owned()))
}

/// Whether the target's standard library is in a toolchain.
fn has_target(toolchain: Option<&str>) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "sysroot"]);
    if let Some(toolchain) = toolchain {
        rustc.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    output(&mut rustc).is_some_and(|sysroot| {
        let library = Path::new(&sysroot)
            .join("lib/rustlib")
            .join(TARGET)
            .join("lib");
        let files = std::fs::read_dir(library).into_iter().flatten().flatten();
        files
            .into_iter()
            .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    })
}
