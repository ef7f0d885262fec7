//! The built page in `dist/`: building it, and what it is made of.
//!
//! `trunk build` and `trunk serve` make it. Trunk copies the files that `index.html` names and serves
//! them; its hook runs [`assemble`], which adds everything that comes from Rust and from `src/embed`.

pub mod assemble;
mod compile;
pub mod embed;
mod html;
mod notices;
mod short_names;
pub mod size;
mod stamp;
pub mod texts;

pub use compile::target_folder;
pub use notices::FILE as NOTICES;

use crate::setup::Tools;
use crate::shell::{run, step};
use crate::workspace::root;
use anyhow::Result;
use std::path::PathBuf;

/// The binary of the page, which everybody who signs in there downloads.
pub const PAGE: &str = "vestibule-page";
/// The binary that `vestibule.js` runs on other pages.
pub const ENGINE: &str = "vestibule-engine";
/// The binary for administrators: `?setup`, configuration mistakes, and remedies for failed sign-ins.
pub const SETUP: &str = "vestibule-setup";
/// All binaries that a build compiles. `index.html` names the files of [`PAGE`] and [`SETUP`], as `NAME.js`
/// and `NAME_bg.wasm`.
pub const BINARIES: &[&str] = &[PAGE, ENGINE, SETUP];
/// The binaries that `vestibule.js` loads, with what its scripts call their glue and their WebAssembly.
pub const EMBEDDED: &[(&str, [&str; 2])] = &[
    (ENGINE, ["engine.js", "engine.wasm"]),
    (SETUP, ["setup.js", "setup.wasm"]),
];
/// The stylesheet that [`SETUP`] loads.
pub const SETUP_STYLE: &str = "vestibule-setup.css";

/// The folder of the built page.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Builds the page for deployment, unless `dist/` holds that build already.
pub fn build(tools: &Tools) -> Result<()> {
    if stamp::is_current(tools, &dist())? {
        step("The page is already built (dist/)");
        return Ok(());
    }
    step("Building the page with trunk (the first time takes a few minutes)");
    let mut trunk = tools.command("trunk");
    trunk
        .args(["build", "--release"])
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    run(trunk.current_dir(root()))
}
