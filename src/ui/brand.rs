//! The product that people sign in to: its logo, name and links, and what the page takes over from it: icon,
//! colors and stylesheet. All of it works under a content security policy without exceptions.

use super::accent::{Accents, Rgb};
use super::context::AuthContext;
use super::language::language_chooser;
use crate::config::Brand;
use crate::language::key;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// How long the card waits for the configured stylesheet.
const STYLESHEET_TIMEOUT: Duration = Duration::from_secs(3);

/// Logo and name, if there are any.
pub fn brand_row(brand: &Brand) -> AnyView {
    if brand.name.is_none() && brand.logo.is_none() {
        return ().into_any();
    }
    let name = brand.name.as_deref().map(str::to_owned);
    view! {
        <div class="vestibule-brand" part="brand">
            {logo(brand)}
            <bdi>{name}</bdi>
        </div>
    }
    .into_any()
}

/// The logo, whose text is the name next to it.
fn logo(brand: &Brand) -> Option<AnyView> {
    let light = brand.logo.as_deref()?.to_owned();
    let dark = brand.logo_dark.as_deref().map(|dark| {
        let dark = dark.to_owned();
        view! { <source media="(prefers-color-scheme: dark)" srcset=dark /> }.into_any()
    });
    let view = view! {
        <picture>
            {dark}
            <img alt="" width="36" height="36" referrerpolicy="no-referrer" src=light />
        </picture>
    };
    Some(view.into_any())
}

/// The links and the choice of the language below the card.
pub fn footer(auth: AuthContext) -> AnyView {
    let session = auth.client();
    let brand = session.brand();
    let links: Vec<AnyView> = [
        (key!("footer.help"), &brand.help),
        (key!("footer.privacy"), &brand.privacy),
        (key!("footer.terms"), &brand.terms),
        (key!("footer.support"), &brand.support),
    ]
    .into_iter()
    .filter_map(|(text, link)| {
        // It was checked with the configuration.
        let href = link.as_ref()?.to_string();
        Some(view! { <a href=href>{auth.text(text)}</a> }.into_any())
    })
    .collect();
    if links.is_empty() && session.languages().len() < 2 {
        return ().into_any();
    }
    view! {
        <footer class="vestibule-footer" part="footer">
            {links}
            {language_chooser(auth)}
        </footer>
    }
    .into_any()
}

/// Gives the document, which is the page's own, the brand's icon and colors.
pub fn apply_to_document(brand: &Brand) {
    if let (Some(logo), Ok(Some(icon))) = (
        &brand.logo,
        document().query_selector("link[rel~=\"icon\"]"),
    ) {
        // The type of the page's own icon.
        let _ = icon.remove_attribute("type");
        let _ = icon.set_attribute("href", logo);
    }
    let root = document().document_element();
    if let Some(root) = root.and_then(|root| root.dyn_into().ok()) {
        apply_colors(&root, brand);
    }
}

/// Gives a document, whose root this is, the brand's colors.
pub fn apply_colors(root: &HtmlElement, brand: &Brand) {
    if let Some(accent) = brand.accent.as_deref().and_then(Rgb::parse) {
        let Accents { light, dark } = Accents::new(accent);
        // Through CSSOM, which needs no exception in the content security policy.
        let style = root.style();
        for (name, color) in [
            ("--vestibule-brand-light", light.color),
            ("--vestibule-brand-light-strong", light.strong),
            ("--vestibule-brand-dark", dark.color),
            ("--vestibule-brand-dark-strong", dark.strong),
        ] {
            // Only fails for a name or value that isn't one.
            let _ = style.set_property(name, &color.css());
        }
    }
}

/// Loads the configured stylesheet. The signal is `true` as soon as the card can be shown: with the stylesheet, or
/// without it if it can't be loaded soon.
pub fn load_stylesheet(brand: &Brand) -> ReadSignal<bool> {
    let (is_styled, set_styled) = signal(brand.stylesheet.is_none());
    let head = document().head();
    if let (Some(stylesheet), Some(head)) = (&brand.stylesheet, head) {
        let link = view! {
            <link
                rel="stylesheet"
                href=stylesheet.to_string()
                on:load=move |_| set_styled.set(true)
                on:error=move |_| set_styled.set(true)
            />
        };
        leptos::mount::mount_to(head.unchecked_into(), move || link).forget();
        set_timeout(
            move || {
                set_styled.try_set(true);
            },
            STYLESHEET_TIMEOUT,
        );
    }
    is_styled
}
