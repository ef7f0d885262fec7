//! The built page: made by trunk when something that it is made of has changed, and weighed.

use crate::embed;
use crate::setup::{ABORT_AT_ONCE, Tools};
use crate::shell::{output, run, step};
use crate::short_names;
use crate::workspace::{Pins, root};
use anyhow::{Context, Result, bail};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What the page is made of, files and folders.
const INPUTS: &[&str] = &[
    "src",
    "style",
    "index.html",
    "callback.html",
    "logout.html",
    ".cargo/config.toml",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "vestibule.schema.json",
];
/// Bytes of html, css, js and wasm together, compressed with brotli, of a page with a standard library
/// of its own.
pub const BUDGET: u64 = 145 * 1000;

/// The folder of the built page.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Builds the page unless it is built already.
pub fn build(tools: &Tools) -> Result<()> {
    let stamp = root().join("target/page.stamp");
    let options = compiler_options(tools.builds_std);
    let inputs = inputs_hash(&root(), &Pins::read()?, &settings(tools, &options)?)?;
    if std::fs::read_to_string(&stamp).is_ok_and(|known| is_built(&known, &inputs, &dist())) {
        step("The page is built already (dist/)");
        return Ok(());
    }
    step("Building the page with trunk (the first time takes some minutes)");
    if !tools.builds_std {
        println!("{WITHOUT_STD}");
    }
    let mut trunk = tools.command("trunk");
    trunk
        .args(["build", "--release"])
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .envs(options);
    run(trunk.current_dir(root()))?;
    shrink(tools, &dist()).context("the glue of the page cannot be made small")?;
    embed::write(tools, &dist()).context("vestibule.js cannot be made")?;
    std::fs::create_dir_all(root().join("target"))?;
    let outputs = hash_of(&dist(), &[dist()])?;
    let kind = if tools.builds_std { OWN_STD } else { "plain" };
    std::fs::write(stamp, format!("{inputs} {outputs} {kind}"))
        .context("the note of what was built cannot be written")
}

/// The page's binary, which `vestibule.js` runs too, and what the names of its files begin with.
pub const PAGE: &str = "vestibule-page";
/// The one that administrators get.
const SETUP: &str = "vestibule-setup";
const BINARIES: &[&str] = &[PAGE, SETUP];
/// The stylesheet of the set-up page.
const SETUP_STYLE: &str = "vestibule-setup.css";

/// Makes the glue between the page and its WebAssembly small, and gives both files names that tell
/// their new contents: trunk cannot minify what wasm-bindgen writes today. Then what it only copies.
fn shrink(tools: &Tools, dist: &Path) -> Result<()> {
    for binary in BINARIES {
        shrink_binary(tools, dist, binary).with_context(|| (*binary).to_owned())?;
    }
    let copied = COPIED.iter().map(|name| dist.join(name));
    run(tools
        .command("esbuild")
        .args(["--minify", "--allow-overwrite", "--log-level=warning"])
        .arg(format!("--outdir={}", dist.display()))
        .args(copied))
}

/// Scripts and styles that trunk takes over as they are written.
const COPIED: &[&str] = &[
    "boot.js",
    "start.js",
    "callback.js",
    "callback.css",
    "logout.js",
    SETUP_STYLE,
];

fn shrink_binary(tools: &Tools, dist: &Path, binary: &str) -> Result<()> {
    let index = std::fs::read_to_string(dist.join("index.html"))?;
    let old = index
        .split(['=', '"', ' ', '>'])
        .filter_map(|word| word.strip_prefix("./")?.strip_suffix("_bg.wasm"))
        .find(|name| name.starts_with(binary))
        .context("index.html does not name its WebAssembly")?;
    let new = shrink_files(tools, dist, old, binary)?;
    std::fs::write(dist.join("index.html"), index.replace(old, &new))?;
    Ok(())
}

