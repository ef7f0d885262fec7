//! What happens when the page loads: a provider's response is processed, or the session of this tab or
//! another one is resumed, or a sign-in starts automatically.

use super::accounts::Accounts;
use super::auto_sign_in::AutoSignIn;
use super::sessions::Sessions;
use super::sign_in::SignInFlow;
use super::signed_in::Session;
use super::state::{AuthState, SignedOutReason};
use super::trace::{Event, Step};
use super::{failed_sign_in, markers, transactions};
use crate::platform::Platform;
use crate::protocol::authorization::Response;
use crate::protocol::error::{Error, ErrorCode};
use std::cell::RefCell;
use std::rc::Rc;

/// Seconds after which a session hasn't got lost on the way back from the provider.
const LASTED: i64 = 60;

/// Finds out who is signed in.
pub(super) struct Resumption<P> {
    pub platform: Rc<P>,
    pub sessions: Rc<Sessions<P>>,
    pub sign_in: Rc<SignInFlow<P>>,
    pub auto_sign_in: AutoSignIn<P>,
    pub accounts: Rc<Accounts<P>>,
    /// Why the sign-in failed that the page was loaded for, if somebody is still signed in.
    pub callback_error: RefCell<Option<Error>>,
}

impl<P: Platform> Resumption<P> {
    /// Finishes a sign-in or sign-out that returns from a provider, or resumes the session.
    pub async fn resume(&self) -> AuthState {
        let response = self.platform.take_response();
        let ends = self.sessions.channel.ends();
        let trace = &self.sessions.trace;
        trace.record(Event::new(Step::Resume).with("response", response.is_some()));
        self.sessions.store.restore_stash();
        // Before anything is checked for its age.
        self.platform.sync_clock().await;
        self.discard_forged().await;
        let response = match response {
            Some(response) => {
                self.auto_sign_in.initiated.take();
                Response::parse(&response)
            }
            None => self.sign_in.error_without_state(),
        };
        let state = match response {
            Some(response) if response.answers_sign_in() => self.handle_callback(&response).await,
            response => match self.take_failure() {
                Some(error) => self.resume_after(error),
                None => self.resume_or_sign_in(response.as_ref(), ends).await,
            },
        };
        self.accounts.request_newer();
        state
    }

    /// Removes stored sessions whose signature doesn't fit the provider's keys, as far as those are known.
    async fn discard_forged(&self) {
        let store = &self.sessions.store;
        let stored = store.current().into_iter().chain(store.inactive_sessions());
        for session in stored {
            if !self.sign_in.code_flow.trusts(&session).await {
                store.remove_by_id(&session.id);
            }
        }
    }

    async fn handle_callback(&self, response: &Response) -> AuthState {
        match self.sign_in.handle_callback(response).await {
            Ok(session) => AuthState::SignedIn(session),
            Err(error) => self.resume_after(error),
        }
    }

    /// Why a sign-in failed whose response another page has processed.
    fn take_failure(&self) -> Option<Error> {
        failed_sign_in::take(&*self.platform, self.sign_in.providers.all())
    }

    /// A failed sign-in doesn't sign anybody out.
    fn resume_after(&self, error: Error) -> AuthState {
        self.sign_in.providers.record_error(&error);
        match self.sessions.current() {
            Some(session) => {
                // A response that was used before is no error to show.
                if error.code != ErrorCode::StateUnknown {
                    self.callback_error.replace(Some(error));
                }
                self.resume_session(session)
            }
            None => AuthState::Failed(error),
        }
    }

