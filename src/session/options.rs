//! The options of one sign-in: how it reaches the provider, and what it asks for beyond the
//! configuration.

use super::abort::Abort;
use crate::config::Mode;
use crate::config::RESERVED_PARAMS;
use crate::protocol::url::ReturnTo;
use crate::provider::Provider;

/// Options for [`Auth::sign_in`](super::Auth::sign_in). They override the provider's settings for this
/// sign-in.
///
/// ```
/// use vestibule::session::{Mode, SignInOptions};
///
/// let options = SignInOptions::default()
///     .with_mode(Mode::Popup)
///     .with_login_hint("ada@example.com");
/// # assert_eq!(options.mode, Some(Mode::Popup));
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct SignInOptions {
    /// Redirect, popup or silent. Default: the configuration's `mode`.
    pub mode: Option<Mode>,
    /// Where to go afterwards, on this origin. Default: the current address.
    pub return_to: Option<ReturnTo>,
    /// The account to suggest
    /// ([Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest), as for the
    /// parameters below).
    pub login_hint: Option<String>,
    /// `login`, `consent`, `select_account` or `create`. Silent sign-ins always send `none`.
    pub prompt: Option<String>,
    /// How long ago, in seconds, the person may have authenticated. The ID token's `auth_time` is checked
    /// against it.
    pub max_age: Option<i64>,
    /// Authentication context classes, separated by spaces
    /// ([RFC 9470 §4](https://www.rfc-editor.org/rfc/rfc9470#section-4)).
    pub acr_values: Option<String>,
    /// Requested claims, as JSON
    /// ([Core §5.5](https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter)). An API may
    /// demand them in a claims challenge.
    pub claims: Option<String>,
    /// Languages for the provider's pages, separated by spaces.
    pub ui_locales: Option<String>,
    /// The language of the page, sent as `ui_locales` unless these options or the configuration set that.
    pub language: Option<String>,
    /// More parameters. Those that the sign-in sets itself are ignored.
    pub params: Vec<(String, String)>,
    /// Whether to redirect if the browser blocks the popup, or if the silent sign-in fails.
    pub or_redirect: bool,
    /// Seconds after which a popup or a silent sign-in fails. Default: 600 for a popup, 10 for a silent
    /// sign-in.
    pub timeout: Option<i64>,
    /// Aborts the sign-in from outside, unless it has finished or the page is being left.
    pub abort: Option<Abort>,
}

impl SignInOptions {
    /// Sets [`mode`](Self::mode).
    pub fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Sets [`return_to`](Self::return_to).
    pub fn with_return_to(mut self, return_to: ReturnTo) -> Self {
        self.return_to = Some(return_to);
        self
    }

    /// Sets [`login_hint`](Self::login_hint).
    pub fn with_login_hint(mut self, login_hint: impl Into<String>) -> Self {
        self.login_hint = Some(login_hint.into());
        self
    }

    /// Sets [`prompt`](Self::prompt).
    pub fn with_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.prompt = Some(prompt.into());
        self
    }

    /// Sets [`max_age`](Self::max_age), in seconds.
    pub fn with_max_age(mut self, seconds: i64) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// Sets [`acr_values`](Self::acr_values).
    pub fn with_acr_values(mut self, acr_values: impl Into<String>) -> Self {
        self.acr_values = Some(acr_values.into());
        self
    }

    /// Sets [`claims`](Self::claims).
    pub fn with_claims(mut self, claims: impl Into<String>) -> Self {
        self.claims = Some(claims.into());
        self
    }

    /// Sets [`ui_locales`](Self::ui_locales).
    pub fn with_ui_locales(mut self, ui_locales: impl Into<String>) -> Self {
        self.ui_locales = Some(ui_locales.into());
        self
    }

    /// Sets [`language`](Self::language).
    pub fn with_language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// Adds one of the [`params`](Self::params).
    pub fn with_param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// Sets [`or_redirect`](Self::or_redirect).
    pub fn with_redirect_fallback(mut self, or_redirect: bool) -> Self {
        self.or_redirect = or_redirect;
        self
    }

    /// Sets [`timeout`](Self::timeout), in seconds.
    pub fn with_timeout(mut self, seconds: i64) -> Self {
        self.timeout = Some(seconds);
        self
    }

    /// Sets [`abort`](Self::abort).
    pub fn with_abort(mut self, abort: Abort) -> Self {
        self.abort = Some(abort);
        self
    }

    /// The additional parameters of the authorization request: the provider's, overridden by these.
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
                set_param(&mut params, name, value);
            }
        }
        for (name, value) in named {
            if let Some(value) = value {
                set_param(&mut params, name, value);
            }
        }
        if let Some(language) = &self.language
            && !params.iter().any(|(name, _)| name == "ui_locales")
        {
            set_param(&mut params, "ui_locales", language);
        }
        params
    }
}

/// Sets a parameter. It replaces one of the same name.
pub(super) fn set_param(params: &mut Vec<(String, String)>, name: &str, value: &str) {
    params.retain(|(known, _)| known != name);
    params.push((name.to_owned(), value.to_owned()));
}
