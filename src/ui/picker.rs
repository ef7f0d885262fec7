//! The provider picker: one button for each provider.

use super::context::{AuthContext, use_auth};
use super::icons;
use super::view::remote_image;
use crate::language::{Key, key};
use crate::provider::Provider;
use crate::session::AuthState;
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long to wait before fetching metadata that [`is_prefetched_at_once`]. The page's own requests come first.
const IDLE: Duration = Duration::from_millis(300);

/// One button for each provider. The chosen button shows its progress until the browser leaves the page,
/// without moving anything.
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
    /// The ids of the providers to show. Empty: all of them.
    #[prop(optional)]
    only: Vec<String>,
) -> impl IntoView {
    picker(use_auth(), &only)
}

pub(super) fn picker(auth: AuthContext, only: &[String]) -> AnyView {
    let session = auth.client();
    let providers = session.providers().iter();
    let buttons: Vec<AnyView> = providers
        .filter(|provider| only.is_empty() || only.iter().any(|id| id == provider.id()))
        .map(|provider| view! { <li>{button(auth, provider)}</li> }.into_any())
        .collect();
    view! {
        <ul class="vestibule-providers" role="list" part="providers">
            {buttons}
        </ul>
        <p class="vestibule-visually-hidden" role="status">
            {move || {
                let label = auth.provider_label(&pending_provider(auth)?)?;
                Some(auth.text_about(key!("sign_in.opening"), &label))
            }}
        </p>
    }
    .into_any()
}

/// The picker's button for one provider. Shows nothing if the configuration doesn't have the provider.
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
    /// The provider's id in the configuration.
    #[prop(into)]
    provider: String,
) -> impl IntoView {
    let auth = use_auth();
    let session = auth.client();
    let mut providers = session.providers().iter();
    let provider = providers.find(|known| known.id() == provider);
    provider.map(|provider| button(auth, provider))
}

/// The id of the provider that the browser is on the way to.
fn pending_provider(auth: AuthContext) -> Option<String> {
    auth.state().with(|state| match state {
        AuthState::SigningIn { provider } => Some(provider.clone()),
        // Somebody who is signed in adds an account.
        AuthState::SignedIn(_) if auth.client().has_several_accounts() => {
            Some(auth.pending_sign_in().get()?.provider)
        }
        _ => None,
    })
}

fn button(auth: AuthContext, provider: &Provider) -> AnyView {
    let label = provider.label();
    let id: Arc<str> = provider.id().into();
    // `None` while no sign-in is in progress.
    let is_pending = {
        let id = Arc::clone(&id);
        move || Some(*pending_provider(auth)? == *id)
    };
    let (is_busy, is_disabled) = (is_pending.clone(), is_pending.clone());
    let prefetch = prefetch_once(auth, Arc::clone(&id));
    let prefetch_on_focus = prefetch.clone();

    // The chosen button isn't disabled: it would lose the focus.
    view! {
        <button
            type="button"
            class="vestibule-button vestibule-provider"
            part="provider"
            disabled=move || (!is_disabled()?).then_some("")
            aria-busy=move || is_busy()?.then_some("true")
            aria-disabled=move || is_pending()?.then_some("true")
            on:click=move |_| auth.sign_in(id.to_string())
            on:pointerenter=move |_| prefetch()
            on:focus=move |_| prefetch_on_focus()
        >
            <span class="vestibule-logo" aria-hidden="true">
                {logo(provider)}
            </span>
            <span class="vestibule-label">{auth.text_about(sign_in_with(provider), label)}</span>
            {spinner()}
            <span class="vestibule-progress">{auth.text_about(key!("sign_in.opening"), label)}</span>
        </button>
    }
    .into_any()
}

/// The text of a provider's button. Google and Microsoft have their own in every language, unless they go by
/// another name here.
fn sign_in_with(provider: &Provider) -> Key {
    match provider.label() {
        "Google" => key!("sign_in.with_google"),
        "Microsoft" => key!("sign_in.with_microsoft"),
        _ => key!("sign_in.with"),
    }
}

/// Whether this provider's metadata are fetched as soon as its button is shown: where it's clear whom people will
/// choose. Otherwise, no provider learns of a visit unless somebody points at its button.
fn is_prefetched_at_once(auth: AuthContext, _id: &str) -> bool {
    auth.client().providers().len() == 1
}

/// Fetches the provider's metadata when the returned function is called, or (if [`is_prefetched_at_once`]) when the
/// page is idle, whichever comes first.
fn prefetch_once(auth: AuthContext, id: Arc<str>) -> impl Fn() + Clone + Send + 'static {
    let is_fetched = Arc::new(AtomicBool::new(false));
    if is_prefetched_at_once(auth, &id) {
        let (weak, id) = (Arc::downgrade(&is_fetched), Arc::clone(&id));
        let prefetch_if_shown = move || {
            // Gone if the picker was removed from the page in the meantime.
            let is_fetched = weak.upgrade();
            if is_fetched.is_some_and(|fetched| !fetched.swap(true, Ordering::Relaxed)) {
                auth.prefetch(id.to_string());
            }
        };
        set_timeout(prefetch_if_shown, IDLE);
    }
    move || {
        if !is_fetched.swap(true, Ordering::Relaxed) {
            auth.prefetch(id.to_string());
        }
    }
}

/// Apart from the button: see [`icons`] on elements without dynamic parts.
fn spinner() -> impl IntoView {
    view! { <span class="vestibule-spinner" aria-hidden="true"></span> }
}

/// The icon from the configuration, or else the vendor's logo, a symbol or the first letter of the label.
fn logo(provider: &Provider) -> AnyView {
    let icon = provider.icon();
    let fallback = match provider.kind_name() {
        "google" if icon.is_none() => icons::google(),
        "microsoft" if icon.is_none() => icons::microsoft(),
        "oidc" if icon.is_none() => icons::key(),
        // The stylesheet makes it upper case.
        _ => {
            let initial: String = provider.label().chars().take(1).collect();
            initial.into_any()
        }
    };
    let icon = icon.map(|icon| remote_image(icon.to_owned()));
    view! {
        {fallback}
        {icon}
    }
    .into_any()
}
