//! The types of the settings' values. Each says which [`ValueType`] it is and how it is made from
//! JSON of that type; serde and the table of settings both use that.

use super::value_type::{ValueType, bare_domain, is_bare_email};
use crate::json::{Json, Object};
use crate::protocol::url::Endpoint;
use oauth2::{ClientId, ClientSecret};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::ops::Deref;

const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// The value of a setting.
pub(crate) trait SettingValue: Sized {
    /// What the setting accepts.
    const VALUE_TYPE: ValueType;

    /// Makes the value from JSON that matches [`VALUE_TYPE`](Self::VALUE_TYPE). `None` for any other.
    fn from_json(value: Json) -> Option<Self>;

    /// The rule for serde: neither `null` nor another type is taken for a value.
    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Json::deserialize(deserializer)?;
        Self::VALUE_TYPE
            .matches(&value)
            .then(|| Self::from_json(value))
            .flatten()
            .ok_or_else(|| D::Error::custom("the value of a setting has another type"))
    }
}

/// The value of a setting that the file may leave out: `T::default()` then.
pub(crate) trait OptionalValue: SettingValue + Default {
    /// Whether the value says no more than its absence would.
    fn is_absent(&self) -> bool;
}

impl<T: SettingValue> SettingValue for Option<T> {
    const VALUE_TYPE: ValueType = T::VALUE_TYPE;

    fn from_json(value: Json) -> Option<Self> {
        T::from_json(value).map(Some)
    }
}

impl<T: SettingValue> OptionalValue for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl SettingValue for bool {
    const VALUE_TYPE: ValueType = ValueType::Boolean;

    fn from_json(value: Json) -> Option<Self> {
        match value {
            Json::Bool(value) => Some(value),
            _ => None,
        }
    }
}

impl OptionalValue for bool {
    fn is_absent(&self) -> bool {
        !self
    }
}

/// `true` unless the file says `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OnByDefault(pub bool);

impl Default for OnByDefault {
    fn default() -> Self {
        OnByDefault(true)
    }
}

impl SettingValue for OnByDefault {
    const VALUE_TYPE: ValueType = ValueType::Boolean;

    fn from_json(value: Json) -> Option<Self> {
        bool::from_json(value).map(OnByDefault)
    }
}

impl OptionalValue for OnByDefault {
    fn is_absent(&self) -> bool {
        self.0
    }
}

impl SettingValue for Object {
    const VALUE_TYPE: ValueType = ValueType::Object;

