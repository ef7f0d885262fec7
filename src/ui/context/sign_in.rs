//! Signing in: the sign-in in progress, and how it ends.

use super::{AuthContext, STALLED_AFTER};
use crate::config::Mode;
use crate::protocol::error::Error;
use crate::session::{Abort, AuthState, SignInOptions, SignInOutcome, SignedOutReason};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// A sign-in in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingSignIn {
    /// The provider's id in the configuration.
    pub provider: String,
    /// Where the provider's page is shown.
    pub mode: Mode,
}

/// The state of signing in.
#[derive(Clone, Copy)]
pub(super) struct SignInProgress {
    pub pending: ReadSignal<Option<PendingSignIn>>,
    write_pending: WriteSignal<Option<PendingSignIn>>,
    /// Cancels the sign-in in a popup or hidden iframe that is in progress.
    active_abort: StoredValue<Option<Abort>, LocalStorage>,
    /// How the components' buttons sign in.
    options: StoredValue<SignInOptions, LocalStorage>,
}

impl SignInProgress {
    pub fn new() -> SignInProgress {
        let (pending, write_pending) = signal(None);
        SignInProgress {
            pending,
            write_pending,
            active_abort: StoredValue::new_local(None),
            options: StoredValue::new_local(SignInOptions::default()),
        }
    }

    pub fn with_options(self, options: SignInOptions) -> SignInProgress {
        SignInProgress {
            options: StoredValue::new_local(options),
            ..self
        }
    }

    pub fn set_pending(self, pending: Option<PendingSignIn>) {
        self.write_pending.set(pending);
    }

    /// Cancels the sign-in in another window that is in progress.
    fn cancel(self) {
        if let Some(active) = self.active_abort.try_update_value(Option::take).flatten() {
            active.abort();
        }
    }

    fn is_in_window(self) -> bool {
        self.active_abort.with_value(Option::is_some)
    }

    /// Ends the sign-in in another window. Returns `false` if another sign-in has replaced it.
    fn finish(self, abort: &Abort) -> bool {
        let is_active = self
            .active_abort
            .with_value(|active| active.as_ref() == Some(abort));
        if is_active {
            self.active_abort.set_value(None);
        }
        is_active
    }
}

impl AuthContext {
    /// Starts a sign-in with this provider and the context's options. Call it in a click handler: browsers
    /// open popups only there. The components show how it ends.
    pub fn sign_in(self, provider: String) {
        self.sign_in_from(provider, self.sign_in.options.get_value());
    }

    /// The same for the person with this email address. Its `domain`, in ASCII, is passed on if it's the provider's.
    pub(in crate::ui) fn sign_in_as(self, provider: String, address: &str, domain: Option<&str>) {
        let mut options = self.sign_in.options.get_value();
        let session = self.client();
        match domain.and_then(|domain| Some((session.provider_of_email(domain)?, domain))) {
            Some((known, domain)) => options = options.with_address(known, address, domain),
            None => options.login_hint = Some(address.to_owned()),
        }
        self.sign_in_from(provider, options);
    }

    fn sign_in_from(self, provider: String, mut options: SignInOptions) {
        let hint = self.client().take_login_hint(&provider);
        options.login_hint = options.login_hint.or(hint);
        // Without a prompt, the provider would sign in the account again that it already knows.
        if options.prompt.is_none() && self.has_account_with(&provider) {
            let prompt = match self.provider_kind(&provider) {
                Some("google" | "microsoft") => "select_account",
                _ => "login",
            };
            options.prompt = Some(prompt.to_owned());
        }
        self.sign_in_with(&provider, options);
    }

    /// Starts a sign-in with these options. Call it in a click handler.
    pub fn sign_in_with(self, provider: &str, options: SignInOptions) {
        // A second click can replace a window that got lost behind others, but not a page that is loading.
        if self.sign_in.is_in_window() || !untrack(|| self.is_signing_in()) {
            let outcome = self.start_sign_in(provider, options);
            spawn_local(async move {
                // The components show it.
                let _ = outcome.await;
            });
        }
    }

    /// Cancels the sign-in in a popup that is in progress, and closes it.
    pub fn cancel_sign_in(self) {
        self.sign_in.cancel();
    }

    /// Starts a sign-in and returns how it ends. Call it in a click handler: everything that can't wait is
    /// done before this returns. It cancels a sign-in in another window that is in progress.
    ///
    /// The current session stays until then, unless the browser leaves the page: with a popup, people don't
    /// lose their work. [`last_result`](Self::last_result) has the outcome too.
    ///
    /// # Errors
    /// Those of [`Auth::sign_in`](crate::session::Auth::sign_in).
    pub fn start_sign_in(
        self,
        provider: &str,
        options: SignInOptions,
    ) -> impl Future<Output = Result<SignInOutcome, Error>> + use<> {
        let auth = self.client();
        let mode = auth.mode(&options);
        let is_in_window = mode != Mode::Redirect;
        let abort = options.abort.clone().unwrap_or_default();
        let language = self.chosen_language().tag.to_owned();
        let options = SignInOptions {
            abort: Some(abort.clone()),
            language: options.language.or(Some(language)),
            ..options
        };
        self.sign_in.cancel();
        let outcome = auth.sign_in(provider, options);
        if is_in_window {
            self.sign_in.active_abort.set_value(Some(abort.clone()));
        }
        self.sign_in.set_pending(Some(PendingSignIn {
            provider: provider.to_owned(),
            mode,
        }));
        if !self.is_signed_in() {
            self.write_state.set(AuthState::SigningIn {
                provider: provider.to_owned(),
            });
        }
        async move {
            let outcome = outcome.await;
            if is_in_window && !self.sign_in.finish(&abort) {
                return outcome;
            }
            match &outcome {
                Ok(SignInOutcome::Redirecting) => {
                    set_timeout(move || self.reset_stalled(), STALLED_AFTER)
                }
                Ok(SignInOutcome::SignedIn(session)) => {
                    self.set_state(AuthState::SignedIn(Rc::clone(session)));
                }
                Err(error) if self.is_signed_in() => {
                    self.report(error.clone());
                    self.sign_in.set_pending(None);
                }
                Err(error) => self.set_state(AuthState::Failed(error.clone())),
            }
            outcome
        }
    }

    /// Fetches what a sign-in with this provider needs in advance.
    pub fn prefetch(self, provider: String) {
        // The application may have disposed of the context since.
        let Some(auth) = self.auth.try_get_value() else {
            return;
        };
        spawn_local(async move { auth.prefetch(&provider).await });
    }

    /// Makes the page usable again if the browser hasn't left it. The records of the sign-in are kept: the
    /// provider's page may still open and respond.
    pub(super) fn reset_stalled(self) {
        self.sign_in.set_pending(None);
        if untrack(|| self.is_signing_in()) {
            self.interrupt();
        }
    }

    /// Says that a sign-in didn't lead anywhere.
    pub(in crate::ui) fn interrupt(self) {
        self.set_state(AuthState::SignedOut {
            reason: SignedOutReason::Interrupted,
        });
    }
}
