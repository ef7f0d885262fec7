//! The modules about the provider's metadata and keys.

use super::{SIGNED_IN, Section, Steps, Window, module};
use serde_json::json;

const PLANS: &str = "Config, Dynamic, Comprehensive";

pub(super) fn section() -> Section {
    Section {
        title: "Discovery and keys",
        about: "The address of the key set differs at every start of the issuer.",
        endpoints: &["authorization", "token", "jwks", "userinfo"],
        window: Window::Page,
        modules: vec![
            module(
                "oidcc-client-test-discovery-openid-config",
                PLANS,
                "Read the endpoints from the metadata.",
            )
            .expect(SIGNED_IN, &[1, 1, 1, 1]),
            module(
                "oidcc-client-test-discovery-jwks-uri-keys",
                PLANS,
                "Read the keys from the jwks_uri of the metadata.",
            )
            .expect(SIGNED_IN, &[1, 1, 1, 1]),
            module(
                "oidcc-client-test-discovery-issuer-mismatch",
                PLANS,
                "Send no authorization request if the metadata names another issuer.",
            )
            // The issuer's name ends with a slash.
            .fault(
                "discovery",
                "json",
                json!({ "set": { "issuer": "{origin}/conformance" } }),
            )
            .steps(Steps::ChooseProvider)
            .expect("issuer-mismatch", &[0, 0, 0, 0]),
            module(
                "oidcc-client-test-signing-key-rotation",
                PLANS,
                "Sign in, and again after the signing key has changed.",
            )
            .steps(Steps::SignInWithBothKeys)
            .expect(SIGNED_IN, &[2, 2, 2, 2]),
            module(
                "oidcc-client-test-signing-key-rotation-just-before-signing",
                PLANS,
                "Fetch the keys again if the signing key changes after they were fetched.",
            )
            .fault(
                "jwks",
                "keys",
                json!({ "hide_own": true, "generate": ["RS256"], "times": 1 }),
            )
            .expect(SIGNED_IN, &[1, 1, 2, 1]),
        ],
    }
}
