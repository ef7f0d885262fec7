//! Sign-ins that start without a click: at page load, and where a page requires a sign-in.

use super::markers;
use super::options::SignInOptions;
use super::providers::ProviderDirectory;
use super::records::is_younger_than;
use super::sign_in::{SignInFlow, SignInOutcome};
use super::state::{AuthState, SignedOutReason};
use super::third_party::InitiatedLogin;
use crate::config::Mode;
use crate::platform::Platform;
use crate::protocol::error::ErrorCode;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Seconds that people wait before they see the picker.
const TIMEOUT: i64 = 5;
/// Seconds within which a page that requires a sign-in doesn't redirect twice.
const REDIRECT_INTERVAL: i64 = 10;
/// How often such a page redirects until somebody clicks, or a session has lasted.
const REDIRECT_LIMIT: u32 = 3;

/// Starts sign-ins without a click.
pub(super) struct AutoSignIn<P> {
    pub platform: Rc<P>,
    pub providers: Rc<ProviderDirectory<P>>,
    pub sign_in: Rc<SignInFlow<P>>,
    /// The configuration's `auto_sign_in`.
    pub mode: Option<Mode>,
    /// What a third party asks for, until it's done.
    pub initiated: RefCell<Option<InitiatedLogin>>,
    /// Whether the next sign-in is a redirect that was just allowed, rather than a click.
    pub is_redirecting: Cell<bool>,
}

impl<P: Platform> AutoSignIn<P> {
    /// Signs in at page load if a third party asks for it or if it is configured: at the first provider, and once
    /// per tab whatever the result. People who sign out, or whose sign-in fails, choose for themselves from then on.
    pub async fn run(&self, reason: SignedOutReason) -> AuthState {
        let signed_out = AuthState::SignedOut { reason };
        let Some((provider, options)) = self.choose() else {
            return signed_out;
        };
        let method = self.sign_in.prepare(&provider, &options);
        let outcome = self.sign_in.run(&provider, &options, method).await;
        match outcome {
            Ok(SignInOutcome::SignedIn(session)) => AuthState::SignedIn(session),
            Ok(SignInOutcome::Redirecting) => AuthState::SigningIn { provider },
            // Nobody is signed in at the provider either, so nothing went wrong.
            Err(error) if options.mode == Some(Mode::Silent) && needs_interaction(error.code) => {
                signed_out
            }
            Err(error) => AuthState::Failed(error),
        }
    }

    /// The provider to sign in at, and how.
    fn choose(&self) -> Option<(String, SignInOptions)> {
        if let Some(login) = &*self.initiated.borrow() {
            // With several, the person has to choose.
            let [provider] = login.providers.as_slice() else {
                return None;
            };
            return (!self.platform.is_framed() && self.may_redirect())
                .then(|| (provider.clone(), login.options.clone()));
        }
        let (mode, provider) = (self.mode?, self.providers.all().first()?);
        if mode == Mode::Redirect && self.platform.is_framed() {
            return None;
        }
        // Without this note, it would start a sign-in on every load.
        markers::mark_auto_attempt(&*self.platform).then(|| {
            let options = SignInOptions::default()
                .with_mode(mode)
                .with_timeout(TIMEOUT);
            (provider.id().to_owned(), options)
        })
    }

    /// Whether a third party asks for a sign-in.
    pub fn is_initiated(&self) -> bool {
        self.initiated.borrow().is_some()
    }

    /// Whether a page that requires a sign-in may redirect now. If so, it's recorded: a session that gets
    /// lost on the way back doesn't lead to a redirect loop.
    pub fn may_redirect(&self) -> bool {
        let (platform, now) = (&*self.platform, self.platform.now());
        let (at, count) = markers::auto_redirects(platform).unwrap_or((i64::MIN, 0));
        count < REDIRECT_LIMIT
            && !is_younger_than(REDIRECT_INTERVAL, at, now)
            && markers::record_auto_redirect(platform, now, count + 1).is_ok()
    }

    /// A sign-in starts. If a person wanted it, the page may redirect again.
    pub fn on_sign_in(&self, mode: Mode) {
        if !self.is_redirecting.take() && mode != Mode::Silent {
            markers::forget_auto_redirects(&*self.platform);
        }
    }
}

/// Whether the provider would have to prompt the person
/// ([Core §3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError)).
fn needs_interaction(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::LoginRequired | ErrorCode::InteractionRequired | ErrorCode::ConsentRequired
    )
}
