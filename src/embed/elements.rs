//! What the custom elements show, made of the components of the page.

use leptos::prelude::*;
use vestibule::json::Object;
use vestibule::ui::{AccountSwitcher, AuthError, ProviderPicker, Unauthenticated, UserButton};

/// The part of a custom element that is not its content.
pub enum Element {
    Picker {
        /// The ids of the only providers to offer. Empty: all.
        providers: Vec<String>,
    },
    User,
}

impl Element {
    /// The option `providers` holds ids with blanks between them.
    pub fn read(name: &str, options: &Object) -> Option<Element> {
        let providers = options.text("providers").unwrap_or_default();
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
                    <Unauthenticated>
                        <AuthError />
                        <AccountSwitcher />
                        <ProviderPicker only=providers.get_value() />
                    </Unauthenticated>
                }
                .into_any()
            }
            Element::User => view! { <UserButton /> }.into_any(),
        }
    }
}
