//! What people download, compared with the ceilings in `size-budget.toml`.

use super::stamp::{self, Standard};
use super::texts::TEXTS;
use super::{ENGINE, SETUP, SETUP_STYLE, dist};
use crate::headers::has_hash;
use crate::shell::output;
use crate::workspace::toml_file;
use anyhow::{Context, Result, bail};
use std::process::Command;

const BUDGET_FILE: &str = "size-budget.toml";
/// Prints a line for each file that a browser may download: name, raw and compressed size.
const MEASURE: &str = r#"
    const { readdirSync, readFileSync } = require("node:fs");
    const { brotliCompressSync, constants } = require("node:zlib");
    for (const name of readdirSync(".").filter((name) => /\.(html|css|js|wasm)$|^texts-/.test(name))) {
        const bytes = readFileSync(name);
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        console.log([name, bytes.length, brotliCompressSync(bytes, { params }).length].join("\t"));
    }
"#;

/// A file of `dist/`, in bytes.
#[derive(Debug, Clone)]
struct File {
    name: String,
    raw: u64,
    brotli: u64,
}

/// Files that are downloaded together.
struct Download {
    title: &'static str,
    files: Vec<File>,
    ceiling: Option<u64>,
}

impl Download {
    fn raw(&self) -> u64 {
        self.files.iter().map(|file| file.raw).sum()
    }

    fn brotli(&self) -> u64 {
        self.files.iter().map(|file| file.brotli).sum()
    }

    fn is_too_large(&self) -> bool {
        self.ceiling.is_some_and(|ceiling| self.brotli() > ceiling)
    }
}

/// The ceilings, in bytes compressed with brotli.
struct Budget {
    page: u64,
    embedding: u64,
    setup: u64,
    language: u64,
}

impl Budget {
    fn read() -> Result<Budget> {
        let file = toml_file(BUDGET_FILE)?;
        let ceiling = |name: &str| {
            file.get(name)
                .and_then(toml::Value::as_integer)
                .and_then(|bytes| u64::try_from(bytes).ok())
                .with_context(|| format!("{BUDGET_FILE} has no number \"{name}\""))
        };
        Ok(Budget {
            page: ceiling("page")?,
            embedding: ceiling("embedding")?,
            setup: ceiling("setup")?,
            language: ceiling("language")?,
        })
    }
}

/// Prints the size of everything that people download, and fails when a download is larger than its
/// ceiling. The ceilings are for releases with their own standard library.
pub fn report_sizes() -> Result<()> {
    let downloads = downloads(files()?, &Budget::read()?);
    println!("{:>10} {:>9} {:>9}", "raw", "brotli", "ceiling");
    for download in &downloads {
        for file in &download.files {
            println!(
                "{:>10} {:>9} {:>9}  {}",
                file.raw, file.brotli, "", file.name
            );
        }
        let ceiling = download.ceiling.map(|bytes| bytes.to_string());
        println!(
            "{:>10} {:>9} {:>9}  = {}\n",
            download.raw(),
            download.brotli(),
            ceiling.unwrap_or_default(),
            download.title
        );
    }
    if stamp::standard(&dist()) != Some(Standard::Own) {
        println!(
            "The ceilings of {BUDGET_FILE} don't apply: this isn't a release with its own standard library, as `cargo xtask build` makes it."
        );
        return Ok(());
    }
    let too_large: Vec<String> = downloads
        .iter()
        .filter(|download| download.is_too_large())
        .map(|download| {
            format!(
                "{} is {} bytes; its ceiling is {}",
                download.title,
                download.brotli(),
                download.ceiling.unwrap_or_default()
            )
        })
        .collect();
    if !too_large.is_empty() {
        bail!("{} ({BUDGET_FILE})", too_large.join("; "));
    }
    Ok(())
}

