//! One test's stage, with nothing shared: a provider, the page on its server, and a browser.

use crate::browser::Browser;
use crate::console::Entry;
use crate::secrets::{Secrets, gather};
use crate::{evidence, standing};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use xtask::api::Api;
use xtask::examples;
use xtask::local_provider::{LocalProvider, LocalProviderOptions};
use xtask::site::{Site, SiteConfig, SiteOptions};
use xtask::workspace::root;

/// What differs from the usual stage.
pub struct Options {
    /// The page's host. The providers are on `localhost`: another site, unless the page is there too.
    pub host: &'static str,
    /// Where the page is deployed.
    pub base_path: &'static str,
    /// Else the provider's four issuers.
    pub config: Option<SiteConfig>,
    /// Settings at the top of the configuration, beside the providers.
    pub settings: Value,
    /// Origins that may show the logout page in a frame, beside the provider's.
    pub more_origins: Vec<String>,
    /// Puts the configuration for these issuers into the page itself.
    pub inline_config: bool,
    /// One of examples/ on the site, with the page's files below it.
    pub example: Option<&'static str>,
    /// Chromium's, for its profile.
    pub preferences: Value,
    /// Requests are meant to fail, so the browser may report that in its console.
    pub network_trouble: bool,
    /// Parts of further messages that this test provokes.
    pub console: &'static [&'static str],
}

impl Default for Options {
    fn default() -> Self {
        Options {
            host: "127.0.0.1",
            base_path: "/",
            config: None,
            settings: json!({}),
            more_origins: Vec::new(),
            inline_config: false,
            example: None,
            preferences: json!({}),
            network_trouble: false,
            console: &[],
        }
    }
}

impl Options {
    pub fn example(name: &'static str) -> Options {
        Options {
            example: Some(name),
            ..Options::default()
        }
    }

    pub fn with_network_trouble_in(example: &'static str) -> Options {
        Options {
            network_trouble: true,
            ..Options::example(example)
        }
    }

    pub fn with_network_trouble() -> Options {
        Options {
            network_trouble: true,
            ..Options::default()
        }
    }
}

pub struct Stage {
    pub site: Site,
    pub provider: LocalProvider,
    /// An API that the local provider's tokens open.
    pub api: Api,
    pub(crate) options: Options,
    pub(crate) secrets: RefCell<Secrets>,
    pub(crate) console: RefCell<Vec<Entry>>,
    pub(crate) signed_in_once: Cell<bool>,
    browser: Browser,
    // A changed copy of the page.
    _copy: Option<tempfile::TempDir>,
}

/// Plays a test on a stage of its own, then asserts what always holds. A failure leaves evidence.
pub fn run(options: Options, test: impl AsyncFnOnce(&Stage) -> Result<()>) {
    let name = std::thread::current().name().unwrap_or("test").to_owned();
    if let Err(error) = play(options, Some(&name), test) {
        panic!("{error:#}");
    }
}

/// The same, for a test that has to fail: tells how it did.
pub fn fails(options: Options, test: impl AsyncFnOnce(&Stage) -> Result<()>) -> String {
    match play(options, None, test) {
        Ok(()) => panic!("nothing was noticed"),
        Err(error) => format!("{error:#}"),
    }
}

/// `evidence`: the test's name, to keep evidence of a failure under.
fn play(
    options: Options,
    evidence: Option<&str>,
    test: impl AsyncFnOnce(&Stage) -> Result<()>,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let stage = runtime
        .block_on(Stage::set(options))
        .context("the stage cannot be set")?;
    let played = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            test(&stage).await?;
            standing::check(&stage).await.context("after the test")
        })
    }));
    runtime.block_on(async {
        if let Some(name) = evidence.filter(|_| !matches!(played, Ok(Ok(())))) {
            match evidence::keep(&stage, name).await {
                Ok(folder) => eprintln!("Evidence is in {}", folder.display()),
                Err(error) => eprintln!("No evidence could be kept: {error:#}"),
            }
        }
        stage.browser.end().await;
    });
    played.unwrap_or_else(|panic| resume_unwind(panic))
}

impl Stage {
    async fn set(options: Options) -> Result<Stage> {
        let provider = LocalProvider::start(&LocalProviderOptions::default())?;
        let api = Api::start(0, &provider.origin())?;
        let copy = match options.example {
            Some(name) => {
                let copy = tempfile::tempdir()?;
                examples::assemble(name, &dist(), copy.path(), &api.origin())?;
                Some(copy)
            }
            None if options.inline_config => {
                Some(with_inline_config(&page_config(&provider, &options))?)
            }
            None => None,
        };
        let site = Site::start(SiteOptions {
            root: copy
                .as_ref()
                .map_or_else(dist, |copy| copy.path().to_owned()),
            host: options.host,
            port: 0,
            base_path: options.base_path.to_owned(),
            has_router: options.example.is_some(),
            config: options
                .config
                .clone()
                .unwrap_or_else(|| SiteConfig::Json(page_config(&provider, &options))),
            connect_origins: [
                vec![provider.origin(), api.origin()],
                options.more_origins.clone(),
            ]
            .concat(),
        })?;
        provider.add_page(&site.url())?;
        if options.example.is_some() && options.config.is_none() {
            let config = examples::config(
                options.settings.clone(),
                provider.providers(),
                &api.origin(),
                &site.url(),
            );
            site.set_config(SiteConfig::Json(config));
            provider.add_page(&examples::callback(&site.url()))?;
        }
        let browser = Browser::start(&options.preferences).await?;
        Ok(Stage {
            site,
            provider,
            api,
            options,
            secrets: RefCell::default(),
            console: RefCell::default(),
            signed_in_once: Cell::new(false),
            browser,
            _copy: copy,
        })
    }

    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Remembers what secrets and requests there were so far.
    pub(crate) async fn gather(&self) -> Result<()> {
        let gathered = gather(&self.browser).await?;
        gathered(&mut self.secrets.borrow_mut());
        Ok(())
    }

    pub(crate) async fn read_console(&self) -> Result<()> {
        let entries = self.browser.log("browser").await?;
        self.console
            .borrow_mut()
            .extend(entries.iter().map(Entry::read));
        Ok(())
    }
}

fn page_config(provider: &LocalProvider, options: &Options) -> String {
    let mut config = options.settings.clone();
    config["providers"] = provider.providers().clone();
    config.to_string()
}

/// The built page.
fn dist() -> PathBuf {
    std::env::var_os("VESTIBULE_DIST").map_or_else(|| root().join("dist"), PathBuf::from)
}

/// A copy of the page that holds its configuration.
fn with_inline_config(config: &str) -> Result<tempfile::TempDir> {
    let copy = tempfile::tempdir()?;
    for file in std::fs::read_dir(dist())? {
        let file = file?;
        if file.file_type()?.is_file() {
            std::fs::copy(file.path(), copy.path().join(file.file_name()))?;
        }
    }
    let page = copy.path().join("index.html");
    let html = std::fs::read_to_string(&page)?;
    let element = format!(
        r#"<script type="application/json" id="vestibule-config">{config}</script></head>"#
    );
    std::fs::write(&page, html.replacen("</head>", &element, 1))?;
    Ok(copy)
}
