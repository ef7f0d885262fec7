//! What the vendors' own documents say passes through unharmed: one test each. The documents are in
//! `tests/vectors`, with the settings that an administrator would write.

use super::*;
use crate::protocol::discovery::{Metadata, MetadataDocument};
use crate::protocol::jwks::KeySet;
use crate::protocol::jws::Jws;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const DOCUMENTS: &str = include_str!("../../../tests/vectors/metadata.json");
const KEY_SETS: &str = include_str!("../../../tests/vectors/key_sets.json");
const TENANT: &str = "5c1f2a7e-0b8e-4a61-9f0a-2f6c2f3d4b11";
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The provider of a vendor's entry, and what is read out of its metadata.
fn read(vendor: &str) -> (Provider, Metadata) {
    let vendors = Json::parse_object(DOCUMENTS.as_bytes()).unwrap();
    let entry = vendors.get(vendor).and_then(Json::as_object).unwrap();
    let settings = entry.get("settings").unwrap().to_text();
    let settings = settings
        .trim()
        .trim_start_matches('{')
        .trim_end_matches('}');
    let provider = provider(settings);
    let document = entry.get("metadata").and_then(Json::as_object).unwrap();
    let metadata = MetadataDocument::from_object(document)
        .and_then(|document| document.validate(&provider.issuer))
        .unwrap_or_else(|error| panic!("{vendor}: {error}"));
    (provider, metadata)
}

fn accepts(vendor: &(Provider, Metadata), issuer: &str, claims: &str) -> bool {
    let (provider, metadata) = vendor;
    let claims = super::claims(claims);
    provider
        .issuer
        .accepts_token(issuer, &metadata.issuer, &claims)
        && provider.validate_account(&claims).is_ok()
}

