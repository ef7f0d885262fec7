//! Reading a configuration through the public API.
#![cfg(not(target_arch = "wasm32"))]

use vestibule::config::{ConfigError, ResolvedConfig};

const PAGE_URL: &str = "https://app.example.com/";
/// An unknown setting, no client ID, and no issuer.
const THREE_MISTAKES: &[u8] =
    br#"{ "scopes": "openid", "providers": [{ "id": "sso", "kind": "oidc" }] }"#;

#[test]
fn reading_without_explanations_rejects_the_same_configuration() {
    let Err(ConfigError::Invalid(explained)) = ResolvedConfig::from_text(THREE_MISTAKES, PAGE_URL)
    else {
        panic!("the configuration was accepted");
    };
    assert_eq!(explained.len(), 3);
    let Err(ConfigError::Invalid(unexplained)) =
        ResolvedConfig::from_text_unexplained(THREE_MISTAKES, PAGE_URL)
    else {
        panic!("the configuration was accepted");
    };
    assert!(unexplained.is_empty());
}
