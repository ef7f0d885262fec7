//! What an event of the trace can hold. Secrets are kept out by type: a [`Public`] value is only made from
//! numbers, flags, texts of this program, and the few types below. There's no conversion from `String`, from
//! another `&str`, or from the newtypes of codes, verifiers and tokens.

use crate::config::Mode;
use crate::json::{Json, Object};
use crate::protocol::Timestamp;
use crate::protocol::authorization::Response;
use crate::protocol::error::{Error, ErrorCode};
use crate::protocol::http::{self, FetchError, Request, RequestId};
use crate::protocol::jws::{Algorithm, Jws};
use crate::protocol::url::Endpoint;
use crate::provider::Provider;
use crate::session::state::SignedOutReason;

macro_rules! steps {
    ($($(#[$docs:meta])* $variant:ident = $name:literal;)+) => {
        /// A step that the trace records. `docs/debugging.md` explains each to administrators.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::session) enum Step { $($(#[$docs])* $variant,)+ }

        impl Step {
            /// All of them, for the test of the documentation.
            #[cfg(all(test, not(target_arch = "wasm32")))]
            pub const ALL: &[Step] = &[$(Step::$variant,)+];

            /// The stable name, in kebab-case.
            pub fn as_str(self) -> &'static str {
                match self { $(Step::$variant => $name,)+ }
            }
        }
    };
}

steps! {
    /// The page was opened with a valid configuration.
    Configuration = "configuration";
    /// It's being found out who is signed in.
    Resume = "resume";
    /// Another site asked for a sign-in.
    ThirdParty = "third-party";
    /// A response to an authorization request was taken.
    Response = "response";
    /// The record of the request was looked for.
    Transaction = "transaction";
    /// The provider's metadata were needed.
    Discovery = "discovery";
    /// The browser or a window was sent to the authorization endpoint.
    Authorization = "authorization";
    /// The token endpoint responded.
    Token = "token";
    /// The provider's keys were needed.
    Keys = "keys";
    /// The ID token's signature was verified.
    Signature = "signature";
    /// The ID token's claims were validated.
    Claims = "claims";
    /// The vendor's rules for accounts were applied.
    Account = "account";
    /// The UserInfo endpoint responded.
    Userinfo = "userinfo";
    /// A session was stored.
    Session = "session";
    /// A renewal started.
    Renewal = "renewal";
    /// A renewal got its turn among the tabs.
    Lock = "lock";
    /// A renewal ended.
    Renewed = "renewed";
    /// A message was sent to the other tabs.
    TabSent = "tab-sent";
    /// A message of another tab arrived.
    TabReceived = "tab-received";
    /// A session ended here.
    Ended = "ended";
    /// A sign-out started.
    SignOut = "sign-out";
    /// The revocation endpoint responded.
    Revocation = "revocation";
    /// The browser was sent to the end session endpoint.
    EndSession = "end-session";
    /// Something failed.
    Error = "error";
}

/// A value that anybody may read.
pub(in crate::session) struct Public(Json);

/// Numbers: statuses, counts, durations and times.
impl From<i64> for Public {
    fn from(number: i64) -> Public {
        Public(Json::Integer(number))
    }
}

impl From<bool> for Public {
    fn from(flag: bool) -> Public {
        Public(Json::Bool(flag))
    }
}

/// A text of this program: nothing that was received lives that long.
impl From<&'static str> for Public {
    fn from(text: &'static str) -> Public {
        Public::text(text)
    }
}

/// `None` is left out.
impl<T: Into<Public>> From<Option<T>> for Public {
    fn from(value: Option<T>) -> Public {
        value.map_or(Public(Json::Null), Into::into)
    }
}

/// The provider's id in the configuration.
impl From<&Provider> for Public {
    fn from(provider: &Provider) -> Public {
        Public::text(provider.id())
    }
}

/// The address without its query.
impl From<&Endpoint> for Public {
    fn from(endpoint: &Endpoint) -> Public {
        Public::text(http::without_query(endpoint.as_str()))
    }
}

/// The address that the request goes to, without its query.
impl From<&Request> for Public {
    fn from(request: &Request) -> Public {
        Public::text(http::without_query(&request.url))
    }
}

/// The names of the parameters of a URL, without their values.
pub(in crate::session) struct ParamNames<'a>(pub &'a str);

impl From<ParamNames<'_>> for Public {
    fn from(ParamNames(url): ParamNames<'_>) -> Public {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let names = query.split('&').filter_map(|param| param.split_once('='));
        let names: Vec<&str> = names.map(|(name, _)| name).collect();
        Public::text(&names.join(" "))
    }
}

/// The id of the key that a token names. The provider publishes it.
pub(in crate::session) struct KeyId<'a>(pub &'a Jws);

