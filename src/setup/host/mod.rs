//! Checks of the host that serves the page: what it answers for the page's files, and with which headers. The
//! rules are pure (`rules`); a [`HostProbe`] sends the requests.

pub mod headers;
pub mod html;
pub mod policy;
mod rules;

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

use super::State;
use crate::config::{Addresses, AutoSignIn, InteractiveMode, ResolvedConfig};
use crate::platform::host::{HostProbe, Reply};
use crate::protocol::Timestamp;
use crate::protocol::http::FetchError;
use html::{Html, resolve};

/// A parameter like those of a provider's response: hosts that redirect may lose it.
const QUERY: &str = "vestibule-check=1";

/// What a configuration expects of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The page's address, without query.
    pub page: String,
    /// Where providers send people back to. Other addresses than the page's are checked too.
    pub redirect_uris: Vec<String>,
    /// Where they send popups and hidden iframes.
    pub popup_redirect_uris: Vec<String>,
    /// Whether the page uses popups.
    pub uses_popups: bool,
    /// Whether it uses hidden iframes.
    pub uses_frames: bool,
    /// The origins of the providers, and of the APIs that the page calls.
    pub origins: Vec<String>,
    /// The origins that tell the page when somebody signs out there.
    pub providers: Vec<String>,
}

impl Deployment {
    /// The page at this address with its configuration.
    pub fn new(page: &str, config: &ResolvedConfig) -> Deployment {
        let mut deployment = Deployment::unconfigured(page);
        let settings = &config.settings;
        deployment.redirect_uris.clear();
        deployment.popup_redirect_uris.clear();
        for provider in &config.providers {
            let own = config.addresses.for_provider(&provider.config);
            add(&mut deployment.redirect_uris, &own.redirect_uri);
            add(&mut deployment.popup_redirect_uris, &own.popup_redirect_uri);
            add(&mut deployment.providers, provider.discovery_url.origin());
            add(&mut deployment.origins, provider.discovery_url.origin());
        }
        for origin in settings.api_origins.iter() {
            add(&mut deployment.origins, origin);
        }
        deployment.uses_popups = settings.mode == InteractiveMode::Popup;
        deployment.uses_frames =
            settings.silent_renew || settings.auto_sign_in == Some(AutoSignIn::Silent);
        deployment
    }

    /// Adds the origins of the endpoints that the checks of the providers have found.
    pub fn add_origins(&mut self, origins: &[String]) {
        for origin in origins {
            add(&mut self.origins, origin);
        }
    }

    /// The page at this address, whose configuration can't be used.
    pub fn unconfigured(page: &str) -> Deployment {
        let addresses = Addresses::for_page(page);
        Deployment {
            page: page.to_owned(),
            redirect_uris: vec![addresses.redirect_uri],
            popup_redirect_uris: vec![addresses.popup_redirect_uri],
            uses_popups: false,
            uses_frames: false,
            origins: Vec::new(),
            providers: Vec::new(),
        }
    }

    /// The policy to recommend.
    pub fn policy(&self) -> headers::Policy {
        headers::Policy::new(self.origins.clone())
    }
}

/// Adds an entry that isn't there yet.
fn add(list: &mut Vec<String>, entry: &str) {
    if !list.iter().any(|known| known == entry) {
        list.push(entry.to_owned());
    }
}

/// One thing that is checked about the host, in the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostStep {
    /// The page itself.
    Page,
    /// The files that it names.
    Files,
    /// Their media types and content encodings.
    Types,
    /// What the page's policy stops.
    Policy,
    /// How well headers protect the page.
    Headers,
    /// The addresses that people come back to.
    RedirectUri,
    /// Where popups and hidden iframes come back to.
    Callback,
    /// What providers load at sign-out.
    Logout,
    /// How long browsers keep the files.
    Caching,
    /// Whether the files are compressed on their way.
    Compression,
    /// The host's clock.
    Clock,
}

impl HostStep {
    /// Every step.
    pub const ALL: &'static [HostStep] = &[
        HostStep::Page,
        HostStep::Files,
        HostStep::Types,
        HostStep::Policy,
        HostStep::Headers,
        HostStep::RedirectUri,
        HostStep::Callback,
        HostStep::Logout,
        HostStep::Caching,
        HostStep::Compression,
        HostStep::Clock,
    ];
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCheck {
    /// What was checked.
    pub step: HostStep,
    /// What was found.
    pub finding: HostFinding,
}

