//! Microsoft Entra ID, External ID and Azure AD B2C: the directory made of cloud and tenant, the
//! issuer it names, and the tenants whose people may sign in.

use super::{Directory, Vendor};
use crate::config::ProviderConfig;
use crate::json::{Json, Object};
use crate::protocol::error::VendorCause;
use crate::protocol::issuer::{CONSUMERS, ExpectedIssuer, is_guid};
use crate::protocol::url::Endpoint;

pub(super) const VENDOR: Vendor = Vendor {
    label: Some("Microsoft"),
    causes: CAUSES,
    // Userinfo needs an access token for Microsoft Graph, and the ID token has everything.
    requests_userinfo: false,
    // Azure AD B2C leaves it out where no API is called.
    always_issues_access_tokens: false,
    revokes_tokens: true,
    // Those of a single-page application; other clients' live longer.
    refresh_token_lifetime: Some(24 * 3600),
};

const GLOBAL: &str = "https://login.microsoftonline.com";
/// Other hosts of a cloud, and the one that its issuers name.
const ALIASES: &[(&str, &str)] = &[
    ("https://login.windows.net", GLOBAL),
    ("https://login.microsoft.com", GLOBAL),
    (
        "https://login.chinacloudapi.cn",
        "https://login.partner.microsoftonline.cn",
    ),
    (
        "https://login.usgovcloudapi.net",
        "https://login.microsoftonline.us",
    ),
];

/// Microsoft's numbers, and what they mean.
const CAUSES: &[(&str, VendorCause)] = &[
    ("AADSTS9002326", VendorCause::NotSinglePage),
    ("AADSTS7000218", VendorCause::NotSinglePage),
    ("AADSTS9002327", VendorCause::NotFromPage),
    ("AADSTS700025", VendorCause::SecretSent),
    ("AADSTS50011", VendorCause::RedirectUriUnknown),
    ("AADSTS500113", VendorCause::RedirectUriUnknown),
    ("AADSTS700016", VendorCause::ClientUnknown),
    ("AADSTS90002", VendorCause::TenantUnknown),
    ("AADSTS900023", VendorCause::TenantUnknown),
    ("AADSTS50020", VendorCause::AccountElsewhere),
    ("AADSTS50034", VendorCause::AccountElsewhere),
    ("AADSTS500208", VendorCause::AccountElsewhere),
    ("AADSTS50014", VendorCause::AccountElsewhere),
    ("AADSTS51004", VendorCause::AccountElsewhere),
    ("AADSTS90072", VendorCause::AccountElsewhere),
    ("AADSTS16003", VendorCause::AccountElsewhere),
    ("AADSTS500207", VendorCause::AccountTypeForbidden),
    ("AADSTS9002332", VendorCause::AccountTypeForbidden),
    ("AADSTS50057", VendorCause::AccountDisabled),
    ("AADSTS50058", VendorCause::NotSignedIn),
    ("AADSTS16000", VendorCause::AccountChoiceNeeded),
    ("AADSTS50105", VendorCause::NotAssigned),
    ("AADSTS50194", VendorCause::NotMultiTenant),
    ("AADSTS7000112", VendorCause::ApplicationDisabled),
    ("AADSTS53003", VendorCause::PolicyForbids),
    ("AADSTS530032", VendorCause::PolicyForbids),
    ("AADSTS53000", VendorCause::DeviceForbidden),
    ("AADSTS53001", VendorCause::DeviceForbidden),
    ("AADSTS500021", VendorCause::TenantForbidden),
    ("AADSTS500022", VendorCause::TenantForbidden),
    ("AADSTS500212", VendorCause::TenantForbidden),
    ("AADSTS500213", VendorCause::TenantForbidden),
    ("AADSTS50074", VendorCause::SecondFactorNeeded),
    ("AADSTS50076", VendorCause::SecondFactorNeeded),
    ("AADSTS50079", VendorCause::SecondFactorNeeded),
    ("AADSTS50072", VendorCause::SecondFactorNeeded),
    ("AADSTS50158", VendorCause::SecondFactorNeeded),
    ("AADSTS65001", VendorCause::ConsentNeeded),
    ("AADSTS90094", VendorCause::ConsentNeeded),
    ("AADSTS90095", VendorCause::ConsentNeeded),
    ("AADSTS65004", VendorCause::ConsentDeclined),
    ("AADSTS70011", VendorCause::ScopeUnknown),
    ("AADSTS700022", VendorCause::ScopeUnknown),
    ("AADSTS700023", VendorCause::ScopeUnknown),
    ("AADSTS28002", VendorCause::ScopeUnknown),
    ("AADSTS28003", VendorCause::ScopeUnknown),
    ("AADSTS500011", VendorCause::ResourceUnknown),
    ("AADSTS65005", VendorCause::ResourceUnknown),
    ("AADSTS650052", VendorCause::ResourceUnknown),
    ("AADSTS650056", VendorCause::ResourceUnknown),
    ("AADSTS650057", VendorCause::ResourceUnknown),
    ("AADSTS9010010", VendorCause::ResourceRefused),
    ("AADSTS54005", VendorCause::CodeInvalid),
    ("AADSTS50147", VendorCause::PkceFailed),
    ("AADSTS501481", VendorCause::PkceFailed),
    ("AADSTS9002325", VendorCause::PkceFailed),
    ("AADSTS700084", VendorCause::RefreshTokenInvalid),
    ("AADSTS70043", VendorCause::SignInFrequency),
    ("AADSTS50173", VendorCause::TokensRevoked),
    ("AADSTS70008", VendorCause::RefreshTokenUnused),
    ("AADSTS700082", VendorCause::RefreshTokenUnused),
    ("AADB2C90118", VendorCause::PasswordForgotten),
    ("AADB2C90091", VendorCause::Cancelled),
    // AADSTS90023 is about many things, so its words decide.
    ("can't send a client secret", VendorCause::SecretSent),
    (
        "Cross-origin token redemption is permitted only",
        VendorCause::NotSinglePage,
    ),
];