    /// `ends`: how many sessions had ended when the page started to find out who is signed in. What another tab
    /// has reported since then counts.
    async fn resume_or_sign_in(&self, response: Option<&Response>, ends: usize) -> AuthState {
        let never_signed_in = AuthState::SignedOut {
            reason: SignedOutReason::NeverSignedIn,
        };
        let reason = match self.restore(response, ends).await {
            AuthState::SignedIn(session) => {
                self.finish_initiated(&session);
                return self.resume_session(session);
            }
            // Whatever came before, whoever comes from a portal wants to sign in now.
            AuthState::SignedOut { reason }
                if reason == SignedOutReason::NeverSignedIn || self.auto_sign_in.is_initiated() =>
            {
                reason
            }
            state => return state,
        };
        if let Some(session) = self.sessions.sync_with_tabs().await {
            self.finish_initiated(&session);
            return AuthState::SignedIn(session);
        }
        let reason = self.sessions.channel.reason_since(ends).unwrap_or(reason);
        let state = self.auto_sign_in.run(reason).await;
        match (
            self.sessions.current(),
            self.sessions.channel.reason_since(ends),
        ) {
            _ if matches!(state, AuthState::SigningIn { .. }) => state,
            // Somebody has signed in in another tab in the meantime, or out.
            (Some(session), _) => AuthState::SignedIn(session),
            (None, Some(reason)) if state == never_signed_in => AuthState::SignedOut { reason },
            _ => state,
        }
    }

    /// What a third party asks for, if somebody is signed in: with the provider that it names, they go where they
    /// want to. With another one, they stay here, and see with which.
    fn finish_initiated(&self, session: &Session) {
        if let Some(login) = self.auto_sign_in.initiated.take()
            && login.names(&session.provider)
            && let Some(target) = &login.options.return_to
            // That place may send them back here.
            && self.auto_sign_in.may_redirect()
        {
            self.sign_in.go_back_to(target);
        }
    }

    fn resume_session(&self, session: Rc<Session>) -> AuthState {
        // Somebody may have signed out elsewhere while this tab showed another page. The answer arrives
        // as a message: nothing waits for it.
        self.sessions.request_newer(Some(&session));
        AuthState::SignedIn(session)
    }

    /// The state by what is stored in this tab. An expired session is removed. `response`: what a provider
    /// redirected the browser back with, if that isn't the response to a sign-in. `ends`: as for
    /// [`resume_or_sign_in`](Self::resume_or_sign_in).
    async fn restore(&self, response: Option<&Response>, ends: usize) -> AuthState {
        let sessions = &self.sessions;
        let signed_out = self.finish_sign_out(response);
        let mut session = sessions.store.current();
        if let Some(stored) = &session
            && self.platform.now() - stored.started_at >= LASTED
        {
            markers::forget_auto_redirects(&*self.platform);
        }
        if let Some(stored) = &session
            && sessions.expiry.is_expired(stored)
        {
            // This tab may have slept, or been closed and reopened, while the others went on.
            sessions.request_session(Some(stored)).await;
            session = sessions.store.current();
        }
        sessions.end_expired_inactive().await;
        let reason = match session {
            Some(session) => match sessions.expiry.expired_reason(&session) {
                None => return AuthState::SignedIn(Rc::new(session)),
                Some(reason) => {
                    sessions.end(&session, reason);
                    reason
                }
            },
            None => match signed_out.or_else(|| sessions.channel.reason_since(ends)) {
                Some(reason) => reason,
                None if self.has_unfinished_sign_in() => SignedOutReason::Interrupted,
                None => SignedOutReason::NeverSignedIn,
            },
        };
        AuthState::SignedOut { reason }
    }

    fn has_unfinished_sign_in(&self) -> bool {
        transactions::has_unfinished(&*self.platform, self.sign_in.providers.all())
    }

    /// Processes the return from a provider's sign-out page
    /// ([RP-Initiated Logout §3](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RedirectionAfterLogout)).
    fn finish_sign_out(&self, response: Option<&Response>) -> Option<SignedOutReason> {
        let (id, state) = markers::take_sign_out(&*self.platform, self.sign_in.providers.all())?;
        // Without its `state`, the person may have come back with the back button.
        let reason = match response {
            Some(response) if response.state == state => SignedOutReason::SignedOut,
            _ => SignedOutReason::SignedOutHere,
        };
        self.sessions.broadcast_end(&id, reason);
        Some(reason)
    }

    /// The new state of a page where somebody is signed in. `None` if nothing has changed.
    pub async fn check(&self) -> Option<AuthState> {
        let ends = self.sessions.channel.ends();
        self.platform.sync_clock().await;
        match self.restore(None, ends).await {
            AuthState::SignedIn(_) => None,
            changed => Some(changed),
        }
    }
}
