//! `vestibule.js`, which other pages load, `start.js` and what `callback.js` loads: each in one file with the scripts that it imports, and
//! with the names of the built files that it needs.

use super::EMBEDDED;
use crate::headers::has_hash;
use crate::setup::Tools;
use crate::shell::run;
use crate::workspace::root;
use anyhow::{Context, Result};
use std::path::Path;

/// The types of the scripts, in src/embed.
pub const TYPES: [&str; 2] = ["vestibule.d.ts", "config.d.ts"];
/// What `callback.js` loads to say something in the person's language.
pub const CALLBACK_TEXTS: &str = "callback-texts.js";
/// What the scripts call the stylesheet.
pub const STYLE: &str = "vestibule.css";

/// Writes `vestibule.js` with its types and `start.js` into the folder of a page. `files`: what the scripts
/// call the files that they load, and their names in the folder.
pub fn write(tools: &Tools, folder: &Path, files: &[(String, String)], minify: bool) -> Result<()> {
    for (source, name) in [
        ("vestibule.js", "vestibule.js"),
        ("../start.js", "start.js"),
        ("translate.js", CALLBACK_TEXTS),
    ] {
        let script = folder.join(name);
        bundle(tools, source, &script, minify)?;
        let text = std::fs::read_to_string(&script)?;
        let text = files.iter().fold(text, |text, (name, file)| {
            text.replace(&format!("./{name}"), &format!("./{file}"))
        });
        std::fs::write(script, text)?;
    }
    for types in TYPES {
        std::fs::copy(root().join("src/embed").join(types), folder.join(types))?;
    }
    Ok(())
}

/// Puts a script of src/embed and what it imports into one file.
pub fn bundle(tools: &Tools, name: &str, script: &Path, minify: bool) -> Result<()> {
    let mut esbuild = tools.command("esbuild");
    esbuild.args(["--bundle", "--format=esm", "--log-level=warning"]);
    if minify {
        esbuild.arg("--minify");
    }
    // `start.js` replaces the copy that trunk has made.
    esbuild.arg("--allow-overwrite");
    run(esbuild
        .args(
            EMBEDDED
                .iter()
                .map(|(_, [glue, _])| format!("--external:./{glue}")),
        )
        .arg(format!("--outfile={}", script.display()))
        .arg(root().join("src/embed").join(name)))
}

/// The name of the stylesheet that page and elements share.
pub fn style(dist: &Path) -> Result<String> {
    find(dist, |name| has_hash(name) && name.ends_with(".css"))
        .context("the page has no stylesheet")
}

/// The names of the two files of a binary.
pub fn binary(dist: &Path, binary: &str) -> Result<[String; 2]> {
    let file = |ending: &'static str| {
        find(dist, |name| {
            name.starts_with(binary) && name.ends_with(ending)
        })
        .with_context(|| format!("{} holds no {binary}", dist.display()))
    };
    Ok([file(".js")?, file("_bg.wasm")?])
}

/// The first file of a folder whose name fits.
pub fn find(folder: &Path, fits: impl Fn(&str) -> bool) -> Option<String> {
    std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| fits(name))
}
