//! What a provider answers: the authorization response, the token endpoint, errors and userinfo.

use super::{ACCEPTED, Outcome, answer, check_error, object};
use crate::config::ResolvedConfig;
use crate::json::{Json, Object};
use crate::protocol::authorization::{Expected, Response, validate_response};
use crate::protocol::error::{Error, ErrorCode};
use crate::protocol::issuer::ExpectedIssuer;
use crate::protocol::pkce::STATE_PREFIX;
use crate::protocol::token::{process_code_response, process_refresh_response};
use crate::protocol::{token, userinfo as protocol};
use crate::provider::Provider;
use crate::session::User;

const ISSUER: &str = "https://id.example.com";

/// A code comes only from a response that is ours, has every parameter once, and names the right issuer.
pub(super) fn response(input: &[u8]) -> Outcome {
    let query = String::from_utf8_lossy(input);
    let all = |name: &str| -> Vec<String> {
        let query = query.strip_prefix('?').unwrap_or(&query);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let pairs = pairs.map(|(key, value)| (decoded(key), decoded(value)));
        pairs
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value)
            .collect()
    };
    let is_ours = all("state")
        .first()
        .is_some_and(|state| state.starts_with(STATE_PREFIX));
    let response = Response::parse(&query);
    assert_eq!(response.is_some(), is_ours, "{query:?}");
    let Some(response) = response else {
        return "not ours".to_owned();
    };
    assert_eq!(Some(&response.state), all("state").first());
    let has_answer = !all("code").is_empty() || !all("error").is_empty();
    assert_eq!(response.answers_sign_in(), has_answer, "{query:?}");

    let mut outcomes = Vec::new();
    let issuer = ExpectedIssuer::Exact(ISSUER.to_owned());
    for iss_parameter_supported in [false, true] {
        let expected = Expected {
            issuer: &issuer,
            metadata_issuer: ISSUER,
            iss_parameter_supported,
        };
        let is_sound = ["state", "code", "iss", "error", "error_description"]
            .iter()
            .all(|name| all(name).len() <= 1)
            && match all("iss").first() {
                Some(iss) => iss == ISSUER,
                None => !iss_parameter_supported,
            }
            && all("error").is_empty()
            && all("code").first().is_some_and(|code| !code.is_empty());
        outcomes.push(match validate_response(&response, &expected) {
            Ok(code) => {
                assert!(is_sound, "accepted: {query:?}");
                assert_eq!(Some(code.secret()), all("code").first());
                format!("{ACCEPTED} {}", all("iss").len())
            }
            Err(error) => {
                assert!(!is_sound, "rejected: {query:?}");
                check_error(&error)
            }
        });
    }
    outcomes.join(", ")
}

