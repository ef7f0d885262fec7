//! Server-side rendering: `cargo test --features ssr --test ssr`.
#![cfg(feature = "ssr")]

use leptos::prelude::*;
use vestibule::ui::{AuthProvider, Authenticated, ProviderPicker, RequireAuth, UserButton};

/// Renders a view, and drops its owner in another thread, as servers do.
fn render<V: IntoView + 'static>(view: fn() -> V) -> String {
    let owner = Owner::new();
    let html = owner.with(|| view().to_html());
    let dropped = std::thread::spawn(move || drop(owner)).join();
    assert!(dropped.is_ok());
    html
}

#[test]
fn renders_the_loading_view_until_the_browser_knows_who_is_signed_in() {
    let html = render(|| {
        view! {
            <main>
                <AuthProvider config="vestibule.json" loading=|| view! { <p>"One moment…"</p> }>
                    <Authenticated>
                        <UserButton />
                        "For signed-in users"
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

#[test]
fn renders_nothing_without_a_loading_view() {
    let html = render(|| view! { <main><AuthProvider>"Inside"</AuthProvider></main> });
    assert!(!html.contains("Inside"), "{html}");
}
