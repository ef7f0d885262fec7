//! The button in the details of a failure that copies what an administrator or a vendor's support needs to find
//! the cause.

use super::view::recreate;
use crate::language::{Key, key};
use crate::platform::browser::BrowserPlatform;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// How long the button says that it has copied.
const FEEDBACK: Duration = Duration::from_secs(4);

/// The button, and below it the text itself if the browser refuses the clipboard.
///
/// `details` returns what to copy, and `phrase` a text in the current language.
pub(super) fn copy_details(
    details: impl Fn() -> String + 'static,
    phrase: impl Fn(Key) -> String + Copy + Send + 'static,
) -> AnyView {
    let is_copied = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let copy = move |_| {
        let text = details();
        spawn_local(async move {
            if !BrowserPlatform.copy(&text).await {
                refused.try_set(Some(text));
                return;
            }
            // The failure may be gone by now.
            is_copied.try_set(true);
            set_timeout(move || _ = is_copied.try_set(false), FEEDBACK);
        });
    };
    let label = move || {
        phrase(if is_copied.get() {
            key!("error.copied")
        } else {
            key!("error.copy")
        })
    };
    let text = move || {
        let text = refused.get()?;
        let view = view! {
            <p role="status">{phrase(key!("error.not_copied"))}</p>
            <textarea
                class="vestibule-example vestibule-trace"
                lang="en"
                dir="ltr"
                rows="6"
                readonly
                aria-label=phrase(key!("error.details"))
                prop:value=text
                use:select_on_mount
            ></textarea>
        };
        Some(view.into_any())
    };
    view! {
        <button type="button" class="vestibule-button vestibule-secondary" on:click=copy>
            <span aria-live="polite">{label}</span>
        </button>
        {recreate(text)}
    }
    .into_any()
}

/// Directive: selects the text once it's on the page, so that people can copy it with the keyboard.
fn select_on_mount(element: web_sys::Element) {
    spawn_local(async move {
        if let Ok(text) = element.dyn_into::<HtmlTextAreaElement>() {
            _ = text.focus();
            text.select();
        }
    });
}
