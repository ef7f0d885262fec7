use super::*;
use crate::config::Config;
use crate::json::Json;

fn provider(settings: &str) -> Provider {
    let text = format!(r#"{{"providers":[{{"id":"p","client_id":"c",{settings}}}]}}"#);
    let config = Config::from_text(text.as_bytes()).unwrap();
    Provider::new(config.providers[0].clone()).unwrap()
}

fn discovery_url(settings: &str) -> String {
    provider(settings).discovery_url.as_str().to_owned()
}

fn params(provider: &Provider) -> Vec<(String, String)> {
    provider.authorization_params()
}

fn claims(text: &str) -> Object {
    Json::parse_object(text.as_bytes()).unwrap()
}

#[test]
fn the_metadata_is_where_the_vendor_has_it() {
    for (settings, url) in [
        (
            r#""kind":"microsoft","tenant":"organizations""#,
            "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration",
        ),
        (
            r#""kind":"microsoft""#,
            "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
        ),
        (
            r#""kind":"google""#,
            "https://accounts.google.com/.well-known/openid-configuration",
        ),
        (
            r#""kind":"okta","domain":"https://dev-1.okta.com/""#,
            "https://dev-1.okta.com/.well-known/openid-configuration",
        ),
        (
            r#""kind":"okta","domain":"dev-1.okta.com","authorization_server":"default""#,
            "https://dev-1.okta.com/oauth2/default/.well-known/openid-configuration",
        ),
        (
            r#""kind":"okta","issuer":"https://dev-1.okta.com/oauth2/aus1""#,
            "https://dev-1.okta.com/oauth2/aus1/.well-known/openid-configuration",
        ),
        (
            r#""kind":"oidc","issuer":"https://id.example.com/""#,
            "https://id.example.com/.well-known/openid-configuration",
        ),
        (
            r#""kind":"oidc","authority":"https://id.example.com/realms/x/.well-known/openid-configuration""#,
            "https://id.example.com/realms/x/.well-known/openid-configuration",
        ),
        (
            r#""kind":"oidc","issuer":"https://t.b2clogin.com/t/v2.0?p=b2c_1""#,
            "https://t.b2clogin.com/t/v2.0/.well-known/openid-configuration?p=b2c_1",
        ),
    ] {
        assert_eq!(discovery_url(settings), url, "{settings}");
    }
}

#[test]
fn a_slash_at_the_end_of_an_issuer_counts() {
    let with = provider(r#""kind":"oidc","issuer":"https://id.example.com/""#);
    assert_eq!(
        with.issuer,
        IssuerRule::Exact("https://id.example.com/".to_owned())
    );
}

#[test]
fn a_tenant_by_its_guid_has_one_issuer() {
    let guid = "5c1f2a7e-0b8e-4a61-9f0a-2f6c2f3d4b11";
    let by_guid = provider(&format!(r#""kind":"microsoft","tenant":"{guid}""#));
    assert_eq!(
        by_guid.issuer,
        IssuerRule::Exact(format!("https://login.microsoftonline.com/{guid}/v2.0"))
    );
    let by_domain = provider(r#""kind":"microsoft","tenant":"example.com""#);
    assert!(matches!(by_domain.issuer, IssuerRule::Tenant { .. }));
}

#[test]
fn people_know_a_provider_by_its_label() {
    for (settings, label) in [
        (r#""kind":"microsoft""#, "Microsoft"),
        (r#""kind":"okta","domain":"dev-1.okta.com""#, "Okta"),
        (
            r#""kind":"oidc","issuer":"https://id.example.com:8443/x""#,
            "id.example.com:8443",
        ),
        (r#""kind":"google","label":"Staff""#, "Staff"),
    ] {
        assert_eq!(provider(settings).label(), label);
    }
}

#[test]
fn the_administrator_s_parameters_replace_the_vendor_s() {
    let provider = provider(
        r#""kind":"google","hd":"example.com","prompt":"select_account","max_age":60,"resource":["https://a","https://b"],"authorization_params":{"hd":"*","x":1}"#,
    );
    let expected = [
        ("prompt", "select_account"),
        ("max_age", "60"),
        ("resource", "https://a"),
        ("resource", "https://b"),
        ("hd", "*"),
        ("x", "1"),
    ];
    let expected: Vec<_> = expected
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    assert_eq!(params(&provider), expected);
}

#[test]
fn the_secret_that_google_demands_goes_to_the_token_endpoint_only() {
    let provider = provider(r#""kind":"google","client_secret":"GOCSPX-1""#);
    assert!(params(&provider).is_empty());
    assert_eq!(
        provider.token_params(),
        [("client_secret".to_owned(), "GOCSPX-1".to_owned())]
    );
    assert!(!format!("{provider:?}").contains("GOCSPX-1"));
}

#[test]
fn refuses_people_of_another_workspace_domain() {
    let google = provider(r#""kind":"google","hd":"example.com""#);
    assert!(
        google
            .judge_account(&claims(r#"{"hd":"example.com"}"#))
            .is_ok()
    );
    for other in [
        r#"{"hd":"evil.example"}"#,
        r#"{"email":"eve@example.com"}"#,
        r#"{"hd":["example.com"]}"#,
    ] {
        let error = google.judge_account(&claims(other)).unwrap_err();
        assert_eq!(error.code, ErrorCode::AccountNotAllowed, "{other}");
    }
    let any = provider(r#""kind":"google","hd":"*""#);
    assert!(
        any.judge_account(&claims(r#"{"hd":"other.example"}"#))
            .is_ok()
    );
    assert!(any.judge_account(&claims("{}")).is_err());
}

#[test]
fn refuses_people_of_other_tenants() {
    let guid = "5c1f2a7e-0b8e-4a61-9f0a-2f6c2f3d4b11";
    let microsoft = provider(&format!(
        r#""kind":"microsoft","tenant":"organizations","allowed_tenants":["{guid}"]"#
    ));
    assert!(
        microsoft
            .judge_account(&claims(&format!(r#"{{"tid":"{guid}"}}"#)))
            .is_ok()
    );
    for other in [r#"{"tid":"9188040d-6c67-4c5b-b112-36a304b66dad"}"#, "{}"] {
        assert!(microsoft.judge_account(&claims(other)).is_err(), "{other}");
    }
}
