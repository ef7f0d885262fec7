//! The JSON schema of `vestibule.json`, for editors, made from the tables of settings. Rules that a
//! schema can't express (unique ids, settings that exclude each other) are in the validation alone.

use super::named::ProviderKind;
use super::setting::{RESERVED_PARAMS, Setting};
use super::settings::{Brand, ProviderConfig, Settings};
use super::value_type::ValueType;
use crate::json::{Json, Object};
use crate::language::{LANGUAGES, english_file};

/// An address on https, or on a loopback host, up to the port.
const ORIGIN: &str = r"(https://([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:]+\])|http://([A-Za-z0-9_-]+\.)*localhost|http://127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|http://\[::1\])(:[0-9]{1,5})?";
/// What may follow an origin in an address.
const PATH: &str = r"([/?][!$-;=?-Z\]\[_a-z~]*)?";

/// A path from the root of an origin.
const ROOTED: &str = r"/([!$-.0-;=?-Z\]\[_a-z~][!$-;=?-Z\]\[_a-z~]*)?";
/// A path without a scheme that is relative to a folder.
const RELATIVE: &str = r"[!$-.0-9;=@-Z\]\[_a-z~]+([/?][!$-;=?-Z\]\[_a-z~]*)?";
/// What may follow the # of an address.
const FRAGMENT: &str = r"[!#-;=?-Z\]\[_a-z~]*";

