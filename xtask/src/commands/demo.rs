//! `demo`: the built page and the local provider, to sign in at without an account anywhere.

use super::{finish, wait_for_end};
use crate::local_provider::{self, LocalProvider, LocalProviderOptions};
use crate::page;
use crate::setup::{Tools, node_modules};
use crate::shell::{require_free_port, step, which};
use crate::site::{Site, SiteConfig, SiteOptions};
use anyhow::{Result, bail};
use pico_args::Arguments;
use std::process::{Command, Stdio};

pub fn run(mut arguments: Arguments) -> Result<()> {
    let port = arguments.opt_value_from_str("--port")?.unwrap_or(8080);
    let provider_port = arguments
        .opt_value_from_str("--provider-port")?
        .unwrap_or(4400);
    let no_open = arguments.contains("--no-open");
    finish(arguments)?;
    require_free_port(port, "--port")?;
    require_free_port(provider_port, "--provider-port")?;

    let tools = Tools::ready()?;
    node_modules(&local_provider::folder())?;
    page::build(&tools)?;

    step("Starting the local provider and the page");
    let mut provider = LocalProvider::start(&LocalProviderOptions {
        port: provider_port,
        pages: vec![format!("http://127.0.0.1:{port}/")],
    })?;
    let site = Site::start(SiteOptions {
        root: page::dist(),
        host: "127.0.0.1",
        port,
        base_path: "/".to_owned(),
        has_router: false,
        config: SiteConfig::Json(provider.page_config()),
        connect_origins: vec![provider.origin()],
    })?;
    println!("\n  The page            {}", site.url());
    println!("  The local provider  {}", provider.origin());
    println!("\n  Pick a provider, then one of these people:");
    for (name, email) in provider.users() {
        println!("    {name}  {email}");
    }
    println!("\n  Ctrl-C ends both.");
    if !no_open {
        open(&site.url());
    }
    wait_for_end(|| {
        if !provider.is_running() {
            bail!("the local provider has ended by itself");
        }
        Ok(())
    })
}

/// Opens the page where there is a desktop; elsewhere the printed address has to do.
fn open(url: &str) {
    let has_display = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    let opener = match cfg!(target_os = "macos") {
        true => Some("open"),
        false => Some("xdg-open").filter(|opener| has_display && which(&[opener]).is_some()),
    };
    if let Some(opener) = opener {
        let mut command = Command::new(opener);
        // Whether it works is for the person to see.
        let _ = command
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
    }
}