pub(super) fn directory(config: &ProviderConfig) -> Directory {
    let tenant = config.tenant.as_deref().unwrap_or("common");
    let address = config.authority.as_deref().or(config.issuer.as_deref());
    let directory = read_directory(address.unwrap_or(GLOBAL), tenant);
    match (&config.authority, &config.issuer) {
        // The administrator names the issuer, as for a custom domain.
        (Some(_), Some(issuer)) => Directory {
            issuer: ExpectedIssuer::Exact(issuer.to_string()),
            ..directory
        },
        _ => directory,
    }
}

/// Reads the address of a cloud, a tenant, a B2C policy or an External ID tenant, with or without
/// `/v2.0` at its end. `tenant` is for an address that names none.
fn read_directory(address: &str, tenant: &str) -> Directory {
    let Ok(url) = Endpoint::parse(address) else {
        // The discovery address made of it is reported.
        return Directory::of_issuer(address.to_owned());
    };
    let path = url.path().trim_matches('/');
    let path = path.strip_suffix("v2.0").unwrap_or(path);
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_policy = match segments.as_slice() {
        _ if url.query().is_some() => true,
        ["tfp", _, _] => true,
        segments => url.host().ends_with(".b2clogin.com") && segments.len() > 1,
    };
    if is_policy {
        b2c_policy(&url, &segments)
    } else if let Some(name) = url.host().strip_suffix(".ciamlogin.com") {
        external_id(url.origin(), name, segments.first().copied())
    } else {
        let (tenant, above) = segments.split_last().unwrap_or((&tenant, &[]));
        entra_tenant(url.origin(), above, tenant)
    }
}

