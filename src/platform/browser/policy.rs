//! The page's content security policy. Scripts can't read it, so this tests it with requests.

use crate::protocol::url::Endpoint;
use gloo_net::http::RequestBuilder;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{AbortSignal, Event, RequestCredentials, RequestMode};

/// The event that the document gets when its policy blocks something.
const VIOLATION: &str = "securitypolicyviolation";
/// Milliseconds to wait for a response. The policy blocks at once.
const TIMEOUT: u32 = 3000;
/// Milliseconds until the event has arrived: the browser dispatches it in another task.
const EVENT_DELAY: u32 = 100;

/// Whether the policy allows requests to this address. The response is ignored.
pub(super) async fn allows(url: &Endpoint) -> bool {
    let Some(document) = super::window().and_then(|window| window.document()) else {
        return true;
    };
    let blocked = Rc::new(Cell::new(false));
    let listener = Closure::<dyn Fn(Event)>::new({
        let (blocked, origin) = (Rc::clone(&blocked), url.origin().to_owned());
        move |event: Event| {
            let address = js_sys::Reflect::get(&event, &"blockedURI".into());
            let address = address.ok().and_then(|address| address.as_string());
            if address.is_some_and(|address| address.starts_with(&origin)) {
                blocked.set(true);
            }
        }
    });
    let callback = listener.as_ref().unchecked_ref();
    let is_listening = document.add_event_listener_with_callback(VIOLATION, callback);
    let response = RequestBuilder::new(url.as_str())
        // Without CORS, so that only the policy and the network can block it.
        .mode(RequestMode::NoCors)
        .credentials(RequestCredentials::Omit)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT)))
        .send()
        .await;
    if response.is_err() && is_listening.is_ok() {
        super::Platform::sleep(&super::BrowserPlatform, EVENT_DELAY).await;
    }
    // It was added above, so this can't fail.
    let _ = document.remove_event_listener_with_callback(VIOLATION, callback);
    !blocked.get()
}
