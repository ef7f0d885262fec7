//! Which language somebody wants, and the component that lets them choose another.

use super::context::{AuthContext, use_auth};
use super::view::in_language;
use crate::language::{Language, choose, english, key};
use crate::platform::Platform;
use crate::platform::browser::BrowserPlatform;
use leptos::prelude::*;
use web_sys::UrlSearchParams;

/// The key of the language that somebody has chosen, in local storage.
const STORAGE_KEY: &str = "vestibule.language";
/// In the page's own document, a script has this id.
const PAGE_SCRIPT: &str = "vestibule-start";

/// The language to use. `lang`: that of an element, or else the document's.
pub(super) fn preferred(lang: Option<&str>, available: &[&'static Language]) -> &'static Language {
    let wanted = wanted(lang);
    let wanted = wanted.iter().map(String::as_str);
    let chosen = choose(wanted, available);
    chosen.or(available.first().copied()).unwrap_or(english())
}

/// The languages that somebody wants, the most wanted first.
fn wanted(lang: Option<&str>) -> Vec<String> {
    let mut wanted = Vec::new();
    wanted.extend(from_address());
    wanted.extend(stored());
    wanted.extend(lang.map(str::to_owned).or_else(document_language));
    let browser = window().navigator().languages();
    wanted.extend(browser.iter().filter_map(|tag| tag.as_string()));
    wanted
}

/// The parameter `ui_locales`, as of an authorization request
/// ([Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
fn from_address() -> Vec<String> {
    let query = location().search().ok();
    let params = query.and_then(|query| UrlSearchParams::new_with_str(&query).ok());
    let tags = params.and_then(|params| params.get("ui_locales"));
    let tags = tags.unwrap_or_default();
    tags.split_whitespace().map(str::to_owned).collect()
}

/// The language that the host page has set for its document. English in the page's own document is what the
/// file says before anybody has changed it.
fn document_language() -> Option<String> {
    let lang = document().document_element()?.get_attribute("lang")?;
    let is_default = lang == english().tag && document().get_element_by_id(PAGE_SCRIPT).is_some();
    (!is_default).then_some(lang)
}

fn stored() -> Option<String> {
    BrowserPlatform.local_storage_read(STORAGE_KEY)
}

/// Remembers a choice. Without storage, it lasts as long as the page.
pub(super) fn store(language: &Language) {
    _ = BrowserPlatform.local_storage_write(STORAGE_KEY, language.tag);
}

/// Lets people choose the language. Shows nothing if there's only one. Needs an [`AuthContext`].
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::LanguageChooser;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// view! { <LanguageChooser /> }
/// # }
/// ```
#[component]
pub fn LanguageChooser() -> impl IntoView {
    let auth = use_auth();
    in_language(auth, move || language_chooser(auth))
}

pub(super) fn language_chooser(auth: AuthContext) -> AnyView {
    let session = auth.client();
    let languages = session.languages();
    if languages.len() < 2 {
        return ().into_any();
    }
    let options: Vec<AnyView> = languages
        .iter()
        .map(|language| option(auth, language))
        .collect();
    let change = move |event: web_sys::Event| auth.set_language(&event_target_value(&event));
    view! {
        <select
            class="vestibule-languages"
            part="language"
            aria-label=move || auth.phrase(key!("footer.language"))
            on:change=change
        >
            {options}
        </select>
    }
    .into_any()
}

/// A language under the name that its speakers have for it.
fn option(auth: AuthContext, language: &'static Language) -> AnyView {
    view! {
        <option
            value=language.tag
            lang=language.tag
            dir=language.direction()
            prop:selected=move || auth.language() == language
        >
            {language.name}
        </option>
    }
    .into_any()
}
