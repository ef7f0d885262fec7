//! Who is signed in, small enough for the corner of a page: a button with a menu.

use super::access::standing;
use super::accounts::AccountSwitcher;
use super::context::use_auth;
use super::signed_in::{LogoutButton, portrait};
use crate::session::Session;
use leptos::html::Details;
use leptos::prelude::*;

/// The person's picture and name; opened, their e-mail address and the ways to sign out. Nothing while
/// nobody is signed in.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::UserButton;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! { <UserButton /> }
/// # }
/// ```
#[component]
pub fn UserButton() -> impl IntoView {
    let auth = use_auth();
    let standing = standing(auth);
    move || {
        standing.get().session_id()?;
        let session = untrack(|| auth.session())?;
        Some(menu(&session))
    }
}

fn menu(session: &Session) -> impl IntoView + use<> {
    let name = session.user.display_name().to_owned();
    let email = session.user.email.clone().filter(|email| *email != name);
    let details = NodeRef::<Details>::new();
    let close = move || {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    // Pointing at, or going to, anything else of the page puts the menu away.
    let elsewhere = ["pointerdown", "focusin"].map(|event| {
        window_event_listener_untyped(event, move |event| {
            let inside = details
                .get_untracked()
                .is_some_and(|details| event.composed_path().includes(&details, 0));
            if !inside {
                close();
            }
        })
    });
    on_cleanup(move || elsewhere.into_iter().for_each(|listener| listener.remove()));
    let escape = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
        }
    };
    view! {
        <details class="vestibule-menu" node_ref=details on:keydown=escape>
            <summary class="vestibule-button vestibule-user" part="user">
                {portrait(&session.user)}
                <bdi part="name">{name}</bdi>
            </summary>
            <div class="vestibule-panel" part="menu">
                <p class="vestibule-email">
                    <bdi>{email}</bdi>
                </p>
                <AccountSwitcher />
                <LogoutButton local=false />
                <LogoutButton local=true />
            </div>
        </details>
    }
}
