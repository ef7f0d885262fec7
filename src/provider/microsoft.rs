//! Microsoft Entra ID, External ID and Azure AD B2C: the directory made of cloud and tenant, the
//! issuer it names, and the tenants whose people may sign in.

use super::{Provider, build};
use crate::config::{IssueReporter, ProviderConfig, ProviderKind};
use crate::json::{Json, Object};
use crate::protocol::error::VendorCause;
use crate::protocol::issuer::{CONSUMERS, ExpectedIssuer, is_guid};
use crate::protocol::url::Endpoint;

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
/// Seconds from the sign-in until a refresh token of a single-page application ends, however often
/// it is renewed.
pub(super) const REFRESH_LIFETIME: i64 = 24 * 3600;

/// Microsoft's numbers, and what they mean.
pub(super) const CAUSES: &[(&str, VendorCause)] = &[
    ("AADSTS9002326", VendorCause::NotSinglePage),
    ("AADSTS7000218", VendorCause::NotSinglePage),
    ("AADSTS9002327", VendorCause::NotFromPage),
    ("AADSTS700025", VendorCause::SecretSent),
    ("AADSTS90023", VendorCause::SecretSent),
    ("AADSTS50011", VendorCause::RedirectUriUnknown),
    ("AADSTS500113", VendorCause::RedirectUriUnknown),
    ("AADSTS700016", VendorCause::ClientUnknown),
    ("AADSTS90002", VendorCause::TenantUnknown),
    ("AADSTS50020", VendorCause::AccountElsewhere),
    ("AADSTS50034", VendorCause::AccountElsewhere),
    ("AADSTS500208", VendorCause::AccountElsewhere),
    ("AADSTS50058", VendorCause::NotSignedIn),
    ("AADSTS16000", VendorCause::NotSignedIn),
    ("AADSTS50105", VendorCause::NotAssigned),
    ("AADSTS50194", VendorCause::NotMultiTenant),
    ("AADSTS53003", VendorCause::PolicyForbids),
    ("AADSTS50074", VendorCause::SecondFactorNeeded),
    ("AADSTS50076", VendorCause::SecondFactorNeeded),
    ("AADSTS50079", VendorCause::SecondFactorNeeded),
    ("AADSTS65001", VendorCause::ConsentNeeded),
    ("AADSTS90094", VendorCause::ConsentNeeded),
    ("AADSTS65004", VendorCause::ConsentDeclined),
    ("AADSTS70011", VendorCause::ScopeUnknown),
    ("AADSTS9010010", VendorCause::ResourceRefused),
    ("AADSTS54005", VendorCause::CodeInvalid),
    ("AADSTS50147", VendorCause::PkceFailed),
    ("AADSTS501481", VendorCause::PkceFailed),
    ("AADSTS9002325", VendorCause::PkceFailed),
    ("AADSTS70008", VendorCause::RefreshTokenInvalid),
    ("AADSTS70043", VendorCause::RefreshTokenInvalid),
    ("AADSTS50173", VendorCause::RefreshTokenInvalid),
    ("AADSTS700082", VendorCause::RefreshTokenInvalid),
    ("AADSTS700084", VendorCause::RefreshTokenInvalid),
    ("AADB2C90118", VendorCause::PasswordForgotten),
    ("AADB2C90091", VendorCause::Cancelled),
];

pub(super) fn provider(
    config: ProviderConfig,
    issues: &mut impl IssueReporter,
) -> Option<Provider> {
    let tenant = match &config.kind {
        ProviderKind::Microsoft { tenant, .. } => tenant.as_deref().unwrap_or("common"),
        _ => "common",
    };
    let address = config.authority.as_deref().or(config.issuer.as_deref());
    let directory = Directory::read(address.unwrap_or(GLOBAL), tenant);
    let rule = match (&config.authority, &config.issuer) {
        // The administrator knows better, as with a domain of their own.
        (Some(_), Some(issuer)) => ExpectedIssuer::Exact(issuer.clone()),
        _ => directory.issuer,
    };
    build(
        config,
        rule,
        &directory.address,
        "Microsoft".to_owned(),
        issues,
    )
}

/// Where a directory is, and how it names itself.
struct Directory {
    address: String,
    issuer: ExpectedIssuer,
}

impl Directory {
    /// Reads the address of a cloud, a tenant, a B2C policy or an External ID tenant, with or without
    /// `/v2.0` at its end. `tenant` is for an address that names none.
    fn read(address: &str, tenant: &str) -> Directory {
        let Ok(url) = Endpoint::parse(address) else {
            // Not an address: building the provider tells so.
            return Directory {
                address: address.to_owned(),
                issuer: ExpectedIssuer::Exact(address.to_owned()),
            };
        };
        let origin = url.origin();
        let path = url.path().trim_matches('/');
        let path = path.strip_suffix("v2.0").unwrap_or(path);
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let query = url.query();
        let has_policy = match parts.as_slice() {
            _ if query.is_some() => true,
            ["tfp", _, _] => true,
            parts => url.host().ends_with(".b2clogin.com") && parts.len() > 1,
        };
        if has_policy {
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            return Directory {
                address: format!("{origin}/{}/v2.0{query}", parts.join("/")),
                issuer: ExpectedIssuer::AzureB2c {
                    origin: origin.to_owned(),
                },
            };
        }
        if let Some(name) = url.host().strip_suffix(".ciamlogin.com") {
            let of_host = format!("{name}.onmicrosoft.com");
            let tenant = parts.first().copied().unwrap_or(&of_host);
            let id = [tenant, name].into_iter().find(|part| is_guid(part));
            return Directory {
                address: format!("{origin}/{tenant}/v2.0"),
                issuer: ExpectedIssuer::EntraExternalId {
                    tenant: id.map(str::to_owned),
                },
            };
        }
        let (tenant, above) = parts.split_last().unwrap_or((&tenant, &[]));
        // Microsoft writes them in lower case.
        let lower = tenant.to_ascii_lowercase();
        let tenant = if is_guid(&lower) { &lower } else { *tenant };
        let cloud = ALIASES.iter().find(|(alias, _)| *alias == origin);
        let base: String = [cloud.map_or(origin, |(_, cloud)| *cloud)]
            .iter()
            .chain(above)
            .copied()
            .collect::<Vec<&str>>()
            .join("/");
        let place: String = [origin]
            .iter()
            .chain(above)
            .copied()
            .collect::<Vec<&str>>()
            .join("/");
        Directory {
            address: format!("{place}/{tenant}/v2.0"),
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
}

pub(super) fn validate_account(
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

/// Whether the person is in more groups than the token has room for: it then tells an address where
/// they can be asked for instead.
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
