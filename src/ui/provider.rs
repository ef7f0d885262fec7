//! The root of Vestibule in a Leptos application: reads the configuration and provides the session.

use super::config_problem::ConfigProblem;
use super::context::AuthContext;
use crate::config::ConfigError;
use crate::platform::Platform;
use crate::platform::browser::{BrowserPlatform, ConfigSource};
use crate::protocol::pkce::STATE_PREFIX;
use crate::session::Auth;
use leptos::children::ViewFn;
use leptos::logging;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The session or why there is none, to be taken once. It belongs to the thread of the page.
type LoadResult = StoredValue<Option<Result<Auth<BrowserPlatform>, ConfigError>>, LocalStorage>;

/// Reads the configuration and provides the session to its children: [`use_auth`](super::use_auth) and the
/// components of this module only work inside it.
///
/// Shows `loading` until the configuration has been read; a server never renders anything else. If the
/// configuration has mistakes, it lists them for the administrator.
///
/// The page has to load `boot.js` before anything else. Without it, a provider's response stays in the
/// address bar and the sign-in can't finish; an error in the browser's console says so.
///
/// ```
/// use leptos::prelude::*;
/// use vestibule::ui::{AuthProvider, Authenticated, ProviderPicker, Unauthenticated, UserButton};
///
/// #[component]
/// fn App() -> impl IntoView {
///     view! {
///         <AuthProvider config="vestibule.json" loading=|| view! { <p>"One moment…"</p> }>
///             <Authenticated>
///                 <UserButton />
///             </Authenticated>
///             <Unauthenticated>
///                 <ProviderPicker />
///             </Unauthenticated>
///         </AuthProvider>
///     }
/// }
/// ```
#[component]
pub fn AuthProvider(
    /// The configuration, its JSON or its URL. Default: the configuration of the page, which is inline in
    /// its HTML or in `vestibule.json` next to it.
    #[prop(optional, into)]
    config: ConfigSource,
    /// What to show until the configuration has been read.
    #[prop(optional, into)]
    loading: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let result: RwSignal<Option<LoadResult>> = RwSignal::new(None);
    let attempt = RwSignal::new(0);
    let retry = move |()| {
        result.set(None);
        attempt.update(|attempt| *attempt += 1);
    };
    // Effects don't run on a server.
    Effect::new(move |_| {
        attempt.track();
        if has_unread_response(&BrowserPlatform.path()) {
            logging::error!("{BOOT_MISSING}");
        }
        let config = config.clone();
        spawn_local(async move {
            let resolved = config.load().await;
            let auth = resolved.map(|resolved| Auth::new(BrowserPlatform, resolved));
            result.set(Some(StoredValue::new_local(Some(auth))));
        });
    });
    move || {
        let Some(result) = result.get() else {
            return loading.run();
        };
        match result.try_update_value(Option::take).flatten() {
            Some(Ok(auth)) => {
                AuthContext::provide(auth);
                children().into_any()
            }
            Some(Err(problem)) => {
                // Made here, because it belongs to the thread of the page.
                let on_retry = UnsyncCallback::new(retry);
                view! { <ConfigProblem problem=problem on_retry=on_retry /> }.into_any()
            }
            None => ().into_any(),
        }
    }
}

/// For the developer of an application that doesn't load `boot.js`.
const BOOT_MISSING: &str = "Vestibule: boot.js is not loaded, so the provider's response is still in the address bar and the sign-in can't finish. Load boot.js in a plain <script> at the top of your index.html, before any other script.";

/// Whether an address (path, query and fragment) has a response to one of our sign-ins, which `boot.js` would
/// have taken.
fn has_unread_response(address: &str) -> bool {
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let query = address.split_once('?').map_or("", |(_, query)| query);
    [query, fragment].into_iter().any(|params| {
        form_urlencoded::parse(params.as_bytes())
            .any(|(name, value)| name == "state" && value.starts_with(STATE_PREFIX))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_response_that_boot_js_has_not_taken() {
        assert!(has_unread_response("/app?code=1&state=vst_abc"));
        assert!(has_unread_response("/?state=vst_abc#top"));
        assert!(has_unread_response("/app#state=vst_abc"));
        assert!(has_unread_response("/app?a=b#code=1&state=vst_abc"));
    }

    #[test]
    fn leaves_responses_to_other_clients_and_other_addresses_alone() {
        for address in [
            "/app",
            "/app?state=abc",
            "/app?next=vst_abc",
            "/app#state=abc",
            "/app#/orders?state=vst_abc",
            "/app#?state=vst_abc",
        ] {
            assert!(!has_unread_response(address), "{address}");
        }
    }
}
