//! What a signed-in browser lives by: the way in ([`sign_in`], `beside` the page or `silent`;
//! [`options`], [`abort`]), staying in ([`renewal`]), the end ([`ending`]) and the way out
//! ([`sign_out`]), the same in every tab ([`tabs`]), several people
//! at once ([`accounts`]), what is kept ([`store`]) and the person it is about ([`user`]). The rules of
//! the protocol are in
//! [`crate::protocol`]; the browser is reached through [`crate::platform::Platform`] alone.

pub mod abort;
pub mod accounts;
mod auth_window;
pub mod expiry;
pub mod options;
pub mod renewal;
pub mod sign_in;
pub mod sign_out;
mod silent;
pub mod store;
pub mod tabs;
pub mod user;

// Their signatures are made with a library that is for the host alone.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use abort::Abort;
pub use accounts::Account;
pub use expiry::SessionExpiry;
pub use options::SignInOptions;
pub use sign_in::SignInOutcome;
pub use sign_out::{SignOutOptions, SignOutOutcome};
pub use user::User;

pub use crate::config::Mode;
use crate::config::{PositiveSeconds, ResolvedConfig, Storage};
use crate::json::Object;
use crate::platform::Platform;
use crate::protocol::authorization::Response;
use crate::protocol::discovery::{self, Metadata, MetadataDocument};
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::protocol::jwks::{self, KeySet};
use crate::protocol::{Timestamp, http};
use crate::provider::Provider;
use oauth2::{AccessToken, RefreshToken};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Where the browser stands.
#[derive(Debug, Clone, PartialEq)]
pub enum AuthState {
    /// Not known yet: a response is being worked on, or storage read.
    Loading,
    SignedOut {
        reason: SignedOutReason,
    },
    /// On the way to the provider with this id.
    SigningIn {
        provider: String,
    },
    SignedIn(Rc<Session>),
    Failed(Error),
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedOutReason {
    /// Nobody has signed in in this tab yet.
    NeverSignedIn,
    /// The person signed out, at the provider too.
    SignedOut,
    /// The person signed out here; the provider may still know them.
    SignedOutHere,
    /// The session came to its end.
    Expired,
    /// Nobody was there for as long as the configuration allows.
    Idle,
    /// A sign-in was begun in this tab and neither finished nor refused: the person came back by the
    /// back button, or reloaded while the answer was being checked.
    Interrupted,
}

impl SignedOutReason {
    /// The stable name, in kebab-case: what tabs and JavaScript are told.
    pub fn as_str(self) -> &'static str {
        match self {
            SignedOutReason::NeverSignedIn => "fresh",
            SignedOutReason::SignedOut => "signed-out",
            SignedOutReason::SignedOutHere => "signed-out-here",
            SignedOutReason::Expired => "expired",
            SignedOutReason::Idle => "idle",
            SignedOutReason::Interrupted => "interrupted",
        }
    }
}

/// A signed-in person with their tokens.
#[derive(Clone)]
pub struct Session {
    /// Made at the sign-in, at random; the same in every tab and after every renewal.
    id: String,
    /// How often the tokens were renewed: of two copies of a session, the one with more is the newer.
    renewals: i64,
    /// The id of the provider in the configuration.
    pub provider: String,
    pub issuer: String,
    pub client_id: String,
    pub user: User,
    /// The claims of the ID token, completed from userinfo.
    pub claims: Object,
    pub scope: Vec<String>,
    /// When the person signed in here.
    pub started_at: Timestamp,
    /// When the tokens came.
    renewed_at: Timestamp,
    /// When the access token ends.
    pub expires_at: Timestamp,
    /// When the refresh token ends for good, where there is one and the vendor says so: Microsoft's do
    /// a day after the sign-in, however often they are renewed.
    pub refresh_token_expires_at: Option<Timestamp>,
    access_token: AccessToken,
    refresh_token: Option<RefreshToken>,
    id_token: IdToken,
}

/// A verified ID token as it came; needed again as a hint at sign-out.
#[derive(Clone, PartialEq, Eq)]
struct IdToken(String);

impl Session {
    pub fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// Tells sessions apart; the same after a renewal.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When its tokens end for good: with the access token, unless that can be renewed. `None` where
    /// nobody but the provider knows. The configuration may end the session before: [`Auth::ending`].
    pub fn ends_at(&self) -> Option<Timestamp> {
        match self.refresh_token {
            Some(_) => self.refresh_token_expires_at,
            None => Some(self.expires_at),
        }
    }
}

/// Tokens are not for logs.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("provider", &self.provider)
            .field("issuer", &self.issuer)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.id_token == other.id_token
            && self.access_token.secret() == other.access_token.secret()
            && self.expires_at == other.expires_at
    }
}

/// Everything that can be done with sign-in: the one object that the components hold.
///
/// Cloning it gives another handle to the same thing.
pub struct Auth<P> {
    inner: Rc<Inner<P>>,
}

type Memory = RefCell<Vec<(String, String)>>;

