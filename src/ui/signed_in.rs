//! The card of somebody who is signed in: who they are, until when, and the way out.

use super::context::use_auth;
use super::icons;
use super::texts::texts;
use super::time::moment;
use super::view::{focus_when_shown, set_title, with_name};
use crate::json::{Json, Object};
use crate::session::{Session, User};
use leptos::html::H1;
use leptos::prelude::*;

/// The person, their claims on request, and the buttons to sign out.
#[component]
pub fn SignedInCard() -> AnyView {
    let auth = use_auth();
    let words = &texts().signed_in;
    set_title(words.title);
    let heading = NodeRef::<H1>::new();
    focus_when_shown(heading);

    let session = move || {
        let session = auth.session()?;
        let provider = auth.provider_label(&session.provider);
        Some(who(
            &session,
            provider.as_deref().unwrap_or(&session.issuer),
        ))
    };
    let status = move || auth.leaving.get().then_some(words.signing_out);
    view! {
        <section class="vestibule-card" aria-labelledby="vestibule-heading">
            <h1 id="vestibule-heading" tabindex="-1" node_ref=heading>
                {words.title}
            </h1>
            {session}
            <div class="vestibule-actions">
                <LogoutButton local=false />
                <LogoutButton local=true />
            </div>
            <p class="vestibule-unseen" role="status">
                {status}
            </p>
        </section>
    }
    .into_any()
}

/// Ends the session: at the provider too, or (`local`) in this page only.
#[component]
pub fn LogoutButton(local: bool) -> AnyView {
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

fn who(session: &Session, provider: &str) -> AnyView {
    let words = &texts().signed_in;
    let name = session.user.display_name().to_owned();
    // A person without a name is called by their e-mail address already.
    let email = session
        .user
        .email
        .clone()
        .filter(|email| *email != name)
        .map(|email| view! { <p class="vestibule-email"><bdi>{email}</bdi></p> });
    view! {
        <div class="vestibule-person">
            {portrait(&session.user)}
            <div>
                <p class="vestibule-name">
                    <bdi>{name}</bdi>
                </p>
                {email}
            </div>
        </div>
        <p class="vestibule-session">
            <span>{with_name(words.with, provider)}</span>
            " "
            <span>{words.until} " " {moment(session.expires_at)}</span>
        </p>
        {claims(&session.claims)}
    }
    .into_any()
}

/// The picture over the initials, which stay where there is none or it does not load.
fn portrait(user: &User) -> AnyView {
    let initials = user.initials();
    let letters = if initials.is_empty() {
        icons::person()
    } else {
        initials.into_any()
    };
    let picture = user.picture.clone().map(|url| {
        let failed = RwSignal::new(false);
        view! {
            <img
                src=url
                alt=""
                width="56"
                height="56"
                referrerpolicy="no-referrer"
                hidden=move || failed.get()
                on:error=move |_| failed.set(true)
            />
        }
    });
    view! { <div class="vestibule-portrait" aria-hidden="true">{letters}{picture}</div> }.into_any()
}

fn claims(claims: &Object) -> AnyView {
    let words = &texts().signed_in;
    let rows: Vec<AnyView> = claims
        .iter()
        .map(|(name, value)| claim(name.to_owned(), value))
        .collect();
    view! {
        <details class="vestibule-details">
            <summary>{words.show_claims}</summary>
            // Reachable by keyboard, so that it can be scrolled by it.
            <dl class="vestibule-claims" tabindex="0" aria-label=words.claims>
                {rows}
            </dl>
        </details>
    }
    .into_any()
}

fn claim(name: String, value: &Json) -> AnyView {
    let text = match value {
        Json::String(text) => text.clone(),
        other => other.to_text(),
    };
    view! {
        <dt>
            <bdi>{name}</bdi>
        </dt>
        <dd>
            <bdi>{text}</bdi>
        </dd>
    }
    .into_any()
}
