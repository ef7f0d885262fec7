//! What a configuration may ask for beyond a lean build: the one place where it is asked.

use super::{Auth, SignInOptions, turns};
use crate::FULL;
use crate::config::{Config, ConfigError, Mode, Storage};
use crate::platform::Platform;
use crate::protocol::Timestamp;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use std::cell::{Cell, RefCell};

/// The settings that a full build alone honours, with what it remembers for them.
pub(super) struct Extras {
    /// Where the provider is met, unless a sign-in says otherwise.
    pub mode: Mode,
    pub auto_sign_in: Option<Mode>,
    pub silent_renew: bool,
    pub several_accounts: bool,
    /// The sessions' entries by key, where they are not kept in session storage.
    pub memory: Option<Memory>,
    /// Seconds.
    pub idle_timeout: Option<i64>,
    /// When somebody was seen last, as far as this page knows.
    pub noted_at: Cell<Timestamp>,
    pub turns: turns::Turns,
}

pub(super) type Memory = RefCell<Vec<(String, String)>>;

impl Extras {
    /// Those of a configuration.
    ///
    /// # Errors
    /// [`ConfigError::NeedsFull`] in a lean build, where there are any.
    pub fn of(config: &Config) -> Result<Extras, ConfigError> {
        let extras = Extras {
            mode: config.mode,
            auto_sign_in: config.auto_sign_in,
            silent_renew: config.silent_renew,
            several_accounts: config.several_accounts,
            memory: (config.storage == Storage::Memory).then(RefCell::default),
            idle_timeout: config.idle_timeout,
            noted_at: Cell::new(0),
            turns: turns::Turns::default(),
        };
        match FULL || extras.is_none() {
            true => Ok(extras),
            false => Err(ConfigError::NeedsFull),
        }
    }

    /// Whether nothing is asked for.
    fn is_none(&self) -> bool {
        self.mode == Mode::Redirect
            && self.auto_sign_in.is_none()
            && !self.silent_renew
            && !self.several_accounts
            && self.memory.is_none()
            && self.idle_timeout.is_none()
    }
}

/// Work that a full build alone does. The states of an async function stay in a binary where they are never
/// come to, so this is in a box.
pub(super) fn extra<'a, T>(work: impl Future<Output = T> + 'a) -> LocalBoxFuture<'a, T> {
    work.boxed_local()
}

impl<P: Platform> Auth<P> {
    /// `None` in a lean build, where the compiler drops all that is done with them.
    pub(super) fn extras(&self) -> Option<&Extras> {
        FULL.then_some(&self.inner.extras)
    }

    /// Where the provider is met in a sign-in with these options. In a lean build the page is left.
    pub fn mode(&self, options: &SignInOptions) -> Mode {
        match self.extras() {
            Some(extras) => options.mode.unwrap_or(extras.mode),
            None => Mode::Redirect,
        }
    }

    pub(super) fn auto_sign_in(&self) -> Option<Mode> {
        self.extras()?.auto_sign_in
    }

    pub(super) fn renews_silently(&self) -> bool {
        self.extras().is_some_and(|extras| extras.silent_renew)
    }

    /// Whether a further sign-in keeps who is signed in already.
    pub fn has_several_accounts(&self) -> bool {
        self.extras().is_some_and(|extras| extras.several_accounts)
    }

    pub(super) fn memory(&self) -> Option<&Memory> {
        self.extras()?.memory.as_ref()
    }

    pub(super) fn idle_timeout(&self) -> Option<i64> {
        self.extras()?.idle_timeout
    }
}
