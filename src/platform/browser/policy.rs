//! The page's content security policy, found out by asking: scripts cannot read it.

use crate::protocol::url::Endpoint;
use gloo_net::http::RequestBuilder;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{AbortSignal, Event, RequestCredentials, RequestMode};

/// What the browser tells the document when its policy forbids something.
const VIOLATION: &str = "securitypolicyviolation";
/// Milliseconds in which an address has to answer at all. The policy forbids at once.
const PATIENCE: u32 = 3000;
/// Milliseconds until the browser has told of a violation: it does so in a task of its own.
const TOLD: u32 = 100;

/// Whether the policy lets a request to this address through. Nobody reads what it answers.
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
    let heard = listener.as_ref().unchecked_ref();
    let listens = document.add_event_listener_with_callback(VIOLATION, heard);
    let answer = RequestBuilder::new(url.as_str())
        // Without CORS, so that nothing but the policy and the network can be in the way.
        .mode(RequestMode::NoCors)
        .credentials(RequestCredentials::Omit)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)))
        .send()
        .await;
    if answer.is_err() && listens.is_ok() {
        super::Platform::sleep(&super::BrowserPlatform, TOLD).await;
    }
    // It goes with the listener that was added, which a document does not refuse.
    let _ = document.remove_event_listener_with_callback(VIOLATION, heard);
    !blocked.get()
}
