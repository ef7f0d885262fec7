//! The warning before the session ends: a note if nothing can be done about it, or a dialog that lets the
//! person stay signed in.

use super::context::{AuthContext, use_auth};
use super::time::{Shown, moment};
use super::view::{around, in_language, recreate};
use crate::language::key;
use crate::protocol::Timestamp;
use crate::session::SignedOutReason;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;

const DIALOG: &str = "vestibule-expiry";
const TITLE: &str = "vestibule-expiry-title";
const TEXT: &str = "vestibule-expiry-text";
/// The seconds left at which a screen reader announces them. Every second would be too much.
const ANNOUNCED: [i64; 3] = [60, 30, 10];

/// Warns before the session ends. Shows nothing until then. Needs an [`AuthContext`].
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::ExpiryWarning;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! { <ExpiryWarning /> }
/// # }
/// ```
#[component]
pub fn ExpiryWarning() -> impl IntoView {
    let auth = use_auth();
    in_language(auth, move || expiry_warning(auth))
}

pub(super) fn expiry_warning(auth: AuthContext) -> AnyView {
    recreate(move || {
        let expiry = auth.expiry_warning().get()?;
        if expiry.reason == SignedOutReason::Idle {
            return Some(dialog(auth, expiry.at));
        }
        let note = view! {
            <p class="vestibule-notice vestibule-expiry" role="status">
                {move || {
                    let time = moment(auth.language(), expiry.at, Shown::Time);
                    around(&auth.phrase(key!("expiry.ends_at")), time)
                }}
            </p>
        };
        Some(note.into_any())
    })
}

/// Asks whether the person is still there. The dialog is modal: the browser keeps the focus inside.
fn dialog(auth: AuthContext, at: Timestamp) -> AnyView {
    let left = seconds_until(auth, at);
    // Escape keeps the person signed in: that does no harm.
    let stay = move |event: web_sys::Event| {
        event.prevent_default();
        auth.extend_session();
    };
    view! {
        <dialog
            id=DIALOG
            class="vestibule-card vestibule-dialog"
            role="alertdialog"
            aria-labelledby=TITLE
            aria-describedby=TEXT
            use:show_modal
            on:cancel=stay
        >
            <h2 id=TITLE>{auth.text(key!("expiry.title"))}</h2>
            <p id=TEXT>{auth.text(key!("expiry.idle"))}</p>
            <p class="vestibule-countdown" role="timer">
                {move || auth.count(key!("expiry.countdown"), left.get())}
            </p>
            <p class="vestibule-visually-hidden" role="status">
                {move || {
                    let left = left.get();
                    ANNOUNCED
                        .contains(&left)
                        .then(|| auth.count(key!("expiry.countdown"), left).into_any())
                }}
            </p>
            <div class="vestibule-actions">
                <button
                    type="button"
                    class="vestibule-button vestibule-primary"
                    autofocus
                    on:click=move |_| auth.extend_session()
                >
                    {auth.text(key!("expiry.stay"))}
                </button>
                <button
                    type="button"
                    class="vestibule-button vestibule-quiet"
                    on:click=move |_| auth.sign_out(false)
                >
                    {auth.text(key!("expiry.sign_out"))}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}

/// Directive: opens the dialog once it's on the page.
fn show_modal(dialog: web_sys::Element) {
    spawn_local(async move {
        if let Ok(dialog) = dialog.dyn_into::<web_sys::HtmlDialogElement>() {
            // Refused only for a dialog that is open already, or no longer on the page.
            _ = dialog.show_modal();
        }
    });
}

/// The seconds until then, updated every second.
fn seconds_until(auth: AuthContext, at: Timestamp) -> RwSignal<i64> {
    let now = move || auth.client().seconds_until(at).max(0);
    let left = RwSignal::new(now());
    let tick = set_interval_with_handle(move || left.set(now()), Duration::from_secs(1));
    on_cleanup(move || {
        tick.as_ref().map(IntervalHandle::clear).ok();
    });
    left
}
