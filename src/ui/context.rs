//! [`AuthContext`]: the authentication state as signals, for all components below, and what keeps it up to
//! date while the page is open. Each part has its own state and its own file; the rules are in
//! [`crate::session`].

mod accounts;
mod expiry;
mod language;
mod page_events;
pub(super) mod preview;
mod renewal;
mod sign_in;
mod sign_out;

pub use sign_in::PendingSignIn;

use super::remedy::{self, FindRemedy};
use super::text_source::{self, TextSource};
use crate::platform::browser::BrowserPlatform;
use crate::protocol::Timestamp;
use crate::protocol::error::Error;
use crate::session::{Account, Auth, AuthState, Session, SessionExpiry, SignInOptions};
use accounts::AccountList;
use expiry::ExpiryMonitor;
use language::CurrentTexts;
use leptos::prelude::*;
use leptos::task::spawn_local;
use renewal::RenewalStatus;
use sign_in::SignInProgress;
use std::rc::Rc;
use std::time::Duration;

/// How long a page that is being left may stay before people can use it again: they may have stopped the
/// navigation, or the provider's address may lead nowhere.
const STALLED_AFTER: Duration = Duration::from_secs(15);

/// The authentication state and everything that applications and components can do with it. Copies are
/// handles to the same session.
///
/// The signals are read-only: they change through the methods, and when the session changes in another tab.
#[derive(Clone, Copy)]
pub struct AuthContext {
    auth: StoredValue<Auth<BrowserPlatform>, LocalStorage>,
    state: ReadSignal<AuthState, LocalStorage>,
    write_state: WriteSignal<AuthState, LocalStorage>,
    last_result: ReadSignal<AuthState, LocalStorage>,
    write_last_result: WriteSignal<AuthState, LocalStorage>,
    is_signing_out: ReadSignal<bool>,
    write_is_signing_out: WriteSignal<bool>,
    sign_in: SignInProgress,
    renewal: RenewalStatus,
    expiry: ExpiryMonitor,
    accounts: AccountList,
    texts: CurrentTexts,
    /// The id of the provider of whoever was signed in last.
    last_provider: StoredValue<Option<String>>,
    /// The id of the provider that was used last on this device, if that may be remembered.
    last_used: StoredValue<Option<String>>,
    find_remedy: StoredValue<FindRemedy, LocalStorage>,
}

/// Returns the [`AuthContext`] of the surrounding [`AuthProvider`](super::AuthProvider).
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::use_auth;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// let auth = use_auth();
/// view! {
///     <button on:click=move |_| auth.sign_in("work".to_owned())>"Sign in"</button>
///     <button on:click=move |_| auth.sign_out(true)>"Sign out"</button>
/// }
/// # }
/// ```
///
/// # Panics
/// Outside an `<AuthProvider>`: a mistake in the application that shows as soon as it's opened.
pub fn use_auth() -> AuthContext {
    expect_context()
}

impl AuthContext {
    /// Provides the context to all components below, resumes the session and keeps the signals up to date.
    /// [`AuthProvider`](super::AuthProvider) calls this.
    pub fn provide(auth: Auth<BrowserPlatform>) -> AuthContext {
        let source = TextSource::new(&auth, text_source::from_folder());
        let context = AuthContext::new(auth, remedy::from_this_build(), source);
        provide_context(context);
        context
    }

    /// Like [`provide`](Self::provide), but in English: for administrators.
    #[doc(hidden)]
    pub fn provide_in_english(auth: Auth<BrowserPlatform>) -> AuthContext {
        let source = TextSource::english_only(&auth);
        let context = AuthContext::new(auth, remedy::from_this_build(), source);
        provide_context(context);
        context
    }

    /// Like [`provide`](Self::provide), for views that get the context as an argument, and with a choice of
    /// where remedies and texts come from.
    pub(crate) fn new(
        auth: Auth<BrowserPlatform>,
        find_remedy: FindRemedy,
        source: TextSource,
    ) -> AuthContext {
        let context = AuthContext::idle(auth, find_remedy, source);
        context.choose_language();
        context.watch_page_lifecycle();
        context.track_activity();
        context.sync_with_tabs();
        context.resume();
        context
    }

    /// A context that nothing has happened in yet.
    fn idle(
        auth: Auth<BrowserPlatform>,
        find_remedy: FindRemedy,
        source: TextSource,
    ) -> AuthContext {
        let (state, write_state) = signal_local(AuthState::Loading);
        let (last_result, write_last_result) = signal_local(AuthState::Loading);
        let (is_signing_out, write_is_signing_out) = signal(false);
        AuthContext {
            last_used: StoredValue::new(auth.last_provider()),
            auth: StoredValue::new_local(auth),
            state,
            write_state,
            last_result,
            write_last_result,
            is_signing_out,
            write_is_signing_out,
            sign_in: SignInProgress::new(),
            renewal: RenewalStatus::new(),
            expiry: ExpiryMonitor::new(),
            accounts: AccountList::new(),
            texts: CurrentTexts::new(source, None),
            last_provider: StoredValue::new(None),
            find_remedy: StoredValue::new_local(find_remedy),
        }
    }

    /// Returns the same session for components whose buttons sign in with these options.
    pub fn with_options(self, options: SignInOptions) -> AuthContext {
        AuthContext {
            sign_in: self.sign_in.with_options(options),
            ..self
        }
    }

