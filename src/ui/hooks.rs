//! What programs ask for most, as signals.

use super::context::{AuthContext, use_auth};
use crate::protocol::error::Result;
use crate::session::User;
use leptos::prelude::*;
use oauth2::AccessToken;

/// Seconds that a token has to be good for unless somebody asks for more.
const MIN_VALIDITY: i64 = 30;

/// Who is signed in. Renewed tokens change nothing of it.
///
/// ```
/// # use leptos::prelude::*;
/// # use vestibule::ui::use_user;
/// # #[component]
/// # fn Page() -> impl IntoView {
/// let user = use_user();
/// view! { <p>"Hello, " {move || user.get().and_then(|user| user.name)}</p> }
/// # }
/// ```
pub fn use_user() -> Memo<Option<User>> {
    let auth = use_auth();
    Memo::new(move |_| Some(auth.session()?.user.clone()))
}

/// Access tokens for requests to an API.
///
/// ```
/// # use leptos::prelude::*;
/// # use leptos::task::spawn_local;
/// # use vestibule::ui::use_access_token;
/// # async fn load_orders(_token: &str) {}
/// # #[component]
/// # fn Page() -> impl IntoView {
/// let tokens = use_access_token();
/// let load = move |_| {
///     spawn_local(async move {
///         if let Ok(token) = tokens.get().await {
///             load_orders(token.secret()).await;
///         }
///     });
/// };
/// view! { <button on:click=load>"Load my orders"</button> }
/// # }
/// ```
pub fn use_access_token() -> AccessTokens {
    AccessTokens(use_auth())
}

/// Where access tokens come from. A copy is another handle to the same thing.
#[derive(Clone, Copy)]
pub struct AccessTokens(AuthContext);

impl AccessTokens {
    /// A token that is good for a while, renewed where needed. It is for origins that you trust, and
    /// for the `Authorization` header alone.
    ///
    /// # Errors
    /// [`LoginRequired`](crate::protocol::error::ErrorCode::LoginRequired) where nobody is signed in,
    /// [`SessionExpired`](crate::protocol::error::ErrorCode::SessionExpired) where the session came to
    /// its end, and whatever keeps the token from being renewed.
    pub async fn get(self) -> Result<AccessToken> {
        self.0.access_token(MIN_VALIDITY, None).await
    }

    /// A token that is good for so many seconds at least.
    ///
    /// # Errors
    /// Those of [`get`](Self::get).
    pub async fn valid_for(self, seconds: i64) -> Result<AccessToken> {
        self.0.access_token(seconds, None).await
    }

    /// Another token than the one that an API has just refused.
    ///
    /// # Errors
    /// Those of [`get`](Self::get).
    pub async fn instead_of(self, refused: &AccessToken) -> Result<AccessToken> {
        self.0
            .access_token(MIN_VALIDITY, Some(refused.secret()))
            .await
    }
}
