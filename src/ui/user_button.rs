//! The user button: the person who is signed in, with a menu, for the corner of a page.

use super::accounts::AccountSwitcher;
use super::context::use_auth;
use super::guards::session_id;
use super::signed_in::{LogoutButton, avatar};
use super::view::recreate;
use crate::session::Session;
use leptos::html::Details;
use leptos::prelude::*;

/// The person's picture and name. Its menu has their e-mail address, the account switcher and the buttons
/// to sign out. Shows nothing while nobody is signed in.
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
    let id = session_id(auth);
    recreate(move || {
        id()?;
        let session = untrack(|| auth.session())?;
        Some(menu(&session))
    })
}

fn menu(session: &Session) -> AnyView {
    let name = session.user.display_name().to_owned();
    let email = session.user.email.clone().filter(|email| *email != name);
    let details = NodeRef::<Details>::new();
    let close = move || {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    // The menu closes when the person clicks on anything else or moves the focus there.
    let listeners = ["pointerdown", "focusin"].map(|event| {
        window_event_listener_untyped(event, move |event| {
            let is_inside = details
                .get_untracked()
                .is_some_and(|details| event.composed_path().includes(&details, 0));
            if !is_inside {
                close();
            }
        })
    });
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    let close_on_escape = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
        }
    };
    view! {
        <details class="vestibule-menu" node_ref=details on:keydown=close_on_escape>
            <summary class="vestibule-button vestibule-user" part="user">
                {avatar(&session.user)}
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
    .into_any()
}
