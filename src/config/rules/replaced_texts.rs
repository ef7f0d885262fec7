//! Texts that replace the page's own.

use crate::config::ReplacedTexts;
use crate::config::issue::{IssueLocation, IssueReporter};
use crate::config::setting::nearest;
use crate::json::{Json, Object};
use crate::language::{LANGUAGES, Language, english_file, placeholders};

/// Validates languages, keys and placeholders.
pub(super) fn validate(texts: Option<&ReplacedTexts>, issues: &mut impl IssueReporter) {
    for (tag, texts) in texts.into_iter().flat_map(ReplacedTexts::iter) {
        let path = ["texts.", tag].concat();
        if Language::with_tag(tag).is_none() {
            issues.report(IssueLocation::File, &path, || {
                let tags = LANGUAGES.iter().map(|language| language.tag);
                let remedy = did_you_mean(tag, tags, "Remove it.");
                ("The page has no texts in this language.", remedy)
            });
        } else if let Json::Object(texts) = texts {
            validate_language(&path, texts, issues);
        } else {
            issues.report(IssueLocation::File, &path, || {
                (
                    format!("This is {}.", texts.kind()),
                    "Write an object: { \"sign_in.title\": \"…\" }.",
                )
            });
        }
    }
}

fn validate_language(path: &str, texts: &Object, issues: &mut impl IssueReporter) {
    for (key, text) in texts.iter() {
        let path = [path, ".", key].concat();
        let Some(english) = english_file().get(key) else {
            issues.report(IssueLocation::File, &path, || {
                let keys = english_file().iter().map(|(key, _)| key);
                let otherwise = "The keys are in texts/en.json.";
                ("There is no such text.", did_you_mean(key, keys, otherwise))
            });
            continue;
        };
        if !is_form_of(text, english) {
            issues.report(IssueLocation::File, &path, || {
                let remedy = match english {
                    Json::Object(_) => "Write an object with a text for each plural form.",
                    _ => "Write a text.",
                };
                (format!("This is {}.", text.kind()), remedy)
            });
        }
        let known: Vec<&str> = forms(english).flat_map(placeholders).collect();
        let mut unknown = forms(text).flat_map(placeholders);
        if let Some(unknown) = unknown.find(|name| !known.contains(name)) {
            issues.report(IssueLocation::File, &path, || {
                let known: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
                let remedy = match known.as_slice() {
                    [] => "Remove it: this text has no placeholders.".to_owned(),
                    known => format!("This text only has {}.", known.join(" and ")),
                };
                (format!("Nothing replaces {{{unknown}}}."), remedy)
            });
        }
    }
}

/// Whether a text may replace this one: an object of texts if that is one, otherwise a text.
fn is_form_of(text: &Json, english: &Json) -> bool {
    match (text, english) {
        (Json::Object(forms), Json::Object(_)) => {
            forms.text("other").is_some() && forms.iter().all(|(_, form)| form.as_str().is_some())
        }
        (Json::String(_), Json::String(_)) => true,
        _ => false,
    }
}

/// The text, or all its plural forms.
fn forms(text: &Json) -> impl Iterator<Item = &str> {
    let forms = text.as_object().into_iter().flat_map(Object::iter);
    let forms = forms.filter_map(|(_, form)| form.as_str());
    text.as_str().into_iter().chain(forms)
}

fn did_you_mean<'a>(
    written: &str,
    known: impl Iterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    match nearest(written, known) {
        Some(nearest) => format!("Did you mean \"{nearest}\"?"),
        None => otherwise.to_owned(),
    }
}
