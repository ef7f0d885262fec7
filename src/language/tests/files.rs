//! The files of the languages, compared with the English one.

use super::{Json, LANGUAGES, NAMES, Object, object};
use crate::language::texts::english_file;
use crate::language::{choose, placeholders};
use std::collections::BTreeSet;
use std::path::Path;

/// Largest size of a file, in bytes. With brotli, no file of this size is above 4 KB.
const LARGEST: usize = 24_000;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The plural categories of whole numbers
/// ([CLDR](https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html)).
fn categories(tag: &str) -> &'static [&'static str] {
    match tag {
        "ja" | "ko" | "zh-Hans" | "zh-Hant" => &["other"],
        "fr" | "es" | "it" | "pt-BR" => &["one", "many", "other"],
        "pl" | "uk" => &["one", "few", "many", "other"],
        "ar" => &["zero", "one", "two", "few", "many", "other"],
        "he" => &["one", "two", "other"],
        _ => &["one", "other"],
    }
}

/// What is wrong with the texts of a language.
fn problems(tag: &str, texts: &Object) -> Vec<String> {
    let mut problems = Vec::new();
    let english = english_file();
    for (key, text) in texts.iter() {
        match (english.get(key), text) {
            (None, _) => problems.push(format!("{key}: English has no such text")),
            (Some(Json::String(english)), Json::String(text)) => {
                compare(key, english, text, &mut problems);
            }
            (Some(Json::Object(english)), Json::Object(forms)) => {
                let names: BTreeSet<&str> = forms.iter().map(|(name, _)| name).collect();
                if !names
                    .iter()
                    .eq(BTreeSet::from_iter(categories(tag).iter().copied()).iter())
                {
                    problems.push(format!("{key}: has the plural forms {names:?}"));
                }
                let english = english.text("other").unwrap_or_default();
                for (_, form) in forms.iter() {
                    let form = form.as_str().unwrap_or_default();
                    // "In one second" needs no number.
                    if placeholders(form).next().is_some() {
                        compare(key, english, form, &mut problems);
                    }
                }
            }
            _ => problems.push(format!("{key}: is another type of text than in English")),
        }
    }
    for key in NAMES.iter().filter(|key| texts.get(key).is_none()) {
        problems.push(format!("{key}: is missing"));
    }
    problems
}

fn compare(key: &str, english: &str, text: &str, problems: &mut Vec<String>) {
    let names = |text| placeholders(text).collect::<BTreeSet<_>>();
    if text.trim() != text || text.is_empty() {
        problems.push(format!("{key}: is empty or has blanks around it"));
    }
    if names(english) != names(text) {
        problems.push(format!("{key}: has the placeholders {:?}", names(text)));
    }
}

/// The languages, each with its file.
fn files() -> Vec<(&'static str, String)> {
    let folder = root().join("texts");
    let file = |tag: &str| std::fs::read_to_string(folder.join(format!("{tag}.json")));
    let tags = LANGUAGES.iter().map(|language| language.tag);
    tags.map(|tag| (tag, file(tag).unwrap())).collect()
}

#[test]
fn every_language_has_the_texts_of_the_english_file() {
    for (tag, file) in files() {
        let problems = problems(tag, &object(&file));
        assert!(problems.is_empty(), "{tag}: {problems:#?}");
        assert!(file.len() <= LARGEST, "{tag}: {} bytes", file.len());
    }
}

#[test]
fn every_file_is_of_a_known_language() {
    for entry in std::fs::read_dir(root().join("texts")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let tag = name.strip_suffix(".json");
        let is_known = |tag| LANGUAGES.iter().any(|language| language.tag == tag);
        assert!(tag.is_none_or(is_known), "{name}");
    }
}

/// The German texts after a change.
fn changed(change: impl FnOnce(&mut Object)) -> Vec<String> {
    let (_, file) = files().into_iter().find(|(tag, _)| *tag == "de").unwrap();
    let mut texts = object(&file);
    change(&mut texts);
    problems("de", &texts)
}

