//! Whose accounts a provider accepts.

use super::*;

#[test]
fn refuses_people_of_another_workspace_domain() {
    let google = provider(r#""kind":"google","hd":"example.com""#);
    assert!(
        google
            .validate_account(&claims(r#"{"hd":"example.com"}"#))
            .is_ok()
    );
    for other in [
        r#"{"hd":"evil.example"}"#,
        r#"{"email":"eve@example.com"}"#,
        r#"{"hd":["example.com"]}"#,
    ] {
        let error = google.validate_account(&claims(other)).unwrap_err();
        assert_eq!(error.code, ErrorCode::AccountNotAllowed, "{other}");
    }
    let any = provider(r#""kind":"google","hd":"*""#);
    assert!(
        any.validate_account(&claims(r#"{"hd":"other.example"}"#))
            .is_ok()
    );
    assert!(any.validate_account(&claims("{}")).is_err());
}

#[test]
fn refuses_people_of_other_tenants() {
    let guid = "5c1f2a7e-0b8e-4a61-9f0a-2f6c2f3d4b11";
    let microsoft = provider(&format!(
        r#""kind":"microsoft","tenant":"organizations","allowed_tenants":["{guid}"]"#
    ));
    assert!(
        microsoft
            .validate_account(&claims(&format!(r#"{{"tid":"{guid}"}}"#)))
            .is_ok()
    );
    for other in [r#"{"tid":"9188040d-6c67-4c5b-b112-36a304b66dad"}"#, "{}"] {
        assert!(
            microsoft.validate_account(&claims(other)).is_err(),
            "{other}"
        );
    }
}

#[test]
fn organizations_refuses_personal_accounts() {
    let personal = claims(r#"{"tid":"9188040d-6c67-4c5b-b112-36a304b66dad"}"#);
    for (tenant, refused) in [("organizations", true), ("common", false)] {
        for settings in [
            format!(r#""kind":"microsoft","tenant":"{tenant}""#),
            format!(
                r#""kind":"microsoft","authority":"https://login.microsoftonline.us/{tenant}""#
            ),
        ] {
            let result = provider(&settings).validate_account(&personal);
            assert_eq!(result.is_err(), refused, "{settings}");
        }
    }
}

#[test]
fn ignores_a_subject_mismatch_in_microsoft_s_userinfo() {
    let answer = Response {
        status: 200,
        content_type: "application/json".to_owned(),
        retry_after: None,
        request_id: None,
        body: br#"{"sub":"of Graph","name":"Ada"}"#.to_vec(),
    };
    let microsoft = provider(r#""kind":"microsoft","userinfo":true"#);
    assert!(microsoft.requests_userinfo());
    assert_eq!(
        microsoft.process_userinfo_response(&answer, "ada"),
        Ok(None)
    );
    let other = provider(r#""kind":"oidc","issuer":"https://id.example.com""#);
    let error = other.process_userinfo_response(&answer, "ada").unwrap_err();
    assert_eq!(error.code, ErrorCode::UserinfoSubject);
}
