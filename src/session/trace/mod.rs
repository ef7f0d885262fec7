//! The trace: the last steps of this page, kept in memory so that a failure can be explained after it has
//! happened. What an event can hold is in [`event`].
//!
//! With `debug`, every event also goes to the console, and the trace survives a redirect: session storage
//! keeps it.

mod event;

pub(super) use event::{Event, KeyId, ParamNames, Step};

use event::oauth_error;

use super::records::{FormatVersion, read_record, write_record};
use crate::json::{Json, Object};
use crate::platform::Platform;
use crate::protocol::http::{FetchError, Request, Response, without_query};
use crate::protocol::url::Endpoint;
use crate::provider::Provider;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How many events are kept: several sign-ins.
const LIMIT: usize = 200;
/// Where session storage keeps them.
const KEY: &str = "vestibule.trace";
/// Switches the console on, in the query of a page on loopback.
const PARAMETER: &str = "vestibule-debug";
/// The provider's address without this is its issuer, unless the configuration says otherwise.
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// The last events of this page.
pub(super) struct Trace<P> {
    platform: Rc<P>,
    events: RefCell<Vec<Object>>,
    /// Whether events go to the console.
    debug: Cell<bool>,
}

/// The events in session storage.
#[derive(Serialize, Deserialize)]
struct TraceRecord {
    version: FormatVersion,
    events: Vec<Object>,
}

impl<P: Platform> Trace<P> {
    /// Creates the trace of a page. `debug`: whether the configuration asks for the console.
    pub fn new(platform: Rc<P>, debug: bool) -> Trace<P> {
        let debug = debug || is_requested(&*platform);
        let stored: Option<TraceRecord> = if debug {
            read_record(&*platform, KEY)
        } else {
            platform.storage_remove(KEY);
            None
        };
        Trace {
            events: RefCell::new(stored.map_or_else(Vec::new, |stored| stored.events)),
            debug: Cell::new(debug),
            platform,
        }
    }

    /// Sends events to the console from now on, and those that it missed.
    pub fn enable_debug(&self) {
        if !self.debug.replace(true) {
            for event in &*self.events.borrow() {
                self.log(event);
            }
        }
    }

    /// Records an event.
    pub fn record(&self, event: Event) {
        let event = event.happened(self.platform.now(), self.platform.monotonic());
        let is_logged = self.debug.get();
        if is_logged {
            self.log(&event);
        }
        let mut events = self.events.borrow_mut();
        let excess = (events.len() + 1).saturating_sub(LIMIT);
        events.drain(..excess);
        events.push(event);
        if is_logged {
            let record = TraceRecord {
                version: FormatVersion,
                events: events.clone(),
            };
            // Without storage, the next page starts a new trace.
            let _ = write_record(&*self.platform, KEY, &record);
        }
    }

    fn log(&self, event: &Object) {
        self.platform
            .log(&["Vestibule ", &event.to_line()].concat());
    }

    /// Sends a request, and records how it ended.
    pub async fn fetch(&self, event: Event, request: Request) -> Result<Response, FetchError> {
        let event = event.with("endpoint", &request);
        let started = self.platform.monotonic();
        let response = self.platform.fetch(request).await;
        let event = event.with("duration", self.platform.monotonic() - started);
        self.record(match &response {
            Ok(response) => {
                let error = if response.is_success() {
                    None
                } else {
                    response.oauth_error()
                };
                event
                    .with("status", i64::from(response.status))
                    .with("error", error.map(|error| oauth_error(&error.error)))
                    .with("requestId", response.request_id.as_ref())
            }
            Err(error) => event.with("failure", *error),
        });
        response
    }

    /// The trace as JSON, one line for each event. `docs/debugging.md` documents it.
    pub fn export(&self, providers: &[Provider]) -> String {
        let platform = &*self.platform;
        let text = |text: &str| Json::String(text.to_owned());
        let mut head = Object::default();
        head.insert("version", text(env!("CARGO_PKG_VERSION")));
        head.insert("userAgent", text(&platform.user_agent()));
        head.insert("page", text(&platform.page_url()));
        head.insert("at", Json::Integer(platform.now()));
        head.insert("debug", Json::Bool(self.debug.get()));
        let providers = providers.iter().map(|provider| {
            let discovery = without_query(provider.discovery_url.as_str());
            let issuer = discovery.strip_suffix(WELL_KNOWN).unwrap_or(discovery);
            let mut described = Object::default();
            described.insert("id", text(provider.id()));
            described.insert("kind", text(provider.kind_name()));
            described.insert("issuer", text(provider.config.address().unwrap_or(issuer)));
            described
        });
        let events = self.events.borrow();
        let errors = events.iter().filter(|event| {
            let step = event.text("step");
            step == Some(Step::Error.as_str())
        });
        let mut exported = head.to_line();
        // Its closing brace.
        exported.pop();
        for (name, lines) in [
            ("providers", lines(providers)),
            ("errors", lines(errors)),
            ("events", lines(events.iter())),
        ] {
            exported.extend([",\n\"", name, "\":[\n", &lines, "\n]"]);
        }
        exported + "}"
    }
}

fn lines(objects: impl Iterator<Item = impl std::borrow::Borrow<Object>>) -> String {
    let lines: Vec<String> = objects.map(|object| object.borrow().to_line()).collect();
    lines.join(",\n")
}

/// Whether the person has asked for the console. Only on loopback: a link mustn't switch it on elsewhere.
fn is_requested(platform: &impl Platform) -> bool {
    let path = platform.path();
    let query = path.split('#').next().and_then(|path| path.split_once('?'));
    let query = query.map_or("", |(_, query)| query);
    let mut params = form_urlencoded::parse(query.as_bytes());
    Endpoint::parse(&platform.page_url()).is_ok_and(|page| page.is_loopback())
        // The provider's response comes without the parameter.
        && (params.any(|(name, _)| name == PARAMETER) || platform.storage_read(KEY).is_some())
}
