//! The examples of examples/, put together so that they can be served: the example's own files, with
//! the built page's beside them in `vestibule/`.

use crate::setup::node_modules;
use crate::shell::run;
use crate::workspace::root;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The API's origin that the examples' files name.
const API: &str = "http://127.0.0.1:8090";

/// The examples that are built with npm, out of the package in pkg/.
pub const BUILT: &[&str] = &["react", "svelte"];

/// Builds an example that has to be built.
pub fn build(name: &str) -> Result<()> {
    let folder = root().join("examples").join(name);
    if !folder.is_dir() {
        bail!("there is no example \"{name}\": they are the folders of examples/");
    }
    if BUILT.contains(&name) {
        node_modules(&folder)?;
        run(Command::new("npm")
            .args(["run", "build"])
            .current_dir(folder))?;
    }
    Ok(())
}

/// Puts an example together in `place`, for an API of this origin.
pub fn assemble(name: &str, dist: &Path, place: &Path, api: &str) -> Result<()> {
    let example = root().join("examples").join(name);
    let files = match BUILT.contains(&name) {
        true => example.join("dist"),
        false => example,
    };
    copy(&files, place, api).with_context(|| format!("the example \"{name}\" is not built"))?;
    copy(dist, &place.join("vestibule"), api)
}

/// The configuration of an example at this address, for these providers. `settings`: further ones.
pub fn config(mut settings: Value, providers: &Value, api: &str, site: &str) -> String {
    settings["providers"] = providers.clone();
    settings["api_origins"] = json!([api]);
    settings["popup_redirect_uri"] = callback(site).into();
    settings.to_string()
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
