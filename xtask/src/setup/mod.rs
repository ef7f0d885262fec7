//! What a build or a test run needs on the machine: found where it is, installed where it is missing
//! and that is possible, else told in a sentence with the remedy.
//!
//! Everything that is installed goes into a folder of the user's cache, one folder a tool and
//! version; only Debian's packages go where Debian has them.

mod cargo_tools;
mod chromium;
mod debian;
mod node;
mod toolchain;

pub use chromium::Chromium;
pub use toolchain::{ABORT_AT_ONCE, TARGET};

use crate::shell::path_with;
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
    /// Whether the page can be built together with a standard library of its own.
    pub builds_std: bool,
}

impl Tools {
    /// Finds or installs everything that building the page needs.
    pub fn ready() -> Result<Tools> {
        let pins = Pins::read()?;
        pins.check()?;
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
        let mut command = Command::new(program);
        command.env("PATH", &self.path);
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

/// The folder of a tool that was installed for this project, and whether it is complete.
fn tool_folder(name: &str, version: &str) -> Result<PathBuf> {
    let cache = match (std::env::var_os("XDG_CACHE_HOME"), std::env::var_os("HOME")) {
        (Some(cache), _) if !cache.is_empty() => PathBuf::from(cache),
        (_, Some(home)) if cfg!(target_os = "macos") => PathBuf::from(home).join("Library/Caches"),
        (_, Some(home)) => PathBuf::from(home).join(".cache"),
        (_, None) => return Err(anyhow::anyhow!("neither HOME nor XDG_CACHE_HOME is set")),
    };
    Ok(cache
        .join("vestibule/tools")
        .join(format!("{name}-{version}")))
}

/// Installs into a folder that gets its name only when everything is there, so that an installation
/// that was interrupted is begun anew.
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
        .with_context(|| format!("{} cannot be put in place", folder.display()))
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
