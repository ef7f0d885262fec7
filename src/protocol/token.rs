//! The token request and the judgement of its response (RFC 6749 §4.1.3, §5; Core §3.1.3).

use super::error::{Error, ErrorCode, Phase, Result};
use super::http::{Request, Response};
use super::url::Endpoint;
use crate::json::{Json, Object};
use oauth2::{AccessToken, AuthorizationCode, ClientId, PkceCodeVerifier, RefreshToken};

/// The answer of a token endpoint.
pub struct Tokens {
    pub access_token: AccessToken,
    pub refresh_token: Option<RefreshToken>,
    /// Not verified yet.
    pub id_token: String,
    /// Seconds from the answer on.
    pub expires_in: Option<i64>,
    /// What was granted, when the provider says so: it may be less than was asked for.
    pub scope: Option<Vec<String>>,
}

/// Exchanges the code (RFC 6749 §4.1.3, RFC 7636 §4.5). `params` are the vendor's and the
/// administrator's own.
pub fn exchange(
    token_endpoint: &Endpoint,
    client_id: &ClientId,
    redirect_uri: &str,
    code: &AuthorizationCode,
    code_verifier: &PkceCodeVerifier,
    params: Vec<(String, String)>,
) -> Request {
    let fixed = [
        ("grant_type", "authorization_code"),
        ("client_id", client_id.as_str()),
        ("redirect_uri", redirect_uri),
        ("code", code.secret()),
        ("code_verifier", code_verifier.secret()),
    ];
    let mut form: Vec<_> = fixed
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    form.extend(params);
    Request::post_form(token_endpoint, form)
}

/// Judges the answer of the token endpoint.
///
/// # Errors
/// [`ErrorCode::TokenRejected`] with the provider's reason, [`ErrorCode::LoginRequired`] or
/// [`ErrorCode::ProviderDenied`] where that reason is the person, [`ErrorCode::ProviderUnavailable`]
/// for a provider that is out of order, [`ErrorCode::TokenInvalid`] for anything that is no token
/// response.
pub fn judge(response: &Response) -> Result<Tokens> {
    if !response.is_success() {
        return Err(refusal(response));
    }
    let body = response
        .json_object()
        .map_err(|what| invalid(format!("The token endpoint answers with {what}.")))?;
    if body.get("error").is_some() {
        return Err(refusal(response));
    }
    let token_type = body.text("token_type").unwrap_or_default();
    if !token_type.eq_ignore_ascii_case("bearer") {
        return Err(invalid(
            "The token endpoint's \"token_type\" is not \"Bearer\".",
        ));
    }
    Ok(Tokens {
        access_token: AccessToken::new(required(&body, "access_token")?),
        id_token: required(&body, "id_token")?,
        refresh_token: body
            .text("refresh_token")
            .filter(|token| !token.is_empty())
            .map(|token| RefreshToken::new(token.to_owned())),
        expires_in: expires_in(&body)?,
        scope: body
            .text("scope")
            .map(|scope| scope.split_whitespace().map(str::to_owned).collect()),
    })
}

fn required(body: &Object, name: &str) -> Result<String> {
    match body.text(name) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(invalid(format!("The token response holds no \"{name}\"."))),
    }
}

/// A number of seconds, which some providers send as a text.
fn expires_in(body: &Object) -> Result<Option<i64>> {
    let seconds = match body.get("expires_in") {
        None => return Ok(None),
        Some(Json::Integer(seconds)) => Some(*seconds),
        Some(Json::Float(seconds)) => Some(*seconds as i64),
        Some(Json::String(text)) => text.parse().ok(),
        Some(_) => None,
    };
    match seconds {
        Some(seconds) if (0..=i64::from(u32::MAX)).contains(&seconds) => Ok(Some(seconds)),
        _ => Err(invalid(
            "The token response's \"expires_in\" is not a number of seconds.",
        )),
    }
}

/// The error of the answer. The `error` alone decides what it is.
fn refusal(response: &Response) -> Error {
    let status = response.status;
    let stated = response.stated_error();
    let (error, said) = match &stated {
        Some((error, said)) => (error.as_str(), format!(": {said}")),
        None => ("", ".".to_owned()),
    };
    let code = match error {
        _ if status >= 500 || status == 429 => ErrorCode::ProviderUnavailable,
        "temporarily_unavailable" | "server_error" => ErrorCode::ProviderUnavailable,
        "login_required" | "interaction_required" | "consent_required" => ErrorCode::LoginRequired,
        "access_denied" => ErrorCode::ProviderDenied,
        _ => ErrorCode::TokenRejected,
    };
    Error::new(code, Phase::Token).details(format!(
        "The token endpoint answers with status {status}{said}"
    ))
}

