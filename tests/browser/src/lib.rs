//! The stage on which the page is tested as a person meets it: the built files on a server, the local
//! provider, and a headless Chromium that is steered through WebDriver. The tests are in `tests/`.

mod browser;
mod command;
mod console;
mod element;
mod evidence;
mod other_page;
mod scene;
mod secrets;
mod set_up;
mod stage;
mod standing;
mod wait;
mod windows;

pub use element::Role;
pub use fantoccini::key::Key;
pub use other_page::other_page;
pub use stage::{Options, Stage, fails, run};
pub use wait::{PATIENCE, until};