/// Sorts files by who downloads them. Page and `vestibule.js` share the stylesheet.
fn downloads(files: Vec<File>, budget: &Budget) -> Vec<Download> {
    let chosen = |fits: &dyn Fn(&str) -> bool| -> Vec<File> {
        let files = files.iter().filter(|file| fits(&file.name));
        files.cloned().collect()
    };
    let is_style = |name: &str| has_hash(name) && name.ends_with(".css");
    let is_returned_to = |name: &str| name.starts_with("callback") || name.starts_with("logout.");
    let is_setup = |name: &str| name.starts_with(SETUP) || name == SETUP_STYLE;
    let is_text = |name: &str| name.starts_with(TEXTS);
    // Only downloaded if the page can't start.
    let is_diagnosis = |name: &str| name == "diagnose.js";
    let is_embedded = |name: &str| name == "vestibule.js" || name.starts_with(ENGINE);
    let largest = chosen(&is_text).into_iter().max_by_key(|file| file.brotli);
    let page = Download {
        title: "the page",
        files: chosen(&|name| {
            !is_returned_to(name)
                && !is_setup(name)
                && !is_embedded(name)
                && !is_text(name)
                && !is_diagnosis(name)
        }),
        ceiling: Some(budget.page),
    };
    let embedding = Download {
        title: "vestibule.js with its engine",
        files: chosen(&|name| is_embedded(name) || is_style(name)),
        ceiling: Some(page.brotli() + budget.embedding),
    };
    vec![
        page,
        embedding,
        Download {
            title: "what the set-up page adds",
            files: chosen(&is_setup),
            ceiling: Some(budget.setup),
        },
        Download {
            title: "the texts of the largest language",
            files: largest.into_iter().collect(),
            ceiling: Some(budget.language),
        },
        Download {
            title: "in popups and hidden iframes",
            files: chosen(&is_returned_to),
            ceiling: None,
        },
    ]
}

fn files() -> Result<Vec<File>> {
    let text = output(
        Command::new("node")
            .args(["-e", MEASURE])
            .current_dir(dist()),
    )
    .context("dist/ can't be measured: build the page first")?;
    Ok(text.lines().filter_map(measured).collect())
}

/// A line that [`MEASURE`] prints.
fn measured(line: &str) -> Option<File> {
    let mut columns = line.split('\t');
    Some(File {
        name: columns.next()?.to_owned(),
        raw: columns.next()?.parse().ok()?,
        brotli: columns.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(sizes: &[(&str, u64)]) -> Vec<Download> {
        let file = |&(name, brotli): &(&str, u64)| File {
            name: name.to_owned(),
            raw: brotli * 2,
            brotli,
        };
        let budget = Budget {
            page: 100,
            embedding: 8,
            setup: 50,
            language: 4,
        };
        downloads(sizes.iter().map(file).collect(), &budget)
    }

    fn sizes(page: u64, embedding: u64, setup: u64) -> Vec<Download> {
        built(&[
            ("index.html", 1),
            ("boot.js", 1),
            ("vestibule-0123456789abcdef.css", 8),
            ("vestibule-page-0123456789abcdef_bg.wasm", page),
            ("vestibule.js", 1),
            ("vestibule-engine-0123456789abcdef_bg.wasm", embedding),
            ("vestibule-setup-0123456789abcdef.js", setup),
            ("vestibule-setup.css", 1),
            ("callback.html", 500),
            ("texts-de-0123456789abcdef.json", 3),
            ("texts-fr-0123456789abcdef.json", 4),
        ])
    }

    #[test]
    fn each_download_is_compared_with_its_own_ceiling() {
        let too_large = |downloads: Vec<Download>| -> Vec<bool> {
            downloads.iter().map(Download::is_too_large).collect()
        };
        assert_eq!(
            too_large(sizes(90, 99, 49)),
            [false, false, false, false, false]
        );
        assert_eq!(
            too_large(sizes(91, 99, 49)),
            [true, false, false, false, false]
        );
        assert_eq!(
            too_large(sizes(90, 100, 49)),
            [false, true, false, false, false]
        );
        assert_eq!(
            too_large(sizes(90, 99, 50)),
            [false, false, true, false, false]
        );
    }

    #[test]
    fn the_ceilings_are_in_their_file() {
        let budget = Budget::read().unwrap();
        assert!(budget.embedding < budget.page);
    }
}