impl From<KeyId<'_>> for Public {
    fn from(KeyId(token): KeyId<'_>) -> Public {
        let kid = token.kid.as_deref().filter(|kid| http::is_identifier(kid));
        kid.map(Public::text).into()
    }
}

/// The id of a request in the provider's logs.
impl From<&RequestId> for Public {
    fn from(id: &RequestId) -> Public {
        Public::text(id.as_str())
    }
}

impl From<Algorithm> for Public {
    fn from(algorithm: Algorithm) -> Public {
        algorithm.name().into()
    }
}

impl From<SignedOutReason> for Public {
    fn from(reason: SignedOutReason) -> Public {
        reason.as_str().into()
    }
}

impl From<Mode> for Public {
    fn from(mode: Mode) -> Public {
        mode.name().into()
    }
}

impl From<FetchError> for Public {
    fn from(error: FetchError) -> Public {
        error.name().into()
    }
}

impl Public {
    fn text(text: &str) -> Public {
        Public(Json::String(text.to_owned()))
    }
}

const AT: &str = "at";
const MS: &str = "ms";

/// A step and what is known about it.
pub(in crate::session) struct Event(Object);

impl Event {
    pub fn new(step: Step) -> Event {
        let mut members = Object::default();
        // First, for whoever reads it.
        members.insert(AT, Json::Null);
        members.insert(MS, Json::Null);
        members.insert("step", Json::String(step.as_str().to_owned()));
        Event(members)
    }

    /// The event's JSON: it happened at this time, so many milliseconds after the page was opened.
    pub(super) fn happened(self, at: Timestamp, ms: i64) -> Object {
        let Event(mut members) = self;
        members.insert(AT, Json::Integer(at));
        members.insert(MS, Json::Integer(ms));
        members
    }

    /// Adds a value; nothing for `None`.
    pub fn with(mut self, name: &'static str, value: impl Into<Public>) -> Event {
        self.add(name, value.into());
        self
    }

    // Not generic, so that its code is in the page once.
    fn add(&mut self, name: &str, Public(value): Public) {
        if value != Json::Null {
            self.0.insert(name, value);
        }
    }

    /// The event of a response to an authorization request.
    pub fn of_response(response: &Response) -> Event {
        Event::new(Step::Response)
            .with("code", response.has_code())
            .with("iss", response.has_iss())
            .with("error", response.error().map(oauth_error))
    }

    /// The event of an error. Its details are left out: providers quote account names in theirs. What they say
    /// about the claim that is wrong, and the ids that a vendor's support asks for, is kept.
    pub fn of_error(error: &Error) -> Event {
        let details = error.details.as_deref().unwrap_or_default();
        let is_named = |name: &&&str| details.contains(&format!("\"{name}\""));
        let claim = CLAIMS.iter().find(is_named);
        let claim = claim.filter(|_| error.code == ErrorCode::IdTokenClaim);
        let mut event = Event::new(Step::Error)
            .with("code", error.code.as_str())
            .with("phase", error.phase.as_str())
            .with("claim", claim.copied());
        for (name, label) in VENDOR_IDS {
            let (_, rest) = details.split_once(label).unwrap_or_default();
            let is_part = |c: &char| c.is_ascii_hexdigit() || *c == '-';
            let id: String = rest.chars().take_while(is_part).take(UUID_LENGTH).collect();
            event.add(name, (!id.is_empty()).then(|| Public::text(&id)).into());
        }
        event
    }
}

/// The claims that an error can name.
const CLAIMS: [&str; 10] = [
    "iss",
    "sub",
    "aud",
    "azp",
    "exp",
    "iat",
    "nbf",
    "nonce",
    "auth_time",
    "at_hash",
];

/// Numbers in Microsoft's error descriptions, and what comes before them.
const VENDOR_IDS: [(&str, &str); 3] = [
    ("vendorCode", "AADSTS"),
    ("traceId", "Trace ID: "),
    ("correlationId", "Correlation ID: "),
];
const UUID_LENGTH: usize = 36;

/// A provider's `error`, if it's one that the specifications define; its own ones could be anything.
pub(super) fn oauth_error(error: &str) -> &'static str {
    let known = OAUTH_ERRORS.iter().find(|known| **known == error);
    known.copied().unwrap_or("other")
}

/// [RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1) and
/// [§5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2),
/// [Core §3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError),
/// [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1) and
/// [RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2).
const OAUTH_ERRORS: [&str; 19] = [
    "access_denied",
    "account_selection_required",
    "consent_required",
    "insufficient_scope",
    "interaction_required",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_target",
    "invalid_token",
    "login_required",
    "request_not_supported",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unmet_authentication_requirements",
    "unsupported_grant_type",
    "unsupported_response_type",
];
