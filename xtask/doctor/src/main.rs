//! `cargo xtask doctor`: the checks of the set-up page that need no browser. It's a separate program so
//! that the other commands start without compiling the library.

mod host;
mod policy;
mod report;

use anyhow::{Context, Result, bail};
use host::Host;
use std::process::ExitCode;
use vestibule::config::{Config, PageUrl, ResolvedConfig};
use vestibule::protocol::url::Endpoint;
use vestibule::setup::{State, check};

/// The page's address as long as nobody has named it. No provider has it registered.
const UNKNOWN_PAGE: &str = "https://app.example.com/";

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("doctor: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether the file is valid and no check failed.
fn run() -> Result<bool> {
    let mut arguments = pico_args::Arguments::from_env();
    let page_url: Option<String> = arguments.opt_value_from_str("--page-url")?;
    let file: std::path::PathBuf = arguments
        .free_from_str()
        .context("name the file, as in: cargo xtask doctor vestibule.json")?;
    if let Some(unknown) = arguments.finish().first() {
        bail!("there is no option {}", unknown.to_string_lossy());
    }
    if let Some(url) = &page_url
        && let Err(problem) = Endpoint::parse(url)
    {
        bail!("--page-url {url}: {problem}");
    }
    let text = std::fs::read(&file).with_context(|| file.display().to_string())?;
    let resolved = Config::from_text(&text).and_then(|config| {
        let page = page_url.or_else(|| absolute(&config.redirect_uri).map(str::to_owned));
        let is_known = page.is_some();
        let page = page.unwrap_or_else(|| any_page(&config));
        Ok((config.resolve(&page)?, is_known))
    });
    match resolved {
        Ok((resolved, is_page_known)) => Ok(check_providers(&resolved, is_page_known)),
        Err(problem) => {
            report::problem(&problem);
            Ok(false)
        }
    }
}

/// An address on the origin of a page that nobody has named: providers don't depend on it, and it isn't
/// shown.
fn any_page(config: &Config) -> String {
    let of_providers = config
        .enabled_providers()
        .flat_map(|provider| [&provider.redirect_uri, &provider.popup_redirect_uri]);
    [&config.popup_redirect_uri, &config.post_logout_redirect_uri]
        .into_iter()
        .chain(of_providers)
        .find_map(absolute)
        .unwrap_or(UNKNOWN_PAGE)
        .to_owned()
}

/// The address, unless it's relative.
fn absolute(url: &Option<PageUrl>) -> Option<&str> {
    url.as_ref()
        .filter(|url| url.is_absolute())
        .map(|url| &**url)
}

/// Checks every provider. Returns whether no check failed.
fn check_providers(resolved: &ResolvedConfig, is_page_known: bool) -> bool {
    let addresses = &resolved.addresses;
    if !is_page_known {
        println!(
            "Add --page-url https://app.example.com/login/ (the address of the page) to see what to register, and to check that the page can read the providers' responses.\n"
        );
    }
    let host = Host::new(is_page_known.then_some(addresses));
    let mut counts = [0; 3];
    for provider in &resolved.providers {
        report::heading(provider);
        if is_page_known {
            report::registration(provider, addresses);
        }
        futures_executor::block_on(check(&host, provider, addresses, |made| {
            counts[made.state() as usize] += 1;
            report::check(&made, provider, &host.take_notes());
        }));
        println!();
    }
    report::summary(counts);
    counts[State::Failed as usize] == 0
}
