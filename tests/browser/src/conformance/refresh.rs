//! The modules about refresh tokens.

use super::{Module, Section, Steps, Window, module};
use serde_json::{Value, json};

const PLAN: &str = "Refresh Token";
/// Userinfo is called by the sign-in, and by the application with the expired token: not with a new one.
const RENEWAL_REFUSED: &[usize] = &[1, 2, 2];

pub(super) fn section() -> Section {
    Section {
        title: "Renewal",
        about: "An application calls userinfo with an access token that has expired. `auth.fetch` renews it and \
                repeats the call.",
        endpoints: &["authorization", "token", "userinfo"],
        window: Window::Application,
        modules: vec![
            module(
                "oidcc-client-test-refresh-token",
                PLAN,
                "Use the refresh token, and call userinfo with the new access token.",
            )
            .steps(Steps::Renew)
            .expect("userinfo of Ada Lovelace", &[1, 2, 3]),
            refused(
                "oidcc-client-test-refresh-token-invalid-issuer",
                PLAN,
                "Reject a refreshed ID token of another issuer.",
                json!({ "set": { "iss": "https://id.example.com/" } }),
            ),
            refused(
                "oidcc-client-test-refresh-token-invalid-sub",
                PLAN,
                "Reject a refreshed ID token about another user.",
                json!({ "set": { "sub": "another-user" } }),
            ),
            refused(
                "oidcc-client-test-refresh-token-invalid-aud",
                "none",
                "Reject a refreshed ID token for another client.",
                json!({ "set": { "aud": "another-client" } }),
            ),
            refused(
                "oidcc-client-test-refresh-token-invalid-azp",
                "none",
                "Reject a refreshed ID token whose azp is new and names another client.",
                json!({ "set": { "azp": "another-client" } }),
            ),
        ],
    }
}

/// The claims are changed after the sign-in.
fn refused(name: &'static str, plans: &'static str, demand: &'static str, claims: Value) -> Module {
    module(name, plans, demand)
        .claims(claims)
        .steps(Steps::Renew)
        .expect("id-token-claim", RENEWAL_REFUSED)
}
