//! `screenshots`: pictures of every state of the page (docs/pictures), or whether it still looks like them.

use crate::flags;
use crate::headers::Policy;
use crate::page;
use crate::setup::{Chromium, Tools, node_modules};
use crate::shell::{command, run as run_program, step};
use crate::site::{Site, SiteConfig, SiteOptions};
use crate::workspace::root;
use anyhow::{Context, Result};
use pico_args::Arguments;
use std::path::Path;

/// The brand in the pictures.
const BRAND: &str = "examples/brands/acme-travel";
const LOGO: &str = "logo.svg";

pub(super) fn run(arguments: Arguments) -> Result<()> {
    let flags = flags::Screenshots::parse(arguments)?;
    let chromium = Chromium::ready()?;
    let dist = match flags.dist {
        Some(dist) => dist,
        None => {
            page::build(&Tools::ready()?)?;
            page::dist()
        }
    };
    take(&chromium, &dist, flags.check)
}

/// Takes the pictures of this built page, or compares it with them.
pub(super) fn take(chromium: &Chromium, dist: &Path, check: bool) -> Result<()> {
    let folder = root().join("tests/pictures");
    node_modules(&folder)?;
    let results = root().join("target/pictures");
    let site = site(dist, &root().join("target/pictures-site"))?;
    step(if check {
        "Comparing the page with docs/pictures"
    } else {
        "Taking pictures of the page (docs/pictures)"
    });
    let mut node = command("node");
    node.arg("take.mjs").current_dir(&folder);
    node.arg("--chromium").arg(&chromium.browser);
    node.args(["--page", &site.url()]);
    node.arg("--pictures").arg(root().join("docs/pictures"));
    node.arg("--results").arg(&results);
    if check {
        node.arg("--check");
    }
    run_program(&mut node)
}

/// Serves the page with the brand's logo next to it.
fn site(dist: &Path, folder: &Path) -> Result<Site> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    for file in std::fs::read_dir(dist)? {
        let file = file?;
        if file.file_type()?.is_file() {
            std::fs::copy(file.path(), folder.join(file.file_name()))?;
        }
    }
    let brand = root().join(BRAND);
    std::fs::copy(brand.join(LOGO), folder.join(LOGO))?;
    let config = std::fs::read_to_string(brand.join("vestibule.json"))
        .with_context(|| format!("{BRAND}/vestibule.json is missing"))?;
    Site::start(SiteOptions {
        root: folder.to_owned(),
        host: "127.0.0.1",
        port: 0,
        base_path: "/".to_owned(),
        has_router: false,
        config: SiteConfig::Json(config),
        policy: Policy::new(Vec::new()),
    })
}