fn tid(tenant: &str) -> String {
    format!(r#"{{"tid":"{tenant}"}}"#)
}

fn entra(tenant: &str) -> String {
    format!("https://login.microsoftonline.com/{tenant}/v2.0")
}

#[test]
fn microsoft_common() {
    let vendor = read("entra-common");
    for tenant in [TENANT, CONSUMERS] {
        assert!(accepts(&vendor, &entra(tenant), &tid(tenant)));
    }
    assert!(!accepts(&vendor, &entra(TENANT), &tid(CONSUMERS)));
    assert!(!accepts(&vendor, &vendor.1.issuer, "{}"));
    assert!(vendor.1.revocation_endpoint.is_none() && !vendor.1.iss_parameter_supported);
    assert!(!vendor.0.requests_userinfo());
}

#[test]
fn microsoft_organizations() {
    let vendor = read("entra-organizations");
    assert!(accepts(&vendor, &entra(TENANT), &tid(TENANT)));
    assert!(!accepts(&vendor, &entra(CONSUMERS), &tid(CONSUMERS)));
}

#[test]
fn microsoft_one_tenant_by_id_and_by_domain() {
    for vendor in ["entra-tenant", "entra-domain"] {
        let vendor = read(vendor);
        assert_eq!(vendor.1.issuer, entra(TENANT));
        assert!(accepts(&vendor, &entra(TENANT), &tid(TENANT)));
        assert!(!accepts(&vendor, &entra(CONSUMERS), &tid(CONSUMERS)));
    }
}

#[test]
fn microsoft_external_id() {
    let vendor = read("entra-external-id");
    assert_eq!(
        vendor.0.discovery_url.as_str(),
        format!("https://contoso.ciamlogin.com/{TENANT}/v2.0/.well-known/openid-configuration")
    );
    assert!(accepts(&vendor, &vendor.1.issuer, "{}"));
    assert!(!accepts(&vendor, &entra(TENANT), &tid(TENANT)));
}

#[test]
fn microsoft_b2c() {
    let vendor = read("entra-b2c");
    assert_eq!(
        vendor.0.discovery_url.as_str(),
        "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_in/v2.0/.well-known/openid-configuration"
    );
    assert_eq!(
        vendor.1.token_endpoint.as_str(),
        "https://contoso.b2clogin.com/contoso.onmicrosoft.com/oauth2/v2.0/token?p=b2c_1_in"
    );
    assert!(accepts(&vendor, &vendor.1.issuer, "{}"));
    assert!(!accepts(
        &vendor,
        "https://contoso.b2clogin.com/other/v2.0/",
        "{}"
    ));
}

#[test]
fn google() {
    let vendor = read("google");
    for issuer in ["https://accounts.google.com", "accounts.google.com"] {
        assert!(accepts(&vendor, issuer, "{}"));
    }
    assert!(!accepts(&vendor, "https://accounts.google.com/", "{}"));
    assert!(vendor.1.end_session_endpoint.is_none());
    assert!(vendor.1.revocation_endpoint.is_some() && !vendor.0.revokes_tokens());
}

#[test]
fn okta_org_server() {
    let vendor = read("okta-org");
    assert_eq!(vendor.1.issuer, "https://dev-1.okta.com");
    assert!(vendor.1.end_session_endpoint.is_some() && vendor.0.revokes_tokens());
}

#[test]
fn okta_custom_server() {
    let vendor = read("okta-custom");
    assert!(accepts(&vendor, "https://dev-1.okta.com/oauth2/aus1", "{}"));
    assert!(!accepts(&vendor, "https://dev-1.okta.com", "{}"));
}

#[test]
fn auth0_with_its_slash() {
    let vendor = read("auth0");
    assert!(accepts(&vendor, "https://dev-1.us.auth0.com/", "{}"));
    assert!(!accepts(&vendor, "https://dev-1.us.auth0.com", "{}"));
    assert!(vendor.1.end_session_endpoint.is_none());
}

#[test]
fn keycloak() {
    let (_, metadata) = read("keycloak");
    assert!(metadata.iss_parameter_supported);
    assert!(metadata.end_session_endpoint.is_some());
}

#[test]
fn gitlab() {
    let (_, metadata) = read("gitlab");
    assert!(metadata.end_session_endpoint.is_none());
    assert!(metadata.userinfo_endpoint.is_some());
}

#[test]
fn cognito_on_two_hosts() {
    let (_, metadata) = read("cognito");
    assert_eq!(
        metadata.token_endpoint.origin(),
        "https://pool-1.auth.eu-west-1.amazoncognito.com"
    );
}

#[test]
fn zitadel() {
    let (_, metadata) = read("zitadel");
    assert!(metadata.end_session_endpoint.is_some());
}

#[test]
fn authentik_with_its_slash() {
    let vendor = read("authentik");
    assert_eq!(
        vendor.0.discovery_url.as_str(),
        "https://authentik.example.com/application/o/portal/.well-known/openid-configuration"
    );
    assert!(vendor.1.issuer.ends_with('/'));
}

#[test]
fn pingone() {
    let (_, metadata) = read("pingone");
    assert!(metadata.end_session_endpoint.is_some());
}

#[test]
fn oidc_provider() {
    let (_, metadata) = read("oidc-provider");
    assert!(metadata.iss_parameter_supported);
}

/// A token of this key, tenant and issuer. Its signature is not looked at here.
fn token(kid: &str, claims: &str) -> Jws {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let header = encode(&format!(r#"{{"alg":"RS256","kid":"{kid}"}}"#));
    Jws::parse(&format!("{header}.{}.{}", encode(claims), encode("s"))).unwrap()
}

fn keys(vendor: &str) -> KeySet {
    let sets = Json::parse_object(KEY_SETS.as_bytes()).unwrap();
    KeySet::read(sets.get(vendor).and_then(Json::as_object).unwrap()).unwrap()
}

#[test]
fn a_key_of_personal_accounts_signs_for_no_organisation() {
    const OF_ALL: &str = "Mc7l3Iz93g7uwgNeEmmw_WYGPko";
    const OF_CONSUMERS: &str = "8IIDH6M8c3cXoeojKme8Jvqsr2Y";
    let keys = keys("entra-common");
    let of = |tenant: &str| format!(r#"{{"iss":"{}","tid":"{tenant}"}}"#, entra(tenant));
    for (kid, claims, candidates) in [
        (OF_ALL, of(TENANT), 1),
        (OF_CONSUMERS, of(CONSUMERS), 1),
        (OF_CONSUMERS, of(TENANT), 0),
        (OF_ALL, format!(r#"{{"iss":"{}"}}"#, entra(TENANT)), 0),
        ("unknown", of(TENANT), 0),
    ] {
        let found = keys.candidates(&token(kid, &claims)).count();
        assert_eq!(found, candidates, "{kid} {claims}");
    }
}

#[test]
fn keys_without_an_issuer_sign_for_all() {
    let sets = Json::parse_object(KEY_SETS.as_bytes()).unwrap();
    let set = sets.get("google").and_then(Json::as_object).unwrap();
    let first = set.get("keys").and_then(Json::as_array).unwrap()[0].as_object();
    let kid = first.unwrap().text("kid").unwrap();
    let token = token(kid, r#"{"iss":"accounts.google.com"}"#);
    assert_eq!(keys("google").candidates(&token).count(), 1);
}
