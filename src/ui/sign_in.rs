//! The card of somebody who is not signed in: why, what went wrong, and the choice of a provider.

use super::accounts::AccountSwitcher;
use super::context::use_auth;
use super::error::AuthError;
use super::picker::ProviderPicker;
use super::texts::texts;
use super::view::{HEADING, focus_when_shown};
use crate::session::{AuthState, SignedOutReason};
use leptos::prelude::*;

/// Heading, messages and picker.
#[component]
pub fn SignInCard() -> impl IntoView {
    let auth = use_auth();
    let words = &texts().sign_in;

    // A page that is only just opened is read from its top anyway, and a failure has the focus itself.
    let told = auth.outcome.with_untracked(|outcome| match outcome {
        AuthState::SignedOut { reason } => *reason != SignedOutReason::Fresh,
        _ => false,
    });
    if told {
        focus_when_shown(HEADING);
    }

    let several = auth.auth.with_value(|auth| auth.providers().len() > 1);
    let choose = several.then(|| view! { <p class="vestibule-lead">{words.choose}</p> });
    let notice = move || {
        let text = auth.outcome.with(reason_to_be_here)?;
        Some(view! { <p id="vestibule-notice" class="vestibule-notice">{text}</p> })
    };
    let online = online();
    view! {
        <section class="vestibule-card" aria-labelledby=HEADING>
            <h1 id=HEADING tabindex="-1" aria-describedby="vestibule-notice">
                {words.title}
            </h1>
            {choose}
            {notice}
            <AuthError />
            <AccountSwitcher />
            <ProviderPicker />
            <p
                class="vestibule-foot"
                class:vestibule-offline=move || !online.get()
                role="status"
            >
                {move || if online.get() { words.promise } else { words.offline }}
            </p>
        </section>
    }
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
        SignedOutReason::Idle => Some(words.idle),
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
