//! The card of somebody who is not signed in: why, what went wrong, and the choice of a provider.

use super::accounts::switcher;
use super::context::{AuthContext, use_auth};
use super::error::error;
use super::node::{Node, element, live, nodes};
use super::picker::picker;
use super::texts::texts;
use super::view::HEADING;
use crate::FULL;
use crate::session::{AuthState, SignedOutReason};
use leptos::prelude::*;

/// Heading, messages and picker.
#[component]
pub fn SignInCard() -> impl IntoView {
    sign_in_card(use_auth())
}

pub(super) fn sign_in_card(auth: AuthContext) -> Node {
    let words = &texts().sign_in;

    // A page that is only just opened is read from its top anyway, and a failure has the focus itself.
    let told = auth.outcome.with_untracked(|outcome| match outcome {
        AuthState::SignedOut { reason } => *reason != SignedOutReason::Fresh,
        _ => false,
    });

    let several = auth.auth.with_value(|auth| auth.providers().len() > 1);
    let choose =
        several.then(|| element("p", &[("class", "vestibule-lead")], nodes![words.choose]));
    let notice = live(move || {
        let attributes = &[("id", "vestibule-notice"), ("class", "vestibule-notice")];
        let text = auth.outcome.with(reason_to_be_here)?;
        Some(element("p", attributes, nodes![text]))
    });
    let title = &[
        ("id", HEADING),
        ("tabindex", "-1"),
        ("aria-describedby", "vestibule-notice"),
    ];
    let online = online();
    let promise = live(move || {
        if online.get() {
            words.promise
        } else {
            words.offline
        }
    });
    let foot = element("p", &[("role", "status")], nodes![promise]).live("class", move || {
        Some(match online.get() {
            true => "vestibule-foot",
            false => "vestibule-foot vestibule-offline",
        })
    });
    element(
        "section",
        &[("class", "vestibule-card"), ("aria-labelledby", HEADING)],
        nodes![
            element("h1", title, nodes![words.title]).focused(told),
            choose,
            notice,
            error(auth),
            switcher(auth),
            picker(auth, &[]),
            foot,
        ],
    )
    .into()
}

/// Why nobody is signed in, where there is something to tell.
fn reason_to_be_here(outcome: &AuthState) -> Option<&'static str> {
    let words = &texts().sign_in;
    let AuthState::SignedOut { reason } = outcome else {
        return None;
    };
    match reason {
        SignedOutReason::Fresh => None,
        SignedOutReason::SignedOut => Some(words.signed_out),
        SignedOutReason::SignedOutHere => Some(words.signed_out_here),
        SignedOutReason::Expired => Some(words.expired),
        SignedOutReason::Idle => Some(words.idle).filter(|_| FULL),
        SignedOutReason::Interrupted => Some(words.interrupted),
    }
}

/// Whether the browser has a network, as far as it knows.
fn online() -> RwSignal<bool> {
    let online = RwSignal::new(true);
    let look = move || online.set(window().navigator().on_line());
    look();
    let listeners =
        ["online", "offline"].map(|event| window_event_listener_untyped(event, move |_| look()));
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    online
}
