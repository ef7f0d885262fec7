//! The card of the sign-in page: why nobody is signed in, what went wrong, and the provider picker.

use super::accounts::switcher;
use super::context::{AuthContext, use_auth};
use super::error::error;
use super::picker::picker;
use super::view::{HEADING, focus_on_mount};
use crate::language::{Key, key};
use crate::session::{AuthState, SignedOutReason};
use leptos::prelude::*;

/// A card with a heading, messages and the provider picker. Needs an [`AuthContext`].
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::{SignInCard, Unauthenticated};
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <Unauthenticated>
///         <SignInCard />
///     </Unauthenticated>
/// }
/// # }
/// ```
#[component]
pub fn SignInCard() -> impl IntoView {
    sign_in_card(use_auth())
}

pub(super) fn sign_in_card(auth: AuthContext) -> AnyView {
    // Screen readers read a page that has just been opened from its top, and an error takes the focus itself.
    let has_news = auth.last_result().with_untracked(|result| match result {
        AuthState::SignedOut { reason } => *reason != SignedOutReason::NeverSignedIn,
        _ => false,
    });

    let several = auth.client().providers().len() > 1;
    let lead = several.then(|| {
        view! { <p class="vestibule-lead">{auth.text(key!("sign_in.choose"))}</p> }.into_any()
    });
    let online = online();
    view! {
        <section class="vestibule-card" aria-labelledby=HEADING>
            <h1
                id=HEADING
                tabindex="-1"
                aria-describedby="vestibule-notice"
                use:focus_on_mount=has_news
            >
                {auth.text(key!("sign_in.title"))}
            </h1>
            {lead}
            {move || {
                let text = auth.last_result().with(signed_out_notice)?;
                let notice = view! {
                    <p id="vestibule-notice" class="vestibule-notice">
                        {notice(auth, text)}
                    </p>
                };
                Some(notice.into_any())
            }}
            {error(auth)}
            {switcher(auth)}
            {picker(auth, &[])}
            <p
                class="vestibule-foot"
                class:vestibule-offline=move || !online.get()
                role="status"
            >
                {move || {
                    let text = if online.get() {
                        key!("sign_in.promise")
                    } else {
                        key!("sign_in.offline")
                    };
                    Some(auth.text(text))
                }}
            </p>
        </section>
    }
    .into_any()
}

/// Why nobody is signed in, if there is something to say about it.
fn signed_out_notice(result: &AuthState) -> Option<Key> {
    let AuthState::SignedOut { reason } = result else {
        return None;
    };
    match reason {
        SignedOutReason::NeverSignedIn => None,
        SignedOutReason::SignedOut => Some(key!("sign_in.signed_out")),
        SignedOutReason::SignedOutHere => Some(key!("sign_in.signed_out_here")),
        SignedOutReason::Expired => Some(key!("sign_in.expired")),
        SignedOutReason::Idle => Some(key!("sign_in.idle")),
        SignedOutReason::Interrupted => Some(key!("sign_in.interrupted")),
    }
}

/// The sentence, with the name of the provider that people may still be signed in to.
fn notice(auth: AuthContext, text: Key) -> AnyView {
    auth.text_about_provider(text, auth.last_provider_label())
}

/// Whether the browser is online, as far as it knows.
fn online() -> RwSignal<bool> {
    let online = RwSignal::new(true);
    let update = move || online.set(window().navigator().on_line());
    update();
    let listeners =
        ["online", "offline"].map(|event| window_event_listener_untyped(event, move |_| update()));
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    online
}
