//! Every setting of `vestibule.json`, once: its name, what it takes, where it may stand and what it
//! is for. Validation, the hints for misspelt names and the JSON schema are made from this table.

use crate::FULL;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub name: &'static str,
    pub value_type: ValueType,
    pub required: bool,
    /// The kinds of provider that have it. Empty: all.
    pub kinds: &'static [&'static str],
    /// Empty in the page where nobody reads it: see [`setting`] and [`required`].
    pub description: &'static str,
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// A text that is not empty.
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// Letters, digits, `-`, `_` and `.`.
    Name,
    /// `https`, or `http` on a loopback address.
    Url,
    /// A host name, or an https URL of one.
    Domain,
    Boolean,
    /// Zero or more.
    Seconds,
    /// One or more.
    Duration,
    /// A list of texts that are not empty, or one text with blanks between them.
    Words,
    /// Words among which `openid` is.
    Scope,
    /// A list of texts that are not empty.
    Texts,
    /// A list of origins: `https://host:port`, or `http` on a loopback address, without a path.
    Origins,
    /// An object whose values are texts, numbers, true or false.
    Params,
    Object,
    /// The list of providers.
    Providers,
}

const fn setting(name: &'static str, value_type: ValueType, description: &'static str) -> Setting {
    Setting {
        // The page speaks of what is missing only. The JSON schema, which tells of everything, is
        // made on the host.
        description: if cfg!(target_arch = "wasm32") {
            ""
        } else {
            description
        },
        required: false,
        ..required(name, value_type, description)
    }
}

const fn required(name: &'static str, value_type: ValueType, description: &'static str) -> Setting {
    Setting {
        name,
        value_type,
        required: true,
        kinds: &[],
        // A lean build explains nothing.
        description: if FULL { description } else { "" },
    }
}

