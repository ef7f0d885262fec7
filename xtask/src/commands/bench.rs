//! `bench`: Vestibule and other libraries, measured in one browser (bench/).

use crate::flags;
use crate::local_provider;
use crate::page;
use crate::setup::{Chromium, Tools, node_modules};
use crate::shell::{command, run as run_program};
use crate::workspace::root;
use anyhow::{Result, ensure};
use pico_args::Arguments;
use std::path::{Path, PathBuf};

/// The folder of the bench.
pub(super) fn folder() -> PathBuf {
    root().join("bench")
}

pub(super) fn run(arguments: Arguments) -> Result<()> {
    let flags = flags::Bench::parse(arguments)?;
    let chromium = Chromium::ready()?;
    let dist = match flags.dist {
        Some(dist) => dist,
        None => {
            page::build(&Tools::ready()?)?;
            page::dist()
        }
    };
    node_modules(&local_provider::folder())?;
    node_modules(&folder())?;

    let mut bench = command("node");
    bench.arg("bench.mjs").current_dir(folder());
    bench.arg("--chromium").arg(&chromium.browser);
    bench.arg("--dist").arg(built(&dist)?);
    if let Some(against) = &flags.against {
        bench.arg("--against").arg(built(against)?);
    }
    if let Some(runs) = flags.runs {
        bench.args(["--runs", &runs.to_string()]);
    }
    if let Some(only) = &flags.only {
        bench.args(["--only", only]);
    }
    run_program(&mut bench)
}

/// The whole path of a folder with a built page.
fn built(folder: &Path) -> Result<PathBuf> {
    ensure!(
        folder.join("index.html").is_file(),
        "{} holds no index.html: name the folder of a built page",
        folder.display()
    );
    Ok(folder.canonicalize()?)
}
