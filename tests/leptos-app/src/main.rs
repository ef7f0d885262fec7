//! A page with a picker for people who aren't signed in, and a greeting for those who are.

use leptos::prelude::*;
use vestibule::ui::{AuthProvider, ProviderPicker, RequireAuth, use_user};

fn main() {
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    view! {
        <AuthProvider config="/vestibule.json" loading=|| "One moment…">
            <RequireAuth fallback=|| view! { <ProviderPicker /> }>
                <Greeting />
            </RequireAuth>
        </AuthProvider>
    }
}

#[component]
fn Greeting() -> impl IntoView {
    let user = use_user();
    let name = move || user.get().and_then(|user| user.name);
    view! { <p>"Welcome " {name}</p> }
}