/// Returns the schema
/// ([JSON Schema 2020-12](https://json-schema.org/draft/2020-12/json-schema-core)).
fn schema() -> Json {
    let mut schema = settings(Settings::SETTINGS.iter());
    schema.insert(
        "$schema",
        text("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title", text("vestibule.json"));
    let brand = Json::Object(settings(Brand::SETTINGS.iter()));
    schema.insert(
        "$defs",
        object([("provider", provider()), ("brand", brand)]),
    );
    Json::Object(schema)
}

/// A provider: the settings of its kind.
fn provider() -> Json {
    let kinds = ProviderKind::NAMES
        .iter()
        .filter_map(|name| ProviderKind::from_name(name));
    let by_kind = kinds.map(|kind| {
        let is_kind = object([("const", text(kind.name()))]);
        object([
            ("if", object([("properties", object([("kind", is_kind)]))])),
            ("then", of_kind(kind)),
        ])
    });
    let kind = ProviderConfig::SETTINGS
        .iter()
        .find(|setting| setting.name == "kind");
    object([
        ("type", text("object")),
        ("required", Json::Array(vec![text("kind")])),
        (
            "properties",
            object(kind.map(|setting| (setting.name, property(setting)))),
        ),
        ("allOf", Json::Array(by_kind.collect())),
    ])
}

fn of_kind(kind: ProviderKind) -> Json {
    let known = ProviderConfig::SETTINGS
        .iter()
        .filter(|setting| setting.applies_to(kind));
    let mut schema = settings(known);
    let alternatives: Vec<Json> = kind
        .needs_one_of()
        .iter()
        .map(|name| object([("required", Json::Array(vec![text(name)]))]))
        .collect();
    if !alternatives.is_empty() {
        schema.insert("anyOf", Json::Array(alternatives));
    }
    Json::Object(schema)
}

/// An object that has these settings and no others.
fn settings(known: impl Iterator<Item = &'static Setting> + Clone) -> Object {
    let required = known.clone().filter(|setting| setting.required);
    let required = required.map(|setting| text(setting.name)).collect();
    let mut object = Object::default();
    object.insert("type", text("object"));
    object.insert("required", Json::Array(required));
    object.insert(
        "properties",
        self::object(known.map(|setting| (setting.name, property(setting)))),
    );
    object.insert("additionalProperties", Json::Bool(false));
    object
}

fn property(setting: &Setting) -> Json {
    let mut property = value(setting.value_type);
    property.insert("description", text(setting.description));
    Json::Object(property)
}

/// The schema of a value.
fn value(value_type: ValueType) -> Object {
    match value_type {
        ValueType::Text => pattern(r"\S"),
        ValueType::OneOf(names) => members([("enum", texts(names))]),
        ValueType::Name => pattern(r"^[A-Za-z0-9._-]+$"),
        ValueType::Url => pattern(&format!("^{ORIGIN}{PATH}$")),
        ValueType::PageUrl => pattern(&format!("^({ORIGIN}{PATH}|{ROOTED}|{RELATIVE})$")),
        ValueType::Domain => pattern(r"^\s*(https://)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/?\s*$"),
        ValueType::Color => pattern("^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$"),
        ValueType::Path => pattern(&format!("^({ROOTED}|{RELATIVE})$")),
        ValueType::Image => pattern(&format!("^({ORIGIN}{PATH}|{ROOTED}|{RELATIVE})$")),
        ValueType::Link => pattern(&format!(
            r"^(({ORIGIN}{PATH}|{ROOTED}|{RELATIVE})(#{FRAGMENT})?|mailto:[!#-;=?A-Z\]\[_a-z~]+@[!#-;=?-Z\]\[_a-z~]{FRAGMENT})$",
        )),
        ValueType::Boolean => members([("type", text("boolean"))]),
        ValueType::Seconds => integer(0),
        ValueType::PositiveSeconds => integer(1),
        ValueType::Words => any_of(pattern(r"\S"), list(pattern(r"\S"))),
        ValueType::Scope => {
            let mut with_openid = list(pattern(r"\S"));
            with_openid.insert("contains", object([("const", text("openid"))]));
            any_of(pattern(r"(^|\s)openid(\s|$)"), with_openid)
        }
        ValueType::Texts => list(pattern(r"\S")),
        ValueType::EmailDomains => list(pattern(r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")),
        ValueType::Origins => list(pattern(&format!("^{ORIGIN}$"))),
        ValueType::Params => {
            let reserved = object([("enum", texts(RESERVED_PARAMS))]);
            let types = texts(&["string", "number", "boolean"]);
            members([
                ("type", text("object")),
                ("propertyNames", object([("not", reserved)])),
                ("additionalProperties", object([("type", types)])),
            ])
        }
        ValueType::Languages => list(members([("enum", texts(&tags()))])),
        ValueType::ReplacedTexts => {
            let keys = english_file().iter().map(|(key, english)| {
                let form = match english {
                    Json::Object(_) => members([
                        ("type", text("object")),
                        ("additionalProperties", object([("type", text("string"))])),
                    ]),
                    _ => pattern(r"\S"),
                };
                (key, Json::Object(form))
            });
            let of_language = object([
                ("type", text("object")),
                ("properties", object(keys)),
                ("additionalProperties", Json::Bool(false)),
            ]);
            members([
                ("type", text("object")),
                ("propertyNames", object([("enum", texts(&tags()))])),
                ("additionalProperties", of_language),
            ])
        }
        ValueType::Object => members([("type", text("object"))]),
        ValueType::Brand => members([("$ref", text("#/$defs/brand"))]),
        ValueType::Providers => list(members([("$ref", text("#/$defs/provider"))])),
    }
}

fn tags() -> Vec<&'static str> {
    LANGUAGES.iter().map(|language| language.tag).collect()
}

fn pattern(pattern: &str) -> Object {
    members([("type", text("string")), ("pattern", text(pattern))])
}

fn integer(minimum: i64) -> Object {
    members([
        ("type", text("integer")),
        ("minimum", Json::Integer(minimum)),
    ])
}

/// A list with one entry or more.
fn list(entry: Object) -> Object {
    members([
        ("type", text("array")),
        ("items", Json::Object(entry)),
        ("minItems", Json::Integer(1)),
    ])
}

fn any_of(first: Object, second: Object) -> Object {
    let alternatives = [first, second].map(Json::Object);
    members([("anyOf", Json::Array(alternatives.into()))])
}

fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn texts(list: &[&str]) -> Json {
    Json::Array(list.iter().map(|entry| text(entry)).collect())
}

fn object<'a>(list: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
    Json::Object(members(list))
}

fn members<'a>(list: impl IntoIterator<Item = (&'a str, Json)>) -> Object {
    list.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

#[cfg(test)]
mod tests;
