//! The texts of one language: from the configuration, from the language's file, and in English where both lack
//! one.

use super::key::ENGLISH;
use super::{Key, Language, english};
use crate::json::{Json, Object};
use crate::protocol::error::{Error, ErrorCode, VendorCause};
use std::sync::OnceLock;

/// The suffix of the key of a text for pages whose product has no name.
const UNNAMED: &str = ".unnamed";
/// Replaced by the product's name.
const PRODUCT: &str = "{product}";
/// Isolates text from the direction of what is around it (Unicode Standard Annex 9).
const ISOLATE: [&str; 2] = ["\u{2068}", "\u{2069}"];
/// The first character of the scripts that are written from right to left.
const FIRST_RTL: char = '\u{590}';

/// The texts of one language.
///
/// A text may have `{product}` and one more placeholder, whose value only the caller knows.
#[derive(Debug)]
pub struct Texts {
    language: &'static Language,
    /// The product's name.
    product: Option<String>,
    /// The texts that replace the language's own, and those of its file. English is below them.
    layers: [Object; 2],
}

impl Texts {
    /// The texts of a language. `replaced`: those that the configuration replaces.
    pub fn new(
        language: &'static Language,
        file: Object,
        replaced: Object,
        product: Option<String>,
    ) -> Texts {
        Texts {
            language,
            product,
            layers: [replaced, file],
        }
    }

    /// The texts in the language with this tag, for a product without a name, from the language's file. In English
    /// if there's no such language, or its file can't be read.
    pub fn of_file(tag: &str, file: Option<&str>) -> Texts {
        let file = file.and_then(|file| Json::parse(file.as_bytes()).ok());
        match (Language::with_tag(tag), file) {
            (Some(language), Some(Json::Object(file))) => {
                Texts::new(language, file, Object::default(), None)
            }
            _ => Texts::english(None),
        }
    }

    /// The English texts for a product with this name.
    pub fn english(product: Option<String>) -> Texts {
        Texts::new(english(), Object::default(), Object::default(), product)
    }

    /// The language.
    pub fn language(&self) -> &'static Language {
        self.language
    }

    /// A text. It may still have one placeholder: see [`pieces`].
    pub fn get(&self, key: Key) -> String {
        self.with_product(self.find(key).and_then(Json::as_str).unwrap_or_default())
    }

    /// A text about a number in the form that `category` says
    /// ([`Intl.PluralRules`](https://tc39.es/ecma402/#pluralrules-objects)).
    pub fn plural(&self, key: Key, category: &str) -> String {
        let forms = self.find(key).and_then(Json::as_object);
        let form = forms.and_then(|forms| forms.text(category).or(forms.text("other")));
        self.with_product(form.unwrap_or_default())
    }

    /// A text with its placeholder replaced by a name, which is isolated if it has to be.
    pub fn with_name(&self, key: Key, name: &str) -> String {
        fill(&self.get(key), &self.isolated(name))
    }

    fn find(&self, key: Key) -> Option<&Json> {
        let name = key.name();
        let names_product = |text: &Json| text.as_str().is_some_and(|text| text.contains(PRODUCT));
        let suits = |text: &Json| self.product.is_some() || !names_product(text);
        let unnamed = self.product.is_none().then(|| name.clone() + UNNAMED);
        self.layers
            .iter()
            .chain([english_file()])
            .find_map(|texts| {
                let unnamed = unnamed.as_deref().and_then(|name| texts.get(name));
                unnamed.or_else(|| texts.get(&name).filter(|text| suits(text)))
            })
    }

    fn with_product(&self, text: &str) -> String {
        match &self.product {
            Some(product) => text.replace(PRODUCT, &self.isolated(product)),
            None => text.to_owned(),
        }
    }

    /// A name that can't reorder the text around it.
    fn isolated(&self, name: &str) -> String {
        if self.language.is_rtl || name.chars().any(|c| c >= FIRST_RTL) {
            [ISOLATE[0], name, ISOLATE[1]].concat()
        } else {
            name.to_owned()
        }
    }
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Text(&'a str),
    /// The place of a name, a time or a number.
    Placeholder,
}

/// The parts of a text: what is around its placeholder, and the placeholder.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.split('{').enumerate().flat_map(|(index, part)| {
        let (placeholder, text) = match part.split_once('}') {
            Some((_, text)) if index > 0 => (Some(Piece::Placeholder), text),
            _ => (None, part),
        };
        let text = (!text.is_empty()).then_some(Piece::Text(text));
        placeholder.into_iter().chain(text)
    })
}

/// The names of a text's placeholders.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0))
}

