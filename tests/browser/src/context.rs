//! The context of one test. Tests share nothing: each has its own provider, server and browser.

use crate::artifacts;
use crate::browser::Browser;
use crate::console::{self, ConsoleMessage};
use crate::engine::Engine;
use crate::invariants;
use crate::secrets::Secrets;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::time::Duration;
use xtask::api::Api;
use xtask::examples;
use xtask::headers::Policy;
use xtask::local_provider::{LocalProvider, LocalProviderOptions};
use xtask::site::{Site, SiteConfig, SiteOptions};
use xtask::workspace::root;

pub struct TestOptions {
    /// The page's host. The providers are on `localhost`, which is another site than `127.0.0.1`.
    pub host: &'static str,
    /// The path that the page is deployed under.
    pub base_path: &'static str,
    /// Replaces the default configuration, which has the local provider's four main issuers.
    pub config: Option<SiteConfig>,
    /// Top-level settings to add to the default configuration.
    pub settings: Value,
    /// More origins for the content security policy: those that may show logout.html in a frame.
    pub extra_connect_origins: Vec<String>,
    /// Puts the default configuration into index.html.
    pub inline_config: bool,
    /// Gives the provider of the kind `oidc` its own redirect URIs, `plain.html` and `plain/callback.html`, which are copies
    /// of the page's files. Next to vendors that don't name themselves in responses, a check fails otherwise.
    pub own_redirect_uris: bool,
    /// Serves this folder of examples/, with the built files below it, instead of the page.
    pub example: Option<&'static str>,
    /// Starts a browser that refuses cookies and site data. WebKit's small browser has no such setting: there, a script
    /// does the same.
    pub blocks_site_data: bool,
    /// Allows network errors in the console, for tests in which requests are meant to fail.
    pub allow_network_errors: bool,
    /// Parts of further console errors that the test causes on purpose.
    pub expected_console_messages: &'static [&'static str],
    /// The directives of the content security policy that the test violates on purpose.
    pub expected_violations: &'static [&'static str],
}

const BLOCKED_SITE_DATA: &str = "
    const refuse = () => { throw new DOMException('Site data are blocked.', 'SecurityError') };
    for (const name of ['sessionStorage', 'localStorage']) Object.defineProperty(window, name, { get: refuse });
    window.BroadcastChannel = function () { refuse() };";

impl Default for TestOptions {
    fn default() -> Self {
        TestOptions {
            host: "127.0.0.1",
            base_path: "/",
            config: None,
            settings: json!({}),
            extra_connect_origins: Vec::new(),
            inline_config: false,
            own_redirect_uris: false,
            example: None,
            blocks_site_data: false,
            allow_network_errors: false,
            expected_console_messages: &[],
            expected_violations: &[],
        }
    }
}

impl TestOptions {
    pub fn example(name: &'static str) -> TestOptions {
        TestOptions {
            example: Some(name),
            ..TestOptions::default()
        }
    }

    pub fn with_settings(settings: Value) -> TestOptions {
        TestOptions {
            settings,
            ..TestOptions::default()
        }
    }

    /// For the set-up page, in a world where every check passes. The token endpoints reject a made-up code, which the
    /// browser logs.
    pub fn setup() -> TestOptions {
        TestOptions {
            own_redirect_uris: true,
            ..TestOptions::allowing_network_errors()
        }
    }

    pub fn allowing_network_errors() -> TestOptions {
        TestOptions {
            allow_network_errors: true,
            ..TestOptions::default()
        }
    }
}

/// Longer than any test takes, even on a busy machine.
const LIMIT: Duration = Duration::from_secs(300);
const ARTIFACTS_LIMIT: Duration = Duration::from_secs(30);

pub struct TestContext {
    pub site: Site,
    pub provider: LocalProvider,
    /// An API that accepts the local provider's access tokens.
    pub api: Api,
    pub(crate) options: TestOptions,
    pub(crate) secrets: RefCell<Secrets>,
    pub(crate) console: RefCell<Vec<ConsoleMessage>>,
    pub(crate) has_signed_in: Cell<bool>,
    browser: Browser,
    // Keeps a temporary copy of the page until the test ends.
    _copy: Option<tempfile::TempDir>,
}

/// Runs a test, then checks the invariants. Panics if either fails, and saves artifacts of the failure.
pub fn run_test(options: TestOptions, test: impl AsyncFnOnce(&TestContext) -> Result<()>) {
    let name = std::thread::current().name().unwrap_or("test").to_owned();
    if let Err(error) = try_test(options, Some(&name), test) {
        panic!("{error:#}");
    }
}

/// Runs a test that has to fail, and returns its error.
pub fn run_failing_test(
    options: TestOptions,
    test: impl AsyncFnOnce(&TestContext) -> Result<()>,
) -> String {
    match try_test(options, None, test) {
        Ok(()) => panic!("the test passed"),
        Err(error) => format!("{error:#}"),
    }
}

