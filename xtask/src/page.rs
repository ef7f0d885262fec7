//! The built page: made by trunk when something that it is made of has changed, and weighed.

use crate::setup::Tools;
use crate::shell::{output, run, step};
use crate::workspace::{Pins, root};
use anyhow::{Context, Result, bail};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What the page is made of, files and folders.
const INPUTS: &[&str] = &[
    "src",
    "style",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "vestibule.schema.json",
];
/// Bytes of html, css, js and wasm together, compressed with brotli.
pub const BUDGET: u64 = 110 * 1000;

/// The folder of the built page.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Builds the page unless it is built already.
pub fn build(tools: &Tools) -> Result<()> {
    let stamp = root().join("target/page.stamp");
    let inputs = inputs_hash(&root(), &Pins::read()?, tools.toolchain())?;
    if dist().join("index.html").is_file()
        && std::fs::read_to_string(&stamp).is_ok_and(|known| known == inputs)
    {
        step("The page is built already (dist/)");
        return Ok(());
    }
    step("Building the page with trunk (the first time takes some minutes)");
    let mut trunk = tools.command("trunk");
    trunk
        .args(["build", "--release"])
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    run(trunk.current_dir(root()))?;
    std::fs::create_dir_all(root().join("target"))?;
    std::fs::write(stamp, inputs).context("the note of what was built cannot be written")
}

/// A value that changes with everything that the page is made of.
fn inputs_hash(root: &Path, pins: &Pins, toolchain: Option<&str>) -> Result<String> {
    let mut files = Vec::new();
    for input in INPUTS {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    (&pins.trunk, &pins.binaryen, &pins.wasm_bindgen, toolchain).hash(&mut hasher);
    for file in files {
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
        std::fs::read(&file)
            .with_context(|| format!("{} cannot be read", file.display()))?
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

/// Prints the size of each file that a visitor downloads, and compares the sum with [`BUDGET`].
pub fn weigh() -> Result<()> {
    const SCRIPT: &str = r#"
        const { readdirSync, readFileSync } = require("node:fs");
        const { brotliCompressSync, constants } = require("node:zlib");
        const files = readdirSync(".").filter((name) => /\.(html|css|js|wasm)$/.test(name));
        const weighed = files.map((name) => {
            const octets = readFileSync(name);
            const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: octets.length };
            return [name, octets.length, brotliCompressSync(octets, { params }).length];
        });
        for (const row of weighed) console.log(row.join("\t"));
    "#;
    let mut node = std::process::Command::new("node");
    let text = output(node.args(["-e", SCRIPT]).current_dir(dist()))
        .context("dist/ cannot be weighed: build the page first")?;
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    let mut sums = [0; 2];
    println!(
        "{:>9}  {:>9}  file (bytes; raw and brotli)",
        "raw", "brotli"
    );
    for row in &rows {
        let [name, raw, brotli] = row.as_slice() else {
            continue;
        };
        for (sum, size) in sums.iter_mut().zip([raw, brotli]) {
            *sum += size.parse::<u64>().unwrap_or(0);
        }
        println!("{raw:>9}  {brotli:>9}  {name}");
    }
    println!("{:>9}  {:>9}  the page", sums[0], sums[1]);
    if sums[1] > BUDGET {
        bail!(
            "the page weighs {} bytes, more than its budget of {BUDGET}",
            sums[1]
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_built_anew_when_anything_of_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("src/ui")).unwrap();
        std::fs::write(root.join("src/ui/a.rs"), "a").unwrap();
        let pins = Pins {
            trunk: "1".to_owned(),
            binaryen: "2".to_owned(),
            wasm_bindgen: "3".to_owned(),
        };
        let hash = |pins: &Pins| inputs_hash(root, pins, None).unwrap();
        let first = hash(&pins);
        assert_eq!(hash(&pins), first);
        std::fs::write(root.join("src/ui/a.rs"), "b").unwrap();
        let second = hash(&pins);
        assert_ne!(second, first);
        std::fs::rename(root.join("src/ui/a.rs"), root.join("src/ui/b.rs")).unwrap();
        let third = hash(&pins);
        assert_ne!(third, second);
        let newer = Pins {
            trunk: "1.1".to_owned(),
            ..pins
        };
        assert_ne!(hash(&newer), third);
    }
}
