//! The modules about signing out.

use super::{SIGNED_OUT, SIGNED_OUT_HERE, Section, Steps, Window, module};
use serde_json::json;

const RP_INITIATED: &str = "RP-Initiated Logout, Logout";
const FRONT_CHANNEL: &str = "Front-Channel Logout, Logout";

pub(super) fn section() -> Section {
    Section {
        title: "Sign-out",
        about: "In the modules about front-channel logout, the issuer loads `logout.html` in a hidden frame, and the \
                page is open in a second window.",
        endpoints: &["authorization", "token", "end_session"],
        window: Window::Page,
        modules: vec![
            module(
                "oidcc-client-test-rp-init-logout",
                RP_INITIATED,
                "Send id_token_hint, post_logout_redirect_uri and state, and handle the return.",
            )
            .steps(Steps::SignOut)
            .expect(SIGNED_OUT, &[1, 1, 1]),
            module(
                "oidcc-client-test-rp-init-logout-other-state",
                RP_INITIATED,
                "Handle the return with another state.",
            )
            .fault(
                "end_session",
                "response",
                json!({ "set": { "state": "vst_another" } }),
            )
            .steps(Steps::SignOut)
            .expect(SIGNED_OUT_HERE, &[1, 1, 1]),
            module(
                "oidcc-client-test-rp-init-logout-no-state",
                RP_INITIATED,
                "Handle the return without a state.",
            )
            .fault("end_session", "response", json!({ "remove": ["state"] }))
            .steps(Steps::SignOut)
            .expect(SIGNED_OUT_HERE, &[1, 1, 1]),
            module(
                "oidcc-client-test-rp-frontchannel-rpinitlogout",
                FRONT_CHANNEL,
                "End the session when the issuer loads the frame, and handle the return.",
            )
            .fault(
                "end_session",
                "front-channel",
                json!({ "frame": "{frame}" }),
            )
            .claims(json!({ "set": { "sid": "session-1" } }))
            .steps(Steps::SignOutWithFrontChannel)
            .expect(SIGNED_OUT, &[1, 1, 1]),
            module(
                "oidcc-client-test-rp-frontchannel-opinitlogout",
                FRONT_CHANNEL,
                "End the session when the user signs out at the provider.",
            )
            .fault(
                "end_session",
                "front-channel",
                json!({ "frame": "{frame}" }),
            )
            .claims(json!({ "set": { "sid": "session-1" } }))
            .steps(Steps::SignOutAtProvider)
            .expect(SIGNED_OUT, &[1, 1, 1]),
        ],
    }
}
