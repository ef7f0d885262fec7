//! What applications see of the authentication: the current state, and why nobody is signed in.

use super::Session;
use crate::protocol::error::Error;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// The current authentication state.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AuthState {
    /// Not known yet: a provider's response is being processed, or storage is being read.
    Loading,
    /// Nobody is signed in.
    SignedOut {
        /// Why not.
        reason: SignedOutReason,
    },
    /// The browser is on its way to a provider, or a popup is open.
    SigningIn {
        /// The provider's id in the configuration.
        provider: String,
    },
    /// Somebody is signed in.
    SignedIn(Rc<Session>),
    /// The last sign-in failed, and nobody is signed in.
    Failed(Error),
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SignedOutReason {
    /// Nobody has signed in in this tab yet.
    #[serde(rename = "fresh")]
    NeverSignedIn,
    /// The person signed out, at the provider too.
    SignedOut,
    /// The person signed out here. The provider may still have a session.
    SignedOutHere,
    /// The session expired.
    Expired,
    /// The session ended after the configured time without activity.
    Idle,
    /// A sign-in was started in this tab and never finished: the person came back with the back button,
    /// or reloaded the page while the response was being checked.
    Interrupted,
}

impl SignedOutReason {
    /// The stable name that JavaScript gets, in kebab-case.
    pub fn as_str(self) -> &'static str {
        match self {
            SignedOutReason::NeverSignedIn => "fresh",
            SignedOutReason::SignedOut => "signed-out",
            SignedOutReason::SignedOutHere => "signed-out-here",
            SignedOutReason::Expired => "expired",
            SignedOutReason::Idle => "idle",
            SignedOutReason::Interrupted => "interrupted",
        }
    }
}
