//! A sign-in that is ended from outside.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Ends what was begun with it. A clone is another handle to the same thing.
#[derive(Clone, Default)]
pub struct Abort(Rc<State>);

#[derive(Default)]
struct State {
    aborted: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl Abort {
    pub fn new() -> Abort {
        Abort::default()
    }

    /// Ends it; once more does nothing.
    pub fn abort(&self) {
        self.0.aborted.set(true);
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }

    pub fn is_aborted(&self) -> bool {
        self.0.aborted.get()
    }

    /// Waits until it is ended.
    pub(super) async fn aborted(&self) {
        std::future::poll_fn(|context| {
            if self.is_aborted() {
                return Poll::Ready(());
            }
            let mut waiting = self.0.waiting.borrow_mut();
            if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}

/// Whether both end the same.
impl PartialEq for Abort {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::fmt::Debug for Abort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Abort")
    }
}
