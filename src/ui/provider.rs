//! Where sign-in begins in a program of somebody else: the configuration, and the session for everything
//! below.

use super::config_problem::ConfigProblem;
use super::context::AuthContext;
use crate::config::ConfigError;
use crate::platform::browser::{BrowserPlatform, ConfigSource};
use crate::session::Auth;
use leptos::children::ViewFn;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What came of the configuration, to be taken once. It belongs to the thread of the page.
type Begun = StoredValue<Option<Result<Auth<BrowserPlatform>, ConfigError>>, LocalStorage>;

/// Reads the configuration and gives everything below it the session: [`use_auth`](super::use_auth) and
/// the components of this module work inside of it.
///
/// Until the configuration is there, `loading` is shown; on a server that is all. A configuration with
/// mistakes is told in an administrator's words.
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
    /// The configuration, its JSON or its address. Default: what the page has.
    #[prop(optional, into)]
    config: ConfigSource,
    /// What is shown until it is there.
    #[prop(optional, into)]
    loading: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let begun: RwSignal<Option<Begun>> = RwSignal::new(None);
    // Effects do not run on a server.
    Effect::new(move |_| {
        let config = config.clone();
        spawn_local(async move {
            let config = config.load().await;
            let auth = config.and_then(|config| Auth::new(BrowserPlatform, config));
            begun.set(Some(StoredValue::new_local(Some(auth))));
        });
    });
    move || {
        let Some(begun) = begun.get() else {
            return loading.run();
        };
        match begun.try_update_value(Option::take).flatten() {
            Some(Ok(auth)) => {
                AuthContext::provide(auth);
                children().into_any()
            }
            Some(Err(problem)) => view! { <ConfigProblem problem=problem /> }.into_any(),
            None => ().into_any(),
        }
    }
}