/// The directory of an Azure AD B2C policy, which is in the path or in the query (`p=`).
fn b2c_policy(url: &Endpoint, segments: &[&str]) -> Directory {
    let origin = url.origin();
    let query = url.query().map(|query| format!("?{query}"));
    Directory {
        address: format!(
            "{origin}/{}/v2.0{}",
            segments.join("/"),
            query.unwrap_or_default()
        ),
        issuer: ExpectedIssuer::AzureB2c {
            origin: origin.to_owned(),
        },
    }
}

/// The directory of an External ID tenant. `name` is the first label of the host.
fn external_id(origin: &str, name: &str, tenant: Option<&str>) -> Directory {
    let of_host = format!("{name}.onmicrosoft.com");
    let tenant = tenant.unwrap_or(&of_host);
    let id = [tenant, name].into_iter().find(|part| is_guid(part));
    Directory {
        address: format!("{origin}/{tenant}/v2.0"),
        issuer: ExpectedIssuer::EntraExternalId {
            tenant: id.map(str::to_owned),
        },
    }
}

/// The directory of a tenant in a cloud. `above`: the path segments in front of the tenant.
fn entra_tenant(origin: &str, above: &[&str], tenant: &str) -> Directory {
    // Microsoft writes ids in lower case.
    let lower = tenant.to_ascii_lowercase();
    let tenant = if is_guid(&lower) { &lower } else { tenant };
    let under = |origin: &str| {
        let parts: Vec<&str> = [origin].iter().chain(above).copied().collect();
        parts.join("/")
    };
    let alias = ALIASES.iter().find(|(alias, _)| *alias == origin);
    let base = under(alias.map_or(origin, |(_, cloud)| *cloud));
    Directory {
        address: format!("{}/{tenant}/v2.0", under(origin)),
        issuer: if is_guid(tenant) {
            ExpectedIssuer::Exact(format!("{base}/{tenant}/v2.0"))
        } else {
            ExpectedIssuer::EntraMultiTenant {
                base,
                tenant: tenant.to_owned(),
            }
        },
    }
}

/// Whether the directory has work and school accounts only. `false` for directories of customers.
pub(super) fn is_for_organizations(config: &ProviderConfig, issuer: &ExpectedIssuer) -> bool {
    match issuer {
        ExpectedIssuer::EntraMultiTenant { tenant, .. } => {
            !matches!(tenant.as_str(), "common" | "consumers")
        }
        // An issuer that the administrator names may be anything.
        ExpectedIssuer::Exact(issuer) => config.issuer.is_none() && !issuer.contains(CONSUMERS),
        _ => false,
    }
}

/// Why an account may not sign in.
pub(super) fn refusal(
    issuer: &ExpectedIssuer,
    allowed_tenants: &[String],
    claims: &Object,
) -> Option<String> {
    let tid = claims.text("tid").unwrap_or_default();
    let of_organizations = matches!(issuer, ExpectedIssuer::EntraMultiTenant { tenant, .. } if tenant == "organizations");
    let allowed = |tenant: &String| tenant.eq_ignore_ascii_case(tid);
    if of_organizations && tid == CONSUMERS {
        Some("It is a personal account, and \"tenant\" is organizations.".to_owned())
    } else if !allowed_tenants.is_empty() && !allowed_tenants.iter().any(allowed) {
        Some("The account's tenant is not among \"allowed_tenants\".".to_owned())
    } else {
        None
    }
}

/// Whether the person is in more groups than fit in the token, which then names an address to ask
/// for them
/// ([groups overage](https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference#groups-overage-claim)).
pub(crate) fn has_more_groups(claims: &Object) -> bool {
    let elsewhere = claims
        .get("_claim_names")
        .and_then(Json::as_object)
        .is_some_and(|names| names.get("groups").is_some());
    let said = match claims.get("hasgroups") {
        Some(Json::Bool(said)) => *said,
        Some(Json::String(said)) => said.eq_ignore_ascii_case("true"),
        _ => false,
    };
    elsewhere || said
}
