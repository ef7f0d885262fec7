//! [`Abort`]: ends a sign-in from outside, like JavaScript's `AbortController`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Poll, Waker};

/// Aborts the sign-in that was started with it. Clones are handles to the same thing.
#[derive(Clone, Default)]
pub struct Abort(Rc<State>);

#[derive(Default)]
struct State {
    aborted: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl Abort {
    /// Creates a handle that isn't aborted.
    pub fn new() -> Abort {
        Abort::default()
    }

    /// Aborts. Calling it again does nothing.
    pub fn abort(&self) {
        self.0.aborted.set(true);
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }

    /// Whether [`abort`](Self::abort) was called.
    pub fn is_aborted(&self) -> bool {
        self.0.aborted.get()
    }

    /// Waits until [`abort`](Self::abort) is called.
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

/// Handles are equal if they abort the same thing.
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