    /// Returns the client beneath the context, without signals: for example for its
    /// [`providers`](Auth::providers) and [`api_origins`](Auth::api_origins). Sign in and out through the
    /// context, which would otherwise notice only at its next check.
    pub fn client(self) -> Auth<BrowserPlatform> {
        self.auth.get_value()
    }

    /// Returns the last steps as JSON, for whoever looks for the cause of a failure: see
    /// [`Auth::export_trace`].
    pub fn export_trace(self) -> String {
        self.auth.with_value(Auth::export_trace)
    }

    /// The current authentication state.
    pub fn state(self) -> ReadSignal<AuthState, LocalStorage> {
        self.state
    }

    /// The state that the last sign-in, sign-out or check ended with: what there is to report. It keeps its
    /// value during a sign-in, so that nothing moves under the pointer. It's
    /// [`Failed`](AuthState::Failed) while somebody is still signed in if, for example, adding an account
    /// has failed.
    pub fn last_result(self) -> ReadSignal<AuthState, LocalStorage> {
        self.last_result
    }

    /// The accounts that are signed in here, the current one first. Empty unless `several_accounts` is
    /// configured.
    pub fn accounts(self) -> ReadSignal<Vec<Account>, LocalStorage> {
        self.accounts.list
    }

    /// The sign-in that is in progress.
    pub fn pending_sign_in(self) -> ReadSignal<Option<PendingSignIn>> {
        self.sign_in.pending
    }

    /// Whether a sign-out is in progress.
    pub fn is_signing_out(self) -> ReadSignal<bool> {
        self.is_signing_out
    }

    /// How many renewals have failed in a row. The session goes on in the meantime.
    pub fn renewal_failures(self) -> ReadSignal<u32> {
        self.renewal.failures
    }

    /// Why the last failed renewal failed.
    pub fn last_renewal_error(self) -> ReadSignal<Option<Error>> {
        self.renewal.last_error
    }

    /// When and why the session will end, once it's time to warn about it. The person is still signed in.
    pub fn expiry_warning(self) -> ReadSignal<Option<SessionExpiry>, LocalStorage> {
        self.expiry.warning
    }

    /// The session, if somebody is signed in. Reactive.
    pub fn session(self) -> Option<Rc<Session>> {
        self.state.with(|state| match state {
            AuthState::SignedIn(session) => Some(Rc::clone(session)),
            _ => None,
        })
    }

    /// Whether it isn't known yet if somebody is signed in. Reactive.
    pub fn is_loading(self) -> bool {
        self.state.with(|state| matches!(state, AuthState::Loading))
    }

    /// Whether the browser is on the way to a provider. Reactive.
    pub fn is_signing_in(self) -> bool {
        self.state
            .with(|state| matches!(state, AuthState::SigningIn { .. }))
    }

    /// When the session ends at the latest, if that is known.
    pub fn ends_at(self, session: &Session) -> Option<Timestamp> {
        self.auth.with_value(|auth| auth.ends_at(session))
    }

    /// The name that people know the provider with this id by.
    pub fn provider_label(self, id: &str) -> Option<String> {
        self.auth.with_value(|auth| {
            let provider = auth.providers().iter().find(|known| known.id() == id)?;
            Some(provider.label().to_owned())
        })
    }

    /// The name of the provider of whoever was signed in here before.
    pub(super) fn last_provider_label(self) -> Option<String> {
        self.provider_label(&self.last_provider.get_value()?)
    }

    /// The id of the provider that the picker marks.
    pub(super) fn last_used(self) -> Option<String> {
        self.last_used.get_value()
    }

    /// The kind of the provider with this id, as in the configuration.
    pub fn provider_kind(self, id: &str) -> Option<&'static str> {
        self.auth.with_value(|auth| {
            let mut providers = auth.providers().iter();
            Some(providers.find(|known| known.id() == id)?.kind_name())
        })
    }

    /// Finds what an administrator can do about an error at a provider of this kind.
    pub(super) fn find_remedy(
        self,
        error: &Error,
        kind: &str,
    ) -> impl Future<Output = Option<String>> + use<> {
        self.find_remedy.with_value(|find| find(error, kind))
    }

    /// Whether somebody is signed in. Not reactive.
    fn is_signed_in(self) -> bool {
        self.state
            .with_untracked(|state| matches!(state, AuthState::SignedIn(_)))
    }

    /// Processes the provider's response, or restores the session from storage.
    fn resume(self) {
        let auth = self.client();
        spawn_local(async move {
            self.set_state(auth.resume().await);
            // The address is again the one that the sign-in started at.
            self.choose_language();
            if let Some(error) = auth.take_callback_error() {
                self.report(error);
            }
            if untrack(|| self.is_signing_in()) {
                set_timeout(move || self.reset_stalled(), STALLED_AFTER);
            }
        });
    }

    fn set_state(self, state: AuthState) {
        if let Some(session) = untrack(|| self.session()) {
            let provider = session.provider.clone();
            self.last_provider.set_value(Some(provider));
        }
        self.last_used
            .set_value(self.auth.with_value(Auth::last_provider));
        self.write_last_result.set(state.clone());
        self.write_state.set(state);
        self.write_is_signing_out.set(false);
        self.sign_in.set_pending(None);
        self.update_accounts();
        self.schedule_check();
    }

    /// Reports an error that doesn't change who is signed in.
    fn report(self, error: Error) {
        self.write_last_result.set(AuthState::Failed(error));
    }
}
