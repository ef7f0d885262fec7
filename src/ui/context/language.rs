//! The texts in the person's language. What shows them follows a change of the language.

use super::AuthContext;
use crate::language::{Key, Language, Texts, english, fill, key};
use crate::ui::language;
use crate::ui::text_source::TextSource;
use crate::ui::time::locales;
use crate::ui::view::with_name;
use js_sys::Intl::PluralRules;
use js_sys::{Number, Object};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The texts in the current language, and where those in others come from.
#[derive(Clone, Copy)]
pub(super) struct CurrentTexts {
    texts: RwSignal<Arc<Texts>>,
    /// Whether the first texts have been loaded, or need no loading.
    is_ready: RwSignal<bool>,
    /// Whether somebody has chosen the language on this page.
    is_chosen_here: StoredValue<bool>,
    /// The language that was chosen last. Its texts may still be loading.
    chosen: StoredValue<&'static Language>,
    source: StoredValue<TextSource, LocalStorage>,
    /// The language of the element, if it isn't the document's.
    lang: StoredValue<Option<String>>,
}

impl CurrentTexts {
    pub fn new(source: TextSource, lang: Option<String>) -> CurrentTexts {
        CurrentTexts {
            texts: RwSignal::new(Arc::new(source.english())),
            is_ready: RwSignal::new(false),
            is_chosen_here: StoredValue::new(false),
            chosen: StoredValue::new(english()),
            source: StoredValue::new_local(source),
            lang: StoredValue::new(lang),
        }
    }
}

impl AuthContext {
    /// The same session for an element of a page in this language, until somebody chooses another.
    pub(crate) fn for_lang(self, lang: String) -> AuthContext {
        let source = self.texts.source.get_value();
        let context = AuthContext {
            texts: CurrentTexts::new(source, Some(lang)),
            ..self
        };
        context.choose_language();
        context
    }

    /// Whether the texts are in the language that the person wants, or can't be. Reactive.
    pub(crate) fn has_texts(self) -> bool {
        self.texts.is_ready.get()
    }

    /// The language that the person wants. Its texts may still be loading.
    pub(super) fn chosen_language(self) -> &'static Language {
        self.texts.chosen.get_value()
    }

    /// The languages that people can choose.
    pub fn languages(self) -> Vec<&'static Language> {
        self.texts.source.with_value(TextSource::languages)
    }

    /// The language of the texts. Reactive.
    pub fn language(self) -> &'static Language {
        self.with_texts(Texts::language)
    }

    /// Changes the language of the texts to that with this tag, and remembers it on this device. Does nothing
    /// if it's none of the [`languages`](Self::languages).
    pub fn set_language(self, tag: &str) {
        let languages = self.languages();
        if let Some(language) = languages.into_iter().find(|language| language.tag == tag) {
            language::store(language);
            self.texts.is_chosen_here.set_value(true);
            self.load_language(language);
        }
    }

    /// Changes to the language that the person wants, unless they have chosen one on this page.
    pub(super) fn choose_language(self) {
        if self.texts.is_chosen_here.get_value() {
            return;
        }
        let lang = self.texts.lang.get_value();
        self.load_language(language::preferred(lang.as_deref(), &self.languages()));
    }

    /// Loads the texts of a language, and shows them unless another was chosen in the meantime.
    pub(super) fn load_language(self, language: &'static Language) {
        let CurrentTexts {
            texts,
            is_ready,
            chosen,
            source,
            ..
        } = self.texts;
        let is_needed = chosen.get_value() != language;
        chosen.set_value(language);
        if !is_needed {
            is_ready.set(true);
            return;
        }
        let source = source.get_value();
        spawn_local(async move {
            let loaded = Arc::new(source.texts(language).await);
            // The application may have disposed of the context since.
            if chosen.try_get_value() == Some(language) {
                texts.set(loaded);
                is_ready.set(true);
            }
        });
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
