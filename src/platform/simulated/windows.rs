//! Popups and iframes of a simulated tab. Tests control whether they open, and what happens in them.

use super::super::AuthWindow;
use super::pause;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The popups and iframes of one tab.
#[derive(Default)]
pub(crate) struct SimulatedWindows {
    pub popups_blocked: Cell<bool>,
    /// In the order in which they opened.
    pub windows: RefCell<Vec<SimulatedWindow>>,
    /// Messages on the open channels that nobody has taken yet, by channel.
    messages: RefCell<BTreeMap<String, Vec<String>>>,
    /// Every message that was taken.
    pub acknowledged: RefCell<Vec<String>>,
}

#[derive(Clone)]
pub(crate) struct SimulatedWindow(Rc<WindowState>);

pub(crate) struct WindowState {
    pub is_popup: bool,
    pub url: RefCell<Option<String>>,
    pub seems_finished: Cell<bool>,
    pub closed: Cell<bool>,
}

impl std::ops::Deref for SimulatedWindow {
    type Target = WindowState;

    fn deref(&self) -> &WindowState {
        &self.0
    }
}

impl AuthWindow for SimulatedWindow {
    fn navigate(&self, url: &str) {
        *self.url.borrow_mut() = Some(url.to_owned());
    }

    fn seems_finished(&self) -> bool {
        self.0.seems_finished.get()
    }

    fn close(&self) {
        self.closed.set(true);
    }
}

impl SimulatedWindows {
    pub fn open(&self, is_popup: bool) -> Option<SimulatedWindow> {
        if is_popup && self.popups_blocked.get() {
            return None;
        }
        let window = SimulatedWindow(Rc::new(WindowState {
            is_popup,
            url: RefCell::default(),
            seems_finished: Cell::default(),
            closed: Cell::default(),
        }));
        self.windows.borrow_mut().push(window.clone());
        Some(window)
    }

    /// The window that opened last.
    pub fn last(&self) -> Option<SimulatedWindow> {
        self.windows.borrow().last().cloned()
    }

    /// Posts a message on a channel. `false` if nobody listens.
    pub fn post(&self, channel: &str, message: &str) -> bool {
        match self.messages.borrow_mut().get_mut(channel) {
            Some(messages) => {
                messages.push(message.to_owned());
                true
            }
            None => false,
        }
    }

    /// The channels that somebody listens to.
    pub fn open_channels(&self) -> Vec<String> {
        self.messages.borrow().keys().cloned().collect()
    }

    pub async fn await_callback(&self, channel: &str, expected: impl Fn(&str) -> bool) -> String {
        let _subscription = Subscription {
            windows: self,
            channel,
        };
        self.messages
            .borrow_mut()
            .insert(channel.to_owned(), Vec::new());
        loop {
            let messages = self
                .messages
                .borrow_mut()
                .get_mut(channel)
                .map(std::mem::take);
            if let Some(message) = messages
                .into_iter()
                .flatten()
                .find(|messages| expected(messages))
            {
                self.acknowledged.borrow_mut().push(message.clone());
                return message;
            }
            pause().await;
        }
    }
}

/// Listens to a channel until it is dropped.
struct Subscription<'a> {
    windows: &'a SimulatedWindows,
    channel: &'a str,
}

impl Drop for Subscription<'_> {
    fn drop(&mut self) {
        self.windows.messages.borrow_mut().remove(self.channel);
    }
}
