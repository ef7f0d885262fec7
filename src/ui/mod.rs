//! Leptos components over [`AuthContext`], for programs of other people and for the page itself, their
//! words ([`texts`]) and icons. [`AuthProvider`] is where a program begins. `node` says what the views are
//! made of. No rule of the protocol is here; how it looks is in `style/`.

mod access;
mod accounts;
mod config_problem;
mod context;
mod ending;
mod error;
mod hooks;
mod icons;
mod node;
mod page;
mod picker;
mod provider;
pub mod setup;
mod sign_in;
mod signed_in;
pub mod texts;
mod time;
mod user_button;
mod view;

pub use access::{AuthLoading, Authenticated, RequireAuth, Unauthenticated};
pub use accounts::AccountSwitcher;
pub use config_problem::ConfigProblem;
pub use context::{AuthContext, use_auth};
pub use ending::EndingWarning;
pub use error::AuthError;
pub use hooks::{AccessTokens, use_access_token, use_user};
pub use page::{AuthPage, auth_page, mount_page, remove_placeholders};
pub use picker::{LoginButton, ProviderPicker};
pub use provider::AuthProvider;
pub use sign_in::SignInCard;
pub use signed_in::{LogoutButton, SignedInCard};
pub use user_button::UserButton;
