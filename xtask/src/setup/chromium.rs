//! Chromium and its driver, for the tests alone.

use super::debian;
use crate::shell::{output, step, which};
use crate::workspace::root;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

const REMEDY: &str = "The browser tests need Chromium (or Chrome) and its driver, both of the same \
    version. Install them (Debian: apt-get install chromium chromium-driver; macOS: brew install \
    --cask chromium chromedriver), or name them in the environment variables CHROMIUM and CHROMEDRIVER.";

/// Where browser and driver are.
#[derive(Debug, Clone)]
pub struct Chromium {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

impl Chromium {
    /// Finds both, or installs them from Debian's packages.
    pub fn ready() -> Result<Chromium> {
        let mut found = find();
        if found.is_none() && debian::can_install() {
            step(
                "Installing Chromium and its driver from Debian's packages (for the browser tests; about a minute)",
            );
            debian::install(&["chromium", "chromium-driver"]).context(REMEDY)?;
            found = find();
        }
        let Some(found) = found else { bail!(REMEDY) };
        found.check()?;
        Ok(found)
    }

    /// Refuses a driver that was made for another version of the browser.
    fn check(&self) -> Result<()> {
        let version = |program: &Path| output(Command::new(program).arg("--version"));
        let browser = version(&self.browser).unwrap_or_default();
        let driver = version(&self.driver).unwrap_or_default();
        if major(&browser) != major(&driver) {
            bail!(
                "{} says \"{browser}\" and {} says \"{driver}\": they have to be of the same version. {REMEDY}",
                self.browser.display(),
                self.driver.display()
            );
        }
        Ok(())
    }

    /// What wasm-bindgen's test runner passes to the driver: webdriver.json, and which browser to start.
    pub fn webdriver_config(&self) -> Result<PathBuf> {
        let text = std::fs::read_to_string(root().join("webdriver.json"))?;
        let mut config: Value =
            serde_json::from_str(&text).context("webdriver.json is not valid JSON")?;
        config["goog:chromeOptions"]["binary"] = json!(self.browser);
        let file = root().join("target/webdriver.json");
        std::fs::create_dir_all(root().join("target"))?;
        std::fs::write(&file, config.to_string())?;
        Ok(file)
    }
}

/// 142 of `Chromium 142.0.7444.162 built on Debian`.
fn major(version: &str) -> Option<u32> {
    version
        .split_whitespace()
        .find_map(|word| word.split_once('.')?.0.parse().ok())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_and_driver_are_compared_by_their_major_version() {
        assert_eq!(major("Chromium 142.0.7444.162 built on Debian"), Some(142));
        assert_eq!(
            major("ChromeDriver 142.0.7444.162 (a21ce95c24ce-refs/x@{#1})"),
            Some(142)
        );
        assert_eq!(major("Google Chrome 99.0.1 beta"), Some(99));
        assert_eq!(major(""), None);
    }
}
