//! `example`: one of examples/, with the local provider to sign in at and an API to call.

use super::{finish, wait_for_end};
use crate::api::Api;
use crate::examples;
use crate::local_provider::{self, LocalProvider, LocalProviderOptions};
use crate::package;
use crate::page;
use crate::setup::{Tools, node_modules};
use crate::shell::{require_free_port, step};
use crate::site::{Site, SiteConfig, SiteOptions};
use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use serde_json::json;

pub fn run(mut arguments: Arguments) -> Result<()> {
    let mut port = |flag, usual| -> Result<u16> {
        let port = arguments.opt_value_from_str(flag)?.unwrap_or(usual);
        require_free_port(port, flag)?;
        Ok(port)
    };
    let page_port = port("--port", 8080)?;
    let api_port = port("--api-port", 8090)?;
    let provider_port = port("--provider-port", 4400)?;
    let name: String = arguments
        .opt_free_from_str()?
        .context("name an example: a folder of examples/")?;
    finish(arguments)?;
    let tools = Tools::ready()?;
    node_modules(&local_provider::folder())?;
    package::build(&tools)?;
    examples::build(&tools, &name)?;

    let url = format!("http://127.0.0.1:{page_port}/");
    step(format!("Starting the example {name}"));
    let mut provider = LocalProvider::start(&LocalProviderOptions {
        port: provider_port,
        pages: vec![url.clone(), examples::callback(&url)],
    })?;
    let api = Api::start(api_port, &provider.origin())?;
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
        connect_origins: vec![provider.origin(), api.origin()],
    })?;
    println!("\n  The example         {}", site.url());
    println!("  Its API             {}", api.origin());
    println!("  The local provider  {}", provider.origin());
    println!("\n  Ctrl-C ends them.");
    wait_for_end(|| {
        if !provider.is_running() {
            bail!("the local provider has ended by itself");
        }
        Ok(())
    })
}
