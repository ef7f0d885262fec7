//! The harness for the browser tests: it serves the built page, starts the local provider, and drives a
//! browser through WebDriver. The tests themselves are in `tests/`.

// A test that fails panics, here as anywhere.
#![allow(clippy::panic)]

mod accessibility;
mod artifacts;
mod browser;
mod chromium;
mod command;
mod configuration;
pub mod conformance;
mod console;
mod context;
mod driver;
mod element;
mod engine;
mod invariants;
mod known_weakness;
mod network;
mod page;
mod secrets;
mod sign_in;
mod third_party_page;
mod wait;
mod windows;

pub use chromium::Chromium;
pub use context::{TestContext, TestOptions, run_failing_test, run_test};
pub use element::Role;
pub use engine::Engine;
pub use fantoccini::key::Key;
pub use known_weakness::known_weakness;
pub use secrets::{STORED_SESSION, query_parameter};
pub use third_party_page::serve_third_party_page;
pub use wait::{TIMEOUT, wait_until};
