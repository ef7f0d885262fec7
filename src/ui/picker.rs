//! The provider picker: one row for each provider, described by [`rows`](super::rows).

use super::context::{AuthContext, use_auth};
use super::email::{EMAIL_ROWS, asks_for_email, email_first};
use super::icons;
use super::rows::{Icon, Row, rows};
use super::view::{in_language, recreate, remote_image};
use crate::config::Mode;
use crate::language::{Key, key};
use crate::session::AuthState;
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long to wait before fetching metadata when it's clear whom people will choose. The page's own requests come
/// first.
const IDLE: Duration = Duration::from_millis(300);
/// From so many providers on, people search.
const MANY: usize = 8;
/// How many of them are shown before somebody searches or wants to see all.
const SHOWN: usize = 5;

/// One row for each provider, with a search field if there are many. The provider that was used last on this
/// device is marked. The chosen row shows its progress until the browser leaves the page, without moving anything.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::ProviderPicker;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! {
///     <ProviderPicker />
///     <ProviderPicker only=vec!["work".to_owned()] />
/// }
/// # }
/// ```
#[component]
pub fn ProviderPicker(
    /// The ids of the providers to show. Empty: all of them.
    #[prop(optional)]
    only: Vec<String>,
) -> impl IntoView {
    let auth = use_auth();
    in_language(auth, move || picker(auth, &only))
}

pub(super) fn picker(auth: AuthContext, only: &[String]) -> AnyView {
    let choice = if only.is_empty() && asks_for_email(auth) {
        email_first(auth)
    } else {
        choices(auth, only, "")
    };
    view! {
        {choice}
        <p class="vestibule-visually-hidden" role="status">
            {move || {
                let label = auth.provider_label(&pending_provider(auth)?)?;
                Some(auth.text_about(progress(auth), &label))
            }}
        </p>
    }
    .into_any()
}

/// The rows of these providers. `email`: the account to suggest to the chosen one, if there is any.
pub(super) fn choices(auth: AuthContext, only: &[String], email: &str) -> AnyView {
    let rows = shown_rows(auth, only);
    let is_many = rows.len() >= MANY;
    let list = Listing {
        query: RwSignal::new(String::new()),
        shows_all: RwSignal::new(!is_many),
    };
    let search = is_many.then(|| search(auth, list));
    let names: Arc<[String]> = rows.iter().map(|row| lower_case(&row.label)).collect();
    let count = rows.len();
    let items: Vec<AnyView> = rows
        .into_iter()
        .enumerate()
        .map(|(index, row)| {
            let label = lower_case(&row.label);
            let is_first = is_first(index, &row);
            let is_hidden = move || !list.shows(&label, is_first);
            view! { <li hidden=is_hidden>{button(auth, row, email)}</li> }.into_any()
        })
        .collect();
    let rest = is_many.then(|| rest(auth, list, names, count));
    view! {
        <div class="vestibule-picker">
            {search} <ul class="vestibule-providers" role="list" part="providers">
                {items}
            </ul> {rest}
        </div>
    }
    .into_any()
}

/// The rows of the picker for these providers; for all if none are named.
fn shown_rows(auth: AuthContext, only: &[String]) -> Vec<Row> {
    let session = auth.client();
    let last = auth.last_used();
    let providers = session.providers().iter();
    let is_wanted = |id: &str| only.is_empty() || only.iter().any(|wanted| wanted == id);
    rows(
        providers.filter(|provider| is_wanted(provider.id())),
        last.as_deref(),
    )
}

/// The rows that a picker of all providers shows at first, for the place of its card.
pub(super) fn visible_rows(auth: AuthContext) -> usize {
    match auth.client().providers().len() {
        _ if asks_for_email(auth) => EMAIL_ROWS,
        // The search field and the button take the place of two.
        count if count >= MANY => SHOWN + 2,
        count => count,
    }
}

/// Whether the picker shows the row of this provider from the start.
pub(super) fn is_visible(auth: AuthContext, id: &str) -> bool {
    if asks_for_email(auth) {
        return false;
    }
    let rows = shown_rows(auth, &[]);
    let mut indexed = rows.iter().enumerate();
    indexed.any(|(index, row)| row.id == id && (rows.len() < MANY || is_first(index, row)))
}

/// Whether a row of many is shown before somebody searches or wants to see all.
fn is_first(index: usize, row: &Row) -> bool {
    index < SHOWN || row.badge.is_some()
}

/// Which of many rows are shown.
#[derive(Clone, Copy)]
struct Listing {
    /// What the person has typed, in lower case.
    query: RwSignal<String>,
    shows_all: RwSignal<bool>,
}

impl Listing {
    fn shows(self, label: &str, is_first: bool) -> bool {
        self.query.with(|query| {
            if query.is_empty() {
                is_first || self.shows_all.get()
            } else {
                label.contains(query.as_str())
            }
        })
    }
}

fn search(auth: AuthContext, list: Listing) -> AnyView {
    let update = move |event| {
        list.query
            .set(lower_case(event_target_value(&event).trim()))
    };
    view! {
        <label class="vestibule-search" part="search">
            {auth.text(key!("sign_in.search"))}
            <input type="search" autocomplete="off" spellcheck="false" on:input=update />
        </label>
    }
    .into_any()
}

