//! What builds and tests need on the machine: found, else installed, else named in an error with the
//! remedy.
//!
//! Tools go into the user's cache, one folder per tool and version. Debian's packages go where Debian
//! puts them.

mod cargo_tools;
mod chromium;
mod debian;
mod engines;
mod node;
mod toolchain;

pub use cargo_tools::cargo_deny;
pub use chromium::Chromium;
pub use engines::{Firefox, WebKit};
pub use toolchain::{IMMEDIATE_ABORT, TARGET, installed as installed_toolchain};

use crate::shell::{command_on, path_with};
use crate::workspace::Pins;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// The tools of a build, ready to be called.
#[derive(Debug)]
pub struct Tools {
    toolchain: Option<String>,
    path: OsString,
    /// Whether the standard library can be rebuilt with the page.
    pub builds_std: bool,
}

impl Tools {
    /// Finds or installs everything that building the page needs.
    pub fn ready() -> Result<Tools> {
        let pins = Pins::read()?;
        node::check()?;
        let toolchain = toolchain::ready()?;
        let folders = [
            cargo_tools::trunk(&pins.trunk)?,
            cargo_tools::wasm_bindgen(&pins.wasm_bindgen)?,
            node::wasm_opt(&pins.binaryen)?,
            node::esbuild(&pins.esbuild)?,
        ];
        let folders: Vec<PathBuf> = folders.into_iter().flatten().collect();
        Ok(Tools {
            builds_std: toolchain::builds_std(toolchain.as_deref()),
            toolchain,
            path: path_with(&folders)?,
        })
    }

    /// A command that finds the tools, and cargo with the toolchain that has the target.
    pub fn command(&self, program: &str) -> Command {
        let mut command = command_on(&self.path, program);
        if let Some(toolchain) = &self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    }

    pub fn cargo(&self) -> Command {
        self.command("cargo")
    }
}

/// `npm ci` in a folder, when its lock file has changed since the last time.
pub fn node_modules(folder: &std::path::Path) -> Result<()> {
    node::modules(folder)
}

/// The folder for a tool of this project.
fn tool_folder(name: &str, version: &str) -> Result<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|folder| !folder.is_empty());
    let home = || std::env::home_dir().context("this user has no home folder");
    let cache = if let Some(cache) = named("XDG_CACHE_HOME") {
        PathBuf::from(cache)
    } else if cfg!(target_os = "macos") {
        home()?.join("Library/Caches")
    } else if let Some(cache) = named("LOCALAPPDATA").filter(|_| cfg!(windows)) {
        PathBuf::from(cache)
    } else {
        home()?.join(".cache")
    };
    Ok(cache
        .join("vestibule/tools")
        .join(format!("{name}-{version}")))
}

/// Installs into a folder that gets its name only when everything is in it: an interrupted installation
/// starts over.
fn install(
    folder: &std::path::Path,
    install: impl FnOnce(&std::path::Path) -> Result<()>,
) -> Result<()> {
    let parent = folder.parent().context("a tool's folder has no parent")?;
    std::fs::create_dir_all(parent)?;
    let unfinished = folder.with_extension("unfinished");
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished)?;
    }
    install(&unfinished)?;
    std::fs::rename(&unfinished, folder)
        .with_context(|| format!("{} can't be put in place", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_that_failed_leaves_no_tool_behind() {
        let folder = tempfile::tempdir().unwrap();
        let tool = folder.path().join("tool-1.2.3");
        let broken = install(&tool, |place| {
            std::fs::create_dir_all(place)?;
            std::fs::write(place.join("half"), "")?;
            anyhow::bail!("interrupted")
        });
        assert!(broken.is_err() && !tool.exists());
        install(&tool, |place| {
            assert!(!place.join("half").exists());
            Ok(std::fs::create_dir_all(place)?)
        })
        .unwrap();
        assert!(tool.is_dir());
    }
}
