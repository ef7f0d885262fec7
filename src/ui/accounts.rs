//! The account switcher: the other accounts that are signed in, and a way to add one.

use super::context::{AuthContext, use_auth};
use super::error::error;
use super::guards::session_id;
use super::picker::picker;
use super::signed_in::avatar;
use super::view::{HEADING, focus, in_language, recreate};
use crate::language::{Key, key};
use crate::session::Account;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};

/// A button for each account that is signed in here apart from the current one, a way to add an account,
/// and a button to sign out of all of them. Shows nothing unless `several_accounts` is configured.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::AccountSwitcher;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! { <AccountSwitcher /> }
/// # }
/// ```
#[component]
pub fn AccountSwitcher() -> impl IntoView {
    let auth = use_auth();
    in_language(auth, move || {
        let current = session_id(auth);
        let error = recreate(move || {
            current()?;
            Some(error(auth))
        });
        (switcher(auth), error).into_any()
    })
}

/// The accounts, without what went wrong.
pub(super) fn switcher(auth: AuthContext) -> AnyView {
    if !auth.client().has_several_accounts() {
        return ().into_any();
    }
    let current = session_id(auth);
    let others = recreate(move || {
        let current = current();
        let sentence = if current.is_some() {
            key!("accounts.switch_to")
        } else {
            key!("accounts.continue_as")
        };
        let mut accounts = auth.accounts().get();
        accounts.retain(|account| Some(&account.id) != current.as_ref());
        if accounts.is_empty() {
            return None;
        }
        let buttons: Vec<AnyView> = accounts
            .into_iter()
            .map(|account| view! { <li>{account_button(auth, account, sentence)}</li> }.into_any())
            .collect();
        let list = view! {
            <ul
                class="vestibule-providers vestibule-accounts"
                role="list"
                part="accounts"
                aria-label=move || auth.phrase(key!("accounts.others"))
            >
                {buttons}
            </ul>
            <button
                type="button"
                class="vestibule-button vestibule-quiet"
                on:click=move |_| auth.sign_out_of_all()
            >
                {auth.text(key!("accounts.sign_out_of_all"))}
            </button>
        };
        Some(list.into_any())
    });
    let add = recreate(move || {
        current()?;
        let add = view! {
            <details class="vestibule-details">
                <summary>{auth.text(key!("accounts.add"))}</summary>
                {picker(auth, &[])}
            </details>
        };
        Some(add.into_any())
    });
    view! {
        {others}
        {add}
    }
    .into_any()
}

fn account_button(auth: AuthContext, account: Account, sentence: Key) -> AnyView {
    let Account { id, user } = account;
    let provider = auth.provider_label(&user.provider);
    // Two accounts of one person have the same name.
    let email = user.email.clone();
    let email = email.filter(|email| email != user.display_name());
    let email = email.map(|email| view! { <bdi>{email}</bdi> " " }.into_any());
    let switch = move |event: web_sys::MouseEvent| {
        let id = id.clone();
        // The button disappears together with its menu. The focus goes to what replaces it.
        let menu = event_target::<web_sys::Element>(&event).closest(".vestibule-menu");
        let place = menu.ok().flatten().and_then(|menu| menu.parent_element());
        spawn_local(async move {
            if auth.switch_to(&id).await.is_ok() {
                tick().await;
                let replacement = match place {
                    Some(place) => place.query_selector("summary").ok().flatten(),
                    None => document().get_element_by_id(HEADING),
                };
                if let Some(replacement) = replacement {
                    focus(replacement);
                }
            }
        });
    };
    view! {
        <button
            type="button"
            class="vestibule-button vestibule-provider"
            part="account"
            on:click=switch
        >
            {avatar(&user)}
            <span class="vestibule-label">
                <span>
                    {auth.text_about(sentence, user.display_name())} " "
                    <span class="vestibule-second">{email} <bdi>{provider}</bdi></span>
                </span>
            </span>
        </button>
    }
    .into_any()
}
