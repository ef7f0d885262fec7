//! Failed renewals, here and in other tabs: how many, and when the next attempt may start.

use crate::protocol::Timestamp;
use std::cell::{Cell, RefCell};

/// Seconds until the second attempt. Each further one waits twice as long.
pub(super) const FIRST_PAUSE: i64 = 5;
const LONGEST_PAUSE: i64 = 300;

/// What is known about failed renewals.
#[derive(Default)]
pub(super) struct RetryState {
    failures: Cell<u32>,
    /// The earliest time of the next attempt, as the provider asked for it.
    retry_at: Cell<Timestamp>,
    /// The id of the session that `retry_at` is about: another session may have another provider.
    session: RefCell<String>,
}

impl RetryState {
    /// A number that changes with every failed attempt, in any tab.
    pub fn failures(&self) -> u32 {
        self.failures.get()
    }

    /// Tracks the session with this id from now on.
    pub fn track(&self, id: &str) {
        if *self.session.borrow() != id {
            self.retry_at.set(0);
            self.session.replace(id.to_owned());
        }
    }

    /// The earliest time of the next attempt for the session with this id; 0 if there's no limit.
    pub fn retry_at(&self, id: &str) -> Timestamp {
        if *self.session.borrow() == id {
            self.retry_at.get()
        } else {
            0
        }
    }

    pub fn set_retry_at(&self, at: Timestamp) {
        self.retry_at.set(at);
    }

    pub fn record_failure(&self) {
        self.failures.set(self.failures.get().wrapping_add(1));
    }
}

/// Seconds to wait after so many failures in a row.
pub(super) fn pause_after(failures: u32) -> i64 {
    let doubled = FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(16));
    doubled.min(LONGEST_PAUSE)
}
