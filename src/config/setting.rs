//! One setting of `vestibule.json` as data, and the macro that makes a struct of settings and its
//! table from one declaration. The settings are in `settings`.

use super::named::ProviderKind;
use super::value_type::ValueType;

/// One setting.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Setting {
    /// The name, as it is written in the file.
    pub name: &'static str,
    /// What the setting accepts.
    pub value_type: ValueType,
    /// Whether the file must have it.
    pub required: bool,
    /// The kinds of provider that have it. Empty: all.
    pub kinds: &'static [ProviderKind],
    /// What it is for, from the field's documentation. In WebAssembly, which makes no schema, only
    /// required settings have one: it is the remedy when they are missing.
    pub description: &'static str,
}

impl Setting {
    /// Whether a provider of this kind has the setting.
    pub fn applies_to(&self, kind: ProviderKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// Parameters that the flow itself sets. `authorization_params` and the like can't have them.
pub(crate) const RESERVED_PARAMS: &[&str] = &[
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "id_token_hint",
    "nonce",
    "post_logout_redirect_uri",
    "redirect_uri",
    "refresh_token",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

/// Returns the known name nearest to `written`, if one is near enough to be meant.
pub(super) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = written.to_ascii_lowercase().replace(['-', ' '], "_");
    known
        .map(|name| {
            (
                strsim::damerau_levenshtein(&folded.replace('_', ""), &name.replace('_', "")),
                name,
            )
        })
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= name.len().div_ceil(3))
        .map(|(_, name)| name)
}

/// Declares a struct of settings. From each field it makes the member that serde reads and writes,
/// and an entry of the struct's table `SETTINGS`: the name and the type from the field, the
/// description from its documentation, which must be plain text.
///
/// `#[only(Okta)]` restricts a setting to a kind of provider.
macro_rules! settings {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident;
        required {$(
            $(#[doc = $required_doc:literal])+
            $required:ident: $required_type:ty,
        )*}
        optional {$(
            $(#[doc = $doc:literal])+
            $(#[only($kind:ident)])?
            $field:ident $(as $renamed:literal)?: $type:ty,
        )+}
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
        // For other formats: our reader skips unknown members (`from_json_strict`).
        #[serde(deny_unknown_fields)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[doc = $required_doc])+
                #[serde(deserialize_with = "SettingValue::deserialize")]
                pub $required: $required_type,
            )*
            $(
                $(#[doc = $doc])+
                #[serde(
                    default,
                    deserialize_with = "SettingValue::deserialize",
                    skip_serializing_if = "OptionalValue::is_absent"
                )]
                $(#[serde(rename = $renamed)])?
                pub $field: $type,
            )+
        }

        impl $name {
            /// Every setting, in the order of the fields.
            pub const SETTINGS: &'static [Setting] = &[
                $(Setting {
                    name: stringify!($required),
                    value_type: <$required_type as SettingValue>::VALUE_TYPE,
                    required: true,
                    kinds: &[],
                    description: concat!($($required_doc),+).trim_ascii(),
                },)*
                $(Setting {
                    name: setting_name!($field $($renamed)?),
                    value_type: <$type as SettingValue>::VALUE_TYPE,
                    required: false,
                    kinds: &[$(ProviderKind::$kind)?],
                    description: if cfg!(target_arch = "wasm32") {
                        ""
                    } else {
                        concat!($($doc),+).trim_ascii()
                    },
                },)+
            ];

            /// The names of [`SETTINGS`](Self::SETTINGS), without the rest of the table, which the page needn't
            /// contain.
            const NAMES: [&'static str; Self::SETTINGS.len()] = {
                let mut names = [""; Self::SETTINGS.len()];
                let mut index = 0;
                while index < names.len() {
                    names[index] = Self::SETTINGS[index].name;
                    index += 1;
                }
                names
            };

            /// Reads the settings from JSON that has no other members: our deserializer skips those that
            /// it doesn't know (`json::de::Fields`).
            pub(super) fn from_json_strict(value: Json) -> Option<Self> {
                let members = value.as_object()?;
                let known = members.iter().all(|(name, _)| Self::NAMES.contains(&name));
                known.then(|| json::from_value(value).ok()).flatten()
            }

            /// The settings here that only one kind of provider has: their names and that kind.
            #[allow(dead_code, reason = "the file itself and the brand have none")]
            pub(super) fn vendor_settings(&self) -> Vec<(&'static str, ProviderKind)> {
                let settings: &[Option<(&'static str, ProviderKind)>] = &[$($(
                    (!self.$field.is_absent())
                        .then_some((stringify!($field), ProviderKind::$kind)),
                )?)+];
                settings.iter().flatten().copied().collect()
            }
        }
    };
}

/// The name that a setting has in the file.
macro_rules! setting_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $renamed:literal) => {
        $renamed
    };
}

pub(super) use {setting_name, settings};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProviderConfig;

    fn nearest_provider_setting(written: &str) -> Option<&'static str> {
        nearest(
            written,
            ProviderConfig::SETTINGS.iter().map(|setting| setting.name),
        )
    }

    #[test]
    fn names_the_setting_that_was_meant() {
        for (written, meant) in [
            ("clientId", "client_id"),
            ("client-id", "client_id"),
            ("cliend_id", "client_id"),
            ("Issuer", "issuer"),
            ("isuer", "issuer"),
            ("authorizationServer", "authorization_server"),
            ("lable", "label"),
        ] {
            assert_eq!(nearest_provider_setting(written), Some(meant), "{written}");
        }
    }

    #[test]
    fn names_nothing_when_nothing_is_near() {
        assert_eq!(nearest_provider_setting("colour_of_the_sky"), None);
        assert_eq!(nearest_provider_setting(""), None);
    }
}
