//! The whole page, once its configuration is there, and its place in `index.html`.

use super::access::{Standing, presence};
use super::context::{AuthContext, use_auth};
use super::ending::ending;
use super::node::{Node, live, nodes};
use super::sign_in::sign_in_card;
use super::signed_in::signed_in_card;
use super::texts::texts;
use crate::platform::browser::BrowserPlatform;
use crate::session::{Auth, AuthState};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// One card: sign in, or who is signed in. Nothing while that is not known. Needs an
/// [`AuthContext`](super::AuthContext).
#[component]
pub fn AuthPage() -> impl IntoView {
    page(use_auth())
}

fn page(auth: AuthContext) -> Node {
    let presence = presence(auth);
    let document_title = live(move || {
        let title = auth.outcome.with(|outcome| match outcome {
            AuthState::Failed(_) => Some(texts().error.page_title),
            AuthState::SignedIn(_) => Some(texts().signed_in.title),
            AuthState::SignedOut { .. } => Some(texts().sign_in.title),
            AuthState::Loading | AuthState::SigningIn { .. } => None,
        });
        if let Some(title) = title {
            document().set_title(title);
        }
        Node::Nothing
    });
    let card = live(move || match presence.get() {
        Standing::Unknown => Node::Nothing,
        Standing::Nobody => sign_in_card(auth),
        Standing::Somebody(_) => nodes![signed_in_card(auth), ending(auth)].into(),
    });
    nodes![document_title, card].into()
}

/// [`AuthPage`] of this session. What `index.html` shows stays until it is known who is signed in.
pub fn auth_page(auth: Auth<BrowserPlatform>) -> AnyView {
    let context = AuthContext::begin(auth);
    let placeholders = live(move || {
        if !context.is_loading() {
            remove_placeholders();
        }
        Node::Nothing
    });
    Node::from(nodes![placeholders, page(context)]).into_any()
}

/// Shows what comes of the work in the place that `index.html` has for it.
pub fn mount_page<T: 'static>(work: impl Future<Output = T> + 'static, show: fn(T) -> AnyView) {
    wasm_bindgen_futures::spawn_local(async move {
        let done = work.await;
        let host = document()
            .get_element_by_id("vestibule")
            .and_then(|element| element.dyn_into().ok())
            .unwrap_or_else(leptos::tachys::dom::body);
        leptos::mount::mount_to(host, move || show(done)).forget();
    });
}

/// Removes what `index.html` shows until it is known what to show instead.
pub fn remove_placeholders() {
    for id in [
        "vestibule-loading",
        "vestibule-unsupported",
        "vestibule-unreached",
    ] {
        if let Some(element) = document().get_element_by_id(id) {
            element.remove();
        }
    }
}
