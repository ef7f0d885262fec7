//! The texts in the person's language. What shows them follows a change of the language.

use super::AuthContext;
use crate::language::{Key, Language, Texts, fill, key};
use crate::ui::time::locales;
use crate::ui::view::with_name;
use js_sys::Intl::PluralRules;
use js_sys::{Number, Object};
use leptos::prelude::*;
use std::sync::Arc;

/// The texts in the current language.
#[derive(Clone, Copy)]
pub(super) struct CurrentTexts {
    texts: RwSignal<Arc<Texts>>,
}

impl CurrentTexts {
    pub fn new(texts: Texts) -> CurrentTexts {
        let texts = RwSignal::new(Arc::new(texts));
        CurrentTexts { texts }
    }
}

impl AuthContext {
    /// The language of the texts. Reactive.
    pub(crate) fn language(self) -> &'static Language {
        self.with_texts(|texts| texts.language())
    }

    /// Reads the texts. Reactive.
    pub(crate) fn with_texts<T>(self, read: impl FnOnce(&Texts) -> T) -> T {
        self.texts.texts.with(|texts| read(texts))
    }

    /// A text. Reactive.
    pub(crate) fn phrase(self, key: Key) -> String {
        self.with_texts(|texts| texts.get(key))
    }

    /// A text as a view that follows the language.
    pub(crate) fn text(self, key: Key) -> AnyView {
        (move || self.phrase(key)).into_any()
    }

    /// The same for a text about a name. `bdi` keeps the name, which other people chose, from reordering the
    /// words around it.
    pub(crate) fn text_about(self, key: Key, name: &str) -> AnyView {
        let name = name.to_owned();
        (move || with_name(&self.phrase(key), &name)).into_any()
    }

    /// The same for a text about a provider that may be unknown.
    pub(crate) fn text_about_provider(self, key: Key, label: Option<String>) -> AnyView {
        match label {
            Some(label) => self.text_about(key, &label),
            None => {
                let sentence = move || {
                    let unknown = self.phrase(key!("provider.unknown"));
                    with_name(&self.phrase(key), &unknown)
                };
                sentence.into_any()
            }
        }
    }

    /// A text about a number, in the form that the language has for it. Reactive.
    pub(crate) fn count(self, key: Key, number: i64) -> String {
        self.with_texts(|texts| {
            let written = Number::from(number as f64);
            let language = texts.language();
            let rules = PluralRules::new(&locales(language), &Object::new());
            let text = texts.plural(key, &String::from(rules.select(number as f64)));
            fill(&text, &String::from(written.to_locale_string(language.tag)))
        })
    }
}
