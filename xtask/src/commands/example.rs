//! `example`: one of examples/, with the local provider to sign in at and an API to call.

use super::wait_for_end;
use crate::api::Api;
use crate::examples;
use crate::flags;
use crate::headers::Policy;
use crate::local_provider::{self, LocalProvider, LocalProviderOptions};
use crate::npm_package;
use crate::page;
use crate::setup::{Tools, node_modules};
use crate::shell::{require_free_ports, step};
use crate::site::{Site, SiteConfig, SiteOptions};
use anyhow::{Result, bail};
use pico_args::Arguments;
use serde_json::json;

pub(super) fn run(arguments: Arguments) -> Result<()> {
    let flags = flags::Example::parse(arguments)?;
    require_free_ports(&[flags.port, flags.api_port, flags.provider_port])?;
    let (name, page_port) = (flags.name, flags.port.number);
    let tools = Tools::ready()?;
    node_modules(&local_provider::folder())?;
    npm_package::build(&tools)?;
    examples::build(&tools, &name)?;

    let url = format!("http://127.0.0.1:{page_port}/");
    step(format!("Starting the example {name}"));
    let mut provider = LocalProvider::start(&LocalProviderOptions {
        port: flags.provider_port.number,
        pages: vec![url.clone(), examples::callback(&url)],
    })?;
    let api = Api::start(flags.api_port.number, &provider.origin())?;
    let folder = examples::folder(&name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    examples::assemble(&name, &page::dist(), &folder, &api.origin())?;
    let site = Site::start(SiteOptions {
        host: "127.0.0.1",
        root: folder,
        port: page_port,
        base_path: "/".to_owned(),
        has_router: true,
        config: SiteConfig::Json(examples::config(
            json!({}),
            provider.providers(),
            &api.origin(),
            &url,
        )),
        policy: Policy {
            trusted_types: examples::trusted_types(&name),
            ..Policy::new(vec![provider.origin(), api.origin()])
        },
    })?;
    println!("\n  The example         {}", site.url());
    println!("  Its API             {}", api.origin());
    println!("  The local provider  {}", provider.origin());
    println!("\n  Ctrl-C ends them.");
    wait_for_end(|| {
        if !provider.is_running() {
            bail!("the local provider has stopped");
        }
        Ok(())
    })
}
