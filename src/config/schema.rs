//! The JSON schema of `vestibule.json`, made from the table of settings, for editors. What a schema
//! cannot say (unique ids, settings that exclude each other) is said by the validation alone.

use super::ProviderKind;
use super::setting::{PROVIDER, RESERVED_PARAMS, Setting, TOP, ValueType};
use crate::json::{Json, Object};

/// The schema (JSON Schema 2020-12).
pub fn schema() -> Json {
    let variants = ProviderKind::NAMES.iter().map(|kind| {
        object([
            (
                "if",
                object([(
                    "properties",
                    object([("kind", object([("const", text(kind))]))]),
                )]),
            ),
            ("then", settings(PROVIDER, Some(kind))),
        ])
    });
    let provider = object([
        ("type", text("object")),
        ("required", Json::Array(vec![text("kind")])),
        ("properties", object([("kind", kinds())])),
        ("allOf", Json::Array(variants.collect())),
    ]);
    let mut schema = match settings(TOP, None) {
        Json::Object(schema) => schema,
        _ => Object::default(),
    };
    schema.insert(
        "$schema",
        text("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title", text("vestibule.json"));
    schema.insert("$defs", object([("provider", provider)]));
    Json::Object(schema)
}

/// An object that has these settings and no others.
fn settings(table: &[Setting], kind: Option<&str>) -> Json {
    let known = || {
        table
            .iter()
            .filter(move |setting| kind.is_none_or(|kind| setting.applies_to(kind)))
    };
    let properties = known().map(|setting| (setting.name, property(setting)));
    let required = known()
        .filter(|setting| setting.required)
        .map(|setting| text(setting.name));
    let mut object = Object::default();
    object.insert("type", text("object"));
    object.insert("required", Json::Array(required.collect()));
    object.insert("properties", self::object(properties));
    object.insert("additionalProperties", Json::Bool(false));
    if kind == Some("oidc") {
        object.insert("anyOf", one_of_required(&["issuer", "authority"]));
    }
    if kind == Some("okta") {
        object.insert("anyOf", one_of_required(&["domain", "issuer", "authority"]));
    }
    Json::Object(object)
}

fn one_of_required(names: &[&str]) -> Json {
    let required = |name: &&str| self::object([("required", Json::Array(vec![text(name)]))]);
    Json::Array(names.iter().map(required).collect())
}

fn property(setting: &Setting) -> Json {
    let mut property = match value_type(setting.value_type) {
        Json::Object(property) => property,
        _ => Object::default(),
    };
    property.insert("description", text(setting.description));
    Json::Object(property)
}

fn value_type(value_type: ValueType) -> Json {
    let not_blank = || pattern(r"\S");
    let texts = || {
        object([
            ("type", text("array")),
            ("items", not_blank()),
            ("minItems", Json::Integer(1)),
        ])
    };
    match value_type {
        ValueType::Text => not_blank(),
        ValueType::OneOf(names) => object([(
            "enum",
            Json::Array(names.iter().map(|name| text(name)).collect()),
        )]),
        ValueType::Name => pattern(r"^[A-Za-z0-9._-]+$"),
        ValueType::Url => pattern(
            r#"^(https://([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:]+\])|http://([A-Za-z0-9_-]+\.)*localhost|http://127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|http://\[::1\])(:[0-9]{1,5})?([/?][!$-;=?-Z\]\[_a-z~]*)?$"#,
        ),
        ValueType::Domain => pattern(r"^\s*(https://)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/?\s*$"),
        ValueType::Boolean => object([("type", text("boolean"))]),
        ValueType::Seconds => object([("type", text("integer")), ("minimum", Json::Integer(0))]),
        ValueType::Duration => object([("type", text("integer")), ("minimum", Json::Integer(1))]),
        ValueType::Words => object([("anyOf", Json::Array(vec![not_blank(), texts()]))]),
        ValueType::Scope => {
            let list = match texts() {
                Json::Object(mut list) => {
                    list.insert("contains", object([("const", text("openid"))]));
                    Json::Object(list)
                }
                other => other,
            };
            object([(
                "anyOf",
                Json::Array(vec![pattern(r"(^|\s)openid(\s|$)"), list]),
            )])
        }
        ValueType::Texts => texts(),
        ValueType::Origins => object([
            ("type", text("array")),
            (
                "items",
                pattern(
                    r"^(https://([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:]+\])|http://([A-Za-z0-9_-]+\.)*localhost|http://127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|http://\[::1\])(:[0-9]{1,5})?$",
                ),
            ),
            ("minItems", Json::Integer(1)),
        ]),
        ValueType::Params => object([
            ("type", text("object")),
            (
                "propertyNames",
                object([(
                    "not",
                    object([(
                        "enum",
                        Json::Array(RESERVED_PARAMS.iter().map(|name| text(name)).collect()),
                    )]),
                )]),
            ),
            (
                "additionalProperties",
                object([(
                    "type",
                    Json::Array(["string", "number", "boolean"].map(text).to_vec()),
                )]),
            ),
        ]),
        ValueType::Object => object([("type", text("object"))]),
        ValueType::Providers => object([
            ("type", text("array")),
            ("items", object([("$ref", text("#/$defs/provider"))])),
            ("minItems", Json::Integer(1)),
        ]),
    }
}

fn kinds() -> Json {
    let kind = PROVIDER.iter().find(|setting| setting.name == "kind");
    kind.map(property).unwrap_or(Json::Bool(true))
}

fn pattern(pattern: &str) -> Json {
    object([("type", text("string")), ("pattern", text(pattern))])
}

fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
    let members = members.into_iter();
    Json::Object(
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

// The schema library runs on the host only.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::config::Config;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vestibule.schema.json");

    #[test]
    fn the_schema_beside_the_page_is_the_one_of_the_settings() {
        let current = schema().to_text() + "\n";
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(FILE, &current).unwrap();
        }
        let written = std::fs::read_to_string(FILE).unwrap_or_default();
        assert!(
            written == current,
            "vestibule.schema.json is not of today's settings: run UPDATE_SCHEMA=1 cargo test schema"
        );
    }

    /// A good provider of each kind.
    const GOOD: &[&str] = &[
        r#""id":"a","kind":"microsoft","client_id":"c""#,
        r#""id":"a","kind":"google","client_id":"c""#,
        r#""id":"a","kind":"okta","client_id":"c","domain":"dev-1.okta.com""#,
        r#""id":"a","kind":"oidc","client_id":"c","issuer":"https://id.example.com""#,
    ];

    /// Values that are right for some settings and wrong for others.
    const VALUES: &[&str] = &[
        "null",
        "true",
        "\"true\"",
        "0",
        "60",
        "-1",
        "1.5",
        "\"\"",
        "\"  \"",
        "\"x\"",
        "\"x y\"",
        "\"openid\"",
        "\"a.b\"",
        "\"a.example.com\"",
        "\"https://a.example.com\"",
        "\"https://a.example.com/\"",
        "\"https://a.example.com:8443/b?c=d\"",
        "\"http://a.example.com\"",
        "\"http://localhost:4400/x\"",
        "\"http://127.0.0.1\"",
        "\"http://[::1]:1/\"",
        "\"https://a..example\"",
        "\"https://u@a.example\"",
        "\"https://a.example/#x\"",
        "\"https://a.example/ x\"",
        "\"https://a.example/|\"",
        "\"https://\"",
        "\"//a.example\"",
        "\"javascript:alert(1)\"",
        "[]",
        "[\"\"]",
        "[\"openid\"]",
        "[7]",
        "[\"https://api.example.com\"]",
        "[\"https://api.example.com:8443\",\"http://127.0.0.1:3000\"]",
        "[\"https://api.example.com/\"]",
        "[\"http://api.example.com\"]",
        "[\"https://u@api.example.com\"]",
        "[\"*\"]",
        "{}",
        "{\"a\":\"b\"}",
        "{\"a\":[]}",
        "{\"state\":\"x\"}",
        "{\"a\":null}",
        "{\"a\":1.5}",
        "\"google\"",
        "\"oidc\"",
    ];

    #[test]
    fn schema_and_validation_say_the_same_of_every_value_of_every_setting() {
        let schema = serde_json::from_str(&schema().to_line()).unwrap();
        let schema = jsonschema::draft202012::new(&schema).unwrap();
        let agree = |text: &str| {
            let by_schema = schema.is_valid(&serde_json::from_str(text).unwrap());
            let by_validation = Config::from_text(text.as_bytes());
            assert_eq!(
                by_schema,
                by_validation.is_ok(),
                "the schema and the validation disagree on {text}: {by_validation:?}"
            );
        };
        for good in GOOD {
            agree(&format!(r#"{{"providers":[{{{good}}}]}}"#));
            for setting in PROVIDER
                .iter()
                .filter(|setting| !excluded(setting.name, good))
            {
                for value in VALUES {
                    let changed = replace(good, setting.name, value);
                    agree(&format!(r#"{{"providers":[{{{changed}}}]}}"#));
                }
                let missing = replace(good, setting.name, "");
                agree(&format!(r#"{{"providers":[{{{missing}}}]}}"#));
            }
            for (name, value) in TOP
                .iter()
                .flat_map(|setting| VALUES.iter().map(|value| (setting.name, value)))
            {
                let providers = match name {
                    "providers" => String::new(),
                    _ => format!(r#""providers":[{{{good}}}],"#),
                };
                agree(&format!(r#"{{{providers}"{name}":{value}}}"#));
            }
            agree(&format!(r#"{{"providers":[{{{good},"unknown":1}}]}}"#));
            agree(&format!(r#"{{"unknown":1,"providers":[{{{good}}}]}}"#));
        }
    }

    /// Rules that only the validation has: settings that exclude each other or have more meaning
    /// than form.
    fn excluded(name: &str, good: &str) -> bool {
        let names_issuer = matches!(name, "issuer" | "authority");
        let okta = good.contains("okta") && (names_issuer || name == "authorization_server");
        let oidc = good.contains("oidc") && name == "authority";
        okta || oidc || name == "prompt" || name == "enabled" || name == "kind"
    }

    /// The settings with one replaced, added or (for an empty value) left out.
    fn replace(settings: &str, name: &str, value: &str) -> String {
        let mut object = Json::parse_object(format!("{{{settings}}}").as_bytes()).unwrap();
        if value.is_empty() {
            object = object
                .iter()
                .filter(|(known, _)| *known != name)
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .collect();
        } else {
            object.insert(name, Json::parse(value.as_bytes()).unwrap());
        }
        let text = object.to_line();
        text[1..text.len() - 1].to_owned()
    }
}
