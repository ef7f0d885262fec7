//! Sign-ins that start without a click: at page load, and where a page requires a sign-in.

use super::markers;
use super::options::SignInOptions;
use super::providers::ProviderDirectory;
use super::sign_in::{SignInFlow, SignInOutcome};
use super::state::{AuthState, SignedOutReason};
use crate::config::Mode;
use crate::platform::Platform;
use crate::protocol::error::ErrorCode;
use std::rc::Rc;

/// Seconds that people wait before they see the picker.
const TIMEOUT: i64 = 5;
/// Seconds within which a page that requires a sign-in doesn't redirect twice.
const REDIRECT_INTERVAL: i64 = 10;

/// Starts sign-ins without a click.
pub(super) struct AutoSignIn<P> {
    pub platform: Rc<P>,
    pub providers: Rc<ProviderDirectory<P>>,
    pub sign_in: Rc<SignInFlow<P>>,
    /// The configuration's `auto_sign_in`.
    pub mode: Option<Mode>,
}

impl<P: Platform> AutoSignIn<P> {
    /// Signs in at page load if it is configured: at the first provider, and once per tab whatever the
    /// result. People who sign out, or whose sign-in fails, choose for themselves from then on.
    pub async fn run(&self, reason: SignedOutReason) -> AuthState {
        let signed_out = AuthState::SignedOut { reason };
        let (Some(mode), Some(provider)) = (self.mode, self.providers.all().first()) else {
            return signed_out;
        };
        // Without this note, it would start a sign-in on every load.
        if !markers::mark_auto_attempt(&*self.platform) {
            return signed_out;
        }
        let options = SignInOptions::default()
            .with_mode(mode)
            .with_timeout(TIMEOUT);
        let method = self.sign_in.prepare(provider.id(), &options);
        let outcome = self.sign_in.run(provider.id(), &options, method).await;
        match outcome {
            Ok(SignInOutcome::SignedIn(session)) => AuthState::SignedIn(session),
            Ok(SignInOutcome::Redirecting) => AuthState::SigningIn {
                provider: provider.id().to_owned(),
            },
            // Nobody is signed in at the provider either, so nothing went wrong.
            Err(error) if mode == Mode::Silent && needs_interaction(error.code) => signed_out,
            Err(error) => AuthState::Failed(error),
        }
    }

    /// Whether a page that requires a sign-in may redirect now. If so, it's recorded: a session that gets
    /// lost on the way back doesn't lead to a redirect loop.
    pub fn may_redirect(&self) -> bool {
        let (platform, now) = (&*self.platform, self.platform.now());
        let last = markers::last_auto_redirect(platform);
        last.is_none_or(|at| !(0..REDIRECT_INTERVAL).contains(&now.saturating_sub(at)))
            && markers::record_auto_redirect(platform, now).is_ok()
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
