//! What an administrator registers at a provider ([`mod@registration`]), and checks of whether it works: of the
//! providers ([`mod@check`], [`finding`]) and of the page's host ([`host`]). [`report`] puts the results in order. The
//! texts are in [`crate::ui::texts`]; the page shows them at `?setup`,
//! `cargo xtask doctor` on the command line.

pub mod check;
pub mod finding;
pub mod host;
pub mod mix_up;
pub mod registration;
pub mod report;
pub(crate) mod weak_keys;

// The tests simulate providers with a library that only exists for the host.
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub use check::check;
pub use finding::{Check, Finding, State, Step};
pub use host::{HostCheck, HostFinding, HostStep, check_host};
pub use mix_up::Sharing;
pub use registration::{Field, registration};
