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
fn lists_every_issue_at_once_with_its_path() {
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
fn a_setting_with_a_wrong_value_is_not_called_missing() {
    for settings in [
        r#""id":"a","kind":"oidc","client_id":"c","authority":7"#,
        r#""id":"a","kind":"okta","client_id":"c","issuer":"id.example.com""#,
    ] {
        let found = paths(settings);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            settings.contains(&found[0].replace("providers[0].", "")),
            "{found:?}"
        );
    }
}

#[test]
fn a_file_without_providers_is_checked_to_the_end() {
    let found = issues(r#"{"provider":[],"scope":"x"}"#);
    let paths: Vec<&str> = found.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(paths, ["provider", "scope", "providers"]);
}

#[test]
fn resolving_lists_every_address_on_another_origin() {
    let text = format!(
        r#"{{"redirect_uri":"https://a.example/","post_logout_redirect_uri":"https://b.example/","providers":[{{{GOOD},"popup_redirect_uri":"https://c.example/"}}]}}"#
    );
    let config = Config::from_text(text.as_bytes()).unwrap();
    let Err(ConfigError::Invalid(issues)) = config.resolve("https://a.example/") else {
        panic!("it was accepted");
    };
    let paths: Vec<&str> = issues.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "post_logout_redirect_uri",
            "provider \"sso\".popup_redirect_uri"
        ]
    );
    let unexplained = ResolvedConfig::from_text_unexplained(text.as_bytes(), "https://a.example/");
    assert_eq!(unexplained.unwrap_err(), ConfigError::Invalid(Vec::new()));
}

