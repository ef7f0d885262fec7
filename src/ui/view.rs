//! Helpers that several views share: sentences, images, focus, and views that are rebuilt from scratch.

use super::context::AuthContext;
use crate::language::{Piece, pieces};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

/// The id of the heading of a card.
pub const HEADING: &str = "vestibule-heading";

/// A sentence with a view where the text has its placeholder.
pub fn around(sentence: &str, view: AnyView) -> AnyView {
    let mut view = Some(view);
    let parts: Vec<AnyView> = pieces(sentence)
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.to_owned().into_any()),
            Piece::Placeholder => view.take(),
        })
        .collect();
    parts.into_any()
}

/// A sentence about a name. `bdi` keeps the name, which other people chose, from reordering the words around it.
pub fn with_name(sentence: &str, name: &str) -> AnyView {
    let name = name.to_owned();
    around(sentence, view! { <bdi>{name}</bdi> }.into_any())
}

/// A component's view, once its texts are there, in an element that says which language they are in.
pub fn in_language(auth: AuthContext, view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let view = recreate(move || auth.has_texts().then(|| untrack(&view)));
    view! {
        <div
            class="vestibule-component"
            lang=move || auth.language().tag
            dir=move || auth.language().direction()
        >
            {view}
        </div>
    }
    .into_any()
}

/// Says on an element which language the texts are in.
pub fn describe_language(element: &web_sys::Element, auth: AuthContext) {
    let language = auth.language();
    // Setting these attributes can't fail.
    _ = element.set_attribute("lang", language.tag);
    _ = element.set_attribute("dir", language.direction());
}

/// A term and its definition, for a `<dl>`. Both may be text that other people chose.
pub fn definition(term: &str, text: String) -> AnyView {
    view! {
        <dt>
            <bdi>{term.to_owned()}</bdi>
        </dt>
        <dd>
            <bdi>{text}</bdi>
        </dd>
    }
    .into_any()
}

/// An image from another site, on top of a fallback. It's hidden if it doesn't load.
pub fn remote_image(url: String) -> AnyView {
    let hide = |event: leptos::ev::ErrorEvent| {
        event_target::<web_sys::HtmlElement>(&event).set_hidden(true)
    };
    // The address comes last: the image starts loading when it's set.
    view! {
        <img
            class="vestibule-image"
            alt=""
            referrerpolicy="no-referrer"
            on:error=hide
            src=url
        />
    }
    .into_any()
}

/// Directive: places the card as if it had so many rows (`--vestibule-rows` in style/vestibule.css).
pub fn set_rows(card: web_sys::Element, rows: usize) {
    // Of the place that the card is in, if the page is ours.
    let place = card.closest("#vestibule").ok().flatten();
    if let Some(place) = place.and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Only fails for a name or value that isn't one.
        let _ = place
            .style()
            .set_property("--vestibule-rows", &rows.to_string());
    }
}

/// Directive: moves the focus to the element once it's on the page, so that a screen reader starts reading
/// there. Does nothing inside a custom element, which must not take the focus from the page around it.
pub fn focus_on_mount(element: web_sys::Element, wanted: bool) {
    if !wanted {
        return;
    }
    spawn_local(async move {
        // A document doesn't contain what is inside a shadow root.
        if document().contains(Some(&element)) {
            focus(element);
        }
    });
}

/// Moves the focus to an element that can have it.
pub fn focus(element: web_sys::Element) {
    if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
        _ = element.focus();
    }
}

/// A dynamic view that gets new elements on every change. Leptos would otherwise update the elements that
/// are there when the new view has the same type, and then nothing is announced or focused again.
pub fn recreate(view: impl FnMut() -> Option<AnyView> + Send + 'static) -> AnyView {
    // Not generic, so that its code is in the page once.
    fn alternate(mut view: Box<dyn FnMut() -> Option<AnyView> + Send>) -> AnyView {
        let mut is_left = false;
        view! {
            {move || {
                is_left = !is_left;
                let view = view();
                if is_left { Either::Left(view) } else { Either::Right(view) }
            }}
        }
        .into_any()
    }
    alternate(Box::new(view))
}
