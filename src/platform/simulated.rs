//! A simulated browser for tests, which control time, randomness, storage and network. Keys are ES256 and
//! signatures real.

mod secrets;
#[cfg_attr(not(test), path = "simulated/no_signature.rs")]
mod signature;
mod windows;

use super::clock::{Clock, Reading};
use super::presence::{Presence, report_unless_left};
use super::{Platform, Probe, Unavailable};
use crate::protocol::Timestamp;
use crate::protocol::http::{Body, Caching, FetchError, Request, Response};
use crate::protocol::jwks::Key;
use crate::protocol::jws::Jws;
use crate::protocol::url::{Endpoint, ReturnTo};
use futures_util::lock::Mutex;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::task::Poll;

pub(crate) use secrets::Secrets;
pub(crate) use windows::{SimulatedWindow, SimulatedWindows};

/// A server's handler of requests to one address.
type Handler = Box<dyn FnMut(&Form) -> Result<Response, FetchError>>;

/// What a tab does with a message from another tab.
type MessageHandler = Box<dyn Fn(&str)>;

/// The fields of a posted form; empty for a GET.
pub(crate) type Form = BTreeMap<String, String>;

/// A handle to a simulated tab. Clones are handles to the same tab.
#[derive(Clone)]
pub(crate) struct Simulated(pub Rc<TabState>);

pub(crate) struct TabState {
    /// What the tabs share.
    browser: Rc<Browser>,
    /// The true time.
    pub now: Rc<Cell<Timestamp>>,
    clock: Cell<Clock>,
    pub storage: RefCell<BTreeMap<String, String>>,
    /// The size of session storage, in bytes.
    pub storage_quota: Cell<usize>,
    pub has_crypto: Cell<bool>,
    /// Whether the browser has no random number generator.
    pub lacks_randomness: Cell<bool>,
    /// Whether every signature counts as valid, as if the attacker had the private key of any public key.
    pub accepts_every_signature: Cell<bool>,
    /// How often a key was tried on a signature.
    pub verifications: Cell<usize>,
    /// Milliseconds that the browser takes to verify a signature.
    pub verification_time: Cell<u32>,
    /// Whether the browser knows that there's no network.
    pub is_offline: Cell<bool>,
    /// Whether a page of another origin frames this one.
    pub is_framed: Cell<bool>,
    pub path: RefCell<String>,
    pub response: RefCell<Option<String>>,
    /// The addresses that the browser navigated to.
    pub navigations: RefCell<Vec<String>>,
    /// The addresses that were fetched.
    pub fetched: Rc<RefCell<Vec<String>>>,
    /// Addresses that never respond.
    pub unresponsive: RefCell<Vec<String>>,
    /// Whether the page is being left, and its requests fail.
    pub presence: Cell<Presence>,
    /// What the browser's cache answers, by address.
    pub cached: Rc<RefCell<BTreeMap<String, Response>>>,
    /// Addresses for which the browser's cache has a redirect.
    pub cached_redirects: Rc<RefCell<Vec<String>>>,
    /// Origins that the page's content security policy blocks.
    pub csp_blocked: RefCell<Vec<String>>,
    pub page_url: &'static str,
    handlers: Rc<RefCell<BTreeMap<String, Handler>>>,
    random: Rc<Cell<u64>>,
    /// What this tab does with messages of others.
    on_message: RefCell<Option<MessageHandler>>,
    /// A tab that sleeps gets its messages when it wakes up.
    asleep: Cell<bool>,
    undelivered: RefCell<Vec<String>>,
    pub windows: SimulatedWindows,
    /// What was written to the console.
    pub console: RefCell<Vec<String>>,
    /// What must be in no log.
    pub secrets: Rc<RefCell<Secrets>>,
}

#[derive(Default)]
struct Browser {
    /// Seconds by which the device's clock is ahead.
    clock_offset: Cell<i64>,
    /// Whether the page's host sends a `Date`.
    host_sends_date: Cell<bool>,
    /// Seconds by which the clock of the page's host is ahead.
    host_offset: Cell<i64>,
    host_requests: Cell<usize>,
    local_storage: RefCell<BTreeMap<String, String>>,
    tabs: RefCell<Vec<Weak<TabState>>>,
    locks: RefCell<BTreeMap<String, Rc<Mutex<()>>>>,
}

