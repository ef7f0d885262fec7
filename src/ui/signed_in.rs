//! The card of somebody who is signed in: who they are, until when, and the way out.

use super::access::standing;
use super::accounts::switcher;
use super::context::{AuthContext, use_auth};
use super::error::error;
use super::icons;
use super::node::{Element, Node, element, live, nodes};
use super::texts::texts;
use super::time::moment;
use super::view::{HEADING, bdi, button, entry, picture, with_name};
use crate::json::{Json, Object};
use crate::protocol::error::ErrorCode;
use crate::session::{Session, User};
use leptos::prelude::*;

/// The person, their claims on request, and the buttons to sign out.
#[component]
pub fn SignedInCard() -> impl IntoView {
    signed_in_card(use_auth())
}

pub(super) fn signed_in_card(auth: AuthContext) -> Node {
    let words = &texts().signed_in;

    // Renewed tokens change nothing that is shown: what is open stays open.
    let standing = standing(auth);
    let session = live(move || {
        standing.get().session_id()?;
        let session = untrack(|| auth.session())?;
        let provider = auth.provider_label(&session.provider);
        let kind = auth.provider_kind(&session.provider).unwrap_or_default();
        let provider = provider.as_deref().unwrap_or(&session.issuer);
        Some(nodes![
            person(&session, until(auth), provider),
            claims(&session.claims, missing_email(&session, kind)),
        ])
    });
    let leaving = live(move || auth.leaving.get().then_some(words.signing_out));
    let not_renewed = live(move || (auth.failures.get() > 0).then_some(words.not_renewed));
    element(
        "section",
        &[("class", "vestibule-card"), ("aria-labelledby", HEADING)],
        nodes![
            element(
                "h1",
                &[("id", HEADING), ("tabindex", "-1")],
                nodes![words.title]
            )
            .focused(true),
            error(auth),
            session,
            switcher(auth),
            element(
                "div",
                &[("class", "vestibule-actions")],
                nodes![logout_button(auth, false), logout_button(auth, true)],
            ),
            element(
                "p",
                &[("class", "vestibule-unseen"), ("role", "status")],
                nodes![leaving],
            ),
            element(
                "p",
                &[("class", "vestibule-foot"), ("role", "status")],
                nodes![not_renewed],
            ),
        ],
    )
    .into()
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
pub fn LogoutButton(#[prop(optional)] local: bool) -> impl IntoView {
    Node::from(logout_button(use_auth(), local))
}

pub(super) fn logout_button(auth: AuthContext, local: bool) -> Element {
    let words = &texts().signed_in;
    let (class, text) = match local {
        true => ("vestibule-button vestibule-quiet", words.sign_out_here),
        false => ("vestibule-button vestibule-primary", words.sign_out),
    };
    button(class, nodes![text])
        .live("aria-disabled", move || {
            auth.leaving.get().then_some("true")
        })
        .on("click", move |_| auth.sign_out(local))
}

/// Until when, which renewed tokens may put off.
pub(super) fn until(auth: AuthContext) -> Node {
    live(move || {
        let ends_at = auth.ends_at(&*auth.session()?)?;
        let text = nodes![texts().signed_in.until, " ", moment(ends_at)];
        Some(element("span", &[], text))
    })
}

/// Name, address and picture, and where from and until when.
pub(super) fn person(session: &Session, until: Node, provider: &str) -> Node {
    let words = &texts().signed_in;
    let name = session.user.display_name();
    // A person without a name is called by their e-mail address already.
    let email = session.user.email.clone().filter(|email| email != name);
    let who = nodes![
        element("p", &[("class", "vestibule-name")], nodes![bdi(name)]),
        element("p", &[("class", "vestibule-email")], nodes![bdi(email)]),
    ];
    let person = nodes![portrait(&session.user), element("div", &[], who)];
    let provider = element("span", &[], nodes![with_name(words.with, provider)]);
    let place = nodes![provider, " ", until];
    nodes![
        element("div", &[("class", "vestibule-person")], person),
        element("p", &[("class", "vestibule-session")], place),
    ]
    .into()
}

/// What the administrator can do about an e-mail address that was asked for and did not come.
pub(super) fn missing_email(session: &Session, kind: &str) -> Option<Element> {
    let asked = session.scope.iter().any(|word| word == "email");
    if !asked || session.user.email.is_some() {
        return None;
    }
    let remedy = texts().error.remedy(ErrorCode::EmailMissing, kind)?;
    let what = element("strong", &[], nodes![texts().signed_in.no_email]);
    Some(element("p", &[], nodes![what, " ", remedy]))
}

/// The picture over the initials, which stay where there is none or it does not load.
pub(super) fn portrait(user: &User) -> Element {
    let initials = user.initials();
    let letters = match initials.is_empty() {
        true => icons::person().into(),
        false => Node::from(initials),
    };
    let picture = user.picture.clone().map(picture);
    let attributes = &[("class", "vestibule-portrait"), ("aria-hidden", "true")];
    element("div", attributes, nodes![letters, picture])
}

fn claims(claims: &Object, missing_email: Option<Element>) -> Element {
    let summary = element("summary", &[], nodes![texts().signed_in.show_claims]);
    let parts = nodes![summary, claims_list(claims), missing_email];
    element("details", &[("class", "vestibule-details")], parts)
}

pub(super) fn claims_list(claims: &Object) -> Element {
    let entries = claims.iter().map(|(name, value)| entry(name, claim(value)));
    // Reachable by keyboard, so that it can be scrolled by it.
    let attributes = &[("class", "vestibule-claims"), ("tabindex", "0")];
    element("dl", attributes, entries.collect()).with("aria-label", texts().signed_in.claims)
}

fn claim(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_text(),
    }
}
