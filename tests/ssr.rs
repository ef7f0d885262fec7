//! What a server renders: `cargo test --no-default-features --features ssr --test ssr`.
#![cfg(feature = "ssr")]

use leptos::prelude::*;
#[cfg(not(feature = "full"))]
use vestibule::config::{Config, ConfigError};
use vestibule::ui::{AuthProvider, Authenticated, ProviderPicker, RequireAuth, UserButton};

/// Rendered as a server does it, and put away in another thread as servers do.
fn rendered<V: IntoView + 'static>(page: fn() -> V) -> String {
    let owner = Owner::new();
    let html = owner.with(|| page().to_html());
    let put_away = std::thread::spawn(move || drop(owner)).join();
    assert!(put_away.is_ok());
    html
}

#[test]
fn a_server_renders_what_stands_until_it_is_known_who_is_signed_in() {
    let html = rendered(|| {
        view! {
            <main>
                <AuthProvider config="vestibule.json" loading=|| view! { <p>"One moment…"</p> }>
                    <Authenticated>
                        <UserButton />
                        "For people who are signed in"
                    </Authenticated>
                    <RequireAuth>"For them too"</RequireAuth>
                    <ProviderPicker />
                </AuthProvider>
            </main>
        }
    });
    assert!(html.contains("<p>One moment…</p>"), "{html}");
    assert!(!html.contains("For "), "{html}");
}

/// What is run here is a lean build too.
#[cfg(not(feature = "full"))]
#[test]
fn a_lean_build_finds_every_mistake_and_explains_none() {
    let text = r#"{ "scopes": "openid", "providers": [{ "id": "sso", "kind": "oidc" }] }"#;
    let Err(ConfigError::Invalid(mistakes)) = Config::from_text(text.as_bytes()) else {
        panic!("no mistake was found");
    };
    // An unknown setting; no client id; no issuer.
    assert_eq!(mistakes.len(), 3);
    assert!(mistakes.iter().all(|mistake| mistake == &mistakes[0]));
}

#[test]
fn without_anything_to_show_meanwhile_a_server_renders_nothing() {
    let html = rendered(|| view! { <main><AuthProvider>"Inside"</AuthProvider></main> });
    assert!(!html.contains("Inside"), "{html}");
}
