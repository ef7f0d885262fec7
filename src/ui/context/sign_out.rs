//! Signing out.

use super::{AuthContext, STALLED_AFTER};
use crate::session::AuthState;
use crate::session::{SignOutOptions, SignOutOutcome};
use leptos::prelude::*;
use leptos::task::spawn_local;

impl AuthContext {
    /// Ends the session on this page (`local`), or at the provider too. Does nothing if a sign-out is in
    /// progress.
    pub fn sign_out(self, local: bool) {
        self.start_sign_out(SignOutOptions {
            local,
            ..SignOutOptions::default()
        });
    }

    /// Ends the sessions of all accounts. Does nothing if a sign-out is in progress.
    pub fn sign_out_of_all(self) {
        self.start_sign_out(SignOutOptions {
            all: true,
            ..SignOutOptions::default()
        });
    }

    fn start_sign_out(self, options: SignOutOptions) {
        if !self.is_signing_out.get_untracked() {
            spawn_local(self.sign_out_with(options));
        }
    }

    /// Ends the session with these options. When this returns, nobody is signed in here, or the browser is
    /// leaving the page.
    pub async fn sign_out_with(self, options: SignOutOptions) {
        let auth = self.client();
        self.write_is_signing_out.set(true);
        match auth.sign_out(options).await {
            SignOutOutcome::Done(reason) => self.set_state(AuthState::SignedOut { reason }),
            SignOutOutcome::Redirecting => set_timeout(move || self.resume(), STALLED_AFTER),
        }
    }

    /// Ends the session here and revokes its tokens at the provider
    /// ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)), without leaving the page.
    pub async fn revoke(self) {
        let auth = self.client();
        if let SignOutOutcome::Done(reason) = auth.revoke().await {
            self.set_state(AuthState::SignedOut { reason });
        }
    }
}
