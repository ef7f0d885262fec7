//! What happens without the person: a sign-in at page load, once in a tab, and the renewal of a session
//! without a refresh token.

use super::options::SignInOptions;
use super::{Auth, AuthState, Session, SignInOutcome, SignedOutReason, auth_window, store};
use crate::config::Mode;
use crate::platform::Platform;
use crate::protocol::error::{ErrorCode, Result};
use crate::protocol::id_token;

/// Seconds that people wait at most before they see the picker.
const AT_LOAD: i64 = 5;
/// Seconds within which a page that lets nobody in does not send the person to the provider twice.
const NOT_AGAIN: i64 = 10;

impl<P: Platform> Auth<P> {
    /// The sign-in at page load, where it is configured: at the first provider, and once in a tab,
    /// whatever comes of it. Whoever signs out, or is refused, chooses for themselves from then on.
    pub(super) async fn auto_sign_in_at_load(&self, reason: SignedOutReason) -> AuthState {
        let nobody = AuthState::SignedOut { reason };
        let (Some(mode), Some(provider)) = (self.inner.auto_sign_in, self.providers().first())
        else {
            return nobody;
        };
        // Without a note of it, it would be tried again and again.
        if !store::mark_auto_attempt(self.platform()) {
            return nobody;
        }
        let options = SignInOptions {
            mode: Some(mode),
            timeout: Some(AT_LOAD),
            ..SignInOptions::default()
        };
        match self.sign_in(provider.id(), options).await {
            Ok(SignInOutcome::SignedIn(session)) => AuthState::SignedIn(session),
            Ok(SignInOutcome::Redirecting) => AuthState::SigningIn {
                provider: provider.id().to_owned(),
            },
            // Nobody is signed in there either: nothing that went wrong.
            Err(error) if mode == Mode::Silent && needs_interaction(error.code) => nobody,
            Err(error) => AuthState::Failed(error),
        }
    }

    /// After a session that came to its end, nobody is signed in by itself in this tab, though it was
    /// another one that had tried: a reload would undo the sign-out.
    pub(super) fn suppress_auto_sign_in(&self) {
        if self.inner.auto_sign_in.is_some() {
            store::mark_auto_attempt(self.platform());
        }
    }

    /// Whether a page that lets nobody in without a sign-in may begin one by itself now; it is noted that
    /// it does. A session that gets lost on the way back is no reason to go round and round.
    pub fn may_auto_redirect(&self) -> bool {
        let (platform, now) = (self.platform(), self.platform().now());
        let before = store::last_auto_redirect(platform);
        before.is_none_or(|at| !(0..NOT_AGAIN).contains(&(now - at)))
            && store::record_auto_redirect(platform, now).is_ok()
    }

    /// Whether the session's tokens can be renewed without asking the person: by a refresh token, else
    /// silently where that is configured.
    pub fn is_renewable(&self, session: &Session) -> bool {
        session.refresh_token.is_some() || self.inner.silent_renew
    }

    /// New tokens for a session without a refresh token: a silent sign-in that leads to the same person.
    pub(super) async fn renew_silently(&self, session: &Session) -> Result<Session> {
        let provider = self.provider(&session.provider)?;
        let options = SignInOptions {
            // Somebody may be signed in there with several accounts.
            login_hint: session.login_hint().map(str::to_owned),
            ..SignInOptions::default()
        };
        let renewed = auth_window::sign_in_silently(self, provider, &options).await;
        let renewed = renewed.and_then(|renewed| {
            id_token::validate_same_subject(&renewed.claims, &session.claims).map(|()| renewed)
        });
        let renewed = renewed.map_err(|error| provider.explain(error))?;
        Ok(Session {
            id: session.id.clone(),
            renewals: session.renewals + 1,
            started_at: session.started_at,
            ..renewed
        })
    }
}

impl Session {
    /// The account's name at the provider.
    fn login_hint(&self) -> Option<&str> {
        let name = self.claims.text("preferred_username");
        name.or(self.user.email.as_deref())
    }
}

/// Whether the provider answers so when it would have to ask the person.
fn needs_interaction(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::LoginRequired | ErrorCode::InteractionRequired | ErrorCode::ConsentRequired
    )
}
