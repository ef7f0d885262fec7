//! Small pieces that several views are made of.

use super::node::{Element, Node, element, nodes};
use leptos::prelude::*;

/// The id of the heading of a card.
pub const HEADING: &str = "vestibule-heading";

/// A sentence with a name in it. The name is other people's text, so it is kept from reordering the
/// words around it.
pub fn with_name(sentence: &'static str, name: &str) -> Node {
    match sentence.split_once("{}") {
        Some((before, after)) => nodes![before, bdi(name), after].into(),
        None => sentence.into(),
    }
}

/// Other people's text, kept from reordering the words around it.
pub fn bdi(text: impl Into<Node>) -> Element {
    element("bdi", &[], vec![text.into()])
}

/// A button that looks as its class says.
pub fn button(class: &'static str, children: Vec<Node>) -> Element {
    element("button", &[("type", "button")], children).with("class", class)
}

/// A term and what it means here, for a list of such. Both may be other people's text.
pub fn entry(term: &str, text: String) -> Node {
    let term = element("dt", &[], nodes![bdi(term)]);
    nodes![term, element("dd", &[], nodes![bdi(text)])].into()
}

/// A picture from elsewhere, laid over what stands in for it. It goes away when it does not load.
pub fn picture(url: String) -> Element {
    let attributes = &[
        ("class", "vestibule-picture"),
        ("alt", ""),
        ("referrerpolicy", "no-referrer"),
    ];
    element("img", attributes, Vec::new())
        .on("error", |event| {
            event_target::<web_sys::HtmlElement>(&event).set_hidden(true);
        })
        .with("src", url)
}
