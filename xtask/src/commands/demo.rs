//! `demo`: the built page and the local provider: you can sign in without an account anywhere.

use super::wait_for_end;
use crate::flags;
use crate::headers::Policy;
use crate::local_provider::{self, LocalProvider, LocalProviderOptions};
use crate::page;
use crate::setup::{Tools, node_modules};
use crate::shell::{require_free_ports, step, which};
use crate::site::{Site, SiteConfig, SiteOptions};
use anyhow::{Result, bail};
use pico_args::Arguments;
use std::process::{Command, Stdio};

pub(super) fn run(arguments: Arguments) -> Result<()> {
    let flags = flags::Serve::demo(arguments)?;
    require_free_ports(&[flags.port, flags.provider_port])?;
    let port = flags.port.number;

    let tools = Tools::ready()?;
    node_modules(&local_provider::folder())?;
    page::build(&tools)?;

    step("Starting the local provider and the page");
    let mut provider = LocalProvider::start(&LocalProviderOptions {
        port: flags.provider_port.number,
        pages: vec![format!("http://127.0.0.1:{port}/")],
    })?;
    let site = Site::start(SiteOptions {
        root: page::dist(),
        host: "127.0.0.1",
        port,
        base_path: "/".to_owned(),
        has_router: false,
        config: SiteConfig::Json(provider.page_config()),
        policy: Policy::new(vec![provider.origin()]),
    })?;
    println!("\n  The page            {}", site.url());
    println!("  The local provider  {}", provider.origin());
    println!("\n  Pick a provider, then one of these people:");
    for (name, email) in provider.users() {
        println!("    {name}  {email}");
    }
    println!("\n  Ctrl-C ends both.");
    if !flags.no_open {
        open(&site.url());
    }
    wait_for_end(|| {
        if !provider.is_running() {
            bail!("the local provider has stopped");
        }
        Ok(())
    })
}

/// Opens the page where there is a desktop; elsewhere people use the printed address.
fn open(url: &str) {
    let has_display = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    let opener = if cfg!(target_os = "macos") {
        Some("open")
    } else if cfg!(windows) {
        Some("explorer")
    } else {
        Some("xdg-open").filter(|opener| has_display && which(&[opener]).is_some())
    };
    if let Some(opener) = opener {
        let mut command = Command::new(opener);
        // You see whether it works.
        let _ = command
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
    }
}
