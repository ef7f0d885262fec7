//! Signing out: here at once, then at the provider if it offers that.

use super::last_provider::LastProvider;
use super::markers;
use super::providers::ProviderDirectory;
use super::sessions::Sessions;
use super::signed_in::Session;
use super::state::SignedOutReason;
use super::trace::{Event, ParamNames, Step};
use crate::platform::Platform;
use crate::protocol::discovery::Metadata;
use crate::protocol::logout;
use crate::protocol::pkce::{ENTROPY, RequestSecrets};
use crate::protocol::revocation;
use crate::provider::Provider;
use futures_util::future::{Either, select};
use std::pin::pin;
use std::rc::Rc;

/// Milliseconds that signing out may take for each request to the provider.
const REQUEST_TIMEOUT: u32 = 2_000;

/// Options for [`Auth::sign_out`](super::Auth::sign_out).
///
/// ```
/// use vestibule::session::SignOutOptions;
///
/// let options = SignOutOptions::default().with_local(true);
/// # assert!(options.local && !options.all);
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SignOutOptions {
    /// Only here. The provider keeps its session and signs the person in again without asking.
    pub local: bool,
    /// All accounts that are signed in here, the inactive ones too. The browser goes to one provider's
    /// sign-out page at most.
    pub all: bool,
}

impl SignOutOptions {
    /// Sets [`local`](Self::local).
    pub fn with_local(mut self, local: bool) -> Self {
        self.local = local;
        self
    }

    /// Sets [`all`](Self::all).
    pub fn with_all(mut self, all: bool) -> Self {
        self.all = all;
        self
    }
}

/// The outcome of a sign-out. Nobody is signed in here any more in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignOutOutcome {
    /// The page stayed.
    Done(SignedOutReason),
    /// The browser is leaving for the provider, which redirects it back.
    Redirecting,
}

/// Signs people out.
pub(super) struct SignOutFlow<P> {
    pub platform: Rc<P>,
    pub providers: Rc<ProviderDirectory<P>>,
    pub sessions: Rc<Sessions<P>>,
    pub last_provider: Rc<LastProvider<P>>,
}

impl<P: Platform> SignOutFlow<P> {
    /// Removes the session, then revokes its tokens and redirects to the provider. It never fails: if the
    /// provider can't be reached, the person is signed out here. `revoke`: revokes the tokens whatever the
    /// configuration says.
    pub async fn end_sessions(&self, options: SignOutOptions, revoke: bool) -> SignOutOutcome {
        let SignOutOptions { local, all } = options;
        let here = SignOutOutcome::Done(SignedOutReason::SignedOutHere);
        let mut sessions: Vec<Session> = self.sessions.store.current().into_iter().collect();
        if all {
            sessions.extend(self.sessions.store.inactive_sessions());
        }
        self.providers.trace.record(
            Event::new(Step::SignOut)
                .with("local", local)
                .with("revoke", revoke)
                .with("accounts", sessions.len() as i64),
        );
        for session in &sessions {
            self.sessions.end(session, SignedOutReason::SignedOutHere);
        }
        if local && !revoke {
            return here;
        }
        if !local {
            // What people do on a device that others use too.
            self.last_provider.forget();
        }
        let mut sign_out_page = None;
        for session in &sessions {
            let Ok(provider) = self.providers.get(&session.provider) else {
                continue;
            };
            let metadata = self.with_timeout(self.providers.metadata(provider)).await;
            let Some(Ok(metadata)) = metadata else {
                continue;
            };
            // A token that isn't revoked expires anyway; nobody has to wait longer for it.
            if revoke || provider.revokes_tokens() {
                let revocation = self.revoke_tokens(provider, &metadata, session);
                let _ = self.with_timeout(revocation).await;
            }
            if !local && sign_out_page.is_none() && metadata.end_session_endpoint.is_some() {
                sign_out_page = Some((session, provider, metadata));
            }
        }
        sign_out_page
            .and_then(|(session, provider, metadata)| {
                self.redirect_to_end_session(session, provider, &metadata)
            })
            .unwrap_or(here)
    }

    /// Redirects to the provider's end session endpoint
    /// ([RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)).
    fn redirect_to_end_session(
        &self,
        session: &Session,
        provider: &Provider,
        metadata: &Metadata,
    ) -> Option<SignOutOutcome> {
        let platform = &*self.platform;
        let endpoint = metadata.end_session_endpoint.as_ref()?;
        // In a frame of another site, the provider's page would be refused.
        if !platform.is_online() || platform.is_framed() {
            return None;
        }
        let mut entropy = [0; ENTROPY];
        platform.fill_random(&mut entropy).ok()?;
        let state = RequestSecrets::from_entropy(&entropy).state;
        markers::write_sign_out(platform, provider, &session.id, state.secret()).ok()?;
        let url = logout::request_url(
            endpoint,
            &provider.config.client_id,
            session.id_token.secret(),
            self.providers.post_logout_redirect_uri(),
            &state,
            &provider.config.end_session_params,
        );
        self.providers.trace.record(
            Event::new(Step::EndSession)
                .with("provider", provider)
                .with("endpoint", endpoint)
                .with("params", ParamNames(&url)),
        );
        platform.navigate(&url);
        Some(SignOutOutcome::Redirecting)
    }

    /// Revokes the tokens ([RFC 7009 §2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)), the
    /// refresh token first: new access tokens come from it.
    async fn revoke_tokens(&self, provider: &Provider, metadata: &Metadata, session: &Session) {
        let Some(endpoint) = &metadata.revocation_endpoint else {
            return;
        };
        let client_id = &provider.config.client_id;
        let access_token = session
            .access_token
            .as_ref()
            .map(|token| revocation::access_token_request(endpoint, client_id, token));
        let refresh_token = session
            .refresh_token
            .as_ref()
            .map(|token| revocation::refresh_token_request(endpoint, client_id, token));
        for request in refresh_token.into_iter().chain(access_token) {
            let event = Event::new(Step::Revocation).with("provider", provider);
            // There's nothing to do about a failure.
            let _ = self.providers.trace.fetch(event, request).await;
        }
    }

    /// The result of the work, unless it takes longer than people should wait.
    async fn with_timeout<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let timeout = self.platform.sleep(REQUEST_TIMEOUT);
        match select(pin!(work), pin!(timeout)).await {
            Either::Left((result, _)) => Some(result),
            Either::Right(_) => None,
        }
    }
}
