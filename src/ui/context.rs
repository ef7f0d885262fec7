//! Who is signed in, for every component below: the session's handle, its state as a signal, and what
//! keeps that signal true while the page stays open.

use crate::platform::browser::BrowserPlatform;
use crate::protocol::Timestamp;
use crate::protocol::error::{Error, ErrorCode, Phase};
use crate::session::renewal::Renewal;
use crate::session::sign_out::{SignOut, SignOutOptions};
use crate::session::{
    Abort, Account, Auth, AuthState, Ending, Mode, Session, SignIn, SignInOptions, SignedOutReason,
};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use oauth2::AccessToken;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// How long a page that is being left may stay before it is offered for use again: the person
/// stopped the loading, or the provider's address leads nowhere.
const STILL_HERE: Duration = Duration::from_secs(15);

/// The longest time between two looks at the session's end. Browsers stretch timers of hidden pages
/// and sleeping machines, so one timer to the very end would come late.
const LOOK_AGAIN: i64 = 300;

/// What components know and can do. A copy is another handle to the same thing.
#[derive(Clone, Copy)]
pub struct AuthContext {
    pub auth: StoredValue<Auth<BrowserPlatform>, LocalStorage>,
    pub state: RwSignal<AuthState, LocalStorage>,
    /// The last state that something came to: what there is to tell. It stays while a sign-in is
    /// under way, so that nothing moves under the pointer.
    pub outcome: RwSignal<AuthState, LocalStorage>,
    /// Everybody who is signed in here, the current one first. Empty unless the configuration allows
    /// several.
    pub accounts: RwSignal<Vec<Account>, LocalStorage>,
    /// Whether a sign-out is under way.
    pub leaving: RwSignal<bool>,
    /// How many renewals in a row have failed. The session goes on meanwhile.
    pub failures: RwSignal<u32>,
    /// What the last failed renewal was.
    pub failure: RwSignal<Option<Error>>,
    /// Ends the sign-in that is under way beside the page.
    open: StoredValue<Option<Abort>, LocalStorage>,
    /// How its buttons sign in.
    options: StoredValue<SignInOptions, LocalStorage>,
    /// The provider that is being met, and where.
    pub meeting: RwSignal<Option<(String, Mode)>>,
    /// The end of the session that is in sight, once it is time to warn of it. Independent of the state:
    /// the person is signed in still.
    pub ending: RwSignal<Option<Ending>, LocalStorage>,
    /// The next look at the session.
    timer: StoredValue<Option<TimeoutHandle>, LocalStorage>,
}

/// The [`AuthContext`] that was provided above.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::use_auth;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// let auth = use_auth();
/// view! {
///     <button on:click=move |_| auth.sign_in("work".to_owned())>"Sign in"</button>
///     <button on:click=move |_| auth.sign_out(true)>"Leave"</button>
/// }
/// # }
/// ```
///
/// # Panics
/// Where none was provided: a mistake in the program that a first look at the page shows.
pub fn use_auth() -> AuthContext {
    expect_context()
}

impl AuthContext {
    /// Provides the context to everything below, finds out who is signed in, and keeps that true.
    pub fn provide(auth: Auth<BrowserPlatform>) -> AuthContext {
        let context = AuthContext::begin(auth);
        provide_context(context);
        context
    }

    /// The same for views that are given the context.
    pub(super) fn begin(auth: Auth<BrowserPlatform>) -> AuthContext {
        let context = AuthContext {
            auth: StoredValue::new_local(auth),
            state: RwSignal::new_local(AuthState::Loading),
            outcome: RwSignal::new_local(AuthState::Loading),
            accounts: RwSignal::new_local(Vec::new()),
            leaving: RwSignal::new(false),
            failures: RwSignal::new(0),
            failure: RwSignal::new(None),
            open: StoredValue::new_local(None),
            options: StoredValue::new_local(SignInOptions::default()),
            meeting: RwSignal::new(None),
            ending: RwSignal::new_local(None),
            timer: StoredValue::new_local(None),
        };
        context.follow_the_page();
        context.follow_the_person();
        context.follow_other_tabs();
        context.resume();
        context
    }

    /// The same session for components whose buttons sign in like this.
    pub fn with_options(self, options: SignInOptions) -> AuthContext {
        AuthContext {
            options: StoredValue::new_local(options),
            ..self
        }
    }

    /// Signs somebody in. To be called from within a click. The page shows how that ends.
    pub fn sign_in(self, provider: String) {
        let mut options = self.options.get_value();
        // Somebody who is there already would be signed in once more, where another account is wanted.
        let is_again = self.has_several_accounts()
            && self.is_signed_in()
            && self.accounts.with_untracked(|known| {
                known
                    .iter()
                    .any(|account| account.user.provider == provider)
            });
        if is_again && options.prompt.is_none() {
            let prompt = match self.provider_kind(&provider) {
                Some("google" | "microsoft") => "select_account",
                _ => "login",
            };
            options.prompt = Some(prompt.to_owned());
        }
        self.sign_in_with(&provider, options);
    }

