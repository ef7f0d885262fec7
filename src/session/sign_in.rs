//! Signing in: from the click to the stored session. The protocol's steps are in
//! [`code_flow`](super::code_flow), popups and iframes in [`auth_window`].

use super::abort::Abort;
use super::auth_window::{self, WindowGuard};
use super::code_flow::{CodeFlow, PreparedRequest, authorization_error, crypto_unavailable};
use super::failed_sign_in;
use super::last_provider::LastProvider;
use super::options::SignInOptions;
use super::providers::ProviderDirectory;
use super::sessions::{Sessions, storage_unavailable};
use super::signed_in::Session;
use super::trace::{Event, Step};
use super::transactions::{self, Transaction};
use crate::config::{Mode, is_same_document};
use crate::platform::{Platform, Unavailable};
use crate::protocol::authorization::{self, Response};
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::protocol::url::ReturnTo;
use crate::provider::Provider;
use futures_util::future::{Either, select};
use std::pin::pin;
use std::rc::Rc;

/// The outcome of a sign-in that didn't fail.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SignInOutcome {
    /// The browser is leaving the page for the provider.
    Redirecting,
    /// Somebody is signed in, and the page stayed.
    SignedIn(Rc<Session>),
}

/// How the browser gets to the provider, with what had to happen within the click.
pub(super) enum SignInMethod<P: Platform> {
    Redirect,
    /// `None`: the browser has blocked it.
    Popup(Option<WindowGuard<P::Window>>),
    Silent,
}

/// Signs people in.
pub(super) struct SignInFlow<P> {
    pub platform: Rc<P>,
    pub providers: Rc<ProviderDirectory<P>>,
    pub sessions: Rc<Sessions<P>>,
    pub code_flow: Rc<CodeFlow<P>>,
    pub last_provider: Rc<LastProvider<P>>,
    /// The configuration's `mode`.
    pub mode: Mode,
}

impl<P: Platform> SignInFlow<P> {
    /// The mode of a sign-in with these options.
    pub fn mode(&self, options: &SignInOptions) -> Mode {
        options.mode.unwrap_or(self.mode)
    }

    /// Does what has to happen within the click: browsers only open popups there.
    pub fn prepare(&self, provider: &str, options: &SignInOptions) -> Result<SignInMethod<P>> {
        let provider = self.providers.get(provider)?;
        if !self.platform.has_crypto() {
            return Err(crypto_unavailable(provider));
        }
        if options.abort.as_ref().is_some_and(Abort::is_aborted) {
            return Err(authorization_error(ErrorCode::Aborted, provider));
        }
        // The browser would leave for its own error page, even with metadata that was fetched before.
        if !self.platform.is_online() {
            return Err(authorization_error(ErrorCode::NetworkOffline, provider));
        }
        Ok(match self.mode(options) {
            Mode::Redirect => SignInMethod::Redirect,
            Mode::Popup => SignInMethod::Popup(auth_window::open_popup(&*self.platform)),
            Mode::Silent => SignInMethod::Silent,
        })
    }

    /// Does the rest of what [`prepare`](Self::prepare) has begun.
    pub async fn run(
        &self,
        provider: &str,
        options: &SignInOptions,
        method: Result<SignInMethod<P>>,
    ) -> Result<SignInOutcome> {
        let outcome = self.run_prepared(provider, options, method).await;
        if let Err(error) = &outcome {
            self.providers.record_error(error);
        }
        outcome
    }

    async fn run_prepared(
        &self,
        provider: &str,
        options: &SignInOptions,
        method: Result<SignInMethod<P>>,
    ) -> Result<SignInOutcome> {
        let method = method?;
        let provider = self.providers.get(provider)?;
        let work = self.run_method(provider, options, method);
        match &options.abort {
            Some(abort) => abortable(abort, provider, work).await,
            None => work.await,
        }
    }

    async fn run_method(
        &self,
        provider: &Provider,
        options: &SignInOptions,
        method: SignInMethod<P>,
    ) -> Result<SignInOutcome> {
        let flow = &self.code_flow;
        let session = match method {
            SignInMethod::Redirect => return self.redirect_to_provider(provider, options).await,
            SignInMethod::Popup(Some(window)) => {
                auth_window::sign_in_in_popup(flow, provider, options, window).await
            }
            SignInMethod::Popup(None) if options.or_redirect => {
                return self.redirect_to_provider(provider, options).await;
            }
            SignInMethod::Popup(None) => {
                Err(authorization_error(ErrorCode::PopupBlocked, provider))
            }
            SignInMethod::Silent => {
                match auth_window::sign_in_silently(flow, provider, options).await {
                    Err(_) if options.or_redirect => {
                        return self.redirect_to_provider(provider, options).await;
                    }
                    result => result,
                }
            }
        };
        let session = session.and_then(|session| self.store_session(session));
        let session = session.map_err(|error| provider.explain(error))?;
        if self.mode(options) != Mode::Silent {
            self.last_provider.record(provider.id());
        }
        if let Some(place) = &options.return_to {
            self.go_back_to(place);
        }
        Ok(SignInOutcome::SignedIn(session))
    }

