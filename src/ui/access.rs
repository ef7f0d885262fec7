//! Parts of a page that are there for one standing only.

use super::accounts::switcher;
use super::context::{AuthContext, use_auth};
use super::error::error;
use super::node::{Node, live, nodes};
use super::picker::picker;
use crate::session::{Auth, AuthState, SignedOutReason};
use leptos::children::ViewFn;
use leptos::prelude::*;
use std::mem::discriminant;

/// Shows its children while nobody is signed in: also on the way to the provider, and after a
/// sign-in that failed.
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
    shown_when(|standing| matches!(standing, Standing::Nobody), children)
}

/// Shows its children while somebody is signed in. It hides things and protects nothing: what nobody
/// else may see has to come from an API that asks for the access token.
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
    shown_when(
        |standing| matches!(standing, Standing::Somebody(_)),
        children,
    )
}

/// Shows its children until it is known who is signed in: while a provider's answer is worked on, and
/// other tabs are asked.
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
    shown_when(|standing| matches!(standing, Standing::Unknown), children)
}

/// Shows its children to people who are signed in, and has everybody else sign in first: in its place,
/// by the picker or by `fallback`. After that they are where they wanted to be, with query and fragment:
/// a route that needs no more than this.
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
///     <RequireAuth provider="work" fallback=|| "Taking you to the sign-in…">
///         <Orders />
///     </RequireAuth>
/// }
/// # }
/// ```
#[component]
pub fn RequireAuth(
    /// Goes to the provider of this id without asking. Who has just signed out, whose sign-in has
    /// failed, or who comes back from one with nothing, is asked all the same.
    #[prop(optional, into)]
    provider: Option<String>,
    /// What stands there meanwhile. Default: the picker.
    #[prop(optional, into)]
    fallback: Option<ViewFn>,
    children: ChildrenFn,
) -> impl IntoView {
    let auth = use_auth();
    if let Some(provider) = provider {
        Effect::new(move |_| {
            let is_new = auth.state.with(|state| {
                matches!(
                    state,
                    AuthState::SignedOut {
                        reason: SignedOutReason::Fresh | SignedOutReason::Expired
                    }
                )
            });
            if is_new && auth.auth.with_value(Auth::may_begin_by_itself) {
                auth.sign_in(provider.clone());
            }
        });
    }
    let presence = presence(auth);
    live(move || match (presence.get(), &fallback) {
        (Standing::Somebody(_), _) => Node::View(children()),
        (Standing::Nobody, Some(fallback)) => Node::View(fallback.run()),
        (Standing::Nobody, None) => nodes![error(auth), switcher(auth), picker(auth, &[])].into(),
        (Standing::Unknown, _) => Node::Nothing,
    })
}

/// Who is signed in. Renewed tokens change nothing of it.
#[derive(Clone, PartialEq)]
pub(super) enum Standing {
    Unknown,
    Nobody,
    /// By the session's id.
    Somebody(String),
}

impl Standing {
    fn of(auth: AuthContext) -> Standing {
        auth.state.with(|state| match state {
            AuthState::Loading => Standing::Unknown,
            AuthState::SignedIn(session) => Standing::Somebody(session.id().to_owned()),
            _ => Standing::Nobody,
        })
    }

    /// The id of the session that there is.
    pub fn session_id(self) -> Option<String> {
        match self {
            Standing::Somebody(id) => Some(id),
            _ => None,
        }
    }
}

/// Who is signed in.
pub(super) fn standing(auth: AuthContext) -> Memo<Standing> {
    Memo::new(move |_| Standing::of(auth))
}

/// Whether somebody is signed in, whoever it is: what is shown stays when people switch accounts.
pub(super) fn presence(auth: AuthContext) -> Memo<Standing> {
    Memo::new_with_compare(
        move |_| Standing::of(auth),
        |before, now| before.map(discriminant) != now.map(discriminant),
    )
}

/// Shows its children while things stand like this.
fn shown_when(rule: fn(&Standing) -> bool, children: ChildrenFn) -> Node {
    let presence = presence(use_auth());
    live(move || presence.with(rule).then(|| children()))
}
