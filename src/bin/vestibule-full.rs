//! The page with everything that a configuration may ask for, the words for its mistakes, and the set-up
//! page. The page starts it in place of its own binary where it takes more than that has. Everything it
//! does is in the library.

use leptos::prelude::*;
use vestibule::config::{Addresses, Config, ConfigError};
use vestibule::platform::Platform;
use vestibule::platform::browser::{BrowserPlatform, load_config};
use vestibule::session::Auth;
use vestibule::ui::setup::{SetupPage, SetupProblem};
use vestibule::ui::{AuthContext, ConfigProblem, auth_page, mount_page, remove_placeholders};

fn main() {
    match BrowserPlatform.is_for_setup() {
        true => mount_page(begin_setup(), setup),
        false => mount_page(begin(), page),
    }
}

async fn config() -> Result<Config, ConfigError> {
    match BrowserPlatform.has_waited() {
        true => Err(ConfigError::Timeout),
        false => load_config().await,
    }
}

async fn begin() -> Result<Auth<BrowserPlatform>, ConfigError> {
    Auth::new(BrowserPlatform, config().await?)
}

async fn begin_setup() -> Result<(Auth<BrowserPlatform>, Addresses), ConfigError> {
    let config = config().await?;
    let resolved = config.clone().resolve(&BrowserPlatform.page_url())?;
    let auth = Auth::new(BrowserPlatform, config)?;
    Ok((auth, resolved.addresses))
}

fn page(begun: Result<Auth<BrowserPlatform>, ConfigError>) -> AnyView {
    match begun {
        Ok(auth) => auth_page(auth),
        Err(problem) => {
            remove_placeholders();
            view! { <ConfigProblem problem=problem /> }.into_any()
        }
    }
}

fn setup(begun: Result<(Auth<BrowserPlatform>, Addresses), ConfigError>) -> AnyView {
    remove_placeholders();
    match begun {
        Ok((auth, addresses)) => {
            AuthContext::provide(auth);
            view! { <SetupPage addresses=addresses /> }.into_any()
        }
        Err(problem) => {
            let addresses = Addresses::for_page(&BrowserPlatform.page_url());
            view! { <SetupProblem problem=problem addresses=addresses /> }.into_any()
        }
    }
}
