//! The languages of the user interface, the choice of one for a person, and its texts. The texts are in
//! `texts/`, one file for each language; English is also in every build.

mod key;
mod matching;
mod texts;

pub use key::Key;
pub(crate) use key::key;
pub use matching::{choose, matching};
pub use texts::{Piece, Texts, fill, pieces};
pub(crate) use texts::{english_file, placeholders};

/// A language that there are texts in.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Language {
    /// The language tag ([BCP 47](https://www.rfc-editor.org/info/bcp47)), which is also the name of its file.
    pub tag: &'static str,
    /// What its speakers call it.
    pub name: &'static str,
    /// Whether it's written from right to left.
    pub is_rtl: bool,
}

impl Language {
    const fn ltr(tag: &'static str, name: &'static str) -> Language {
        let is_rtl = false;
        Language { tag, name, is_rtl }
    }

    const fn rtl(tag: &'static str, name: &'static str) -> Language {
        let is_rtl = true;
        Language { tag, name, is_rtl }
    }

    /// The value of the HTML attribute `dir`.
    pub fn direction(&self) -> &'static str {
        if self.is_rtl { "rtl" } else { "ltr" }
    }

    /// The language with this tag, exactly as in [`LANGUAGES`].
    pub fn with_tag(tag: &str) -> Option<&'static Language> {
        LANGUAGES.iter().find(|language| language.tag == tag)
    }
}

/// Every language, English first.
pub static LANGUAGES: [Language; 17] = [
    Language::ltr("en", "English"),
    Language::ltr("de", "Deutsch"),
    Language::ltr("fr", "Français"),
    Language::ltr("es", "Español"),
    Language::ltr("it", "Italiano"),
    Language::ltr("pt-BR", "Português (Brasil)"),
    Language::ltr("nl", "Nederlands"),
    Language::ltr("pl", "Polski"),
    Language::ltr("tr", "Türkçe"),
    Language::ltr("uk", "Українська"),
    Language::ltr("ja", "日本語"),
    Language::ltr("ko", "한국어"),
    Language::ltr("zh-Hans", "简体中文"),
    Language::ltr("zh-Hant", "繁體中文"),
    Language::rtl("ar", "العربية"),
    Language::rtl("he", "עברית"),
    Language::ltr("hi", "हिन्दी"),
];

/// The language that every build contains.
pub fn english() -> &'static Language {
    &LANGUAGES[0]
}

#[cfg(test)]
mod tests;
