//! What can go wrong on the way of a sign-in: one stable code each, who has to act, and whether
//! trying again can help. The sentences for people are written from these in [`crate::ui`].

use std::fmt;

/// A failure that ends at a sentence for a person.
///
/// It carries no token, code, verifier or secret: [`details`](Error::details) is made of what a
/// provider says about an error and of names of claims, for the administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub code: ErrorCode,
    pub phase: Phase,
    /// The id of the provider it happened with, where there is one.
    pub provider: Option<String>,
    /// What an administrator needs to find the cause. Shown on request, in English.
    pub details: Option<String>,
    /// What the vendor's own words or number say it was. It chooses what people are told, never what
    /// is done.
    pub cause: Option<VendorCause>,
}

/// The result of a step that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The step during which it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Configuration,
    Discovery,
    Authorization,
    Token,
    IdToken,
    Userinfo,
    Session,
    EndSession,
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
            Phase::EndSession => "end-session",
        }
    }
}

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responsible {
    /// The person who signs in.
    Person,
    /// Whoever wrote `vestibule.json` and registered the application.
    Administrator,
    /// The provider, whose answer was wrong or missing.
    Provider,
}

/// A cause that vendors have names and numbers of their own for. [`crate::provider`] knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VendorCause {
    /// The client is registered as one that keeps a secret, not as a single-page application.
    NotSinglePage,
    /// The code of a single-page application was redeemed by something that is no page.
    NotFromPage,
    /// A public client sent a secret.
    SecretSent,
    /// The provider demands a secret even of pages.
    SecretMissing,
    RedirectUriUnknown,
    ClientUnknown,
    TenantUnknown,
    AuthorizationServerUnknown,
    /// The account is of another directory than the one that was asked.
    AccountElsewhere,
    /// Nobody has a session at the provider, and it may not show its sign-in page.
    NotSignedIn,
    NotAssigned,
    /// The application is registered for one tenant and was used for several.
    NotMultiTenant,
    /// A policy of the organisation forbids it.
    PolicyForbids,
    SecondFactorNeeded,
    ConsentNeeded,
    ConsentDeclined,
    ScopeUnknown,
    ResourceRefused,
    /// The code was used before, is too old, or is none.
    CodeInvalid,
    PkceFailed,
    RefreshTokenInvalid,
    PasswordForgotten,
    Cancelled,
    TooManyRequests,
}

impl VendorCause {
    #[cfg(test)]
    pub const ALL: &'static [VendorCause] = &[
        VendorCause::NotSinglePage,
        VendorCause::NotFromPage,
        VendorCause::SecretSent,
        VendorCause::SecretMissing,
        VendorCause::RedirectUriUnknown,
        VendorCause::ClientUnknown,
        VendorCause::TenantUnknown,
        VendorCause::AuthorizationServerUnknown,
        VendorCause::AccountElsewhere,
        VendorCause::NotSignedIn,
        VendorCause::NotAssigned,
        VendorCause::NotMultiTenant,
        VendorCause::PolicyForbids,
        VendorCause::SecondFactorNeeded,
        VendorCause::ConsentNeeded,
        VendorCause::ConsentDeclined,
        VendorCause::ScopeUnknown,
        VendorCause::ResourceRefused,
        VendorCause::CodeInvalid,
        VendorCause::PkceFailed,
        VendorCause::RefreshTokenInvalid,
        VendorCause::PasswordForgotten,
        VendorCause::Cancelled,
        VendorCause::TooManyRequests,
    ];
}

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal, $responsible:ident, $retryable:literal;)+) => {
        /// The stable name of an error. Programs may depend on [`as_str`](ErrorCode::as_str).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode { $($(#[doc = $doc])+ $variant,)+ }

        impl ErrorCode {
    /// What a provider's own `error` means wherever it is said (RFC 6749 §4.1.2.1, Core §3.1.2.6).
    /// `None` for one that means something else at each endpoint.
    pub fn of_provider(error: &str) -> Option<ErrorCode> {
        Some(match error {
            "access_denied" => ErrorCode::ProviderDenied,
            "login_required" => ErrorCode::LoginRequired,
            "interaction_required" | "account_selection_required" => ErrorCode::InteractionRequired,
            "consent_required" => ErrorCode::ConsentRequired,
            "temporarily_unavailable" | "server_error" => ErrorCode::ProviderUnavailable,
            _ => return None,
        })
    }

            /// Every code, in the order of a sign-in.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)+];

            /// The code in kebab-case, as JavaScript and the documentation name it.
            pub fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$variant => $text,)+ }
            }

            /// Who can mend it.
            pub fn responsible(self) -> Responsible {
                match self { $(ErrorCode::$variant => Responsible::$responsible,)+ }
            }

            /// Whether the same attempt may succeed when it is made again.
            pub fn retryable(self) -> bool {
                match self { $(ErrorCode::$variant => $retryable,)+ }
            }
        }
    };
}

