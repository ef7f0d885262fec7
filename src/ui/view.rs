//! Small pieces that several views are made of.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The id of the heading of a card.
pub const HEADING: &str = "vestibule-heading";

/// A sentence with a name in it. The name is other people's text, so it is kept from reordering the
/// words around it.
pub fn with_name(sentence: &'static str, name: &str) -> AnyView {
    let Some((before, after)) = sentence.split_once("{}") else {
        return sentence.into_any();
    };
    let name = name.to_owned();
    view! { {before}<bdi>{name}</bdi>{after} }.into_any()
}

/// A term and what it means here, for a list of such. Both may be other people's text.
pub fn entry(term: &str, text: String) -> AnyView {
    let term = term.to_owned();
    view! {
        <dt>
            <bdi>{term}</bdi>
        </dt>
        <dd>
            <bdi>{text}</bdi>
        </dd>
    }
    .into_any()
}

/// A picture from elsewhere, laid over what stands in for it. It goes away when it does not load.
pub fn picture(url: String) -> AnyView {
    let hide = |event: web_sys::ErrorEvent| {
        event_target::<web_sys::HtmlElement>(&event).set_hidden(true);
    };
    view! {
        <img class="vestibule-picture" src=url alt="" referrerpolicy="no-referrer" on:error=hide />
    }
    .into_any()
}

/// Moves the focus to the element with this id once it is there, so that a screen reader starts
/// there too.
pub fn focus_when_shown(id: &'static str) {
    Effect::new(move |_| {
        let element = document().get_element_by_id(id);
        if let Some(element) =
            element.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok())
        {
            // Fails for elements that cannot have the focus, and these can.
            _ = element.focus();
        }
    });
}
