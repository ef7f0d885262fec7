//! The other tabs of the origin: a broadcast channel and a lock.

use js_sys::{Function, Promise, Reflect};
use std::cell::RefCell;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, BroadcastChannel, MessageEvent};

/// The channel that src/boot.js opens too: any message makes the browser drop the copies of pages that
/// it keeps for the back button.
const CHANNEL: &str = "vestibule";
/// Milliseconds to wait for a lock: longer than a renewal can take. A tab that holds it longer is stuck, and
/// waiting for it would sign the person out.
const LOCK_TIMEOUT: u32 = 45_000;

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks` ([Web Locks §3](https://w3c.github.io/web-locks/#api)).
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &JsValue,
        callback: &Function,
    ) -> Result<Promise, JsValue>;
}

thread_local! {
    /// Opened at first use and kept as long as the page is open. The inner value is `None` if the browser refuses it.
    static OPEN: RefCell<Option<Option<BroadcastChannel>>> = const { RefCell::new(None) };
}

fn channel() -> Option<BroadcastChannel> {
    OPEN.with_borrow_mut(|open| {
        open.get_or_insert_with(|| BroadcastChannel::new(CHANNEL).ok())
            .clone()
    })
}

pub(super) fn broadcast(message: &str) {
    if let Some(channel) = channel() {
        // A string can always be cloned.
        let _ = channel.post_message(&message.into());
    }
}

pub(super) fn listen(on_message: impl Fn(&str) + 'static) {
    let Some(channel) = channel() else { return };
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(message) = event.data().as_string() {
            on_message(&message);
        }
    });
    // In addition to those of other configurations in this page. Adding a function never fails.
    let _ = channel.add_event_listener_with_callback("message", listener.as_ref().unchecked_ref());
    // It is needed as long as the page.
    listener.forget();
}

/// A lock of this tab. Dropping it releases the lock. `None`: the browser refused it.
pub(super) struct LockGuard(Option<Function>);

impl Drop for LockGuard {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            // Resolving a promise throws nothing.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits for the lock of this name. If the browser refuses it, or another tab is stuck, it returns without.
pub(super) async fn acquire_lock(name: &str) -> LockGuard {
    let Some(locks) = locks() else {
        return LockGuard(None);
    };
    // The lock is held until this promise is resolved.
    let mut release = None;
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let options = js_sys::Object::new();
    let signal = AbortSignal::timeout_with_u32(LOCK_TIMEOUT);
    // Setting a member of a plain object can't fail.
    let _ = Reflect::set(&options, &"signal".into(), &signal);
    let granted = Promise::new(&mut |resolve, _| {
        let held = held.clone();
        let grant = resolve.clone();
        let callback = Closure::once_into_js(move || {
            let _ = grant.call0(&JsValue::UNDEFINED);
            held
        });
        match locks.request(name, &options, callback.unchecked_ref()) {
            // Refused or timed out: go on without it.
            Ok(request) => {
                let refused = Closure::once_into_js(move |_: JsValue| {
                    let _ = resolve.call0(&JsValue::UNDEFINED);
                });
                let refused: &Function = refused.unchecked_ref();
                let _ = Reflect::get(&request, &"catch".into())
                    .ok()
                    .and_then(|catch| catch.dyn_into::<Function>().ok())
                    .and_then(|catch| catch.call1(&request, refused).ok());
            }
            Err(_) => {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        }
    });
    let guard = LockGuard(release);
    let _ = JsFuture::from(granted).await;
    guard
}

fn locks() -> Option<LockManager> {
    let navigator = super::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}
