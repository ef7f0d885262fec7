//! The examples of examples/, ready to serve: the example's files, and the built page's in `vestibule/`.

use crate::setup::{Tools, node_modules};
use crate::shell::{command, run};
use crate::workspace::root;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The API's origin that the examples' files name.
const API: &str = "http://127.0.0.1:8090";

/// The examples that have to be built.
pub const BUILT: &[&str] = &["react", "svelte", "leptos"];

/// The example that is a separate workspace.
pub const LEPTOS_MANIFEST: &str = "examples/leptos/Cargo.toml";

/// Builds an example that has to be built: with trunk where it is a program in Rust, else with npm, out of
/// the package in pkg/.
pub fn build(tools: &Tools, name: &str) -> Result<()> {
    let folder = root().join("examples").join(name);
    if !folder.is_dir() {
        bail!("there is no example \"{name}\": they are the folders of examples/");
    }
    if folder.join("Trunk.toml").is_file() {
        let mut trunk = tools.command("trunk");
        trunk
            .arg("build")
            .env("TRUNK_SKIP_VERSION_CHECK", "true")
            // Much of it is compiled there already.
            .env("CARGO_TARGET_DIR", root().join("target"));
        run(trunk.current_dir(folder))?;
    } else if BUILT.contains(&name) {
        node_modules(&folder)?;
        run(command("npm").args(["run", "build"]).current_dir(folder))?;
    }
    Ok(())
}

/// Puts an example together in `place`, for an API of this origin.
pub fn assemble(name: &str, dist: &Path, place: &Path, api: &str) -> Result<()> {
    let example = root().join("examples").join(name);
    let files = if BUILT.contains(&name) {
        example.join("dist")
    } else {
        example
    };
    copy(&files, place, api).with_context(|| format!("the example \"{name}\" is not built"))?;
    copy(dist, &place.join("vestibule"), api)
}

/// The configuration of an example at this address, for these providers. `settings`: further ones.
pub fn config(mut settings: Value, providers: &Value, api: &str, site: &str) -> String {
    settings["providers"] = providers.clone();
    settings["api_origins"] = json!([api]);
    // Whatever address of the example people begin at.
    settings["redirect_uri"] = site.into();
    settings["popup_redirect_uri"] = callback(site).into();
    settings.to_string()
}

/// The Trusted Types policies that an example's framework needs. React and plain HTML need none.
pub fn trusted_types(name: &str) -> &'static str {
    match name {
        // Svelte parses a component's static markup.
        "svelte" => "svelte-trusted-html",
        // Leptos does too, without a policy: the example's start.js makes one.
        "leptos" => "default",
        _ => "'none'",
    }
}

/// Where popups of an example at this address come back to.
pub fn callback(site: &str) -> String {
    format!("{site}vestibule/callback.html")
}

/// Where the command puts an example together.
pub fn folder(name: &str) -> PathBuf {
    root().join("target/examples").join(name)
}

/// Copies a folder; scripts that name the examples' API get this one instead.
fn copy(from: &Path, to: &Path, api: &str) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let (source, target) = match entry? {
            entry if entry.file_name() == "node_modules" => continue,
            entry => (entry.path(), to.join(entry.file_name())),
        };
        if source.is_dir() {
            copy(&source, &target, api)?;
        } else if source.extension().is_some_and(|ending| ending == "js") {
            let script = std::fs::read_to_string(&source)?;
            std::fs::write(target, script.replace(API, api))?;
        } else {
            std::fs::copy(source, target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_for_leptos_calls_an_api_as_the_example_does() {
        let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
        let example = read("examples/leptos/src/api.rs");
        let (_about, code) = example.split_once("\n\n").unwrap();
        let shown = format!("```rust\n{code}```");
        assert!(read("docs/leptos.md").contains(&shown));
    }
}
