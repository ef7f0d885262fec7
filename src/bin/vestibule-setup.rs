//! The set-up page, for administrators: `src/start.js` starts it instead of the page where the address
//! asks for it (`?setup`). Everything it does is in the library.

use leptos::prelude::*;
use leptos::task::spawn_local;
use vestibule::config::{Addresses, ConfigError};
use vestibule::platform::Platform;
use vestibule::platform::browser::{BrowserPlatform, load_config};
use vestibule::session::Auth;
use vestibule::ui::setup::{SetupPage, SetupProblem};
use vestibule::ui::{AuthContext, mount_page, remove_placeholders};

fn main() {
    mount_page(page);
}

fn page() -> impl IntoView {
    let start = RwSignal::new_local(None);
    spawn_local(async move { start.set(Some(begin().await)) });
    move || {
        let started = start.get()?;
        remove_placeholders();
        Some(match started {
            Ok((auth, addresses)) => {
                AuthContext::provide(auth);
                view! { <SetupPage addresses=addresses /> }.into_any()
            }
            Err(problem) => {
                let addresses = Addresses::of_page(&BrowserPlatform.page_url());
                view! { <SetupProblem problem=problem addresses=addresses /> }.into_any()
            }
        })
    }
}

async fn begin() -> Result<(Auth<BrowserPlatform>, Addresses), ConfigError> {
    let config = load_config().await?;
    let addresses = config.addresses(&BrowserPlatform.page_url());
    let addresses = addresses.map_err(ConfigError::Invalid)?;
    let auth = Auth::new(BrowserPlatform, config).map_err(ConfigError::Invalid)?;
    Ok((auth, addresses))
}
