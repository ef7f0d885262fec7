//! The warning that a session ends: a line where nothing can be done about it, a question where somebody
//! has only to be there.

use super::context::{AuthContext, use_auth};
use super::node::{Element, Node, element, live, nodes};
use super::texts::texts;
use super::time::moment;
use super::view::button;
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
    ending(use_auth())
}

pub(super) fn ending(auth: AuthContext) -> Node {
    live(move || {
        let ending = auth.ending.get()?;
        if FULL && ending.reason == SignedOutReason::Idle {
            return Some(question(auth, ending.at));
        }
        let attributes = &[
            ("class", "vestibule-notice vestibule-ending"),
            ("role", "status"),
        ];
        let text = nodes![texts().ending.ends_at, " ", moment(ending.at)];
        Some(element("p", attributes, text))
    })
}

/// Asks whether somebody is there. The browser keeps the focus inside, and gives it back afterwards.
fn question(auth: AuthContext, at: Timestamp) -> Element {
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
    let stay = move |event: web_sys::Event| {
        event.prevent_default();
        auth.stay();
    };
    let countdown = nodes![
        words.left[0],
        " ",
        element("strong", &[], nodes![live(move || left.get().to_string())]),
        " ",
        words.left[1],
    ];
    let told = live(move || {
        let left = left.get();
        TOLD.contains(&left)
            .then(|| [words.left[0], &left.to_string(), words.left[1]].join(" "))
    });
    let buttons = nodes![
        button("vestibule-button vestibule-primary", nodes![words.stay])
            .with("autofocus", "")
            .on("click", move |_| auth.stay()),
        button(
            "vestibule-button vestibule-quiet",
            nodes![words.sign_out_now]
        )
        .on("click", move |_| auth.sign_out(false)),
    ];
    let dialog = &[
        ("id", DIALOG),
        ("class", "vestibule-card vestibule-dialog"),
        ("role", "alertdialog"),
        ("aria-labelledby", TITLE),
        ("aria-describedby", TEXT),
    ];
    let timer = &[("class", "vestibule-countdown"), ("role", "timer")];
    let unseen = &[("class", "vestibule-unseen"), ("role", "status")];
    element(
        "dialog",
        dialog,
        nodes![
            element("h2", &[("id", TITLE)], nodes![words.still_there]),
            element("p", &[("id", TEXT)], nodes![words.about_to]),
            element("p", timer, countdown),
            element("p", unseen, nodes![told]),
            element("div", &[("class", "vestibule-actions")], buttons),
        ],
    )
    .on("cancel", stay)
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
