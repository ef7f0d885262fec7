//! `cargo xtask doctor`: the checks of the set-up page that need no browser, of a file or of a deployed page. It's a
//! separate program so that the other commands start without compiling the library.

mod host;
mod node;
mod page;
mod report;

use anyhow::{Context, Result, bail};
use host::Host;
use page::{Page, Visitor};
use report::Report;
use std::process::ExitCode;
use vestibule::config::{Config, ConfigError, PageUrl, ResolvedConfig};
use vestibule::protocol::url::Endpoint;
use vestibule::setup::host::Deployment;
use vestibule::setup::{Sharing, check, check_host};

/// The page's address as long as nobody has named it. No provider has it registered.
const UNKNOWN_PAGE: &str = "https://app.example.com/";

const HELP: &str = "\
cargo xtask doctor URL [--all]
cargo xtask doctor FILE [--page-url URL] [--all]

Checks a configuration against its providers. With the address of a deployed page, as in
https://app.example.com/login/, it reads the page's own configuration and checks its host too:
headers, media types, compression, caching, callback.html and logout.html.

  --page-url URL  the address of the page that the file is for: shows what to register
  --all           lists the checks that passed or were skipped, too

It prints what failed first. Exit codes:
  0  no check failed; there may be advice
  1  a check failed, the configuration has mistakes, or the command couldn't run";

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

/// Returns whether the configuration is valid and no check failed.
fn run() -> Result<bool> {
    let mut arguments = pico_args::Arguments::from_env();
    if arguments.contains(["-h", "--help"]) {
        println!("{HELP}");
        return Ok(true);
    }
    let shows_all = arguments.contains("--all");
    let page_url: Option<String> = arguments.opt_value_from_str("--page-url")?;
    let target: String = arguments.free_from_str().context(
        "name a file or a page, as in: cargo xtask doctor https://app.example.com/login/",
    )?;
    if let Some(unknown) = arguments.finish().first() {
        bail!("there is no option {}", unknown.to_string_lossy());
    }
    if target.starts_with("https://") || target.starts_with("http://") {
        if page_url.is_some() {
            bail!("--page-url is for files: {target} is a page already");
        }
        if let Err(problem) = Endpoint::parse(&target) {
            bail!("{target}: {problem}");
        }
        return Ok(check_page(&target, shows_all));
    }
    if let Some(url) = &page_url
        && let Err(problem) = Endpoint::parse(url)
    {
        bail!("--page-url {url}: {problem}");
    }
    let text = std::fs::read(&target).with_context(|| target.clone())?;
    let resolved = Config::from_text(&text).and_then(|config| {
        let page = page_url.or_else(|| absolute(&config.redirect_uri).map(str::to_owned));
        let is_known = page.is_some();
        let page = page.unwrap_or_else(|| any_page(&config));
        Ok((config.resolve(&page)?, page, is_known))
    });
    match resolved {
        Ok((resolved, page, is_known)) => Ok(check_file(&resolved, &page, is_known, shows_all)),
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

/// Checks the providers of a file. Returns whether no check failed.
fn check_file(resolved: &ResolvedConfig, page: &str, is_page_known: bool, shows_all: bool) -> bool {
    if !is_page_known {
        println!(
            "Add --page-url https://app.example.com/login/ (the address of the page) to see what to register, and to check that the page can read the providers' responses.\n"
        );
    }
    let addresses = is_page_known.then_some(&resolved.addresses);
    let mut report = Report::new(addresses);
    let mut deployment = Deployment::new(page, resolved);
    check_providers(
        resolved,
        &Host::new(addresses),
        &mut report,
        &mut deployment,
    );
    report.print(&deployment, shows_all);
    report.is_good()
}

/// Checks a deployed page: its host, and the providers of its configuration. Returns whether the configuration is
/// valid and no check failed.
fn check_page(url: &str, shows_all: bool) -> bool {
    let page = Page::open(url);
    println!("{}\n", page.url);
    let resolved = match page.config {
        Some(Ok(text)) => Some(ResolvedConfig::from_text(&text, &page.url)),
        Some(Err(problem)) => Some(Err(problem)),
        None => None,
    };
    let problem: Option<&ConfigError> = resolved.as_ref().and_then(|read| read.as_ref().err());
    let resolved = resolved.as_ref().and_then(|read| read.as_ref().ok());
    let mut deployment = match resolved {
        Some(resolved) => Deployment::new(&page.url, resolved),
        None => Deployment::unconfigured(&page.url),
    };
    let mut report = Report::new(resolved.map(|resolved| &resolved.addresses));
    if let Some(resolved) = resolved {
        let host = Host::with_policy(Some(&resolved.addresses), Some(page.policy));
        check_providers(resolved, &host, &mut report, &mut deployment);
    }
    report.host = futures_executor::block_on(check_host(&Visitor, &deployment));
    if let Some(problem) = problem {
        report::problem(problem);
        println!();
    }
    report.print(&deployment, shows_all);
    report.is_good() && problem.is_none()
}

fn check_providers<'a>(
    resolved: &'a ResolvedConfig,
    host: &Host,
    report: &mut Report<'a>,
    deployment: &mut Deployment,
) {
    for provider in &resolved.providers {
        let mut checks = Vec::new();
        let addresses = &resolved.addresses;
        let sharing = Sharing::new(provider, &resolved.providers, addresses, deployment);
        let report_check = |made| checks.push((made, host.take_notes()));
        let checked = check(host, provider, addresses, sharing, report_check);
        let origins = futures_executor::block_on(checked);
        deployment.add_origins(&origins);
        report.add(provider, checks);
    }
}
