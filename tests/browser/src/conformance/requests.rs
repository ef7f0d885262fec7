//! What the issuer received while a module was played: how many requests, and whether each of them is as the
//! specifications demand. The suite checks that in every module.

use super::{ISSUER, Section, Steps, Window};
use crate::context::TestContext;
use anyhow::{Result, ensure};
use serde_json::Value;

/// Paths without an endpoint that belong to the provider's own pages.
const OWN_PAGES: &[&str] = &[
    "/views.css",
    "/favicon.ico",
    "/pictures/",
    "/conformance/authorize/",
    "/conformance/login/",
    "/conformance/logout/",
];

/// The position in the provider's log from which a module's requests are counted.
pub struct LogStart(usize);

impl LogStart {
    pub fn now(ctx: &TestContext) -> Result<LogStart> {
        Ok(LogStart(ctx.provider.requests()?.len()))
    }

    /// The requests since then, without preflights.
    pub fn requests(&self, ctx: &TestContext) -> Result<Vec<Value>> {
        let mut requests = ctx.provider.requests()?.split_off(self.0);
        requests.retain(|request| request["method"] != "OPTIONS");
        Ok(requests)
    }
}

/// How many requests each endpoint of the section received.
pub fn count(requests: &[Value], section: &Section) -> Vec<usize> {
    let count = |endpoint: &str| {
        let received =
            |request: &&Value| request["provider"] == ISSUER && request["endpoint"] == endpoint;
        requests.iter().filter(received).count()
    };
    section.endpoints.iter().copied().map(count).collect()
}

/// Checks the form of every request.
pub fn check(requests: &[Value], section: &Section, steps: Steps) -> Result<()> {
    for request in requests {
        match request["endpoint"].as_str() {
            Some("authorization") => check_authorization(request, scope(section))?,
            Some("token") => check_token(request)?,
            Some("userinfo") => {
                ensure!(
                    has(request, "headers", "authorization"),
                    "userinfo got no bearer token"
                );
                ensure!(
                    !has(request, "query_parameters", "access_token")
                        && !has(request, "form_parameters", "access_token"),
                    "the access token was sent as a parameter"
                );
            }
            Some("end_session") if steps != Steps::SignOutAtProvider => {
                for name in [
                    "id_token_hint",
                    "client_id",
                    "post_logout_redirect_uri",
                    "state",
                ] {
                    ensure!(
                        has(request, "query_parameters", name),
                        "the logout request lacks {name}"
                    );
                }
            }
            Some(_) => {}
            None => {
                let path = request["path"].as_str().unwrap_or_default();
                let is_own = OWN_PAGES.iter().any(|own| path.starts_with(own));
                ensure!(is_own, "{path} was requested, which is no endpoint");
            }
        }
    }
    Ok(())
}

fn check_authorization(request: &Value, scope: &str) -> Result<()> {
    for name in [
        "client_id",
        "redirect_uri",
        "state",
        "nonce",
        "code_challenge",
    ] {
        ensure!(
            has(request, "query_parameters", name),
            "the authorization request lacks {name}"
        );
    }
    for (name, value) in [
        ("response_type", "code"),
        ("code_challenge_method", "S256"),
        ("scope", scope),
    ] {
        ensure!(
            request[name] == value,
            "{name} is {} instead of {value}",
            request[name]
        );
    }
    Ok(())
}

fn check_token(request: &Value) -> Result<()> {
    let names: &[&str] = match request["grant_type"].as_str() {
        Some("authorization_code") => &["client_id", "code", "redirect_uri", "code_verifier"],
        Some("refresh_token") => &["client_id", "refresh_token"],
        other => anyhow::bail!("the grant type is {other:?}"),
    };
    for name in names {
        ensure!(
            has(request, "form_parameters", name),
            "the token request lacks {name}"
        );
    }
    ensure!(
        !has(request, "form_parameters", "client_secret")
            && !has(request, "headers", "authorization"),
        "a public client has sent credentials"
    );
    Ok(())
}

fn has(request: &Value, list: &str, name: &str) -> bool {
    let names = request[list].as_array().into_iter().flatten();
    names.into_iter().any(|known| known == name)
}

/// The scope that the section's window is configured with.
pub fn scope(section: &Section) -> &'static str {
    match section.window {
        Window::Page => "openid profile email address phone",
        Window::Application => "openid profile email offline_access",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::sections;
    use serde_json::json;

    fn requests() -> [Value; 4] {
        [
            json!({ "endpoint": "authorization", "response_type": "code", "code_challenge_method": "S256",
                "scope": "openid profile email address phone", "headers": [],
                "query_parameters": ["client_id", "redirect_uri", "state", "nonce", "code_challenge"] }),
            json!({ "endpoint": "token", "grant_type": "authorization_code", "headers": ["origin"],
                "form_parameters": ["client_id", "code", "redirect_uri", "code_verifier"] }),
            json!({ "endpoint": "userinfo", "headers": ["authorization"], "query_parameters": [] }),
            json!({ "endpoint": "end_session", "headers": [],
                "query_parameters": ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"] }),
        ]
    }

    fn check_one(request: Value) -> Result<()> {
        check(&[request], &sections()[0], Steps::SignOut)
    }

    #[test]
    fn accepts_requests_with_all_parameters() {
        for request in requests() {
            check_one(request).unwrap();
        }
        check_one(json!({ "endpoint": null, "path": "/views.css" })).unwrap();
    }

    #[test]
    fn rejects_a_request_without_any_of_its_parameters() {
        for request in requests() {
            for list in ["query_parameters", "form_parameters"] {
                for index in 0..request[list].as_array().map_or(0, Vec::len) {
                    let mut request = request.clone();
                    request[list].as_array_mut().unwrap().remove(index);
                    check_one(request).unwrap_err();
                }
            }
        }
    }

    #[test]
    fn rejects_other_values_secrets_and_tokens_in_the_query() {
        let [authorization, token, userinfo, _] = requests();
        for (name, value) in [
            ("response_type", json!("code id_token")),
            ("code_challenge_method", json!("plain")),
            ("code_challenge_method", Value::Null),
            ("scope", json!("openid")),
        ] {
            let mut request = authorization.clone();
            request[name] = value;
            check_one(request).unwrap_err();
        }
        for (request, list, value) in [
            (
                &token,
                "form_parameters",
                json!([
                    "client_id",
                    "code",
                    "redirect_uri",
                    "code_verifier",
                    "client_secret"
                ]),
            ),
            (&token, "headers", json!(["authorization"])),
            (&token, "grant_type", json!("password")),
            (&userinfo, "query_parameters", json!(["access_token"])),
            (&userinfo, "headers", json!([])),
        ] {
            let mut request = request.clone();
            request[list] = value;
            check_one(request).unwrap_err();
        }
        check_one(json!({ "endpoint": null, "path": "/conformance/claims" })).unwrap_err();
    }
}
