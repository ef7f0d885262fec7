//! The userinfo endpoint, its request and its response
//! ([Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)).

use super::error::{Error, ErrorCode, Phase, Result};
use super::http::{Request, Response};
use super::url::Endpoint;
use crate::json::{Json, Object};
use oauth2::AccessToken;

/// Makes the request, with the access token in its header
/// ([Core §5.3.1](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoRequest)).
pub fn request(userinfo_endpoint: &Endpoint, access_token: &AccessToken) -> Request {
    Request::get_with_token(userinfo_endpoint, access_token.clone())
}

/// Processes the response: the claims about the person whose ID token names `subject`. `None` when the
/// response can't be read, or doesn't say whom it is about (some providers send errors with status 200). The
/// ID token identifies the person, so that doesn't stop them.
///
/// # Errors
/// [`ErrorCode::UserinfoSubject`] when `sub` names somebody else
/// ([Core §5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)).
pub fn process_response(response: &Response, subject: &str) -> Result<Option<Object>> {
    if !response.is_success() {
        return Ok(None);
    }
    let Ok(claims) = response.json_object() else {
        return Ok(None);
    };
    match claims.get("sub") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(named)) if named == subject => Ok(Some(claims)),
        Some(_) => Err(Error::new(ErrorCode::UserinfoSubject, Phase::Userinfo)
            .details("The \"sub\" of userinfo isn't that of the ID token.")),
    }
}

/// Whether an ID token's claims lack the person's name or e-mail address.
pub fn lacks_profile(claims: &Object) -> bool {
    claims.text("name").is_none() || claims.text("email").is_none()
}

/// Adds userinfo's claims that the ID token lacks. Where both have one, the signed one stays.
pub fn merge_missing(claims: &mut Object, userinfo: Object) {
    claims.merge_missing(userinfo);
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn rejects_userinfo_about_somebody_else() {
        for body in [
            r#"{"sub":"eve"}"#,
            r#"{"sub":"ADA"}"#,
            r#"{"sub":["ada"]}"#,
            r#"{"sub":""}"#,
        ] {
            let error = process_response(&answer(200, body), "ada").unwrap_err();
            assert_eq!(error.code, ErrorCode::UserinfoSubject, "{body}");
        }
        assert!(
            process_response(&answer(200, r#"{"sub":"ada","name":"Ada"}"#), "ada")
                .unwrap()
                .is_some()
        );
    }

    #[test]
    fn an_unreadable_response_does_not_stop_the_sign_in() {
        for (status, body) in [
            (401, ""),
            (500, "{}"),
            (200, "<html>"),
            (200, "{}"),
            (200, r#"{"sub":null,"name":"Eve"}"#),
            (200, r#"{"ok":false,"error":"missing_scope","name":"Eve"}"#),
            (200, "eyJhbGciOiJSUzI1NiJ9.e30.x"),
        ] {
            assert_eq!(
                process_response(&answer(status, body), "ada").unwrap(),
                None,
                "{body}"
            );
        }
    }

    #[test]
    fn the_signed_claim_counts() {
        let mut claims =
            Json::parse_object(br#"{"sub":"ada","email":"ada@example.com","name":null}"#).unwrap();
        let userinfo =
            Json::parse_object(br#"{"sub":"ada","email":"eve@example.com","name":"Ada"}"#).unwrap();
        merge_missing(&mut claims, userinfo);
        assert_eq!(claims.text("email"), Some("ada@example.com"));
        assert_eq!(claims.text("name"), Some("Ada"));
    }

    #[test]
    fn a_null_claim_stays_unless_userinfo_has_the_claim() {
        let mut claims = Json::parse_object(br#"{"picture":null,"name":null}"#).unwrap();
        let userinfo = Json::parse_object(br#"{"name":"Ada"}"#).unwrap();
        merge_missing(&mut claims, userinfo);
        let names: Vec<&str> = claims.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["picture", "name"]);
    }
}