/// A parameter of a form, decoded.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = bytes
            .get(at + 1..at + 3)
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        match (byte, digits) {
            (b'%', Some(digits)) => {
                let digits = std::str::from_utf8(digits).unwrap();
                decoded.push(u8::from_str_radix(digits, 16).unwrap());
                at += 2;
            }
            (b'+', _) => decoded.push(b' '),
            _ => decoded.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Tokens come only from a successful response that has everything that a token response needs.
pub(super) fn token(input: &[u8]) -> Outcome {
    let body = object(input);
    let has_tokens = body.as_ref().is_some_and(is_token_response);
    let has_id_token = body
        .as_ref()
        .is_some_and(|body| body.text("id_token").is_some_and(|text| !text.is_empty()));
    for status in [400, 429, 500] {
        let response = answer(status, input);
        let code = process_code_response(&response, true)
            .err()
            .expect("it failed")
            .code;
        assert_eq!(
            code == ErrorCode::ProviderUnavailable,
            status > 400 || says(&body, UNAVAILABLE)
        );
        let code = process_refresh_response(&response, true)
            .err()
            .expect("it failed")
            .code;
        let is_over = status < 500 && says(&body, OVER);
        assert_eq!(code == ErrorCode::SessionExpired, is_over, "{body:?}");
    }
    let mut page = answer(200, input);
    page.content_type = "text/html".to_owned();
    assert!(
        process_code_response(&page, true).is_err(),
        "a web page was accepted"
    );

    let response = answer(200, input);
    // Where an access token isn't needed, everything else is.
    assert_eq!(
        process_code_response(&response, false).is_ok(),
        has_id_token && body.as_ref().is_some_and(is_bearer_response),
        "{body:?}"
    );
    assert_eq!(
        process_refresh_response(&response, true).is_ok(),
        has_tokens,
        "{body:?}"
    );
    match process_code_response(&response, true) {
        Ok(tokens) => {
            assert!(has_tokens && has_id_token, "accepted: {body:?}");
            let body = body.unwrap();
            assert_eq!(
                tokens
                    .access_token
                    .as_ref()
                    .map(|token| token.secret().as_str()),
                body.text("access_token")
            );
            assert_eq!(tokens.id_token.as_deref(), body.text("id_token"));
            // A lifetime that can't be read never makes tokens live for long.
            let lifetime = tokens.expires_in.unwrap_or_default();
            assert!((0..1 << 32).contains(&lifetime), "{lifetime}");
            let has_lifetime = body.get("expires_in").is_some();
            assert_eq!(
                has_lifetime,
                tokens.expires_in.is_some() || tokens.has_odd_lifetime
            );
            let scope = tokens.scope.map(|scope| scope.len());
            format!(
                "{ACCEPTED} {} {:?}",
                tokens.refresh_token.is_some(),
                scope.map(|words| words.min(2))
            )
        }
        Err(error) => {
            assert!(!(has_tokens && has_id_token), "rejected: {body:?}");
            if let Some(body) = body {
                check_without_tokens(&error, &body);
            }
            check_error(&error)
        }
    }
}

/// What administrators read of an error has none of the response's tokens, unless the provider quotes them.
fn check_without_tokens(error: &Error, body: &Object) {
    let said = ["error", "error_description", "errorCode", "errorSummary"];
    let said: String = said.iter().filter_map(|name| body.text(name)).collect();
    for name in ["access_token", "refresh_token", "id_token"] {
        let token = body.text(name).unwrap_or_default();
        // Others might be words of ours.
        if token.len() > 20 || token.starts_with("AT-") || token.starts_with("RT-") {
            assert!(
                said.contains(token) || !error.to_string().contains(token),
                "{error}"
            );
        }
    }
}

const OVER: &[&str] = &[
    "invalid_grant",
    "login_required",
    "interaction_required",
    "consent_required",
];
const UNAVAILABLE: &[&str] = &["temporarily_unavailable", "server_error"];

fn says(body: &Option<Object>, errors: &[&str]) -> bool {
    let error = body
        .as_ref()
        .and_then(|body| body.text("error").or_else(|| body.text("errorCode")));
    error.is_some_and(|error| errors.contains(&error))
}

/// The members of [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1).
fn is_token_response(body: &Object) -> bool {
    let has_access_token = body
        .text("access_token")
        .is_some_and(|text| !text.is_empty());
    has_access_token && is_bearer_response(body)
}

/// The same, apart from the access token.
fn is_bearer_response(body: &Object) -> bool {
    let says_nothing = ["\"\"", "[]", "{}", "false", "0"];
    body.get("error")
        .is_none_or(|error| says_nothing.contains(&&*error.to_line()))
        && body
            .text("token_type")
            .is_some_and(|text| text.eq_ignore_ascii_case("bearer"))
}

/// Errors are shown as one short line, whatever the provider says and whichever vendor it is. What must stay
/// secret isn't in it.
pub(super) fn error_body(input: &[u8]) -> Outcome {
    const SECRET: &str = "S3CRET";
    let mut outcome = "no error".to_owned();
    let mut causes = Vec::new();
    for status in [200, 400, 401, 403, 503] {
        let response = answer(status, input);
        if let Some(stated) = response.oauth_error() {
            assert!(
                stated.to_string().len() <= input.len() + 2,
                "longer than the response"
            );
        }
        let Err(error) = token::process_code_response(&response, true) else {
            continue;
        };
        let error = error.redact(&[SECRET]);
        for provider in vendors() {
            let explained = provider.explain(error.clone());
            assert!(!explained.to_string().contains(SECRET), "{explained}");
            assert!(!format!("{explained:?}").contains(SECRET), "{explained:?}");
            outcome = check_error(&explained);
            causes.extend(explained.cause.map(|cause| format!("{cause:?}")));
        }
    }
    causes.dedup();
    outcome.push_str(&causes.join(" "));
    if object(input).is_some_and(|body| body.text("error").is_some()) {
        outcome = format!("{ACCEPTED} {outcome}");
    }
    outcome
}

/// One provider of each vendor.
fn vendors() -> Vec<Provider> {
    thread_local! {
        static VENDORS: Vec<Provider> = {
            let config = br#"{"providers":[
                {"id":"m","kind":"microsoft","client_id":"c"},
                {"id":"g","kind":"google","client_id":"c"},
                {"id":"o","kind":"okta","client_id":"c","domain":"dev-1.okta.com"},
                {"id":"s","kind":"oidc","client_id":"c","issuer":"https://id.example.com"}
            ]}"#;
            let resolved = ResolvedConfig::from_text(config, "https://app.example.com/");
            resolved.expect("it is valid").providers
        };
    }
    VENDORS.with(Clone::clone)
}

