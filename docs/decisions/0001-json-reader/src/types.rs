//! Types like those that Vestibule reads and writes, and a use for each.

use crate::reader::{Map, Value, from_str, lenient, to_string};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Deserialize, Serialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    response_types_supported: Option<Vec<String>>,
    #[serde(default, deserialize_with = "lenient")]
    authorization_response_iss_parameter_supported: Option<bool>,
}
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}
#[derive(Deserialize, Serialize)]
struct Key {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    issuer: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    cty: Option<Value>,
    crit: Option<Value>,
}
#[derive(Deserialize)]
struct Tokens {
    #[serde(default, deserialize_with = "lenient")]
    access_token: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    refresh_token: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    id_token: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    token_type: Option<String>,
    expires_in: Option<Value>,
    #[serde(default, deserialize_with = "lenient")]
    scope: Option<String>,
    error: Option<Value>,
}
#[derive(Deserialize)]
struct Failure {
    #[serde(alias = "errorCode")]
    error: String,
    #[serde(alias = "errorSummary")]
    error_description: Option<String>,
}
#[derive(Deserialize, Serialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    azp: Option<String>,
    nonce: Option<String>,
    exp: Value,
    iat: Value,
    nbf: Option<Value>,
    auth_time: Option<Value>,
    at_hash: Option<String>,
}
#[derive(Deserialize, Serialize)]
struct Transaction {
    provider: String,
    return_to: String,
    started_at: i64,
    mode: Mode,
    issuer: String,
    token_endpoint: String,
    client_id: String,
    redirect_uri: String,
    scope: Vec<String>,
    max_age: Option<i64>,
    nonce: String,
    code_verifier: String,
}
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    Redirect,
    Popup,
    Silent,
}
#[derive(Deserialize, Serialize)]
struct Session {
    id: String,
    renewals: i64,
    provider: String,
    issuer: String,
    client_id: String,
    subject: String,
    claims: Members,
    scope: Vec<String>,
    started_at: i64,
    renewed_at: i64,
    expires_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_ends_at: Option<i64>,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    id_token: String,
}
#[cfg(feature = "ours")]
type Members = Map;
#[cfg(not(feature = "ours"))]
type Members = Map<String, Value>;
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Message {
    Session {
        session: Box<Session>,
        active_at: i64,
    },
    RequestSession {
        newer_than: Option<i64>,
    },
    Ended {
        id: String,
        reason: Reason,
    },
    Active {
        id: String,
        at: i64,
    },
    Logout,
}
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Reason {
    Expired,
    Idle,
    SignedOut,
    SignedOutHere,
}
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User {
    provider: String,
    issuer: String,
    subject: String,
    name: Option<String>,
    email: Option<String>,
    email_verified: Option<bool>,
    picture: Option<String>,
    groups: Vec<String>,
    has_more_groups: bool,
}
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Snapshot {
    user: Option<User>,
    accounts: Vec<User>,
    is_loading: bool,
    navigator: Option<&'static str>,
    ends_at: Option<i64>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    providers: Vec<Provider>,
    scope: Option<Value>,
    redirect_uri: Option<String>,
    post_logout_redirect_uri: Option<String>,
    api_origins: Option<Vec<String>>,
    brand: Option<Brand>,
    languages: Option<Vec<String>>,
    idle_timeout: Option<i64>,
    session_lifetime: Option<i64>,
    storage: Option<String>,
}
#[derive(Deserialize)]
struct Provider {
    id: String,
    kind: String,
    client_id: String,
    issuer: Option<String>,
    label: Option<String>,
    icon: Option<String>,
    enabled: Option<bool>,
    max_age: Option<i64>,
    authorization_params: Option<BTreeMap<String, Value>>,
}
#[derive(Deserialize)]
struct Brand {
    name: Option<String>,
    logo: Option<String>,
    accent: Option<String>,
    home: Option<String>,
}

fn again<T: serde::de::DeserializeOwned + Serialize>(text: &str) -> String {
    match from_str::<T>(text) {
        Ok(value) => to_string(&value).unwrap_or_default(),
        Err(error) => format!("{error}"),
    }
}
fn ok<T: serde::de::DeserializeOwned>(text: &str, use_it: fn(T) -> String) -> String {
    match from_str::<T>(text) {
        Ok(value) => use_it(value),
        Err(error) => format!("{error}"),
    }
}
pub fn read(kind: u32, text: &str) -> String {
    match kind {
        0 => again::<Metadata>(text),
        1 => ok::<KeySet>(text, |set| set.keys.len().to_string()),
        2 => again::<Key>(text),
        3 => ok::<Header>(text, |h| {
            format!(
                "{}{:?}{:?}{}{}",
                h.alg,
                h.kid,
                h.typ,
                h.cty.is_some(),
                h.crit.is_some()
            )
        }),
        4 => ok::<Tokens>(text, |t| {
            format!(
                "{:?}{:?}{:?}{:?}{:?}{}{}",
                t.access_token,
                t.refresh_token,
                t.id_token,
                t.token_type,
                t.scope,
                t.expires_in.is_some(),
                t.error.is_some()
            )
        }),
        5 => ok::<Failure>(text, |f| format!("{}{:?}", f.error, f.error_description)),
        6 => again::<Claims>(text),
        7 => again::<Transaction>(text),
        8 => again::<Session>(text),
        9 => again::<Message>(text),
        10 => {
            let user = || User {
                provider: text.into(),
                issuer: text.into(),
                subject: text.into(),
                name: Some(text.into()),
                email: None,
                email_verified: Some(true),
                picture: None,
                groups: vec![text.into()],
                has_more_groups: false,
            };
            to_string(&Snapshot {
                user: Some(user()),
                accounts: vec![user()],
                is_loading: false,
                navigator: Some("a"),
                ends_at: Some(text.len() as i64),
            })
            .unwrap_or_default()
        }
        11 => ok::<Config>(text, |c| {
            let mut all = c
                .providers
                .into_iter()
                .map(|p| {
                    format!(
                        "{}{}{}{:?}{:?}{:?}{:?}{:?}{}",
                        p.id,
                        p.kind,
                        p.client_id,
                        p.issuer,
                        p.label,
                        p.icon,
                        p.enabled,
                        p.max_age,
                        p.authorization_params.map_or(0, |m| m.len())
                    )
                })
                .collect::<Vec<_>>();
            all.push(format!(
                "{:?}{:?}{:?}{:?}{:?}{:?}{:?}{}",
                c.redirect_uri,
                c.post_logout_redirect_uri,
                c.api_origins,
                c.languages,
                c.idle_timeout,
                c.session_lifetime,
                c.storage,
                c.scope.is_some()
            ));
            if let Some(b) = c.brand {
                all.push(format!(
                    "{:?}{:?}{:?}{:?}",
                    b.name, b.logo, b.accent, b.home
                ));
            }
            all.join(",")
        }),
        _ => ok::<Value>(text, |v| to_string(&v).unwrap_or_default()),
    }
}
