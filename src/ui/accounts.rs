//! Several accounts at once: the others to go on as, and one more to add.

use super::context::{AuthContext, use_auth};
use super::error::AuthError;
use super::picker::ProviderPicker;
use super::signed_in::portrait;
use super::texts::texts;
use super::view::{HEADING, with_name};
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
pub fn AccountSwitcher() -> AnyView {
    let auth = use_auth();
    let words = &texts().accounts;
    if !auth.auth.with_value(|auth| auth.has_several_accounts()) {
        return ().into_any();
    }
    // Renewed tokens change nothing that is shown: what is open stays open.
    let current = Memo::new(move |_| Some(auth.session()?.id().to_owned()));
    let others = move || {
        let current = current.get();
        let sentence = match current {
            Some(_) => words.switch_to,
            None => words.continue_as,
        };
        let mut accounts = auth.accounts.get();
        accounts.retain(|account| Some(&account.id) != current.as_ref());
        let is_somebody = !accounts.is_empty();
        let buttons: Vec<AnyView> = accounts
            .into_iter()
            .map(|account| button(auth, account, sentence))
            .collect();
        is_somebody.then(|| {
            view! {
                <ul
                    class="vestibule-providers vestibule-accounts"
                    role="list"
                    aria-label=words.others
                    part="accounts"
                >
                    {buttons}
                </ul>
                <button
                    type="button"
                    class="vestibule-button vestibule-quiet"
                    on:click=move |_| auth.sign_out_of_all()
                >
                    {words.sign_out_of_all}
                </button>
            }
            .into_any()
        })
    };
    let more = move || {
        current.get()?;
        let picker = view! { <ProviderPicker /> }.into_any();
        let error = view! { <AuthError /> }.into_any();
        Some(
            view! {
                {error}
                <details class="vestibule-details">
                    <summary>{words.add}</summary>
                    {picker}
                </details>
            }
            .into_any(),
        )
    };
    view! { {others} {more} }.into_any()
}

fn button(auth: AuthContext, account: Account, sentence: &'static str) -> AnyView {
    let Account { id, user } = account;
    let provider = auth.provider_label(&user.provider);
    let go_on = move |event: web_sys::MouseEvent| {
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
    view! {
        <li>
            <button
                type="button"
                class="vestibule-button vestibule-provider"
                part="account"
                on:click=go_on
            >
                {portrait(&user)}
                <span class="vestibule-label">
                    {with_name(sentence, user.display_name())} " "
                    <bdi class="vestibule-email">{provider}</bdi>
                </span>
            </button>
        </li>
    }
    .into_any()
}
