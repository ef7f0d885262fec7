//! The page with everything that a configuration may ask for, the words for its mistakes, and the set-up
//! page. The page starts it in place of its own binary where it takes more than that has. Everything it
//! does is in the library.

use leptos::prelude::*;
use vestibule::config::{Addresses, ConfigError};
use vestibule::platform::Platform;
use vestibule::platform::browser::{BrowserPlatform, load_config};
use vestibule::session::Auth;
use vestibule::ui::setup::{SetupPage, SetupProblem};
use vestibule::ui::{AuthContext, ConfigProblem, auth_page, mount_page, remove_placeholders};

fn main() {
    match BrowserPlatform.is_for_setup() {
        true => mount_page(begin(), setup),
        false => mount_page(begin(), page),
    }
}

type Begun = Result<(Auth<BrowserPlatform>, Addresses), ConfigError>;

async fn begin() -> Begun {
    if BrowserPlatform.has_waited() {
        return Err(ConfigError::Timeout);
    }
    let config = load_config().await?;
    let addresses = config.addresses(&BrowserPlatform.page_url());
    let addresses = addresses.map_err(ConfigError::Invalid)?;
    let auth = Auth::new(BrowserPlatform, config)?;
    Ok((auth, addresses))
}

fn page(begun: Begun) -> AnyView {
    match begun {
        Ok((auth, _)) => auth_page(auth),
        Err(problem) => {
            remove_placeholders();
            view! { <ConfigProblem problem=problem /> }.into_any()
        }
    }
}

fn setup(begun: Begun) -> AnyView {
    remove_placeholders();
    match begun {
        Ok((auth, addresses)) => {
            AuthContext::provide(auth);
            view! { <SetupPage addresses=addresses /> }.into_any()
        }
        Err(problem) => {
            let addresses = Addresses::of_page(&BrowserPlatform.page_url());
            view! { <SetupProblem problem=problem addresses=addresses /> }.into_any()
        }
    }
}
