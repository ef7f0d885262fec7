//! The address that another site opens the page with, to start a sign-in.

use super::sessions::finish;
use super::{ACCEPTED, Outcome};
use crate::config::ResolvedConfig;
use crate::json::Json;
use crate::platform::Platform;
use crate::platform::simulated::{Simulated, json};
use crate::protocol::url::ReturnTo;
use crate::session::{Auth, AuthState};
use oauth2::url::{Position, Url};

const PAGE: &str = "https://app.example.com/";
const ISSUER: &str = "https://id.example.com";
/// What the page takes out of its address.
const TAKEN: &[&str] = &["iss", "login_hint", "target_link_uri"];

/// A sign-in starts only at the configured provider, for an address that names its issuer once and is no response.
/// It's not silent, leads back to this origin, and leaves nothing of the request in the address.
pub(super) fn third_party(input: &[u8]) -> Outcome {
    let query = String::from_utf8_lossy(input);
    // As browsers write it.
    let Ok(opened) = Url::parse(&[PAGE, "?", &query].concat()) else {
        return "no address".to_owned();
    };
    let world = Simulated::new(PAGE);
    world.on(
        &[ISSUER, "/.well-known/openid-configuration"].concat(),
        |_| {
            let endpoints = ["authorization_endpoint", "token_endpoint", "jwks_uri"];
            let endpoints = endpoints.map(|name| format!(r#","{name}":"{ISSUER}/{name}""#));
            json(
                200,
                &format!(r#"{{"issuer":"{ISSUER}"{}}}"#, endpoints.concat()),
            )
        },
    );
    let path = opened[Position::BeforePath..].to_owned();
    *world.0.path.borrow_mut() = path.clone();
    let config = format!(
        r#"{{"providers":[{{"id":"sso","kind":"oidc","client_id":"c","issuer":"{ISSUER}","third_party_initiated_login":true}}]}}"#
    );
    let resolved = ResolvedConfig::from_text(config.as_bytes(), PAGE).expect("it is valid");
    let page = Auth::new(world.clone(), resolved);
    page.accept_third_party_login();
    let state = finish(page.resume());

    let all = |name: &str| -> Vec<String> {
        let pairs = opened.query_pairs().filter(|(key, _)| key == name);
        pairs.map(|(_, value)| value.into_owned()).collect()
    };
    let is_request = all("iss").len() == 1
        && TAKEN.iter().all(|name| all(name).len() <= 1)
        && ["code", "state", "error"]
            .iter()
            .all(|name| all(name).is_empty());
    let left = world.0.path.borrow().clone();
    // What nobody has changed is the address that the page was opened with, whatever it is.
    if left == path {
        assert!(
            world.0.navigations.borrow().is_empty(),
            "it would start again"
        );
    } else {
        assert!(is_request, "{path:?} was changed");
        assert!(ReturnTo::parse(&left).is_some(), "it leads to {left:?}");
        let left = Url::parse(PAGE).and_then(|page| page.join(&left));
        let left = left.expect("it is an address");
        let mut rest = left.query_pairs();
        assert!(
            !rest.any(|(name, _)| TAKEN.contains(&&*name)),
            "{left} has a rest"
        );
    }
    let navigations = world.0.navigations.borrow().clone();
    let [request] = navigations.as_slice() else {
        assert!(navigations.is_empty() && matches!(state, AuthState::SignedOut { .. }));
        return format!(
            "nothing, {}",
            if left == path { "ignored" } else { "unknown" }
        );
    };
    assert_eq!(all("iss"), [ISSUER]);
    let request = Url::parse(request).expect("it is an address");
    assert_eq!(
        request[..Position::AfterPath],
        format!("{ISSUER}/authorization_endpoint")
    );
    assert!(!request.query_pairs().any(|(name, _)| name == "prompt"));
    let hint = request.query_pairs().find(|(name, _)| name == "login_hint");
    let hint = hint.map(|(_, value)| value.into_owned());
    assert!(hint.is_none() || all("login_hint").first() == hint.as_ref());
    let key = world
        .storage_keys("vestibule.transaction.")
        .pop()
        .expect("a record");
    let record = Json::parse_object(world.storage_read(&key).unwrap_or_default().as_bytes());
    let return_to = record.expect("it is an object");
    let return_to = return_to.text("return_to").unwrap_or_default();
    assert!(
        ReturnTo::parse(return_to).is_some(),
        "it leads to {return_to:?}"
    );
    format!("{ACCEPTED} {} {}", hint.is_some(), return_to == left)
}
