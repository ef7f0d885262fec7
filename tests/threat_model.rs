//! `docs/threat-model.md` is true: the tests that it names exist, every line of it names one, and it lists
//! exactly the weaknesses that tests are marked with.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failure is a failed test"
)]

use std::collections::BTreeSet;
use std::path::Path;

/// A file with tests.
struct Source {
    /// Relative to the repository, with slashes.
    path: String,
    text: String,
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn document() -> String {
    read("docs/threat-model.md")
}

fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in ["src", "tests", "xtask"] {
        collect(folder, &mut sources);
    }
    sources
}

fn collect(folder: &str, sources: &mut Vec<Source>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(root.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{folder}/{name}");
        if entry.file_type().unwrap().is_dir() {
            if !["node_modules", "target"].contains(&name.as_str()) {
                collect(&path, sources);
            }
        } else if name.ends_with(".rs") || name.ends_with(".mjs") {
            let text = read(&path);
            sources.push(Source { path, text });
        }
    }
}

impl Source {
    fn has_test(&self, name: &str) -> bool {
        if self.path.ends_with(".mjs") {
            return self.text.contains(&format!("test(\"{name}\","));
        }
        let mut lines = self.text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if line != "#[test]" && line != "#[wasm_bindgen_test]" {
                continue;
            }
            // Other attributes may follow.
            let function = lines.find(|line| !line.starts_with("#["));
            let function = function.unwrap_or_default();
            let function = function.strip_prefix("async ").unwrap_or(function);
            if function.starts_with(&format!("fn {name}(")) {
                return true;
            }
        }
        false
    }
}

/// The references `file::test` in a text: file and test.
fn references(text: &str) -> Vec<(&str, &str)> {
    let code = text.split('`').skip(1).step_by(2);
    code.filter_map(|code| code.split_once("::"))
        .filter(|(file, _)| file.ends_with(".rs") || file.ends_with(".mjs"))
        .collect()
}

/// The sections of the document, without their headings.
fn section<'a>(document: &'a str, heading: &str) -> &'a str {
    let start = format!("\n## {heading}\n");
    let (_, rest) = document
        .split_once(&start)
        .unwrap_or_else(|| panic!("there is no section \"{heading}\""));
    rest.split("\n## ").next().unwrap_or_default()
}

#[test]
fn every_test_that_the_threat_model_names_exists() {
    let (document, sources) = (document(), sources());
    let references = references(&document);
    assert!(references.len() > 100, "{}", references.len());
    let mut problems = Vec::new();
    for (file, test) in references {
        let suffix = format!("/{file}");
        let files: Vec<&Source> = sources
            .iter()
            .filter(|source| format!("/{}", source.path).ends_with(&suffix))
            .collect();
        match files.as_slice() {
            [source] if source.has_test(test) => {}
            [_] => problems.push(format!("{file} has no test \"{test}\"")),
            [] => problems.push(format!("there is no {file}")),
            [first, second, ..] => {
                problems.push(format!("{file} may be {} or {}", first.path, second.path));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_line_of_the_threat_model_names_a_test() {
    let document = document();
    let mut rows = 0;
    let mut is_in_table = false;
    for line in document.lines() {
        if !line.starts_with('|') {
            is_in_table = false;
        } else if !is_in_table {
            assert!(line.ends_with("| test |"), "a table without tests: {line}");
            is_in_table = true;
        } else if !line.starts_with("| ---") {
            assert!(!references(line).is_empty(), "no test: {line}");
            rows += 1;
        }
    }
    assert!(rows > 50, "{rows}");
}

#[test]
fn the_threat_model_lists_every_known_weakness() {
    let document = document();
    let documented: BTreeSet<&str> = section(&document, "Known weaknesses")
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let sources = sources();
    // Not found in this file itself.
    let marker = concat!("known_weakness", "(");
    let marked: BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| source.text.split(marker).skip(1))
        .filter_map(|call| call.trim_start().strip_prefix('"')?.split('"').next())
        .collect();
    assert_eq!(documented, marked);
}
