//! Microsoft Entra ID: the authority made of a tenant, and the tenants whose people may sign in.

use super::{Provider, build};
use crate::config::{Kind, Mistake, ProviderConfig};
use crate::json::Object;
use crate::protocol::issuer::{IssuerRule, is_guid};

const AUTHORITY: &str = "https://login.microsoftonline.com";

pub(super) fn provider(config: ProviderConfig) -> Result<Provider, Mistake> {
    let label = "Microsoft".to_owned();
    if let Some(issuer) = config.issuer.clone() {
        let rule = match shared_tenant(&issuer) {
            Some((base, tenant)) => IssuerRule::Tenant {
                base: base.to_owned(),
                tenant: tenant.to_owned(),
            },
            None => IssuerRule::Exact(issuer.clone()),
        };
        return build(config, rule, &issuer, label);
    }
    let tenant = match &config.kind {
        Kind::Microsoft { tenant, .. } => tenant.clone(),
        _ => String::new(),
    };
    let authority = format!("{AUTHORITY}/{tenant}/v2.0");
    let rule = if is_guid(&tenant) {
        IssuerRule::Exact(authority.clone())
    } else {
        IssuerRule::Tenant {
            base: AUTHORITY.to_owned(),
            tenant,
        }
    };
    build(config, rule, &authority, label)
}

/// Splits `https://host/organizations/v2.0` when the tenant is not a GUID.
fn shared_tenant(issuer: &str) -> Option<(&str, &str)> {
    let (base, tenant) = issuer.strip_suffix("/v2.0")?.rsplit_once('/')?;
    (!is_guid(tenant)).then_some((base, tenant))
}

pub(super) fn judge_account(allowed_tenants: &[String], claims: &Object) -> Option<String> {
    let allowed = allowed_tenants.is_empty()
        || claims.text("tid").is_some_and(|tid| {
            allowed_tenants
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(tid))
        });
    (!allowed).then(|| "The account's tenant is not among \"allowed_tenants\".".to_owned())
}
