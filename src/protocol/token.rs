//! The token requests, for a code and for a refresh token, and the judgement of their responses
//! (RFC 6749 §4.1.3, §5, §6; Core §3.1.3, §12).

use super::error::{Error, ErrorCode, Phase, Result};
use super::http::{Request, Response};
use super::url::Endpoint;
use crate::json::{Json, Object};
use oauth2::{AccessToken, AuthorizationCode, ClientId, PkceCodeVerifier, RefreshToken};

/// The answer of a token endpoint.
pub struct Tokens {
    pub access_token: AccessToken,
    pub refresh_token: Option<RefreshToken>,
    /// Not verified yet. Always there in the answer to a code; a renewal need not bring one.
    pub id_token: Option<String>,
    /// Seconds from the answer on.
    pub expires_in: Option<i64>,
    /// What was granted, when the provider says so: it may be less than was asked for.
    pub scope: Option<Vec<String>>,
}

/// Exchanges the code (RFC 6749 §4.1.3, RFC 7636 §4.5). `params` are the vendor's and the
/// administrator's own.
pub fn code_request(
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

/// Asks for new tokens (RFC 6749 §6). The scope stays what was granted. `params` are the vendor's and
/// the administrator's own.
pub fn refresh_request(
    token_endpoint: &Endpoint,
    client_id: &ClientId,
    refresh_token: &RefreshToken,
    params: Vec<(String, String)>,
) -> Request {
    let fixed = [
        ("grant_type", "refresh_token"),
        ("client_id", client_id.as_str()),
        ("refresh_token", refresh_token.secret()),
    ];
    let mut form: Vec<_> = fixed
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    form.extend(params);
    Request::post_form(token_endpoint, form)
}

/// Judges the answer to a renewal (Core §12.2).
///
/// # Errors
/// [`ErrorCode::SessionExpired`] when the provider says that the refresh token, or the person's
/// standing, is over: the only answers that end a session. Everything else as [`process_code_response`].
pub fn process_refresh_response(response: &Response) -> Result<Tokens> {
    let judged = tokens(response);
    let stated = response.oauth_error();
    let over = stated.is_some_and(|(error, _)| {
        matches!(
            error.as_str(),
            "invalid_grant" | "login_required" | "interaction_required" | "consent_required"
        )
    });
    judged.map_err(|error| match over && response.status < 500 {
        true => Error {
            code: ErrorCode::SessionExpired,
            ..error
        },
        false => error,
    })
}

/// Judges the answer to a code.
///
/// # Errors
/// [`ErrorCode::TokenRejected`] with the provider's reason, [`ErrorCode::LoginRequired`] or
/// [`ErrorCode::ProviderDenied`] where that reason is the person, [`ErrorCode::ProviderUnavailable`]
/// for a provider that is out of order, [`ErrorCode::TokenInvalid`] for anything that is no token
/// response.
pub fn process_code_response(response: &Response) -> Result<Tokens> {
    let tokens = tokens(response)?;
    match tokens.id_token {
        Some(_) => Ok(tokens),
        None => Err(invalid("The token response holds no \"id_token\".")),
    }
}

fn tokens(response: &Response) -> Result<Tokens> {
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
        access_token: match filled(&body, "access_token") {
            Some(token) => AccessToken::new(token),
            None => return Err(invalid("The token response holds no \"access_token\".")),
        },
        id_token: filled(&body, "id_token"),
        refresh_token: filled(&body, "refresh_token").map(RefreshToken::new),
        expires_in: expires_in(&body)?,
        scope: body
            .text("scope")
            .map(|scope| scope.split_whitespace().map(str::to_owned).collect()),
    })
}

fn filled(body: &Object, name: &str) -> Option<String> {
    let text = body.text(name)?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// A number of seconds, which some providers send as a text.
fn expires_in(body: &Object) -> Result<Option<i64>> {
    let seconds = match body.get("expires_in") {
        None => return Ok(None),
        Some(Json::String(text)) => text.parse().ok(),
        Some(value) => value.as_seconds(),
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
    let stated = response.oauth_error();
    let (error, said) = match &stated {
        Some((error, said)) => (error.as_str(), format!(": {said}")),
        None => ("", ".".to_owned()),
    };
    let code = match error {
        _ if status >= 500 || status == 429 => ErrorCode::ProviderUnavailable,
        error => ErrorCode::of_provider(error).unwrap_or(ErrorCode::TokenRejected),
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
            retry_after: None,
            body: body.as_bytes().to_vec(),
        }
    }

    fn process_body(body: &str) -> Result<Tokens> {
        process_code_response(&answer(200, body))
    }

    #[test]
    fn the_request_is_that_of_the_specification() {
        let request = code_request(
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
    fn a_renewal_names_the_refresh_token_and_nothing_of_the_sign_in() {
        let request = refresh_request(
            &Endpoint::parse("https://id.example.com/token").unwrap(),
            &ClientId::new("client-1".to_owned()),
            &RefreshToken::new("r3fresh".to_owned()),
            Vec::new(),
        );
        assert!(!format!("{request:?}").contains("r3fresh"));
        let super::super::http::Body::Form(form) = request.body else {
            panic!("a form was expected");
        };
        let names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["grant_type", "client_id", "refresh_token"]);
    }

    #[test]
    fn a_renewal_needs_no_id_token_and_a_code_does() {
        let body = r#"{"access_token":"a","token_type":"Bearer","expires_in":60}"#;
        assert!(
            process_refresh_response(&answer(200, body))
                .unwrap()
                .id_token
                .is_none()
        );
        assert!(process_body(body).is_err());
    }

    #[test]
    fn only_the_provider_s_word_ends_a_session() {
        for (status, body, code) in [
            (
                400,
                r#"{"error":"invalid_grant"}"#,
                ErrorCode::SessionExpired,
            ),
            (
                400,
                r#"{"error":"interaction_required","error_description":"AADSTS50076: …"}"#,
                ErrorCode::SessionExpired,
            ),
            (
                400,
                r#"{"error":"login_required"}"#,
                ErrorCode::SessionExpired,
            ),
            (
                200,
                r#"{"error":"invalid_grant"}"#,
                ErrorCode::SessionExpired,
            ),
            (
                500,
                r#"{"error":"invalid_grant"}"#,
                ErrorCode::ProviderUnavailable,
            ),
            (503, "", ErrorCode::ProviderUnavailable),
            (
                429,
                r#"{"error":"slow_down"}"#,
                ErrorCode::ProviderUnavailable,
            ),
            (
                400,
                r#"{"error":"invalid_client"}"#,
                ErrorCode::TokenRejected,
            ),
            (
                400,
                r#"{"error":"temporarily_unavailable"}"#,
                ErrorCode::ProviderUnavailable,
            ),
            (403, "<html>", ErrorCode::TokenRejected),
            (200, "<html>", ErrorCode::TokenInvalid),
            (200, "{}", ErrorCode::TokenInvalid),
        ] {
            let error = process_refresh_response(&answer(status, body))
                .err()
                .unwrap();
            assert_eq!(error.code, code, "{status} {body}");
        }
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
            let tokens = process_body(body).unwrap();
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
            let error = process_body(body)
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
            let error = process_code_response(&answer(status, body)).err().unwrap();
            assert_eq!(error.code, code, "{body}");
            let details = error.details.unwrap();
            assert!(details.contains(said), "{details}");
        }
    }
}