/// Lets other tasks run.
pub(crate) async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Simulated {
    pub fn new(page_url: &'static str) -> Simulated {
        Simulated::tab(TabState::new(page_url))
    }

    fn tab(world: TabState) -> Simulated {
        let world = Rc::new(world);
        world.browser.tabs.borrow_mut().push(Rc::downgrade(&world));
        Simulated(world)
    }

    /// Opens another tab of the same browser, with empty session storage, or (`duplicated`) a copy of it.
    pub fn open_tab(&self, duplicated: bool) -> Simulated {
        Simulated::tab(TabState {
            browser: Rc::clone(&self.0.browser),
            now: Rc::clone(&self.0.now),
            storage: if duplicated {
                self.0.storage.clone()
            } else {
                RefCell::default()
            },
            storage_quota: self.0.storage_quota.clone(),
            has_crypto: self.0.has_crypto.clone(),
            fetched: Rc::clone(&self.0.fetched),
            unresponsive: self.0.unresponsive.clone(),
            csp_blocked: self.0.csp_blocked.clone(),
            cached: Rc::clone(&self.0.cached),
            cached_redirects: Rc::clone(&self.0.cached_redirects),
            handlers: Rc::clone(&self.0.handlers),
            random: Rc::clone(&self.0.random),
            secrets: Rc::clone(&self.0.secrets),
            ..TabState::new(self.0.page_url)
        })
    }

    /// Sets what this tab does with messages of others.
    pub fn on_message(&self, on_message: impl Fn(&str) + 'static) {
        *self.0.on_message.borrow_mut() = Some(Box::new(on_message));
    }

    /// Loads the page again as far as the clock is concerned.
    pub fn forget_clock(&self) {
        self.0.clock.take();
    }

    /// Sets the device's clock so many seconds ahead.
    pub fn offset_clock(&self, offset: i64) {
        self.0.browser.clock_offset.set(offset);
    }

    /// Sets whether the page's host sends a `Date`. At first, it doesn't.
    pub fn host_sends_date(&self, sends: bool) {
        self.0.browser.host_sends_date.set(sends);
    }

    /// Sets the clock of the page's host so many seconds ahead.
    pub fn offset_host(&self, offset: i64) {
        self.0.browser.host_offset.set(offset);
    }

    /// How often the page's host was asked for the time.
    pub fn host_requests(&self) -> usize {
        self.0.browser.host_requests.get()
    }

    fn respond(&self, request: Request) -> Result<Response, FetchError> {
        let cached = self.0.cached.borrow().get(&request.url).cloned();
        if let Some(response) = cached.filter(|_| request.cache == Caching::Allowed) {
            return Ok(response);
        }
        if request.cache == Caching::Allowed
            && self.0.cached_redirects.borrow().contains(&request.url)
        {
            return Err(FetchError::Unreachable);
        }
        let form = match request.body {
            Body::None => Form::new(),
            Body::Form(fields) => fields.into_iter().collect(),
        };
        let response = match self.0.handlers.borrow_mut().get_mut(&request.url) {
            Some(handler) => handler(&form),
            None => Err(FetchError::Unreachable),
        };
        let mut secrets = self.0.secrets.borrow_mut();
        secrets.add_form(&form);
        if let Ok(response) = &response {
            secrets.add_document(&response.body);
        }
        if request.cache == Caching::Reload
            && let Ok(response) = &response
        {
            let mut cached = self.0.cached.borrow_mut();
            cached.insert(request.url, response.clone());
        }
        response
    }

    fn reading(&self) -> Reading {
        let now = self.0.now.get();
        Reading {
            device: (now + self.0.browser.clock_offset.get()) * 1000,
            monotonic: now * 1000,
        }
    }

    /// Closes the tab: it gets no more messages.
    pub fn close(&self) {
        self.0.on_message.take();
    }

    pub fn fall_asleep(&self) {
        self.0.asleep.set(true);
    }

    pub fn wake_up(&self) {
        self.0.asleep.set(false);
        for message in self.0.undelivered.take() {
            self.0.deliver(&message);
        }
    }

    /// Sets how this address responds. Others are unreachable.
    pub fn on(
        &self,
        url: &str,
        handler: impl FnMut(&Form) -> Result<Response, FetchError> + 'static,
    ) {
        self.0
            .handlers
            .borrow_mut()
            .insert(url.to_owned(), Box::new(handler));
    }

    /// Everything in storage, as one text.
    pub fn stored(&self) -> String {
        format!("{:?}", self.0.storage.borrow())
    }

    pub fn count(&self, url: &str) -> usize {
        let fetched = self.0.fetched.borrow();
        fetched.iter().filter(|fetched| *fetched == url).count()
    }
}

