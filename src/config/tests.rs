use super::*;

fn issues(text: &str) -> Vec<ConfigIssue> {
    match Config::from_text(text.as_bytes()) {
        Err(ConfigError::Invalid(issues)) => issues,
        Ok(_) => panic!("{text} was accepted"),
        Err(other) => panic!("{text}: {other:?}"),
    }
}

/// The paths of all issues in a file whose one provider has these settings.
fn paths(settings: &str) -> Vec<String> {
    issues(&format!(r#"{{"providers":[{{{settings}}}]}}"#))
        .into_iter()
        .map(|issue| issue.path)
        .collect()
}

fn remedy(settings: &str) -> String {
    let found = issues(&format!(r#"{{"providers":[{{{settings}}}]}}"#));
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].remedy.clone()
}

const GOOD: &str = r#""id":"sso","kind":"oidc","client_id":"c","issuer":"https://id.example.com""#;

#[test]
fn tells_every_mistake_at_once_with_its_path() {
    let found = issues(
        r#"{
            "redirect_url": "https://app.example.com/",
            "scope": "profile",
            "providers": [
                {"id": "work", "kind": "microsoft", "tenant": "common"},
                {"id": "work", "kind": "gogle", "client_id": 7},
                {"id": "sso", "kind": "oidc", "client_id": "c", "issuer": "http://id.example.com", "clientSecret": "x"},
                "okta"
            ]
        }"#,
    );
    let paths: Vec<&str> = found.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "redirect_url",
            "scope",
            "providers[0].client_id",
            "providers[1].id",
            "providers[1].kind",
            "providers[1].client_id",
            "providers[2].issuer",
            "providers[2].clientSecret",
            "providers[3]",
        ]
    );
    for issue in &found {
        assert!(
            issue.problem.ends_with('.') && !issue.remedy.is_empty(),
            "{issue}"
        );
    }
}

