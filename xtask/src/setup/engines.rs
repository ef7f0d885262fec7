//! Firefox and WebKit, for the tests alone. Where they can't be had, the tests do without them.

use super::{cargo_tools, debian};
use crate::shell::{step, which};
use crate::workspace::Pins;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

const FIREFOX: &str = "Firefox isn't installed. Install it (Debian: apt-get install firefox-esr), or name it in the \
    environment variable FIREFOX";
const WEBKIT: &str = "WebKitGTK's driver isn't installed. Install it (Debian: apt-get install webkit2gtk-driver xvfb)";

/// Where Firefox and its driver are.
#[derive(Debug, Clone)]
pub struct Firefox {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

impl Firefox {
    /// Finds both, or installs them: the browser from Debian's packages, the driver with cargo.
    pub fn ready() -> Result<Firefox> {
        let browser = found_or_installed(find_firefox, "Firefox", &["firefox-esr"]);
        let browser = browser?.context(FIREFOX)?;
        let driver = match named("GECKODRIVER") {
            Some(driver) => driver,
            None => {
                let folder = cargo_tools::geckodriver(&Pins::read()?.geckodriver)
                    .context("geckodriver, Firefox's driver, couldn't be built")?;
                folder.map_or_else(|| "geckodriver".into(), |folder| folder.join("geckodriver"))
            }
        };
        Ok(Firefox { browser, driver })
    }
}

/// Where WebKitGTK's small browser and its driver are.
#[derive(Debug, Clone)]
pub struct WebKit {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

impl WebKit {
    /// Finds both, and the X server that the browser is shown on, or installs them from Debian's packages.
    pub fn ready() -> Result<WebKit> {
        let packages = ["webkit2gtk-driver", "xvfb"];
        found_or_installed(find_webkit, "WebKit", &packages)?.context(WEBKIT)
    }
}

fn found_or_installed<T>(
    find: impl Fn() -> Option<T>,
    name: &str,
    packages: &[&str],
) -> Result<Option<T>> {
    let found = find();
    if found.is_some() || !debian::can_install() {
        return Ok(found);
    }
    step(format!(
        "Installing {name} from Debian's packages (for the browser tests; about a minute)"
    ));
    debian::install(packages).with_context(|| format!("{name} couldn't be installed"))?;
    Ok(find())
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .filter(|file| file.is_file())
}

fn find_firefox() -> Option<PathBuf> {
    let macos = || {
        let file = PathBuf::from("/Applications/Firefox.app/Contents/MacOS/firefox");
        file.is_file().then_some(file)
    };
    named("FIREFOX")
        .or_else(|| which(&["firefox-esr", "firefox"]))
        .or_else(macos)
}

fn find_webkit() -> Option<WebKit> {
    which(&["Xvfb"])?;
    Some(WebKit {
        browser: minibrowser(Path::new("/usr/lib"))?,
        driver: which(&["WebKitWebDriver"])?,
    })
}

/// The browser is in no folder of PATH, but in `webkit2gtk-4.1` below that of the machine's architecture.
fn minibrowser(libraries: &Path) -> Option<PathBuf> {
    let folders = std::fs::read_dir(libraries).ok()?.flatten();
    folders
        .map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_webkit_s_browser_for_any_architecture() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(minibrowser(folder.path()), None);
        std::fs::create_dir(folder.path().join("python3")).unwrap();
        let place = folder.path().join("riscv64-linux-gnu/webkit2gtk-4.1");
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("MiniBrowser"), "").unwrap();
        assert_eq!(minibrowser(folder.path()), Some(place.join("MiniBrowser")));
    }
}
