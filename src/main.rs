//! The page: reads its configuration, then shows who is signed in or the way in. Everything it does is
//! in the library.

use leptos::prelude::*;
use leptos::task::spawn_local;
use vestibule::config::ConfigError;
use vestibule::platform::browser::{BrowserPlatform, load_config};
use vestibule::session::Auth;
use vestibule::ui::{AuthContext, AuthPage, ConfigProblem, mount_page, remove_placeholders};

fn main() {
    mount_page(page);
}

/// Nothing at first: what `index.html` shows stays until it is known what to show instead.
fn page() -> impl IntoView {
    let start = RwSignal::new_local(None);
    spawn_local(async move { start.set(Some(begin().await)) });
    move || match start.get()? {
        Ok(auth) => {
            let context = AuthContext::provide(auth);
            Effect::new(move |_| {
                if !context.is_loading() {
                    remove_placeholders();
                }
            });
            Some(view! { <AuthPage /> }.into_any())
        }
        Err(problem) => {
            remove_placeholders();
            Some(view! { <ConfigProblem problem=problem /> }.into_any())
        }
    }
}

async fn begin() -> Result<Auth<BrowserPlatform>, ConfigError> {
    let config = load_config().await?;
    Auth::new(BrowserPlatform, config).map_err(ConfigError::Invalid)
}
