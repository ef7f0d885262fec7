//! The page for nearly everybody: reads its configuration, then shows who is signed in or the way in. What
//! it was built without is in `vestibule-full`, which it hands over to before anything is done. Everything
//! it does is in the library.

use leptos::prelude::*;
use vestibule::config::ConfigError;
use vestibule::platform::browser::{BrowserPlatform, load_config};
use vestibule::session::Auth;
use vestibule::ui::{auth_page, mount_page};

fn main() {
    let begun = async {
        let config = load_config().await;
        config.and_then(|config| Auth::new(BrowserPlatform, config))
    };
    mount_page(begun, |begun| match begun {
        Ok(auth) => auth_page(auth),
        // It reads the configuration again, and has the words for what is wrong with it.
        Err(problem) => {
            BrowserPlatform.start_full(match problem {
                ConfigError::Timeout => "timeout",
                ConfigError::Unreachable => "unreachable",
                _ => "",
            });
            ().into_any()
        }
    });
}
