//! The card of somebody who is not signed in: why, what went wrong, and the choice of a provider.

use super::context::{AuthContext, use_auth};
use super::error::AuthError;
use super::picker::ProviderPicker;
use super::texts::texts;
use super::view::{focus_when_shown, set_title};
use crate::session::{AuthState, SignedOutReason};
use leptos::html::H1;
use leptos::prelude::*;

/// Heading, messages and picker.
#[component]
pub fn SignInCard() -> AnyView {
    let auth = use_auth();
    let words = &texts().sign_in;
    set_title(words.title);

    let fresh = auth.state.with_untracked(|state| {
        matches!(
            state,
            AuthState::SignedOut {
                reason: SignedOutReason::Fresh
            }
        )
    });
    let heading = NodeRef::<H1>::new();
    // A page that is only just opened is read from its top anyway.
    if !fresh {
        focus_when_shown(heading);
    }

    let several = auth.auth.with_value(|auth| auth.providers().len() > 1);
    let choose = several.then(|| view! { <p class="vestibule-lead">{words.choose}</p> });
    let online = online();
    let foot = move || {
        if online.get() {
            words.promise
        } else {
            words.offline
        }
    };
    view! {
        <section class="vestibule-card" aria-labelledby="vestibule-heading">
            <h1
                id="vestibule-heading"
                tabindex="-1"
                aria-describedby="vestibule-notice"
                node_ref=heading
            >
                {words.title}
            </h1>
            {choose}
            {notice(auth)}
            <AuthError />
            <ProviderPicker />
            <p
                class="vestibule-foot"
                class:vestibule-offline=move || !online.get()
                role="status"
            >
                {foot}
            </p>
        </section>
    }
    .into_any()
}

/// Why nobody is signed in, where there is something to tell. It stays while a sign-in is under way.
fn notice(auth: AuthContext) -> AnyView {
    let words = &texts().sign_in;
    let notice = Memo::new(move |last: Option<&Option<&'static str>>| {
        auth.state.with(|state| match state {
            AuthState::SigningIn { .. } => last.copied().flatten(),
            AuthState::SignedOut { reason } => match reason {
                SignedOutReason::Fresh => None,
                SignedOutReason::SignedOut => Some(words.signed_out),
                SignedOutReason::SignedOutHere => Some(words.signed_out_here),
                SignedOutReason::Expired => Some(words.expired),
                SignedOutReason::Interrupted => Some(words.interrupted),
            },
            _ => None,
        })
    });
    let shown = move || {
        let text = notice.get()?;
        Some(view! { <p id="vestibule-notice" class="vestibule-notice">{text}</p> })
    };
    shown.into_any()
}

/// Whether the browser has a network, as far as it knows.
fn online() -> ReadSignal<bool> {
    let (online, set_online) = signal(window().navigator().on_line());
    let came = window_event_listener(leptos::ev::online, move |_| set_online.set(true));
    let went = window_event_listener(leptos::ev::offline, move |_| set_online.set(false));
    on_cleanup(move || {
        came.remove();
        went.remove();
    });
    online
}
