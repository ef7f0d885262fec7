mod accounts;
mod documents;
mod errors;

use super::*;
use crate::config::ResolvedConfig;
use crate::json::Json;

fn provider(settings: &str) -> Provider {
    let text = format!(r#"{{"providers":[{{"id":"p","client_id":"c",{settings}}}]}}"#);
    let resolved = ResolvedConfig::from_text(text.as_bytes(), "https://app.example.com/");
    resolved.unwrap().providers.remove(0)
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
fn the_discovery_document_is_below_the_issuer_or_where_the_configuration_says() {
    let provider = |settings: &str| {
        let text = format!(
            r#"{{"providers":[{{"id":"p","kind":"oidc","client_id":"c","issuer":"https://id.example.com/t1"{settings}}}]}}"#
        );
        let resolved = ResolvedConfig::from_text(text.as_bytes(), "https://app.example.com/");
        resolved.unwrap().providers.remove(0)
    };
    let plain = provider("");
    assert_eq!(
        plain.discovery_url.as_str(),
        "https://id.example.com/t1/.well-known/openid-configuration"
    );
    let elsewhere = provider(r#","metadata_url":"https://id.example.com/api/openid.json""#);
    assert_eq!(
        elsewhere.discovery_url.as_str(),
        "https://id.example.com/api/openid.json"
    );
    // The issuer stays what it is, and so does the session.
    assert_eq!(elsewhere.issuer, plain.issuer);
    assert_eq!(elsewhere.client_digest(), plain.client_digest());
}

#[test]
fn finds_each_vendor_s_metadata() {
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
        ExpectedIssuer::Exact("https://id.example.com/".to_owned())
    );
}

#[test]
fn a_tenant_by_its_guid_has_one_issuer() {
    let guid = "5c1f2a7e-0b8e-4a61-9f0a-2f6c2f3d4b11";
    let by_guid = provider(&format!(r#""kind":"microsoft","tenant":"{guid}""#));
    assert_eq!(
        by_guid.issuer,
        ExpectedIssuer::Exact(format!("https://login.microsoftonline.com/{guid}/v2.0"))
    );
    let by_domain = provider(r#""kind":"microsoft","tenant":"example.com""#);
    assert!(matches!(
        by_domain.issuer,
        ExpectedIssuer::EntraMultiTenant { .. }
    ));
}

#[test]
fn labels_a_provider_by_configuration_vendor_or_host() {
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
fn configured_parameters_replace_the_vendor_s() {
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
fn sends_google_s_client_secret_to_the_token_endpoint_alone() {
    let provider = provider(r#""kind":"google","client_secret":"GOCSPX-1""#);
    assert!(params(&provider).is_empty());
    assert_eq!(
        provider.token_params(),
        [("client_secret".to_owned(), "GOCSPX-1".to_owned())]
    );
    assert!(!format!("{provider:?}").contains("GOCSPX-1"));
}

#[test]
fn finds_a_microsoft_directory_by_cloud_tenant_or_policy() {
    const GUID: &str = "5c1f2a7e-0b8e-4a61-9f0a-2f6c2f3d4b11";
    let exact = |issuer: String| ExpectedIssuer::Exact(issuer);
    let tenant = |base: &str, tenant: &str| ExpectedIssuer::EntraMultiTenant {
        base: base.to_owned(),
        tenant: tenant.to_owned(),
    };
    let policy = |origin: &str| ExpectedIssuer::AzureB2c {
        origin: origin.to_owned(),
    };
    let global = "https://login.microsoftonline.com";
    let china = "https://login.partner.microsoftonline.cn";
    let b2c = "https://contoso.b2clogin.com";
    for (settings, address, rule) in [
        (
            format!(r#""tenant":"{}""#, GUID.to_uppercase()),
            format!("{global}/{GUID}/v2.0"),
            exact(format!("{global}/{GUID}/v2.0")),
        ),
        (
            r#""authority":"https://login.microsoftonline.us/organizations""#.to_owned(),
            "https://login.microsoftonline.us/organizations/v2.0".to_owned(),
            tenant("https://login.microsoftonline.us", "organizations"),
        ),
        (
            r#""authority":"https://login.microsoftonline.us/","tenant":"contoso.us""#.to_owned(),
            "https://login.microsoftonline.us/contoso.us/v2.0".to_owned(),
            tenant("https://login.microsoftonline.us", "contoso.us"),
        ),
        (
            format!(r#""authority":"https://login.chinacloudapi.cn/{GUID}/v2.0""#),
            format!("https://login.chinacloudapi.cn/{GUID}/v2.0"),
            exact(format!("{china}/{GUID}/v2.0")),
        ),
        (
            r#""issuer":"https://login.windows.net/common/v2.0/.well-known/openid-configuration""#
                .to_owned(),
            "https://login.windows.net/common/v2.0".to_owned(),
            tenant(global, "common"),
        ),
        (
            r#""authority":"https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_in/""#
                .to_owned(),
            format!("{b2c}/contoso.onmicrosoft.com/b2c_1_in/v2.0"),
            policy(b2c),
        ),
        (
            r#""authority":"https://contoso.b2clogin.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration?p=b2c_1_in""#
                .to_owned(),
            format!("{b2c}/contoso.onmicrosoft.com/v2.0?p=b2c_1_in"),
            policy(b2c),
        ),
        (
            format!(
                r#""authority":"https://id.contoso.example/{GUID}/b2c_1_in","issuer":"https://id.contoso.example/{GUID}/v2.0/""#
            ),
            format!("https://id.contoso.example/{GUID}/b2c_1_in/v2.0"),
            exact(format!("https://id.contoso.example/{GUID}/v2.0/")),
        ),
        (
            r#""authority":"https://contoso.ciamlogin.com""#.to_owned(),
            "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/v2.0".to_owned(),
            ExpectedIssuer::EntraExternalId { tenant: None },
        ),
        (
            format!(r#""authority":"https://{GUID}.ciamlogin.com/{GUID}/v2.0""#),
            format!("https://{GUID}.ciamlogin.com/{GUID}/v2.0"),
            ExpectedIssuer::EntraExternalId {
                tenant: Some(GUID.to_owned()),
            },
        ),
        (
            format!(r#""issuer":"http://localhost:4400/microsoft/{GUID}/v2.0""#),
            format!("http://localhost:4400/microsoft/{GUID}/v2.0"),
            exact(format!("http://localhost:4400/microsoft/{GUID}/v2.0")),
        ),
    ] {
        let provider = provider(&format!(r#""kind":"microsoft",{settings}"#));
        let (path, query) = match address.split_once('?') {
            Some((path, query)) => (path, format!("?{query}")),
            None => (address.as_str(), String::new()),
        };
        assert_eq!(
            provider.discovery_url.as_str(),
            format!("{path}/.well-known/openid-configuration{query}"),
            "{settings}"
        );
        assert_eq!(provider.issuer, rule, "{settings}");
    }
}

#[test]
fn accepts_a_pasted_okta_address() {
    for pasted in [
        "https://dev-1.okta.com/oauth2/default",
        "https://dev-1.okta.com/oauth2/default/",
        "https://dev-1.okta.com/oauth2/default/.well-known/openid-configuration",
    ] {
        let okta = provider(&format!(r#""kind":"okta","issuer":"{pasted}""#));
        assert_eq!(
            okta.issuer,
            ExpectedIssuer::Exact("https://dev-1.okta.com/oauth2/default".to_owned())
        );
    }
}

#[test]
fn sends_each_vendor_its_own_parameters() {
    for (settings, expected) in [
        (
            r#""kind":"microsoft","domain_hint":"contoso.example","prompt":"select_account""#,
            vec![
                ("domain_hint", "contoso.example"),
                ("prompt", "select_account"),
            ],
        ),
        (
            r#""kind":"okta","domain":"a.okta.com","idp":"0oa1""#,
            vec![("idp", "0oa1")],
        ),
        (
            r#""kind":"google","hd":"*","scope":"openid offline_access""#,
            vec![("hd", "*"), ("access_type", "offline")],
        ),
        (r#""kind":"google""#, vec![]),
    ] {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(params(&provider(settings)), expected, "{settings}");
    }
}

#[test]
fn does_not_ask_google_for_offline_access() {
    let scope = r#""scope":"openid email offline_access""#;
    let google = provider(&format!(r#""kind":"google",{scope}"#));
    assert_eq!(google.scope(), ["openid", "email"]);
    let microsoft = provider(&format!(r#""kind":"microsoft",{scope}"#));
    assert_eq!(microsoft.scope(), ["openid", "email", "offline_access"]);
}

#[test]
fn microsoft_s_refresh_tokens_expire_a_day_after_the_sign_in() {
    let microsoft = provider(r#""kind":"microsoft""#);
    assert_eq!(
        microsoft.refresh_token_expires_at(1_800_000_000),
        Some(1_800_086_400)
    );
    let okta = provider(r#""kind":"okta","domain":"a.okta.com""#);
    assert_eq!(okta.refresh_token_expires_at(1_800_000_000), None);
}

/// What portals and vendors' dashboards put into `iss`.
#[test]
fn a_third_party_names_a_provider_by_the_issuer_that_its_metadata_has() {
    let tenant = "5c1f2a7e-0b8e-4a61-9f0a-2f6c2f3d4b11";
    let entra = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
    let expect = |settings: &str, named: &[&str], others: &[&str]| {
        let provider = provider(settings);
        for issuer in named {
            assert!(provider.is_named_by(issuer), "{settings}: {issuer}");
        }
        for issuer in others {
            assert!(!provider.is_named_by(issuer), "{settings}: {issuer}");
        }
    };
    // Okta's dashboard names the org, whichever authorization server the application uses.
    let org = "https://dev-1.okta.com";
    let server = "https://dev-1.okta.com/oauth2/default";
    let strangers = [
        "https://dev-1.okta.com/",
        "https://dev-1.okta.com/oauth2/other",
        "https://dev-1.okta.com.evil.example",
        "https://dev-2.okta.com",
        "",
    ];
    for settings in [
        r#""kind":"okta","domain":"dev-1.okta.com","authorization_server":"default""#,
        r#""kind":"okta","issuer":"https://dev-1.okta.com/oauth2/default""#,
    ] {
        expect(settings, &[org, server], &strangers);
    }
    let org_server = r#""kind":"okta","domain":"dev-1.okta.com""#;
    expect(org_server, &[org], &[&[server], &strangers[..]].concat());
    // Elsewhere, realms of a host have nothing to do with each other.
    let realm = r#""kind":"oidc","issuer":"https://id.example.com/realms/a""#;
    expect(
        realm,
        &["https://id.example.com/realms/a"],
        &["https://id.example.com", "https://id.example.com/realms/b"],
    );
    expect(
        r#""kind":"microsoft","tenant":"organizations""#,
        &[&entra(tenant), &entra("{tenantid}")],
        &[&entra("organizations"), &entra("evil"), org],
    );
    expect(
        &format!(r#""kind":"microsoft","tenant":"{tenant}""#),
        &[&entra(tenant)],
        &[
            &entra("9188040d-6c67-4c5b-b112-36a304b66dad"),
            &entra("{tenantid}"),
        ],
    );
    expect(
        r#""kind":"google""#,
        &["https://accounts.google.com"],
        &["accounts.google.com"],
    );
}
