//! A sign-in that failed: what happened, what the person can do, and what the administrator needs.

use super::context::{AuthContext, use_auth};
use super::node::{Element, Node, element, live, nodes};
use super::texts::texts;
use super::view::{button, entry, with_name};
use crate::protocol::error::Error;
use crate::session::AuthState;
use leptos::prelude::*;

/// The last failure, until another sign-in comes to an end.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::{AuthError, ProviderPicker};
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <AuthError />
///     <ProviderPicker />
/// }
/// # }
/// ```
#[component]
pub fn AuthError() -> impl IntoView {
    error(use_auth())
}

pub(super) fn error(auth: AuthContext) -> Node {
    live(move || {
        let error = auth.outcome.with(|outcome| match outcome {
            AuthState::Failed(error) => Some(error.clone()),
            _ => None,
        })?;
        Some(alert(auth, error))
    })
}

fn alert(auth: AuthContext, error: Error) -> Element {
    let kind = error
        .provider
        .as_deref()
        .and_then(|id| auth.provider_kind(id));
    let words = texts().error.about(&error, kind.unwrap_or_default());
    let label = error
        .provider
        .as_deref()
        .and_then(|id| auth.provider_label(id));
    let name = label.as_deref().unwrap_or(texts().error.the_service);
    let title = with_name(words.title, name);
    let advice = with_name(words.advice, name);
    // Only where the provider is still on offer.
    let retry = error
        .provider
        .clone()
        .filter(|_| error.retryable() && label.is_some())
        .map(|provider| try_again(auth, provider));
    let details = for_the_administrator(error, words.remedy);
    let attributes = &[
        ("id", "vestibule-alert"),
        ("class", "vestibule-alert"),
        ("part", "alert"),
        ("role", "alert"),
        ("tabindex", "-1"),
    ];
    let details = nodes![
        element("summary", &[], nodes![texts().administrator]),
        element("dl", &[], details),
    ];
    let children = nodes![
        element("h2", &[], nodes![title]),
        element("p", &[], nodes![advice]),
        retry,
        element("details", &[("class", "vestibule-details")], details),
    ];
    element("div", attributes, children).focused(true)
}

fn try_again(auth: AuthContext, provider: String) -> Element {
    button(
        "vestibule-button vestibule-again",
        nodes![texts().error.try_again],
    )
    .live("aria-disabled", move || {
        auth.is_signing_in().then_some("true")
    })
    .on("click", move |_| auth.sign_in(provider.clone()))
}

fn for_the_administrator(error: Error, remedy: Option<&str>) -> Vec<Node> {
    let words = &texts().error;
    [
        (words.code, Some(error.code.as_str().to_owned())),
        (words.phase, Some((words.phase_of)(error.phase).to_owned())),
        (words.provider, error.provider),
        (words.details, error.details),
        (words.remedy, remedy.map(str::to_owned)),
    ]
    .into_iter()
    .filter_map(|(term, text)| Some(entry(term, text?)))
    .collect()
}