/// What a check of the host found. The texts in it are file names, addresses and headers, for administrators.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostFinding {
    /// All is well.
    Fine,
    /// The host redirects to another address, without harm.
    RedirectsWell(String),
    /// An earlier check failed, so there is nothing to look at.
    NotReached,

    /// The page didn't answer, or with this error.
    Unreachable(String),
    /// The address shows something other than this page.
    OtherPage(String),
    /// The page is at an address without a slash, and its files are below the one with a slash, which this is.
    NoSlash(String),
    /// `index.html` names files of a build that is gone.
    Stale(String),
    /// These files are missing.
    Missing(String),
    /// Scripts or stylesheets with a media type that browsers refuse.
    WrongTypes(String),
    /// Compressed files without `Content-Encoding`.
    Undeclared(String),
    /// Files that should be WebAssembly and aren't.
    NotWasm(String),
    /// The policy stops WebAssembly. The value is what to write.
    WasmBlocked(String),
    /// The policy stops the page's own files.
    FilesBlocked(String),
    /// The host sends no security headers. The value is what to send.
    NoHeaders(String),
    /// No policy restricts scripts. The value is what to send.
    NoPolicy(String),
    /// The policy lets others' scripts run, because of this source.
    UnsafeScripts(String),
    /// The configured address differs from the page's by a slash or `index.html`: first it, then the page's.
    OtherAddress(String),
    /// The host redirects the redirect URI and drops the response.
    DropsResponse(String),
    /// There is no page at the redirect URI.
    NoRedirectPage(String),
    /// `callback.html` is missing, though the page needs it.
    NoCallback(String),
    /// The host redirects `callback.html` and drops the response, though the page needs it.
    CallbackDropsResponse(String),
    /// `callback.html` can't be shown in the page's hidden iframe. The value is what to send.
    CallbackNotFramed(String),

    /// WebAssembly with another media type, which is compiled late.
    WasmType(String),
    /// The policy could be stricter by these directives.
    WeakPolicy(String),
    /// Headers that are missing or weak, as they should be.
    WeakHeaders(String),
    /// The opener policy cuts the page off from its popups.
    OpenerPolicy(String),
    /// Popups and hidden iframes would not come back; nothing in the configuration uses them.
    UnusedCallback(String),
    /// Providers can't load `logout.html`. The value says why.
    NoLogout(String),
    /// Providers can't show `logout.html` in a frame. The value is what to send.
    LogoutNotFramed(String),
    /// Files that have to be asked for anew may come from a cache.
    Cached(String),
    /// Files that never change are asked for again.
    NotCached(String),
    /// Files that aren't compressed.
    Uncompressed(String),
    /// The host's clock differs from this device's.
    ClockOff(String),
}

impl HostCheck {
    /// How the check ended.
    pub fn state(&self) -> State {
        match self.finding {
            HostFinding::Fine | HostFinding::RedirectsWell(_) => State::Passed,
            HostFinding::NotReached => State::Skipped,
            HostFinding::Unreachable(_)
            | HostFinding::OtherPage(_)
            | HostFinding::NoSlash(_)
            | HostFinding::Stale(_)
            | HostFinding::Missing(_)
            | HostFinding::WrongTypes(_)
            | HostFinding::Undeclared(_)
            | HostFinding::NotWasm(_)
            | HostFinding::WasmBlocked(_)
            | HostFinding::FilesBlocked(_)
            | HostFinding::NoHeaders(_)
            | HostFinding::NoPolicy(_)
            | HostFinding::UnsafeScripts(_)
            | HostFinding::OtherAddress(_)
            | HostFinding::DropsResponse(_)
            | HostFinding::NoRedirectPage(_)
            | HostFinding::NoCallback(_)
            | HostFinding::CallbackDropsResponse(_)
            | HostFinding::CallbackNotFramed(_) => State::Failed,
            HostFinding::WasmType(_)
            | HostFinding::WeakPolicy(_)
            | HostFinding::WeakHeaders(_)
            | HostFinding::OpenerPolicy(_)
            | HostFinding::UnusedCallback(_)
            | HostFinding::NoLogout(_)
            | HostFinding::LogoutNotFramed(_)
            | HostFinding::Cached(_)
            | HostFinding::NotCached(_)
            | HostFinding::Uncompressed(_)
            | HostFinding::ClockOff(_) => State::Advice,
        }
    }
}

