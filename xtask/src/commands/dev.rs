//! `dev`: trunk's server with live reload, against the local provider.

use super::finish;
use crate::local_provider::{self, LocalProvider, LocalProviderOptions};
use crate::setup::{Tools, node_modules};
use crate::shell::{run as run_program, step};
use crate::workspace::root;
use anyhow::Result;
use pico_args::Arguments;

pub fn run(mut arguments: Arguments) -> Result<()> {
    let port = arguments.opt_value_from_str("--port")?.unwrap_or(8080u16);
    let provider_port = arguments
        .opt_value_from_str("--provider-port")?
        .unwrap_or(4400);
    finish(arguments)?;

    let tools = Tools::ready()?;
    node_modules(&local_provider::folder())?;
    let provider = LocalProvider::start(&LocalProviderOptions {
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
    run_program(&mut trunk)
}