/// Claims come only from a response about the same person, and never replace those of the ID token.
pub(super) fn userinfo(input: &[u8]) -> Outcome {
    let body = object(input);
    let claims = match protocol::process_response(&answer(200, input), "ada") {
        Err(error) => {
            let is_another = |body: Object| {
                body.get("sub")
                    .is_some_and(|sub| sub.as_str() != Some("ada"))
            };
            assert!(body.is_some_and(is_another));
            return check_error(&error);
        }
        Ok(None) => {
            let is_about_nobody = body.is_none_or(|body| body.get("sub").is_none());
            assert!(is_about_nobody, "it is about somebody");
            return "about nobody".to_owned();
        }
        Ok(Some(claims)) => claims,
    };
    assert_eq!(claims.text("sub"), Some("ada"));
    for status in [199, 304, 401, 500] {
        let failed = protocol::process_response(&answer(status, input), "ada");
        assert_eq!(failed.ok(), Some(None), "status {status}");
    }

    let signed =
        r#"{"iss":"https://id.example.com","sub":"ada","email":"ada@example.com","name":null}"#;
    let signed = Json::parse_object(signed.as_bytes()).unwrap();
    let mut merged = signed.clone();
    protocol::merge_missing(&mut merged, claims.clone());
    for name in ["iss", "sub", "email"] {
        assert_eq!(merged.get(name), signed.get(name), "{name}");
    }
    for (name, value) in claims.iter() {
        let expected = signed
            .get(name)
            .or(Some(value).filter(|value| **value != Json::Null));
        assert_eq!(merged.get(name), expected, "{name}");
    }
    assert!(merged.iter().count() <= signed.iter().count() + claims.iter().count());

    let user = User::from_claims("s", "https://id.example.com", "ada", &merged);
    assert_eq!(
        (&*user.subject, &*user.issuer),
        ("ada", "https://id.example.com")
    );
    assert!(user.initials().chars().count() <= 2);
    assert!(!user.display_name().is_empty());
    let is_web_address = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    assert!(
        user.picture.as_ref().is_none_or(is_web_address),
        "{:?}",
        user.picture
    );
    assert!(
        format!("{user:?}").len() <= 12 * input.len() + 400,
        "it grows"
    );
    format!(
        "{ACCEPTED} {} {:?} {} {}",
        user.name.is_some(),
        user.email_verified,
        user.groups.len().min(2),
        user.picture.is_some()
    )
}