/// A JSON response.
pub(crate) fn json(status: u16, body: &str) -> Result<Response, FetchError> {
    Ok(Response {
        status,
        content_type: "application/json".to_owned(),
        retry_after: None,
        request_id: None,
        body: body.as_bytes().to_vec(),
    })
}

impl TabState {
    fn new(page_url: &'static str) -> TabState {
        TabState {
            browser: Rc::default(),
            now: Rc::new(Cell::new(1_800_000_000)),
            clock: Cell::default(),
            storage: RefCell::default(),
            storage_quota: Cell::new(5 * 1024 * 1024),
            has_crypto: Cell::new(true),
            lacks_randomness: Cell::default(),
            accepts_every_signature: Cell::default(),
            verifications: Cell::default(),
            verification_time: Cell::default(),
            is_offline: Cell::default(),
            is_framed: Cell::default(),
            path: RefCell::new("/".to_owned()),
            response: RefCell::default(),
            navigations: RefCell::default(),
            fetched: Rc::default(),
            unresponsive: RefCell::default(),
            presence: Cell::default(),
            cached: Rc::default(),
            cached_redirects: Rc::default(),
            csp_blocked: RefCell::default(),
            page_url,
            handlers: Rc::default(),
            random: Rc::new(Cell::new(1)),
            on_message: RefCell::default(),
            asleep: Cell::default(),
            undelivered: RefCell::default(),
            windows: SimulatedWindows::default(),
            console: RefCell::default(),
            secrets: Rc::default(),
        }
    }

    pub fn asleep(&self) -> bool {
        self.asleep.get()
    }

    fn deliver(&self, message: &str) {
        if let Some(on_message) = &*self.on_message.borrow() {
            on_message(message);
        }
    }
}

impl Platform for Simulated {
    type Window = SimulatedWindow;

    fn now(&self) -> Timestamp {
        self.0.clock.get().now(self.reading())
    }

    fn device_time(&self) -> Timestamp {
        self.reading().device.div_euclid(1000)
    }

    fn monotonic(&self) -> i64 {
        self.reading().monotonic
    }

    async fn sync_clock(&self) {
        let mut clock = self.0.clock.get();
        if clock.needs_sync(self.reading()) {
            let browser = &self.0.browser;
            browser.host_requests.set(browser.host_requests.get() + 1);
            pause().await;
            let sends_date = browser.host_sends_date.get();
            let host = sends_date.then(|| self.0.now.get() + browser.host_offset.get());
            clock.update(self.reading(), host);
            self.0.clock.set(clock);
        }
    }

    fn fill_random(&self, bytes: &mut [u8]) -> Result<(), Unavailable> {
        if self.0.lacks_randomness.get() {
            return Err(Unavailable);
        }
        for byte in bytes {
            // A linear congruential generator: different each time, the same in each run.
            let next = self
                .0
                .random
                .get()
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            self.0.random.set(next);
            *byte = (next >> 56) as u8;
        }
        Ok(())
    }

    fn has_crypto(&self) -> bool {
        self.0.has_crypto.get()
    }

    async fn verify(&self, token: &Jws, key: &Key) -> Result<bool, Unavailable> {
        self.0.verifications.set(self.0.verifications.get() + 1);
        match self.0.verification_time.get() {
            0 => {}
            milliseconds => self.sleep(milliseconds).await,
        }
        if self.0.accepts_every_signature.get() {
            return Ok(true);
        }
        signature::verify(token, key)
    }

