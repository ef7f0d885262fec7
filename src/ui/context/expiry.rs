//! The end of the session: checks when something is due, and the warning before it.

use super::AuthContext;
use crate::session::{Auth, SessionExpiry};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// The longest time between two checks, in seconds. Browsers stretch the timers of hidden pages and sleeping
/// machines, so a single timer for the end of the session would be late.
const MAX_CHECK_INTERVAL: i64 = 300;

/// The warning, and the timer for the next check.
#[derive(Clone, Copy)]
pub(super) struct ExpiryMonitor {
    pub warning: ReadSignal<Option<SessionExpiry>, LocalStorage>,
    write_warning: WriteSignal<Option<SessionExpiry>, LocalStorage>,
    timer: StoredValue<Option<TimeoutHandle>, LocalStorage>,
}

impl ExpiryMonitor {
    pub fn new() -> ExpiryMonitor {
        let (warning, write_warning) = signal_local(None);
        ExpiryMonitor {
            warning,
            write_warning,
            timer: StoredValue::new_local(None),
        }
    }

    /// Whether a warning is shown. `false` if the context was disposed of.
    pub fn is_warning(self) -> bool {
        self.warning.try_get_untracked().flatten().is_some()
    }

    pub fn set_warning(self, warning: Option<SessionExpiry>) {
        if self.warning.get_untracked() != warning {
            self.write_warning.set(warning);
        }
    }

    /// Replaces the timer.
    fn set_timer(self, timer: Option<TimeoutHandle>) {
        let previous = self
            .timer
            .try_update_value(|current| std::mem::replace(current, timer));
        if let Some(previous) = previous.flatten() {
            previous.clear();
        }
    }
}

impl AuthContext {
    /// Keeps an idle person signed in by restarting the idle timeout.
    pub fn extend_session(self) {
        self.auth.with_value(Auth::extend);
        self.schedule_check();
    }

    /// Checks whether the session goes on and renews its tokens when that is due. Does nothing during a
    /// sign-out.
    pub(super) fn check_session(self) {
        if self.is_signing_out.get_untracked() {
            return;
        }
        let auth = self.client();
        if !self.is_signed_in() {
            if self.has_inactive_accounts() {
                spawn_local(async move {
                    auth.check_accounts().await;
                    self.update_accounts();
                    self.schedule_check();
                });
            }
            return;
        }
        spawn_local(async move {
            if let Some(state) = auth.check().await {
                // Unless the person has signed out, or in again, in the meantime.
                if self.is_signed_in() && !self.is_signing_out.get_untracked() {
                    self.set_state(state);
                }
                return;
            }
            self.update_expiry_warning();
            self.apply_renewal(auth.renew_if_due().await);
            self.schedule_check();
        });
    }

    /// Sets the timer for the next check.
    pub(super) fn schedule_check(self) {
        self.update_expiry_warning();
        let seconds = match untrack(|| self.session()) {
            Some(session) => {
                let failures = self.renewal.failures.get_untracked();
                let auth = self.client();
                Some(
                    auth.next_check_in(&session, failures)
                        .clamp(1, MAX_CHECK_INTERVAL),
                )
            }
            None => self.has_inactive_accounts().then_some(MAX_CHECK_INTERVAL),
        };
        let timer = seconds.and_then(|seconds| {
            let delay = Duration::from_secs(seconds.unsigned_abs());
            set_timeout_with_handle(move || self.check_session(), delay).ok()
        });
        self.expiry.set_timer(timer);
    }

    fn update_expiry_warning(self) {
        let warning = if self.is_signed_in() {
            self.auth.with_value(Auth::warning)
        } else {
            None
        };
        self.expiry.set_warning(warning);
    }
}