#[test]
fn names_the_nearest_known_name() {
    assert_eq!(
        remedy(&format!(r#"{GOOD},"lable":"x""#)),
        "Did you mean \"label\"?"
    );
    assert_eq!(
        remedy(r#""id":"g","kind":"googel","client_id":"c""#),
        "Did you mean \"google\"?"
    );
    assert_eq!(
        remedy(&format!(r#"{GOOD},"colour_of_the_sky":1"#)),
        "Take it out."
    );
}

#[test]
fn a_secret_is_accepted_for_google_alone() {
    let explained = issues(&format!(
        r#"{{"providers":[{{{GOOD},"client_secret":"s3cret"}}]}}"#
    ));
    assert_eq!(explained[0].path, "providers[0].client_secret");
    assert!(explained[0].problem.contains("RFC 10017"));
    assert!(explained[0].remedy.contains("public client"));
    assert!(!format!("{explained:?}").contains("s3cret"));
    let google =
        r#"{"providers":[{"id":"g","kind":"google","client_id":"c","client_secret":"s"}]}"#;
    assert!(Config::from_text(google.as_bytes()).is_ok());
}

#[test]
fn a_setting_of_another_vendor_is_a_mistake() {
    assert_eq!(
        paths(&format!(r#"{GOOD},"tenant":"common""#)),
        ["providers[0].tenant"]
    );
    assert_eq!(
        paths(&format!(r#"{GOOD},"hd":"example.com""#)),
        ["providers[0].hd"]
    );
    assert!(remedy(&format!(r#"{GOOD},"domain":"dev-1.okta.com""#)).contains("\"okta\""));
}

#[test]
fn each_kind_needs_to_know_its_issuer() {
    assert_eq!(
        paths(r#""id":"a","kind":"oidc","client_id":"c""#),
        ["providers[0].issuer"]
    );
    assert_eq!(
        paths(r#""id":"a","kind":"okta","client_id":"c""#),
        ["providers[0].domain"]
    );
    assert_eq!(
        paths(&format!(r#"{GOOD},"authority":"https://id.example.com""#)),
        ["providers[0].authority"]
    );
    assert_eq!(
        paths(
            r#""id":"a","kind":"okta","client_id":"c","domain":"a.okta.com","issuer":"https://a.okta.com""#
        ),
        ["providers[0].issuer"]
    );
    assert_eq!(
        paths(
            r#""id":"a","kind":"microsoft","client_id":"c","tenant":"common","issuer":"https://a.example/common/v2.0""#
        ),
        ["providers[0].tenant"]
    );
}

#[test]
fn values_of_the_wrong_kind_are_mistakes() {
    for (setting, value) in [
        ("label", "7"),
        ("label", "\"  \""),
        ("label", "null"),
        ("enabled", "\"true\""),
        ("scope", "[]"),
        ("scope", "[\"openid\", 7]"),
        ("scope", "\"\""),
        ("metadata", "\"https://x.example\""),
        ("token_endpoint", "\"/token\""),
        ("token_endpoint", "\"javascript:alert(1)\""),
        ("authorization_params", "{\"a\":{}}"),
        ("authorization_params", "[]"),
        ("max_age", "\"60\""),
        ("max_age", "-1"),
        ("max_age", "1.5"),
        ("resource", "\"https://a\""),
        ("prompt", "[]"),
    ] {
        assert_eq!(
            paths(&format!(r#"{GOOD},"{setting}":{value}"#)),
            [format!("providers[0].{setting}")],
            "{setting}: {value}"
        );
    }
}

#[test]
fn parameters_of_the_flow_itself_cannot_be_replaced() {
    for name in setting::RESERVED_PARAMS {
        for place in ["authorization_params", "token_params"] {
            assert_eq!(
                paths(&format!(r#"{GOOD},"{place}":{{"{name}":"x"}}"#)),
                [format!("providers[0].{place}.{name}")]
            );
        }
    }
}

#[test]
fn openid_cannot_be_left_out_and_nobody_is_kept_from_signing_in() {
    assert_eq!(
        paths(&format!(r#"{GOOD},"scope":"profile email""#)),
        ["providers[0].scope"]
    );
    assert_eq!(
        paths(&format!(r#"{GOOD},"prompt":"none""#)),
        ["providers[0].prompt"]
    );
}

#[test]
fn a_file_without_a_provider_to_choose_is_a_mistake() {
    for text in [
        "{}",
        r#"{"providers":[]}"#,
        r#"{"providers":{}}"#,
        r#"{"providers":[{"id":"a","kind":"google","client_id":"c","enabled":false}]}"#,
    ] {
        assert_eq!(issues(text)[0].path, "providers", "{text}");
    }
    assert_eq!(issues("[]")[0].path, "");
}

#[test]
fn a_provider_that_is_switched_off_is_not_offered_but_still_checked() {
    let text = format!(
        r#"{{"providers":[{{"id":"a","kind":"google","client_id":"c","enabled":false}},{{{GOOD}}}]}}"#
    );
    let config = Config::from_text(text.as_bytes()).unwrap();
    let offered: Vec<&str> = config.enabled_providers().map(|it| &*it.id).collect();
    assert_eq!(offered, ["sso"]);
    let text = format!(r#"{{"providers":[{{"kind":"google","enabled":false}},{{{GOOD}}}]}}"#);
    assert_eq!(issues(&text).len(), 2);
}

#[test]
fn scope_is_a_text_or_a_list_and_the_provider_s_own_wins() {
    let text = format!(
        r#"{{"scope":["openid","email"],"providers":[{{{GOOD}}},{{"id":"g","kind":"google","client_id":"c","scope":" openid   x "}}]}}"#
    );
    let page = "https://app.example.com/";
    let resolved = ResolvedConfig::from_text(text.as_bytes(), page).unwrap();
    assert_eq!(resolved.providers[0].scope(), ["openid", "email"]);
    assert_eq!(resolved.providers[1].scope(), ["openid", "x"]);
    let plain = format!(r#"{{"providers":[{{{GOOD}}}]}}"#);
    let plain = ResolvedConfig::from_text(plain.as_bytes(), page).unwrap();
    assert_eq!(plain.providers[0].scope(), ["openid", "profile", "email"]);
}

#[test]
fn what_is_no_json_says_what_it_is() {
    assert_eq!(
        Config::from_text(b"\n <!doctype html>").unwrap_err(),
        ConfigError::Html
    );
    match Config::from_text(b"{\n  \"providers\": [,]\n}").unwrap_err() {
        ConfigError::Malformed(error) => assert_eq!(error.line, 2),
        other => panic!("{other:?}"),
    }
    let twice = Config::from_text(br#"{"providers":[],"providers":[]}"#).unwrap_err();
    assert!(matches!(twice, ConfigError::Malformed(_)));
}

#[test]
fn apple_and_okta_s_console_are_told_apart_from_what_works() {
    let apple = remedy(
        r#""id":"a","kind":"oidc","client_id":"c","issuer":"https://appleid.apple.com/.well-known/openid-configuration""#,
    );
    assert!(apple.contains("server of your own"), "{apple}");
    let okta = remedy(r#""id":"a","kind":"okta","client_id":"c","domain":"dev-1-admin.okta.com""#);
    assert!(okta.contains("-admin"), "{okta}");
}

#[test]
fn microsoft_s_tenant_is_named_once() {
    let microsoft = r#""id":"a","kind":"microsoft","client_id":"c","tenant":"contoso.us""#;
    assert_eq!(
        paths(&format!(
            r#"{microsoft},"authority":"https://login.microsoftonline.us/common""#
        )),
        ["providers[0].tenant"]
    );
    let cloud = format!(
        r#"{{"providers":[{{{microsoft},"authority":"https://login.microsoftonline.us","issuer":"https://login.microsoftonline.us/x/v2.0"}}]}}"#
    );
    assert!(Config::from_text(cloud.as_bytes()).is_ok());
}

#[test]
fn the_page_may_go_to_a_provider_by_itself_where_there_is_one_alone() {
    let config = |auto_sign_in: &str, others: &str| {
        let text =
            format!(r#"{{"auto_sign_in":"{auto_sign_in}","providers":[{{{GOOD}}}{others}]}}"#);
        Config::from_text(text.as_bytes())
    };
    let other = format!(",{{{}}}", GOOD.replace("sso", "other"));
    let disabled = other.replace("\"kind\"", "\"enabled\":false,\"kind\"");
    assert!(config("redirect", "").is_ok());
    assert!(config("redirect", &disabled).is_ok());
    assert!(config("silent", &other).is_ok());
    let Err(ConfigError::Invalid(issues)) = config("redirect", &other) else {
        panic!("it was accepted");
    };
    assert_eq!(issues[0].path, "auto_sign_in");
}
