//! Where things are in this repository, and the versions that it names.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Versions of the tools that a build needs and cargo doesn't resolve.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Pins {
    pub trunk: String,
    pub binaryen: String,
    pub esbuild: String,
    pub cargo_deny: String,
    pub geckodriver: String,
    /// That of the library: the command must have the same version.
    pub wasm_bindgen: String,
}

impl Pins {
    /// Reads them from Cargo.toml's `[workspace.metadata.tools]` and from Cargo.lock.
    pub fn read() -> Result<Pins> {
        let manifest = toml_file("Cargo.toml")?;
        let tools = ["workspace", "metadata", "tools"]
            .iter()
            .try_fold(&manifest, |table, name| table.get(name))
            .context("Cargo.toml has no [workspace.metadata.tools]")?;
        let tool = |name: &str| {
            let version = tools.get(name).and_then(toml::Value::as_str);
            version.map(str::to_owned).with_context(|| {
                format!("Cargo.toml's [workspace.metadata.tools] names no \"{name}\"")
            })
        };
        Ok(Pins {
            trunk: tool("trunk")?,
            binaryen: tool("binaryen")?,
            esbuild: tool("esbuild")?,
            cargo_deny: tool("cargo-deny")?,
            geckodriver: tool("geckodriver")?,
            wasm_bindgen: locked("Cargo.lock", WASM_BINDGEN)?,
        })
    }

    /// Compares them with the lock file of an example, which is built with the same tools.
    pub fn check(&self, lock_file: &str) -> Result<()> {
        let version = locked(lock_file, WASM_BINDGEN)?;
        if version != self.wasm_bindgen {
            bail!(
                "{lock_file} has {WASM_BINDGEN} {version}, but Cargo.lock has {}: run `cargo update -p {WASM_BINDGEN} --precise {}` there.",
                self.wasm_bindgen,
                self.wasm_bindgen
            );
        }
        Ok(())
    }
}

const WASM_BINDGEN: &str = "wasm-bindgen";

/// The version of this project.
pub fn version() -> Result<String> {
    locked("Cargo.lock", "vestibule")
}

/// The Rust version that Cargo.toml promises.
pub fn rust_version() -> Result<String> {
    let manifest = toml_file("Cargo.toml")?;
    let version = ["workspace", "package", "rust-version"]
        .iter()
        .try_fold(&manifest, |table, name| table.get(name))
        .and_then(toml::Value::as_str);
    Ok(version
        .context("Cargo.toml has no rust-version")?
        .to_owned())
}

/// The version of a package in a lock file.
fn locked(lock_file: &str, name: &str) -> Result<String> {
    let lock = toml_file(lock_file)?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    packages
        .into_iter()
        .flatten()
        .find(|package| package.get("name").and_then(toml::Value::as_str) == Some(name))
        .and_then(|package| package.get("version")?.as_str())
        .map(str::to_owned)
        .with_context(|| format!("{lock_file} has no package \"{name}\""))
}

/// A TOML file of the repository.
pub fn toml_file(name: &str) -> Result<toml::Value> {
    let text = std::fs::read_to_string(root().join(name))
        .with_context(|| format!("{name} can't be read"))?;
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("{name} isn't valid TOML"))?;
    Ok(toml::Value::Table(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_an_example_with_another_wasm_bindgen() {
        let mut pins = Pins::read().unwrap();
        pins.check("Cargo.lock").unwrap();
        pins.wasm_bindgen = "0.0.1".to_owned();
        let error = pins.check("Cargo.lock").unwrap_err().to_string();
        assert!(
            error.contains("wasm-bindgen") && error.contains("0.0.1"),
            "{error}"
        );
    }
}
