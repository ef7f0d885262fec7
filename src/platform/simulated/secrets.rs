//! What the simulated browser has sent and received that must be in no log: the secrets of sign-ins, and who
//! signed in.

use super::Form;
use crate::json::{Json, Object};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeSet;

/// Parameters and members that hold a secret, or say who somebody is.
const NAMES: [&str; 17] = [
    "access_token",
    "client_secret",
    "code",
    "code_challenge",
    "code_verifier",
    "email",
    "error_description",
    "id_token",
    "id_token_hint",
    "login_hint",
    "name",
    "nonce",
    "preferred_username",
    "refresh_token",
    "state",
    "sub",
    "token",
];

/// Shorter ones are found by chance, unless they are a whole value.
const SHORTEST: usize = 8;

#[derive(Default)]
pub(crate) struct Secrets(BTreeSet<String>);

impl Secrets {
    fn add(&mut self, name: &str, value: &str) {
        if NAMES.contains(&name) && !value.is_empty() {
            self.0.insert(value.to_owned());
        }
        // An ID token says who somebody is.
        let mut parts = value.split('.');
        if let (Some(_), Some(payload), Some(_)) = (parts.next(), parts.next(), parts.next())
            && let Ok(claims) = URL_SAFE_NO_PAD.decode(payload)
        {
            self.add_document(&claims);
        }
    }

    pub fn add_form(&mut self, form: &Form) {
        for (name, value) in form {
            self.add(name, value);
        }
    }

    /// Adds what a URL, or a query alone, holds.
    pub fn add_query(&mut self, url: &str) {
        let query = url.split_once('?').map_or(url, |(_, query)| query);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            self.add(&name, &value);
        }
    }

    /// Adds what a JSON document holds.
    pub fn add_document(&mut self, document: &[u8]) {
        if let Ok(document) = Json::parse(document) {
            self.add_members(document.as_object());
        }
    }

    fn add_members(&mut self, object: Option<&Object>) {
        for (name, value) in object.into_iter().flat_map(Object::iter) {
            if let Some(value) = value.as_str() {
                self.add(name, value);
            }
        }
    }

    /// Those that a text of JSON holds.
    #[cfg_attr(not(test), allow(dead_code))]
    pub fn found_in(&self, text: &str) -> Vec<&str> {
        let is_found = |secret: &&String| {
            text.contains(&format!(":\"{secret}\""))
                || (secret.len() >= SHORTEST && text.contains(secret.as_str()))
        };
        self.0.iter().filter(is_found).map(String::as_str).collect()
    }
}
