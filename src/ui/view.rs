//! Small pieces that several views are made of.

use leptos::html::ElementType;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A sentence with a name in it. The name is other people's text, so it is kept from reordering the
/// words around it.
pub fn with_name(sentence: &'static str, name: &str) -> AnyView {
    let (before, after) = sentence.split_once("{}").unwrap_or((sentence, ""));
    let name = name.to_owned();
    view! { {before}<bdi>{name}</bdi>{after} }.into_any()
}

/// Moves the focus to the element as soon as it is there, so that a screen reader starts there too.
pub fn focus_when_shown<E>(node: NodeRef<E>)
where
    E: ElementType,
    E::Output: JsCast + Clone + 'static,
{
    Effect::new(move |_| {
        if let Some(element) = node.get() {
            _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
        }
    });
}

/// What the browser's tab and a screen reader call the page.
pub fn set_title(title: &str) {
    document().set_title(title);
}