/// The redirect URI, the popup's and that of sign-out, of a configuration from this address.
fn addresses_of(settings: &str, config_url: &str, page_url: &str) -> [String; 3] {
    let text = format!(r#"{{{settings},"providers":[{{{GOOD}}}]}}"#);
    let resolved = ResolvedConfig::from_document(text.as_bytes(), config_url, page_url).unwrap();
    let unexplained =
        ResolvedConfig::from_document_unexplained(text.as_bytes(), config_url, page_url).unwrap();
    assert_eq!(resolved.addresses, unexplained.addresses);
    let addresses = resolved.addresses;
    [
        addresses.redirect_uri,
        addresses.popup_redirect_uri,
        addresses.post_logout_redirect_uri,
    ]
}

#[test]
fn relative_addresses_are_relative_to_the_configuration() {
    const PAGE: &str = "https://app.example.com/login/";
    const CONFIG: &str = "https://app.example.com/settings/vestibule.json?v=2#x";
    let at = |path: &str| ["https://app.example.com", path].concat();
    for (written, resolved) in [
        ("../login/", "/login/"),
        ("/login/", "/login/"),
        ("in.html", "/settings/in.html"),
        ("./in.html?x=../y", "/settings/in.html?x=../y"),
        ("../../../in.html", "/in.html"),
        ("a/./b/..", "/settings/a/"),
        (".", "/settings/"),
        ("https://app.example.com/x/", "/x/"),
    ] {
        let addresses = addresses_of(
            &format!(r#""redirect_uri":"{written}","post_logout_redirect_uri":"bye.html""#),
            CONFIG,
            PAGE,
        );
        assert_eq!(addresses[0], at(resolved), "{written}");
        assert_eq!(addresses[2], at("/settings/bye.html"));
    }
    // Next to the page.
    let [redirect_uri, popup, _] = addresses_of(r#""popup_redirect_uri":"done.html""#, PAGE, PAGE);
    assert_eq!(
        [redirect_uri, popup],
        [at("/login/"), at("/login/done.html")]
    );
}

#[test]
fn a_relative_address_never_leads_to_another_origin() {
    for written in [
        "//evil.example/",
        "/\\\\evil.example/",
        "\\\\evil.example/",
        "https:evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "a:b",
        "/a b",
        "#x",
        "/#x",
        "?x",
        "/\\tx",
    ] {
        for name in [
            "redirect_uri",
            "popup_redirect_uri",
            "post_logout_redirect_uri",
        ] {
            let text = format!(r#"{{"{name}":"{written}","providers":[{{{GOOD}}}]}}"#);
            let found = issues(&text);
            assert_eq!(found[0].path, name, "{written}");
        }
    }
    // That of a configuration elsewhere would.
    let text = format!(
        r#"{{"redirect_uri":"in.html","providers":[{{{GOOD},"popup_redirect_uri":"/done.html"}}]}}"#
    );
    let page = "https://app.example.com/login/";
    let elsewhere = "https://cdn.example/vestibule.json";
    let found = ResolvedConfig::from_document(text.as_bytes(), elsewhere, page);
    let Err(ConfigError::Invalid(issues)) = found else {
        panic!("{found:?}");
    };
    let paths: Vec<&str> = issues.iter().map(|issue| issue.path.as_str()).collect();
    assert!(paths.contains(&"redirect_uri"), "{paths:?}");
    assert!(
        paths.contains(&"provider \"sso\".popup_redirect_uri"),
        "{paths:?}"
    );
}

#[test]
fn rejects_a_userinfo_endpoint_that_would_not_be_asked() {
    let endpoint = r#""userinfo_endpoint":"https://app.example.com/userinfo""#;
    assert_eq!(
        paths(&format!(r#"{GOOD},"userinfo":false,{endpoint}"#)),
        ["providers[0].userinfo_endpoint"]
    );
    for also in ["", r#","userinfo":true"#] {
        let text = format!(r#"{{"providers":[{{{GOOD},{endpoint}{also}}}]}}"#);
        assert!(Config::from_text(text.as_bytes()).is_ok());
    }
}

#[test]
fn errors_name_every_issue_and_no_secret() {
    let text = format!(r#"{{"scope":"x","providers":[{{{GOOD},"client_secret":"s3cret"}}]}}"#);
    let error = Config::from_text(text.as_bytes()).unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.contains("scope:") && shown.contains("providers[0].client_secret:"),
        "{shown}"
    );
    let by_serde = crate::json::from_str::<Config>(&text).unwrap_err();
    assert!(by_serde.to_string().contains(&shown), "{by_serde}");
    assert!(!format!("{error:?} {by_serde:?}").contains("s3cret"));
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
fn accepts_a_client_secret_for_google_alone() {
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
fn rejects_settings_of_another_vendor() {
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
fn requires_each_kind_to_name_its_issuer_once() {
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
fn rejects_values_of_the_wrong_type() {
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
        ("userinfo_endpoint", "\"/userinfo\""),
        ("userinfo_endpoint", "\"http://id.example.com/userinfo\""),
        ("response_mode", "\"form_post\""),
        ("response_mode", "\"Fragment\""),
        ("trusted_audiences", "\"project-9\""),
        ("trusted_audiences", "[]"),
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
fn rejects_parameters_that_the_flow_sets() {
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
fn rejects_a_scope_without_openid_and_prompt_none() {
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
fn rejects_a_file_without_an_enabled_provider() {
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
fn validates_a_disabled_provider_without_offering_it() {
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
fn takes_the_provider_s_scope_before_the_file_s_as_text_or_list() {
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
fn tells_html_and_malformed_json_from_invalid_settings() {
    assert_eq!(
        Config::from_text(b"\n <!doctype html>").unwrap_err(),
        ConfigError::Html
    );
    assert_eq!(
        Config::from_text("\u{feff}<!doctype html>".as_bytes()).unwrap_err(),
        ConfigError::Html
    );
    match Config::from_text(b"{\n  \"providers\": [,]\n}").unwrap_err() {
        ConfigError::Malformed(error) => assert_eq!(error.line(), 2),
        other => panic!("{other:?}"),
    }
    let twice = Config::from_text(br#"{"providers":[],"providers":[]}"#).unwrap_err();
    assert!(matches!(twice, ConfigError::Malformed(_)));
}

#[test]
fn explains_apple_and_okta_s_admin_console() {
    let apple = remedy(
        r#""id":"a","kind":"oidc","client_id":"c","issuer":"https://appleid.apple.com/.well-known/openid-configuration""#,
    );
    assert!(apple.contains("server of your own"), "{apple}");
    let okta = remedy(r#""id":"a","kind":"okta","client_id":"c","domain":"dev-1-admin.okta.com""#);
    assert!(okta.contains("-admin"), "{okta}");
}

#[test]
fn rejects_a_microsoft_tenant_that_is_named_twice() {
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
fn rejects_auto_sign_in_by_redirect_with_several_providers() {
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

/// The paths of all issues in a file with this brand.
fn brand_paths(brand: &str) -> Vec<String> {
    issues(&format!(r#"{{"providers":[{{{GOOD}}}],"brand":{brand}}}"#))
        .into_iter()
        .map(|issue| issue.path)
        .collect()
}

#[test]
fn the_brand_has_no_link_that_runs_a_script_or_leaves_https() {
    for link in [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "http://acme.example/",
        "//evil.example/",
        "\\\\\\\\evil.example/",
        "/\\\\evil.example/",
        "https://u@evil.example/",
        "mailto:",
        "",
    ] {
        for name in [
            "home",
            "help",
            "privacy",
            "terms",
            "support",
            "logo",
            "stylesheet",
        ] {
            let found = brand_paths(&format!(r#"{{"{name}":"{link}"}}"#));
            assert_eq!(found, [format!("brand.{name}")], "{link}");
        }
    }
    for stylesheet in ["https://cdn.example/a.css", "mailto:a@b.example"] {
        let found = brand_paths(&format!(r#"{{"stylesheet":"{stylesheet}"}}"#));
        assert_eq!(found, ["brand.stylesheet"]);
    }
}

#[test]
fn the_brand_s_issues_have_their_paths_and_remedies() {
    let found = issues(&format!(
        r##"{{"brand":{{"acent":"#fff","name":" ","accent":"green"}},"providers":[{{{GOOD}}}],"x":1}}"##
    ));
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|issue| (issue.path.as_str(), issue.remedy.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("brand.acent", "Did you mean \"accent\"?"),
            ("brand.name", "Write a text, or remove the setting."),
            ("brand.accent", "Write it like #0a7d55."),
            ("x", "Take it out."),
        ]
    );
    assert_eq!(brand_paths("\"Acme\""), ["brand"]);
}

#[test]
fn links_of_the_brand_may_be_paths_https_and_email_addresses() {
    let config = Config::from_text(
        format!(
            r#"{{"providers":[{{{GOOD}}}],"brand":{{"home":"/","help":"https://acme.example/help#contact",
            "support":"help@acme.example","privacy":"mailto:privacy@acme.example","terms":"terms.html?a=b"}}}}"#
        )
        .as_bytes(),
    )
    .unwrap();
    let brand = config.brand.as_ref().unwrap();
    assert_eq!(
        &**brand.support.as_ref().unwrap(),
        "mailto:help@acme.example"
    );
    assert_eq!(
        &**brand.help.as_ref().unwrap(),
        "https://acme.example/help#contact"
    );
}

#[test]
fn explains_languages_and_texts_that_do_not_exist() {
    let issues = |settings: &str| -> Vec<(String, String)> {
        let file = format!(
            r#"{{{settings}, "providers": [{{"id": "g", "kind": "google", "client_id": "c"}}]}}"#
        );
        match Config::from_text(file.as_bytes()) {
            Err(ConfigError::Invalid(issues)) => issues
                .into_iter()
                .map(|issue| (issue.path, issue.remedy))
                .collect(),
            other => panic!("{other:?}"),
        }
    };
    let path = |settings: &str| issues(settings)[0].0.clone();
    assert_eq!(path(r#""languages": ["sv"]"#), "languages");
    assert_eq!(
        issues(r#""texts": {"de": {"sign_in.titel": "Hallo"}}"#),
        [(
            "texts.de.sign_in.titel".to_owned(),
            "Did you mean \"sign_in.title\"?".to_owned()
        )]
    );
    assert_eq!(path(r#""texts": {"sv": {}}"#), "texts.sv");
    assert_eq!(
        path(r#""texts": {"de": {"sign_in.with": "{who}"}}"#),
        "texts.de.sign_in.with"
    );
    assert_eq!(
        path(r#""texts": {"de": {"expiry.countdown": "bald"}}"#),
        "texts.de.expiry.countdown"
    );
}

#[test]
fn email_domains_are_domains_and_each_is_at_one_provider() {
    for domain in [
        "@contoso.com",
        "ada@contoso.com",
        "contoso .com",
        "https://contoso.com",
        "contoso.com/",
        "contoso.com:443",
        "contoso",
        "contoso..com",
        "*.contoso.com",
        " contoso.com",
        "bücher.example",
    ] {
        let found = paths(&format!(r#"{GOOD},"email_domains":["{domain}"]"#));
        assert_eq!(found, ["providers[0].email_domains"], "{domain}");
    }
    let good = format!(
        r#"{{"providers":[{{{GOOD},"email_domains":["Contoso.com","xn--bcher-kva.example"]}}]}}"#
    );
    assert!(Config::from_text(good.as_bytes()).is_ok());
    let twice = issues(
        r#"{"providers":[
            {"id":"a","kind":"google","client_id":"c","email_domains":["contoso.com"]},
            {"id":"b","kind":"microsoft","client_id":"c","email_domains":["b.example","CONTOSO.com"]}]}"#,
    );
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert_eq!(twice[0].path, "providers[1].email_domains");
    assert!(twice[0].problem.contains("providers[0]"), "{}", twice[0]);
}
