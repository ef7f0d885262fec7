//! Which issuer a provider's documents and tokens must name. Always an exact comparison of texts,
//! never a normalised one; where a vendor has a rule of its own, the rule is a value here.

use crate::json::Object;

/// What is expected where an issuer is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedIssuer {
    /// This text, character by character (Discovery §4.3, Core §3.1.3.7 rule 2).
    Exact(String),
    /// The first of these in metadata, any of these in ID tokens. Google's tokens may leave
    /// `https://` out.
    Google(&'static [&'static str]),
    /// Microsoft's endpoints for people of several tenants: metadata names
    /// `{base}/{tenantid}/v2.0`, tokens the tenant of the person.
    EntraMultiTenant {
        /// Like `https://login.microsoftonline.com`.
        base: String,
        tenant: String,
    },
    /// Azure AD B2C: metadata of a policy names the tenant by its id, with or without the policy.
    AzureB2c {
        /// Like `https://contoso.b2clogin.com`.
        origin: String,
    },
    /// Microsoft Entra External ID: the issuer is on a host named after the tenant's id, whatever the
    /// host of the address.
    EntraExternalId {
        /// The tenant's id, where the configuration has it.
        tenant: Option<String>,
    },
}

/// Stands for the tenant of the person in the metadata of Microsoft's shared endpoints.
const TENANT_PLACEHOLDER: &str = "{tenantid}";
/// The tenant of personal Microsoft accounts.
pub const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

impl ExpectedIssuer {
    /// Whether metadata may name this issuer.
    pub fn accepts_metadata(&self, issuer: &str) -> bool {
        match self {
            ExpectedIssuer::Exact(expected) => issuer == expected,
            ExpectedIssuer::Google(expected) => expected.first() == Some(&issuer),
            ExpectedIssuer::EntraMultiTenant { base, .. } => match tenant_in(issuer, base) {
                Some(TENANT_PLACEHOLDER) => true,
                Some(tenant) => is_guid(tenant),
                None => false,
            },
            ExpectedIssuer::AzureB2c { origin } => is_policy_issuer(issuer, origin),
            ExpectedIssuer::EntraExternalId { tenant } => match customer_in(issuer) {
                Some(found) => tenant.as_deref().is_none_or(|tenant| tenant == found),
                None => false,
            },
        }
    }

    /// Whether an ID token with these claims may name this issuer, `metadata` being the issuer that
    /// the metadata names.
    pub fn accepts_token(&self, issuer: &str, metadata: &str, claims: &Object) -> bool {
        match self {
            ExpectedIssuer::Exact(expected) => issuer == expected,
            ExpectedIssuer::Google(expected) => expected.contains(&issuer),
            ExpectedIssuer::EntraMultiTenant { .. } => claims
                .text("tid")
                .filter(|tid| is_guid(tid))
                .is_some_and(|tid| issuer == metadata.replace(TENANT_PLACEHOLDER, tid)),
            ExpectedIssuer::AzureB2c { .. } | ExpectedIssuer::EntraExternalId { .. } => {
                issuer == metadata
            }
        }
    }

    /// Whether an authorization response may name this issuer (RFC 9207 §2.4).
    pub fn accepts_response(&self, issuer: &str, metadata: &str) -> bool {
        match self {
            ExpectedIssuer::EntraMultiTenant { base, .. }
                if metadata.contains(TENANT_PLACEHOLDER) =>
            {
                issuer == metadata || tenant_in(issuer, base).is_some_and(is_guid)
            }
            _ => issuer == metadata,
        }
    }
}

fn tenant_in<'a>(issuer: &'a str, base: &str) -> Option<&'a str> {
    issuer
        .strip_prefix(base)?
        .strip_prefix('/')?
        .strip_suffix("/v2.0")
}

/// `{origin}/{tenant id}/v2.0/` or `{origin}/tfp/{tenant id}/{policy}/v2.0/`.
fn is_policy_issuer(issuer: &str, origin: &str) -> bool {
    let path = issuer
        .strip_prefix(origin)
        .and_then(|path| path.strip_prefix('/')?.strip_suffix("/v2.0/"));
    match path.map(|path| path.split('/').collect::<Vec<_>>()) {
        Some(parts) => match parts.as_slice() {
            [tenant] => is_guid(tenant),
            ["tfp", tenant, policy] => is_guid(tenant) && !policy.is_empty(),
            _ => false,
        },
        None => false,
    }
}

/// The tenant's id in `https://{tenant id}.ciamlogin.com/{tenant id}/v2.0`.
fn customer_in(issuer: &str) -> Option<&str> {
    let (host, tenant) = issuer
        .strip_prefix("https://")?
        .strip_suffix("/v2.0")?
        .split_once('/')?;
    (is_guid(tenant) && host.strip_suffix(".ciamlogin.com") == Some(tenant)).then_some(tenant)
}

/// Whether a key that names an issuer, as Microsoft's do, may sign tokens of this one.
pub fn key_may_sign(key_issuer: &str, claims: &Object) -> bool {
    let tenant = claims.text("tid").filter(|tid| is_guid(tid));
    let expected = key_issuer.replace(TENANT_PLACEHOLDER, tenant.unwrap_or_default());
    claims.text("iss") == Some(&expected)
}

/// A GUID as Microsoft writes it: lower-case hexadecimal digits, 8-4-4-4-12.
pub fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| {
            group
                .chars()
                .all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
        })
}

#[cfg(test)]
mod tests {
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
}