struct Inner<P> {
    platform: P,
    providers: Vec<Provider>,
    redirect_uri: String,
    popup_redirect_uri: String,
    post_logout_redirect_uri: String,
    api_origins: Vec<String>,
    /// Whether the tabs of this origin share the session.
    share_session: bool,
    /// Seconds from the sign-in to the end of the session at the latest.
    max_session: Option<i64>,
    /// Where the provider is met, unless a sign-in says otherwise.
    mode: Mode,
    auto_sign_in: Option<Mode>,
    silent_renew: bool,
    several_accounts: bool,
    /// The sessions' entries by key, where they are not kept in session storage.
    memory: Option<Memory>,
    /// Seconds.
    idle_timeout: Option<i64>,
    /// When somebody was seen last, as far as this page knows.
    noted_at: Cell<Timestamp>,
    /// By provider id; for as long as the page lives.
    metadata: RefCell<Vec<(String, Rc<Metadata>)>>,
    /// Sessions that are over, as far as this page knows: a tab that was elsewhere meanwhile may still
    /// have one of them.
    ended: RefCell<Vec<(String, SignedOutReason)>>,
    /// See [`Auth::take_callback_error`].
    callback_error: RefCell<Option<Error>>,
    attempts: renewal::RetryState,
}

impl<P> Clone for Auth<P> {
    fn clone(&self) -> Self {
        Auth {
            inner: Rc::clone(&self.inner),
        }
    }
}

impl<P: Platform> Auth<P> {
    /// Creates the session of a page from its configuration, as
    /// [`Config::resolve`](crate::config::Config::resolve) returns it.
    pub fn new(platform: P, resolved: ResolvedConfig) -> Auth<P> {
        let ResolvedConfig {
            config,
            providers,
            addresses,
        } = resolved;
        Auth {
            inner: Rc::new(Inner {
                platform,
                providers,
                redirect_uri: addresses.redirect_uri,
                post_logout_redirect_uri: addresses.post_logout_redirect_uri,
                popup_redirect_uri: addresses.popup_redirect_uri,
                api_origins: config.api_origins.to_vec(),
                share_session: config.share_session.0,
                max_session: config.max_session.map(PositiveSeconds::get),
                mode: config.mode.into(),
                auto_sign_in: config.auto_sign_in.map(Mode::from),
                silent_renew: config.silent_renew,
                several_accounts: config.several_accounts,
                memory: (config.storage == Storage::Memory).then(RefCell::default),
                idle_timeout: config.idle_timeout.map(PositiveSeconds::get),
                noted_at: Cell::new(0),
                metadata: RefCell::default(),
                ended: RefCell::default(),
                callback_error: RefCell::default(),
                attempts: renewal::RetryState::default(),
            }),
        }
    }

    /// The providers, in the order in which they are offered.
    pub fn providers(&self) -> &[Provider] {
        &self.inner.providers
    }

    /// The only origins that a request may carry the access token to.
    pub fn api_origins(&self) -> &[String] {
        &self.inner.api_origins
    }

    /// At page load: finishes a sign-in or a sign-out that comes back from a provider, else brings
    /// back the session of this tab.
    pub async fn resume(&self) -> AuthState {
        let platform = self.platform();
        let response = platform.take_response();
        self.restore_stash();
        // Before anything is judged by its age.
        platform.sync_clock().await;
        let state = match response.as_deref().and_then(Response::parse) {
            Some(response) if response.answers_sign_in() => {
                match sign_in::handle_callback(self, &response).await {
                    Ok(session) => AuthState::SignedIn(session),
                    // It does no harm to who is signed in.
                    Err(error) => match self.current_session() {
                        Some(session) => {
                            // An answer that was used before is nothing to tell.
                            if error.code != ErrorCode::StateUnknown {
                                self.inner.callback_error.replace(Some(error));
                            }
                            self.resume_session(session)
                        }
                        None => AuthState::Failed(error),
                    },
                }
            }
            response => match self.restore(response.as_ref()).await {
                AuthState::SignedOut {
                    reason: SignedOutReason::NeverSignedIn,
                } => match self.sync_with_tabs().await {
                    AuthState::SignedOut { reason } if self.inner.auto_sign_in.is_some() => {
                        self.auto_sign_in_at_load(reason).await
                    }
                    state => state,
                },
                AuthState::SignedIn(session) => self.resume_session(session),
                state => state,
            },
        };
        self.request_inactive_sessions();
        state
    }

    /// Why the sign-in was refused that [`resume`](Self::resume) came back from, where somebody is signed
    /// in still. Told once.
    pub fn take_callback_error(&self) -> Option<Error> {
        self.inner.callback_error.take()
    }

    fn resume_session(&self, session: Rc<Session>) -> AuthState {
        // Signed out elsewhere while this tab showed another page? Nobody waits for that.
        self.broadcast(&tabs::Message::RequestSession {
            newer_than: Some((&session.id, session.renewals)),
        });
        AuthState::SignedIn(session)
    }

