//! Accounts: which tenants and domains may sign in, and who signs for them.

use super::tokens::CLOCKS;
use super::{ACCEPTED, Outcome, object};
use crate::config::ResolvedConfig;
use crate::json::Object;
use crate::protocol::id_token::{Expected, validate_claims};
use crate::protocol::issuer::{ExpectedIssuer, is_guid, key_may_sign};
use crate::protocol::jws::{Algorithm, Jws};
use crate::protocol::pkce::Nonce;
use crate::provider::Provider;
use oauth2::{AccessToken, ClientId};

const BASE: &str = "https://login.microsoftonline.com";
const SHARED: &str = "https://login.microsoftonline.com/{tenantid}/v2.0";
const ALLOWED: &str = "11111111-2222-3333-4444-555555555555";
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Somebody of another tenant or domain than those that the configuration allows doesn't sign in, whatever the token
/// says, and the key of one tenant doesn't sign for another.
pub(super) fn account(input: &[u8]) -> Outcome {
    let Some(claims) = object(input) else {
        return "no object".to_owned();
    };
    let tenant = claims.text("tid").filter(|tid| is_guid(tid));
    let own_issuer = tenant.map(|tenant| format!("{BASE}/{tenant}/v2.0"));
    assert_eq!(
        key_may_sign(SHARED, &claims),
        claims.text("iss").is_some() && claims.text("iss") == own_issuer.as_deref()
            || claims.text("iss") == Some(&format!("{BASE}//v2.0")) && tenant.is_none(),
    );
    let mut outcomes = Vec::new();
    if is_accepted(&claims) {
        assert_eq!(
            claims.text("iss"),
            own_issuer.as_deref(),
            "another tenant's issuer"
        );
        outcomes.push(format!("{ACCEPTED} token"));
    }
    for provider in providers() {
        if provider.validate_account(&claims).is_err() {
            continue;
        }
        match provider.id() {
            "common" | "google" => continue,
            "organizations" => assert_ne!(claims.text("tid"), Some(PERSONAL)),
            "allowed" => assert_eq!(claims.text("tid"), Some(ALLOWED)),
            "workspace" => {
                let domain = claims.text("hd").map(str::to_ascii_lowercase);
                assert_eq!(domain.as_deref(), Some("example.com"));
            }
            other => panic!("{other}"),
        }
        outcomes.push(format!("{ACCEPTED} {}", provider.id()));
    }
    match outcomes.is_empty() {
        true => "nobody's".to_owned(),
        false => outcomes.join(", "),
    }
}

/// Whether a sign-in with the endpoint for several tenants accepts the claims.
fn is_accepted(claims: &Object) -> bool {
    let issuer = ExpectedIssuer::EntraMultiTenant {
        base: BASE.to_owned(),
        tenant: "common".to_owned(),
    };
    let expected = Expected {
        issuer: &issuer,
        metadata_issuer: SHARED,
        client_id: &ClientId::new("client-1".to_owned()),
        trusted_audiences: &[],
        nonce: &Nonce::new("n-1"),
        access_token: Some(&AccessToken::new("AT-1".to_owned())),
        max_age: None,
        clocks: CLOCKS,
    };
    let token = Jws {
        algorithm: Algorithm::Rs256,
        kid: None,
        signing_input: Vec::new(),
        signature: Vec::new(),
        claims: claims.clone(),
    };
    validate_claims(&token, &expected).is_ok()
}

fn providers() -> Vec<Provider> {
    thread_local! {
        static PROVIDERS: Vec<Provider> = {
            let config = format!(r#"{{"providers":[
                {{"id":"common","kind":"microsoft","client_id":"c"}},
                {{"id":"organizations","kind":"microsoft","client_id":"c","tenant":"organizations"}},
                {{"id":"allowed","kind":"microsoft","client_id":"c","allowed_tenants":["{ALLOWED}"]}},
                {{"id":"google","kind":"google","client_id":"c"}},
                {{"id":"workspace","kind":"google","client_id":"c","hd":"example.com"}}
            ]}}"#);
            let resolved = ResolvedConfig::from_text(config.as_bytes(), "https://app.example.com/");
            resolved.expect("it is valid").providers
        };
    }
    PROVIDERS.with(Clone::clone)
}
