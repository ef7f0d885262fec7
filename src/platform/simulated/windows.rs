//! Windows and frames beside a simulated page: what the browser allows, and what becomes of them, is
//! what the test says.

use super::super::AuthWindow;
use super::pause;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What stands beside one page.
#[derive(Default)]
pub(crate) struct SimulatedWindows {
    pub popups_blocked: Cell<bool>,
    /// In the order in which they were opened.
    pub windows: RefCell<Vec<SimulatedWindow>>,
    /// What was messages on the channels that are heard, and nobody wanted yet.
    messages: RefCell<BTreeMap<String, Vec<String>>>,
    /// Every text that was acknowledged.
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

    /// The window that was opened last.
    pub fn last(&self) -> Option<SimulatedWindow> {
        self.windows.borrow().last().cloned()
    }

    /// Tells a text on a channel. `false` when nobody hears it.
    pub fn post(&self, channel: &str, message: &str) -> bool {
        match self.messages.borrow_mut().get_mut(channel) {
            Some(messages) => {
                messages.push(message.to_owned());
                true
            }
            None => false,
        }
    }

    /// The channels that are heard.
    pub fn open_channels(&self) -> Vec<String> {
        self.messages.borrow().keys().cloned().collect()
    }

    pub async fn await_callback(&self, channel: &str, wanted: impl Fn(&str) -> bool) -> String {
        let _subscription = Subscription {
            surroundings: self,
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
                .find(|messages| wanted(messages))
            {
                self.acknowledged.borrow_mut().push(message.clone());
                return message;
            }
            pause().await;
        }
    }
}

/// Hears a channel until it is dropped.
struct Subscription<'a> {
    surroundings: &'a SimulatedWindows,
    channel: &'a str,
}

impl Drop for Subscription<'_> {
    fn drop(&mut self) {
        self.surroundings.messages.borrow_mut().remove(self.channel);
    }
}
