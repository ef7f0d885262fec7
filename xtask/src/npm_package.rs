//! The npm package in `pkg/`: `vestibule.js` and what it needs, under names that never change, for
//! bundlers.

use crate::page::{self, EMBEDDED, embed};
use crate::setup::Tools;
use crate::workspace::root;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The folder of the package.
pub fn folder() -> PathBuf {
    root().join("pkg")
}

/// Makes the package from a built page.
pub fn write(tools: &Tools, dist: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    embed::bundle(tools, "vestibule.js", &folder.join("vestibule.js"), true)?;
    for (source, name) in [
        ("vestibule-mock.js", "vestibule-mock.js"),
        ("translate.js", embed::CALLBACK_TEXTS),
    ] {
        embed::bundle(tools, source, &folder.join(name), true)?;
    }

    for (binary, [new_glue, new_wasm]) in EMBEDDED {
        let [glue, wasm] = embed::binary(dist, binary)?;
        let text = std::fs::read_to_string(dist.join(glue))?;
        // The glue's default, which bundlers follow.
        let usual = format!("{binary}_bg.wasm");
        std::fs::write(folder.join(new_glue), text.replace(&usual, new_wasm))?;
        std::fs::copy(dist.join(wasm), folder.join(new_wasm))?;
    }
    std::fs::copy(dist.join(embed::style(dist)?), folder.join(embed::STYLE))?;
    for (name, text) in page::texts::files()? {
        std::fs::write(folder.join(name), text)?;
    }
    for name in [
        "boot.js",
        "callback.html",
        "callback.js",
        "callback.css",
        "logout.html",
        "logout.js",
        "vestibule.schema.json",
        page::NOTICES,
    ] {
        copy(&dist.join(name), folder)?;
    }
    for types in embed::TYPES {
        copy(&root().join("src/embed").join(types), folder)?;
    }
    for name in [
        "src/embed/vestibule-mock.d.ts",
        "LICENSE-MIT",
        "LICENSE-APACHE",
    ] {
        copy(&root().join(name), folder)?;
    }
    std::fs::copy(root().join("docs/package.md"), folder.join("README.md"))?;
    let description = serde_json::to_string_pretty(&description()?)? + "\n";
    std::fs::write(folder.join("package.json"), description)?;
    Ok(())
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().context("a file has a name")?;
    std::fs::copy(file, folder.join(name))
        .with_context(|| format!("{} can't be copied", file.display()))?;
    Ok(())
}

/// `package.json`.
fn description() -> Result<Value> {
    let manifest: toml::Table = std::fs::read_to_string(root().join("Cargo.toml"))?.parse()?;
    let package = manifest
        .get("package")
        .context("Cargo.toml has no [package]")?;
    let text = |name: &str| package.get(name).and_then(toml::Value::as_str);
    Ok(json!({
        "name": "vestibule",
        "version": text("version"),
        "description": text("description"),
        "license": "MIT OR Apache-2.0",
        "type": "module",
        "types": "./vestibule.d.ts",
        // TypeScript finds the types beside the scripts.
        "exports": {
            ".": "./vestibule.js",
            "./mock": "./vestibule-mock.js",
            "./*": "./*",
        },
        // When loaded, it takes a response out of the address bar and defines the elements.
        "sideEffects": ["./vestibule.js"],
    }))
}

/// Builds the page and the package.
pub fn build(tools: &Tools) -> Result<()> {
    page::build(tools)?;
    write(tools, &page::dist(), &folder()).context("the package can't be made")
}
