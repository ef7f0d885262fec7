//! The modules that a public client in a browser can't be tested with, and why.

use super::NotApplicable;

pub(super) fn modules() -> Vec<NotApplicable> {
    let rows: [(&[&str], &str, &str); 19] = [
        (
            &["oidcc-client-test-client-secret-basic"],
            "Basic, Hybrid, Comprehensive",
            "A public client has no secret. That's why a page can't be certified as a Basic RP.",
        ),
        (
            &["oidcc-client-test-invalid-sig-hs256"],
            "Comprehensive",
            "The suite doesn't run it for clients without a secret. The page rejects all symmetric algorithms.",
        ),
        (
            &[
                "oidcc-client-test-nonce-unless-code-flow",
                "oidcc-client-test-invalid-athash",
                "oidcc-client-test-missing-athash",
                "oidcc-client-test-invalid-chash",
                "oidcc-client-test-missing-chash",
            ],
            "Implicit, Hybrid, Comprehensive",
            "They need tokens in the authorization response. The page only uses the code flow.",
        ),
        (
            &["oidcc-client-test-form-post-error"],
            "Form Post, Comprehensive",
            "Static files can't receive a POST request.",
        ),
        (
            &["oidcc-client-test-userinfo-bearer-body"],
            "Comprehensive",
            "It's the alternative to the Authorization header, which the page uses.",
        ),
        (
            &["oidcc-client-test-userinfo-signed"],
            "Dynamic, Comprehensive",
            "Signed userinfo is only sent to clients that register for it.",
        ),
        (
            &["oidcc-client-test-distributed-claims"],
            "Comprehensive",
            "Distributed claims are optional (Core §5.6). The page never requests an address that userinfo names.",
        ),
        (
            &["oidcc-client-test-mtls-endpoint-aliases"],
            "Comprehensive",
            "Pages can't choose a client certificate.",
        ),
        (
            &[
                "oidcc-client-test-request-uri-signed-rs256",
                "oidcc-client-test-request-uri-signed-none",
            ],
            "Dynamic, Comprehensive",
            "Request objects need a server that hosts them, and a signing key.",
        ),
        (
            &[
                "oidcc-client-test-discovery-webfinger-acct",
                "oidcc-client-test-discovery-webfinger-url",
            ],
            "Dynamic, Comprehensive",
            "The configuration names the issuers. Users don't enter an address to look them up.",
        ),
        (
            &["oidcc-client-test-dynamic-registration"],
            "Dynamic, Comprehensive",
            "The client is registered once by the administrator, not by each user's browser.",
        ),
        (
            &["oidcc-client-test-session-management"],
            "Session Management, Logout",
            "Most browsers hide the provider's cookies from the frame that it needs.",
        ),
        (
            &[
                "oidcc-client-test-rp-backchannel-rpinitlogout",
                "oidcc-client-test-rp-backchannel-rpinitlogout-alg-none",
                "oidcc-client-test-rp-backchannel-rpinitlogout-no-event",
                "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce",
                "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg",
                "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud",
                "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event",
                "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss",
            ],
            "Back-Channel Logout, Logout",
            "Logout tokens are sent to a server.",
        ),
        (
            &["discovery-issuer-mismatch"],
            "FAPI 2.0",
            "It's the same as oidcc-client-test-discovery-issuer-mismatch above.",
        ),
        (
            &["invalid-alternate-alg"],
            "FAPI 2.0",
            "Only FAPI forbids RS256, which every OpenID provider supports.",
        ),
        (
            &[
                "happy-path",
                "happy-path-no-dpop-nonce",
                "rs-dpop-auth-scheme-case-insensitivity",
            ],
            "FAPI 2.0",
            "They need PAR with client authentication, and DPoP or client certificates.",
        ),
        (
            &["refresh-token-test"],
            "FAPI 2.0",
            "It needs client authentication. See the section Renewal.",
        ),
        (
            &["invalid-openbanking-intent-id"],
            "FAPI 2.0",
            "It's for UK Open Banking.",
        ),
        (
            &["ensure-jarm-*"],
            "FAPI 2.0 Message Signing",
            "The page doesn't request signed authorization responses.",
        ),
    ];
    rows.into_iter()
        .map(|(names, plans, reason)| NotApplicable {
            names,
            plans,
            reason,
        })
        .collect()
}
