//! The errors of a sign-in: a stable code each, who has to act, and whether another attempt can help. The
//! sentences for people are in [`crate::ui`].

use serde::{Deserialize, Serialize};
use std::fmt;

/// An error that the user interface shows as a sentence.
///
/// It holds no token, code, verifier or secret: [`details`](Error::details) consists of what a provider says
/// about an error and of names of claims, for the administrator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Error {
    /// What went wrong. Its name is stable.
    pub code: ErrorCode,
    /// The step that failed.
    pub phase: Phase,
    /// The id of the provider, if the step concerns one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What an administrator needs to find the cause, in English. Shown on request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// The cause, if the vendor's own words or number name it. It decides which sentence people see, never
    /// what the program does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<VendorCause>,
}

/// The result of a step that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The step of a sign-in that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Phase {
    /// Reading `vestibule.json`.
    Configuration,
    /// Reading the provider's metadata.
    Discovery,
    /// The authorization request and the provider's response to it.
    Authorization,
    /// The token request.
    Token,
    /// Validating the ID token.
    IdToken,
    /// The userinfo request.
    Userinfo,
    /// Keeping or renewing the session.
    Session,
}

impl Phase {
    /// The stable name, in kebab-case.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Configuration => "configuration",
            Phase::Discovery => "discovery",
            Phase::Authorization => "authorization",
            Phase::Token => "token",
            Phase::IdToken => "id-token",
            Phase::Userinfo => "userinfo",
            Phase::Session => "session",
        }
    }
}

/// Who can fix an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Responsible {
    /// The person who signs in.
    Person,
    /// Whoever wrote `vestibule.json` and registered the application.
    Administrator,
    /// The provider: its response was wrong or missing.
    Provider,
}

/// A cause that says more than the code. For most of them, vendors have their own names and numbers, which
/// [`crate::provider`] maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum VendorCause {
    /// The client is registered as a confidential client, not as a single-page application.
    NotSinglePage,
    /// Something other than a page tried to exchange the code of a single-page application.
    NotFromPage,
    /// A public client sent a secret.
    SecretSent,
    /// The provider demands a secret even of pages.
    SecretMissing,
    /// The redirect URI isn't registered.
    RedirectUriUnknown,
    /// The provider has no client of this id.
    ClientUnknown,
    /// The tenant doesn't exist.
    TenantUnknown,
    /// The authorization server doesn't exist.
    AuthorizationServerUnknown,
    /// The account belongs to another directory.
    AccountElsewhere,
    /// The application or its address is for another type of account.
    AccountTypeForbidden,
    /// Nobody has a session at the provider, and the request forbids its sign-in page.
    NotSignedIn,
    /// Several accounts are signed in at the provider, or none that the directory knows.
    AccountChoiceNeeded,
    /// The account isn't assigned to the application.
    NotAssigned,
    /// The directory has disabled the account.
    AccountDisabled,
    /// The application is registered for one tenant, but used for several.
    NotMultiTenant,
    /// The directory has disabled the application.
    ApplicationDisabled,
    /// A policy of the organization forbids it.
    PolicyForbids,
    /// A policy of the organization forbids the device.
    DeviceForbidden,
    /// A policy forbids accounts of one tenant to use another.
    TenantForbidden,
    /// No access policy of the authorization server covers the request.
    AccessPolicyMissing,
    /// The provider demands a second factor.
    SecondFactorNeeded,
    /// The person or an administrator hasn't consented yet.
    ConsentNeeded,
    /// The person declined to consent.
    ConsentDeclined,
    /// The provider doesn't know a requested scope.
    ScopeUnknown,
    /// The provider refuses the requested resource.
    ResourceRefused,
    /// The directory or the application's registration lacks the requested API.
    ResourceUnknown,
    /// The code was used before, is too old or isn't a code.
    CodeInvalid,
    /// The code verifier doesn't match the challenge.
    PkceFailed,
    /// The ID token is signed with a shared secret.
    SharedSecretSignature,
    /// The provider demands tokens that are bound to a key (DPoP).
    DpopRequired,
    /// The refresh token is expired, revoked or used up.
    RefreshTokenInvalid,
    /// The organization limits how long a sign-in lasts.
    SignInFrequency,
    /// The person or an administrator revoked the tokens.
    TokensRevoked,
    /// The refresh token wasn't used for too long.
    RefreshTokenUnused,
    /// The person chose to reset their password.
    PasswordForgotten,
    /// The person cancelled.
    Cancelled,
    /// The provider limits the rate of requests.
    TooManyRequests,
    /// The person took too long at the provider.
    SignInExpired,
    /// There is no discovery document at its address.
    DocumentMissing,
    /// The address of the discovery document redirects.
    DocumentElsewhere,
    /// The ID token is for somebody else, too, or only.
    WrongAudience,
}

