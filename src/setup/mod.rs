//! What an administrator has to register at a provider ([`mod@registration`]), and checks of what is
//! registered ([`mod@check`], [`finding`]). What is said about them is in [`crate::ui::texts`]; the page shows it at
//! `?setup`, `cargo xtask doctor` on the command line.

pub mod check;
pub mod finding;
pub mod registration;

// Their providers are simulated with a library that is for the host alone.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use check::check;
pub use finding::{Check, Finding, State, Step};
pub use registration::{Field, registration};
