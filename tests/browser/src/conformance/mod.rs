//! The relying-party modules of the OpenID Foundation's conformance suite, played by the local provider's issuer
//! "conformance". The tables say what each module demands; `docs/conformance.md` shows what a run saw.

mod discovery;
mod document;
mod fapi;
mod not_applicable;
mod play;
mod refresh;
mod requests;
mod sign_in;
mod sign_out;

pub use document::{check_document, check_section};
pub use play::run_section;

use serde_json::{Value, json};

/// The issuer of the local provider that plays the modules.
pub const ISSUER: &str = "conformance";

/// Modules that run in one browser window.
pub struct Section {
    pub title: &'static str,
    pub about: &'static str,
    /// The endpoints whose requests are counted.
    pub endpoints: &'static [&'static str],
    pub window: Window,
    pub modules: Vec<Module>,
}

/// What the section's window shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Page,
    /// An application that calls userinfo with the access token.
    Application,
}

/// A module that can be played.
pub struct Module {
    pub name: &'static str,
    /// The test plans of the suite that have it.
    pub plans: &'static str,
    /// What the suite demands of the relying party.
    pub demand: &'static str,
    /// What the issuer does wrong, or differently.
    pub faults: Vec<Value>,
    pub steps: Steps,
    /// What the page has to show in the end.
    pub expected: &'static str,
    /// How many requests the section's endpoints have to receive, in their order.
    pub requests: &'static [usize],
}

/// What the person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    SignIn,
    /// Signs in after a link on another site, which names the issuer.
    SignInFromPortal,
    /// Chooses the provider in the picker, but never gets there.
    ChooseProvider,
    /// Signs in, and again after the issuer has changed its signing key.
    SignInWithBothKeys,
    /// Signs in. The application then calls userinfo, but its access token has expired.
    Renew,
    SignOut,
    /// Signs out in one window while another window is open. The issuer loads `logout.html`.
    SignOutWithFrontChannel,
    /// Signs out at the provider, without the page. The issuer loads `logout.html`.
    SignOutAtProvider,
}

/// A module that can't be played with a public client in a browser.
pub struct NotApplicable {
    pub names: &'static [&'static str],
    pub plans: &'static str,
    pub reason: &'static str,
}

/// What was seen of a module.
pub struct Seen {
    pub page: String,
    pub requests: Vec<usize>,
}

/// All sections, in the order of the document.
pub fn sections() -> Vec<Section> {
    vec![
        sign_in::section(),
        discovery::section(),
        refresh::section(),
        sign_out::section(),
        fapi::section(),
    ]
}

pub fn not_applicable() -> Vec<NotApplicable> {
    not_applicable::modules()
}

const SIGNED_IN: &str = "signed in as Ada Lovelace";
/// The notices of the picker, up to the first full stop.
const SIGNED_OUT: &str = "You're signed out";
/// After the way back from the provider, the page no longer knows whose session it was.
const SIGNED_OUT_HERE: &str =
    "You're signed out here, but you may still be signed in to the sign-in service";
/// In a window that has stayed open.
const SIGNED_OUT_ELSEWHERE: &str =
    "You're signed out here, but you may still be signed in to Conformance";
const NOT_FINISHED: &str = "You didn't finish signing in";

/// A module in which the person signs in. What has to be seen is set next.
fn module(name: &'static str, plans: &'static str, demand: &'static str) -> Module {
    Module {
        name,
        plans,
        demand,
        faults: Vec::new(),
        steps: Steps::SignIn,
        expected: SIGNED_IN,
        requests: &[],
    }
}

impl Module {
    /// `kind` and `fields` are those of the table "Faults" in tests/provider/README.md.
    fn fault(mut self, endpoint: &str, kind: &str, fields: Value) -> Module {
        let mut fault = json!({ "provider": ISSUER, "endpoint": endpoint, "kind": kind });
        for (name, value) in fields.as_object().into_iter().flatten() {
            fault[name] = value.clone();
        }
        self.faults.push(fault);
        self
    }

    /// Changes claims of the ID token.
    fn claims(self, fields: Value) -> Module {
        self.fault("id_token", "claims", fields)
    }

    fn steps(mut self, steps: Steps) -> Module {
        self.steps = steps;
        self
    }

    fn expect(mut self, page: &'static str, requests: &'static [usize]) -> Module {
        self.expected = page;
        self.requests = requests;
        self
    }

    /// The suite passes this module when the relying party has done what it demands, and nothing else.
    fn verdict(&self, seen: &Seen) -> Result<(), String> {
        if seen.page != self.expected {
            return Err(format!(
                "the page shows \"{}\" instead of \"{}\"",
                seen.page, self.expected
            ));
        }
        if seen.requests != self.requests {
            return Err(format!(
                "the issuer received {:?} requests instead of {:?}",
                seen.requests, self.requests
            ));
        }
        Ok(())
    }
}
