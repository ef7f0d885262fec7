//! The choice of a provider: one button each.

use super::context::{AuthContext, use_auth};
use super::icons;
use super::texts::texts;
use super::view::with_name;
use crate::provider::Provider;
use crate::session::AuthState;
use leptos::prelude::*;
use std::time::Duration;

/// When a provider's metadata is fetched though nobody pointed at its button yet: after what the page
/// itself needs.
const IDLE: Duration = Duration::from_millis(300);

/// What a button needs to know of its provider.
struct Choice {
    id: String,
    kind: &'static str,
    label: String,
    icon: Option<String>,
}

impl Choice {
    fn new(provider: &Provider) -> Choice {
        Choice {
            id: provider.id().to_owned(),
            kind: provider.kind_name(),
            label: provider.label().to_owned(),
            icon: provider.icon().map(str::to_owned),
        }
    }
}

/// One button for each provider. The one that was chosen says so until the page is left; nothing
/// moves meanwhile.
#[component]
pub fn ProviderPicker() -> AnyView {
    let auth = use_auth();
    let choices: Vec<Choice> = auth
        .auth
        .with_value(|auth| auth.providers().iter().map(Choice::new).collect());
    let going = Memo::new(move |_| {
        auth.state.with(|state| match state {
            AuthState::SigningIn { provider } => Some(provider.clone()),
            _ => None,
        })
    });
    let buttons: Vec<AnyView> = choices
        .into_iter()
        .map(|choice| button(auth, going, choice))
        .collect();
    let announcement = move || {
        let label = auth.provider_label(&going.get()?)?;
        Some(with_name(texts().sign_in.going, &label))
    };
    view! {
        <ul class="vestibule-providers" role="list">
            {buttons}
        </ul>
        <p class="vestibule-unseen" role="status">
            {announcement}
        </p>
    }
    .into_any()
}

fn button(auth: AuthContext, going: Memo<Option<String>>, choice: Choice) -> AnyView {
    let Choice {
        id,
        kind,
        label,
        icon,
    } = choice;

    let id = StoredValue::new(id);
    let is_this = move |going: &String| id.with_value(|id| going == id);
    // The chosen button stays enabled, since a disabled one would lose the focus.
    let disabled = move || going.with(|going| going.as_ref().is_some_and(|going| !is_this(going)));
    let busy = move || going.with(|going| going.as_ref().is_some_and(is_this).then_some("true"));

    let fetched = StoredValue::new(false);
    let prefetch = move || {
        if fetched.try_update_value(|fetched| !std::mem::replace(fetched, true)) == Some(true) {
            auth.prefetch(id.get_value());
        }
    };
    set_timeout(prefetch, IDLE);

    view! {
        <li>
            <button
                type="button"
                class="vestibule-button vestibule-provider"
                disabled=disabled
                aria-busy=busy
                aria-disabled=busy
                on:click=move |_| auth.sign_in(id.get_value())
                on:pointerenter=move |_| prefetch()
                on:focus=move |_| prefetch()
            >
                <span class="vestibule-logo" aria-hidden="true">
                    {logo(kind, &label, icon)}
                </span>
                <span class="vestibule-label">{with_name(texts().sign_in.with, &label)}</span>
                <span class="vestibule-spinner" aria-hidden="true"></span>
                <span class="vestibule-going">{with_name(texts().sign_in.going, &label)}</span>
            </button>
        </li>
    }
    .into_any()
}

/// The administrator's icon, else the vendor's mark, else a sign.
fn logo(kind: &str, label: &str, icon: Option<String>) -> AnyView {
    let letter: String = label.chars().take(1).flat_map(char::to_uppercase).collect();
    let letter =
        move || view! { <span class="vestibule-letter">{letter.clone()}</span> }.into_any();
    match (icon, icons::vendor(kind)) {
        (Some(icon), _) => {
            let failed = RwSignal::new(false);
            (move || {
                if failed.get() {
                    return letter();
                }
                view! {
                    <img
                        src=icon.clone()
                        alt=""
                        width="20"
                        height="20"
                        referrerpolicy="no-referrer"
                        on:error=move |_| failed.set(true)
                    />
                }
                .into_any()
            })
            .into_any()
        }
        (None, Some(mark)) => mark,
        (None, None) if kind == "oidc" => icons::key(),
        (None, None) => letter(),
    }
}
