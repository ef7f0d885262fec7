//! OpenID Connect sign-in for Leptos applications that runs entirely in the browser, without a backend:
//! Microsoft Entra ID, Google, Okta and any other issuer.
//!
//! Vestibule is also a ready-made login page, a set of custom elements and a JavaScript API, which all show the
//! same session: see the README. This crate is what they are made of, and what Leptos applications use directly.
//!
//! # Example
//!
//! [`AuthProvider`](ui::AuthProvider) reads `vestibule.json`, which lists the providers, and gives everything inside
//! it the session:
//!
//! ```
//! use leptos::prelude::*;
//! use vestibule::ui::{AuthProvider, RequireAuth, UserButton, use_user};
//!
//! #[component]
//! fn App() -> impl IntoView {
//!     view! {
//!         <AuthProvider config="vestibule.json" loading=|| "One moment…">
//!             <header><UserButton /></header>
//!             <RequireAuth>
//!                 <Orders />
//!             </RequireAuth>
//!         </AuthProvider>
//!     }
//! }
//!
//! #[component]
//! fn Orders() -> impl IntoView {
//!     let user = use_user();
//!     view! { <p>"Hello, " {move || user.get().and_then(|user| user.name)}</p> }
//! }
//! ```
//!
//! An application also serves some files of this crate, such as `boot.js` and `callback.html`. The guide
//! `docs/leptos.md` in the crate says which, and how to copy them in a build script.
//!
//! # Features
//!
//! Choose how Leptos renders, as for Leptos itself. No feature is on by default.
//!
//! | feature | use it |
//! | --- | --- |
//! | `csr` | when the application renders in the browser only |
//! | `hydrate` | for the browser part of an application that a server renders |
//! | `ssr` | for the server part, which shows that the session is loading |
//!
//! # Modules
//!
//! | module | contents |
//! | --- | --- |
//! | [`ui`] | components and hooks: start here |
//! | [`session`] | the session behind the components: [`Auth`](session::Auth), its states and options, the [`User`](session::User) |
//! | [`config`] | `vestibule.json` as types, and what is wrong with it |
//! | [`protocol`] | [errors](protocol::error) and their stable codes |
//! | [`provider`] | a provider, made from its configuration |
//! | [`platform`] | the browser, and [where the configuration comes from](platform::browser::ConfigSource) |
//! | [`language`] | the languages of the user interface |
//! | [`json`] | the JSON values that claims are made of, and the strict reader of all JSON |
//!
//! # Security
//!
//! Tokens stay in the tabs of the application's origin: they are in no event, no `Debug` output and no URL, and
//! are sent only to the provider and to the origins in `api_origins`. Still, whoever can run scripts in the page can
//! use the session. For business applications, sensitive applications and applications that handle personal data,
//! [RFC 10017 §6.3.4.3](https://www.rfc-editor.org/rfc/rfc10017#section-6.3.4.3) recommends a backend that keeps
//! the tokens.

#![warn(missing_docs)]

pub mod config;
#[doc(hidden)]
pub mod embed;
#[cfg(any(test, fuzzing))]
#[cfg(not(target_arch = "wasm32"))]
#[doc(hidden)]
pub mod fuzz;
pub mod json;
pub mod language;
pub mod platform;
pub mod protocol;
pub mod provider;
pub mod session;
#[doc(hidden)]
pub mod setup;
pub mod ui;
