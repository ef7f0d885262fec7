use super::*;
use crate::config::{Config, ConfigError};
use crate::json;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vestibule.schema.json");

#[test]
fn the_schema_file_is_up_to_date() {
    let current = schema().to_text() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(FILE, &current).unwrap();
    }
    let written = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        written == current,
        "vestibule.schema.json is out of date: run UPDATE_SCHEMA=1 cargo test config"
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
    "\"/a/b.html?c=d\"",
    "\"/\"",
    "\"../a.html\"",
    "\"a/b:c\"",
    "\"a:b\"",
    "\"?a\"",
    "\"/a#b\"",
    "\"/\\\\a.example\"",
    "\"fragment\"",
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
    "\"#0a7d55\"",
    "\"#FFF\"",
    "\"#ggg\"",
    "\"#1234\"",
    "\"/\"",
    "\"/help?a=b:c#d\"",
    "\"./a/b.svg\"",
    "\"?a=b\"",
    "\"a/b:c\"",
    "\"a:b\"",
    "\"\\\\\\\\a.example\"",
    "\"/\\\\a.example\"",
    "\"///a.example\"",
    "\"data:text/html,x\"",
    "\" javascript:alert(1)\"",
    "\"java\\tscript:alert(1)\"",
    "\"help@a.example\"",
    "\"mailto:help@a.example?subject=x\"",
    "\"mailto:help\"",
    "\"mailto:@a.example\"",
    "\"oidc\"",
];

#[test]
fn schema_and_every_reader_agree_on_every_value_of_every_setting() {
    let schema = serde_json::from_str(&schema().to_line()).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let agree = |text: &str| {
        let by_schema = schema.is_valid(&serde_json::from_str(text).unwrap());
        assert_eq!(
            by_schema,
            readers_agree(text),
            "the schema and the validation disagree on {text}: {:?}",
            Config::from_text(text.as_bytes())
        );
    };
    for good in GOOD {
        agree(&format!(r#"{{"providers":[{{{good}}}]}}"#));
        for setting in ProviderConfig::SETTINGS
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
        for (name, value) in Settings::SETTINGS
            .iter()
            .flat_map(|setting| VALUES.iter().map(|value| (setting.name, value)))
        {
            let providers = match name {
                "providers" => String::new(),
                _ => format!(r#""providers":[{{{good}}}],"#),
            };
            agree(&format!(r#"{{{providers}"{name}":{value}}}"#));
        }
        for (name, value) in Brand::SETTINGS
            .iter()
            .flat_map(|setting| VALUES.iter().map(|value| (setting.name, value)))
        {
            agree(&format!(
                r#"{{"brand":{{"{name}":{value}}},"providers":[{{{good}}}]}}"#
            ));
        }
        agree(&format!(
            r#"{{"brand":{{"unknown":1}},"providers":[{{{good}}}]}}"#
        ));
        agree(&format!(r#"{{"providers":[{{{good},"unknown":1}}]}}"#));
        agree(&format!(r#"{{"unknown":1,"providers":[{{{good}}}]}}"#));
    }
}

/// Whether a file is valid: for the reader that explains, for the page's that doesn't, and for serde,
/// whose settings are the same again after writing.
fn readers_agree(text: &str) -> bool {
    let explained = Config::from_text(text.as_bytes());
    let unexplained = Config::from_text_unexplained(text.as_bytes());
    let by_serde = json::from_str::<Config>(text);
    let by_serde_json = serde_json::from_str::<Config>(text);
    match explained {
        Ok(config) => {
            let written = json::to_string(&config).unwrap();
            for other in [
                unexplained.unwrap(),
                by_serde.unwrap(),
                by_serde_json.unwrap(),
            ] {
                assert_eq!(json::to_string(&other).unwrap(), written, "{text}");
            }
            let again = Config::from_text(written.as_bytes()).unwrap();
            assert_eq!(json::to_string(&again).unwrap(), written, "{text}");
            true
        }
        Err(ConfigError::Invalid(issues)) => {
            assert!(!issues.is_empty(), "{text}");
            assert_eq!(
                unexplained.unwrap_err(),
                ConfigError::Invalid(Vec::new()),
                "{text}"
            );
            assert!(by_serde.is_err() && by_serde_json.is_err(), "{text}");
            false
        }
        Err(other) => panic!("{text}: {other}"),
    }
}

#[test]
fn every_reader_rejects_an_entry_that_is_not_a_provider() {
    for entry in ["null", "7", "\"okta\"", "[]", "{}"] {
        assert!(
            !readers_agree(&format!(r#"{{"providers":[{entry}]}}"#)),
            "{entry}"
        );
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