    /// Signs somebody in like this. To be called from within a click.
    pub fn sign_in_with(self, provider: &str, options: SignInOptions) {
        // A window that was lost behind others may be asked for again; a page that is being left not.
        let is_beside = self.open.with_value(Option::is_some);
        if is_beside || !untrack(|| self.is_signing_in()) {
            let end = self.meet(provider, options);
            spawn_local(async move {
                // Shown by whoever looks at the state.
                let _ = end.await;
            });
        }
    }

    /// Signs somebody in, and tells how that ended. To be called from within a click: what cannot wait
    /// is done before this returns. One that is under way beside the page ends with this.
    ///
    /// Who is signed in stays so meanwhile, unless the page is left: a popup brings a new session into
    /// the page without losing the work in it. How it ends is in [`outcome`](Self::outcome) too.
    ///
    /// # Errors
    /// Those of [`Auth::sign_in`].
    pub fn meet(
        self,
        provider: &str,
        options: SignInOptions,
    ) -> impl Future<Output = Result<SignIn, Error>> + use<> {
        let mode = self.auth.with_value(|auth| auth.mode(&options));
        let is_beside = mode != Mode::Redirect;
        let abort = Some(options.abort.clone().unwrap_or_default());
        let options = SignInOptions {
            abort: abort.clone(),
            ..options
        };
        if let Some(before) = self.open.try_update_value(Option::take).flatten() {
            before.abort();
        }
        let end = self.auth.with_value(|auth| auth.sign_in(provider, options));
        self.open.set_value(abort.clone().filter(|_| is_beside));
        self.note_meeting(Some((provider.to_owned(), mode)));
        if !self.is_signed_in() {
            self.state.set(AuthState::SigningIn {
                provider: provider.to_owned(),
            });
        }
        async move {
            let end = end.await;
            if is_beside {
                // Unless another one was begun in its place.
                if self.open.with_value(|open| *open != abort) {
                    return end;
                }
                self.open.set_value(None);
            }
            match &end {
                Ok(SignIn::Leaving) => set_timeout(move || self.offer_again(), STILL_HERE),
                Ok(SignIn::SignedIn(session)) => {
                    self.arrive(AuthState::SignedIn(Rc::clone(session)));
                }
                Err(error) if self.is_signed_in() => {
                    self.outcome.set(AuthState::Failed(error.clone()));
                    self.note_meeting(None);
                }
                Err(error) => self.arrive(AuthState::Failed(error.clone())),
            }
            end
        }
    }

    /// Fetches ahead what [`sign_in`](Self::sign_in) will need.
    pub fn prefetch(self, provider: String) {
        // A program may have put its session away since.
        let Some(auth) = self.auth.try_get_value() else {
            return;
        };
        spawn_local(async move { auth.prefetch(&provider).await });
    }

    /// Ends the session: in this page alone (`local`), or at the provider too.
    pub fn sign_out(self, local: bool) {
        if !self.leaving.get_untracked() {
            spawn_local(self.leave(SignOutOptions {
                local,
                ..SignOutOptions::default()
            }));
        }
    }

    /// Ends the session, and those of all other accounts.
    pub fn sign_out_of_all(self) {
        if !self.leaving.get_untracked() {
            spawn_local(self.leave(SignOutOptions {
                all: true,
                ..SignOutOptions::default()
            }));
        }
    }

    /// Ends the session. When this returns, nobody is signed in here, or the browser is leaving the
    /// page.
    pub async fn leave(self, options: SignOutOptions) {
        let auth = self.auth.get_value();
        self.leaving.set(true);
        match auth.sign_out(options).await {
            SignOut::Done(reason) => self.arrive(AuthState::SignedOut { reason }),
            SignOut::Leaving => set_timeout(move || self.resume(), STILL_HERE),
        }
    }

    /// Goes on as another of the [`accounts`](Self::accounts). The page shows how that ends.
    pub fn switch_account(self, id: String) {
        spawn_local(async move {
            // Shown by whoever looks at the outcome.
            let _ = self.switch_to(&id).await;
        });
    }

    /// Goes on as another of the [`accounts`](Self::accounts), and tells how that ended.
    ///
    /// # Errors
    /// Those of [`Auth::switch_account`].
    pub async fn switch_to(self, id: &str) -> Result<(), Error> {
        let auth = self.auth.get_value();
        let end = auth.switch_account(id).await;
        match &end {
            Ok(session) => {
                self.failures.set(0);
                self.arrive(AuthState::SignedIn(Rc::clone(session)));
            }
            Err(error) if self.is_signed_in() => {
                self.outcome.set(AuthState::Failed(error.clone()));
                self.list_accounts();
            }
            Err(error) => self.arrive(AuthState::Failed(error.clone())),
        }
        end.map(|_| ())
    }

