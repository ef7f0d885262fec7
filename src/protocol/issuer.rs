//! Which issuer a provider's metadata, responses and ID tokens must name: always an exact comparison of
//! strings, never a normalized one. A vendor whose rule differs has a variant of
//! [`ExpectedIssuer`].

use crate::json::Object;
use std::fmt;

/// The issuer that metadata and ID tokens have to name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpectedIssuer {
    /// Exactly this one
    /// ([Discovery §4.3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation),
    /// [Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation) rule 2).
    Exact(String),
    /// The first of these in metadata, any of them in ID tokens: Google's may lack `https://`.
    Google(&'static [&'static str]),
    /// Microsoft's endpoints for several tenants: metadata names `{base}/{tenantid}/v2.0`, an ID token the
    /// tenant of the person.
    EntraMultiTenant {
        /// Like `https://login.microsoftonline.com`.
        base: String,
        /// `common`, `organizations` or `consumers`.
        tenant: String,
    },
    /// Azure AD B2C: a policy's metadata names the tenant by its id, with or without the policy.
    AzureB2c {
        /// Like `https://contoso.b2clogin.com`.
        origin: String,
    },
    /// Microsoft Entra External ID: the issuer's host is named after the tenant's id, whatever the host of
    /// the endpoints.
    EntraExternalId {
        /// The tenant's id, if the configuration has it.
        tenant: Option<String>,
    },
}

/// Replaces the person's tenant in the metadata of Microsoft's shared endpoints.
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

    /// Whether an ID token with these claims may name this issuer. `metadata` is the issuer that the metadata
    /// names.
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

    /// Whether a session whose ID token had these claims, and named this issuer, may have come from here.
    pub fn accepts_session(&self, issuer: &str, claims: &Object) -> bool {
        match self {
            ExpectedIssuer::Exact(expected) => issuer == expected,
            ExpectedIssuer::Google(expected) => expected.contains(&issuer),
            ExpectedIssuer::EntraMultiTenant { base, .. } => {
                let tenant = tenant_in(issuer, base).filter(|tenant| is_guid(tenant));
                tenant.is_some() && tenant == claims.text("tid")
            }
            ExpectedIssuer::AzureB2c { .. } | ExpectedIssuer::EntraExternalId { .. } => {
                self.accepts_metadata(issuer)
            }
        }
    }

    /// Whether the `iss` of an authorization response may be this one
    /// ([RFC 9207 §2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)).
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

/// What the configuration expects of metadata, for an error message.
impl fmt::Display for ExpectedIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExpectedIssuer::Exact(issuer) => write!(f, "\"{issuer}\""),
            ExpectedIssuer::Google(issuers) => {
                write!(f, "\"{}\"", issuers.first().copied().unwrap_or_default())
            }
            ExpectedIssuer::EntraMultiTenant { base, .. } => {
                write!(f, "\"{base}/{{tenantid}}/v2.0\" or that of one tenant")
            }
            ExpectedIssuer::AzureB2c { origin } => write!(f, "one of a tenant at \"{origin}\""),
            ExpectedIssuer::EntraExternalId { tenant } => {
                let tenant = tenant.as_deref().unwrap_or("{tenant id}");
                write!(f, "\"https://{tenant}.ciamlogin.com/{tenant}/v2.0\"")
            }
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

/// Whether a key may sign an ID token with these claims. `key_issuer` is the issuer that the key set names for
/// the key, as Microsoft's key sets do.
pub fn key_may_sign(key_issuer: &str, claims: &Object) -> bool {
    let tenant = claims.text("tid").filter(|tid| is_guid(tid));
    let expected = key_issuer.replace(TENANT_PLACEHOLDER, tenant.unwrap_or_default());
    claims.text("iss") == Some(&expected)
}

/// Whether it is a GUID as Microsoft writes it: lower-case hexadecimal digits, 8-4-4-4-12.
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
mod tests;
