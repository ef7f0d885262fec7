//! What an administrator registers at a provider ([`mod@registration`]), and checks of whether it works
//! ([`mod@check`], [`finding`]). The texts are in [`crate::ui::texts`]; the page shows them at `?setup`,
//! `cargo xtask doctor` on the command line.

pub mod check;
pub mod finding;
pub mod registration;
pub(crate) mod weak_keys;

// The tests simulate providers with a library that only exists for the host.
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub use check::check;
pub use finding::{Check, Finding, State, Step};
pub use registration::{Field, registration};
