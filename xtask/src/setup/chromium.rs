//! Chromium and its driver, for the tests alone.

use super::debian;
use crate::shell::{step, which};
use anyhow::{Result, bail};
use std::path::PathBuf;

/// Where browser and driver are.
#[derive(Debug, Clone)]
pub struct Chromium {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

impl Chromium {
    /// Finds both, or installs them from Debian's packages.
    pub fn ready() -> Result<Chromium> {
        if let Some(found) = find() {
            return Ok(found);
        }
        if debian::can_install() {
            step(
                "Installing Chromium and its driver from Debian's packages (for the browser tests)",
            );
            debian::install(&["chromium", "chromium-driver"])?;
            if let Some(found) = find() {
                return Ok(found);
            }
        }
        bail!(
            "Chromium or its driver is missing: the browser tests need both, of the same version. \
             Install them (on macOS: brew install --cask chromium chromedriver), or name them in the \
             environment variables CHROMIUM and CHROMEDRIVER."
        )
    }
}

fn find() -> Option<Chromium> {
    let named = |variable: &str| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .filter(|file| file.is_file())
    };
    let browser = named("CHROMIUM")
        .or_else(|| {
            which(&[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
            ])
        })
        .or_else(|| {
            ["Chromium", "Google Chrome"]
                .map(|name| {
                    PathBuf::from(format!("/Applications/{name}.app/Contents/MacOS/{name}"))
                })
                .into_iter()
                .find(|file| file.is_file())
        })?;
    let driver = named("CHROMEDRIVER").or_else(|| which(&["chromedriver"]))?;
    Some(Chromium { browser, driver })
}