/// The same for the two files of this name. Returns the new one.
fn shrink_files(tools: &Tools, dist: &Path, old: &str, binary: &str) -> Result<String> {
    let wasm = std::fs::read(dist.join(format!("{old}_bg.wasm")))?;
    let glue = std::fs::read_to_string(dist.join(format!("{old}.js")))?;
    let (wasm, glue) = short_names::shorten(&wasm, &glue)?;
    // Nobody starts the page while the browser waits.
    let glue = glue.replace("export { initSync, ", "export { ");

    let mut hasher = DefaultHasher::new();
    (&wasm, &glue).hash(&mut hasher);
    let new = format!("{binary}-{:016x}", hasher.finish());
    for file in [format!("{old}_bg.wasm"), format!("{old}.js")] {
        std::fs::remove_file(dist.join(file))?;
    }
    std::fs::write(dist.join(format!("{new}_bg.wasm")), wasm)?;
    let readable = dist.join(format!("{new}.readable.js"));
    std::fs::write(&readable, glue)?;
    run(tools
        .command("esbuild")
        .args([
            "--minify",
            "--tree-shaking=true",
            "--format=esm",
            "--log-level=warning",
        ])
        .arg(format!(
            "--outfile={}",
            dist.join(format!("{new}.js")).display()
        ))
        .arg(&readable))?;
    std::fs::remove_file(readable)?;
    Ok(new)
}

/// What the stamp says of a page whose weight has to be within the budget.
const OWN_STD: &str = "own-std";
/// Why a page may weigh more than its budget.
const WITHOUT_STD: &str = "This Rust is older than 1.92 or has no source of its standard library (rustup: component rust-src; Debian: package rust-src), so the page becomes a fifth larger.";

/// How cargo compiles the page, beyond what stands in Cargo.toml. Read by cargo under trunk.
///
/// With a standard library of its own (`own_std`) a panic says nothing: its text would be for nobody,
/// and what prints it would be a tenth of the page. That takes options which Rust has not made stable
/// yet, so it stands here, and `trunk build --release` does without.
fn compiler_options(own_std: bool) -> Vec<(&'static str, String)> {
    let cargo_home = std::env::var("CARGO_HOME").ok();
    let cargo_home = cargo_home
        .or_else(|| Some(std::env::var("HOME").ok()? + "/.cargo"))
        .unwrap_or_default();
    let mut flags = vec![
        // Leptos: views become one type instead of one each, and with them less code.
        "--cfg=erase_components".to_owned(),
        // Paths of this machine are nobody else's business.
        format!("--remap-path-prefix={}=.", root().display()),
        format!("--remap-path-prefix={cargo_home}=cargo"),
    ];
    let mut options = Vec::new();
    if own_std {
        // What is put in place of its call is left to LLVM, which looks at size.
        let unstable = ["-Zunstable-options", ABORT_AT_ONCE, "-Zinline-mir=no"];
        flags.extend(unstable.map(str::to_owned));
        options.extend(
            [
                // Lets a stable compiler take unstable options.
                ("RUSTC_BOOTSTRAP", "1"),
                ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
                ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
            ]
            .map(|(name, value)| (name, value.to_owned())),
        );
    }
    options.push(("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")));
    options
}

/// Whether a stamp tells of these inputs and of the very files in the folder: somebody may have
/// built there by hand.
fn is_built(stamp: &str, inputs: &str, dist: &Path) -> bool {
    hash_of(dist, &[dist.to_path_buf()])
        .is_ok_and(|outputs| stamp.starts_with(&format!("{inputs} {outputs} ")))
}

/// What changes a build besides files: the compiler, its options and cargo's environment.
fn settings(tools: &Tools, options: &[(&str, String)]) -> Result<Vec<String>> {
    let compiler = output(tools.command("rustc").arg("-vV")).context("rustc does not start")?;
    let mut settings: Vec<String> = std::env::vars()
        .filter(|(name, _)| name.starts_with("CARGO_PROFILE_"))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    settings.sort();
    settings.extend(
        options
            .iter()
            .map(|(name, value)| format!("{name}={value}")),
    );
    settings.push(compiler);
    Ok(settings)
}

