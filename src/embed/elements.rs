//! What the custom elements show, made of the page's components.

use super::request::ElementOptions;
use crate::ui::{Unauthenticated, UserButton, embedded_sign_in};
use leptos::prelude::*;

/// A custom element that shows a part of the user interface.
pub(super) enum Element {
    /// `<vestibule-picker>`
    Picker {
        /// The ids of the only providers to offer. Empty: all.
        providers: Vec<String>,
    },
    /// `<vestibule-user>`
    User,
}

impl Element {
    /// The element with this name, without `vestibule-`.
    pub fn from_name(name: &str, options: ElementOptions) -> Option<Element> {
        let providers = options.providers.unwrap_or_default();
        match name {
            "picker" => Some(Element::Picker {
                providers: providers.split_whitespace().map(str::to_owned).collect(),
            }),
            "user" => Some(Element::User),
            _ => None,
        }
    }

    pub fn view(self) -> AnyView {
        match self {
            Element::Picker { providers } => {
                let providers = StoredValue::new(providers);
                view! {
                    <Unauthenticated>{embedded_sign_in(providers.get_value())}</Unauthenticated>
                }
                .into_any()
            }
            Element::User => view! { <UserButton /> }.into_any(),
        }
    }
}
