//! Components that show their children depending on who is signed in.

use super::accounts::switcher;
use super::context::{AuthContext, use_auth};
use super::error::error;
use super::picker::picker;
use super::view::recreate;
use crate::session::{AuthState, SignedOutReason};
use leptos::children::ViewFn;
use leptos::prelude::*;
use std::mem::discriminant;

/// Shows its children while nobody is signed in. That includes the time on the way to the provider, and
/// after a sign-in that failed.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::{ProviderPicker, Unauthenticated};
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <Unauthenticated>
///         <ProviderPicker />
///     </Unauthenticated>
/// }
/// # }
/// ```
#[component]
pub fn Unauthenticated(children: ChildrenFn) -> impl IntoView {
    shown_while(|status| matches!(status, AuthStatus::SignedOut), children)
}

/// Shows its children while somebody is signed in. This hides content, it doesn't protect it: anything
/// confidential must come from an API that checks the access token.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::{Authenticated, UserButton};
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <Authenticated>
///         <UserButton />
///     </Authenticated>
/// }
/// # }
/// ```
#[component]
pub fn Authenticated(children: ChildrenFn) -> impl IntoView {
    shown_while(|status| matches!(status, AuthStatus::SignedIn(_)), children)
}

/// Shows its children until it's known whether somebody is signed in: while a provider's response is
/// processed, or other tabs are asked for their session.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::AuthLoading;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! { <AuthLoading>"One moment…"</AuthLoading> }
/// # }
/// ```
#[component]
pub fn AuthLoading(children: ChildrenFn) -> impl IntoView {
    shown_while(|status| matches!(status, AuthStatus::Loading), children)
}

/// Shows its children to people who are signed in, and asks everybody else to sign in first, with the
/// picker or with `fallback`. After signing in, people are back at the address they asked for, with its
/// query and fragment. That's all a protected route needs.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::RequireAuth;
/// # #[component]
/// # fn Orders() -> impl IntoView {}
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <RequireAuth>
///         <Orders />
///     </RequireAuth>
///     // Without a choice: straight to the provider.
///     <RequireAuth provider="work" fallback=|| "Opening the sign-in…">
///         <Orders />
///     </RequireAuth>
/// }
/// # }
/// ```
#[component]
pub fn RequireAuth(
    /// The id of a provider to redirect to without asking. People who have just signed out, whose sign-in
    /// failed, who come back from the provider without one, or who see the page in a frame of another site, are
    /// still asked.
    #[prop(optional, into)]
    provider: Option<String>,
    /// What to show to people who aren't signed in. Default: the picker.
    #[prop(optional, into)]
    fallback: Option<ViewFn>,
    children: ChildrenFn,
) -> impl IntoView {
    let auth = use_auth();
    if let Some(provider) = provider {
        Effect::new(move |_| {
            let reason = auth.state().with(|state| match state {
                AuthState::SignedOut { reason } => Some(*reason),
                _ => None,
            });
            match reason {
                Some(SignedOutReason::NeverSignedIn | SignedOutReason::Expired)
                    if auth.client().may_auto_redirect() =>
                {
                    auth.sign_in(provider.clone());
                }
                _ if !auth.client().can_redirect() => {}
                // It has just tried: people see why they are asked.
                Some(SignedOutReason::NeverSignedIn) => auth.interrupt(),
                _ => {}
            }
        });
    }
    let status = auth_status(auth);
    recreate(move || match (status.get(), &fallback) {
        (AuthStatus::SignedIn(_), _) => Some(children()),
        (AuthStatus::SignedOut, Some(fallback)) => Some(fallback.run()),
        (AuthStatus::SignedOut, None) => {
            Some((error(auth), switcher(auth), picker(auth, &[])).into_any())
        }
        (AuthStatus::Loading, _) => None,
    })
}

/// Whether somebody is signed in.
#[derive(Clone, PartialEq)]
pub(super) enum AuthStatus {
    Loading,
    SignedOut,
    /// With the session's id.
    SignedIn(String),
}

impl AuthStatus {
    fn of(auth: AuthContext) -> AuthStatus {
        auth.state().with(|state| match state {
            AuthState::Loading => AuthStatus::Loading,
            AuthState::SignedIn(session) => AuthStatus::SignedIn(session.id().to_owned()),
            _ => AuthStatus::SignedOut,
        })
    }
}

/// Whether somebody is signed in. Doesn't change when tokens are renewed or accounts are switched.
pub(super) fn auth_status(auth: AuthContext) -> Memo<AuthStatus> {
    Memo::new_with_compare(
        move |_| AuthStatus::of(auth),
        |old, new| old.map(discriminant) != new.map(discriminant),
    )
}

/// The id of the current session, if somebody is signed in. Doesn't change when tokens are renewed.
pub(super) fn session_id(auth: AuthContext) -> impl Fn() -> Option<String> + Copy + Send {
    let status = Memo::new(move |_| AuthStatus::of(auth));
    move || match status.get() {
        AuthStatus::SignedIn(id) => Some(id),
        _ => None,
    }
}

fn shown_while(is_wanted: fn(&AuthStatus) -> bool, children: ChildrenFn) -> AnyView {
    let status = auth_status(use_auth());
    recreate(move || status.with(is_wanted).then(|| children()))
}