    fn from_json(value: Json) -> Option<Self> {
        match value {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl SettingValue for ClientId {
    const VALUE_TYPE: ValueType = ValueType::Text;

    fn from_json(value: Json) -> Option<Self> {
        text(&value).map(ClientId::new)
    }
}

impl SettingValue for ClientSecret {
    const VALUE_TYPE: ValueType = ValueType::Text;

    fn from_json(value: Json) -> Option<Self> {
        text(&value).map(ClientSecret::new)
    }
}

/// Text values: types that deref to `str`.
macro_rules! text_values {
    ($($(#[doc = $doc:literal])+ $name:ident: $value_type:ident, $read:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl SettingValue for $name {
            const VALUE_TYPE: ValueType = ValueType::$value_type;

            fn from_json(value: Json) -> Option<Self> {
                text(&value).map($read).map($name)
            }
        }
    )+};
}

text_values! {
    /// A text that is not empty, without blanks around it.
    Text: Text, |text| text;
    /// Letters, digits, `-`, `_` and `.`.
    Name: Name, |text| text;
    /// An `https` address, or `http` on a loopback host.
    Url: Url, |text| text;
    /// The address of a document of the page's own site: a [`Url`], or a path that is relative to the
    /// configuration.
    PageUrl: PageUrl, |text| text;
    /// The address of an issuer, without a `/.well-known/openid-configuration` at its end
    /// ([Discovery §4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)).
    IssuerUrl: Url, without_well_known;
    /// A color, `#rgb` or `#rrggbb`.
    Color: Color, |text| text;
    /// The address of an image: a path of this site, or `https`.
    Image: Image, |text| text;
    /// A path of this site.
    Path: Path, |text| text;
    /// What a link may lead to: a path of this site, an `https` address, or an email address with `mailto:`.
    Link: Link, with_mailto;
    /// A host name.
    Domain: Domain, |text| bare_domain(&text).to_owned();
}

impl PageUrl {
    /// Whether it's a whole address.
    pub fn is_absolute(&self) -> bool {
        Endpoint::parse(self).is_ok()
    }

    /// Makes it a whole address, if it's relative to this one. The result is on the same origin.
    pub(super) fn resolve(&mut self, base: &Endpoint) {
        if let Ok(url) = base.join(self) {
            self.0 = url.as_str().to_owned();
        }
    }
}

/// List values: types that deref to a slice.
macro_rules! list_values {
    ($($(#[$attribute:meta])+ $name:ident($item:ty): $value_type:ident, $read:expr;)+) => {$(
        $(#[$attribute])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(Vec<$item>);

        impl Deref for $name {
            type Target = [$item];

            fn deref(&self) -> &[$item] {
                &self.0
            }
        }

        impl SettingValue for $name {
            const VALUE_TYPE: ValueType = ValueType::$value_type;

            fn from_json(value: Json) -> Option<Self> {
                Some($name($read(value)))
            }
        }
    )+};
}

list_values! {
    /// Texts that are not empty.
    Texts(String): Texts, words;
    /// Words, from a list or from one text with blanks between them.
    Words(String): Words, words;
    /// Scopes, from a list or from one text with blanks between them. Default: `openid profile email`.
    Scope(String): Scope, words;
    /// Domains of email addresses, in ASCII.
    EmailDomains(String): EmailDomains, words;
    /// Tags of languages that there are texts in.
    Languages(String): Languages, words;
    /// Origins, as in `https://api.example.com`.
    #[derive(Default)]
    Origins(String): Origins, words;
}

impl Words {
    /// The words as OAuth 2.0 sends them: with one blank between two.
    pub fn joined(&self) -> String {
        self.join(" ")
    }
}

impl Default for Scope {
    fn default() -> Self {
        Scope(["openid", "profile", "email"].map(str::to_owned).into())
    }
}

impl OptionalValue for Origins {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// Texts by language and key.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ReplacedTexts(Object);

impl ReplacedTexts {
    /// The texts in the language with this tag.
    pub fn of(&self, tag: &str) -> Option<&Object> {
        self.0.get(tag)?.as_object()
    }

    /// The texts of every language, with its tag.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter()
    }
}

impl SettingValue for ReplacedTexts {
    const VALUE_TYPE: ValueType = ValueType::ReplacedTexts;

    fn from_json(value: Json) -> Option<Self> {
        Object::from_json(value).map(ReplacedTexts)
    }
}

/// Additional request parameters, in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params(Vec<(String, String)>);

impl Deref for Params {
    type Target = [(String, String)];

    fn deref(&self) -> &[(String, String)] {
        &self.0
    }
}

impl SettingValue for Params {
    const VALUE_TYPE: ValueType = ValueType::Params;

    fn from_json(value: Json) -> Option<Self> {
        let params = value.as_object()?.iter();
        let params = params.map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_line(), str::to_owned);
            (name.to_owned(), value)
        });
        Some(Params(params.collect()))
    }
}

impl OptionalValue for Params {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Serialize for Params {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(name, value)| (name, value)))
    }
}

/// Numbers of seconds.
macro_rules! seconds_values {
    ($($(#[doc = $doc:literal])+ $name:ident: $value_type:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The number of seconds.
            pub fn get(self) -> i64 {
                self.0
            }
        }

        impl SettingValue for $name {
            const VALUE_TYPE: ValueType = ValueType::$value_type;

            fn from_json(value: Json) -> Option<Self> {
                match value {
                    Json::Integer(seconds) => Some($name(seconds)),
                    _ => None,
                }
            }
        }
    )+};
}

seconds_values! {
    /// Seconds, zero or more.
    Seconds: Seconds;
    /// Seconds, one or more.
    PositiveSeconds: PositiveSeconds;
}

fn text(value: &Json) -> Option<String> {
    value.as_str().map(|text| text.trim().to_owned())
}

fn with_mailto(link: String) -> String {
    if is_bare_email(&link) {
        ["mailto:", &link].concat()
    } else {
        link
    }
}

/// The entries of a list, or the words of a text.
fn words(value: Json) -> Vec<String> {
    match value {
        Json::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        Json::Array(items) => items.iter().filter_map(text).collect(),
        _ => Vec::new(),
    }
}

/// The issuer of a discovery address, which may end with a query.
fn without_well_known(url: String) -> String {
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (url.as_str(), None),
    };
    match (path.strip_suffix(WELL_KNOWN), query) {
        (Some(path), Some(query)) => format!("{path}?{query}"),
        (Some(path), None) => path.to_owned(),
        (None, _) => url,
    }
}
