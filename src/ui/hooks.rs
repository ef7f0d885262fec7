//! Hooks for what applications need most: the user and access tokens.

use super::context::{AuthContext, use_auth};
use crate::protocol::error::Result;
use crate::session::User;
use leptos::prelude::*;
use oauth2::AccessToken;

/// For how many seconds a token has to be valid at least, by default.
const MIN_VALIDITY: i64 = 30;

/// The user who is signed in, as a signal. It doesn't change when tokens are renewed.
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

/// A source of access tokens. Copies are handles to the same session.
#[derive(Clone, Copy)]
pub struct AccessTokens(AuthContext);

impl AccessTokens {
    /// Returns a token that is valid for at least 30 seconds. Renews it if necessary. Send it only to origins
    /// that you trust, in the `Authorization` header
    /// ([RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)).
    ///
    /// # Errors
    /// [`LoginRequired`](crate::protocol::error::ErrorCode::LoginRequired) if nobody is signed in,
    /// [`SessionExpired`](crate::protocol::error::ErrorCode::SessionExpired) if the session has ended,
    /// [`AccessTokenMissing`](crate::protocol::error::ErrorCode::AccessTokenMissing) if the provider issued no
    /// access token, or the reason why the token couldn't be renewed.
    pub async fn get(self) -> Result<AccessToken> {
        self.0.access_token(MIN_VALIDITY, None).await
    }

    /// Returns a token that is valid for at least this many seconds.
    ///
    /// # Errors
    /// Those of [`get`](Self::get).
    pub async fn valid_for(self, seconds: i64) -> Result<AccessToken> {
        self.0.access_token(seconds, None).await
    }

    /// Returns a new token after an API has rejected this one, for example with `401 Unauthorized`.
    ///
    /// # Errors
    /// Those of [`get`](Self::get).
    pub async fn instead_of(self, rejected: &AccessToken) -> Result<AccessToken> {
        self.0
            .access_token(MIN_VALIDITY, Some(rejected.secret()))
            .await
    }
}
