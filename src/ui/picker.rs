//! The choice of a provider: one button each.

use super::context::{AuthContext, use_auth};
use super::icons;
use super::texts::texts;
use super::view::{picture, with_name};
use crate::provider::Provider;
use crate::session::AuthState;
use leptos::prelude::*;
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
    let auth = use_auth();
    let buttons: Vec<AnyView> = auth.auth.with_value(|known| {
        let providers = known.providers().iter();
        providers
            .filter(|provider| only.is_empty() || only.iter().any(|id| id == provider.id()))
            .map(|provider| view! { <li>{button(auth, provider)}</li> }.into_any())
            .collect()
    });
    let announcement = move || {
        let label = auth.provider_label(&going(auth)?)?;
        Some(with_name(texts().sign_in.going, &label))
    };
    view! {
        <ul class="vestibule-providers" role="list" part="providers">
            {buttons}
        </ul>
        <p class="vestibule-unseen" role="status">
            {announcement}
        </p>
    }
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
    auth.auth.with_value(|known| {
        let mut providers = known.providers().iter();
        Some(button(
            auth,
            providers.find(|known| known.id() == provider)?,
        ))
    })
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

fn button(auth: AuthContext, provider: &Provider) -> AnyView {
    let label = provider.label();
    let id = StoredValue::new(provider.id().to_owned());
    // The chosen button stays enabled, since a disabled one would lose the focus.
    let disabled = move || going(auth).is_some_and(|going| going != id.get_value());
    let busy = move || (going(auth)? == id.get_value()).then_some("true");

    let fetched = StoredValue::new(false);
    let prefetch = move || {
        // Nothing is left of a picker that was taken out of the page meanwhile.
        if let (Some(false), Some(id)) = (fetched.try_get_value(), id.try_get_value()) {
            fetched.set_value(true);
            auth.prefetch(id);
        }
    };
    set_timeout(prefetch, IDLE);

    view! {
        <button
            type="button"
            class="vestibule-button vestibule-provider"
            part="provider"
            disabled=disabled
            aria-busy=busy
            aria-disabled=busy
            on:click=move |_| auth.sign_in(id.get_value())
            on:pointerenter=move |_| prefetch()
            on:focus=move |_| prefetch()
        >
            <span class="vestibule-logo" aria-hidden="true">
                {logo(provider)}
            </span>
            <span class="vestibule-label">{with_name(texts().sign_in.with, label)}</span>
            <span class="vestibule-spinner" aria-hidden="true"></span>
            <span class="vestibule-going">{with_name(texts().sign_in.going, label)}</span>
        </button>
    }
    .into_any()
}

/// The administrator's icon, else the vendor's mark, else a sign.
fn logo(provider: &Provider) -> impl IntoView + use<> {
    let icon = provider.icon();
    let sign = match provider.kind_name() {
        "google" if icon.is_none() => icons::google(),
        "microsoft" if icon.is_none() => icons::microsoft(),
        "oidc" if icon.is_none() => icons::key(),
        _ => letter(provider.label()).into_any(),
    };
    (sign, icon.map(|icon| picture(icon.to_owned())))
}

fn letter(label: &str) -> String {
    label.chars().take(1).flat_map(char::to_uppercase).collect()
}
