//! The card of somebody who is signed in: who they are, how long the session lasts, and how to sign out.

use super::accounts::switcher;
use super::brand::brand_row;
use super::context::{AuthContext, use_auth};
use super::error::Retry;
use super::guards::session_id;
use super::icons;
use super::messages::Messages;
use super::page::return_to;
use super::time::{Shown, is_today, moment};
use super::view::{
    HEADING, around, definition, focus_on_mount, in_language, recreate, remote_image, set_rows,
};
use crate::json::{Json, Object};
use crate::language::key;
use crate::protocol::error::{Error, ErrorCode, Phase};
use crate::session::{Session, User};
use leptos::prelude::*;

/// As many rows of the picker as a card without it is high, for its place.
const ROWS: usize = 1;

/// The person, the way on, and the buttons to sign out. Needs an [`AuthContext`].
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::{Authenticated, SignedInCard};
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <Authenticated>
///         <SignedInCard />
///     </Authenticated>
/// }
/// # }
/// ```
#[component]
pub fn SignedInCard() -> impl IntoView {
    let auth = use_auth();
    in_language(auth, move || signed_in_card(auth))
}

pub(super) fn signed_in_card(auth: AuthContext) -> AnyView {
    // By the session's id: when tokens are renewed, what is open stays open.
    let id = session_id(auth);
    let person = recreate(move || {
        id()?;
        let session = untrack(|| auth.session())?;
        let provider = auth.provider_label(&session.provider);
        let provider = provider.as_deref().unwrap_or(&session.issuer);
        Some(person(auth, &session, expires_at(auth), provider))
    });
    let session = auth.client();
    let brand = session.brand();
    let Messages { early, late } = Messages::new(auth, Retry::Always);
    view! {
        <section
            class="vestibule-card"
            part="card"
            aria-labelledby=HEADING
            use:set_rows=ROWS
        >
            {brand_row(brand)}
            <h1 id=HEADING tabindex="-1" use:focus_on_mount=true>
                {auth.text(key!("signed_in.title"))}
            </h1>
            {early}
            {person}
            {switcher(auth)}
            <div class="vestibule-actions">
                {go_on(auth)} {logout_button(auth, false)} {logout_button(auth, true)}
            </div>
            {late}
            <p class="vestibule-visually-hidden" role="status">
                {move || {
                    auth.is_signing_out().get().then(|| auth.text(key!("signed_in.signing_out")))
                }}
            </p>
            <p class="vestibule-session" role="status">
                {move || {
                    let is_failing = auth.renewal_failures().get() > 0;
                    is_failing.then(|| auth.text(key!("signed_in.not_refreshed")))
                }}
            </p>
        </section>
    }
    .into_any()
}

/// The way to where the person came from, or to the product.
fn go_on(auth: AuthContext) -> Option<AnyView> {
    let session = auth.client();
    let (href, text) = match (return_to(), &session.brand().home) {
        // With its origin, so that no `<base>` changes where it leads.
        (Some(place), _) => (
            location().origin().ok()? + place.as_str(),
            key!("signed_in.continue"),
        ),
        (None, Some(home)) => (home.to_string(), key!("signed_in.continue")),
        (None, None) => return None,
    };
    let link = view! {
        <a class="vestibule-button vestibule-primary" part="continue" href=href>
            {auth.text(text)}
        </a>
    };
    Some(link.into_any())
}

/// A button that ends the session, at the provider too or only on this page.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::LogoutButton;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <LogoutButton />
///     <LogoutButton local=true />
/// }
/// # }
/// ```
#[component]
pub fn LogoutButton(
    /// Whether to leave the person signed in at the provider.
    #[prop(optional)]
    local: bool,
) -> impl IntoView {
    let auth = use_auth();
    in_language(auth, move || logout_button(auth, local))
}

pub(super) fn logout_button(auth: AuthContext, local: bool) -> AnyView {
    let (class, text) = if local {
        (
            "vestibule-button vestibule-quiet",
            key!("signed_in.sign_out_here"),
        )
    } else {
        (
            "vestibule-button vestibule-quiet",
            key!("signed_in.sign_out"),
        )
    };
    view! {
        <button
            type="button"
            class=class
            aria-disabled=move || auth.is_signing_out().get().then_some("true")
            on:click=move |_| auth.sign_out(local)
        >
            {auth.text(text)}
        </button>
    }
    .into_any()
}

/// When the session ends. Renewed tokens may move it.
pub(super) fn expires_at(auth: AuthContext) -> AnyView {
    recreate(move || {
        let ends_at = auth.ends_at(&*auth.session()?)?;
        let (text, shown) = if is_today(ends_at) {
            (key!("signed_in.ends_at"), Shown::Time)
        } else {
            (key!("signed_in.ends_on"), Shown::Day)
        };
        let sentence = around(&auth.phrase(text), moment(auth.language(), ends_at, shown));
        Some(view! { <span>{sentence}</span> }.into_any())
    })
}

/// The person's name, e-mail address and picture, the provider, and when the session ends.
pub(super) fn person(
    auth: AuthContext,
    session: &Session,
    expires_at: AnyView,
    provider: &str,
) -> AnyView {
    let name = session.user.display_name();
    // People without a name go by their e-mail address.
    let email = session.user.email.clone().filter(|email| email != name);
    let email =
        email.map(|email| view! { <p class="vestibule-email"><bdi>{email}</bdi></p> }.into_any());
    view! {
        <div class="vestibule-person">
            {avatar(&session.user)}
            <div>
                <p class="vestibule-name">
                    <bdi>{name.to_owned()}</bdi>
                </p>
                {email}
            </div>
        </div>
        <p class="vestibule-session">
            <span>{auth.text_about(key!("signed_in.with"), provider)}</span>
            {expires_at}
        </p>
    }
    .into_any()
}

/// The error if an e-mail address was requested and didn't come. It doesn't keep the person from signing in.
pub(super) fn missing_email(session: &Session) -> Option<Error> {
    let is_requested = session.scope.iter().any(|word| word == "email");
    let is_missing = is_requested && session.user.email.is_none();
    is_missing.then(|| Error::new(ErrorCode::EmailMissing, Phase::IdToken))
}

/// For administrators. Not in the view: see [`icons`] on elements without dynamic parts.
const NO_EMAIL: &str = "There is no email address.";

/// What the administrator can do about a missing e-mail address.
pub(super) fn email_hint(remedy: String) -> AnyView {
    view! {
        <p>
            <strong>{NO_EMAIL}</strong>
            " "
            {remedy}
        </p>
    }
    .into_any()
}

/// The person's picture on top of their initials, which show if there is no picture or it doesn't load.
pub(super) fn avatar(user: &User) -> AnyView {
    let initials = user.initials();
    let fallback = if initials.is_empty() {
        icons::person()
    } else {
        initials.into_any()
    };
    view! {
        <div class="vestibule-avatar" aria-hidden="true">
            {fallback}
            {user.picture.clone().map(remote_image)}
        </div>
    }
    .into_any()
}

pub(super) fn claims_list(claims: &Object) -> AnyView {
    let claims: Vec<AnyView> = claims
        .iter()
        .map(|(name, value)| definition(name, claim(value)))
        .collect();
    // In the tab order, so that it can be scrolled with the keyboard.
    view! {
        <dl class="vestibule-claims" tabindex="0" aria-label="Claims">
            {claims}
        </dl>
    }
    .into_any()
}

fn claim(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_text(),
    }
}