impl VendorCause {
    /// Every cause.
    pub(crate) const ALL: &'static [VendorCause] = &[
        VendorCause::NotSinglePage,
        VendorCause::NotFromPage,
        VendorCause::SecretSent,
        VendorCause::SecretMissing,
        VendorCause::RedirectUriUnknown,
        VendorCause::ClientUnknown,
        VendorCause::TenantUnknown,
        VendorCause::AuthorizationServerUnknown,
        VendorCause::AccountElsewhere,
        VendorCause::AccountTypeForbidden,
        VendorCause::NotSignedIn,
        VendorCause::AccountChoiceNeeded,
        VendorCause::NotAssigned,
        VendorCause::AccountDisabled,
        VendorCause::NotMultiTenant,
        VendorCause::ApplicationDisabled,
        VendorCause::PolicyForbids,
        VendorCause::DeviceForbidden,
        VendorCause::TenantForbidden,
        VendorCause::AccessPolicyMissing,
        VendorCause::SecondFactorNeeded,
        VendorCause::ConsentNeeded,
        VendorCause::ConsentDeclined,
        VendorCause::ScopeUnknown,
        VendorCause::ResourceRefused,
        VendorCause::ResourceUnknown,
        VendorCause::CodeInvalid,
        VendorCause::PkceFailed,
        VendorCause::SharedSecretSignature,
        VendorCause::DpopRequired,
        VendorCause::RefreshTokenInvalid,
        VendorCause::SignInFrequency,
        VendorCause::TokensRevoked,
        VendorCause::RefreshTokenUnused,
        VendorCause::PasswordForgotten,
        VendorCause::Cancelled,
        VendorCause::TooManyRequests,
        VendorCause::SignInExpired,
        VendorCause::DocumentMissing,
        VendorCause::DocumentElsewhere,
        VendorCause::WrongAudience,
    ];
}

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal, $responsible:ident, $retryable:literal;)+) => {
        /// The stable name of an error. Programs may depend on [`as_str`](ErrorCode::as_str), which is also
        /// what serde reads and writes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize)]
        #[non_exhaustive]
        pub enum ErrorCode { $($(#[doc = $doc])+ #[serde(rename = $text)] $variant,)+ }

        impl ErrorCode {
            /// Every code, in the order of a sign-in.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)+];

            /// The code in kebab-case, as in JavaScript and the documentation.
            pub const fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$variant => $text,)+ }
            }

            /// Who can fix it.
            pub fn responsible(self) -> Responsible {
                match self { $(ErrorCode::$variant => Responsible::$responsible,)+ }
            }

            /// Whether the same attempt can succeed when repeated.
            pub fn retryable(self) -> bool {
                match self { $(ErrorCode::$variant => $retryable,)+ }
            }
        }
    };
}

error_codes! {
    /// `vestibule.json` has mistakes, or doesn't suit the page.
    ConfigInvalid = "config-invalid", Administrator, false;
    /// The browser has no `crypto.subtle`: the page isn't on `https` or loopback.
    CryptoUnavailable = "crypto-unavailable", Administrator, false;
    /// Session storage is forbidden or full.
    StorageUnavailable = "storage-unavailable", Person, true;
    /// The browser says it is offline.
    NetworkOffline = "network-offline", Person, true;
    /// There was no response in time.
    NetworkTimeout = "network-timeout", Provider, true;
    /// The provider's metadata couldn't be fetched: wrong address, network or CORS.
    DiscoveryUnreachable = "discovery-unreachable", Administrator, true;
    /// The provider's metadata breaks a rule of OpenID Connect Discovery §3.
    DiscoveryInvalid = "discovery-invalid", Administrator, false;
    /// The metadata names another issuer than the configuration (Discovery §4.3).
    IssuerMismatch = "issuer-mismatch", Administrator, false;
    /// The browser blocked the sign-in window.
    PopupBlocked = "popup-blocked", Person, true;
    /// The sign-in window was closed before the provider answered.
    PopupClosed = "popup-closed", Person, true;
    /// The sign-in window was open for too long.
    PopupTimeout = "popup-timeout", Person, true;
    /// A redirect can't start: the page is in a frame of another site, and providers refuse to be framed.
    RedirectInFrame = "redirect-in-frame", Person, false;
    /// The hidden iframe of a silent sign-in shows a page instead of returning a response.
    SilentRefused = "silent-refused", Administrator, false;
    /// The hidden iframe of a silent sign-in returned no response in time.
    SilentTimeout = "silent-timeout", Provider, true;
    /// The page that started the sign-in aborted it.
    Aborted = "aborted", Person, true;
    /// The response's sign-in is unknown here: started elsewhere, too long ago, or completed already.
    StateUnknown = "state-unknown", Person, true;
    /// The response comes from another provider than the request went to (RFC 9207, RFC 9700 §4.4).
    ResponseMixedUp = "response-mixed-up", Provider, true;
    /// The response breaks a rule of RFC 6749 §4.1.2.
    ResponseInvalid = "response-invalid", Provider, true;
    /// The person or the provider declined (`access_denied`).
    ProviderDenied = "provider-denied", Person, true;
    /// Nobody is signed in at the provider, and the request forbids its sign-in page (`login_required`).
    LoginRequired = "login-required", Person, true;
    /// The provider needs to ask the person something (`interaction_required`,
    /// `account_selection_required`).
    InteractionRequired = "interaction-required", Person, true;
    /// The provider needs the person's consent (`consent_required`).
    ConsentRequired = "consent-required", Person, true;
    /// The provider is temporarily unavailable (`temporarily_unavailable`, `server_error`).
    ProviderUnavailable = "provider-unavailable", Provider, true;
    /// The provider refused the request (`invalid_request`, `unauthorized_client`, `invalid_scope`, …).
    RequestRejected = "request-rejected", Administrator, false;
    /// The token endpoint couldn't be reached or read: network, CORS or the type of registration.
    TokenUnreachable = "token-unreachable", Administrator, true;
    /// The token endpoint rejected the request.
    TokenRejected = "token-rejected", Administrator, true;
    /// The token response breaks a rule of RFC 6749 §5.1 or Core §3.1.3.3.
    TokenInvalid = "token-invalid", Provider, true;
    /// The provider's keys couldn't be fetched.
    KeysUnreachable = "keys-unreachable", Administrator, true;
    /// The ID token isn't a signed JWT, or an unsafe one.
    IdTokenInvalid = "id-token-invalid", Provider, true;
    /// The ID token's signature is wrong, or none of the provider's keys matches it.
    IdTokenSignature = "id-token-signature", Provider, true;
    /// A claim of the ID token breaks a rule of OpenID Connect Core §3.1.3.7.
    IdTokenClaim = "id-token-claim", Provider, true;
    /// A time in the ID token contradicts the device's clock.
    ClockSkew = "clock-skew", Person, true;
    /// The configuration doesn't allow the account.
    AccountNotAllowed = "account-not-allowed", Person, true;
    /// The provider sent no e-mail address, and the configuration requires one.
    EmailMissing = "email-missing", Administrator, true;
    /// Userinfo is about somebody else than the ID token (Core §5.3.2).
    UserinfoSubject = "userinfo-subject", Provider, true;
    /// The provider issued no access token, and the page asks for one to call an API.
    AccessTokenMissing = "access-token-missing", Administrator, false;
    /// The session has ended.
    SessionExpired = "session-expired", Person, true;
}

