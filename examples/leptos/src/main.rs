//! An application with routes: one page for everyone, and one for signed-in users.

mod api;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{A, Route, Router, Routes};
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::path;
use vestibule::session::{Mode, SignInOptions};
use vestibule::ui::{
    AuthError, AuthProvider, ProviderPicker, RequireAuth, UserButton, use_access_token, use_auth,
    use_user,
};

fn main() {
    leptos::mount::mount_to_body(App);
}

/// The configuration has an absolute path, because users may open the application at any route.
#[component]
fn App() -> impl IntoView {
    view! {
        <AuthProvider config="/vestibule.json" loading=|| "One moment…">
            <Router>
                <header>
                    <h1>
                        <A href="/">"Orders"</A>
                    </h1>
                    <UserButton />
                </header>
                <main>
                    <Routes fallback=|| "Page not found.">
                        <Route path=path!("/") view=Welcome />
                        <Route path=path!("/orders/:order") view=OrderPage />
                    </Routes>
                </main>
            </Router>
        </AuthProvider>
    }
}

#[component]
fn Welcome() -> impl IntoView {
    view! {
        <p>"Everyone may read this."</p>
        <p>
            <A href="/orders/42?tab=notes#note-2">"The notes of order 42"</A>
        </p>
    }
}

/// After signing in, users come back to exactly this address.
#[component]
fn OrderPage() -> impl IntoView {
    view! {
        <RequireAuth fallback=SignIn>
            <Order />
        </RequireAuth>
    }
}

#[component]
fn SignIn() -> impl IntoView {
    let auth = use_auth();
    let in_a_window = move |_| {
        let options = SignInOptions::default().with_mode(Mode::Popup);
        auth.sign_in_with("plain", options);
    };
    view! {
        <p>"Sign in to see your orders."</p>
        <AuthError />
        <ProviderPicker />
        <p>
            <button on:click=in_a_window>"Company SSO in a window"</button>
        </p>
    }
}

#[component]
fn Order() -> impl IntoView {
    let (auth, user, tokens) = (use_auth(), use_user(), use_access_token());
    let (params, query) = (use_params_map(), use_query_map());
    let orders = RwSignal::new(String::new());
    let load = move |_| {
        // The first of the api_origins in vestibule.json.
        let api = auth.client().api_origins().first().cloned();
        spawn_local(async move {
            let loaded = api::orders(&api.unwrap_or_default(), tokens).await;
            orders.set(loaded.map_or_else(|words| words, |loaded| loaded.join(", ")));
        });
    };
    view! {
        <h2>
            "Order " {move || params.read().get("order")} ", "
            {move || query.read().get("tab").unwrap_or_else(|| "overview".to_owned())}
        </h2>
        <p>"Hello, " {move || user.get().and_then(|user| user.name)} "."</p>
        <button on:click=load>"Load my orders"</button>
        " "
        <button on:click=move |_| auth.sign_out(true)>"Leave"</button>
        <p role="status">{orders}</p>
        <p id="note-2">"A note: handle with care."</p>
    }
}
