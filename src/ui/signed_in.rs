//! The card of somebody who is signed in: who they are, until when, and the way out.

use super::accounts::AccountSwitcher;
use super::context::{AuthContext, use_auth};
use super::error::AuthError;
use super::icons;
use super::texts::texts;
use super::time::moment;
use super::view::{HEADING, entry, focus_when_shown, picture, with_name};
use crate::json::{Json, Object};
use crate::protocol::error::ErrorCode;
use crate::session::{Session, User};
use leptos::prelude::*;

/// The person, their claims on request, and the buttons to sign out.
#[component]
pub fn SignedInCard() -> impl IntoView {
    let auth = use_auth();
    let words = &texts().signed_in;
    focus_when_shown(HEADING);

    // Renewed tokens change nothing that is shown: what is open stays open.
    let shown = Memo::new(move |_| Some(auth.session()?.id().to_owned()));
    let session = move || {
        shown.get()?;
        let session = untrack(|| auth.session())?;
        let provider = auth.provider_label(&session.provider);
        let kind = auth.provider_kind(&session.provider).unwrap_or_default();
        Some(who(
            &session,
            until(auth),
            provider.as_deref().unwrap_or(&session.issuer),
            kind,
        ))
    };
    view! {
        <section class="vestibule-card" aria-labelledby=HEADING>
            <h1 id=HEADING tabindex="-1">
                {words.title}
            </h1>
            <AuthError />
            {session}
            <AccountSwitcher />
            <div class="vestibule-actions">
                <LogoutButton local=false />
                <LogoutButton local=true />
            </div>
            <p class="vestibule-unseen" role="status">
                {move || if auth.leaving.get() { words.signing_out } else { "" }}
            </p>
            <p class="vestibule-foot" role="status">
                {move || if auth.failures.get() > 0 { words.not_renewed } else { "" }}
            </p>
        </section>
    }
}

/// Ends the session: at the provider too, or (`local`) in this page only.
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
pub fn LogoutButton(#[prop(optional)] local: bool) -> AnyView {
    let auth = use_auth();
    let words = &texts().signed_in;
    let (class, text) = if local {
        ("vestibule-button vestibule-quiet", words.sign_out_here)
    } else {
        ("vestibule-button vestibule-primary", words.sign_out)
    };
    view! {
        <button
            type="button"
            class=class
            aria-disabled=move || auth.leaving.get().then_some("true")
            on:click=move |_| auth.sign_out(local)
        >
            {text}
        </button>
    }
    .into_any()
}

fn who(session: &Session, until: AnyView, provider: &str, kind: &str) -> impl IntoView + use<> {
    (
        person(session, until, provider),
        claims(&session.claims, missing_email(session, kind)),
    )
}

/// Until when, which renewed tokens may put off.
pub(super) fn until(auth: AuthContext) -> AnyView {
    let text = texts().signed_in.until;
    let until = move || {
        let ends_at = auth.ends_at(&*auth.session()?)?;
        Some(view! { <span>{text} " " {moment(ends_at)}</span> })
    };
    until.into_any()
}

/// Name, address and picture, and where from and until when.
pub(super) fn person(session: &Session, until: AnyView, provider: &str) -> impl IntoView + use<> {
    let words = &texts().signed_in;
    let name = session.user.display_name().to_owned();
    // A person without a name is called by their e-mail address already.
    let email = session.user.email.clone().filter(|email| *email != name);
    view! {
        <div class="vestibule-person">
            {portrait(&session.user)}
            <div>
                <p class="vestibule-name">
                    <bdi>{name}</bdi>
                </p>
                <p class="vestibule-email">
                    <bdi>{email}</bdi>
                </p>
            </div>
        </div>
        <p class="vestibule-session">
            <span>{with_name(words.with, provider)}</span>
            " "
            {until}
        </p>
    }
}

/// What the administrator can do about an e-mail address that was asked for and did not come.
pub(super) fn missing_email(session: &Session, kind: &str) -> Option<AnyView> {
    let asked = session.scope.iter().any(|word| word == "email");
    if !asked || session.user.email.is_some() {
        return None;
    }
    let remedy = texts().error.remedy(ErrorCode::EmailMissing, kind)?;
    let paragraph = view! {
        <p>
            <strong>{texts().signed_in.no_email}</strong>
            " "
            {remedy}
        </p>
    };
    Some(paragraph.into_any())
}

/// The picture over the initials, which stay where there is none or it does not load.
pub(super) fn portrait(user: &User) -> impl IntoView + use<> {
    let initials = user.initials();
    let letters = if initials.is_empty() {
        icons::person()
    } else {
        initials.into_any()
    };
    let picture = user.picture.clone().map(picture);
    view! { <div class="vestibule-portrait" aria-hidden="true">{letters}{picture}</div> }
}

fn claims(claims: &Object, missing_email: Option<AnyView>) -> impl IntoView + use<> {
    let words = &texts().signed_in;
    view! {
        <details class="vestibule-details">
            <summary>{words.show_claims}</summary>
            {claims_list(claims)}
            {missing_email}
        </details>
    }
}

pub(super) fn claims_list(claims: &Object) -> impl IntoView + use<> {
    let entries: Vec<AnyView> = claims
        .iter()
        .map(|(name, value)| entry(name, claim(value)))
        .collect();
    view! {
        // Reachable by keyboard, so that it can be scrolled by it.
        <dl class="vestibule-claims" tabindex="0" aria-label=texts().signed_in.claims>
            {entries}
        </dl>
    }
}

fn claim(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_text(),
    }
}
