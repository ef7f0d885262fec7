//! The page: one card in `index.html`, once the configuration has been read.

use super::brand::{apply_to_document, footer, load_stylesheet};
use super::context::{AuthContext, use_auth};
use super::expiry::expiry_warning;
use super::guards::{AuthStatus, auth_status};
use super::remedy::FindRemedy;
use super::sign_in::sign_in_card;
use super::signed_in::signed_in_card;
use super::text_source::TextSource;
use super::view::{describe_language, in_language, recreate};
use crate::language::key;
use crate::platform::browser::BrowserPlatform;
use crate::protocol::url::ReturnTo;
use crate::session::{Auth, AuthState, SignInOptions};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The title of `index.html` as it is. A site that changes it keeps its own.
const TITLE: &str = "Sign in";

/// One card: sign in, or who is signed in. Shows nothing until that is known. It also sets the document's
/// title, if that is empty. Needs an [`AuthContext`].
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::{AuthPage, AuthProvider};
/// # #[component]
/// # fn App() -> impl IntoView {
/// view! {
///     <AuthProvider>
///         <AuthPage />
///     </AuthProvider>
/// }
/// # }
/// ```
#[component]
pub fn AuthPage() -> impl IntoView {
    let auth = use_auth();
    in_language(auth, move || page(auth))
}

pub(super) fn page(auth: AuthContext) -> AnyView {
    // A host's title stays.
    if document().title().is_empty() {
        set_title(auth);
    }
    let status = auth_status(auth);
    let card = recreate(move || match status.get() {
        AuthStatus::Loading => None,
        AuthStatus::SignedOut => Some(sign_in_card(auth)),
        AuthStatus::SignedIn(_) => {
            let views = view! {
                {signed_in_card(auth)}
                {expiry_warning(auth)}
            };
            Some(views.into_any())
        }
    });
    let footer = recreate(move || {
        let is_known = status.with(|status| *status != AuthStatus::Loading);
        is_known.then(|| footer(auth))
    });
    view! {
        {card}
        {footer}
    }
    .into_any()
}

/// Keeps the document's title up to date.
fn set_title(auth: AuthContext) {
    Effect::new(move |_| {
        let title = auth.last_result().with(|result| match result {
            AuthState::Failed(_) => Some(key!("error.page_title")),
            AuthState::SignedIn(_) => Some(key!("signed_in.title")),
            AuthState::SignedOut { .. } => Some(key!("sign_in.title")),
            AuthState::Loading | AuthState::SigningIn { .. } => None,
        });
        if let Some(title) = title {
            document().set_title(&auth.phrase(title));
        }
    });
}

/// [`AuthPage`] for this session, in a document that is the page's own. What `index.html` shows stays until it's
/// known who is signed in, and until the configured stylesheet is there.
pub fn auth_page(
    auth: Auth<BrowserPlatform>,
    find_remedy: FindRemedy,
    texts: TextSource,
) -> AnyView {
    // In other documents, the query belongs to the application.
    auth.accept_third_party_login();
    let context = AuthContext::new(auth, find_remedy, texts);
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            describe_language(&root, context);
        }
    });
    let context = match return_to() {
        Some(place) => context.with_options(SignInOptions::default().with_return_to(place)),
        None => context,
    };
    let session = context.client();
    let brand = session.brand();
    apply_to_document(brand);
    let is_styled = load_stylesheet(brand);
    if document().title() == TITLE {
        set_title(context);
    }
    Effect::new(move |_| {
        if !context.is_loading() && context.has_texts() && is_styled.get() {
            remove_placeholders();
        }
    });
    recreate(move || (is_styled.get() && context.has_texts()).then(|| page(context)))
}

/// Where the person came from, as the page that linked here says: `?return_to=/orders`. Only places of this
/// origin count.
pub(super) fn return_to() -> Option<ReturnTo> {
    let query = location().search().ok()?;
    let mut parameters = form_urlencoded::parse(query.strip_prefix('?')?.as_bytes());
    let (_, place) = parameters.find(|(name, _)| name == "return_to")?;
    ReturnTo::parse(&place)
}

/// Waits for `work`, then shows its result in `index.html`, in the element that is meant for it.
pub fn mount_page<T: 'static>(work: impl Future<Output = T> + 'static, show: fn(T) -> AnyView) {
    wasm_bindgen_futures::spawn_local(async move {
        let result = work.await;
        let host = document()
            .get_element_by_id("vestibule")
            .and_then(|element| element.dyn_into().ok())
            .unwrap_or_else(leptos::tachys::dom::body);
        leptos::mount::mount_to(host, move || show(result)).forget();
    });
}

/// What `index.html` shows until the page takes over.
const PLACEHOLDERS: [&str; 3] = [
    "vestibule-loading",
    "vestibule-unsupported",
    "vestibule-unreachable",
];

/// Removes what `index.html` shows until the page takes over.
pub fn remove_placeholders() {
    placeholders().for_each(|element| element.remove());
}

/// Hides it, for views that show it elsewhere.
pub(super) fn hide_placeholders() {
    for element in placeholders() {
        // Setting this attribute can't fail.
        _ = element.set_attribute("hidden", "");
    }
}

fn placeholders() -> impl Iterator<Item = web_sys::Element> {
    let document = document();
    PLACEHOLDERS
        .into_iter()
        .filter_map(move |id| document.get_element_by_id(id))
}