    /// Who is signed in by what is kept here. A session that has come to its end is removed.
    /// `returned`: what a provider sent the browser back with, which is no answer to a sign-in.
    async fn restore(&self, returned: Option<&Response>) -> AuthState {
        let platform = self.platform();
        let signed_out = store::take_sign_out(platform).map(|(id, state)| {
            // Without its state, the person may as well have come back by themselves.
            let reason = match returned {
                Some(response) if response.state == state => SignedOutReason::SignedOut,
                _ => SignedOutReason::SignedOutHere,
            };
            self.broadcast_end(&id, reason);
            reason
        });
        let mut session = self.read_session();
        if let Some(kept) = &session
            && self.expired_reason(kept).is_some()
        {
            // This tab may have slept, or been closed and opened again, and the others have gone on.
            self.request_session(Some(kept)).await;
            session = self.read_session();
        }
        self.check_accounts().await;
        let over = session
            .as_ref()
            .and_then(|session| self.expired_reason(session));
        let reason = match (session, over) {
            (Some(session), None) => return AuthState::SignedIn(Rc::new(session)),
            (Some(session), Some(reason)) => {
                self.end(&session, reason);
                reason
            }
            (None, _) => match signed_out {
                Some(reason) => reason,
                None if store::has_transaction(platform) => SignedOutReason::Interrupted,
                None => SignedOutReason::NeverSignedIn,
            },
        };
        AuthState::SignedOut { reason }
    }

    /// Seconds until the access token ends; zero or less when it has.
    pub fn seconds_left(&self, session: &Session) -> i64 {
        self.seconds_until(session.expires_at)
    }

    /// Seconds until then; less than zero when it is past.
    pub fn seconds_until(&self, at: Timestamp) -> i64 {
        at - self.platform().now()
    }

    /// Fetches what a sign-in with this provider will need, refresh_margin of it. A failure is told when the
    /// person really wants to go there.
    pub async fn prefetch(&self, provider: &str) {
        if let Ok(provider) = self.provider(provider) {
            let _ = self.metadata(provider).await;
        }
    }

    /// Where the provider is met in a sign-in with these options.
    pub fn mode(&self, options: &SignInOptions) -> Mode {
        options.mode.unwrap_or(self.inner.mode)
    }

    /// Whether a further sign-in keeps who is signed in already.
    pub fn has_several_accounts(&self) -> bool {
        self.inner.several_accounts
    }

    pub(super) fn memory(&self) -> Option<&Memory> {
        self.inner.memory.as_ref()
    }

    fn platform(&self) -> &P {
        &self.inner.platform
    }

    fn provider(&self, id: &str) -> Result<&Provider> {
        self.providers()
            .iter()
            .find(|provider| provider.id() == id)
            .ok_or_else(|| {
                Error::new(ErrorCode::ConfigInvalid, Phase::Configuration)
                    .provider(id)
                    .details("The configuration has no provider of this id.")
            })
    }

    /// The provider's metadata: that of the configuration, else fetched once.
    async fn metadata(&self, provider: &Provider) -> Result<Rc<Metadata>> {
        if let Some(known) = self.known_metadata(provider) {
            return Ok(known);
        }
        let metadata = match &provider.config.metadata {
            Some(document) => MetadataDocument::from_object(document)
                .and_then(|document| document.validate(&provider.issuer)),
            None => {
                let request = discovery::request(&provider.discovery_url);
                self.fetch(request, ErrorCode::DiscoveryUnreachable, Phase::Discovery)
                    .await
                    .and_then(|answer| discovery::process_response(&answer, &provider.issuer))
            }
        };
        let metadata = metadata.map_err(|error| provider.explain(error))?;
        let metadata = provider.with_own_endpoints(metadata);
        let metadata = Rc::new(metadata);
        self.inner
            .metadata
            .borrow_mut()
            .push((provider.id().to_owned(), Rc::clone(&metadata)));
        Ok(metadata)
    }

    fn known_metadata(&self, provider: &Provider) -> Option<Rc<Metadata>> {
        let known = self.inner.metadata.borrow();
        let (_, metadata) = known.iter().find(|(id, _)| id == provider.id())?;
        Some(Rc::clone(metadata))
    }

    /// The provider's keys. `fresh`: not from the browser's cache.
    async fn keys(&self, provider: &Provider, metadata: &Metadata, fresh: bool) -> Result<KeySet> {
        match &provider.config.jwks {
            Some(document) => KeySet::read(document),
            None => {
                let request = jwks::request(&metadata.jwks_uri, fresh);
                self.fetch(request, ErrorCode::KeysUnreachable, Phase::IdToken)
                    .await
                    .and_then(|answer| jwks::process_response(&answer))
            }
        }
    }

    async fn fetch(
        &self,
        request: http::Request,
        unreachable: ErrorCode,
        phase: Phase,
    ) -> Result<http::Response> {
        let url = request.url.clone();
        let answer = self.platform().fetch(request).await;
        answer.map_err(|error| error.into_error(unreachable, phase, &url))
    }
}
