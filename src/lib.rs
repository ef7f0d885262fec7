//! Vestibule is a login client that runs wholly in the browser: OpenID Connect sign-in for static web
//! frontends, with a picker for the providers that an administrator configured.
//!
//! - [`config`]: `vestibule.json`, its settings and their validation.
//! - [`provider`]: what differs between Microsoft Entra ID, Google, Okta and any other issuer.
//! - [`protocol`]: OAuth 2.0 and OpenID Connect, pure.
//! - [`session`]: signing in and out, and what is kept in between.
//! - [`setup`]: what an administrator has to register, and checks of what is registered.
//! - [`platform`]: the world outside, behind one trait.
//! - [`ui`]: the Leptos components, for the page and for other programs.
//! - [`json`]: the strict reader of all JSON.

pub mod config;
#[doc(hidden)]
pub mod embed;
pub mod json;
pub mod platform;
pub mod protocol;
pub mod provider;
pub mod session;
pub mod setup;
pub mod ui;