/// A value that changes with everything that the page is made of.
fn inputs_hash(root: &Path, pins: &Pins, settings: &[String]) -> Result<String> {
    let inputs: Vec<PathBuf> = INPUTS.iter().map(|input| root.join(input)).collect();
    let files = hash_of(root, &inputs)?;
    let mut hasher = DefaultHasher::new();
    (
        &pins.trunk,
        &pins.binaryen,
        &pins.esbuild,
        &pins.wasm_bindgen,
    )
        .hash(&mut hasher);
    (settings, files).hash(&mut hasher);
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

/// Prints the size of each file that is downloaded. The sum of what every visitor downloads must be
/// within [`BUDGET`], unless the page was built without a standard library of its own, or by hand.
pub fn weigh() -> Result<()> {
    const SCRIPT: &str = r#"
        const { readdirSync, readFileSync } = require("node:fs");
        const { brotliCompressSync, constants } = require("node:zlib");
        const files = readdirSync(".").filter((name) => /\.(html|css|js|wasm)$/.test(name));
        const weighed = files.map((name) => {
            const bytes = readFileSync(name);
            const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
            return [name, bytes.length, brotliCompressSync(bytes, { params }).length];
        });
        for (const row of weighed) console.log(row.join("\t"));
    "#;
    let mut node = std::process::Command::new("node");
    let text = output(node.args(["-e", SCRIPT]).current_dir(dist()))
        .context("dist/ cannot be weighed: build the page first")?;
    let rows: Vec<(&str, [u64; 2])> = text.lines().filter_map(weighed).collect();
    println!(
        "{:>9}  {:>9}  file (bytes; raw and brotli)",
        "raw", "brotli"
    );
    let (for_others, rows): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|(name, _)| *name == "vestibule.js");
    print_weights(&for_others, "on other pages, beside the page's WebAssembly");
    let is_come_back_to = |name: &str| name.starts_with("callback.") || name.starts_with("logout.");
    let (come_back_to, rows): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|(name, _)| is_come_back_to(name));
    print_weights(&come_back_to, "in popups and hidden frames");
    let (for_some, for_everybody): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|(name, _)| name.starts_with(SETUP) || *name == SETUP_STYLE);
    print_weights(
        &for_some,
        "for administrators (?setup, mistakes in the configuration)",
    );
    let weight = print_weights(&for_everybody, "the page");
    let stamp = std::fs::read_to_string(root().join("target/page.stamp")).unwrap_or_default();
    let outputs = hash_of(&dist(), &[dist()])?;
    if !stamp.ends_with(&format!(" {outputs} {OWN_STD}")) {
        println!(
            "The budget of {BUDGET} bytes is for a page that `cargo xtask build` makes with a standard library of its own."
        );
    } else if weight > BUDGET {
        bail!("the page weighs {weight} bytes, more than its budget of {BUDGET}");
    }
    Ok(())
}

/// A line of the script above: name, and bytes raw and compressed.
fn weighed(line: &str) -> Option<(&str, [u64; 2])> {
    let mut columns = line.split('\t');
    let name = columns.next()?;
    let mut size = || columns.next()?.parse().ok();
    Some((name, [size()?, size()?]))
}

/// Prints files and their sum; the sum of the compressed sizes.
fn print_weights(files: &[(&str, [u64; 2])], sum: &str) -> u64 {
    let mut sums = [0; 2];
    for (name, [raw, brotli]) in files {
        sums = [sums[0] + raw, sums[1] + brotli];
        println!("{raw:>9}  {brotli:>9}  {name}");
    }
    println!("{:>9}  {:>9}  {sum}\n", sums[0], sums[1]);
    sums[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins(trunk: &str) -> Pins {
        Pins {
            trunk: trunk.to_owned(),
            binaryen: "2".to_owned(),
            esbuild: "3".to_owned(),
            wasm_bindgen: "4".to_owned(),
        }
    }

    #[test]
    fn the_page_is_built_anew_when_anything_of_it_changes() {
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
    fn a_page_that_somebody_else_built_is_built_anew() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path();
        std::fs::write(dist.join("index.html"), "released").unwrap();
        let outputs = hash_of(dist, &[dist.to_path_buf()]).unwrap();
        let stamp = format!("inputs {outputs} {OWN_STD}");
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
            assert!(known, "{asset} is not among the inputs of the page");
        }
    }
}