error_codes! {
    /// `vestibule.json` has mistakes, or the page does not fit it.
    ConfigInvalid = "config-invalid", Administrator, false;
    /// The browser offers no `crypto.subtle`: the page is not on `https` or loopback.
    CryptoUnavailable = "crypto-unavailable", Administrator, false;
    /// Session storage is forbidden or full.
    StorageUnavailable = "storage-unavailable", Person, true;
    /// The browser says that there is no network.
    NetworkOffline = "network-offline", Person, true;
    /// An answer did not arrive in time.
    NetworkTimeout = "network-timeout", Provider, true;
    /// The provider's metadata could not be fetched: address, network or CORS.
    DiscoveryUnreachable = "discovery-unreachable", Administrator, true;
    /// The provider's metadata is not what OpenID Connect Discovery §3 asks for.
    DiscoveryInvalid = "discovery-invalid", Administrator, false;
    /// The metadata names another issuer than the configuration (Discovery §4.3).
    IssuerMismatch = "issuer-mismatch", Administrator, false;
    /// The browser did not let the page open a window.
    PopupBlocked = "popup-blocked", Person, true;
    /// The sign-in window was closed before the provider answered.
    PopupClosed = "popup-closed", Person, true;
    /// The sign-in window was open for too long.
    PopupTimeout = "popup-timeout", Person, true;
    /// The hidden frame of a silent sign-in shows something, and that is no answer.
    SilentRefused = "silent-refused", Administrator, false;
    /// No answer came to the hidden frame of a silent sign-in in time.
    SilentTimeout = "silent-timeout", Provider, true;
    /// The sign-in was ended by the page that began it.
    Aborted = "aborted", Person, true;
    /// A response whose sign-in is not known here: started elsewhere, too long ago, or used already.
    StateUnknown = "state-unknown", Person, true;
    /// A response that is not of the provider that was asked (RFC 9207, RFC 9700 §4.4).
    ResponseMixedUp = "response-mixed-up", Provider, true;
    /// A response that breaks the rules of RFC 6749 §4.1.2.
    ResponseInvalid = "response-invalid", Provider, true;
    /// The person or the provider said no (`access_denied`).
    ProviderDenied = "provider-denied", Person, true;
    /// The provider knows nobody who is signed in, and may not ask (`login_required`).
    LoginRequired = "login-required", Person, true;
    /// The provider wants to ask the person something (`interaction_required`,
    /// `account_selection_required`).
    InteractionRequired = "interaction-required", Person, true;
    /// The provider wants the person's consent (`consent_required`).
    ConsentRequired = "consent-required", Person, true;
    /// The provider is out of order for the moment (`temporarily_unavailable`, `server_error`).
    ProviderUnavailable = "provider-unavailable", Provider, true;
    /// The provider refused the request (`invalid_request`, `unauthorized_client`, `invalid_scope`, …).
    RequestRejected = "request-rejected", Administrator, false;
    /// The token endpoint could not be reached or read: network, CORS or kind of registration.
    TokenUnreachable = "token-unreachable", Administrator, true;
    /// The token endpoint refused the exchange.
    TokenRejected = "token-rejected", Administrator, true;
    /// The token endpoint's answer is not what RFC 6749 §5.1 and Core §3.1.3.3 ask for.
    TokenInvalid = "token-invalid", Provider, true;
    /// The provider's keys could not be fetched.
    KeysUnreachable = "keys-unreachable", Administrator, true;
    /// The ID token is not a signed JWT that may be read.
    IdTokenInvalid = "id-token-invalid", Provider, true;
    /// The ID token's signature does not fit, or no key of the provider fits it.
    IdTokenSignature = "id-token-signature", Provider, true;
    /// A claim of the ID token breaks a rule of OpenID Connect Core §3.1.3.7.
    IdTokenClaim = "id-token-claim", Provider, true;
    /// A time in the ID token does not fit the clock of the device.
    ClockSkew = "clock-skew", Person, true;
    /// The account is not one that the configuration allows.
    AccountNotAllowed = "account-not-allowed", Person, true;
    /// The provider told no e-mail address, and the configuration asks for one.
    EmailMissing = "email-missing", Administrator, true;
    /// Userinfo speaks of somebody else than the ID token (Core §5.3.2).
    UserinfoSubject = "userinfo-subject", Provider, true;
    /// The session is over.
    SessionExpired = "session-expired", Person, true;
}

