//! The choice of a provider: one button each.

use super::context::{AuthContext, use_auth};
use super::icons;
use super::node::{Element, Node, element, live, nodes};
use super::texts::texts;
use super::view::{self, picture, with_name};
use crate::provider::Provider;
use crate::session::AuthState;
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// When a provider's metadata is fetched though nobody pointed at its button yet: after what the page
/// itself needs.
const IDLE: Duration = Duration::from_millis(300);

/// One button for each provider. The one that was chosen says so until the page is left; nothing
/// moves meanwhile.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::ProviderPicker;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <ProviderPicker />
///     <ProviderPicker only=vec!["work".to_owned()] />
/// }
/// # }
/// ```
#[component]
pub fn ProviderPicker(
    /// The ids of the only providers to offer. Empty: all.
    #[prop(optional)]
    only: Vec<String>,
) -> impl IntoView {
    picker(use_auth(), &only)
}

pub(super) fn picker(auth: AuthContext, only: &[String]) -> Node {
    let buttons: Vec<Node> = auth.auth.with_value(|known| {
        let providers = known.providers().iter();
        providers
            .filter(|provider| only.is_empty() || only.iter().any(|id| id == provider.id()))
            .map(|provider| element("li", &[], nodes![button(auth, provider)]).into())
            .collect()
    });
    let announcement = live(move || {
        let label = auth.provider_label(&going(auth)?)?;
        Some(with_name(texts().sign_in.going, &label))
    });
    let list = &[
        ("class", "vestibule-providers"),
        ("role", "list"),
        ("part", "providers"),
    ];
    let unseen = &[("class", "vestibule-unseen"), ("role", "status")];
    nodes![
        element("ul", list, buttons),
        element("p", unseen, nodes![announcement]),
    ]
    .into()
}

/// The button of one provider, as the picker has it. Nothing where the configuration has no provider of
/// this id.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::LoginButton;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! { <LoginButton provider="work" /> }
/// # }
/// ```
#[component]
pub fn LoginButton(
    /// The id of the provider in the configuration.
    #[prop(into)]
    provider: String,
) -> impl IntoView {
    let auth = use_auth();
    let button = auth.auth.with_value(|known| {
        let mut providers = known.providers().iter();
        let provider = providers.find(|known| known.id() == provider)?;
        Some(button(auth, provider))
    });
    Node::from(button)
}

/// The id of the provider that the browser is on the way to.
fn going(auth: AuthContext) -> Option<String> {
    auth.state.with(|state| match state {
        AuthState::SigningIn { provider } => Some(provider.clone()),
        // Somebody who is signed in adds an account.
        AuthState::SignedIn(_) if auth.auth.with_value(|auth| auth.has_several_accounts()) => {
            Some(auth.meeting.get()?.0)
        }
        _ => None,
    })
}

fn button(auth: AuthContext, provider: &Provider) -> Element {
    let label = provider.label();
    let id: Arc<str> = provider.id().into();
    let is_going = {
        let id = Arc::clone(&id);
        move || Some(*going(auth)? == *id)
    };
    // The chosen button stays enabled, since a disabled one would lose the focus.
    let disabled = {
        let is_going = is_going.clone();
        move || (!is_going()?).then_some("")
    };
    let busy = move || is_going()?.then_some("true");

    let fetched = Arc::new(AtomicBool::new(false));
    let left = Arc::downgrade(&fetched);
    let prefetch = {
        let id = Arc::clone(&id);
        move || {
            if !fetched.swap(true, Ordering::Relaxed) {
                auth.prefetch(id.to_string());
            }
        }
    };
    let ahead = {
        let id = Arc::clone(&id);
        move || {
            // Nothing is left of a picker that was taken out of the page meanwhile.
            let fetched = left.upgrade();
            if fetched.is_some_and(|fetched| !fetched.swap(true, Ordering::Relaxed)) {
                auth.prefetch(id.to_string());
            }
        }
    };
    set_timeout(ahead, IDLE);

    let words = &texts().sign_in;
    let logo_class = &[("class", "vestibule-logo"), ("aria-hidden", "true")];
    let spinner_class = &[("class", "vestibule-spinner"), ("aria-hidden", "true")];
    let parts = nodes![
        element("span", logo_class, logo(provider)),
        element(
            "span",
            &[("class", "vestibule-label")],
            nodes![with_name(words.with, label)],
        ),
        element("span", spinner_class, Vec::new()),
        element(
            "span",
            &[("class", "vestibule-going")],
            nodes![with_name(words.going, label)],
        ),
    ];
    view::button("vestibule-button vestibule-provider", parts)
        .with("part", "provider")
        .live("disabled", disabled)
        .live("aria-busy", busy.clone())
        .live("aria-disabled", busy)
        .on("click", move |_| auth.sign_in(id.to_string()))
        .on("pointerenter", {
            let prefetch = prefetch.clone();
            move |_| prefetch()
        })
        .on("focus", move |_| prefetch())
}

/// The administrator's icon, else the vendor's mark, else a sign.
fn logo(provider: &Provider) -> Vec<Node> {
    let icon = provider.icon();
    let sign = match provider.kind_name() {
        "google" if icon.is_none() => icons::google().into(),
        "microsoft" if icon.is_none() => icons::microsoft().into(),
        "oidc" if icon.is_none() => icons::key().into(),
        // In capitals by its style.
        _ => Node::from(provider.label().chars().take(1).collect::<String>()),
    };
    nodes![sign, icon.map(|icon| picture(icon.to_owned()))]
}
