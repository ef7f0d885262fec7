//! `dev`: trunk's server with live reload, against the local provider.

use super::{finish, wait_for_end};
use crate::local_provider::{self, LocalProvider, LocalProviderOptions};
use crate::setup::{Tools, node_modules};
use crate::shell::{Group, require_free_port, step};
use crate::workspace::root;
use anyhow::{Result, bail};
use pico_args::Arguments;

pub fn run(mut arguments: Arguments) -> Result<()> {
    let port = arguments.opt_value_from_str("--port")?.unwrap_or(8080u16);
    let provider_port = arguments
        .opt_value_from_str("--provider-port")?
        .unwrap_or(4400);
    finish(arguments)?;
    require_free_port(port, "--port")?;
    require_free_port(provider_port, "--provider-port")?;

    let tools = Tools::ready()?;
    node_modules(&local_provider::folder())?;
    let mut provider = LocalProvider::start(&LocalProviderOptions {
        port: provider_port,
        pages: vec![format!("http://127.0.0.1:{port}/")],
    })?;
    let folder = root().join("target/dev");
    std::fs::create_dir_all(&folder)?;
    let config = folder.join("vestibule.json");
    std::fs::write(&config, provider.page_config())?;

    step(format!(
        "Serving http://127.0.0.1:{port}/ with live reload; Ctrl-C ends it"
    ));
    let mut trunk = tools.command("trunk");
    trunk
        .args(["serve", "--port", &port.to_string(), "--dist"])
        .arg(folder.join("dist"))
        // Trunk.toml's hook puts it beside the page.
        .env("VESTIBULE_DEV_CONFIG", config)
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .current_dir(root());
    let mut trunk = Group::start(&mut trunk)?;
    wait_for_end(|| {
        if !trunk.is_running() {
            bail!("trunk has ended by itself");
        }
        if !provider.is_running() {
            bail!("the local provider has ended by itself");
        }
        Ok(())
    })
}
