//! Other tabs of the origin: one channel to tell them things, and turns that tabs take.

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
/// Milliseconds to wait for a turn: longer than a renewal can take. A tab that holds it longer is
/// stuck, and waiting for it would sign the person out.
const PATIENCE: u32 = 45_000;

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks` (Web Locks §3).
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
    /// WindowGuard when first used; it lives as long as the page. `None` inside: the browser has none.
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
        // Texts can always be sent.
        let _ = channel.post_message(&message.into());
    }
}

pub(super) fn listen(hear: impl Fn(&str) + 'static) {
    let Some(channel) = channel() else { return };
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(message) = event.data().as_string() {
            hear(&message);
        }
    });
    // AuthWindow those of other configurations in this page. It is refused for nothing that is a function.
    let _ = channel.add_event_listener_with_callback("message", listener.as_ref().unchecked_ref());
    // It lives as long as the page.
    listener.forget();
}

/// This tab's turn; it ends when the value is dropped.
pub(super) struct LockGuard(Option<Function>);

impl Drop for LockGuard {
    fn drop(&mut self) {
        if let Some(end) = &self.0 {
            // A promise's function to resolve it; it throws nothing.
            let _ = end.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits for this tab's turn. When another tab is stuck, there is none to wait for.
pub(super) async fn acquire_lock(name: &str) -> LockGuard {
    let Some(locks) = locks() else {
        return LockGuard(None);
    };
    // The lock is held until this promise is resolved.
    let mut end = None;
    let held = Promise::new(&mut |resolve, _| end = Some(resolve));
    let options = js_sys::Object::new();
    let signal = AbortSignal::timeout_with_u32(PATIENCE);
    // Setting a member of a plain object cannot fail.
    let _ = Reflect::set(&options, &"signal".into(), &signal);
    let granted = Promise::new(&mut |resolve, _| {
        let held = held.clone();
        let begin = resolve.clone();
        let callback = Closure::once_into_js(move || {
            let _ = begin.call0(&JsValue::UNDEFINED);
            held
        });
        match locks.request(name, &options, callback.unchecked_ref()) {
            // Whether it ends well or not, the wait is over.
            Ok(request) => {
                let over = Closure::once_into_js(move |_: JsValue| {
                    let _ = resolve.call0(&JsValue::UNDEFINED);
                });
                let over: &Function = over.unchecked_ref();
                let _ = Reflect::get(&request, &"catch".into())
                    .ok()
                    .and_then(|catch| catch.dyn_into::<Function>().ok())
                    .and_then(|catch| catch.call1(&request, over).ok());
            }
            Err(_) => {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        }
    });
    let turn = LockGuard(end);
    let _ = JsFuture::from(granted).await;
    turn
}

fn locks() -> Option<LockManager> {
    let navigator = super::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}
