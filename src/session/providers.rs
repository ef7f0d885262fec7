//! The configured providers, with their documents: metadata, fetched once while the page is open, and
//! keys.

use super::trace::{Event, Step, Trace};
use crate::config::Addresses;
use crate::platform::Platform;
use crate::protocol::discovery::{self, Metadata, MetadataDocument};
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::protocol::http::{Request, Response};
use crate::protocol::jwks::{self, KeySet};
use crate::provider::Provider;
use futures_util::future::{FutureExt, LocalBoxFuture, Shared, WeakShared};
use std::cell::RefCell;
use std::rc::Rc;

/// The configured providers, in the order in which people see them.
pub(super) struct ProviderDirectory<P> {
    pub trace: Rc<Trace<P>>,
    providers: Vec<Provider>,
    addresses: Addresses,
    /// By provider id.
    metadata: RefCell<Vec<(String, Rc<Metadata>)>>,
    /// The keys that were fetched last, by provider id.
    keys: RefCell<Vec<(String, KeySet)>>,
    /// Requests for metadata that are under way, by provider id.
    requests: RefCell<Vec<(String, WeakShared<MetadataRequest>)>>,
}

type MetadataRequest = LocalBoxFuture<'static, Result<Rc<Metadata>>>;

impl<P: Platform> ProviderDirectory<P> {
    pub fn new(trace: Rc<Trace<P>>, providers: Vec<Provider>, addresses: Addresses) -> Self {
        ProviderDirectory {
            trace,
            providers,
            addresses,
            metadata: RefCell::default(),
            keys: RefCell::default(),
            requests: RefCell::default(),
        }
    }

    pub fn all(&self) -> &[Provider] {
        &self.providers
    }

    /// The provider with this id.
    ///
    /// # Errors
    /// [`ErrorCode::ConfigInvalid`] if none is configured.
    pub fn get(&self, id: &str) -> Result<&Provider> {
        let found = self.providers.iter().find(|provider| provider.id() == id);
        found.ok_or_else(|| {
            Error::new(ErrorCode::ConfigInvalid, Phase::Configuration)
                .provider(id)
                .details("The configuration has no provider with this id.")
        })
    }

    /// Where this provider redirects people back to.
    pub fn redirect_uri<'a>(&'a self, provider: &'a Provider) -> &'a str {
        let own = provider.config.redirect_uri.as_deref();
        own.unwrap_or(&self.addresses.redirect_uri)
    }

    /// Where this provider redirects popups and hidden iframes back to.
    pub fn popup_redirect_uri<'a>(&'a self, provider: &'a Provider) -> &'a str {
        let own = provider.config.popup_redirect_uri.as_deref();
        own.unwrap_or(&self.addresses.popup_redirect_uri)
    }

    /// Where providers redirect people back to after sign-out.
    pub fn post_logout_redirect_uri(&self) -> &str {
        &self.addresses.post_logout_redirect_uri
    }

    /// Whether any provider has its own redirect URI, so that the address of a response shows
    /// whose it is ([RFC 9700 §4.4.2.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2.2)). If
    /// none has, a host may serve the page under several names.
    pub fn uses_distinct_redirect_uris(&self) -> bool {
        self.providers.iter().any(|provider| {
            let config = &provider.config;
            config.redirect_uri.is_some() || config.popup_redirect_uri.is_some()
        })
    }

    /// The provider's metadata: from the configuration, or fetched once
    /// ([Discovery §4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)). A request
    /// that is under way is shared.
    ///
    /// # Errors
    /// Those of the request and of [`discovery::process_response`].
    pub async fn metadata(&self, provider: &Provider) -> Result<Rc<Metadata>> {
        if let Some(known) = self.known_metadata(provider) {
            let event = Event::new(Step::Discovery).with("provider", provider);
            self.trace.record(event.with("source", "memory"));
            return Ok(known);
        }
        let metadata = self.metadata_request(provider).await?;
        if self.known_metadata(provider).is_none() {
            let known = (provider.id().to_owned(), Rc::clone(&metadata));
            self.metadata.borrow_mut().push(known);
        }
        Ok(metadata)
    }

    fn known_metadata(&self, provider: &Provider) -> Option<Rc<Metadata>> {
        let known = self.metadata.borrow();
        let (_, metadata) = known.iter().find(|(id, _)| id == provider.id())?;
        Some(Rc::clone(metadata))
    }

