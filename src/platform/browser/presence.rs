//! Watches whether the page is being left while a request is under way.

use crate::platform::presence::{Presence, report_unless_left};
use crate::protocol::http::FetchError;
use js_sys::Function;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

thread_local! {
    static PRESENCE: Cell<Presence> = const { Cell::new(Presence::Here) };
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };
    /// How many requests are under way.
    static REQUESTS: Cell<u32> = const { Cell::new(0) };
    static ON_LEAVING: Closure<dyn Fn()> =
        Closure::new(|| PRESENCE.set(Presence::Leaving(now())));
}

/// Returns the result of a request. A failure isn't reported if the page is being left, which made it fail.
pub(super) async fn unless_left<T>(
    request: impl Future<Output = Result<T, FetchError>>,
) -> Result<T, FetchError> {
    watch_page_lifecycle();
    let _listening = Listening::start();
    let result = request.await;
    report_unless_left(result, || PRESENCE.get(), now, super::sleep).await
}

fn now() -> i64 {
    super::clock::reading().monotonic
}

fn watch_page_lifecycle() {
    let Some(window) = super::window().filter(|_| !IS_WATCHED.replace(true)) else {
        return;
    };
    for (event, presence) in [("pagehide", Presence::Left), ("pageshow", Presence::Here)] {
        let listener = Closure::<dyn Fn()>::new(move || PRESENCE.set(presence));
        // If this fails, such requests show an error in a page that nobody sees.
        let _ = window.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
        // It is needed as long as the page.
        listener.forget();
    }
}

/// Listens for `beforeunload` as long as it exists: some browsers don't keep pages that always do in their
/// back/forward cache.
struct Listening;

impl Listening {
    fn start() -> Listening {
        if REQUESTS.replace(REQUESTS.get() + 1) == 0
            && let Some(window) = super::window()
        {
            with_listener(|event, listener| {
                let _ = window.add_event_listener_with_callback(event, listener);
            });
        }
        Listening
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let left = REQUESTS.get().saturating_sub(1);
        REQUESTS.set(left);
        if left == 0
            && let Some(window) = super::window()
        {
            with_listener(|event, listener| {
                let _ = window.remove_event_listener_with_callback(event, listener);
            });
        }
    }
}

fn with_listener(work: impl Fn(&str, &Function)) {
    ON_LEAVING.with(|listener| work("beforeunload", listener.as_ref().unchecked_ref()));
}
