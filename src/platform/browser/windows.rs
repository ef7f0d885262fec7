//! Popups and hidden iframes, and the channel on which their response arrives. Their script is
//! `src/callback.js`.

use super::super::AuthWindow;
use super::super::popup::PopupWatch;
use super::window;
use js_sys::Promise;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, HtmlElement, MessageEvent, Window};

/// The message that `callback.html` waits for before it closes.
const ACKNOWLEDGEMENT: &str = "taken";
/// The size of a popup, in pixels: what providers' sign-in pages are designed for.
const WIDTH: i32 = 500;
const HEIGHT: i32 = 680;

thread_local! {
    /// The popup that was opened last, until it's closed.
    static OPEN_POPUP: RefCell<Option<Window>> = const { RefCell::new(None) };
}

/// Brings the open popup to the front.
pub(super) fn show_popup() {
    if let Some(popup) = OPEN_POPUP.with_borrow(Clone::clone) {
        // The browser may refuse it.
        let _ = popup.focus();
    }
}

/// A popup or a hidden iframe.
pub struct BrowserWindow(Kind);

enum Kind {
    Popup {
        window: Window,
        watch: RefCell<PopupWatch>,
    },
    Iframe {
        element: HtmlElement,
        /// Whether it has loaded something.
        loaded: Rc<Cell<bool>>,
        // Kept alive with the element.
        _on_load: Closure<dyn Fn()>,
    },
}

pub(super) fn open_popup() -> Option<BrowserWindow> {
    let page = window()?;
    let number = |value: Result<JsValue, JsValue>| {
        value
            .ok()
            .and_then(|value| value.as_f64())
            .unwrap_or_default() as i32
    };
    let left = number(page.screen_x()) + (number(page.outer_width()) - WIDTH) / 2;
    let top = number(page.screen_y()) + (number(page.outer_height()) - HEIGHT) / 2;
    let mut features = String::from("popup");
    for (name, value) in [
        ("width", WIDTH),
        ("height", HEIGHT),
        ("left", left),
        ("top", top),
    ] {
        features.push(',');
        features.push_str(name);
        features.push('=');
        features.push_str(&value.to_string());
    }
    let popup = page
        .open_with_url_and_target_and_features("about:blank", "_blank", &features)
        .ok()??;
    // The provider's page needs no access to this one. It only fails for windows of other origins, and
    // this one is empty.
    let _ = popup.set_opener(&JsValue::NULL);
    OPEN_POPUP.set(Some(popup.clone()));
    Some(BrowserWindow(Kind::Popup {
        window: popup,
        watch: RefCell::default(),
    }))
}

pub(super) fn hidden_iframe() -> Option<BrowserWindow> {
    let element = window()?.document()?.create_element("iframe").ok()?;
    let element: HtmlElement = element.dyn_into().ok()?;
    element.set_hidden(true);
    // What a provider needs to answer without the person: no dialog, no download, no way out of the frame. It
    // can't fail for this name.
    let _ = element.set_attribute("sandbox", "allow-scripts allow-same-origin allow-forms");
    let loaded = Rc::new(Cell::new(false));
    let on_load = Closure::<dyn Fn()>::new({
        let loaded = Rc::clone(&loaded);
        move || loaded.set(true)
    });
    element.set_onload(Some(on_load.as_ref().unchecked_ref()));
    Some(BrowserWindow(Kind::Iframe {
        element,
        loaded,
        _on_load: on_load,
    }))
}

impl AuthWindow for BrowserWindow {
    fn navigate(&self, url: &str) {
        match &self.0 {
            Kind::Popup { window: popup, .. } => {
                // Only fails for invalid addresses, and this one was parsed strictly.
                let _ = popup.location().replace(url);
            }
            Kind::Iframe { element, .. } => {
                // Neither can fail in a page that is open.
                let _ = element.set_attribute("src", url);
                let body = window().and_then(|page| page.document()?.body());
                let _ = body.map(|body| body.append_child(element));
            }
        }
    }

    fn seems_finished(&self) -> bool {
        match &self.0 {
            Kind::Popup {
                window: popup,
                watch,
            } => {
                let focused = window()
                    .and_then(|page| page.document())
                    .is_some_and(|document| document.has_focus().unwrap_or(true));
                let looks_closed = popup.closed().unwrap_or(true);
                let now = js_sys::Date::now() as i64;
                watch.borrow_mut().is_closed(looks_closed, focused, now)
            }
            Kind::Iframe { loaded, .. } => loaded.get(),
        }
    }

    fn close(&self) {
        match &self.0 {
            Kind::Popup { window: popup, .. } => {
                let _ = popup.close();
                OPEN_POPUP.with_borrow_mut(|open| {
                    open.take_if(|open| open == popup);
                });
            }
            Kind::Iframe { element, .. } => {
                element.set_onload(None);
                element.remove();
            }
        }
    }
}

/// A channel that is closed when it is dropped.
struct Open(BroadcastChannel);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.set_onmessage(None);
        self.0.close();
    }
}

pub(super) async fn await_callback(name: &str, expected: impl Fn(&str) -> bool) -> String {
    let Ok(channel) = BroadcastChannel::new(name) else {
        // No message can arrive: the caller has a timeout.
        return std::future::pending().await;
    };
    let channel = Open(channel);
    loop {
        let next = Promise::new(&mut |resolve, _| channel.0.set_onmessage(Some(&resolve)));
        let event = JsFuture::from(next).await.ok();
        let event = event.and_then(|event| event.dyn_into::<MessageEvent>().ok());
        let message = event.and_then(|event| event.data().as_string());
        if let Some(message) = message.filter(|message| expected(message)) {
            // A string can always be cloned.
            let _ = channel.0.post_message(&ACKNOWLEDGEMENT.into());
            return message;
        }
    }
}
