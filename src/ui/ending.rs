//! The warning that a session ends: a line where nothing can be done about it, a question where somebody
//! has only to be there.

use super::context::{AuthContext, use_auth};
use super::texts::texts;
use super::time::moment;
use crate::protocol::Timestamp;
use crate::session::SignedOutReason;
use leptos::html::Dialog;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use std::time::Duration;

const TITLE: &str = "vestibule-ending-title";
const TEXT: &str = "vestibule-ending-text";
/// Seconds at which a screen reader tells how many are left. Each second would be noise.
const TOLD: [i64; 3] = [60, 30, 10];

/// Shown while the end of the session is near. Needs an [`AuthContext`].
#[component]
pub fn EndingWarning() -> impl IntoView {
    let auth = use_auth();
    let words = &texts().ending;
    let kind = Memo::new(move |_| {
        let ending = auth.ending.get()?;
        Some((ending.reason == SignedOutReason::Idle, ending.at))
    });
    move || match kind.get()? {
        (true, at) => Some(question(auth, at)),
        (false, at) => Some(
            view! {
                <p class="vestibule-notice vestibule-ending" role="status">
                    {words.ends_at}
                    " "
                    {moment(at)}
                </p>
            }
            .into_any(),
        ),
    }
}

/// Asks whether somebody is there. The browser keeps the focus inside, and gives it back afterwards.
fn question(auth: AuthContext, at: Timestamp) -> AnyView {
    let words = &texts().ending;
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            // Refused for a dialog that is open or not in the page, and this one is new and there.
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
            class="vestibule-card vestibule-dialog"
            role="alertdialog"
            aria-labelledby=TITLE
            aria-describedby=TEXT
            node_ref=dialog
            on:cancel=stay
        >
            <h2 id=TITLE>{words.still_there}</h2>
            <p id=TEXT>{words.about_to}</p>
            <p class="vestibule-countdown" role="timer">
                {words.left[0]}
                " "
                <strong>{left}</strong>
                " "
                {words.left[1]}
            </p>
            <p class="vestibule-unseen" role="status">
                {move || {
                    let left = left.get();
                    let tell = TOLD.contains(&left);
                    tell.then(|| [words.left[0], &left.to_string(), words.left[1]].join(" "))
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
