//! `dev`: trunk's server with live reload, against the local provider.

use super::wait_for_end;
use crate::flags;
use crate::local_provider::{self, LocalProvider, LocalProviderOptions};
use crate::setup::{Tools, node_modules};
use crate::shell::{Group, require_free_ports, step};
use crate::workspace::root;
use anyhow::{Result, bail};
use pico_args::Arguments;

pub(super) fn run(arguments: Arguments) -> Result<()> {
    let flags = flags::Serve::dev(arguments)?;
    require_free_ports(&[flags.port, flags.provider_port])?;
    let port = flags.port.number;

    let tools = Tools::ready()?;
    node_modules(&local_provider::folder())?;
    let mut provider = LocalProvider::start(&LocalProviderOptions {
        port: flags.provider_port.number,
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
        // Trunk's hook copies it.
        .env("VESTIBULE_DEV_CONFIG", config)
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .current_dir(root());
    let mut trunk = Group::start(&mut trunk)?;
    wait_for_end(|| {
        if !trunk.is_running() {
            bail!("trunk has stopped");
        }
        if !provider.is_running() {
            bail!("the local provider has stopped");
        }
        Ok(())
    })
}
