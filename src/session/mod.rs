//! The life of a session: signing in, staying signed in, signing out, the same in every tab. The rules of
//! the protocol are in [`crate::protocol`]; the browser is behind
//! [`Platform`](crate::platform::Platform).
//!
//! Applications use [`Auth`], a facade over the parts below. Each part is a type with its own state, and
//! only uses parts that stand above it in this list:
//!
//! - data: [`state`], [`signed_in`] (the session), [`user`], [`options`], [`abort`], [`stored_session`],
//!   [`records`], [`markers`], [`transactions`]
//! - [`trace`]
//! - [`providers`] (metadata and keys), [`last_provider`], [`activity`], [`retry`]
//! - [`store`], [`expiry`], [`tab_channel`], and [`sessions`], which joins them
//! - [`code_flow`], [`auth_window`]
//! - [`renewal`], [`sign_in`], [`sign_out`], [`tab_sync`]
//! - [`accounts`], [`third_party`], [`auto_sign_in`], [`resume`]
//! - [`auth`]

mod abort;
mod accounts;
mod activity;
mod auth;
mod auth_window;
mod auto_sign_in;
mod code_flow;
mod email;
mod expiry;
mod failed_sign_in;
mod last_provider;
mod markers;
mod options;
mod providers;
mod records;
mod renewal;
mod resume;
mod retry;
mod sample;
mod sessions;
mod sign_in;
mod sign_out;
mod signed_in;
mod state;
mod store;
mod stored_session;
mod tab_channel;
mod tab_sync;
mod third_party;
mod trace;
mod transactions;
mod user;

// The tests sign tokens with a library that only exists on the host.
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

pub use abort::Abort;
pub use accounts::Account;
pub use auth::Auth;
pub(crate) use email::split_address;
pub use expiry::SessionExpiry;
pub use options::SignInOptions;
pub use renewal::RenewalOutcome;
pub use sign_in::SignInOutcome;
pub use sign_out::{SignOutOptions, SignOutOutcome};
pub use signed_in::Session;
pub use state::{AuthState, SignedOutReason};
pub use user::User;

pub use crate::config::Mode;