#[test]
fn finds_what_is_wrong_with_a_file() {
    let text = |text: &str| Json::String(text.to_owned());
    let countdown = "expiry.countdown";
    let expected = |problems: Vec<String>, part: &str| {
        assert!(
            problems.len() == 1 && problems[0].contains(part),
            "{problems:?}"
        );
    };
    expected(
        changed(|texts| texts.insert("sign_in.title", Json::Bool(true))),
        "another type",
    );
    expected(
        changed(|texts| texts.insert("sign_in.titel", text("Anmelden"))),
        "no such text",
    );
    expected(
        changed(|texts| texts.insert("sign_in.with", text("Mit {name} anmelden"))),
        "placeholders",
    );
    expected(
        changed(|texts| texts.insert("sign_in.signed_out", text(""))),
        "is empty",
    );
    let forms = r#"{"one":"{count}","few":"{count}","other":"{count}"}"#;
    expected(
        changed(|texts| texts.insert(countdown, Json::Object(object(forms)))),
        "plural forms",
    );
    assert_eq!(problems("de", &Object::default()).len(), NAMES.len());
}

#[test]
fn every_text_is_used() {
    let mut sources = String::new();
    read_sources(&root().join("src"), &mut sources);
    for page in PAGES {
        sources += &std::fs::read_to_string(root().join(page)).unwrap();
    }
    for key in NAMES {
        let is_of_error =
            key.starts_with("error.") && (key.contains(".title") || key.ends_with(".advice"));
        let base = key.strip_suffix(".unnamed").unwrap_or(key);
        let is_used = sources.contains(&format!("\"{base}\""));
        assert!(is_used || is_of_error, "{key} is not used");
    }
}

fn read_sources(folder: &Path, sources: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.ends_with("tests.rs") || path.ends_with("tests");
        if path.is_dir() && !is_test {
            read_sources(&path, sources);
        } else if path.is_file() && !is_test {
            *sources += &std::fs::read_to_string(&path).unwrap_or_default();
        }
    }
}

#[test]
fn every_text_that_names_the_product_has_a_variant_without_a_name() {
    let names_product = |text: &str| placeholders(text).any(|name| name == "product");
    for (key, text) in english_file().iter() {
        let text = text.as_str().unwrap_or_default();
        let variant = english_file().text(&format!("{key}.unnamed"));
        assert_eq!(names_product(text), variant.is_some(), "{key}");
        assert!(!variant.is_some_and(names_product), "{key}");
    }
}

#[test]
fn people_get_the_language_that_they_can_read() {
    let vectors = std::fs::read(root().join("tests/vectors/languages.json")).unwrap();
    let vectors = Json::parse(&vectors).unwrap();
    let available: Vec<_> = LANGUAGES.iter().collect();
    for vector in vectors.as_array().unwrap() {
        let vector = vector.as_object().unwrap();
        let wanted = vector.get("wanted").and_then(Json::as_array).unwrap();
        let chosen = choose(wanted.iter().filter_map(Json::as_str), &available);
        let tag = chosen.map_or("en", |language| language.tag);
        assert_eq!(Some(tag), vector.text("language"), "{wanted:?}");
    }
}

/// The pages whose texts are in the file, each with its key.
const PAGES: [&str; 2] = ["index.html", "callback.html"];

#[test]
fn the_pages_say_in_english_what_the_english_file_says() {
    for page in PAGES {
        let html = std::fs::read_to_string(root().join(page)).unwrap();
        let marked = html.split("data-text=\"").skip(1);
        let marked: Vec<(&str, &str)> = marked
            .map(|rest| {
                let (key, rest) = rest.split_once('"').unwrap();
                let (_, rest) = rest.split_once('>').unwrap();
                (key, rest.split_once('<').unwrap().0)
            })
            .collect();
        assert!(marked.len() >= 10, "{page}: {marked:?}");
        for (key, text) in marked {
            assert_eq!(english_file().text(key), Some(text), "{page}: {key}");
        }
    }
}