/// Runs every check of the host. Each step has at least one result; steps with several findings have several.
pub async fn check_host(probe: &impl HostProbe, deployment: &Deployment) -> Vec<HostCheck> {
    let page_url = with_query(&deployment.page);
    let mut page = probe.get_all(std::slice::from_ref(&page_url)).await;
    let page = page.pop().unwrap_or(Err(FetchError::Unreachable));
    let html = page.as_ref().map(|page| Html::read(&page.text()));
    let html = html.unwrap_or_default();
    let urls = Urls::new(deployment, &html);
    let all = urls.all();
    // Without a page, nothing is known about the rest.
    let replies = match &page {
        Ok(_) if html.is_page => probe.get_all(&all).await,
        _ => Vec::new(),
    };
    let files = Files {
        page,
        html,
        urls,
        replies: all.into_iter().zip(replies).collect(),
        device_time: probe.device_time(),
    };
    rules::check(deployment, &files)
}

/// The addresses that the checks ask for, besides the page's.
#[derive(Debug, Clone, Default)]
struct Urls {
    /// What `index.html` names, and what the page loads later.
    files: Vec<String>,
    /// The redirect URIs that aren't the page's address, with a query.
    redirect_uris: Vec<String>,
    /// The callback pages, with a query.
    callbacks: Vec<String>,
    /// What `callback.html` needs.
    callback_files: Vec<String>,
    /// `logout.html` and its script.
    logout: Vec<String>,
    /// `boot.js` one folder deeper, if the page's address has no slash.
    deeper: Option<String>,
}

impl Urls {
    fn new(deployment: &Deployment, html: &Html) -> Urls {
        let page = deployment.page.as_str();
        let mut urls = Urls::default();
        for file in html.files.iter().map(String::as_str) {
            add(&mut urls.files, &resolve(page, file));
        }
        add(&mut urls.files, &resolve(page, "vestibule-setup.css"));
        for uri in &deployment.redirect_uris {
            if uri != page {
                add(&mut urls.redirect_uris, &with_query(uri));
            }
        }
        for uri in &deployment.popup_redirect_uris {
            add(&mut urls.callbacks, &with_query(uri));
            add(&mut urls.callback_files, &resolve(uri, "callback.js"));
        }
        urls.logout = ["logout.html", "logout.js"]
            .iter()
            .map(|name| resolve(page, name))
            .collect();
        // Providers add parameters.
        if let Some(document) = urls.logout.first_mut() {
            *document = with_query(document);
        }
        let name = page.rsplit('/').next().unwrap_or_default();
        let is_without_slash = !name.is_empty() && !name.contains('.');
        urls.deeper = is_without_slash.then(|| [page, "/boot.js"].concat());
        urls
    }

    fn all(&self) -> Vec<String> {
        let mut all = Vec::new();
        let lists = [
            &self.files,
            &self.redirect_uris,
            &self.callbacks,
            &self.callback_files,
            &self.logout,
        ];
        for url in lists.into_iter().flatten().chain(&self.deeper) {
            add(&mut all, url);
        }
        all
    }
}

/// The address with a parameter like those of a response.
fn with_query(url: &str) -> String {
    let separator = if url.contains('?') { "&" } else { "?" };
    [url, separator, QUERY].concat()
}

/// What the host answered.
struct Files {
    page: Result<Reply, FetchError>,
    html: Html,
    urls: Urls,
    replies: Vec<(String, Result<Reply, FetchError>)>,
    device_time: Timestamp,
}

impl Files {
    fn get(&self, url: &str) -> Option<&Reply> {
        let mut replies = self.replies.iter();
        let (_, reply) = replies.find(|(known, _)| known == url)?;
        reply.as_ref().ok()
    }
}
