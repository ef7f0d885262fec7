//! `screenshots`: pictures of every state of the page, and whether it looks like another build.

use crate::flags;
use crate::headers::Policy;
use crate::page;
use crate::setup::{Chromium, Tools, node_modules};
use crate::shell::{command, run as run_program, step};
use crate::site::{Site, SiteConfig, SiteOptions};
use crate::workspace::root;
use anyhow::{Context, Result, ensure};
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
    let folder = root().join("tests/pictures");
    node_modules(&folder)?;
    let site = site(&dist, &root().join("target/pictures-site"))?;
    let pictures = root().join("target/pictures");
    step(format!(
        "Taking pictures of the page ({})",
        pictures.display()
    ));
    let mut node = command("node");
    node.arg("take.mjs").current_dir(&folder);
    node.arg("--chromium").arg(&chromium.browser);
    node.args(["--page", &site.url()]);
    node.arg("--pictures").arg(&pictures);
    match &flags.against {
        Some(against) => {
            let against = against
                .canonicalize()
                .with_context(|| format!("there is no folder {}", against.display()))?;
            ensure!(
                against != pictures,
                "move the other build's pictures elsewhere first: this command replaces {}",
                pictures.display()
            );
            node.arg("--against").arg(against);
        }
        None => {
            node.arg("--shown").arg(root().join("docs/pictures"));
        }
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