    /// Stores the transaction and navigates to the authorization endpoint, unless the page is in a frame of another
    /// site.
    async fn redirect_to_provider(
        &self,
        provider: &Provider,
        options: &SignInOptions,
    ) -> Result<SignInOutcome> {
        let platform = &*self.platform;
        // Providers refuse to be framed: the frame would stay empty.
        if platform.is_framed() {
            return Err(authorization_error(ErrorCode::RedirectInFrame, provider));
        }
        let redirect_uri = self.providers.redirect_uri(provider);
        let PreparedRequest { url, state, record } = self
            .code_flow
            .prepare_request(provider, options, redirect_uri, Mode::Redirect)
            .await?;
        let return_to = match &options.return_to {
            Some(place) => place.as_str().to_owned(),
            None => self.current_place(),
        };
        let transaction = Transaction::new(provider, platform.now(), return_to, record);
        transactions::write(platform, &state, &transaction)
            .map_err(|Unavailable| storage_unavailable(provider.id()))?;
        platform.navigate(&url);
        Ok(SignInOutcome::Redirecting)
    }

    /// Where the person is. An error without `state` leaves the address here: it was somebody else's, or an old one
    /// of ours, and mustn't be taken for the response to the sign-in that starts now.
    fn current_place(&self) -> String {
        let path = self.platform.path();
        let Some(clean) = authorization::without_error(&path) else {
            return path;
        };
        if let Some(place) = ReturnTo::parse(&clean) {
            self.platform.go_back_to(&place);
        }
        clean
    }

    /// The provider's error that the page was opened with, if it lacks the `state` and a sign-in of this tab waits
    /// for its response at this address.
    pub fn error_without_state(&self) -> Option<Response> {
        let path = self.platform.path();
        let (path, fragment) = path.split_once('#').unwrap_or((&path, ""));
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let (state, redirect_uri) =
            transactions::newest_waiting(&*self.platform, self.providers.all())?;
        let is_here = is_same_document(&self.platform.page_url(), &redirect_uri);
        Response::error_without_state(query, state.clone())
            .or_else(|| Response::error_without_state(fragment, state))
            .filter(|_| is_here)
    }

    /// Finishes a sign-in with the response that the provider redirected the browser back with.
    ///
    /// # Errors
    /// [`ErrorCode::StateUnknown`] if no transaction of this tab has the response's `state`, and
    /// everything that a response can be rejected for.
    pub async fn handle_callback(&self, response: &Response) -> Result<Rc<Session>> {
        let platform = &*self.platform;
        let trace = &self.providers.trace;
        trace.record(Event::of_response(response));
        let taken = transactions::take(platform, &response.state);
        let provider = taken
            .as_ref()
            .map(|(transaction, _)| &*transaction.provider);
        let provider = provider.and_then(|id| self.providers.get(id).ok());
        trace.record(
            Event::new(Step::Transaction)
                .with("found", taken.is_some())
                .with("provider", provider),
        );
        let Some((transaction, request)) = taken else {
            if transactions::is_blocked(platform) {
                return Err(Error::new(
                    ErrorCode::StorageUnavailable,
                    Phase::Authorization,
                ));
            }
            return Err(Error::new(ErrorCode::StateUnknown, Phase::Authorization).details(
                "The response's state is unknown in this tab: the sign-in started in another one, more than an hour ago, or was answered before.",
            ));
        };
        let arrived_at = platform.page_url();
        let session = self
            .code_flow
            .process_response(&transaction.provider, request, response, &arrived_at)
            .await;
        let session = session.and_then(|session| self.store_session(session));
        if session.is_ok() {
            self.last_provider.record(&transaction.provider);
        }
        // Whatever the result, nothing was interrupted.
        transactions::remove_until(platform, transaction.started_at, self.providers.all());
        let place = ReturnTo::parse(&transaction.return_to);
        let loads_another_page = place.is_some_and(|place| self.go_back_to(&place));
        session.map_err(|error| match self.providers.get(&transaction.provider) {
            Ok(provider) => {
                let error = provider.explain(error);
                if loads_another_page {
                    failed_sign_in::write(platform, provider, &error);
                }
                error
            }
            Err(_) => error.provider(&transaction.provider),
        })
    }

    /// Stores a new session and sends it to the other tabs.
    fn store_session(&self, session: Session) -> Result<Rc<Session>> {
        self.sessions
            .start(&session)
            .map_err(|Unavailable| storage_unavailable(&session.provider))?;
        Ok(Rc::new(session))
    }

    /// Brings the person back to where they were. `true` if that loads another page.
    pub fn go_back_to(&self, place: &ReturnTo) -> bool {
        let loads_another_page = self.platform.go_back_to(place);
        if loads_another_page {
            self.sessions.store.stash_for_reload();
        }
        loads_another_page
    }
}

/// The result of the work, unless it is aborted.
async fn abortable<T>(
    abort: &Abort,
    provider: &Provider,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    match select(pin!(abort.aborted()), pin!(work)).await {
        Either::Left(_) => Err(authorization_error(ErrorCode::Aborted, provider)),
        Either::Right((result, _)) => result,
    }
}
