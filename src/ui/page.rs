//! The whole page, once its configuration is there, and its place in `index.html`.

use super::access::{Authenticated, Unauthenticated};
use super::context::{AuthContext, use_auth};
use super::ending::EndingWarning;
use super::sign_in::SignInCard;
use super::signed_in::SignedInCard;
use super::texts::texts;
use crate::platform::browser::BrowserPlatform;
use crate::session::{Auth, AuthState};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

/// One card: sign in, or who is signed in. Nothing while that is not known. Needs an
/// [`AuthContext`](super::AuthContext).
#[component]
pub fn AuthPage() -> impl IntoView {
    let auth = use_auth();
    Effect::new(move |_| {
        let title = auth.outcome.with(|outcome| match outcome {
            AuthState::Failed(_) => Some(texts().error.page_title),
            AuthState::SignedIn(_) => Some(texts().signed_in.title),
            AuthState::SignedOut { .. } => Some(texts().sign_in.title),
            AuthState::Loading | AuthState::SigningIn { .. } => None,
        });
        if let Some(title) = title {
            document().set_title(title);
        }
    });
    view! {
        <Unauthenticated>
            <SignInCard />
        </Unauthenticated>
        <Authenticated>
            <SignedInCard />
            <EndingWarning />
        </Authenticated>
    }
}

/// [`AuthPage`] of this session. What `index.html` shows stays until it is known who is signed in.
pub fn auth_page(auth: Auth<BrowserPlatform>) -> AnyView {
    let context = AuthContext::provide(auth);
    Effect::new(move |_| {
        if !context.is_loading() {
            remove_placeholders();
        }
    });
    view! { <AuthPage /> }.into_any()
}

/// Shows what comes of the work in the place that `index.html` has for it.
pub fn mount_page<T: Clone + 'static>(
    work: impl Future<Output = T> + 'static,
    show: fn(T) -> AnyView,
) {
    let host = document()
        .get_element_by_id("vestibule")
        .and_then(|element| element.dyn_into().ok())
        .unwrap_or_else(leptos::tachys::dom::body);
    leptos::mount::mount_to(host, move || {
        let done = RwSignal::new_local(None);
        spawn_local(async move { done.set(Some(work.await)) });
        move || done.get().map(show)
    })
    .forget();
}

/// Removes what `index.html` shows until it is known what to show instead.
pub fn remove_placeholders() {
    for id in ["vestibule-loading", "vestibule-unsupported"] {
        if let Some(element) = document().get_element_by_id(id) {
            element.remove();
        }
    }
}
