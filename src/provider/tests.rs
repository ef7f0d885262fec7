mod documents;

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
            .validate_account(&claims(r#"{"hd":"example.com"}"#))
            .is_ok()
    );
    for other in [
        r#"{"hd":"evil.example"}"#,
        r#"{"email":"eve@example.com"}"#,
        r#"{"hd":["example.com"]}"#,
    ] {
        let error = google.validate_account(&claims(other)).unwrap_err();
        assert_eq!(error.code, ErrorCode::AccountNotAllowed, "{other}");
    }
    let any = provider(r#""kind":"google","hd":"*""#);
    assert!(
        any.validate_account(&claims(r#"{"hd":"other.example"}"#))
            .is_ok()
    );
    assert!(any.validate_account(&claims("{}")).is_err());
}

#[test]
fn refuses_people_of_other_tenants() {
    let guid = "5c1f2a7e-0b8e-4a61-9f0a-2f6c2f3d4b11";
    let microsoft = provider(&format!(
        r#""kind":"microsoft","tenant":"organizations","allowed_tenants":["{guid}"]"#
    ));
    assert!(
        microsoft
            .validate_account(&claims(&format!(r#"{{"tid":"{guid}"}}"#)))
            .is_ok()
    );
    for other in [r#"{"tid":"9188040d-6c67-4c5b-b112-36a304b66dad"}"#, "{}"] {
        assert!(
            microsoft.validate_account(&claims(other)).is_err(),
            "{other}"
        );
    }
}

#[test]
fn organizations_refuses_personal_accounts() {
    let personal = claims(r#"{"tid":"9188040d-6c67-4c5b-b112-36a304b66dad"}"#);
    for (tenant, refused) in [("organizations", true), ("common", false)] {
        for settings in [
            format!(r#""kind":"microsoft","tenant":"{tenant}""#),
            format!(
                r#""kind":"microsoft","authority":"https://login.microsoftonline.us/{tenant}""#
            ),
        ] {
            let judged = provider(&settings).validate_account(&personal);
            assert_eq!(judged.is_err(), refused, "{settings}");
        }
    }
}

#[test]
fn a_microsoft_directory_is_found_by_cloud_tenant_or_policy() {
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
fn an_okta_address_pasted_whole_is_read() {
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
fn each_vendor_is_sent_its_own_parameters() {
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
fn google_is_not_asked_for_a_scope_that_it_does_not_have() {
    let scope = r#""scope":"openid email offline_access""#;
    let google = provider(&format!(r#""kind":"google",{scope}"#));
    assert_eq!(google.scope(), ["openid", "email"]);
    let microsoft = provider(&format!(r#""kind":"microsoft",{scope}"#));
    assert_eq!(microsoft.scope(), ["openid", "email", "offline_access"]);
}

#[test]
fn the_vendor_s_words_and_numbers_are_understood() {
    let explained = |kind: &str, said: &str| {
        let settings = match kind {
            "okta" => r#""kind":"okta","domain":"a.okta.com""#.to_owned(),
            "oidc" => r#""kind":"oidc","issuer":"https://id.example.com""#.to_owned(),
            kind => format!(r#""kind":"{kind}""#),
        };
        let error = Error::new(ErrorCode::TokenRejected, Phase::Token).details(said);
        let explained = provider(&settings).explain(error);
        assert_eq!(explained.code, ErrorCode::TokenRejected);
        assert_eq!(explained.provider.as_deref(), Some("p"));
        explained.cause
    };
    for (kind, said, cause) in [
        (
            "microsoft",
            "invalid_request: AADSTS9002326: Cross-origin token redemption is permitted only for …",
            Some(VendorCause::NotSinglePage),
        ),
        (
            "microsoft",
            "AADSTS9002327: Tokens issued for …",
            Some(VendorCause::NotFromPage),
        ),
        (
            "microsoft",
            "AADSTS700025: Client is public …",
            Some(VendorCause::SecretSent),
        ),
        (
            "microsoft",
            "invalid_client: AADSTS7000218: The request body must contain …",
            Some(VendorCause::NotSinglePage),
        ),
        (
            "microsoft",
            "AADSTS50011: The redirect URI …",
            Some(VendorCause::RedirectUriUnknown),
        ),
        (
            "microsoft",
            "AADSTS50020: User account …",
            Some(VendorCause::AccountElsewhere),
        ),
        (
            "microsoft",
            "login_required: AADSTS50058: Session information …",
            Some(VendorCause::NotSignedIn),
        ),
        (
            "microsoft",
            "AADSTS50105: …",
            Some(VendorCause::NotAssigned),
        ),
        (
            "microsoft",
            "AADSTS50194: …",
            Some(VendorCause::NotMultiTenant),
        ),
        (
            "microsoft",
            "AADSTS53003: …",
            Some(VendorCause::PolicyForbids),
        ),
        (
            "microsoft",
            "AADSTS65001: …",
            Some(VendorCause::ConsentNeeded),
        ),
        (
            "microsoft",
            "AADSTS90094: …",
            Some(VendorCause::ConsentNeeded),
        ),
        (
            "microsoft",
            "access_denied: AADSTS65004: …",
            Some(VendorCause::ConsentDeclined),
        ),
        (
            "microsoft",
            "AADSTS700016: …",
            Some(VendorCause::ClientUnknown),
        ),
        (
            "microsoft",
            "AADSTS70008: …",
            Some(VendorCause::RefreshTokenInvalid),
        ),
        (
            "microsoft",
            "AADSTS700082: …",
            Some(VendorCause::RefreshTokenInvalid),
        ),
        (
            "microsoft",
            "AADSTS700084: …",
            Some(VendorCause::RefreshTokenInvalid),
        ),
        (
            "microsoft",
            "AADSTS70011: …",
            Some(VendorCause::ScopeUnknown),
        ),
        (
            "microsoft",
            "AADSTS90002: Tenant 'x' not found.",
            Some(VendorCause::TenantUnknown),
        ),
        (
            "microsoft",
            "access_denied: AADB2C90118: The user has forgotten their password.",
            Some(VendorCause::PasswordForgotten),
        ),
        (
            "microsoft",
            "access_denied: AADB2C90091: The user has cancelled …",
            Some(VendorCause::Cancelled),
        ),
        // A longer number is another error.
        ("microsoft", "AADSTS700111: …", None),
        (
            "microsoft",
            "AADSTS50011",
            Some(VendorCause::RedirectUriUnknown),
        ),
        ("microsoft", "invalid_grant", None),
        (
            "google",
            "invalid_request: client_secret is missing.",
            Some(VendorCause::SecretMissing),
        ),
        (
            "google",
            "invalid_grant: Malformed auth code.",
            Some(VendorCause::CodeInvalid),
        ),
        (
            "google",
            "invalid_grant: Token has been expired or revoked.",
            Some(VendorCause::RefreshTokenInvalid),
        ),
        (
            "google",
            "invalid_grant: Invalid code verifier.",
            Some(VendorCause::PkceFailed),
        ),
        (
            "okta",
            "invalid_client: No client credentials found.",
            Some(VendorCause::NotSinglePage),
        ),
        (
            "okta",
            "invalid_grant: PKCE verification failed.",
            Some(VendorCause::PkceFailed),
        ),
        (
            "okta",
            "E0000007: Not found: Resource not found: x (AuthorizationServer)",
            Some(VendorCause::AuthorizationServerUnknown),
        ),
        (
            "okta",
            "E0000047: API call exceeded rate limit due to too many requests.",
            Some(VendorCause::TooManyRequests),
        ),
        ("oidc", "invalid_client", Some(VendorCause::NotSinglePage)),
        // The words of one vendor mean nothing from another.
        ("oidc", "AADSTS50011: …", None),
    ] {
        assert_eq!(explained(kind, said), cause, "{said}");
    }
}

#[test]
fn microsoft_s_userinfo_keeps_nobody_out() {
    let answer = Response {
        status: 200,
        content_type: "application/json".to_owned(),
        retry_after: None,
        body: br#"{"sub":"of Graph","name":"Ada"}"#.to_vec(),
    };
    let microsoft = provider(r#""kind":"microsoft","userinfo":true"#);
    assert!(microsoft.requests_userinfo());
    assert_eq!(
        microsoft.process_userinfo_response(&answer, "ada"),
        Ok(None)
    );
    let other = provider(r#""kind":"oidc","issuer":"https://id.example.com""#);
    let error = other.process_userinfo_response(&answer, "ada").unwrap_err();
    assert_eq!(error.code, ErrorCode::UserinfoSubject);
}

#[test]
fn microsoft_s_refresh_tokens_end_a_day_after_the_sign_in() {
    let microsoft = provider(r#""kind":"microsoft""#);
    assert_eq!(
        microsoft.refresh_token_expires_at(1_800_000_000),
        Some(1_800_086_400)
    );
    let okta = provider(r#""kind":"okta","domain":"a.okta.com""#);
    assert_eq!(okta.refresh_token_expires_at(1_800_000_000), None);
}