fn invalid(details: impl Into<String>) -> Error {
    Error::new(ErrorCode::TokenInvalid, Phase::Token).details(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response {
            status,
            content_type: "application/json".to_owned(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn judge_body(body: &str) -> Result<Tokens> {
        judge(&answer(200, body))
    }

    #[test]
    fn the_request_is_that_of_the_specification() {
        let request = exchange(
            &Endpoint::parse("https://id.example.com/token").unwrap(),
            &ClientId::new("client-1".to_owned()),
            "https://app.example.com/",
            &AuthorizationCode::new("c0de".to_owned()),
            &PkceCodeVerifier::new("verifier".to_owned()),
            vec![("resource".to_owned(), "https://api.example.com".to_owned())],
        );
        let shown = format!("{request:?}");
        assert!(
            !shown.contains("c0de") && !shown.contains("\"verifier\""),
            "{shown}"
        );
        assert!(!request.cacheable);
        let super::super::http::Body::Form(form) = request.body else {
            panic!("a form was expected");
        };
        let form: Vec<(&str, &str)> = form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            form,
            [
                ("grant_type", "authorization_code"),
                ("client_id", "client-1"),
                ("redirect_uri", "https://app.example.com/"),
                ("code", "c0de"),
                ("code_verifier", "verifier"),
                ("resource", "https://api.example.com"),
            ]
        );
    }

    #[test]
    fn tolerates_what_real_providers_send() {
        for (body, expires_in) in [
            (
                r#"{"access_token":"a","id_token":"i","token_type":"Bearer","expires_in":3599,"ext_expires_in":3599}"#,
                Some(3599),
            ),
            (
                r#"{"access_token":"a","id_token":"i","token_type":"bEARER","expires_in":"3600"}"#,
                Some(3600),
            ),
            (
                r#"{"access_token":"a","id_token":"i","token_type":"Bearer","expires_in":3600.0}"#,
                Some(3600),
            ),
            (
                r#"{"access_token":"a","id_token":"i","token_type":"Bearer"}"#,
                None,
            ),
            (
                r#"{"access_token":"a","id_token":"i","token_type":"Bearer","expires_in":null,"refresh_token":null}"#,
                None,
            ),
        ] {
            let tokens = judge_body(body).unwrap();
            assert_eq!(tokens.expires_in, expires_in, "{body}");
            assert!(tokens.refresh_token.is_none());
        }
    }

    #[test]
    fn refuses_what_is_no_token_response() {
        for body in [
            "",
            "[]",
            "<html>",
            r#"{"access_token":"a","token_type":"Bearer"}"#,
            r#"{"id_token":"i","token_type":"Bearer"}"#,
            r#"{"access_token":"","id_token":"i","token_type":"Bearer"}"#,
            r#"{"access_token":"a","id_token":"i"}"#,
            r#"{"access_token":"a","id_token":"i","token_type":"DPoP"}"#,
            r#"{"access_token":"a","id_token":"i","token_type":"Bearer","expires_in":-1}"#,
            r#"{"access_token":"a","id_token":"i","token_type":"Bearer","expires_in":"soon"}"#,
            r#"{"access_token":"a","id_token":"i","token_type":"Bearer","expires_in":true}"#,
            r#"{"access_token":"a","access_token":"b","id_token":"i","token_type":"Bearer"}"#,
        ] {
            let error = judge_body(body)
                .err()
                .unwrap_or_else(|| panic!("{body} was accepted"));
            assert_eq!(error.code, ErrorCode::TokenInvalid, "{body}");
        }
    }

    #[test]
    fn tells_the_provider_s_reason_in_both_shapes() {
        for (status, body, code, said) in [
            (
                400,
                r#"{"error":"invalid_grant","error_description":"PKCE verification failed."}"#,
                ErrorCode::TokenRejected,
                "invalid_grant: PKCE verification failed.",
            ),
            (
                401,
                r#"{"errorCode":"E0000021","errorSummary":"Bad request."}"#,
                ErrorCode::TokenRejected,
                "E0000021: Bad request.",
            ),
            (
                200,
                r#"{"error":"invalid_grant"}"#,
                ErrorCode::TokenRejected,
                "invalid_grant",
            ),
            (400, "<html>", ErrorCode::TokenRejected, "status 400"),
            (503, "", ErrorCode::ProviderUnavailable, "status 503"),
            (
                429,
                r#"{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit"}"#,
                ErrorCode::ProviderUnavailable,
                "E0000047",
            ),
        ] {
            let error = judge(&answer(status, body)).err().unwrap();
            assert_eq!(error.code, code, "{body}");
            let details = error.details.unwrap();
            assert!(details.contains(said), "{details}");
        }
    }
}
