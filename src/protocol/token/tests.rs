use super::*;

fn answer(status: u16, body: &str) -> Response {
    Response {
        status,
        content_type: "application/json".to_owned(),
        retry_after: None,
        request_id: None,
        body: body.as_bytes().to_vec(),
    }
}

fn process_body(body: &str) -> Result<Tokens> {
    process_code_response(&answer(200, body), true)
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
    assert_eq!(request.cache, crate::protocol::http::Caching::Forbidden);
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
        process_refresh_response(&answer(200, body), true)
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
        let error = process_refresh_response(&answer(status, body), true)
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
fn an_odd_lifetime_or_scope_does_not_cost_the_tokens() {
    for (lifetime, expires_in) in [
        (r#""3600.0""#, 3600),
        (r#""3.6e3""#, 3600),
        (r#""03600""#, 3600),
        ("0", 0),
    ] {
        let body = format!(
            r#"{{"access_token":"a","id_token":"i","token_type":"BEARER","expires_in":{lifetime}}}"#
        );
        let tokens = process_body(&body).unwrap();
        assert_eq!(tokens.expires_in, Some(expires_in), "{lifetime}");
    }
    for (scope, read) in [
        (r#"["openid","email"]"#, Some(vec!["openid", "email"])),
        (r#"["openid email"]"#, Some(vec!["openid", "email"])),
        (r#"" openid  email ""#, Some(vec!["openid", "email"])),
        ("[7]", None),
        ("null", None),
        ("true", None),
    ] {
        let body = format!(
            r#"{{"access_token":"a","id_token":"i","token_type":"Bearer","scope":{scope},"error":"","refresh_token":false}}"#
        );
        let tokens = process_body(&body).unwrap();
        let read = read.map(|words| words.into_iter().map(str::to_owned).collect());
        assert_eq!(tokens.scope, read, "{scope}");
        assert!(tokens.refresh_token.is_none());
    }
}

#[test]
fn a_lifetime_that_cannot_be_read_counts_as_missing() {
    for lifetime in [
        "-1",
        "1e300",
        "4294967296",
        "99999999999999999999",
        "true",
        "[]",
        "{}",
        r#""""#,
        r#""soon""#,
        r#""-300""#,
        r#""PT5M""#,
    ] {
        let body = format!(
            r#"{{"access_token":"a","refresh_token":"r","id_token":"i","token_type":"Bearer","expires_in":{lifetime}}}"#
        );
        let tokens = process_body(&body).unwrap();
        assert_eq!(tokens.expires_in, None, "{lifetime}");
        assert!(tokens.has_odd_lifetime, "{lifetime}");
        let secret = tokens.refresh_token.unwrap().secret().clone();
        assert_eq!(secret, "r", "{lifetime}");
    }
    for lifetime in ["300", "null", "299.5"] {
        let body = format!(
            r#"{{"access_token":"a","id_token":"i","token_type":"Bearer","expires_in":{lifetime}}}"#
        );
        assert!(!process_body(&body).unwrap().has_odd_lifetime, "{lifetime}");
    }
}

#[test]
fn rejects_what_is_no_token_response() {
    for body in [
        "",
        "[]",
        "<html>",
        r#"{"access_token":"a","token_type":"Bearer"}"#,
        r#"{"id_token":"i","token_type":"Bearer"}"#,
        r#"{"access_token":"","id_token":"i","token_type":"Bearer"}"#,
        r#"{"access_token":"a","id_token":"i"}"#,
        r#"{"access_token":"a","id_token":"i","token_type":"DPoP"}"#,
        r#"{"access_token":"a","access_token":"b","id_token":"i","token_type":"Bearer"}"#,
    ] {
        let error = process_body(body)
            .err()
            .unwrap_or_else(|| panic!("{body} was accepted"));
        assert_eq!(error.code, ErrorCode::TokenInvalid, "{body}");
    }
}

#[test]
fn an_id_token_alone_is_a_response_where_no_access_token_is_needed() {
    let process = |body| process_code_response(&answer(200, body), false);
    let renew = |body| process_refresh_response(&answer(200, body), false);
    let b2c = r#"{"id_token":"i","token_type":"Bearer","not_before":1493763266,"scope":"openid"}"#;
    assert!(process(b2c).unwrap().access_token.is_none());
    assert!(renew(b2c).unwrap().access_token.is_none());
    assert!(process_body(b2c).is_err());
    let empty = r#"{"access_token":"","id_token":"i","token_type":"Bearer"}"#;
    assert!(process(empty).unwrap().access_token.is_none());
    let both = r#"{"access_token":"a","id_token":"i","token_type":"Bearer"}"#;
    assert!(process(both).unwrap().access_token.is_some());
    for body in [
        r#"{"token_type":"Bearer"}"#,
        r#"{"refresh_token":"r","token_type":"Bearer"}"#,
        r#"{"id_token":"i"}"#,
        r#"{"id_token":"i","token_type":"DPoP"}"#,
    ] {
        for response in [process(body), renew(body)] {
            let error = response.err().unwrap_or_else(|| panic!("{body}"));
            assert_eq!(error.code, ErrorCode::TokenInvalid, "{body}");
        }
    }
}

#[test]
fn the_provider_s_reason_is_read_in_both_shapes() {
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
        let error = process_code_response(&answer(status, body), true)
            .err()
            .unwrap();
        assert_eq!(error.code, code, "{body}");
        let details = error.details.unwrap();
        assert!(details.contains(said), "{details}");
    }
}
