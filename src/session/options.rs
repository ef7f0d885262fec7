//! How a sign-in is done: where the provider is met, and what one sign-in asks of it that the
//! configuration does not.

use super::abort::Abort;
use crate::config::Mode;
use crate::config::setting::RESERVED_PARAMS;
use crate::protocol::url::ReturnTo;
use crate::provider::Provider;

/// How to sign in. What is given here goes before the provider's settings, for this one sign-in.
#[derive(Debug, Clone, Default)]
pub struct SignInOptions {
    /// Default: the configuration's `mode`.
    pub mode: Option<Mode>,
    /// Where to be afterwards, on this origin. Default: where the person is now.
    pub return_to: Option<ReturnTo>,
    /// The account to suggest.
    pub login_hint: Option<String>,
    /// `login`, `consent`, `select_account` or `create`. A silent sign-in has its own.
    pub prompt: Option<String>,
    /// How long ago, in seconds, the person may have signed in at the provider at the most. The ID
    /// token is judged by it.
    pub max_age: Option<i64>,
    /// The authentication context classes to ask for, with blanks in between (RFC 9470 §4).
    pub acr_values: Option<String>,
    /// The claims to ask for, as JSON (Core §5.5); also what an API demands by a claims challenge.
    pub claims: Option<String>,
    pub ui_locales: Option<String>,
    /// Further parameters. Those that the sign-in sets itself are left out.
    pub params: Vec<(String, String)>,
    /// Whether the page is left after all where the browser blocks the popup, or where the silent
    /// sign-in does not come to a session.
    pub or_redirect: bool,
    /// Seconds after which a popup or a silent sign-in is given up. Default: ten minutes for a
    /// popup, ten seconds for a silent one.
    pub timeout: Option<i64>,
    /// Ends the sign-in from outside, unless it is over or has left the page.
    pub abort: Option<Abort>,
}

impl SignInOptions {
    /// What is added to the authorization request: the provider's, with what is given here in its
    /// place.
    pub(super) fn authorization_params(&self, provider: &Provider) -> Vec<(String, String)> {
        let mut params = provider.authorization_params();
        let max_age = self.max_age.map(|seconds| seconds.to_string());
        let named = [
            ("login_hint", &self.login_hint),
            ("prompt", &self.prompt),
            ("max_age", &max_age),
            ("acr_values", &self.acr_values),
            ("claims", &self.claims),
            ("ui_locales", &self.ui_locales),
        ];
        for (name, value) in &self.params {
            if !RESERVED_PARAMS.contains(&name.as_str()) {
                replace(&mut params, name, value);
            }
        }
        for (name, value) in named {
            if let Some(value) = value {
                replace(&mut params, name, value);
            }
        }
        params
    }
}

/// Sets a parameter, in place of what there was of this name.
pub(super) fn replace(params: &mut Vec<(String, String)>, name: &str, value: &str) {
    params.retain(|(known, _)| known != name);
    params.push((name.to_owned(), value.to_owned()));
}
