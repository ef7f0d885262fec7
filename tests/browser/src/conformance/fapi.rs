//! The modules of the FAPI 2.0 client tests about ID tokens, `iss` and `state`. They are stricter than those of the
//! Basic profile.

use super::{Module, NOT_FINISHED, SIGNED_IN, Section, Window, module};
use serde_json::json;

const PLAN: &str = "FAPI 2.0";
const ACCEPTED: &[usize] = &[1, 1, 1];
const ID_TOKEN_REFUSED: &[usize] = &[1, 1, 0];
/// The code is never sent.
const RESPONSE_REFUSED: &[usize] = &[1, 0, 0];

pub(super) fn section() -> Section {
    Section {
        title: "FAPI 2.0",
        about: "The modules about ID tokens and authorization responses, played without what FAPI 2.0 adds to a \
                request: a public client has neither PAR nor DPoP. Their names begin with \
                `fapi2-security-profile-final-client-test-`.",
        endpoints: &["authorization", "token", "userinfo"],
        window: Window::Page,
        modules: id_tokens().into_iter().chain(responses()).collect(),
    }
}

fn id_tokens() -> Vec<Module> {
    vec![
        fapi("invalid-iss", "Reject an ID token of another issuer.")
            // The same issuer without its trailing slash.
            .claims(json!({ "set": { "iss": "{origin}/conformance" } }))
            .expect("id-token-claim", ID_TOKEN_REFUSED),
        fapi("invalid-missing-iss", "Reject an ID token without iss.")
            .claims(json!({ "remove": ["iss"] }))
            .expect("id-token-claim", ID_TOKEN_REFUSED),
        fapi("invalid-aud", "Reject an ID token for another client.")
            .claims(json!({ "set": { "aud": ["another-client"] } }))
            .expect("id-token-claim", ID_TOKEN_REFUSED),
        fapi("invalid-missing-aud", "Reject an ID token without aud.")
            .claims(json!({ "remove": ["aud"] }))
            .expect("id-token-claim", ID_TOKEN_REFUSED),
        fapi(
            "invalid-secondary-aud",
            "Reject an ID token that is also for an unknown client.",
        )
        .claims(json!({ "set": { "aud": ["{client}", "another-client"] } }))
        .expect("id-token-claim", ID_TOKEN_REFUSED),
        fapi("valid-aud-as-array", "Accept an aud that is a list.")
            .claims(json!({ "set": { "aud": ["{client}"] } }))
            .expect(SIGNED_IN, ACCEPTED),
        fapi("invalid-null-alg", "Reject an unsigned ID token.")
            .fault("id_token", "header", json!({ "set": { "alg": "none" } }))
            .expect("id-token-invalid", ID_TOKEN_REFUSED),
        fapi(
            "invalid-expired-exp",
            "Reject an ID token that expired more than five minutes ago.",
        )
        .claims(json!({ "set": { "iat": 1_600_000_000, "exp": 1_600_003_600 } }))
        .expect("clock-skew", ID_TOKEN_REFUSED),
        fapi("invalid-missing-exp", "Reject an ID token without exp.")
            .claims(json!({ "remove": ["exp"] }))
            .expect("id-token-claim", ID_TOKEN_REFUSED),
        fapi("invalid-nonce", "Reject an ID token with another nonce.")
            .claims(json!({ "set": { "nonce": "another" } }))
            .expect("id-token-claim", ID_TOKEN_REFUSED),
        fapi("invalid-missing-nonce", "Reject an ID token without nonce.")
            .claims(json!({ "remove": ["nonce"] }))
            .expect("id-token-claim", ID_TOKEN_REFUSED),
    ]
}

fn responses() -> Vec<Module> {
    vec![
        fapi(
            "invalid-authorization-response-iss",
            "Reject a response of another issuer (RFC 9207).",
        )
        .fault(
            "authorization",
            "response",
            json!({ "set": { "iss": "https://id.example.com/" } }),
        )
        .expect("response-mixed-up", RESPONSE_REFUSED),
        fapi(
            "remove-authorization-response-iss",
            "Reject a response without iss if the metadata promises one (RFC 9207).",
        )
        .fault("authorization", "response", json!({ "remove": ["iss"] }))
        .expect("response-mixed-up", RESPONSE_REFUSED),
        fapi(
            "ensure-authorization-response-with-invalid-state-fails",
            "Reject a response with another state.",
        )
        .fault(
            "authorization",
            "response",
            json!({ "set": { "state": "vst_AAAAAAAAAAAAAAAAAAAAAA" } }),
        )
        .expect("state-unknown", RESPONSE_REFUSED),
        fapi(
            "ensure-authorization-response-with-invalid-missing-state-fails",
            "Reject a response without state.",
        )
        .fault("authorization", "response", json!({ "remove": ["state"] }))
        .expect(NOT_FINISHED, RESPONSE_REFUSED),
        fapi(
            "token-endpoint-response-without-expires_in",
            "Accept a token response without expires_in.",
        )
        .fault("token", "json", json!({ "remove": ["expires_in"] }))
        .expect(SIGNED_IN, ACCEPTED),
        fapi(
            "token-type-case-insensitivity",
            "Accept the token type in any case.",
        )
        .fault(
            "token",
            "json",
            json!({ "set": { "token_type": "bEARER" } }),
        )
        .expect(SIGNED_IN, ACCEPTED),
    ]
}

/// `name` without the prefix that all of them share.
fn fapi(name: &'static str, demand: &'static str) -> Module {
    module(name, PLAN, demand)
}
