//! The page as people see it: Leptos components over [`AuthContext`], their words ([`texts`]) and
//! icons. No rule of the protocol is here; how it looks is in `style/`.

mod access;
mod config_problem;
mod context;
mod ending;
mod error;
mod icons;
mod page;
mod picker;
pub mod setup;
mod sign_in;
mod signed_in;
pub mod texts;
mod time;
mod view;

pub use access::{Authenticated, Unauthenticated};
pub use config_problem::ConfigProblem;
pub use context::{AuthContext, use_auth};
pub use ending::EndingWarning;
pub use error::AuthError;
pub use page::{AuthPage, mount_page, remove_placeholders};
pub use picker::ProviderPicker;
pub use sign_in::SignInCard;
pub use signed_in::{LogoutButton, SignedInCard};
