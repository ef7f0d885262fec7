//! Several accounts at once: the others to go on as, and one more to add.

use super::access::standing;
use super::context::{AuthContext, use_auth};
use super::error::error;
use super::node::{Element, Node, element, live, nodes};
use super::picker::picker;
use super::signed_in::portrait;
use super::texts::texts;
use super::view::{HEADING, button, with_name};
use crate::session::Account;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::JsCast;

/// The accounts that are signed in here apart from the current one, each with a button to go on as, and
/// the way to add one. Nothing unless the configuration has `several_accounts`.
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
    switcher(use_auth())
}

pub(super) fn switcher(auth: AuthContext) -> Node {
    let words = &texts().accounts;
    if !auth.auth.with_value(|auth| auth.has_several_accounts()) {
        return Node::Nothing;
    }
    let standing = standing(auth);
    let current = move || standing.get().session_id();
    let others = live(move || {
        let current = current();
        let sentence = match current {
            Some(_) => words.switch_to,
            None => words.continue_as,
        };
        let mut accounts = auth.accounts.get();
        accounts.retain(|account| Some(&account.id) != current.as_ref());
        if accounts.is_empty() {
            return None;
        }
        let buttons = accounts
            .into_iter()
            .map(|account| element("li", &[], nodes![going_on(auth, account, sentence)]).into());
        let list = &[
            ("class", "vestibule-providers vestibule-accounts"),
            ("role", "list"),
            ("part", "accounts"),
        ];
        Some(nodes![
            element("ul", list, buttons.collect()).with("aria-label", words.others),
            button(
                "vestibule-button vestibule-quiet",
                nodes![words.sign_out_of_all]
            )
            .on("click", move |_| auth.sign_out_of_all()),
        ])
    });
    let more = live(move || {
        current()?;
        let parts = nodes![
            element("summary", &[], nodes![words.add]),
            picker(auth, &[])
        ];
        Some(nodes![
            error(auth),
            element("details", &[("class", "vestibule-details")], parts),
        ])
    });
    nodes![others, more].into()
}

fn going_on(auth: AuthContext, account: Account, sentence: &'static str) -> Element {
    let Account { id, user } = account;
    let provider = auth.provider_label(&user.provider);
    let go_on = move |event: web_sys::Event| {
        let id = id.clone();
        // The button goes away with its menu; the focus stays in that place.
        let menu = event_target::<web_sys::Element>(&event).closest(".vestibule-menu");
        let place = menu.ok().flatten().and_then(|menu| menu.parent_element());
        spawn_local(async move {
            if auth.switch_to(&id).await.is_ok() {
                tick().await;
                let shown = match place {
                    Some(place) => place.query_selector("summary").ok().flatten(),
                    None => document().get_element_by_id(HEADING),
                };
                if let Some(shown) =
                    shown.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok())
                {
                    // Fails for elements that cannot have the focus, and these can.
                    _ = shown.focus();
                }
            }
        });
    };
    let label = nodes![
        with_name(sentence, user.display_name()),
        " ",
        element("bdi", &[("class", "vestibule-email")], nodes![provider]),
    ];
    let label = element("span", &[("class", "vestibule-label")], label);
    button(
        "vestibule-button vestibule-provider",
        nodes![portrait(&user), label],
    )
    .with("part", "account")
    .on("click", go_on)
}
