//! Where things are in this repository, and which versions of tools it names.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Versions of the tools that a build needs and cargo does not resolve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pins {
    pub trunk: String,
    pub binaryen: String,
    pub esbuild: String,
    /// That of the library: the command must be the same.
    pub wasm_bindgen: String,
}

impl Pins {
    /// Reads them where they stand: Cargo.toml's `[workspace.metadata.tools]` and Cargo.lock.
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
            wasm_bindgen: locked("wasm-bindgen")?,
        })
    }

    /// Compares them with Trunk.toml, which has to repeat two of them.
    pub fn check(&self) -> Result<()> {
        let trunk = toml_file("Trunk.toml")?;
        let named = |name: &str| {
            let version = trunk.get("tools").and_then(|tools| tools.get(name));
            version
                .and_then(toml::Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let binaryen = format!(
            "version_{}",
            self.binaryen.split('.').next().unwrap_or_default()
        );
        for (name, expected) in [
            ("wasm_bindgen", &self.wasm_bindgen),
            ("wasm_opt", &binaryen),
        ] {
            if named(name) != *expected {
                bail!(
                    "Trunk.toml's [tools] names {name} \"{}\", but Cargo.toml and Cargo.lock say \"{expected}\". Change Trunk.toml.",
                    named(name)
                );
            }
        }
        Ok(())
    }
}

/// The version of a package in Cargo.lock.
fn locked(name: &str) -> Result<String> {
    let lock = toml_file("Cargo.lock")?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    packages
        .into_iter()
        .flatten()
        .find(|package| package.get("name").and_then(toml::Value::as_str) == Some(name))
        .and_then(|package| package.get("version")?.as_str())
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock has no package \"{name}\""))
}

fn toml_file(name: &str) -> Result<toml::Value> {
    let text = std::fs::read_to_string(root().join(name))
        .with_context(|| format!("{name} cannot be read"))?;
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("{name} is not valid TOML"))?;
    Ok(toml::Value::Table(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinned_versions_are_named_and_agree() {
        Pins::read().unwrap().check().unwrap();
    }

    #[test]
    fn a_version_that_disagrees_is_named() {
        let mut pins = Pins::read().unwrap();
        pins.wasm_bindgen = "0.0.1".to_owned();
        let error = pins.check().unwrap_err().to_string();
        assert!(
            error.contains("wasm_bindgen") && error.contains("0.0.1"),
            "{error}"
        );
    }
}
