//! The modules about ID tokens and userinfo.

use super::{Module, SIGNED_IN, Section, Steps, Window, module};
use serde_json::json;

const CORE: &str = "Basic, Implicit, Hybrid, Comprehensive";
const COMPREHENSIVE: &str = "Comprehensive";

const ACCEPTED: &[usize] = &[1, 1, 1];
/// The suite fails a module if userinfo is called after an invalid ID token.
const ID_TOKEN_REFUSED: &[usize] = &[1, 1, 0];

pub(super) fn section() -> Section {
    Section {
        title: "Sign-in",
        about: "ID tokens and userinfo. ID tokens of this issuer have no profile, so the page needs userinfo to \
                show a name.",
        endpoints: &["authorization", "token", "userinfo"],
        window: Window::Page,
        modules: [id_tokens(), signatures(), userinfo()]
            .into_iter()
            .flatten()
            .collect(),
    }
}

fn id_tokens() -> Vec<Module> {
    vec![
        module(
            "oidcc-client-test",
            "Basic, Implicit, Hybrid, Form Post, Comprehensive",
            "Sign in with the code flow, PKCE, state and nonce, and call userinfo.",
        )
        .expect(SIGNED_IN, ACCEPTED),
        module(
            "oidcc-client-test-3rd-party-init-login",
            "3rd Party-Initiated Login",
            "Sign in when another site opens the page with the issuer.",
        )
        .steps(Steps::SignInFromPortal)
        .expect(SIGNED_IN, ACCEPTED),
        module(
            "oidcc-client-test-invalid-iss",
            CORE,
            "Reject an ID token of another issuer.",
        )
        .claims(json!({ "set": { "iss": "https://id.example.com/" } }))
        .expect("id-token-claim", ID_TOKEN_REFUSED),
        module(
            "oidcc-client-test-missing-sub",
            CORE,
            "Reject an ID token without sub.",
        )
        .claims(json!({ "remove": ["sub"] }))
        .expect("id-token-claim", ID_TOKEN_REFUSED),
        module(
            "oidcc-client-test-invalid-aud",
            CORE,
            "Reject an ID token for another client.",
        )
        .claims(json!({ "set": { "aud": "another-client" } }))
        .expect("id-token-claim", ID_TOKEN_REFUSED),
        module(
            "oidcc-client-test-missing-aud",
            COMPREHENSIVE,
            "Reject an ID token without aud.",
        )
        .claims(json!({ "remove": ["aud"] }))
        .expect("id-token-claim", ID_TOKEN_REFUSED),
        module(
            "oidcc-client-test-missing-iat",
            CORE,
            "Reject an ID token without iat.",
        )
        .claims(json!({ "remove": ["iat"] }))
        .expect("id-token-claim", ID_TOKEN_REFUSED),
        module(
            "oidcc-client-test-nonce-invalid",
            CORE,
            "Reject an ID token with another nonce.",
        )
        .claims(json!({ "set": { "nonce": "another" } }))
        .expect("id-token-claim", ID_TOKEN_REFUSED),
    ]
}

fn signatures() -> Vec<Module> {
    vec![
        module(
            "oidcc-client-test-kid-absent-single-jwks",
            CORE,
            "Find the only matching key when neither the ID token nor the key set has a kid.",
        )
        .fault("jwks", "keys", json!({ "remove": ["kid"] }))
        .fault("id_token", "header", json!({ "remove": ["kid"] }))
        .expect(SIGNED_IN, ACCEPTED),
        module(
            "oidcc-client-test-kid-absent-multiple-jwks",
            CORE,
            "With several matching keys and no kid, try all of them, or reject the ID token.",
        )
        .fault(
            "jwks",
            "keys",
            json!({ "remove": ["kid"], "generate": ["RS256", "RS256"] }),
        )
        .fault("id_token", "header", json!({ "remove": ["kid"] }))
        .expect(SIGNED_IN, ACCEPTED),
        module(
            "oidcc-client-test-ignores-unparseable-key-in-jwks",
            "none",
            "Ignore keys of unknown types in the key set.",
        )
        .fault(
            "jwks",
            "keys",
            json!({ "add": [
                { "kty": "AKP", "kid": "later", "alg": "ML-DSA-999", "pub": "AAAA", "use": "sig" },
                { "kty": "example", "kid": "unknown", "alg": "RS256", "use": "sig" },
            ] }),
        )
        .expect(SIGNED_IN, ACCEPTED),
        module(
            "oidcc-client-test-idtoken-sig-rs256",
            CORE,
            "Accept a signature with RS256.",
        )
        .fault("id_token", "header", json!({ "set": { "alg": "RS256" } }))
        .expect(SIGNED_IN, ACCEPTED),
        module(
            "oidcc-client-test-idtoken-sig-none",
            "Basic, Config, Dynamic, Comprehensive",
            "Accept an unsigned ID token in the code flow, or reject it. The suite then skips the module.",
        )
        .fault("id_token", "header", json!({ "set": { "alg": "none" }, "remove": ["kid"] }))
        .expect("id-token-invalid", ID_TOKEN_REFUSED),
        module(
            "oidcc-client-test-invalid-sig-rs256",
            CORE,
            "Reject an invalid signature with RS256.",
        )
        .fault("id_token", "signature", json!({}))
        .expect("id-token-signature", ID_TOKEN_REFUSED),
        module(
            "oidcc-client-test-invalid-sig-es256",
            COMPREHENSIVE,
            "Reject an invalid signature with ES256.",
        )
        .fault("id_token", "header", json!({ "set": { "alg": "ES256" } }))
        .fault("id_token", "signature", json!({}))
        .expect("id-token-signature", ID_TOKEN_REFUSED),
    ]
}

fn userinfo() -> Vec<Module> {
    vec![
        module(
            "oidcc-client-test-userinfo-invalid-sub",
            CORE,
            "Reject userinfo about another user.",
        )
        .fault("userinfo", "json", json!({ "set": { "sub": "another-user" } }))
        .expect("userinfo-subject", ACCEPTED),
        module(
            "oidcc-client-test-scope-userinfo-claims",
            CORE,
            "Request the scopes profile, email, address and phone, and read the claims from userinfo.",
        )
        .expect(SIGNED_IN, ACCEPTED),
        module(
            "oidcc-client-test-userinfo-bearer-header",
            COMPREHENSIVE,
            "Send the access token to userinfo in the Authorization header.",
        )
        .expect(SIGNED_IN, ACCEPTED),
        module(
            "oidcc-client-test-aggregated-claims",
            COMPREHENSIVE,
            "Process userinfo with claims of other issuers. The page ignores them, and requests nothing from an \
             address that userinfo names.",
        )
        .fault(
            "userinfo",
            "json",
            json!({ "set": {
                "_claim_names": { "address": "aggregated", "credit_score": "distributed" },
                "_claim_sources": {
                    "aggregated": { "JWT": "eyJhbGciOiJub25lIn0.eyJhZGRyZXNzIjp7fX0." },
                    "distributed": { "endpoint": "{issuer}claims", "access_token": "for-the-claims" },
                },
            } }),
        )
        .expect(SIGNED_IN, ACCEPTED),
    ]
}