/// Saves the artifacts of a failure under the name `artifacts`, if there is one.
fn try_test(
    options: TestOptions,
    artifacts: Option<&str>,
    test: impl AsyncFnOnce(&TestContext) -> Result<()>,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ctx = runtime
        .block_on(TestContext::start(options))
        .context("the test context could not be started")?;
    let result = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let whole = async {
                test(&ctx).await?;
                invariants::check(&ctx).await.context("after the test")
            };
            // A driver that never answers would hold up everything.
            tokio::time::timeout(LIMIT, whole)
                .await
                .context("the test takes too long")?
        })
    }));
    runtime.block_on(async {
        if let Some(name) = artifacts.filter(|_| !matches!(result, Ok(Ok(())))) {
            let saving = tokio::time::timeout(ARTIFACTS_LIMIT, artifacts::save(&ctx, name));
            match saving.await.context("the browser hangs") {
                Ok(Ok(folder)) => eprintln!("The failure's artifacts are in {}", folder.display()),
                Ok(Err(error)) | Err(error) => {
                    eprintln!("The failure's artifacts could not be saved: {error:#}");
                }
            }
        }
        ctx.browser.quit().await;
    });
    result.unwrap_or_else(|panic| resume_unwind(panic))
}

impl TestContext {
    async fn start(options: TestOptions) -> Result<TestContext> {
        let provider = LocalProvider::start(&LocalProviderOptions::default())?;
        let api = Api::start(0, &provider.origin())?;
        let copy = match options.example {
            Some(name) => {
                let copy = tempfile::tempdir()?;
                examples::assemble(name, &dist(), copy.path(), &api.origin())?;
                Some(copy)
            }
            None if options.inline_config => Some(copy_with_inline_config(&default_config(
                &provider, &options,
            ))?),
            None if options.own_redirect_uris => Some(copy_with_own_redirect_uris()?),
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
                .unwrap_or_else(|| SiteConfig::Json(default_config(&provider, &options))),
            policy: Policy {
                connect: [
                    vec![provider.origin(), api.origin()],
                    options.extra_connect_origins.clone(),
                ]
                .concat(),
                trusted_types: examples::trusted_types(options.example.unwrap_or_default()),
                reports_violations: true,
            },
        })?;
        if Engine::chosen()? != Engine::Chromium {
            site.add_script(console::REPORTER);
        }
        if options.blocks_site_data && Engine::chosen()? == Engine::WebKit {
            site.add_script(BLOCKED_SITE_DATA);
        }
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
        let browser = Browser::start(options.blocks_site_data).await?;
        Ok(TestContext {
            site,
            provider,
            api,
            options,
            secrets: RefCell::default(),
            console: RefCell::default(),
            has_signed_in: Cell::new(false),
            browser,
            _copy: copy,
        })
    }

    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Records the console messages since the last call.
    pub(crate) async fn read_console(&self) -> Result<()> {
        let entries = match self.chromium() {
            Ok(chromium) => chromium.log("browser").await?,
            // What the site's documents have reported, all of it.
            Err(_) => self.site.console().split_off(self.console.borrow().len()),
        };
        self.console
            .borrow_mut()
            .extend(entries.iter().map(ConsoleMessage::from_log));
        Ok(())
    }
}

fn default_config(provider: &LocalProvider, options: &TestOptions) -> String {
    let mut config = options.settings.clone();
    let mut providers = provider.providers().clone();
    if options.own_redirect_uris {
        for provider in providers.as_array_mut().into_iter().flatten() {
            if provider["kind"] == "oidc" {
                provider["redirect_uri"] = json!("plain.html");
                provider["popup_redirect_uri"] = json!("plain/callback.html");
            }
        }
    }
    config["providers"] = providers;
    config.to_string()
}

/// The folder of the built page.
fn dist() -> PathBuf {
    std::env::var_os("VESTIBULE_DIST").map_or_else(|| root().join("dist"), PathBuf::from)
}

/// Copies the built page.
fn copy_of_page() -> Result<tempfile::TempDir> {
    let copy = tempfile::tempdir()?;
    for file in std::fs::read_dir(dist())? {
        let file = file?;
        if file.file_type()?.is_file() {
            std::fs::copy(file.path(), copy.path().join(file.file_name()))?;
        }
    }
    Ok(copy)
}

/// Copies the built page, with the further files that a provider's own redirect URIs name.
fn copy_with_own_redirect_uris() -> Result<tempfile::TempDir> {
    let copy = copy_of_page()?;
    std::fs::create_dir(copy.path().join("plain"))?;
    for (original, own) in [
        ("index.html", "plain.html"),
        ("callback.html", "plain/callback.html"),
        ("callback.js", "plain/callback.js"),
        ("callback.css", "plain/callback.css"),
    ] {
        std::fs::copy(copy.path().join(original), copy.path().join(own))?;
    }
    Ok(copy)
}

/// Copies the built page, with this configuration in its index.html.
fn copy_with_inline_config(config: &str) -> Result<tempfile::TempDir> {
    let copy = copy_of_page()?;
    let page = copy.path().join("index.html");
    let html = std::fs::read_to_string(&page)?;
    let element = format!(
        r#"<script type="application/json" id="vestibule-config">{config}</script></head>"#
    );
    std::fs::write(&page, html.replacen("</head>", &element, 1))?;
    Ok(copy)
}
