//! Which of the available languages suits somebody who wants others.

use super::Language;

/// The language for somebody who wants these, the most wanted first: the first one that's available.
/// `None` if none is. Each may be any language tag ([BCP 47](https://www.rfc-editor.org/info/bcp47)).
pub fn choose<'a>(
    wanted: impl IntoIterator<Item = &'a str>,
    available: &[&'static Language],
) -> Option<&'static Language> {
    wanted.into_iter().find_map(|tag| matching(tag, available))
}

/// The available language that somebody who wants this one can read: with another region if need be, but
/// Chinese only in the right script.
pub fn matching(wanted: &str, available: &[&'static Language]) -> Option<&'static Language> {
    let wanted = Readable::of(wanted);
    let mut available = available.iter().copied();
    available.find(|language| Readable::of(language.tag) == wanted)
}

/// What a language tag says about who can read it.
#[derive(PartialEq)]
struct Readable {
    language: String,
    is_traditional: bool,
}

impl Readable {
    fn of(tag: &str) -> Readable {
        let tag = tag.to_ascii_lowercase();
        let mut subtags = tag.split(['-', '_']);
        let language = match subtags.next().unwrap_or_default() {
            // Java's name for it, and that of old Android versions.
            "iw" => "he",
            language => language,
        };
        let subtags: Vec<&str> = subtags.collect();
        let has = |names: &[&str]| subtags.iter().any(|subtag| names.contains(subtag));
        Readable {
            language: language.to_owned(),
            is_traditional: language == "zh" && !has(&["hans"]) && has(&["hant", "tw", "hk", "mo"]),
        }
    }
}
