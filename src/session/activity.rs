//! When the person was last active, in any tab: what the idle timeout is measured from.

use crate::platform::Platform;
use crate::protocol::Timestamp;
use std::cell::Cell;
use std::rc::Rc;

const KEY: &str = "vestibule.activity";

/// The time of the last activity, in memory and (unless sessions are kept in memory) in session storage.
pub(super) struct ActivityLog<P> {
    platform: Rc<P>,
    in_memory: bool,
    /// As far as this page knows.
    in_page: Cell<Timestamp>,
}

impl<P: Platform> ActivityLog<P> {
    pub fn new(platform: Rc<P>, in_memory: bool) -> ActivityLog<P> {
        ActivityLog {
            platform,
            in_memory,
            in_page: Cell::new(0),
        }
    }

    /// The last activity; 0 if none is known.
    pub fn latest(&self) -> Timestamp {
        let stored = if self.in_memory {
            None
        } else {
            self.platform.storage_read(KEY)
        };
        let stored = stored.and_then(|text| text.parse().ok()).unwrap_or(0);
        self.in_page.get().max(stored)
    }

    /// The last activity that this page knows of. It costs nothing.
    pub fn latest_in_page(&self) -> Timestamp {
        self.in_page.get()
    }

    pub fn record(&self, at: Timestamp) {
        self.in_page.set(at);
        if !self.in_memory {
            // If that fails, the page knows it until it is closed.
            let _ = self.platform.storage_write(KEY, &at.to_string());
        }
    }

    pub fn clear(&self) {
        self.in_page.set(0);
        self.platform.storage_remove(KEY);
    }
}
