//! Calls the application's API with an access token.

use gloo_net::http::{Request, Response};
use vestibule::ui::AccessTokens;

/// Returns the user's orders, or a message that says why there are none. `origin` is the API's origin.
pub async fn orders(origin: &str, tokens: AccessTokens) -> Result<Vec<String>, String> {
    let token = tokens.get().await.map_err(|error| error.to_string())?;
    let mut response = request(origin, token.secret()).await?;
    if response.status() == 401 {
        // The token may have been revoked early: try again with a new one.
        let token = tokens.instead_of(&token).await;
        let token = token.map_err(|error| error.to_string())?;
        response = request(origin, token.secret()).await?;
    }
    if response.ok() {
        response.json().await.map_err(|error| error.to_string())
    } else {
        Err(format!("The API refused: {}", response.status()))
    }
}

async fn request(origin: &str, token: &str) -> Result<Response, String> {
    Request::get(&format!("{origin}/orders"))
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await
        .map_err(|error| error.to_string())
}
