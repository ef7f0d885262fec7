//! `vestibule.js`, which other pages load: the scripts of src/embed in one file, with the names of the
//! built files that it needs.

use crate::headers::cache_control;
use crate::page::PAGE;
use crate::setup::Tools;
use crate::shell::run;
use crate::workspace::root;
use anyhow::{Context, Result};
use std::path::Path;

/// What the scripts call the glue, the WebAssembly and the stylesheet.
pub const NAMES: [&str; 3] = ["./engine.js", "./engine.wasm", "./vestibule.css"];

/// Writes `vestibule.js` and `vestibule.d.ts` into the folder of the built page.
pub fn write(tools: &Tools, dist: &Path) -> Result<()> {
    let [glue, wasm] = engine(dist)?;
    let script = dist.join("vestibule.js");
    bundle(tools, "vestibule.js", &script)?;
    let text = std::fs::read_to_string(&script)?;
    let files = [glue, wasm, style(dist)?];
    let text = NAMES.iter().zip(&files).fold(text, |text, (name, file)| {
        text.replace(name, &format!("./{file}"))
    });
    std::fs::write(script, text)?;
    std::fs::copy(
        root().join("src/embed/vestibule.d.ts"),
        dist.join("vestibule.d.ts"),
    )?;
    Ok(())
}

/// Puts a script of src/embed and what it imports into one file.
pub fn bundle(tools: &Tools, name: &str, script: &Path) -> Result<()> {
    run(tools
        .command("esbuild")
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--log-level=warning",
        ])
        .arg("--external:./engine.js")
        .arg(format!("--outfile={}", script.display()))
        .arg(root().join("src/embed").join(name)))
}

/// The name of the page's stylesheet, which the elements use too.
pub fn style(dist: &Path) -> Result<String> {
    file(dist, |name| {
        // Others have no hash in their name.
        cache_control(name).contains("immutable") && name.ends_with(".css")
    })
    .context("the page has no stylesheet")
}

/// The names of the engine's two files, which are the page's.
pub fn engine(dist: &Path) -> Result<[String; 2]> {
    let ending = |end: &'static str| {
        file(dist, |name| name.starts_with(PAGE) && name.ends_with(end))
            .with_context(|| format!("{} holds no engine", dist.display()))
    };
    Ok([ending(".js")?, ending("_bg.wasm")?])
}

fn file(dist: &Path, fits: impl Fn(&str) -> bool) -> Option<String> {
    std::fs::read_dir(dist)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| fits(name))
}
