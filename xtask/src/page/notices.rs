//! `THIRD-PARTY-NOTICES.txt`: the licences of everything that is compiled into the WebAssembly.

use crate::setup::{TARGET, Tools};
use crate::shell::output;
use crate::workspace::root;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

pub const FILE: &str = "THIRD-PARTY-NOTICES.txt";

/// The terms of packages that name the MIT licence and come without its text, and of Rust itself.
const MIT: &str = "Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the \"Software\"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.
";

/// Writes the notices into the folder of a page.
pub(super) fn write(tools: &Tools, folder: &Path) -> Result<()> {
    let metadata = output(tools.cargo().current_dir(root()).args([
        "metadata",
        "--format-version=1",
        "--features=csr",
        "--filter-platform",
        TARGET,
    ]))
    .context("cargo can't list the page's dependencies")?;
    let text = notices(&serde_json::from_str(&metadata)?)?;
    std::fs::write(folder.join(FILE), text).with_context(|| format!("{FILE} can't be written"))
}

/// The notices of what the package `vestibule` is compiled with. Packages with the same text share it.
fn notices(metadata: &Value) -> Result<String> {
    let mut packages_by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in linked(metadata)? {
        let title = format!(
            "{} {} ({})",
            text(package, "name"),
            text(package, "version"),
            text(package, "license")
        );
        packages_by_text
            .entry(terms(package)?)
            .or_default()
            .push(title);
    }
    packages_by_text
        .entry(format!(
            "Copyright (c) The Rust Project Contributors\n\n{MIT}"
        ))
        .or_default()
        .push("Rust's standard library and what it contains (MIT OR Apache-2.0)".to_owned());
    let mut groups: Vec<_> = packages_by_text.into_iter().collect();
    groups.sort_by(|(_, a), (_, b)| a.cmp(b));
    let mut notices = "The WebAssembly of Vestibule contains the following software.\n".to_owned();
    for (terms, packages) in groups {
        let line = "-".repeat(80);
        write!(notices, "\n{line}\n{}\n\n{terms}", packages.join("\n"))?;
    }
    Ok(notices)
}

/// The packages that are compiled into the WebAssembly, without our own, macros and build scripts.
fn linked(metadata: &Value) -> Result<Vec<&Value>> {
    let packages: BTreeMap<&str, &Value> = list(&metadata["packages"])
        .map(|package| (text(package, "id"), package))
        .collect();
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"]["nodes"])
        .map(|node| (text(node, "id"), node))
        .collect();
    let page = packages
        .iter()
        .find_map(|(id, package)| (text(package, "name") == "vestibule").then_some(*id))
        .context("cargo doesn't list the package vestibule")?;
    let mut found = BTreeSet::new();
    let mut open = vec![page];
    while let Some(id) = open.pop() {
        let dependencies = nodes
            .get(id)
            .into_iter()
            .flat_map(|node| list(&node["deps"]));
        for dependency in dependencies {
            let is_normal = list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null());
            let id = text(dependency, "pkg");
            let is_macro = packages.get(id).is_some_and(|package| is_macro(package));
            if is_normal && !is_macro && found.insert(id) {
                open.push(id);
            }
        }
    }
    Ok(found
        .into_iter()
        .filter_map(|id| packages.get(id).copied())
        .filter(|package| !package["source"].is_null())
        .collect())
}

fn is_macro(package: &Value) -> bool {
    list(&package["targets"]).any(|target| list(&target["kind"]).any(|kind| kind == "proc-macro"))
}

/// What a package asks to be repeated: its MIT licence where it offers that, else all its licences.
fn terms(package: &Value) -> Result<String> {
    let manifest = Path::new(text(package, "manifest_path"));
    let folder = manifest.parent().context("a manifest has a folder")?;
    let mut files: Vec<_> = std::fs::read_dir(folder)?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().to_string_lossy().to_ascii_uppercase();
            let is_licence = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT"]
                .iter()
                .any(|word| name.starts_with(word));
            (is_licence && entry.path().is_file()).then(|| (name, entry.path()))
        })
        .collect();
    files.sort();
    if files.iter().any(|(name, _)| name.contains("MIT")) {
        files.retain(|(name, _)| name.contains("MIT") || name.starts_with("NOTICE"));
    }
    let mut terms = String::new();
    for (_, file) in &files {
        let text = std::fs::read(file)?;
        let text = String::from_utf8_lossy(&text);
        for line in text.trim().lines() {
            writeln!(terms, "{}", line.trim_end())?;
        }
    }
    if files.is_empty() {
        let authors: Vec<&str> = list(&package["authors"])
            .filter_map(Value::as_str)
            .collect();
        let by = if authors.is_empty() {
            format!("The authors of {}", text(package, "name"))
        } else {
            authors.join(", ")
        };
        let licence = text(package, "license");
        write!(terms, "Copyright (c) {by}\n\n")?;
        if licence.contains("MIT") {
            terms.push_str(MIT);
        } else {
            writeln!(terms, "{licence}: see {}", text(package, "repository"))?;
        }
    }
    Ok(terms)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(folder: &Path, name: &str, kind: &str, source: Option<&str>) -> Value {
        json!({
            "id": name, "name": name, "version": "1.0.0", "license": "MIT", "authors": ["Ada"],
            "source": source, "targets": [{ "kind": [kind] }],
            "manifest_path": folder.join(name).join("Cargo.toml"),
        })
    }

    #[test]
    fn lists_what_is_compiled_in_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let names = ["vestibule", "linked", "deep", "macro", "build"];
        for name in names {
            std::fs::create_dir(folder.join(name)).unwrap();
        }
        std::fs::write(folder.join("linked/LICENSE-MIT"), "Copyright Grace").unwrap();
        std::fs::write(folder.join("linked/LICENSE-APACHE"), "Apache").unwrap();
        let registry = Some("registry");
        let node = |id: &str, dependencies: &[(&str, Option<&str>)]| {
            let dependencies: Vec<_> = dependencies
                .iter()
                .map(|(id, kind)| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] }))
                .collect();
            json!({ "id": id, "deps": dependencies })
        };
        let metadata = json!({
            "packages": [
                package(folder, "vestibule", "lib", None),
                package(folder, "linked", "lib", registry),
                package(folder, "deep", "lib", registry),
                package(folder, "macro", "proc-macro", registry),
                package(folder, "build", "lib", registry),
            ],
            "resolve": { "nodes": [
                node("vestibule", &[("linked", None), ("macro", None), ("build", Some("build"))]),
                node("linked", &[("deep", None)]),
            ] },
        });
        let notices = notices(&metadata).unwrap();
        for expected in [
            "linked 1.0.0 (MIT)",
            "Copyright Grace",
            "deep 1.0.0",
            "(c) Ada\n",
        ] {
            assert!(
                notices.contains(expected),
                "{expected} is not in\n{notices}"
            );
        }
        for unexpected in ["macro", "build 1.0.0", "vestibule 1", "\nApache"] {
            assert!(
                !notices.contains(unexpected),
                "{unexpected} is in\n{notices}"
            );
        }
    }
}