    /// Ends the session here and takes its tokens back at the provider, without leaving the page.
    pub async fn revoke(self) {
        let auth = self.auth.get_value();
        if let SignOut::Done(reason) = auth.revoke().await {
            self.arrive(AuthState::SignedOut { reason });
        }
    }

    /// The access token, good for so many seconds more, renewed where needed. `refused`: any other that
    /// still lives, as an API has refused this one.
    ///
    /// # Errors
    /// [`ErrorCode::LoginRequired`] where nobody is signed in, [`ErrorCode::SessionExpired`] where the
    /// session came to its end, and whatever keeps the token from being renewed.
    pub async fn access_token(
        self,
        min_validity: i64,
        refused: Option<&str>,
    ) -> Result<AccessToken, Error> {
        let is_refused =
            |session: &Session| refused == Some(session.access_token().secret().as_str());
        let renewal = match refused {
            None => self.renew(min_validity).await,
            Some(refused) => {
                let auth = self.auth.get_value();
                let renewal = auth.replace(refused).await;
                self.take(renewal.clone());
                renewal
            }
        };
        match renewal {
            Renewal::Current(session) => Ok(session.access_token().clone()),
            Renewal::Ended(_) => Err(Error::new(ErrorCode::SessionExpired, Phase::Session)),
            Renewal::Nobody => Err(Error::new(ErrorCode::LoginRequired, Phase::Session)
                .details("Nobody is signed in.")),
            // A token that still lives serves better than none.
            Renewal::Failed(error) => {
                let session = untrack(|| self.session()).filter(|session| {
                    let left = self.auth.with_value(|auth| auth.seconds_left(session));
                    left > 0 && !is_refused(session)
                });
                session
                    .map(|session| session.access_token().clone())
                    .ok_or(error)
            }
        }
    }

    /// Sees to it that the access token is good for so many seconds more.
    pub async fn renew(self, min_validity: i64) -> Renewal {
        let auth = self.auth.get_value();
        let renewal = auth.renew(min_validity).await;
        // A session without anything to renew it by has not failed at it.
        let session = untrack(|| self.session());
        let is_renewable = session.is_none_or(|session| auth.is_renewable(&session));
        if is_renewable || !matches!(renewal, Renewal::Failed(_)) {
            self.take(renewal.clone());
        }
        renewal
    }

    /// The session, where somebody is signed in.
    pub fn session(self) -> Option<Rc<Session>> {
        self.state.with(|state| match state {
            AuthState::SignedIn(session) => Some(Rc::clone(session)),
            _ => None,
        })
    }

    /// When the session ends at the latest, where that is known.
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

