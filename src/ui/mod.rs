//! Leptos components over [`AuthContext`], for applications and for the page, with their texts ([`texts`])
//! and icons. Start with [`AuthProvider`]. There are no protocol rules here, and styles are in `style/`.

mod accent;
mod accounts;
mod brand;
mod config_problem;
mod context;
mod copy_details;
mod email;
mod error;
mod expiry;
mod guards;
mod hooks;
mod icons;
mod language;
mod messages;
mod page;
mod picker;
#[doc(hidden)]
pub mod preview;
mod provider;
#[doc(hidden)]
pub mod remedy;
mod rows;
#[doc(hidden)]
pub mod setup;
mod sign_in;
mod signed_in;
#[doc(hidden)]
pub mod text_source;
#[doc(hidden)]
pub mod texts;
mod time;
mod user_button;
mod view;

pub use accounts::AccountSwitcher;
pub use config_problem::ConfigProblem;
pub use context::{AuthContext, PendingSignIn, use_auth};
pub use error::AuthError;
pub use expiry::ExpiryWarning;
pub use guards::{AuthLoading, Authenticated, RequireAuth, Unauthenticated};
pub use hooks::{AccessTokens, use_access_token, use_user};
pub use language::LanguageChooser;
pub use page::AuthPage;
#[doc(hidden)]
pub use page::{auth_page, mount_page, remove_placeholders};
pub use picker::{LoginButton, ProviderPicker};
pub use provider::AuthProvider;
pub use sign_in::SignInCard;
pub(crate) use sign_in::embedded_sign_in;
pub use signed_in::{LogoutButton, SignedInCard};
pub use user_button::UserButton;
