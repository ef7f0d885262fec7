//! From Rust to WebAssembly: cargo, wasm-bindgen and wasm-opt, with the options that make the page small.

use super::{BINARIES, assemble::Profile};
use crate::setup::{IMMEDIATE_ABORT, TARGET, Tools};
use crate::shell::run;
use crate::workspace::root;
use anyhow::{Context, Result};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Printed when a release can't have its own standard library.
const WITHOUT_OWN_STD: &str = "This Rust can't rebuild its standard library: it's older than 1.92, or the library's source is missing \
     (rustup: component rust-src; Debian: package rust-src). The page works, but is about 12 KB larger.";

/// The features of WebAssembly that rustc uses.
const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// Compiles every binary. Returns the folder with `NAME.js` and `NAME_bg.wasm` of each.
pub(super) fn compile(tools: &Tools, profile: Profile) -> Result<PathBuf> {
    run(&mut cargo(tools, profile)?)?;
    let built = target_folder().join(TARGET).join(profile.folder());
    let folder = target_folder().join("wasm-bindgen").join(profile.folder());
    std::fs::create_dir_all(&folder)?;
    for binary in BINARIES {
        bind(
            tools,
            &built.join(format!("{binary}.wasm")),
            &folder,
            binary,
        )
        .with_context(|| format!("wasm-bindgen can't process {binary}"))?;
        if profile == Profile::Release {
            optimise(tools, &folder.join(format!("{binary}_bg.wasm")))?;
        }
    }
    Ok(folder)
}

/// `cargo build` of all binaries.
fn cargo(tools: &Tools, profile: Profile) -> Result<Command> {
    let mut cargo = tools.cargo();
    cargo
        .current_dir(root())
        // They would replace the flags below.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    if profile == Profile::Release && !tools.builds_std {
        println!("{WITHOUT_OWN_STD}");
    }
    let options = options(tools, profile)?;
    cargo.envs(options.environment).args(options.arguments);
    cargo.args(["build", "--package", "vestibule", "--features", "csr"]);
    cargo.args(["--target", TARGET]);
    for binary in BINARIES {
        cargo.args(["--bin", binary]);
    }
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    Ok(cargo)
}

/// How cargo compiles a page.
pub(super) struct Options {
    pub environment: Vec<(&'static str, &'static str)>,
    pub arguments: Vec<String>,
}

/// What a release adds to `.cargo/config.toml` and to the profile in `Cargo.toml`.
///
/// With its own standard library (docs/decisions/0011), the page aborts at once when it panics: nobody
/// would read the message, and the code that formats it would make the page larger. The options for
/// that are unstable, so they can't be in `.cargo/config.toml`.
pub(super) fn options(tools: &Tools, profile: Profile) -> Result<Options> {
    let mut options = Options {
        environment: Vec::new(),
        arguments: Vec::new(),
    };
    if profile == Profile::Debug {
        return Ok(options);
    }
    // Messages of panics hold paths of this machine; they are nobody else's business.
    let mut flags = vec![
        // Leptos's own option: views become one type instead of one each, and with them less code.
        "--cfg=erase_components".to_owned(),
        format!("--remap-path-prefix={}=.", root().display()),
        format!("--remap-path-prefix={}=cargo", cargo_home()?.display()),
    ];
    if tools.builds_std {
        flags.extend(["-Zunstable-options", IMMEDIATE_ABORT, "-Zinline-mir=no"].map(str::to_owned));
        // Lets a stable compiler take unstable options.
        options.environment.push(("RUSTC_BOOTSTRAP", "1"));
        options.arguments.extend(
            [
                "-Zbuild-std=std,panic_abort",
                "-Zbuild-std-features=optimize_for_size",
            ]
            .map(str::to_owned),
        );
    }
    // A list of JSON is one of TOML too.
    let flags = json!(flags);
    options.arguments.push("--config".to_owned());
    options
        .arguments
        .push(format!("target.{TARGET}.rustflags={flags}"));
    Ok(options)
}

fn bind(tools: &Tools, wasm: &Path, folder: &Path, name: &str) -> Result<()> {
    run(tools
        .command("wasm-bindgen")
        .args(["--target", "web", "--no-typescript", "--out-name", name])
        .arg("--out-dir")
        .arg(folder)
        .arg(wasm))
}

fn optimise(tools: &Tools, wasm: &Path) -> Result<()> {
    let optimised = wasm.with_extension("optimised");
    run(tools
        .command("wasm-opt")
        .args(WASM_FEATURES)
        .arg("-Oz")
        .arg(wasm)
        .arg("-o")
        .arg(&optimised))?;
    std::fs::rename(optimised, wasm).context("the optimised WebAssembly can't be put in place")
}

/// Where cargo builds.
pub fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Where cargo keeps the sources of packages.
pub(super) fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = std::env::home_dir().context("neither HOME nor CARGO_HOME is set")?;
    Ok(home.join(".cargo"))
}
