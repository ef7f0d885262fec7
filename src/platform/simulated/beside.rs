//! Windows and frames beside a simulated page: what the browser allows, and what becomes of them, is
//! what the test says.

use super::super::Beside;
use super::pause;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What stands beside one page.
#[derive(Default)]
pub(crate) struct Surroundings {
    pub popups_blocked: Cell<bool>,
    /// In the order in which they were opened.
    pub windows: RefCell<Vec<SimulatedBeside>>,
    /// What was told on the channels that are heard, and nobody wanted yet.
    told: RefCell<BTreeMap<String, Vec<String>>>,
    /// Every text that was taken.
    pub taken: RefCell<Vec<String>>,
}

#[derive(Clone)]
pub(crate) struct SimulatedBeside(Rc<Window>);

pub(crate) struct Window {
    pub is_popup: bool,
    pub url: RefCell<Option<String>>,
    pub seems_over: Cell<bool>,
    pub closed: Cell<bool>,
}

impl std::ops::Deref for SimulatedBeside {
    type Target = Window;

    fn deref(&self) -> &Window {
        &self.0
    }
}

impl Beside for SimulatedBeside {
    fn go_to(&self, url: &str) {
        *self.url.borrow_mut() = Some(url.to_owned());
    }

    fn seems_over(&self) -> bool {
        self.0.seems_over.get()
    }

    fn close(&self) {
        self.closed.set(true);
    }
}

impl Surroundings {
    pub fn open(&self, is_popup: bool) -> Option<SimulatedBeside> {
        if is_popup && self.popups_blocked.get() {
            return None;
        }
        let window = SimulatedBeside(Rc::new(Window {
            is_popup,
            url: RefCell::default(),
            seems_over: Cell::default(),
            closed: Cell::default(),
        }));
        self.windows.borrow_mut().push(window.clone());
        Some(window)
    }

    /// The window that was opened last.
    pub fn last(&self) -> Option<SimulatedBeside> {
        self.windows.borrow().last().cloned()
    }

    /// Tells a text on a channel. `false` when nobody hears it.
    pub fn tell(&self, channel: &str, message: &str) -> bool {
        match self.told.borrow_mut().get_mut(channel) {
            Some(told) => {
                told.push(message.to_owned());
                true
            }
            None => false,
        }
    }

    /// The channels that are heard.
    pub fn heard(&self) -> Vec<String> {
        self.told.borrow().keys().cloned().collect()
    }

    pub async fn answer(&self, channel: &str, wanted: impl Fn(&str) -> bool) -> String {
        let _ear = Ear {
            surroundings: self,
            channel,
        };
        self.told
            .borrow_mut()
            .insert(channel.to_owned(), Vec::new());
        loop {
            let told = self.told.borrow_mut().get_mut(channel).map(std::mem::take);
            if let Some(message) = told.into_iter().flatten().find(|told| wanted(told)) {
                self.taken.borrow_mut().push(message.clone());
                return message;
            }
            pause().await;
        }
    }
}

/// Hears a channel until it is dropped.
struct Ear<'a> {
    surroundings: &'a Surroundings,
    channel: &'a str,
}

impl Drop for Ear<'_> {
    fn drop(&mut self) {
        self.surroundings.told.borrow_mut().remove(self.channel);
    }
}
