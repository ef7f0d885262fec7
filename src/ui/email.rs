//! Email first: asks for the email address where a provider has `email_domains`, and goes to the provider that it
//! belongs to.

use super::context::AuthContext;
use super::picker::{choices, pending_provider, progress};
use super::view::{focus, recreate};
use crate::language::key;
use crate::session::split_address;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::wasm_bindgen;

/// The place that the field and its buttons take, in rows of the picker.
pub(super) const EMAIL_ROWS: usize = 3;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = URL)]
    type Url;
    #[wasm_bindgen(constructor, js_class = "URL", catch)]
    fn new(url: &str) -> Result<Url, wasm_bindgen::JsValue>;
    #[wasm_bindgen(method, getter, js_class = "URL")]
    fn hostname(this: &Url) -> String;
}

/// Whether the picker of all providers starts with the email address.
pub(super) fn asks_for_email(auth: AuthContext) -> bool {
    let session = auth.client();
    let mut providers = session.providers().iter();
    providers.any(|provider| !provider.email_domains().is_empty())
}

/// The two steps: the field, then the list for those whose domain no provider has.
#[derive(Clone, Copy)]
struct Steps {
    /// What has been typed. Only this page's memory has it.
    address: RwSignal<String>,
    /// `true` shows the list.
    lists: RwSignal<bool>,
    is_invalid: RwSignal<bool>,
    /// Whether the person has moved between the steps, so that the focus has to follow.
    has_moved: RwSignal<bool>,
}

impl Steps {
    fn show_list(self, lists: bool) {
        self.has_moved.set(true);
        self.is_invalid.set(false);
        self.lists.set(lists);
    }
}

pub(super) fn email_first(auth: AuthContext) -> AnyView {
    let steps = Steps {
        address: RwSignal::new(String::new()),
        lists: RwSignal::new(false),
        is_invalid: RwSignal::new(false),
        has_moved: RwSignal::new(false),
    };
    recreate(move || {
        let lists = steps.lists.get();
        Some(untrack(|| {
            if lists {
                list(auth, steps)
            } else {
                form(auth, steps)
            }
        }))
    })
}

fn form(auth: AuthContext, steps: Steps) -> AnyView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let address = steps.address.get_untracked();
        let address = address.trim();
        let Some(domain) = domain_of(address) else {
            steps.is_invalid.set(true);
            let form = event_target::<web_sys::Element>(&event);
            if let Ok(Some(field)) = form.query_selector("input") {
                focus(field);
            }
            return;
        };
        let session = auth.client();
        match session.provider_of_email(&domain) {
            Some(provider) => {
                steps.is_invalid.set(false);
                auth.sign_in_as(provider.id().to_owned(), address, Some(&domain));
            }
            None => steps.show_list(true),
        }
    };
    let update = move |event| steps.address.set(event_target_value(&event));
    let show_all = move |_| {
        steps.address.set(String::new());
        steps.show_list(true);
    };
    let opening = move || {
        let label = auth.provider_label(&pending_provider(auth)?)?;
        Some(auth.text_about(progress(auth), &label))
    };
    let count = auth.client().providers().len().to_string();
    view! {
        <form class="vestibule-email" novalidate on:submit=submit>
            <label class="vestibule-search">
                {auth.text(key!("email.label"))}
                <input
                    type="email"
                    name="email"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    value=steps.address.get()
                    aria-invalid=move || steps.is_invalid.get().then_some("true")
                    aria-describedby="vestibule-email-problem"
                    on:input=update
                    use:focus_after_move=steps.has_moved.get()
                />
            </label>
            <p id="vestibule-email-problem">
                {move || steps.is_invalid.get().then(|| auth.text(key!("email.invalid")))}
            </p>
            <button
                type="submit"
                class="vestibule-button vestibule-primary"
                aria-disabled=move || pending_provider(auth).map(|_| "true")
            >
                {move || opening().unwrap_or_else(|| auth.text(key!("email.continue")))}
            </button>
            <button type="button" class="vestibule-link" part="show-all" on:click=show_all>
                {auth.text_about(key!("sign_in.show_all"), &count)}
            </button>
        </form>
    }
    .into_any()
}

fn list(auth: AuthContext, steps: Steps) -> AnyView {
    let address = steps.address.get().trim().to_owned();
    let rows = choices(auth, &[], &address);
    view! {
        <p class="vestibule-address" tabindex="-1" use:focus_after_move=true>
            <bdi>{address}</bdi>
            " "
            <button type="button" class="vestibule-link" on:click=move |_| steps.show_list(false)>
                {auth.text(key!("email.change"))}
            </button>
        </p>
        {rows}
    }
    .into_any()
}

/// The address's domain, in lower case and ASCII as the browser writes it.
fn domain_of(address: &str) -> Option<String> {
    let (_, domain) = split_address(address)?;
    Some(Url::new(&["https://", domain].concat()).ok()?.hostname())
}

/// Directive: moves the focus to the element once it's there, after the person's own step, so also inside a custom
/// element.
fn focus_after_move(element: web_sys::Element, wanted: bool) {
    if wanted {
        spawn_local(async move { focus(element) });
    }
}
