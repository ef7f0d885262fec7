//! Settings whose value is one of a few names: where to store, how to sign in, which vendor.

use super::value::{OptionalValue, SettingValue};
use super::value_type::ValueType;
use crate::json::Json;
use serde::Serialize;

/// Makes an enum with the names of its values.
macro_rules! named_values {
    ($($(#[$attribute:meta])+ $name:ident { $($(#[$variant_attribute:meta])+ $variant:ident = $text:literal,)+ })+) => {$(
        $(#[$attribute])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        pub enum $name {
            $($(#[$variant_attribute])+ #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// All names, as they are written in the configuration.
            pub const NAMES: &'static [&'static str] = &[$($text),+];

            /// The name, as it is written in the configuration.
            pub const fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }

            /// The value with this name.
            pub fn from_name(name: &str) -> Option<$name> {
                match name {
                    $($text => Some($name::$variant),)+
                    _ => None,
                }
            }
        }

        impl SettingValue for $name {
            const VALUE_TYPE: ValueType = ValueType::OneOf($name::NAMES);

            fn from_json(value: Json) -> Option<Self> {
                $name::from_name(value.as_str()?)
            }
        }
    )+};
}

named_values! {
    /// Where the session is stored.
    #[derive(Default)]
    #[non_exhaustive]
    Storage {
        /// In the tab's session storage.
        #[default]
        Session = "session",
        /// In the memory of the page.
        Memory = "memory",
    }

    /// How people sign in.
    #[derive(Default)]
    Mode {
        /// The browser leaves the page for the provider and comes back.
        #[default]
        Redirect = "redirect",
        /// In a popup, while the page stays as it is.
        Popup = "popup",
        /// In a hidden iframe, without showing anything to the person (`prompt=none`,
        /// [Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
        Silent = "silent",
    }

    /// Where a provider puts its response: the query or the fragment of the redirect URI
    /// ([OAuth 2.0 Multiple Response Types §2.1](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#ResponseModes)).
    ResponseMode {
        /// In the query, which the page's host sees too.
        Query = "query",
        /// In the fragment, which no host limits the length of.
        Fragment = "fragment",
    }

    /// How people sign in who press a button.
    #[derive(Default)]
    InteractiveMode {
        /// See [`Mode::Redirect`].
        #[default]
        Redirect = "redirect",
        /// See [`Mode::Popup`].
        Popup = "popup",
    }

    /// How the page signs people in when it opens.
    AutoSignIn {
        /// See [`Mode::Silent`].
        Silent = "silent",
        /// See [`Mode::Redirect`].
        Redirect = "redirect",
    }

    /// The vendor of a provider.
    ProviderKind {
        /// Microsoft Entra ID, External ID or Azure AD B2C.
        Microsoft = "microsoft",
        /// Google.
        Google = "google",
        /// Okta.
        Okta = "okta",
        /// Any OpenID Connect issuer.
        Oidc = "oidc",
    }
}

impl OptionalValue for Storage {
    fn is_absent(&self) -> bool {
        *self == Storage::default()
    }
}

impl OptionalValue for InteractiveMode {
    fn is_absent(&self) -> bool {
        *self == InteractiveMode::default()
    }
}

impl From<InteractiveMode> for Mode {
    fn from(mode: InteractiveMode) -> Mode {
        match mode {
            InteractiveMode::Redirect => Mode::Redirect,
            InteractiveMode::Popup => Mode::Popup,
        }
    }
}

impl From<AutoSignIn> for Mode {
    fn from(mode: AutoSignIn) -> Mode {
        match mode {
            AutoSignIn::Silent => Mode::Silent,
            AutoSignIn::Redirect => Mode::Redirect,
        }
    }
}

impl ProviderKind {
    /// The settings of which a provider of this kind needs one, to know its issuer.
    pub(crate) const fn needs_one_of(self) -> &'static [&'static str] {
        match self {
            ProviderKind::Microsoft | ProviderKind::Google => &[],
            ProviderKind::Okta => &["domain", "issuer", "authority"],
            ProviderKind::Oidc => &["issuer", "authority"],
        }
    }
}
