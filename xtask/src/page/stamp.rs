//! Whether `dist/` is up to date with the sources, the tools and the compiler.

use super::assemble::Profile;
use super::compile::{self, target_folder};
use crate::setup::Tools;
use crate::shell::output;
use crate::workspace::{Pins, root};
use anyhow::{Context, Result};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What the page is made of, and how: files and folders.
const INPUTS: &[&str] = &[
    "src",
    "style",
    "texts",
    "xtask/src/page",
    "index.html",
    "callback.html",
    "logout.html",
    ".cargo/config.toml",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "patches",
    "vestibule.schema.json",
];

/// The standard library inside the WebAssembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standard {
    /// Rebuilt with the page, for size.
    Own,
    /// The one that comes with Rust.
    Prebuilt,
}

impl Standard {
    fn name(self) -> &'static str {
        match self {
            Standard::Own => "own-std",
            Standard::Prebuilt => "prebuilt-std",
        }
    }
}

fn file() -> PathBuf {
    target_folder().join("page.stamp")
}

/// Notes what the folder holds. `inputs`: what [`inputs`] said before the build.
pub(super) fn write(tools: &Tools, inputs: &str, folder: &Path) -> Result<()> {
    let standard = if tools.builds_std {
        Standard::Own
    } else {
        Standard::Prebuilt
    };
    let outputs = hash_of(folder, &[folder.to_path_buf()])?;
    std::fs::create_dir_all(target_folder())?;
    std::fs::write(file(), format!("{inputs} {outputs} {}", standard.name()))
        .context("the note of what was built can't be written")
}

/// Whether nothing has to be built.
pub(super) fn is_current(tools: &Tools, dist: &Path) -> Result<bool> {
    let inputs = inputs(tools)?;
    Ok(std::fs::read_to_string(file()).is_ok_and(|stamp| is_built(&stamp, &inputs, dist)))
}

/// The standard library of the release in `dist`; `None` when it's no release, or was changed since.
pub(super) fn standard(dist: &Path) -> Option<Standard> {
    let stamp = std::fs::read_to_string(file()).ok()?;
    let outputs = hash_of(dist, &[dist.to_path_buf()]).ok()?;
    let all = [Standard::Own, Standard::Prebuilt];
    all.into_iter()
        .find(|standard| stamp.ends_with(&format!(" {outputs} {}", standard.name())))
}

/// Whether a stamp names these inputs and the very files in the folder: somebody may have built there
/// by hand.
fn is_built(stamp: &str, inputs: &str, dist: &Path) -> bool {
    hash_of(dist, &[dist.to_path_buf()])
        .is_ok_and(|outputs| stamp.starts_with(&format!("{inputs} {outputs} ")))
}

/// A value that changes with everything that the page is made of, and how.
pub(super) fn inputs(tools: &Tools) -> Result<String> {
    inputs_hash(&root(), &Pins::read()?, &settings(tools)?)
}

/// What changes a build besides files: the compiler, its options and cargo's environment.
fn settings(tools: &Tools) -> Result<Vec<String>> {
    let compiler = output(tools.command("rustc").arg("-vV")).context("rustc doesn't start")?;
    let mut settings: Vec<String> = std::env::vars()
        .filter(|(name, _)| name.starts_with("CARGO_PROFILE_"))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    settings.sort();
    settings.extend(compile::options(tools, Profile::Release)?.arguments);
    settings.push(compiler);
    Ok(settings)
}

/// A value that changes with everything that the page is made of.
fn inputs_hash(root: &Path, pins: &Pins, settings: &[String]) -> Result<String> {
    let inputs: Vec<PathBuf> = INPUTS.iter().map(|input| root.join(input)).collect();
    let files = hash_of(root, &inputs)?;
    let mut hasher = DefaultHasher::new();
    (pins, settings, files).hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

/// A value that changes with the names and contents of these files and folders.
fn hash_of(root: &Path, paths: &[PathBuf]) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
        std::fs::read(&file)
            .with_context(|| format!("{} can't be read", file.display()))?
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.push(path.to_path_buf());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins(trunk: &str) -> Pins {
        Pins {
            trunk: trunk.to_owned(),
            ..Pins::default()
        }
    }

    #[test]
    fn builds_again_when_anything_of_the_page_changes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("src/ui")).unwrap();
        std::fs::write(root.join("src/ui/a.rs"), "a").unwrap();
        let hash = |trunk: &str, compiler: &str| {
            inputs_hash(root, &pins(trunk), &[compiler.to_owned()]).unwrap()
        };
        let first = hash("1", "rustc 1.95.0");
        assert_eq!(hash("1", "rustc 1.95.0"), first);
        std::fs::write(root.join("src/ui/a.rs"), "b").unwrap();
        let second = hash("1", "rustc 1.95.0");
        assert_ne!(second, first);
        std::fs::rename(root.join("src/ui/a.rs"), root.join("src/ui/b.rs")).unwrap();
        let third = hash("1", "rustc 1.95.0");
        assert_ne!(third, second);
        assert_ne!(hash("1.1", "rustc 1.95.0"), third);
        assert_ne!(hash("1", "rustc 1.96.0"), third);
    }

    #[test]
    fn builds_again_over_a_page_that_somebody_else_built() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path();
        std::fs::write(dist.join("index.html"), "released").unwrap();
        let outputs = hash_of(dist, &[dist.to_path_buf()]).unwrap();
        let stamp = format!("inputs {outputs} {}", Standard::Own.name());
        assert!(is_built(&stamp, "inputs", dist));
        assert!(!is_built(&stamp, "other inputs", dist));
        std::fs::write(dist.join("index.html"), "for debugging").unwrap();
        assert!(!is_built(&stamp, "inputs", dist));
    }

    #[test]
    fn everything_that_index_html_names_is_an_input() {
        let html = std::fs::read_to_string(root().join("index.html")).unwrap();
        let assets: Vec<&str> = html
            .split("<link")
            .skip(1)
            .filter_map(|link| link.split('>').next())
            .filter(|link| link.contains("data-trunk"))
            .filter_map(|link| link.split("href=\"").nth(1)?.split('"').next())
            .collect();
        assert!(!assets.is_empty());
        for asset in assets {
            let known = INPUTS
                .iter()
                .any(|input| Path::new(asset).starts_with(input));
            assert!(known, "{asset} isn't among the inputs of the page");
        }
    }
}
