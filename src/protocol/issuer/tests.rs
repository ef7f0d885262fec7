use super::*;

const GUID: &str = "5c1f2a7e-0b8e-4a61-9f0a-2f6c2f3d4b11";
const TEMPLATE: &str = "https://login.microsoftonline.com/{tenantid}/v2.0";

fn tenant_rule(tenant: &str) -> ExpectedIssuer {
    ExpectedIssuer::EntraMultiTenant {
        base: "https://login.microsoftonline.com".to_owned(),
        tenant: tenant.to_owned(),
    }
}

fn claims(tid: &str) -> Object {
    crate::json::Json::parse_object(format!(r#"{{"tid":"{tid}"}}"#).as_bytes()).unwrap()
}

#[test]
fn an_issuer_is_compared_character_by_character() {
    let rule = ExpectedIssuer::Exact("https://id.example.com/".to_owned());
    assert!(rule.accepts_metadata("https://id.example.com/"));
    for other in [
        "https://id.example.com",
        "https://id.example.com//",
        "https://ID.example.com/",
        "https://id.example.com:443/",
        "https://id.example.com/%2F",
        "http://id.example.com/",
        "",
    ] {
        assert!(!rule.accepts_metadata(other), "{other}");
        assert!(
            !rule.accepts_token(other, "https://id.example.com/", &Object::default()),
            "{other}"
        );
    }
}

#[test]
fn a_tenant_issuer_is_that_of_the_token_s_own_tenant() {
    let rule = tenant_rule("common");
    assert!(rule.accepts_metadata(TEMPLATE));
    let issuer = format!("https://login.microsoftonline.com/{GUID}/v2.0");
    assert!(rule.accepts_token(&issuer, TEMPLATE, &claims(GUID)));
    assert!(!rule.accepts_token(&issuer, TEMPLATE, &claims(CONSUMERS)));
    assert!(!rule.accepts_token(&issuer, TEMPLATE, &Object::default()));
    assert!(!rule.accepts_token(
        "https://login.microsoftonline.com/x/v2.0",
        TEMPLATE,
        &claims("x")
    ));
    assert!(!rule.accepts_metadata("https://evil.example/{tenantid}/v2.0"));
}

#[test]
fn a_policy_s_issuer_is_a_tenant_of_the_same_host() {
    let rule = ExpectedIssuer::AzureB2c {
        origin: "https://contoso.b2clogin.com".to_owned(),
    };
    let by_tenant = format!("https://contoso.b2clogin.com/{GUID}/v2.0/");
    let by_policy = format!("https://contoso.b2clogin.com/tfp/{GUID}/b2c_1_in/v2.0/");
    for issuer in [&by_tenant, &by_policy] {
        assert!(rule.accepts_metadata(issuer), "{issuer}");
        assert!(rule.accepts_token(issuer, issuer, &Object::default()));
    }
    assert!(!rule.accepts_token(&by_tenant, &by_policy, &Object::default()));
    for issuer in [
        format!("https://contoso.b2clogin.com.evil.example/{GUID}/v2.0/"),
        format!("https://contoso.b2clogin.com/{GUID}/v2.0"),
        format!("https://contoso.b2clogin.com/x/{GUID}/v2.0/"),
        format!("https://contoso.b2clogin.com/tfp/{GUID}//v2.0/"),
        format!("https://fabrikam.b2clogin.com/{GUID}/v2.0/"),
        "https://contoso.b2clogin.com/contoso/v2.0/".to_owned(),
    ] {
        assert!(!rule.accepts_metadata(&issuer), "{issuer}");
    }
}

#[test]
fn a_customer_issuer_names_its_tenant_twice() {
    let issuer = format!("https://{GUID}.ciamlogin.com/{GUID}/v2.0");
    let any = ExpectedIssuer::EntraExternalId { tenant: None };
    let one = ExpectedIssuer::EntraExternalId {
        tenant: Some(GUID.to_owned()),
    };
    let other = ExpectedIssuer::EntraExternalId {
        tenant: Some(CONSUMERS.to_owned()),
    };
    assert!(any.accepts_metadata(&issuer) && one.accepts_metadata(&issuer));
    assert!(!other.accepts_metadata(&issuer));
    assert!(any.accepts_token(&issuer, &issuer, &Object::default()));
    for issuer in [
        format!("https://{CONSUMERS}.ciamlogin.com/{GUID}/v2.0"),
        format!("https://{GUID}.ciamlogin.com.evil.example/{GUID}/v2.0"),
        format!("https://contoso.ciamlogin.com/{GUID}/v2.0"),
    ] {
        assert!(!any.accepts_metadata(&issuer), "{issuer}");
    }
}

#[test]
fn a_key_signs_for_its_own_issuer_only() {
    let claims = |issuer: &str, tid: &str| {
        let text = format!(r#"{{"iss":"{issuer}","tid":"{tid}"}}"#);
        crate::json::Json::parse_object(text.as_bytes()).unwrap()
    };
    let of = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
    assert!(key_may_sign(TEMPLATE, &claims(&of(GUID), GUID)));
    assert!(key_may_sign(
        &of(CONSUMERS),
        &claims(&of(CONSUMERS), CONSUMERS)
    ));
    assert!(!key_may_sign(&of(CONSUMERS), &claims(&of(GUID), GUID)));
    assert!(!key_may_sign(TEMPLATE, &claims(&of(GUID), CONSUMERS)));
    assert!(!key_may_sign(TEMPLATE, &claims(&of("x"), "x")));
    assert!(!key_may_sign(
        "https://id.example.com",
        &claims(&of(GUID), GUID)
    ));
}

#[test]
fn google_s_two_forms_are_accepted_in_tokens_only() {
    let rule = ExpectedIssuer::Google(&["https://accounts.google.com", "accounts.google.com"]);
    assert!(rule.accepts_metadata("https://accounts.google.com"));
    assert!(!rule.accepts_metadata("accounts.google.com"));
    for issuer in ["https://accounts.google.com", "accounts.google.com"] {
        assert!(rule.accepts_token(issuer, "https://accounts.google.com", &Object::default()));
    }
    assert!(!rule.accepts_token(
        "http://accounts.google.com",
        "https://accounts.google.com",
        &Object::default()
    ));
}