/// The text in lower case. The browser has Unicode's tables, which don't have to be in the page.
fn lower_case(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// The button that shows all rows, or what to know about a search without result.
fn rest(auth: AuthContext, list: Listing, names: Arc<[String]>, count: usize) -> AnyView {
    let no_match = recreate(move || {
        let query = list.query.get();
        let is_found = names.iter().any(|name| name.contains(&query));
        (!is_found).then(|| auth.text_about(key!("sign_in.no_match"), &query))
    });
    let more = recreate(move || {
        let is_complete = list.shows_all.get() || list.query.with(|query| !query.is_empty());
        let show_all = move |_| list.shows_all.set(true);
        (!is_complete).then(|| {
            view! {
                <button
                    type="button"
                    class="vestibule-link"
                    part="show-all"
                    on:click=show_all
                >
                    {auth.text_about(key!("sign_in.show_all"), &count.to_string())}
                </button>
            }
            .into_any()
        })
    });
    view! {
        <p role="status">{no_match}</p>
        {more}
    }
    .into_any()
}

/// The picker's button for one provider. Shows nothing if the configuration doesn't have the provider.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::LoginButton;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! { <LoginButton provider="work" /> }
/// # }
/// ```
#[component]
pub fn LoginButton(
    /// The provider's id in the configuration.
    #[prop(into)]
    provider: String,
) -> impl IntoView {
    let auth = use_auth();
    let row = shown_rows(auth, &[provider]).pop();
    row.map(|row| in_language(auth, move || button(auth, row.clone(), "")))
}

/// The id of the provider that the browser is on the way to.
pub(super) fn pending_provider(auth: AuthContext) -> Option<String> {
    auth.state().with(|state| match state {
        AuthState::SigningIn { provider } => Some(provider.clone()),
        // Somebody who is signed in adds an account.
        AuthState::SignedIn(_) if auth.client().has_several_accounts() => {
            Some(auth.pending_sign_in().get()?.provider)
        }
        _ => None,
    })
}

/// Where the sign-in goes on.
pub(super) fn progress(auth: AuthContext) -> Key {
    let pending = auth.pending_sign_in().get();
    if pending.is_some_and(|pending| pending.mode == Mode::Popup) {
        key!("popup.continue")
    } else {
        key!("sign_in.opening")
    }
}

fn button(auth: AuthContext, row: Row, email: &str) -> AnyView {
    let email = email.to_owned();
    let prefetches = is_prefetched_at_once(auth, &row);
    let Row {
        id,
        kind,
        label,
        text,
        second_line,
        icon,
        image,
        badge,
    } = row;
    let id: Arc<str> = id.into();
    // `None` while no sign-in is in progress.
    let is_pending = {
        let id = Arc::clone(&id);
        move || Some(*pending_provider(auth)? == *id)
    };
    let (is_busy, is_disabled) = (is_pending.clone(), is_pending.clone());
    let prefetch = prefetch_once(auth, Arc::clone(&id), prefetches);
    let prefetch_on_focus = prefetch.clone();
    // The vendors' rules are about buttons with their marks.
    let vendor = image.is_none().then_some(kind);
    let second_line = second_line
        .map(|text| view! { <span class="vestibule-second">{auth.text(text)}</span> }.into_any());
    let badge = badge.map(|text| {
        view! {
            <span class="vestibule-badge" part="badge">
                {auth.text(text)}
            </span>
        }
        .into_any()
    });

    // The chosen button isn't disabled: it would lose the focus.
    view! {
        <button
            type="button"
            class="vestibule-button vestibule-provider"
            part="provider"
            data-kind=vendor
            disabled=move || (!is_disabled()?).then_some("")
            aria-busy=move || is_busy()?.then_some("true")
            aria-disabled=move || is_pending()?.then_some("true")
            on:click=move |_| sign_in(auth, id.to_string(), &email)
            on:pointerenter=move |_| prefetch()
            on:focus=move |_| prefetch_on_focus()
        >
            <span class="vestibule-logo" aria-hidden="true">
                {logo(icon)} {image.map(remote_image)}
            </span>
            <span class="vestibule-label">
                <span>{auth.text_about(text, &label)} " " {second_line}</span>
                {badge}
            </span>
            {spinner()}
            <span class="vestibule-progress">
                {auth.text_about(key!("sign_in.opening"), &label)}
            </span>
        </button>
    }
    .into_any()
}

fn sign_in(auth: AuthContext, provider: String, email: &str) {
    if email.is_empty() {
        auth.sign_in(provider);
    } else {
        auth.sign_in_as(provider, email, None);
    }
}

/// Whether it's clear whom people will choose. Otherwise, no provider learns of a visit unless somebody points at
/// its row.
fn is_prefetched_at_once(auth: AuthContext, row: &Row) -> bool {
    auth.client().providers().len() == 1 || row.badge.is_some()
}

/// Fetches the provider's metadata when the returned function is called or, if wanted, when the page is idle.
fn prefetch_once(
    auth: AuthContext,
    id: Arc<str>,
    when_idle: bool,
) -> impl Fn() + Clone + Send + 'static {
    let is_fetched = Arc::new(AtomicBool::new(false));
    if when_idle {
        let (weak, id) = (Arc::downgrade(&is_fetched), Arc::clone(&id));
        let prefetch_if_shown = move || {
            // Gone if the picker was removed from the page in the meantime.
            let is_fetched = weak.upgrade();
            if is_fetched.is_some_and(|fetched| !fetched.swap(true, Ordering::Relaxed)) {
                auth.prefetch(id.to_string());
            }
        };
        set_timeout(prefetch_if_shown, IDLE);
    }
    move || {
        if !is_fetched.swap(true, Ordering::Relaxed) {
            auth.prefetch(id.to_string());
        }
    }
}

/// Apart from the button: see [`icons`] on elements without dynamic parts.
fn spinner() -> impl IntoView {
    view! { <span class="vestibule-spinner" aria-hidden="true"></span> }
}

fn logo(icon: Icon) -> AnyView {
    match icon {
        Icon::Google => icons::google(),
        Icon::Microsoft => icons::microsoft(),
        Icon::Key => icons::key(),
        // The stylesheet makes it upper case.
        Icon::Letter(letter) => letter.into_any(),
    }
}
