//! The API behind the program: it answers whoever brings an access token.

use gloo_net::http::{Request, Response};
use vestibule::ui::AccessTokens;

/// The person's orders, or words that say why there are none. `origin`: the API's.
pub async fn orders(origin: &str, tokens: AccessTokens) -> Result<Vec<String>, String> {
    let token = tokens.get().await.map_err(|error| error.to_string())?;
    let mut answer = ask(origin, token.secret()).await?;
    if answer.status() == 401 {
        // It may have been taken back early: once more, with another.
        let token = tokens.instead_of(&token).await;
        let token = token.map_err(|error| error.to_string())?;
        answer = ask(origin, token.secret()).await?;
    }
    match answer.ok() {
        true => answer.json().await.map_err(|error| error.to_string()),
        false => Err(format!("The API refused: {}", answer.status())),
    }
}

async fn ask(origin: &str, token: &str) -> Result<Response, String> {
    Request::get(&format!("{origin}/orders"))
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await
        .map_err(|error| error.to_string())
}
