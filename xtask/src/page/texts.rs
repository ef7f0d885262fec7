//! The files of the languages, of which people load at most one. English is in every build instead.

use super::assemble::hash;
use crate::workspace::root;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

/// What the names of the files begin with.
pub const TEXTS: &str = "texts-";

/// What the scripts call the files, and what they hold.
pub fn files() -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join("texts"))? {
        let file = entry?.path();
        let name = file.file_name().and_then(|name| name.to_str());
        let Some(name) = name.filter(|name| name.ends_with(".json") && *name != "en.json") else {
            continue;
        };
        let text = std::fs::read_to_string(&file)?;
        let text: Value =
            serde_json::from_str(&text).with_context(|| format!("{name} isn't JSON"))?;
        files.push((format!("{TEXTS}{name}"), text.to_string()));
    }
    files.sort();
    Ok(files)
}

/// Writes the files into the folder of a page, under names that follow from what they hold. Returns what the
/// scripts call them, and these names.
pub(super) fn write(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut written = Vec::new();
    for (name, text) in files()? {
        let stem = name.trim_end_matches(".json");
        let hashed = format!("{stem}-{}.json", hash(&text));
        std::fs::write(folder.join(&hashed), text)?;
        written.push((name, hashed));
    }
    Ok(written)
}
