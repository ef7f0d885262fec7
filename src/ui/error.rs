//! The alert for a failed sign-in: what happened, what the person can do, and details for the administrator.

use super::context::{AuthContext, use_auth};
use super::remedy::remedy_on_toggle;
use super::texts::texts;
use super::view::{definition, focus_on_mount, recreate, with_name};
use crate::protocol::error::Error;
use crate::session::AuthState;
use leptos::prelude::*;

/// Shows the last error until another sign-in ends.
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

pub(super) fn error(auth: AuthContext) -> AnyView {
    recreate(move || {
        let error = auth.last_result().with(|result| match result {
            AuthState::Failed(error) => Some(error.clone()),
            _ => None,
        })?;
        Some(alert(auth, error))
    })
}

fn alert(auth: AuthContext, error: Error) -> AnyView {
    let provider = error.provider.as_deref();
    let kind = provider.and_then(|id| auth.provider_kind(id));
    let label = provider.and_then(|id| auth.provider_label(id));
    let words = texts().error.about(&error);
    let (find_remedy, remedy) =
        remedy_on_toggle(auth, Some(error.clone()), kind.unwrap_or_default());
    let name = label.as_deref().unwrap_or(texts().error.the_service);
    // Only if the provider is still in the configuration.
    let retry = error
        .provider
        .clone()
        .filter(|_| error.retryable() && label.is_some())
        .map(|provider| retry_button(auth, provider));
    view! {
        <div
            id="vestibule-alert"
            class="vestibule-alert"
            part="alert"
            role="alert"
            tabindex="-1"
            use:focus_on_mount=true
        >
            <h2>{with_name(words.title, name)}</h2>
            <p>{with_name(words.advice, name)}</p>
            {retry}
            <details class="vestibule-details" on:toggle=find_remedy>
                <summary>{texts().administrator}</summary>
                <dl>
                    {details(error)}
                    {recreate(move || Some(definition(texts().error.remedy, remedy.get()?)))}
                </dl>
            </details>
        </div>
    }
    .into_any()
}

fn retry_button(auth: AuthContext, provider: String) -> AnyView {
    view! {
        <button
            type="button"
            class="vestibule-button vestibule-secondary"
            aria-disabled=move || auth.is_signing_in().then_some("true")
            on:click=move |_| auth.sign_in(provider.clone())
        >
            {texts().error.try_again}
        </button>
    }
    .into_any()
}

/// What the administrator needs to know.
fn details(error: Error) -> Vec<AnyView> {
    let words = &texts().error;
    [
        (words.code, Some(error.code.as_str().to_owned())),
        (words.phase, Some((words.phase_of)(error.phase).to_owned())),
        (words.provider, error.provider),
        (words.details, error.details),
    ]
    .into_iter()
    .filter_map(|(term, text)| Some(definition(term, text?)))
    .collect()
}
