//! The card of somebody who is signed in: who they are, until when, and the way out.

use super::context::use_auth;
use super::error::AuthError;
use super::icons;
use super::texts::texts;
use super::time::moment;
use super::view::{HEADING, entry, focus_when_shown, picture, with_name};
use crate::json::{Json, Object};
use crate::protocol::Timestamp;
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
    let shown = Memo::new(move |_| {
        let session = auth.session()?;
        Some((session.id().to_owned(), auth.ends_at(&session)))
    });
    let session = move || {
        shown.get()?;
        let session = untrack(|| auth.session())?;
        let provider = auth.provider_label(&session.provider);
        let kind = auth.provider_kind(&session.provider).unwrap_or_default();
        Some(who(
            &session,
            auth.ends_at(&session),
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

fn who(
    session: &Session,
    ends_at: Option<Timestamp>,
    provider: &str,
    kind: &str,
) -> impl IntoView + use<> {
    (
        person(session, ends_at, provider),
        claims(&session.claims, missing_email(session, kind)),
    )
}

/// Name, address and picture, and where from and until when.
pub(super) fn person(
    session: &Session,
    ends_at: Option<Timestamp>,
    provider: &str,
) -> impl IntoView + use<> {
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
            {ends_at
                .map(|end| view! { <span>{words.until} " " {moment(end)}</span> })}
        </p>
    }
}

/// What the administrator can do about an e-mail address that was asked for and did not come.
pub(super) fn missing_email(session: &Session, kind: &str) -> Option<&'static str> {
    let asked = session.scope.iter().any(|word| word == "email");
    let missing = asked && session.user.email.is_none();
    missing.then(|| texts().error.remedy(ErrorCode::EmailMissing, kind))?
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

fn claims(claims: &Object, missing_email: Option<&'static str>) -> impl IntoView + use<> {
    let words = &texts().signed_in;
    view! {
        <details class="vestibule-details">
            <summary>{words.show_claims}</summary>
            {claims_list(claims)}
            {missing_email
                .map(|remedy| {
                    view! {
                        <p>
                            <strong>{words.no_email}</strong>
                            " "
                            {remedy}
                        </p>
                    }
                })}
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
