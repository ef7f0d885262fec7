//! Configurations that would send people, codes or tokens to the wrong place. Both builds refuse them: the
//! page, which explains nothing, and the set-up build.

use super::*;
use crate::config::{ConfigError, ResolvedConfig};

fn with_provider(settings: &str) -> String {
    format!(
        r#"{{"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"{settings}}}]}}"#
    )
}

fn with_setting(setting: &str) -> String {
    with_provider("").replacen('{', &format!("{{{setting},"), 1)
}

#[test]
fn rejects_a_configuration_that_leads_elsewhere() {
    let accepts = |text: &str| ResolvedConfig::from_text(text.as_bytes(), PAGE).is_ok();
    assert!(accepts(&with_provider("")));
    assert!(accepts(&with_setting(
        r#""api_origins":["https://api.example.com"]"#
    )));

    for (attack, text) in [
        (
            "state",
            with_provider(r#","authorization_params":{"state":"x"}"#),
        ),
        (
            "redirect_uri",
            with_provider(r#","authorization_params":{"redirect_uri":"https://evil.example/"}"#),
        ),
        (
            "response_type",
            with_provider(r#","authorization_params":{"response_type":"token"}"#),
        ),
        (
            "code_challenge_method",
            with_provider(r#","authorization_params":{"code_challenge_method":"plain"}"#),
        ),
        (
            "grant_type",
            with_provider(r#","token_params":{"grant_type":"password"}"#),
        ),
        (
            "redirect URI elsewhere",
            with_setting(r#""redirect_uri":"https://evil.example/""#),
        ),
        (
            "its own redirect URI elsewhere",
            with_provider(r#","redirect_uri":"https://evil.example/""#),
        ),
        (
            "popup elsewhere",
            with_setting(r#""popup_redirect_uri":"https://evil.example/callback.html""#),
        ),
        (
            "sign-out elsewhere",
            with_setting(r#""post_logout_redirect_uri":"https://evil.example/""#),
        ),
        ("any API", with_setting(r#""api_origins":["*"]"#)),
        (
            "APIs without encryption",
            with_setting(r#""api_origins":["http://api.example.com"]"#),
        ),
        (
            "an API's path",
            with_setting(r#""api_origins":["https://api.example.com/v1"]"#),
        ),
        (
            "an API with a user",
            with_setting(r#""api_origins":["https://api.example.com@evil.example"]"#),
        ),
        (
            "issuer without encryption",
            with_provider("").replacen("https://good", "http://good", 1),
        ),
        (
            "issuer with a user",
            with_provider("").replacen("https://good", "https://good.example@good", 1),
        ),
        (
            "token endpoint without encryption",
            with_provider(r#","token_endpoint":"http://good.example/token""#),
        ),
        (
            "a script for a token endpoint",
            with_provider(r#","token_endpoint":"javascript:alert(1)""#),
        ),
        (
            "userinfo without encryption",
            with_provider(r#","userinfo_endpoint":"http://good.example/userinfo""#),
        ),
        (
            "userinfo with a user",
            with_provider(r#","userinfo_endpoint":"https://good.example@evil.example/userinfo""#),
        ),
        (
            "a response elsewhere",
            with_provider(r#","response_mode":"form_post""#),
        ),
        (
            "a response elsewhere by a parameter",
            with_provider(r#","authorization_params":{"response_mode":"web_message"}"#),
        ),
        (
            "redirect URI on another host by a path",
            with_setting(r#""redirect_uri":"//evil.example/""#),
        ),
        (
            "redirect URI on another host by a backslash",
            with_provider(r#","redirect_uri":"/\\evil.example/""#),
        ),
        ("a secret", with_provider(r#","client_secret":"s3cret""#)),
        ("a setting twice", with_setting(r#""providers":[]"#)),
        (
            "a provider's setting twice",
            with_provider(r#","issuer":"https://evil.example""#),
        ),
        ("an unknown setting", with_setting(r#""verify":false"#)),
        ("__proto__", with_setting(r#""__proto__":{"mode":"popup"}"#)),
        ("too many levels", "[".repeat(100_000)),
        ("no JSON", "providers: []".to_owned()),
        ("a web page", "<!doctype html>".to_owned()),
    ] {
        let explained = ResolvedConfig::from_text(text.as_bytes(), PAGE);
        assert!(explained.is_err(), "{attack}");
        let unexplained = ResolvedConfig::from_text_unexplained(text.as_bytes(), PAGE);
        assert!(unexplained.is_err(), "{attack}");
        assert!(!format!("{explained:?}").contains("s3cret"), "{attack}");
    }
}

#[test]
fn rejects_redirect_uris_that_the_page_could_not_tell_apart() {
    let refused = |good: &str, evil: &str| {
        let text = format!(
            r#"{{"providers":[
                {{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"{good}}},
                {{"id":"evil","kind":"oidc","client_id":"client-1","issuer":"{EVIL}"{evil}}}
            ]}}"#
        );
        match Config::from_text(text.as_bytes()).unwrap().resolve(PAGE) {
            Ok(_) => Vec::new(),
            Err(ConfigError::Invalid(issues)) => {
                issues.into_iter().map(|issue| issue.path).collect()
            }
            Err(other) => panic!("{other}"),
        }
    };
    let own = |name: &str, path: &str| format!(r#","{name}":"https://app.example.com{path}""#);
    for name in ["redirect_uri", "popup_redirect_uri"] {
        for (good, evil) in [
            ("/?as=good", "/?as=evil"),
            ("/", "/index.html"),
            ("/a.html", "/a"),
            ("/a/", "/a"),
            ("/a.html", "/a.html"),
        ] {
            let issues = refused(&own(name, good), &own(name, evil));
            let expected = format!("provider \"evil\".{name}");
            assert_eq!(issues, [expected], "{good} {evil}");
        }
        assert!(refused(&own(name, "/a.html"), &own(name, "/b.html")).is_empty());
        assert!(refused(&own(name, "/a.html"), "").is_empty());
    }
    // One of them is that of the page, which the other provider uses.
    let issues = refused(&own("redirect_uri", "/?as=good"), "");
    assert_eq!(issues, ["provider \"evil\".redirect_uri"]);
    assert!(refused("", "").is_empty());
}
