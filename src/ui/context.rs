//! Who is signed in, for every component below: the session's handle, its state as a signal, and what
//! keeps that signal true while the page stays open.

use crate::platform::browser::BrowserPlatform;
use crate::session::renewal::Renewal;
use crate::session::sign_out::{SignOut, SignOutOptions};
use crate::session::{
    Abort, Auth, AuthState, Mode, Session, SignIn, SignInOptions, SignedOutReason,
};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
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
    /// Whether a sign-out is under way.
    pub leaving: RwSignal<bool>,
    /// How many renewals in a row have failed. The session goes on meanwhile.
    pub failures: RwSignal<u32>,
    /// Ends the sign-in that is under way beside the page.
    open: StoredValue<Option<Abort>, LocalStorage>,
    /// The next look at the session.
    timer: StoredValue<Option<TimeoutHandle>, LocalStorage>,
}

/// The [`AuthContext`] that was provided above.
///
/// # Panics
/// Where none was provided: a mistake in the program that a first look at the page shows.
pub fn use_auth() -> AuthContext {
    expect_context()
}

impl AuthContext {
    /// Provides the context to everything below, finds out who is signed in, and keeps that true.
    pub fn provide(auth: Auth<BrowserPlatform>) -> AuthContext {
        let context = AuthContext {
            auth: StoredValue::new_local(auth),
            state: RwSignal::new_local(AuthState::Loading),
            outcome: RwSignal::new_local(AuthState::Loading),
            leaving: RwSignal::new(false),
            failures: RwSignal::new(0),
            open: StoredValue::new_local(None),
            timer: StoredValue::new_local(None),
        };
        provide_context(context);
        context.follow_the_page();
        context.follow_other_tabs();
        context.resume();
        context
    }

    /// Signs somebody in as configured. The page shows how that ends.
    pub fn sign_in(self, provider: String) {
        self.sign_in_with(&provider, SignInOptions::default());
    }

    /// Signs somebody in. To be called from within a click.
    ///
    /// Who is signed in stays so meanwhile, unless the page is left: a popup brings a new session into
    /// the page without losing the work in it. How it ends is in [`outcome`](Self::outcome).
    pub fn sign_in_with(self, provider: &str, options: SignInOptions) {
        let beside = self
            .auth
            .with_value(|auth| options.mode.unwrap_or(auth.mode()))
            != Mode::Redirect;
        match self.open.try_update_value(Option::take).flatten() {
            // The person has lost the window behind others, and gets another one.
            Some(abort) => abort.abort(),
            None if untrack(|| self.is_signing_in()) => return,
            None => {}
        }
        let abort = options.abort.clone().unwrap_or_default();
        let options = SignInOptions {
            abort: Some(abort.clone()),
            ..options
        };
        let end = self.auth.with_value(|auth| auth.sign_in(provider, options));
        self.open.set_value(beside.then(|| abort.clone()));
        if !self.is_signed_in() {
            self.state.set(AuthState::SigningIn {
                provider: provider.to_owned(),
            });
        }
        spawn_local(async move {
            let end = end.await;
            if beside {
                // Unless another one was begun in its place.
                if self.open.with_value(|open| open.as_ref() != Some(&abort)) {
                    return;
                }
                self.open.set_value(None);
            }
            match end {
                Ok(SignIn::Leaving) => set_timeout(move || self.offer_again(), STILL_HERE),
                Ok(SignIn::SignedIn(session)) => self.arrive(AuthState::SignedIn(session)),
                Err(error) if self.is_signed_in() => self.outcome.set(AuthState::Failed(error)),
                Err(error) => self.arrive(AuthState::Failed(error)),
            }
        });
    }

    /// Fetches ahead what [`sign_in`](Self::sign_in) will need.
    pub fn prefetch(self, provider: String) {
        let auth = self.auth.get_value();
        spawn_local(async move { auth.prefetch(&provider).await });
    }

    /// Ends the session: in this page alone (`local`), or at the provider too.
    pub fn sign_out(self, local: bool) {
        if self.leaving.get_untracked() {
            return;
        }
        let auth = self.auth.get_value();
        self.leaving.set(true);
        spawn_local(async move {
            match auth.sign_out(SignOutOptions { local }).await {
                SignOut::Done(reason) => self.arrive(AuthState::SignedOut { reason }),
                SignOut::Leaving => set_timeout(move || self.resume(), STILL_HERE),
            }
        });
    }

    /// The session, where somebody is signed in.
    pub fn session(self) -> Option<Rc<Session>> {
        self.state.with(|state| match state {
            AuthState::SignedIn(session) => Some(Rc::clone(session)),
            _ => None,
        })
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

    fn is_signed_in(self) -> bool {
        self.state
            .with_untracked(|state| matches!(state, AuthState::SignedIn(_)))
    }

    /// The records of the sign-in stay: the provider's page may still open and answer.
    fn offer_again(self) {
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
            if untrack(|| self.is_signing_in()) {
                set_timeout(move || self.offer_again(), STILL_HERE);
            }
        });
    }

    fn arrive(self, state: AuthState) {
        self.outcome.set(state.clone());
        self.state.set(state);
        self.leaving.set(false);
        self.plan();
    }

    /// Whether the session goes on, and whether its tokens have to be renewed. Not asked while it is
    /// being ended on purpose.
    fn look(self) {
        if !self.is_signed_in() || self.leaving.get_untracked() {
            return;
        }
        if let Some(state) = self.auth.with_value(Auth::check) {
            self.arrive(state);
            return;
        }
        let auth = self.auth.get_value();
        spawn_local(async move {
            match auth.renew_in_time().await {
                Renewal::Current(session) => {
                    self.failures.set(0);
                    if untrack(|| self.session()).as_ref() != Some(&session) {
                        self.arrive(AuthState::SignedIn(session));
                    }
                }
                Renewal::Ended(reason) => self.arrive(AuthState::SignedOut { reason }),
                Renewal::Failed(_) => self.failures.update(|failures| *failures += 1),
                // Signed out meanwhile, here or in another tab, which has told so.
                Renewal::Nobody => {}
            }
            self.plan();
        });
    }

    /// Sets the timer for the next look.
    fn plan(self) {
        let next = untrack(|| self.session()).map(|session| {
            let seconds = self.auth.with_value(|auth| {
                let left = auth.seconds_left(&session);
                let renewal = auth.renewal_in(&session, self.failures.get_untracked());
                match auth.is_renewable(&session) {
                    true if session.is_renewable() => renewal,
                    // Without a refresh token it ends with its access token, renewed or not.
                    true => renewal.min(left),
                    false => left,
                }
            });
            let wait = Duration::from_secs(seconds.clamp(1, LOOK_AGAIN).unsigned_abs());
            set_timeout_with_handle(move || self.look(), wait)
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
            let heard = self.auth.try_with_value(|auth| auth.hear(message));
            if let Some(state) = heard.flatten() {
                self.failures.set(0);
                self.arrive(state);
            }
        });
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