/// A text with its placeholder replaced.
pub fn fill(text: &str, value: &str) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Placeholder => value,
        })
        .collect()
}

/// The English file, read when it's needed first.
pub(crate) fn english_file() -> &'static Object {
    static FILE: OnceLock<Object> = OnceLock::new();
    FILE.get_or_init(|| match Json::parse(ENGLISH.as_bytes()) {
        Ok(Json::Object(texts)) => texts,
        // A test reads it.
        _ => Object::default(),
    })
}

impl Key {
    /// What happened.
    pub fn error_title(error: &Error) -> Key {
        Key::of_checked_parts(["error.", error_name(error), ".title"])
    }

    /// What the person can do.
    pub fn error_advice(error: &Error) -> Key {
        Key::of_checked_parts(["error.", error_name(error), ".advice"])
    }
}

/// The name of the texts about an error: its code, unless the vendor named the cause.
fn error_name(error: &Error) -> &'static str {
    match error.cause {
        Some(cause) => cause_name(cause),
        None => code_name(error.code),
    }
}

/// The name of the texts about a code. Where people can do the same about several, they share their texts.
const fn code_name(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::DiscoveryInvalid => ErrorCode::RequestRejected.as_str(),
        ErrorCode::SilentTimeout => ErrorCode::SilentRefused.as_str(),
        ErrorCode::TokenInvalid => ErrorCode::ResponseInvalid.as_str(),
        ErrorCode::IdTokenSignature | ErrorCode::IdTokenClaim => ErrorCode::IdTokenInvalid.as_str(),
        code => code.as_str(),
    }
}

/// The name of the texts about a vendor's cause.
const fn cause_name(cause: VendorCause) -> &'static str {
    match cause {
        VendorCause::NotSinglePage
        | VendorCause::NotFromPage
        | VendorCause::SecretSent
        | VendorCause::SecretMissing
        | VendorCause::RedirectUriUnknown
        | VendorCause::ClientUnknown
        | VendorCause::TenantUnknown
        | VendorCause::AuthorizationServerUnknown
        | VendorCause::NotMultiTenant
        | VendorCause::ApplicationDisabled
        | VendorCause::AccessPolicyMissing
        | VendorCause::DpopRequired
        | VendorCause::ScopeUnknown
        | VendorCause::ResourceUnknown
        | VendorCause::ResourceRefused
        | VendorCause::DocumentMissing
        | VendorCause::DocumentElsewhere => ErrorCode::RequestRejected.as_str(),
        VendorCause::AccountElsewhere
        | VendorCause::AccountTypeForbidden
        | VendorCause::AccountDisabled
        | VendorCause::NotAssigned => ErrorCode::AccountNotAllowed.as_str(),
        VendorCause::NotSignedIn | VendorCause::AccountChoiceNeeded => {
            ErrorCode::InteractionRequired.as_str()
        }
        VendorCause::SecondFactorNeeded => "second-factor-needed",
        VendorCause::PolicyForbids
        | VendorCause::DeviceForbidden
        | VendorCause::TenantForbidden => "policy-forbids",
        VendorCause::ConsentNeeded => "consent-needed",
        VendorCause::ConsentDeclined => "consent-declined",
        VendorCause::CodeInvalid | VendorCause::SignInExpired => ErrorCode::StateUnknown.as_str(),
        VendorCause::SharedSecretSignature | VendorCause::WrongAudience => {
            ErrorCode::IdTokenInvalid.as_str()
        }
        VendorCause::PkceFailed => ErrorCode::TokenRejected.as_str(),
        VendorCause::RefreshTokenInvalid
        | VendorCause::SignInFrequency
        | VendorCause::TokensRevoked
        | VendorCause::RefreshTokenUnused => ErrorCode::SessionExpired.as_str(),
        VendorCause::PasswordForgotten => "password-forgotten",
        VendorCause::Cancelled => ErrorCode::Aborted.as_str(),
        VendorCause::TooManyRequests => "too-many-requests",
    }
}

/// Every code and every cause has its texts: this doesn't compile otherwise.
const _: () = {
    let mut index = 0;
    while index < ErrorCode::ALL.len() {
        has_texts(code_name(ErrorCode::ALL[index]));
        index += 1;
    }
    let mut index = 0;
    while index < VendorCause::ALL.len() {
        has_texts(cause_name(VendorCause::ALL[index]));
        index += 1;
    }
};

const fn has_texts(name: &'static str) {
    Key::of_parts(["error.", name, ".title"]);
    Key::of_parts(["error.", name, ".advice"]);
}