impl ErrorCode {
    /// The code for a provider's `error` that means the same at every endpoint
    /// ([RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1),
    /// [Core §3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError)). `None` for others.
    pub fn of_provider(error: &str) -> Option<ErrorCode> {
        Some(match error {
            // The last two are LinkedIn's and Apple's.
            "access_denied" | "user_cancelled_login" | "user_cancelled_authorize" => {
                ErrorCode::ProviderDenied
            }
            "login_required" => ErrorCode::LoginRequired,
            "interaction_required" | "account_selection_required" => ErrorCode::InteractionRequired,
            "consent_required" => ErrorCode::ConsentRequired,
            "temporarily_unavailable" | "server_error" => ErrorCode::ProviderUnavailable,
            _ => return None,
        })
    }
}

impl Error {
    /// An error without provider, details and cause.
    pub fn new(code: ErrorCode, phase: Phase) -> Self {
        Error {
            code,
            phase,
            provider: None,
            details: None,
            cause: None,
        }
    }

    /// Adds what an administrator needs to know, as one line of bounded length.
    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(sanitize(&details.into()));
        self
    }

    /// Adds the cause.
    pub fn because(mut self, cause: VendorCause) -> Self {
        self.cause = Some(cause);
        self
    }

    /// Adds the id of the provider that it concerns.
    pub fn provider(mut self, id: &str) -> Self {
        self.provider = Some(id.to_owned());
        self
    }

    /// Removes these from the details: in its reason, a provider may quote what it was sent.
    pub fn redact(mut self, secrets: &[&str]) -> Self {
        if let Some(details) = &mut self.details {
            for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
                *details = details.replace(secret, "…");
            }
        }
        self
    }

    /// Whether another attempt can help.
    pub fn retryable(&self) -> bool {
        self.code.retryable()
    }

    /// Whether there was no response, rather than a wrong one.
    pub fn is_network(&self) -> bool {
        matches!(
            self.code,
            ErrorCode::NetworkOffline | ErrorCode::NetworkTimeout
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        if let Some(provider) = &self.provider {
            write!(f, " with provider {provider}")?;
        }
        match &self.details {
            Some(details) => write!(f, ": {details}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// Makes a provider's text one line of bounded length, without control characters and without those that
/// change the direction of writing.
fn sanitize(text: &str) -> String {
    const LIMIT: usize = 600;
    let mut tidied: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_direction(*c))
        .take(LIMIT + 1)
        .collect();
    if tidied.chars().count() > LIMIT {
        tidied.pop();
        tidied.push('…');
    }
    tidied
}

/// Whether the character reorders the text around it (Unicode Standard Annex 9).
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests;
