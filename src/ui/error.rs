//! The message about a failed sign-in: what happened, what the person can do, and details for the administrator.

use super::context::{AuthContext, use_auth};
use super::copy_details::copy_details;
use super::icons;
use super::picker::is_visible;
use super::remedy::remedy_on_toggle;
use super::view::{definition, focus_on_mount, in_language, recreate};
use crate::language::{Key, key};
use crate::protocol::error::{Error, ErrorCode, VendorCause};
use crate::session::AuthState;
use leptos::prelude::*;

/// The term for what an administrator can do. Texts for administrators are in English.
const REMEDY: &str = "What to do";

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
    let auth = use_auth();
    in_language(auth, move || error(auth))
}

pub(super) fn error(auth: AuthContext) -> AnyView {
    recreate(move || {
        let error = auth.last_result().with(|result| match result {
            AuthState::Failed(error) => Some(error.clone()),
            _ => None,
        })?;
        Some(error_message(auth, error, Retry::Always))
    })
}

/// When a message offers to try again, if that can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    Always,
    /// Unless the picker on the same card shows the provider's row, which does the same.
    UnlessRowIsShown,
}

/// Whether the person themselves ended the sign-in. That's nothing to be alarmed about.
fn is_deliberate(error: &Error) -> bool {
    match error.code {
        ErrorCode::PopupClosed | ErrorCode::Aborted => true,
        ErrorCode::ProviderDenied => matches!(
            error.cause,
            None | Some(VendorCause::Cancelled | VendorCause::ConsentDeclined)
        ),
        _ => false,
    }
}

/// What went wrong: a message that gets the focus.
pub(super) fn error_message(auth: AuthContext, error: Error, retry: Retry) -> AnyView {
    let provider = error.provider.as_deref();
    let kind = provider.and_then(|id| auth.provider_kind(id));
    let label = provider.and_then(|id| auth.provider_label(id));
    let (find_remedy, remedy) =
        remedy_on_toggle(auth, Some(error.clone()), kind.unwrap_or_default());
    let is_offered = |id: &str| retry == Retry::Always || !is_visible(auth, id);
    // Only if the provider is still in the configuration.
    let retry = error
        .provider
        .clone()
        .filter(|id| error.retryable() && label.is_some() && is_offered(id))
        .map(|provider| retry_button(auth, provider));
    let advice = auth.text_about_provider(Key::error_advice(&error), label.clone());
    let advice = if error.code == ErrorCode::RedirectInFrame {
        let page = window().location().href().unwrap_or_default();
        view! { <a href=page target="_blank" rel="noopener">{advice}</a> }.into_any()
    } else {
        advice
    };
    let (class, role, icon) = if is_deliberate(&error) {
        ("vestibule-notice", "status", None)
    } else {
        ("vestibule-alert", "alert", Some(icons::alert()))
    };
    view! {
        <div
            id="vestibule-alert"
            class=class
            part="alert"
            role=role
            tabindex="-1"
            use:focus_on_mount=true
        >
            {icon}
            <h2>{auth.text_about_provider(Key::error_title(&error), label)}</h2>
            <p>{advice}</p>
            {retry}
            <details class="vestibule-details" on:toggle=find_remedy>
                <summary>{auth.text(key!("error.details"))}</summary>
                <dl lang="en" dir="ltr">
                    {details(error)}
                    {recreate(move || Some(definition(REMEDY, remedy.get()?)))}
                </dl>
                {copy_details(move || auth.export_trace(), move |key| auth.phrase(key))}
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
            {auth.text(key!("error.try_again"))}
        </button>
    }
    .into_any()
}

/// What the administrator needs to know.
fn details(error: Error) -> Vec<AnyView> {
    [
        ("Code", Some(error.code.as_str().to_owned())),
        ("Step", Some(error.phase.as_str().to_owned())),
        ("Provider", error.provider),
        ("Details", error.details),
    ]
    .into_iter()
    .filter_map(|(term, text)| Some(definition(term, text?)))
    .collect()
}
