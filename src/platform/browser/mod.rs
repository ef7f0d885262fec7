//! The browser as a [`Platform`]: thin adapters, no rules.

mod clock;
mod config;
mod fetch;
mod host;
mod policy;
mod presence;
mod signature;
mod tabs;
mod windows;

pub use config::{ConfigDocument, ConfigSource};
pub use windows::BrowserWindow;

use super::host::{HostProbe, Reply};
use super::{Platform, Probe, Unavailable};
use crate::protocol::Timestamp;
use crate::protocol::http::{FetchError, Request, Response};
use crate::protocol::jwks::Key;
use crate::protocol::jws::Jws;
use crate::protocol::url::{Endpoint, ReturnTo};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, Location, Storage, SubtleCrypto, Window};

/// The browser that runs this page.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserPlatform;

fn window() -> Option<Window> {
    web_sys::window()
}

fn location() -> Option<Location> {
    window().map(|window| window.location())
}

/// `None` if the browser blocks storage.
fn storage() -> Option<Storage> {
    window()?.session_storage().ok()?
}

fn local_storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

fn write_entry(storage: Option<Storage>, key: &str, value: &str) -> Result<(), Unavailable> {
    let storage = storage.ok_or(Unavailable)?;
    storage.set_item(key, value).map_err(|_| Unavailable)
}

fn remove_entry(storage: Option<Storage>, key: &str) {
    if let Some(storage) = storage {
        // Removing can't fail if reading works.
        let _ = storage.remove_item(key);
    }
}

fn subtle() -> Option<SubtleCrypto> {
    // Undefined, contrary to the bindings, on a page that isn't a secure context.
    let subtle: JsValue = window()?.crypto().ok()?.subtle().into();
    subtle.is_object().then(|| subtle.unchecked_into())
}

async fn sleep(milliseconds: u32) {
    let timer = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
            // Only fails for something that is no function.
            let _ = window
                .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(timer).await;
}

/// Calls a function that one of the page's scripts has defined, if it has.
fn call(name: &str, argument: &JsValue) -> Option<JsValue> {
    let function = js_sys::Reflect::get(&window()?.into(), &name.into()).ok()?;
    let function = function.dyn_into::<js_sys::Function>().ok()?;
    function.call1(&JsValue::UNDEFINED, argument).ok()
}

/// Dispatches an event without details.
fn dispatch(window: &Window, name: &str) {
    if let Ok(event) = Event::new(name) {
        // Listeners that throw are reported by the browser.
        let _ = window.dispatch_event(&event);
    }
}

impl BrowserPlatform {
    /// Calls the function with every message of other tabs of this origin, as long as the page is open.
    pub fn on_message(self, on_message: impl Fn(&str) + 'static) {
        tabs::listen(on_message);
    }

    /// Copies a text to the clipboard. `false` if the browser refuses.
    pub async fn copy(self, text: &str) -> bool {
        // Undefined, contrary to the bindings, on a page that isn't a secure context.
        let clipboard = window().map(|window| window.navigator().clipboard());
        let Some(clipboard) = clipboard.filter(|clipboard| clipboard.is_object()) else {
            return false;
        };
        let written = clipboard.write_text(text);
        wasm_bindgen_futures::JsFuture::from(written).await.is_ok()
    }
}

impl Platform for BrowserPlatform {
    type Window = BrowserWindow;

    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn device_time(&self) -> Timestamp {
        clock::device_time()
    }

    fn monotonic(&self) -> i64 {
        clock::monotonic()
    }

    async fn sync_clock(&self) {
        clock::sync().await;
    }

    fn fill_random(&self, bytes: &mut [u8]) -> Result<(), Unavailable> {
        getrandom::fill(bytes).map_err(|_| Unavailable)
    }

    fn has_crypto(&self) -> bool {
        subtle().is_some()
    }

    async fn verify(&self, token: &Jws, key: &Key) -> Result<bool, Unavailable> {
        let subtle = subtle().ok_or(Unavailable)?;
        signature::verify(&subtle, token, key)
            .await
            .map_err(|_| Unavailable)
    }

