//! A sign-in that failed: what happened, what the person can do, and what the administrator needs.

use super::context::{AuthContext, use_auth};
use super::texts::texts;
use super::view::{focus_when_shown, set_title, with_name};
use crate::protocol::error::Error;
use crate::session::AuthState;
use leptos::html::Div;
use leptos::prelude::*;

/// The last failure, until another sign-in ends. It stays while the next one is under way, so that
/// the buttons below do not move under the pointer.
#[component]
pub fn AuthError() -> AnyView {
    let auth = use_auth();
    // Counted, so that the same failure twice is told twice.
    let failure = Memo::new(move |last: Option<&Option<(u32, Error)>>| {
        let last = last.and_then(Option::as_ref);
        auth.state.with(|state| match state {
            AuthState::SigningIn { .. } => last.cloned(),
            AuthState::Failed(error) => {
                let count = last.map_or(0, |(count, _)| *count);
                Some((count.wrapping_add(1), error.clone()))
            }
            _ => None,
        })
    });
    (move || failure.get().map(|(_, error)| alert(auth, error))).into_any()
}

fn alert(auth: AuthContext, error: Error) -> AnyView {
    set_title(texts().error.page_title);
    let words = (texts().error.of)(error.code);
    let provider = error.provider.clone();
    let label = provider.as_deref().and_then(|id| auth.provider_label(id));
    let name = label.as_deref().unwrap_or(texts().error.the_service);

    let title = with_name_if_asked(words.title, name);
    let advice = with_name_if_asked(words.advice, name);
    // Only where the provider is still on offer.
    let again = provider
        .filter(|_| error.retryable() && label.is_some())
        .map(|id| try_again(auth, id));

    let node = NodeRef::<Div>::new();
    focus_when_shown(node);
    view! {
        <div class="vestibule-alert" role="alert" tabindex="-1" node_ref=node>
            <h2>{title}</h2>
            <p>{advice}</p>
            {again}
            {for_the_administrator(error, words.remedy)}
        </div>
    }
    .into_any()
}

fn with_name_if_asked(sentence: &'static str, name: &str) -> AnyView {
    if sentence.contains("{}") {
        with_name(sentence, name)
    } else {
        sentence.into_any()
    }
}

fn try_again(auth: AuthContext, provider: String) -> AnyView {
    let going = move || {
        let going = auth
            .state
            .with(|state| matches!(state, AuthState::SigningIn { .. }));
        going.then_some("true")
    };
    view! {
        <button
            type="button"
            class="vestibule-button vestibule-again"
            aria-disabled=going
            on:click=move |_| auth.sign_in(provider.clone())
        >
            {texts().error.try_again}
        </button>
    }
    .into_any()
}

fn for_the_administrator(error: Error, remedy: Option<&'static str>) -> AnyView {
    let words = &texts().error;
    let rows: Vec<AnyView> = [
        (words.code, Some(error.code.as_str().to_owned())),
        (words.phase, Some((words.phase_of)(error.phase).to_owned())),
        (words.provider, error.provider),
        (words.details, error.details),
        (words.remedy, remedy.map(str::to_owned)),
    ]
    .into_iter()
    .filter_map(|(term, text)| Some(row(term, text?)))
    .collect();
    view! {
        <details class="vestibule-details">
            <summary>{texts().administrator}</summary>
            <dl>{rows}</dl>
        </details>
    }
    .into_any()
}

fn row(term: &'static str, text: String) -> AnyView {
    view! {
        <dt>{term}</dt>
        <dd>
            <bdi>{text}</bdi>
        </dd>
    }
    .into_any()
}