    async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        self.0.fetched.borrow_mut().push(request.url.clone());
        pause().await;
        if self.0.unresponsive.borrow().contains(&request.url) {
            std::future::pending::<()>().await;
        }
        let response = if self.0.presence.get() == Presence::Here {
            self.respond(request)
        } else {
            Err(FetchError::Unreachable)
        };
        let (presence, now) = (|| self.0.presence.get(), || self.0.now.get() * 1000);
        report_unless_left(response, presence, now, async |milliseconds| {
            self.sleep(milliseconds).await;
        })
        .await
    }

    fn local_storage_read(&self, key: &str) -> Option<String> {
        self.0.browser.local_storage.borrow().get(key).cloned()
    }

    fn local_storage_write(&self, key: &str, value: &str) -> Result<(), Unavailable> {
        let mut storage = self.0.browser.local_storage.borrow_mut();
        storage.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn local_storage_remove(&self, key: &str) {
        self.0.browser.local_storage.borrow_mut().remove(key);
    }

    fn is_online(&self) -> bool {
        !self.0.is_offline.get()
    }

    fn is_framed(&self) -> bool {
        self.0.is_framed.get()
    }

    fn show_popup(&self) {}

    fn storage_read(&self, key: &str) -> Option<String> {
        self.0.storage.borrow().get(key).cloned()
    }

    fn storage_write(&self, key: &str, value: &str) -> Result<(), Unavailable> {
        let size: usize = {
            let storage = self.0.storage.borrow();
            let others = storage.iter().filter(|(known, _)| *known != key);
            others.map(|(key, value)| key.len() + value.len()).sum()
        };
        if size + key.len() + value.len() > self.0.storage_quota.get() {
            return Err(Unavailable);
        }
        let mut storage = self.0.storage.borrow_mut();
        storage.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn storage_remove(&self, key: &str) {
        self.0.storage.borrow_mut().remove(key);
    }

    fn storage_keys(&self, prefix: &str) -> Vec<String> {
        let storage = self.0.storage.borrow();
        let keys = storage.keys().filter(|key| key.starts_with(prefix));
        keys.cloned().collect()
    }

    async fn with_lock<T>(&self, name: &str, work: impl Future<Output = T>) -> T {
        let lock = {
            let mut locks = self.0.browser.locks.borrow_mut();
            Rc::clone(locks.entry(name.to_owned()).or_default())
        };
        let _guard = lock.lock().await;
        work.await
    }

    fn broadcast(&self, message: &str) {
        let tabs = self.0.browser.tabs.borrow().clone();
        let others = tabs.iter().filter_map(Weak::upgrade);
        for tab in others.filter(|tab| !Rc::ptr_eq(tab, &self.0)) {
            if tab.asleep.get() {
                tab.undelivered.borrow_mut().push(message.to_owned());
            } else {
                tab.deliver(message);
            }
        }
    }

    async fn sleep(&self, milliseconds: u32) {
        // A request takes one pause, which counts as 20 ms.
        for _ in 0..=milliseconds / 20 {
            pause().await;
        }
    }

    fn log(&self, line: &str) {
        self.0.console.borrow_mut().push(line.to_owned());
    }

    fn user_agent(&self) -> String {
        "Simulated".to_owned()
    }

    fn page_url(&self) -> String {
        self.0.page_url.to_owned()
    }

    fn path(&self) -> String {
        self.0.path.borrow().clone()
    }

    fn take_response(&self) -> Option<String> {
        let response = self.0.response.borrow_mut().take();
        if let Some(response) = &response {
            self.0.secrets.borrow_mut().add_query(response);
        }
        response
    }

    fn navigate(&self, url: &str) {
        self.0.secrets.borrow_mut().add_query(url);
        self.0.navigations.borrow_mut().push(url.to_owned());
    }

    fn open_popup(&self) -> Option<SimulatedWindow> {
        self.0.windows.open(true)
    }

    fn hidden_iframe(&self) -> Option<SimulatedWindow> {
        self.0.windows.open(false)
    }

    async fn await_callback(&self, channel: &str, expected: impl Fn(&str) -> bool) -> String {
        let callback = self.0.windows.await_callback(channel, expected).await;
        self.0.secrets.borrow_mut().add_query(&callback);
        callback
    }

    fn go_back_to(&self, place: &ReturnTo) -> bool {
        let page = |path: &str| path.split(['?', '#']).next().map(str::to_owned);
        let left = self.0.path.replace(place.as_str().to_owned());
        page(&left) != page(place.as_str())
    }
}

impl Probe for Simulated {
    fn has_crypto(&self) -> bool {
        self.0.has_crypto.get()
    }

    async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        let blocked = self.0.csp_blocked.borrow().clone();
        if blocked.iter().any(|origin| request.url.starts_with(origin)) {
            Err(FetchError::Unreachable)
        } else {
            Platform::fetch(self, request).await
        }
    }

    fn is_page(&self) -> bool {
        true
    }

    async fn policy_allows(&self, url: &Endpoint) -> Option<bool> {
        let blocked = self.0.csp_blocked.borrow();
        Some(!blocked.iter().any(|origin| origin == url.origin()))
    }
}
