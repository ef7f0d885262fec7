//! The way out: here at once, and at the provider where it offers that.

use super::tabs::Message;
use super::{Auth, SignedOutReason, store};
use crate::platform::Platform;
use crate::protocol::logout;
use crate::protocol::pkce::{ENTROPY, Secrets};
use crate::protocol::revocation;

/// How to sign out.
#[derive(Debug, Clone, Copy, Default)]
pub struct SignOutOptions {
    /// Only here: the provider is not told, and signs the person in again without asking.
    pub local: bool,
}

/// What became of it. Nobody is signed in here any more in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOut {
    Done(SignedOutReason),
    /// The browser is leaving for the provider, which sends it back.
    Leaving,
}

impl<P: Platform> Auth<P> {
    /// Removes the session, takes its tokens back (RFC 7009), then sends the browser to the provider's
    /// end session endpoint (RP-Initiated Logout §2). It never fails: where the provider cannot be
    /// told, the person is signed out here.
    pub async fn sign_out(&self, options: SignOutOptions) -> SignOut {
        let here = SignOut::Done(SignedOutReason::SignedOutHere);
        let platform = self.platform();
        let session = store::read_session(platform, self.providers());
        store::remove_session(platform);
        if let Some(session) = &session {
            self.tell(&Message::Ended {
                id: &session.id,
                reason: SignedOutReason::SignedOutHere,
            });
        }
        let Some(session) = session.filter(|_| !options.local) else {
            return here;
        };
        let Ok(provider) = self.provider(&session.provider) else {
            return here;
        };
        let Ok(metadata) = self.metadata(provider).await else {
            return here;
        };
        if let Some(endpoint) = metadata
            .revocation_endpoint
            .as_ref()
            .filter(|_| provider.revokes())
        {
            let client_id = &provider.config.client_id;
            let request = match &session.refresh_token {
                Some(token) => revocation::of_refresh_token(endpoint, client_id, token),
                None => revocation::of_access_token(endpoint, client_id, &session.access_token),
            };
            // A token that is not taken back ends by itself; nobody is kept from leaving for it.
            let _ = platform.fetch(request).await;
        }
        let Some(endpoint) = &metadata.end_session_endpoint else {
            return here;
        };
        let mut entropy = [0; ENTROPY];
        if platform.fill_random(&mut entropy).is_err() {
            return here;
        }
        let state = Secrets::from_entropy(&entropy).state;
        if store::write_sign_out(platform, state.secret()).is_err() {
            return here;
        }
        platform.leave_for(&logout::request_url(
            endpoint,
            &provider.config.client_id,
            session.id_token.secret(),
            &self.inner.post_logout_redirect_uri,
            &state,
            &provider.config.end_session_params,
        ));
        SignOut::Leaving
    }
}