impl Setting {
    const fn only(mut self, kinds: &'static [&'static str]) -> Self {
        self.kinds = kinds;
        self
    }

    /// Whether a provider of this kind has the setting.
    pub fn applies_to(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// The settings at the top of the file.
pub const TOP: &[Setting] = &[
    setting(
        "$schema",
        ValueType::Text,
        "The address of the JSON schema, for editors.",
    ),
    required(
        "providers",
        ValueType::Providers,
        "The sign-in providers, in the order in which they are offered.",
    ),
    setting(
        "scope",
        ValueType::Scope,
        "The scopes to ask for. Default: openid profile email.",
    ),
    setting(
        "redirect_uri",
        ValueType::Url,
        "Where providers send people back to: the page's own address, exactly as registered. Default: the address of the page without query.",
    ),
    setting(
        "post_logout_redirect_uri",
        ValueType::Url,
        "Where providers send people after sign-out, exactly as registered. Default: the redirect URI.",
    ),
    setting(
        "api_origins",
        ValueType::Origins,
        "The origins of your APIs, like https://api.example.com: the only ones that auth.fetch sends the access token to. Default: none.",
    ),
    setting(
        "popup_redirect_uri",
        ValueType::Url,
        "Where providers send popups and hidden frames back to: the address of callback.html, exactly as registered. Default: callback.html in the folder of the redirect URI.",
    ),
    setting(
        "mode",
        ValueType::OneOf(&["redirect", "popup"]),
        "Whether people sign in in the page's place or in a window beside it. Default: redirect.",
    ),
    setting(
        "auto_sign_in",
        ValueType::OneOf(&["silent", "redirect"]),
        "Whether the page signs people in by itself when it is opened, once in a tab: in a hidden frame without asking at the first provider, or by going to the only provider. Default: people choose.",
    ),
    setting(
        "silent_renew",
        ValueType::Boolean,
        "Whether sessions without a refresh token are renewed in a hidden frame. Most browsers keep the provider's cookies from it, unless provider and page are of one site. Default: false.",
    ),
    setting(
        "share_session",
        ValueType::Boolean,
        "Whether the tabs of this page's origin share the session. Default: true.",
    ),
    setting(
        "several_accounts",
        ValueType::Boolean,
        "Whether people can be signed in with several accounts at once and switch between them. Default: false, a further sign-in takes the place of the one before.",
    ),
    setting(
        "storage",
        ValueType::OneOf(super::Storage::NAMES),
        "Where the session is kept: session (the tab's session storage, also over a reload) or memory (gone with the last open page). Default: session.",
    ),
    setting(
        "max_session",
        ValueType::Duration,
        "Seconds after the sign-in at which the session ends, however often it was renewed. Default: as long as the provider allows.",
    ),
    setting(
        "idle_timeout",
        ValueType::Duration,
        "Seconds without pointer, key, touch or scrolling in any tab after which the session ends. People are warned, and can stay. Default: never.",
    ),
];

/// The settings of a provider.
pub const PROVIDER: &[Setting] = &[
    required("id", ValueType::Name, "Your name for the provider, unique in the file. Sessions are tied to it."),
    required("kind", ValueType::OneOf(super::ProviderKind::NAMES), "The vendor; oidc for any OpenID Connect issuer."),
    required("client_id", ValueType::Text, "The client id (application id) that the provider gave this page."),
    setting("redirect_uri", ValueType::Url, "Where this provider alone sends people back to: a copy of index.html beside it, like https://app.example.com/login/okta.html. Keeps apart providers that do not name themselves in their answers (RFC 9207)."),
    setting("popup_redirect_uri", ValueType::Url, "The same for popups and silent sign-in: a copy of callback.html beside it."),
    setting("label", ValueType::Text, "The name on the button. Default: the vendor's name."),
    setting("icon", ValueType::Text, "The address of a picture for the button, beside the page or on https."),
    setting("enabled", ValueType::Boolean, "false takes the provider out of the picker. Default: true."),
    setting("scope", ValueType::Scope, "The scopes to ask this provider for, instead of the file's scope."),
    setting("tenant", ValueType::Text, "The tenant's id (GUID) or domain, organizations, common or consumers.").only(&["microsoft"]),
    setting("allowed_tenants", ValueType::Texts, "The ids (GUIDs) of the only tenants whose people may sign in.").only(&["microsoft"]),
    setting("domain_hint", ValueType::Text, "The domain of the directory to send people to without asking (organizations and common).").only(&["microsoft"]),
    setting("client_secret", ValueType::Text, "Google demands one of web clients. Everybody who opens the page can read it: it keeps nothing secret.").only(&["google"]),
    setting("hd", ValueType::Text, "The Google Workspace domain whose people may sign in; * for any Workspace.").only(&["google"]),
    setting("domain", ValueType::Domain, "The Okta domain, like dev-1.okta.com.").only(&["okta"]),
    setting("authorization_server", ValueType::Name, "The id of the Okta authorization server, like default. Absent: the org server.").only(&["okta"]),
    setting("idp", ValueType::Name, "The id of the identity provider that Okta sends people on to.").only(&["okta"]),
    setting("issuer", ValueType::Url, "The issuer, or the address of its /.well-known/openid-configuration."),
    setting("authority", ValueType::Url, "Another name for issuer. For microsoft the address of the directory, of any cloud, External ID or a B2C policy; issuer beside it is what it has to name itself."),
    setting("metadata", ValueType::Object, "The discovery document itself, for a provider whose own cannot be read from a page."),
    setting("jwks", ValueType::Object, "The key set itself, for a provider whose own cannot be read from a page."),
    setting("token_endpoint", ValueType::Url, "A token endpoint of your own that stands in front of the provider's."),
    setting("end_session_endpoint", ValueType::Url, "The sign-out address of a provider whose discovery document names none."),
    setting("end_session_params", ValueType::Params, "More parameters for the sign-out address."),
    setting("userinfo", ValueType::Boolean, "Whether userinfo completes an ID token without name or e-mail address. Default: true, for microsoft false."),
    setting("require_email", ValueType::Boolean, "true keeps people out whose e-mail address the provider does not tell. Default: false."),
    setting("revoke", ValueType::Boolean, "Whether sign-out takes the tokens back, where the provider offers that (RFC 7009). Default: true, for google false, as it takes back the person's consent too."),
    setting("authorization_params", ValueType::Params, "More parameters for the authorization endpoint."),
    setting("token_params", ValueType::Params, "More parameters for the token endpoint."),
    setting("prompt", ValueType::Words, "OpenID Connect prompt: login, consent, select_account or create."),
    setting("login_hint", ValueType::Text, "The account to suggest."),
    setting("max_age", ValueType::Seconds, "How long ago, in seconds, people may have signed in at the provider at the most."),
    setting("acr_values", ValueType::Words, "The authentication context classes to ask for."),
    setting("ui_locales", ValueType::Words, "The languages for the provider's pages."),
    setting("resource", ValueType::Texts, "The resources (RFC 8707) that the access token is for."),
];

/// Parameters that the flow itself sets; `authorization_params` and its like may not.
pub const RESERVED_PARAMS: &[&str] = &[
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

/// The known name nearest to `written`, where one is near enough to be meant.
pub fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest_provider_setting(written: &str) -> Option<&'static str> {
        nearest(written, PROVIDER.iter().map(|setting| setting.name))
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
