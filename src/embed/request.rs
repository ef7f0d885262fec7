//! What the scripts ask for: the arguments of each method, as JSON. A member of the wrong type counts as
//! absent.

use crate::json::{Json, lenient};
use crate::protocol::url::ReturnTo;
use crate::session::SignOutOptions;
use crate::session::{Mode, SignInOptions};
use serde::{Deserialize, Deserializer};

/// The arguments of `login`, and the attributes of an element that signs in.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct LoginRequest {
    /// Identifies this sign-in to `abort`.
    pub login_id: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    pub provider: Option<String>,
    #[serde(deserialize_with = "lenient")]
    mode: Option<String>,
    #[serde(deserialize_with = "lenient")]
    return_to: Option<String>,
    #[serde(deserialize_with = "lenient")]
    login_hint: Option<String>,
    #[serde(deserialize_with = "lenient")]
    prompt: Option<String>,
    #[serde(deserialize_with = "seconds")]
    max_age: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    acr_values: Option<String>,
    #[serde(deserialize_with = "lenient")]
    claims: Option<String>,
    #[serde(deserialize_with = "lenient")]
    ui_locales: Option<String>,
    #[serde(deserialize_with = "lenient")]
    or_redirect: Option<bool>,
    #[serde(deserialize_with = "seconds")]
    timeout: Option<i64>,
}

impl LoginRequest {
    pub fn into_options(self) -> SignInOptions {
        SignInOptions {
            mode: self.mode.as_deref().and_then(Mode::from_name),
            return_to: self.return_to.as_deref().and_then(ReturnTo::parse),
            login_hint: self.login_hint,
            prompt: self.prompt,
            max_age: self.max_age,
            acr_values: self.acr_values,
            claims: self.claims,
            ui_locales: self.ui_locales,
            or_redirect: self.or_redirect.unwrap_or_default(),
            timeout: self.timeout,
            ..SignInOptions::default()
        }
    }
}

/// The arguments of `token`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct TokenRequest {
    /// How long the token has to be valid, in seconds.
    #[serde(deserialize_with = "seconds")]
    pub min_validity: Option<i64>,
    /// An access token that an API has rejected.
    #[serde(deserialize_with = "lenient")]
    pub rejected: Option<String>,
}

/// The arguments of `logout`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LogoutRequest {
    #[serde(deserialize_with = "lenient")]
    local: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    all: Option<bool>,
}

impl LogoutRequest {
    pub fn into_options(self) -> SignOutOptions {
        SignOutOptions {
            local: self.local.unwrap_or_default(),
            all: self.all.unwrap_or_default(),
        }
    }
}

/// The arguments of `switchAccount`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SwitchAccountRequest {
    /// The account's id.
    pub account: String,
}

/// The arguments of `abort`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AbortRequest {
    /// The sign-in to abort.
    pub login_id: Option<i64>,
}

/// The attributes of an element.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ElementOptions {
    /// The ids of the only providers to offer, separated by spaces. Empty: all.
    #[serde(deserialize_with = "lenient")]
    pub providers: Option<String>,
    /// The language of the page around it, as a tag. Absent if it's the document's.
    #[serde(deserialize_with = "lenient")]
    pub lang: Option<String>,
}

/// Seconds may have a fraction, which is dropped.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Json::deserialize(deserializer)?.as_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::from_str;

    #[test]
    fn sign_in_options_have_javascript_names() {
        let request: LoginRequest = from_str(
            r#"{"provider":"work","mode":"popup","returnTo":"/orders?open","loginHint":"ada","maxAge":5.5,
                "acrValues":"phr","uiLocales":"de","orRedirect":true,"loginId":7,"unknown":{}}"#,
        )
        .unwrap();
        assert_eq!(request.provider.as_deref(), Some("work"));
        assert_eq!(request.login_id, Some(7));
        let options = request.into_options();
        assert_eq!(options.mode, Some(Mode::Popup));
        assert_eq!(options.return_to, ReturnTo::parse("/orders?open"));
        assert_eq!(options.login_hint.as_deref(), Some("ada"));
        assert_eq!(options.max_age, Some(5));
        assert_eq!(options.acr_values.as_deref(), Some("phr"));
        assert_eq!(options.ui_locales.as_deref(), Some("de"));
        assert!(options.or_redirect);
        assert_eq!(options.timeout, None);
    }

    #[test]
    fn ignores_members_of_the_wrong_type() {
        let request: LoginRequest =
            from_str(r#"{"prompt":["login"],"maxAge":"soon","orRedirect":"yes","claims":null}"#)
                .unwrap();
        let options = request.into_options();
        assert_eq!(options.prompt, None);
        assert_eq!(options.max_age, None);
        assert_eq!(options.claims, None);
        assert!(!options.or_redirect);
    }
}
