//! `vestibule.json`: what an administrator writes, as types. Reading and judging it is in
//! [`validate`](self), the table of every setting in [`setting`]; what a provider makes of its
//! settings is in [`crate::provider`].

mod addresses;
mod issue;
mod resolve;
pub mod schema;
pub mod setting;
mod validate;

pub use addresses::Addresses;
pub(crate) use addresses::folder;
pub use issue::ConfigIssue;
pub(crate) use issue::{IssueLocation, IssueReporter};
pub use resolve::ResolvedConfig;

use crate::json::{Json, JsonError, Object};
use issue::IssueList;
use oauth2::{ClientId, ClientSecret};

/// A configuration without issues.
#[derive(Debug, Clone)]
pub struct Config {
    /// The enabled providers, in the order in which they are offered. Never empty.
    pub providers: Vec<ProviderConfig>,
    /// Where providers send people back to. Default: the page's own address.
    pub redirect_uri: Option<String>,
    /// Where providers send popups and hidden frames back to. Default: `callback.html` beside the
    /// redirect URI.
    pub popup_redirect_uri: Option<String>,
    /// Where the provider is met.
    pub mode: Mode,
    /// How the page signs people in by itself when it is opened.
    pub auto_sign_in: Option<Mode>,
    /// Whether sessions without a refresh token are renewed silently.
    pub silent_renew: bool,
    /// Where providers send people after sign-out. Default: the redirect URI.
    pub post_logout_redirect_uri: Option<String>,
    /// The only origins that the access token is sent to, apart from the provider's own.
    pub api_origins: Vec<String>,
    /// Whether the tabs of this origin share the session.
    pub share_session: bool,
    /// Whether a further sign-in keeps who is signed in already.
    pub several_accounts: bool,
    pub storage: Storage,
    /// Seconds from the sign-in to the end of the session at the latest.
    pub max_session: Option<i64>,
    /// Seconds without a person after which the session ends.
    pub idle_timeout: Option<i64>,
}

/// Where the session is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// In the tab's session storage.
    Session,
    /// In the page alone.
    Memory,
}

impl Storage {
    pub const NAMES: &'static [&'static str] = &["session", "memory"];
}

/// Where the provider is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The page is left, and comes back.
    #[default]
    Redirect,
    /// In a window beside the page, which stays as it is.
    Popup,
    /// In a frame that nobody sees, without asking the person anything (`prompt=none`, Core §3.1.2.1).
    Silent,
}

impl Mode {
    /// The mode of this name, as the configuration and JavaScript call it.
    pub fn from_name(name: &str) -> Option<Mode> {
        match name {
            "redirect" => Some(Mode::Redirect),
            "popup" => Some(Mode::Popup),
            "silent" => Some(Mode::Silent),
            _ => None,
        }
    }
}

/// One entry of `providers`.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// The administrator's name for it, unique in the file.
    pub id: String,
    pub kind: ProviderKind,
    pub client_id: ClientId,
    pub label: Option<String>,
    /// The address of a picture, relative to the page or absolute.
    pub icon: Option<String>,
    /// Where this provider alone sends people back to. Answers that come to another address are not its
    /// own (RFC 9700 §4.4.2.2).
    pub redirect_uri: Option<String>,
    /// The same for popups and hidden frames.
    pub popup_redirect_uri: Option<String>,
    /// Always holds `openid`.
    pub scope: Vec<String>,
    /// Without a `/.well-known/openid-configuration` at its end.
    pub issuer: Option<String>,
    /// Likewise.
    pub authority: Option<String>,
    /// The discovery document itself, for providers that pages cannot read it from.
    pub metadata: Option<Object>,
    /// The key set itself, likewise.
    pub jwks: Option<Object>,
    /// Replaces the token endpoint of the metadata: the administrator's own proxy.
    pub token_endpoint: Option<String>,
    /// Replaces the sign-out address of the metadata, or stands in for it.
    pub end_session_endpoint: Option<String>,
    pub end_session_params: Vec<(String, String)>,
    /// Whether userinfo is asked; else the vendor's default.
    pub userinfo: Option<bool>,
    pub require_email: bool,
    /// Whether sign-out revokes the tokens; else the vendor's default.
    pub revoke: Option<bool>,
    pub authorization_params: Vec<(String, String)>,
    pub token_params: Vec<(String, String)>,
    pub prompt: Option<String>,
    pub login_hint: Option<String>,
    /// Seconds.
    pub max_age: Option<i64>,
    pub acr_values: Option<String>,
    pub ui_locales: Option<String>,
    pub resource: Vec<String>,
}

impl ProviderConfig {
    /// `issuer`, or `authority` where it stands for it.
    pub fn address(&self) -> Option<&str> {
        self.issuer.as_deref().or(self.authority.as_deref())
    }
}

/// The vendor, with the settings that only it has.
#[derive(Debug, Clone)]
pub enum ProviderKind {
    Microsoft {
        /// A tenant's GUID or domain, `organizations`, `common` or `consumers`.
        tenant: Option<String>,
        /// GUIDs of the only tenants whose people may sign in. Empty: all.
        allowed_tenants: Vec<String>,
        /// The directory to send people to without asking.
        domain_hint: Option<String>,
    },
    Google {
        /// Google demands one of web clients. In a page it is public, not a secret.
        client_secret: Option<ClientSecret>,
        /// The Workspace domain whose people may sign in.
        hd: Option<String>,
    },
    Okta {
        domain: Option<String>,
        authorization_server: Option<String>,
        /// The identity provider that Okta sends people on to.
        idp: Option<String>,
    },
    Oidc,
}

impl ProviderKind {
    pub const NAMES: &'static [&'static str] = &["microsoft", "google", "okta", "oidc"];

    pub fn name(&self) -> &'static str {
        match self {
            ProviderKind::Microsoft { .. } => "microsoft",
            ProviderKind::Google { .. } => "google",
            ProviderKind::Okta { .. } => "okta",
            ProviderKind::Oidc => "oidc",
        }
    }
}

/// Why there is no configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigError {
    /// Nothing there (HTTP 404 or 410).
    Missing,
    /// Another HTTP status than success.
    Status(u16),
    /// No answer: network, or another origin without CORS.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// A web page instead of JSON, as hosts send that answer every address with `index.html`.
    Html,
    /// Not JSON.
    Malformed(JsonError),
    /// JSON with issues, all of them.
    Invalid(Vec<ConfigIssue>),
}

impl Config {
    /// Reads the text of a `vestibule.json` and tells every issue in it at once.
    ///
    /// # Errors
    /// [`ConfigError::Html`], [`ConfigError::Malformed`] or [`ConfigError::Invalid`].
    pub fn from_text(text: &[u8]) -> Result<Config, ConfigError> {
        Config::read::<IssueList>(text)
    }

    fn read<R: IssueReporter>(text: &[u8]) -> Result<Config, ConfigError> {
        match Json::parse(text) {
            Ok(json) => validate::config::<R>(&json).map_err(ConfigError::Invalid),
            Err(_) if looks_like_html(text) => Err(ConfigError::Html),
            Err(error) => Err(ConfigError::Malformed(error)),
        }
    }
}

fn looks_like_html(text: &[u8]) -> bool {
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}
