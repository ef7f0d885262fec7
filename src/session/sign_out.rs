//! The way out: here at once, and at the provider where it offers that.

use super::{Auth, Session, SignedOutReason, store};
use crate::json::Object;
use crate::platform::Platform;
use crate::protocol::discovery::Metadata;
use crate::protocol::logout;
use crate::protocol::pkce::{ENTROPY, RequestSecrets};
use crate::protocol::revocation;
use crate::provider::Provider;
use futures_util::future::{Either, select};
use std::pin::pin;
use std::rc::Rc;

/// Milliseconds for which a person who signs out is kept waiting: for the provider's addresses, and for
/// its taking the tokens back.
const PATIENCE: u32 = 2_000;

/// How to sign out.
#[derive(Debug, Clone, Copy, Default)]
pub struct SignOutOptions {
    /// Only here: the provider is not told, and signs the person in again without asking.
    pub local: bool,
    /// Everybody who is signed in here, also who is set aside. The provider of one of them at the most
    /// is gone to.
    pub all: bool,
}

/// What became of it. Nobody is signed in here any more in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOutOutcome {
    Done(SignedOutReason),
    /// The browser is leaving for the provider, which sends it back.
    Redirecting,
}

impl<P: Platform> Auth<P> {
    /// Removes the session, takes its tokens back (RFC 7009), then sends the browser to the provider's
    /// end session endpoint (RP-Initiated Logout §2). It never fails: where the provider cannot be
    /// told, the person is signed out here.
    pub async fn sign_out(&self, options: SignOutOptions) -> SignOutOutcome {
        self.end_sessions(options, false).await
    }

    /// Removes the session and takes its tokens back, without leaving the page. PreparedRequest for like this,
    /// that is done whatever the vendor's default is.
    pub async fn revoke(&self) -> SignOutOutcome {
        let options = SignOutOptions {
            local: true,
            all: false,
        };
        self.end_sessions(options, true).await
    }

    async fn end_sessions(&self, options: SignOutOptions, revoke: bool) -> SignOutOutcome {
        let SignOutOptions { local, all } = options;
        let here = SignOutOutcome::Done(SignedOutReason::SignedOutHere);
        let mut sessions: Vec<Session> = self.read_session().into_iter().collect();
        if all {
            sessions.extend(self.inactive_sessions());
        }
        for session in &sessions {
            self.end(session, SignedOutReason::SignedOutHere);
        }
        if local && !revoke {
            return here;
        }
        let mut way_out = None;
        for session in &sessions {
            let Ok(provider) = self.provider(&session.provider) else {
                continue;
            };
            let Some(Ok(metadata)) = self.with_timeout(self.metadata(provider)).await else {
                continue;
            };
            // A token that is not taken back ends by itself; nobody is kept from leaving for it.
            if revoke || provider.revokes_tokens() {
                let _ = self
                    .with_timeout(self.revoke_tokens(provider, &metadata, session))
                    .await;
            }
            if !local && way_out.is_none() && metadata.end_session_endpoint.is_some() {
                way_out = Some((session, provider, metadata));
            }
        }
        let Some((session, provider, metadata)) = way_out else {
            return here;
        };
        self.redirect_to_end_session(session, provider, &metadata)
            .unwrap_or(here)
    }

    /// Goes to the provider's end session endpoint.
    fn redirect_to_end_session(
        &self,
        session: &Session,
        provider: &Provider,
        metadata: &Metadata,
    ) -> Option<SignOutOutcome> {
        let platform = self.platform();
        let endpoint = metadata.end_session_endpoint.as_ref()?;
        let mut entropy = [0; ENTROPY];
        platform.fill_random(&mut entropy).ok()?;
        let state = RequestSecrets::from_entropy(&entropy).state;
        store::write_sign_out(platform, &session.id, state.secret()).ok()?;
        platform.navigate(&logout::request_url(
            endpoint,
            &provider.config.client_id,
            session.id_token.secret(),
            &self.inner.post_logout_redirect_uri,
            &state,
            &provider.config.end_session_params,
        ));
        Some(SignOutOutcome::Redirecting)
    }

    /// Takes the tokens back: first the one that new ones are got with.
    async fn revoke_tokens(&self, provider: &Provider, metadata: &Rc<Metadata>, session: &Session) {
        let Some(endpoint) = &metadata.revocation_endpoint else {
            return;
        };
        let client_id = &provider.config.client_id;
        let access_token_request =
            revocation::access_token_request(endpoint, client_id, &session.access_token);
        let refresh_token_request = session
            .refresh_token
            .as_ref()
            .map(|token| revocation::refresh_token_request(endpoint, client_id, token));
        for request in refresh_token_request
            .into_iter()
            .chain([access_token_request])
        {
            // What a provider does not take back, it says; there is nothing to do about it.
            let _ = self.platform().fetch(request).await;
        }
    }

    /// What comes of the work unless it takes longer than a person should wait.
    async fn with_timeout<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        match select(pin!(work), pin!(self.platform().sleep(PATIENCE))).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(_) => None,
        }
    }
}

impl Session {
    /// Whether a provider that ends a session of its own means this one (Front-Channel Logout §2). Both
    /// members have to be there: anybody can make a browser open the page that tells of them.
    pub(super) fn is_named_by(&self, message: &Object) -> bool {
        let sid = self.claims.text("sid");
        sid.is_some() && message.text("sid") == sid && message.text("iss") == Some(&self.issuer)
    }
}