impl Error {
    pub fn new(code: ErrorCode, phase: Phase) -> Self {
        Error {
            code,
            phase,
            provider: None,
            details: None,
            cause: None,
        }
    }

    /// Adds what an administrator needs to know.
    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(sanitize(&details.into()));
        self
    }

    pub fn provider(mut self, id: &str) -> Self {
        self.provider = Some(id.to_owned());
        self
    }

    /// The error with these struck out of its details: a provider may quote in its reason what it was
    /// sent.
    pub fn redact(mut self, secrets: &[&str]) -> Self {
        if let Some(details) = &mut self.details {
            for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
                *details = details.replace(secret, "…");
            }
        }
        self
    }

    /// Whether trying again can help.
    pub fn retryable(&self) -> bool {
        self.code.retryable()
    }

    /// Whether an answer is missing, and not wrong.
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

/// Text from a provider as one line of bounded length, without control and direction characters.
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

/// Characters that reorder the text around them (Unicode TR9).
fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_kebab_case() {
        let mut codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        for code in &codes {
            assert!(
                code.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{code}"
            );
        }
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
    }

    #[test]
    fn every_code_is_documented_as_it_is() {
        let table = include_str!("../../docs/errors.md");
        for code in ErrorCode::ALL {
            let row = table
                .lines()
                .find(|line| line.starts_with(&format!("| `{}` |", code.as_str())));
            let row = row.unwrap_or_else(|| panic!("docs/errors.md lacks {}", code.as_str()));
            let columns: Vec<&str> = row.split(" | ").collect();
            let who = format!("the {}", format!("{:?}", code.responsible()).to_lowercase());
            let again = if code.retryable() { "yes" } else { "no" };
            assert_eq!(columns[2..4], [who.as_str(), again], "{row}");
        }
        let rows = table.lines().filter(|line| line.starts_with("| `")).count();
        assert_eq!(
            rows,
            ErrorCode::ALL.len(),
            "a code that is gone is still documented"
        );
    }

    #[test]
    fn what_was_sent_is_struck_out_wherever_it_is_quoted() {
        let error = Error::new(ErrorCode::TokenRejected, Phase::Token);
        assert_eq!(error.clone().redact(&["s3cret"]), error);
        let quoting = error.details("s3cret is not c0de, nor s3cret");
        let struck = quoting.redact(&["s3cret", "", "c0de"]);
        assert_eq!(struck.details.as_deref(), Some("… is not …, nor …"));
    }

    #[test]
    fn details_are_one_bounded_line_that_cannot_reorder_the_page() {
        let hostile = format!("AADSTS50011\r\nTrace\u{202e}\u{0}{}", "x".repeat(5000));
        let error = Error::new(ErrorCode::TokenRejected, Phase::Token).details(hostile);
        let details = error.details.unwrap();
        assert!(details.starts_with("AADSTS50011  Tracexxx"), "{details}");
        assert_eq!(details.chars().count(), 601);
        assert!(details.ends_with('…'));
    }
}