    async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        fetch::send(request).await
    }

    fn storage_read(&self, key: &str) -> Option<String> {
        storage()?.get_item(key).ok()?
    }

    fn storage_write(&self, key: &str, value: &str) -> Result<(), Unavailable> {
        write_entry(storage(), key, value)
    }

    fn storage_remove(&self, key: &str) {
        remove_entry(storage(), key);
    }

    fn storage_keys(&self, prefix: &str) -> Vec<String> {
        let Some(storage) = storage() else {
            return Vec::new();
        };
        let length = storage.length().unwrap_or(0);
        (0..length)
            .filter_map(|index| storage.key(index).ok().flatten())
            .filter(|key| key.starts_with(prefix))
            .collect()
    }

    fn local_storage_read(&self, key: &str) -> Option<String> {
        local_storage()?.get_item(key).ok()?
    }

    fn local_storage_write(&self, key: &str, value: &str) -> Result<(), Unavailable> {
        write_entry(local_storage(), key, value)
    }

    fn local_storage_remove(&self, key: &str) {
        remove_entry(local_storage(), key);
    }

    fn is_online(&self) -> bool {
        window().is_none_or(|window| window.navigator().on_line())
    }

    fn is_framed(&self) -> bool {
        let origin = |location: Location| location.origin().ok();
        // A top window of another origin doesn't let its address be read.
        window()
            .and_then(|window| window.top().ok()?)
            .is_some_and(|top| origin(top.location()) != location().and_then(origin))
    }

    async fn with_lock<T>(&self, name: &str, work: impl Future<Output = T>) -> T {
        let _guard = tabs::acquire_lock(name).await;
        work.await
    }

    fn broadcast(&self, message: &str) {
        tabs::broadcast(message);
    }

    async fn sleep(&self, milliseconds: u32) {
        sleep(milliseconds).await;
    }

    fn log(&self, line: &str) {
        web_sys::console::log_1(&line.into());
    }

    fn user_agent(&self) -> String {
        let navigator = window().map(|window| window.navigator());
        navigator
            .and_then(|navigator| navigator.user_agent().ok())
            .unwrap_or_default()
    }

    fn page_url(&self) -> String {
        let Some(location) = location() else {
            return String::new();
        };
        let origin = location.origin().unwrap_or_default();
        origin + &location.pathname().unwrap_or_default()
    }

    fn path(&self) -> String {
        let Some(location) = location() else {
            return String::new();
        };
        [location.pathname(), location.search(), location.hash()]
            .into_iter()
            .filter_map(Result::ok)
            .collect()
    }

    fn take_response(&self) -> Option<String> {
        // Set by src/boot.js, which ran before anything else.
        call("takeVestibuleResponse", &JsValue::UNDEFINED)?.as_string()
    }

    fn navigate(&self, url: &str) {
        if let Some(location) = location() {
            // Only fails for invalid addresses, and this one was parsed strictly.
            let _ = location.assign(url);
        }
    }

    fn open_popup(&self) -> Option<BrowserWindow> {
        windows::open_popup()
    }

    fn show_popup(&self) {
        windows::show_popup();
    }

    fn hidden_iframe(&self) -> Option<BrowserWindow> {
        windows::hidden_iframe()
    }

    async fn await_callback(&self, channel: &str, expected: impl Fn(&str) -> bool) -> String {
        windows::await_callback(channel, expected).await
    }

    fn go_back_to(&self, place: &ReturnTo) -> bool {
        let path = place.as_str();
        let (Some(window), Some(location)) = (window(), location()) else {
            return false;
        };
        let here = location.pathname().unwrap_or_default();
        // With its origin, so that no `<base>` changes where it leads.
        let address = location.origin().unwrap_or_default() + path;
        if path.split(['?', '#']).next() == Some(here.as_str()) {
            let fragment = location.hash();
            if let Ok(history) = window.history() {
                // Only fails for another origin, which a `ReturnTo` can't name.
                let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
            }
            // The application's router may have read the address before. Some listen for one event, some for the
            // other, as browsers fire both when somebody goes back.
            dispatch(&window, "popstate");
            if location.hash() != fragment {
                dispatch(&window, "hashchange");
            }
            return false;
        }
        location.replace(&address).is_ok()
    }
}

impl Probe for BrowserPlatform {
    fn has_crypto(&self) -> bool {
        subtle().is_some()
    }

    async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        fetch::send(request).await
    }

    fn is_page(&self) -> bool {
        true
    }

    async fn policy_allows(&self, url: &Endpoint) -> Option<bool> {
        Some(policy::allows(url).await)
    }
}

impl HostProbe for BrowserPlatform {
    async fn get_all(&self, urls: &[String]) -> Vec<Result<Reply, FetchError>> {
        host::get_all(urls).await
    }

    fn device_time(&self) -> Timestamp {
        clock::device_time()
    }
}
