//! The card of somebody who is signed in: who they are, how long the session lasts, and how to sign out.

use super::accounts::switcher;
use super::context::{AuthContext, use_auth};
use super::error::error;
use super::guards::session_id;
use super::icons;
use super::remedy::remedy_on_toggle;
use super::time::{Shown, is_today, moment};
use super::view::{HEADING, around, definition, focus_on_mount, recreate, remote_image};
use crate::json::{Json, Object};
use crate::language::key;
use crate::protocol::error::{Error, ErrorCode, Phase};
use crate::session::{Session, User};
use leptos::prelude::*;

/// The person, their claims on request, and the buttons to sign out. Needs an [`AuthContext`].
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
    signed_in_card(use_auth())
}

pub(super) fn signed_in_card(auth: AuthContext) -> AnyView {
    // By the session's id: when tokens are renewed, what is open stays open.
    let id = session_id(auth);
    let session = recreate(move || {
        id()?;
        let session = untrack(|| auth.session())?;
        let provider = auth.provider_label(&session.provider);
        let kind = auth.provider_kind(&session.provider).unwrap_or_default();
        let provider = provider.as_deref().unwrap_or(&session.issuer);
        let (find_remedy, remedy) = remedy_on_toggle(auth, missing_email(&session), kind);
        let session = view! {
            {person(auth, &session, expires_at(auth), provider)}
            <details class="vestibule-details" on:toggle=find_remedy>
                <summary>"Show claims"</summary>
                {claims_list(&session.claims)}
                {recreate(move || Some(email_hint(remedy.get()?)))}
            </details>
        };
        Some(session.into_any())
    });
    view! {
        <section class="vestibule-card" aria-labelledby=HEADING>
            <h1 id=HEADING tabindex="-1" use:focus_on_mount=true>
                {auth.text(key!("signed_in.title"))}
            </h1>
            {error(auth)}
            {session}
            {switcher(auth)}
            <div class="vestibule-actions">
                {logout_button(auth, false)} {logout_button(auth, true)}
            </div>
            <p class="vestibule-visually-hidden" role="status">
                {move || {
                    auth.is_signing_out().get().then(|| auth.text(key!("signed_in.signing_out")))
                }}
            </p>
            <p class="vestibule-foot" role="status">
                {move || {
                    let is_failing = auth.renewal_failures().get() > 0;
                    is_failing.then(|| auth.text(key!("signed_in.not_refreshed")))
                }}
            </p>
        </section>
    }
    .into_any()
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
    logout_button(use_auth(), local)
}

pub(super) fn logout_button(auth: AuthContext, local: bool) -> AnyView {
    let (class, text) = if local {
        (
            "vestibule-button vestibule-quiet",
            key!("signed_in.sign_out_here"),
        )
    } else {
        (
            "vestibule-button vestibule-primary",
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
    view! {
        <div class="vestibule-person">
            {avatar(&session.user)}
            <div>
                <p class="vestibule-name">
                    <bdi>{name.to_owned()}</bdi>
                </p>
                <p class="vestibule-email">
                    <bdi>{email}</bdi>
                </p>
            </div>
        </div>
        <p class="vestibule-session">
            <span>{auth.text_about(key!("signed_in.with"), provider)}</span>
            " · "
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

/// What the administrator can do about a missing e-mail address.
pub(super) fn email_hint(remedy: String) -> AnyView {
    view! {
        <p>
            <strong>"There is no email address."</strong>
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
