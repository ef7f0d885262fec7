//! The warning that a session ends: a line where nothing can be done about it, a question where somebody
//! has only to be there.

use super::context::{AuthContext, use_auth};
use super::texts::texts;
use super::time::moment;
use crate::FULL;
use crate::protocol::Timestamp;
use crate::session::SignedOutReason;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

const DIALOG: &str = "vestibule-ending";
const TITLE: &str = "vestibule-ending-title";
const TEXT: &str = "vestibule-ending-text";
/// Seconds at which a screen reader tells how many are left. Each second would be noise.
const TOLD: [i64; 3] = [60, 30, 10];

/// Shown while the end of the session is near. Needs an [`AuthContext`].
#[component]
pub fn EndingWarning() -> impl IntoView {
    let auth = use_auth();
    let words = &texts().ending;
    move || {
        let ending = auth.ending.get()?;
        if FULL && ending.reason == SignedOutReason::Idle {
            return Some(question(auth, ending.at));
        }
        let notice = view! {
            <p class="vestibule-notice vestibule-ending" role="status">
                {words.ends_at}
                " "
                {moment(ending.at)}
            </p>
        };
        Some(notice.into_any())
    }
}

/// Asks whether somebody is there. The browser keeps the focus inside, and gives it back afterwards.
fn question(auth: AuthContext, at: Timestamp) -> AnyView {
    let words = &texts().ending;
    Effect::new(move |_| {
        let dialog = document().get_element_by_id(DIALOG);
        if let Some(dialog) =
            dialog.and_then(|found| found.dyn_into::<web_sys::HtmlDialogElement>().ok())
        {
            // Refused for a dialog that is open already, and this one is new.
            _ = dialog.show_modal();
        }
    });
    let left = seconds_until(auth, at);
    // Escape means the harmless answer.
    let stay = move |event: leptos::ev::Event| {
        event.prevent_default();
        auth.stay();
    };
    view! {
        <dialog
            id=DIALOG
            class="vestibule-card vestibule-dialog"
            role="alertdialog"
            aria-labelledby=TITLE
            aria-describedby=TEXT
            on:cancel=stay
        >
            <h2 id=TITLE>{words.still_there}</h2>
            <p id=TEXT>{words.about_to}</p>
            <p class="vestibule-countdown" role="timer">
                {words.left[0]}
                " "
                <strong>{move || left.get().to_string()}</strong>
                " "
                {words.left[1]}
            </p>
            <p class="vestibule-unseen" role="status">
                {move || {
                    let left = left.get();
                    match TOLD.contains(&left) {
                        true => [words.left[0], &left.to_string(), words.left[1]].join(" "),
                        false => String::new(),
                    }
                }}
            </p>
            <div class="vestibule-actions">
                <button
                    type="button"
                    class="vestibule-button vestibule-primary"
                    autofocus
                    on:click=move |_| auth.stay()
                >
                    {words.stay}
                </button>
                <button
                    type="button"
                    class="vestibule-button vestibule-quiet"
                    on:click=move |_| auth.sign_out(false)
                >
                    {words.sign_out_now}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}

/// Counts down, as long as it is shown.
fn seconds_until(auth: AuthContext, at: Timestamp) -> RwSignal<i64> {
    let now = move || auth.auth.with_value(|auth| auth.seconds_until(at).max(0));
    let left = RwSignal::new(now());
    let tick = set_interval_with_handle(move || left.set(now()), Duration::from_secs(1));
    on_cleanup(move || {
        tick.as_ref().map(IntervalHandle::clear).ok();
    });
    left
}
