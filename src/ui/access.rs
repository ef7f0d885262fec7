//! Parts of a page that are there for one standing only.

use super::context::use_auth;
use crate::session::AuthState;
use leptos::prelude::*;

/// Shows its children while nobody is signed in: also on the way to the provider, and after a
/// sign-in that failed.
#[component]
pub fn Unauthenticated(children: ChildrenFn) -> impl IntoView {
    shown_when(
        |state| !matches!(state, AuthState::Loading | AuthState::SignedIn(_)),
        children,
    )
}

/// Shows its children while somebody is signed in.
#[component]
pub fn Authenticated(children: ChildrenFn) -> impl IntoView {
    shown_when(|state| matches!(state, AuthState::SignedIn(_)), children)
}

fn shown_when(rule: fn(&AuthState) -> bool, children: ChildrenFn) -> impl IntoView {
    let state = use_auth().state;
    let shown = Memo::new(move |_| state.with(rule));
    move || shown.get().then(|| children())
}