    /// The kind of the provider with this id.
    pub fn provider_kind(self, id: &str) -> Option<&'static str> {
        self.auth.with_value(|auth| {
            let mut providers = auth.providers().iter();
            Some(providers.find(|known| known.id() == id)?.kind_name())
        })
    }

    /// Whether it is not known yet who is signed in.
    pub fn is_loading(self) -> bool {
        self.state.with(|state| matches!(state, AuthState::Loading))
    }

    /// Whether the browser is on the way to a provider.
    pub fn is_signing_in(self) -> bool {
        self.state
            .with(|state| matches!(state, AuthState::SigningIn { .. }))
    }

    /// The person wants to stay signed in, though nothing was done for long.
    pub fn stay(self) {
        self.auth.with_value(Auth::stay);
        self.plan();
    }

    fn is_signed_in(self) -> bool {
        self.state
            .with_untracked(|state| matches!(state, AuthState::SignedIn(_)))
    }

    /// Whether accounts are set aside that somebody may go on with.
    fn waits_for_somebody(self) -> bool {
        self.has_several_accounts() && !self.accounts.with_untracked(Vec::is_empty)
    }

    /// The records of the sign-in stay: the provider's page may still open and answer.
    fn offer_again(self) {
        self.note_meeting(None);
        if untrack(|| self.is_signing_in()) {
            self.arrive(AuthState::SignedOut {
                reason: SignedOutReason::Interrupted,
            });
        }
    }

    /// Takes the provider's answer, or reads the session out of storage.
    fn resume(self) {
        let auth = self.auth.get_value();
        spawn_local(async move {
            self.arrive(auth.resume().await);
            if let Some(error) = auth.take_refusal() {
                self.outcome.set(AuthState::Failed(error));
            }
            if untrack(|| self.is_signing_in()) {
                set_timeout(move || self.offer_again(), STILL_HERE);
            }
        });
    }

    fn arrive(self, state: AuthState) {
        self.outcome.set(state.clone());
        self.state.set(state);
        self.leaving.set(false);
        self.note_meeting(None);
        self.list_accounts();
        self.plan();
    }

    fn has_several_accounts(self) -> bool {
        self.auth.with_value(Auth::has_several_accounts)
    }

    /// For accounts that are added, and for programs around the page.
    fn note_meeting(self, meeting: Option<(String, Mode)>) {
        self.meeting.set(meeting);
    }

    fn list_accounts(self) {
        if !self.has_several_accounts() {
            return;
        }
        let accounts = self.auth.with_value(Auth::accounts);
        if self.accounts.with_untracked(|known| *known != accounts) {
            self.accounts.set(accounts);
        }
    }

    /// Whether the session goes on, and whether its tokens have to be renewed. Not asked while it is
    /// being ended on purpose.
    fn look(self) {
        if self.leaving.get_untracked() {
            return;
        }
        let auth = self.auth.get_value();
        if !self.is_signed_in() {
            if self.waits_for_somebody() {
                spawn_local(async move {
                    auth.check_accounts().await;
                    self.list_accounts();
                    self.plan();
                });
            }
            return;
        }
        spawn_local(async move {
            if let Some(state) = auth.check().await {
                // Not of somebody who signed out, or in anew, meanwhile.
                if self.is_signed_in() && !self.leaving.get_untracked() {
                    self.arrive(state);
                }
                return;
            }
            self.warn();
            self.take(auth.renew_in_time().await);
            self.plan();
        });
    }

    /// What a renewal came to.
    fn take(self, renewal: Renewal) {
        match renewal {
            Renewal::Current(session) => {
                self.failures.set(0);
                let is_news =
                    untrack(|| !self.is_signing_in() && self.session().as_ref() != Some(&session));
                if is_news {
                    self.arrive(AuthState::SignedIn(session));
                }
            }
            Renewal::Ended(reason) => self.arrive(AuthState::SignedOut { reason }),
            Renewal::Failed(error) => {
                self.failures.update(|failures| *failures += 1);
                self.failure.set(Some(error));
            }
            // Signed out meanwhile, here or in another tab, which has told so.
            Renewal::Nobody => {}
        }
    }

    /// Shows or takes back the warning of an end.
    fn warn(self) {
        let ending = match self.is_signed_in() {
            true => self.auth.with_value(Auth::warning),
            false => None,
        };
        if self.ending.get_untracked() != ending {
            self.ending.set(ending);
        }
    }

    /// Sets the timer for the next look.
    fn plan(self) {
        self.warn();
        let next = untrack(|| self.session()).map(|session| {
            let failures = self.failures.get_untracked();
            let seconds = self
                .auth
                .with_value(|auth| auth.look_in(&session, failures));
            let wait = Duration::from_secs(seconds.clamp(1, LOOK_AGAIN).unsigned_abs());
            set_timeout_with_handle(move || self.look(), wait)
        });
        let waits = next.is_none() && self.waits_for_somebody();
        let next = next.or_else(|| {
            let wait = Duration::from_secs(LOOK_AGAIN.unsigned_abs());
            waits.then(|| set_timeout_with_handle(move || self.look(), wait))
        });
        let before = self
            .timer
            .try_update_value(|timer| std::mem::replace(timer, next.and_then(Result::ok)));
        if let Some(timer) = before.flatten() {
            timer.clear();
        }
    }

    fn follow_other_tabs(self) {
        BrowserPlatform.on_message(move |message| {
            let Some(heard) = self.auth.try_with_value(|auth| auth.hear(message)) else {
                return;
            };
            self.list_accounts();
            if let Some(state) = heard {
                self.failures.set(0);
                self.arrive(state);
            } else if self.ending.try_get_untracked().flatten().is_some() {
                // Somebody may have been seen in another tab.
                self.plan();
            }
        });
    }

    /// Tells the session that somebody is there, where it wants to know.
    fn follow_the_person(self) {
        if !self.auth.with_value(Auth::watches_activity) {
            return;
        }
        let events = [
            "pointerdown",
            "pointermove",
            "keydown",
            "touchstart",
            "wheel",
            "scroll",
        ]
        .map(|event| {
            window_event_listener_untyped(event, move |_| self.auth.with_value(Auth::note_activity))
        });
        on_cleanup(move || events.into_iter().for_each(|listener| listener.remove()));
    }

    fn follow_the_page(self) {
        // A page from the back/forward cache is as it was when it was left; the session may not be.
        let shown = window_event_listener_untyped("pageshow", move |event| {
            let event: web_sys::PageTransitionEvent = event.unchecked_into();
            if event.persisted() {
                self.resume();
            }
        });
        let others = ["visibilitychange", "focus", "online"]
            .map(|event| window_event_listener_untyped(event, move |_| self.look()));
        on_cleanup(move || {
            shown.remove();
            others.into_iter().for_each(|listener| listener.remove());
        });
    }
}
