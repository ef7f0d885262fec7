//! What the value of a setting may be: one rule, and what to say to somebody whose value breaks it.
//! The JSON schema and the TypeScript types say the same of each [`ValueType`] in their languages.

use super::setting::nearest;
use crate::json::Json;
use crate::language::{LANGUAGES, Language};
use crate::protocol::url::{Endpoint, is_path};

/// The type of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueType {
    /// A text that is not empty.
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// Letters, digits, `-`, `_` and `.`.
    Name,
    /// `https`, or `http` on a loopback address.
    Url,
    /// [`Url`](Self::Url), or a path that is relative to the configuration.
    PageUrl,
    /// A host name, or an https URL of one.
    Domain,
    /// `#rgb` or `#rrggbb`.
    Color,
    /// A path of this site: nothing that a browser could take for another site or for a script.
    Path,
    /// A [`Path`](Self::Path) or a [`Url`](Self::Url).
    Image,
    /// An [`Image`](Self::Image) with or without a fragment, an email address, or one with `mailto:`.
    Link,
    /// `true` or `false`.
    Boolean,
    /// A whole number of seconds, zero or more.
    Seconds,
    /// A whole number of seconds, one or more.
    PositiveSeconds,
    /// A list of texts that are not empty, or one text with blanks between them.
    Words,
    /// [`Words`](Self::Words) that include `openid`.
    Scope,
    /// A list of texts that are not empty.
    Texts,
    /// A list of origins: `https://host:port`, or `http` on a loopback address, without a path.
    Origins,
    /// A list of the domains of email addresses, as browsers write them: in ASCII.
    EmailDomains,
    /// An object whose values are texts, numbers, true or false, without parameters that the flow
    /// itself sets.
    Params,
    /// A list of languages that there are texts in.
    Languages,
    /// Texts by language and key. What they may be is checked elsewhere.
    ReplacedTexts,
    /// A JSON object of any content.
    Object,
    /// The list of providers.
    Providers,
    /// The brand.
    Brand,
}

impl ValueType {
    /// Whether a value is of this type. Some mistakes are reported under a more precise
    /// path, so they're checked elsewhere: `openid` in a scope, reserved parameters, each provider of the list.
    pub(super) fn matches(self, value: &Json) -> bool {
        match (self, value) {
            (ValueType::Text, Json::String(text)) => !is_blank(text),
            (ValueType::OneOf(names), Json::String(text)) => names.contains(&text.as_str()),
            (ValueType::Name, Json::String(text)) => is_name(text),
            (ValueType::Url, Json::String(text)) => Endpoint::parse(text).is_ok(),
            (ValueType::PageUrl, Json::String(text)) => {
                is_path(text) || Endpoint::parse(text).is_ok()
            }
            (ValueType::Domain, Json::String(text)) => is_domain(bare_domain(text)),
            (ValueType::Color, Json::String(text)) => is_color(text),
            (ValueType::Path, Json::String(text)) => is_path(text),
            (ValueType::Image, Json::String(text)) => {
                is_path(text) || Endpoint::parse(text).is_ok()
            }
            (ValueType::Link, Json::String(text)) => is_link(text),
            (ValueType::Boolean, Json::Bool(_)) => true,
            (ValueType::Seconds, Json::Integer(seconds)) => *seconds >= 0,
            (ValueType::PositiveSeconds, Json::Integer(seconds)) => *seconds > 0,
            (ValueType::Words | ValueType::Scope, Json::String(text)) => !is_blank(text),
            (ValueType::Words | ValueType::Scope | ValueType::Texts, Json::Array(items)) => {
                is_list_of(items, |text| !is_blank(text))
            }
            (ValueType::Origins, Json::Array(items)) => is_list_of(items, is_origin),
            (ValueType::EmailDomains, Json::Array(items)) => is_list_of(items, is_domain),
            (ValueType::Languages, Json::Array(items)) => {
                is_list_of(items, |tag| Language::with_tag(tag).is_some())
            }
            (ValueType::ReplacedTexts, Json::Object(_)) => true,
            (ValueType::Params, Json::Object(params)) => {
                params.iter().all(|(_, value)| is_param(value))
            }
            (ValueType::Object | ValueType::Brand, Json::Object(_))
            | (ValueType::Providers, Json::Array(_)) => true,
            _ => false,
        }
    }

    /// Explains why a value is not of this type: the problem and the remedy.
    pub(super) fn type_error(self, value: &Json) -> (String, String) {
        (self.problem(value), self.remedy(value))
    }

