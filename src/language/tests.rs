mod files;

use super::key::{ENGLISH, NAMES};
use super::texts::english_file;
use super::*;
use crate::json::{Json, Object};
use crate::protocol::error::{Error, ErrorCode, Phase};

fn object(json: &str) -> Object {
    match Json::parse(json.as_bytes()) {
        Ok(Json::Object(object)) => object,
        other => panic!("{other:?}"),
    }
}

fn german(file: &str, replaced: &str, product: Option<&str>) -> Texts {
    let language = Language::with_tag("de").unwrap();
    let product = product.map(str::to_owned);
    Texts::new(language, object(file), object(replaced), product)
}

#[test]
fn the_keys_known_at_compile_time_are_those_of_the_english_file() {
    let file: Vec<&str> = english_file().iter().map(|(key, _)| key).collect();
    assert_eq!(file, NAMES);
    assert!(!ENGLISH.contains('\t'));
}

#[test]
fn a_text_that_a_language_lacks_is_in_english() {
    let texts = german(r#"{"signed_in.sign_out":"Abmelden"}"#, "{}", None);
    assert_eq!(texts.get(key!("signed_in.sign_out")), "Abmelden");
    assert_eq!(texts.get(key!("signed_in.title")), "You're signed in");
}

#[test]
fn the_configuration_replaces_single_texts() {
    let texts = german(
        r#"{"sign_in.title":"Bei {product} anmelden","sign_in.title.unnamed":"Anmelden"}"#,
        r#"{"sign_in.title":"Willkommen"}"#,
        None,
    );
    // Also the variant for a product without a name, which it doesn't name.
    assert_eq!(texts.get(key!("sign_in.title")), "Willkommen");
}

#[test]
fn texts_name_the_product_or_do_without_a_name() {
    let title = |product: Option<&str>| {
        let texts = Texts::english(product.map(str::to_owned));
        texts.get(key!("sign_in.title"))
    };
    assert_eq!(title(Some("Acme Travel")), "Sign in to Acme Travel");
    assert_eq!(title(None), "Sign in");
}

#[test]
fn names_in_another_direction_are_isolated() {
    let english = Texts::english(None);
    let switch_to = key!("accounts.switch_to");
    assert_eq!(english.with_name(switch_to, "Ada"), "Switch to Ada");
    assert_eq!(
        english.with_name(switch_to, "عمر"),
        "Switch to \u{2068}عمر\u{2069}"
    );
    let arabic = Texts::new(
        Language::with_tag("ar").unwrap(),
        object(r#"{"accounts.switch_to":"التبديل إلى {name}"}"#),
        Object::default(),
        None,
    );
    assert_eq!(
        arabic.with_name(switch_to, "Ada"),
        "التبديل إلى \u{2068}Ada\u{2069}"
    );
}

#[test]
fn a_name_with_braces_is_no_placeholder() {
    let texts = Texts::english(None);
    assert_eq!(
        texts.with_name(key!("sign_in.with"), "{product}"),
        "Sign in with {product}"
    );
}

#[test]
fn numbers_have_the_plural_forms_of_the_language() {
    let texts = german(
        r#"{"expiry.countdown":{"one":"{count} Sekunde","other":"{count} Sekunden"}}"#,
        "{}",
        None,
    );
    let countdown = |category| fill(&texts.plural(key!("expiry.countdown"), category), "5");
    assert_eq!(countdown("one"), "5 Sekunde");
    assert_eq!(countdown("other"), "5 Sekunden");
    assert_eq!(countdown("few"), "5 Sekunden");
}

#[test]
fn every_error_says_what_happened_and_what_to_do() {
    let texts = Texts::english(None);
    for code in ErrorCode::ALL {
        let error = Error::new(*code, Phase::Token);
        let title = texts.get(Key::error_title(&error));
        let advice = texts.get(Key::error_advice(&error));
        assert!(!title.is_empty() && !title.ends_with('.'), "{code:?}");
        assert!(advice.ends_with('.'), "{code:?}");
    }
}

#[test]
fn no_english_sentence_starts_with_the_name_of_a_provider() {
    // An unknown name is replaced by "the sign-in service", which starts in lower case.
    for (key, text) in english_file().iter() {
        let text = text.as_str().unwrap_or_default();
        assert!(
            !text.starts_with("{provider}") && !text.contains(". {provider}"),
            "{key}"
        );
    }
}