    /// The request for a provider's metadata: the one that is under way, or a new one.
    fn metadata_request(&self, provider: &Provider) -> Shared<MetadataRequest> {
        let mut requests = self.requests.borrow_mut();
        let running = requests.iter().find(|(id, _)| id == provider.id());
        // Gone if everybody who waited for it has given up.
        if let Some(running) = running.and_then(|(_, request)| request.upgrade()) {
            return running;
        }
        let request = load_metadata(Rc::clone(&self.trace), provider.clone());
        let request = request.boxed_local().shared();
        requests.retain(|(id, _)| id != provider.id());
        let weak = request.downgrade();
        requests.extend(weak.map(|weak| (provider.id().to_owned(), weak)));
        request
    }

    /// The provider's keys: from the configuration, or fetched. `reload`: not from the browser's cache.
    ///
    /// # Errors
    /// Those of the request and of [`jwks::process_response`].
    pub async fn keys(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        reload: bool,
    ) -> Result<KeySet> {
        let event = || Event::new(Step::Keys).with("provider", provider);
        if let Some(document) = &provider.config.jwks {
            self.trace.record(event().with("source", "configuration"));
            return KeySet::read(document);
        }
        let event = || event().with("source", "network").with("reload", reload);
        let request = || jwks::request(&metadata.jwks_uri);
        let failure = (ErrorCode::KeysUnreachable, Phase::IdToken);
        let trace = &*self.trace;
        let keys = if reload {
            let response = fetch(trace, event(), request().past_cache(), failure).await;
            response.and_then(|response| jwks::process_response(&response))
        } else {
            fetch_document(trace, event, request, failure, jwks::process_response).await
        }?;
        let mut known = self.keys.borrow_mut();
        known.retain(|(id, _)| id != provider.id());
        known.push((provider.id().to_owned(), keys.clone()));
        Ok(keys)
    }

    /// The provider's keys, if they are configured or this page has fetched them.
    pub fn known_keys(&self, provider: &Provider) -> Option<KeySet> {
        if let Some(document) = &provider.config.jwks {
            return KeySet::read(document).ok();
        }
        let known = self.keys.borrow();
        let (_, keys) = known.iter().find(|(id, _)| id == provider.id())?;
        Some(keys.clone())
    }

    /// Records why something failed.
    pub fn record_error(&self, error: &Error) {
        let provider = error.provider.as_deref();
        let provider = provider.and_then(|id| self.get(id).ok());
        self.trace
            .record(Event::of_error(error).with("provider", provider));
    }

    /// Sends a request and records it as this event. A network failure becomes the error of this code and
    /// phase.
    pub async fn fetch(
        &self,
        event: Event,
        request: Request,
        unreachable: ErrorCode,
        phase: Phase,
    ) -> Result<Response> {
        fetch(&self.trace, event, request, (unreachable, phase)).await
    }
}

async fn load_metadata<P: Platform>(
    trace: Rc<Trace<P>>,
    provider: Provider,
) -> Result<Rc<Metadata>> {
    let event = || Event::new(Step::Discovery).with("provider", &provider);
    let metadata = match &provider.config.metadata {
        Some(document) => {
            trace.record(event().with("source", "configuration"));
            MetadataDocument::from_object(document)
                .and_then(|document| document.validate(&provider.issuer))
        }
        None => {
            fetch_document(
                &trace,
                || event().with("source", "network"),
                || discovery::request(&provider.discovery_url),
                (ErrorCode::DiscoveryUnreachable, Phase::Discovery),
                |response| discovery::process_response(response, &provider.issuer),
            )
            .await
        }
    };
    let metadata = metadata.map_err(|error| provider.explain(error))?;
    Ok(Rc::new(provider.with_own_endpoints(metadata)))
}

/// Fetches and reads a document that the browser's cache may answer. If that fails, it's fetched once more, past
/// the cache: a failure of the past may be in there, or a redirect.
async fn fetch_document<T>(
    trace: &Trace<impl Platform>,
    event: impl Fn() -> Event,
    request: impl Fn() -> Request,
    failure: (ErrorCode, Phase),
    read: impl Fn(&Response) -> Result<T>,
) -> Result<T> {
    let response = fetch(trace, event(), request(), failure).await;
    match response.and_then(|response| read(&response)) {
        // Without a response, no cache was involved.
        Err(error) if !error.is_network() => {
            let response = fetch(trace, event(), request().past_cache(), failure).await?;
            read(&response)
        }
        result => result,
    }
}

async fn fetch(
    trace: &Trace<impl Platform>,
    event: Event,
    request: Request,
    (unreachable, phase): (ErrorCode, Phase),
) -> Result<Response> {
    let url = request.url.clone();
    let response = trace.fetch(event, request).await;
    response.map_err(|error| error.into_error(unreachable, phase, &url))
}