    fn problem(self, value: &Json) -> String {
        match (self, value) {
            (_, Json::String(text)) if is_blank(text) => "This can't be empty.".to_owned(),
            (ValueType::OneOf(_), Json::String(_)) => "Unknown value.".to_owned(),
            (ValueType::Name, Json::String(_)) => {
                "It has characters that a name can't have.".to_owned()
            }
            (ValueType::Url | ValueType::PageUrl, Json::String(text)) => Endpoint::parse(text)
                .err()
                .map(|problem| problem.to_string())
                .unwrap_or_default(),
            (ValueType::Domain, Json::String(_)) => "It is not a host name.".to_owned(),
            (ValueType::Color, Json::String(_)) => "It isn't a color.".to_owned(),
            (ValueType::Path | ValueType::Image | ValueType::Link, Json::String(_)) => {
                "The page can't link to it safely.".to_owned()
            }
            (ValueType::Seconds, Json::Integer(_)) => "It is below zero.".to_owned(),
            (ValueType::PositiveSeconds, Json::Integer(_)) => "It is less than one.".to_owned(),
            (
                ValueType::Words
                | ValueType::Scope
                | ValueType::Texts
                | ValueType::Languages
                | ValueType::Origins
                | ValueType::EmailDomains,
                Json::Array(items),
            ) if items.is_empty() => "The list is empty.".to_owned(),
            (ValueType::Origins, Json::Array(_)) => {
                "An entry of the list is not an origin on https or loopback.".to_owned()
            }
            (ValueType::EmailDomains, Json::Array(_)) => {
                "An entry of the list is not the domain of an email address.".to_owned()
            }
            (ValueType::Words | ValueType::Scope | ValueType::Texts, Json::Array(_)) => {
                "An entry of the list is empty or not a text.".to_owned()
            }
            (ValueType::Languages, Json::Array(_)) => {
                "The page has no texts in one of these languages.".to_owned()
            }
            (ValueType::Params, Json::Object(_)) => {
                "A value in it is not a text, a number, true or false.".to_owned()
            }
            (_, value) => format!("It is {}.", value.kind()),
        }
    }

    fn remedy(self, value: &Json) -> String {
        let remedy = match self {
            ValueType::Text => "Write a text, or remove the setting.",
            ValueType::OneOf(names) => {
                let written = value.as_str();
                return match written.and_then(|text| nearest(text, names.iter().copied())) {
                    Some(nearest) => format!("Did you mean \"{nearest}\"?"),
                    None => format!("Write one of \"{}\".", names.join("\", \"")),
                };
            }
            ValueType::Name => "Use only letters, digits, \"-\", \"_\" and \".\".",
            ValueType::Url => {
                "Write a whole address that starts with https://. On your own machine you can use http://localhost or http://127.0.0.1."
            }
            ValueType::PageUrl => {
                "Write a whole address that starts with https://, or a path like \"callback.html\" that is relative to vestibule.json."
            }
            ValueType::Domain => "Write only the host name, like dev-1.okta.com.",
            ValueType::Color => "Write it like #0a7d55.",
            ValueType::Path => "Write a path of this site, like acme.css.",
            ValueType::Image => "Write a path of this site, like logo.svg, or an https address.",
            ValueType::Link => {
                "Write a path of this site, like /help, an https address or an email address."
            }
            ValueType::Boolean => "Write true or false, without quotation marks.",
            ValueType::Seconds | ValueType::PositiveSeconds => {
                "Write a whole number of seconds, without quotation marks."
            }
            ValueType::Words | ValueType::Scope => {
                "Write a text like \"openid profile\", or a list of texts."
            }
            ValueType::Texts => "Write a list of texts, like [\"…\"].",
            ValueType::Origins => {
                "Write a list of origins, like [\"https://api.example.com\"], without a path or a slash at the end."
            }
            ValueType::EmailDomains => {
                "Write a list of what follows the @, like [\"example.com\"], with international names in their xn-- form."
            }
            ValueType::Languages => {
                let tags: Vec<&str> = LANGUAGES.iter().map(|language| language.tag).collect();
                return format!("Write a list of these: \"{}\".", tags.join("\", \""));
            }
            ValueType::ReplacedTexts => {
                "Write an object with the texts of each language: { \"de\": { … } }."
            }
            ValueType::Params => "Write an object whose values are texts.",
            ValueType::Object => "Put the whole document here, as an object.",
            ValueType::Brand => "Write an object: { \"name\": … }.",
            ValueType::Providers => "Write a list of providers: [ { … } ].",
        };
        remedy.to_owned()
    }
}

/// `https://dev-1.okta.com/`, as people paste it, reduced to the host name.
pub(super) fn bare_domain(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix("https://").unwrap_or(text);
    text.strip_suffix('/').unwrap_or(text)
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn is_list_of(items: &[Json], is_entry: impl Fn(&str) -> bool) -> bool {
    !items.is_empty()
        && items
            .iter()
            .all(|item| item.as_str().is_some_and(&is_entry))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Whether an address is an origin alone, without even a slash behind it.
fn is_origin(text: &str) -> bool {
    Endpoint::parse(text).is_ok_and(|url| url.origin() == text)
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.chars().all(|c| c.is_ascii_hexdigit())
    })
}

/// Whether each character may be part of a URL, as [`Endpoint::parse`] demands.
fn is_url_text(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_graphic() && !r#"\"<>^`{|}"#.contains(c))
}

fn is_link(text: &str) -> bool {
    let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
    let is_mail = text
        .strip_prefix("mailto:")
        .and_then(|mail| mail.split_once('@'))
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    let is_address = is_path(address) || Endpoint::parse(address).is_ok();
    is_url_text(text) && (is_mail || (is_address && is_url_text(fragment)))
}

/// Whether a link is an email address, which lacks only `mailto:`.
pub(super) fn is_bare_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && is_domain(host))
        && !text.contains(['/', ':', '?', '#'])
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
}

fn is_param(value: &Json) -> bool {
    matches!(
        value,
        Json::String(_) | Json::Integer(_) | Json::Number(_) | Json::Bool(_)
    )
}
