//! The card of the sign-in page: the product, why nobody is signed in, what went wrong, and the provider picker.

use super::accounts::switcher;
use super::brand::brand_row;
use super::context::{AuthContext, use_auth};
use super::email::asks_for_email;
use super::error::Retry;
use super::icons;
use super::messages::Messages;
use super::picker::{picker, visible_rows};
use super::view::{HEADING, focus_on_mount, in_language, set_rows};
use crate::language::key;
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
    let auth = use_auth();
    in_language(auth, move || sign_in_card(auth))
}

/// The picker of these providers with its messages, without a card: `<vestibule-picker>`. Needs an
/// [`AuthContext`].
pub(crate) fn embedded_sign_in(only: Vec<String>) -> AnyView {
    let auth = use_auth();
    in_language(auth, move || {
        let Messages { early, late } = Messages::new(auth, Retry::Always);
        view! {
            {early}
            {switcher(auth)}
            {picker(auth, &only)}
            {late}
        }
        .into_any()
    })
}

pub(super) fn sign_in_card(auth: AuthContext) -> AnyView {
    // Screen readers read a page that has just been opened from its top, and an error takes the focus itself.
    let has_news = auth.last_result().with_untracked(|result| match result {
        AuthState::SignedOut { reason } => *reason != SignedOutReason::NeverSignedIn,
        _ => false,
    });

    let session = auth.client();
    let brand = session.brand();
    let several = session.providers().len() > 1 && !asks_for_email(auth);
    let lead = several.then(|| {
        view! { <p class="vestibule-lead">{auth.text(key!("sign_in.choose"))}</p> }.into_any()
    });
    let Messages { early, late } = Messages::new(auth, Retry::UnlessRowIsShown);
    view! {
        <section
            class="vestibule-card"
            part="card"
            aria-labelledby=HEADING
            use:set_rows=visible_rows(auth)
        >
            {brand_row(brand)}
            <h1
                id=HEADING
                tabindex="-1"
                aria-describedby="vestibule-notice"
                use:focus_on_mount=has_news
            >
                {auth.text(key!("sign_in.title"))}
            </h1>
            {lead}
            {early}
            {switcher(auth)}
            {picker(auth, &[])}
            {late}
            {foot(auth)}
        </section>
    }
    .into_any()
}

/// What the page promises, or that it's offline.
fn foot(auth: AuthContext) -> AnyView {
    let online = online();
    view! {
        <p class="vestibule-foot" class:vestibule-offline=move || !online.get()>
            {icons::lock()}
            <span role="status">
                {move || {
                    let text = if online.get() {
                        key!("sign_in.promise")
                    } else {
                        key!("sign_in.offline")
                    };
                    Some(auth.text(text))
                }}
            </span>
        </p>
    }
    .into_any()
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
