//! `assemble`: what trunk's hook adds to the files that trunk has copied. It isn't a command for people.

use super::{
    BINARIES, EMBEDDED, SETUP_STYLE, compile, embed, html, notices, short_names, stamp, texts,
};
use crate::headers::has_hash;
use crate::setup::Tools;
use crate::shell::run;
use anyhow::{Context, Result};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// How trunk was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Debug,
    Release,
}

impl Profile {
    /// The folder in cargo's target folder.
    pub fn folder(self) -> &'static str {
        match self {
            Profile::Debug => "debug",
            Profile::Release => "release",
        }
    }
}

/// Scripts and styles that are in the folder as they are written. Their names never change.
const COPIED: &[&str] = &[
    "boot.js",
    "callback.js",
    "diagnose.js",
    "callback.css",
    "logout.js",
    SETUP_STYLE,
];
/// The stylesheet that page and elements share; trunk adds a hash to its name.
const STYLE: &str = "vestibule";

/// Completes the folder that trunk names in the hook's environment.
pub fn assemble() -> Result<()> {
    let folder =
        PathBuf::from(std::env::var_os("TRUNK_STAGING_DIR").context(
            "trunk runs this command: use `cargo xtask build` or `trunk build --release`",
        )?);
    let profile = match std::env::var("TRUNK_PROFILE").as_deref() {
        Ok("release") => Profile::Release,
        _ => Profile::Debug,
    };
    let tools = Tools::ready()?;
    // Before anything is compiled: somebody may edit meanwhile.
    let inputs = stamp::inputs(&tools)?;
    let assembly = Assembly {
        tools: &tools,
        folder: &folder,
        profile,
    };
    assembly.run()?;
    if let Some(config) = std::env::var_os("VESTIBULE_DEV_CONFIG") {
        std::fs::copy(config, folder.join("vestibule.json"))
            .context("the configuration for development can't be copied")?;
    }
    if profile == Profile::Release {
        stamp::write(&tools, &inputs, &folder)?;
    }
    Ok(())
}

struct Assembly<'a> {
    tools: &'a Tools,
    folder: &'a Path,
    profile: Profile,
}

impl Assembly<'_> {
    fn run(&self) -> Result<()> {
        let index = self.folder.join("index.html");
        let mut page = html::without_trunk_links(&std::fs::read_to_string(&index)?);
        let style = self.style()?;
        page = page.replace(&style.old, &style.new);
        let compiled = compile::compile(self.tools, self.profile)?;
        let mut loaded = vec![(embed::STYLE.to_owned(), style.new)];
        for binary in BINARIES {
            let name = self.binary(&compiled, binary)?;
            let files = [format!("{binary}.js"), format!("{binary}_bg.wasm")];
            let renamed = [format!("{name}.js"), format!("{name}_bg.wasm")];
            for (old, new) in files.iter().zip(&renamed) {
                page = page.replace(old, new);
            }
            let embedded = EMBEDDED.iter().filter(|(name, _)| name == binary);
            let embedded = embedded.flat_map(|(_, names)| names.map(str::to_owned));
            loaded.extend(embedded.zip(renamed.clone()));
        }
        loaded.extend(texts::write(self.folder)?);
        embed::write(self.tools, self.folder, &loaded, self.is_small())?;
        notices::write(self.tools, self.folder)?;
        if self.is_small() {
            page = html::minified(&page);
            self.minify(COPIED.iter().map(|name| self.folder.join(name)))?;
        }
        std::fs::write(index, page)?;
        Ok(())
    }

    fn is_small(&self) -> bool {
        self.profile == Profile::Release
    }

    /// Puts a binary's two files into the folder, under a name with a hash. Returns that name.
    fn binary(&self, compiled: &Path, binary: &str) -> Result<String> {
        let mut wasm = std::fs::read(compiled.join(format!("{binary}_bg.wasm")))?;
        let mut glue = std::fs::read_to_string(compiled.join(format!("{binary}.js")))?;
        if self.is_small() {
            (wasm, glue) = short_names::shorten(&wasm, &glue)?;
            // Nobody starts the page synchronously.
            glue = glue.replace("export { initSync, ", "export { ");
        }
        let name = format!("{binary}-{}", hash(&(&wasm, &glue)));
        let script = self.folder.join(format!("{name}.js"));
        std::fs::write(self.folder.join(format!("{name}_bg.wasm")), wasm)?;
        std::fs::write(&script, glue)?;
        if self.is_small() {
            run(self
                .tools
                .command("esbuild")
                .args(["--minify", "--tree-shaking=true", "--format=esm"])
                .args(["--allow-overwrite", "--log-level=warning"])
                .arg(format!("--outfile={}", script.display()))
                .arg(&script))?;
        }
        Ok(name)
    }

    /// Makes the stylesheet small, under a name that follows from what it holds then.
    fn style(&self) -> Result<Renamed> {
        let old = embed::find(self.folder, |name| {
            name.starts_with(STYLE) && name.ends_with(".css") && has_hash(name)
        })
        .context("trunk has made no stylesheet")?;
        let file = self.folder.join(&old);
        if !self.is_small() {
            return Ok(Renamed {
                new: old.clone(),
                old,
            });
        }
        self.minify([file.clone()])?;
        let new = format!("{STYLE}-{}.css", hash(&std::fs::read(&file)?));
        std::fs::rename(file, self.folder.join(&new))?;
        Ok(Renamed { old, new })
    }

    fn minify(&self, files: impl IntoIterator<Item = PathBuf>) -> Result<()> {
        run(self
            .tools
            .command("esbuild")
            .args(["--minify", "--allow-overwrite", "--log-level=warning"])
            .arg(format!("--outdir={}", self.folder.display()))
            .args(files))
    }
}

struct Renamed {
    old: String,
    new: String,
}

/// Sixteen hexadecimal digits that change with the content.
pub(super) fn hash(content: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
