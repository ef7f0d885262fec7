//! What the vendors' errors mean.

use super::*;

#[test]
fn recognises_each_vendor_s_errors() {
    let explained = |kind: &str, said: &str| {
        let settings = match kind {
            "okta" => r#""kind":"okta","domain":"a.okta.com""#.to_owned(),
            "oidc" => r#""kind":"oidc","issuer":"https://id.example.com""#.to_owned(),
            kind => format!(r#""kind":"{kind}""#),
        };
        let error = Error::new(ErrorCode::TokenRejected, Phase::Token).details(said);
        let explained = provider(&settings).explain(error);
        assert_eq!(explained.code, ErrorCode::TokenRejected);
        assert_eq!(explained.provider.as_deref(), Some("p"));
        explained.cause
    };
    for (kind, said, cause) in [
        (
            "microsoft",
            "invalid_request: AADSTS9002326: Cross-origin token redemption is permitted only for …",
            Some(VendorCause::NotSinglePage),
        ),
        (
            "microsoft",
            "AADSTS9002327: Tokens issued for …",
            Some(VendorCause::NotFromPage),
        ),
        (
            "microsoft",
            "AADSTS700025: Client is public …",
            Some(VendorCause::SecretSent),
        ),
        (
            "microsoft",
            "invalid_client: AADSTS7000218: The request body must contain …",
            Some(VendorCause::NotSinglePage),
        ),
        (
            "microsoft",
            "AADSTS50011: The redirect URI …",
            Some(VendorCause::RedirectUriUnknown),
        ),
        (
            "microsoft",
            "AADSTS50020: User account …",
            Some(VendorCause::AccountElsewhere),
        ),
        (
            "microsoft",
            "login_required: AADSTS50058: Session information …",
            Some(VendorCause::NotSignedIn),
        ),
        (
            "microsoft",
            "AADSTS50105: …",
            Some(VendorCause::NotAssigned),
        ),
        (
            "microsoft",
            "AADSTS50194: …",
            Some(VendorCause::NotMultiTenant),
        ),
        (
            "microsoft",
            "AADSTS53003: …",
            Some(VendorCause::PolicyForbids),
        ),
        (
            "microsoft",
            "AADSTS65001: …",
            Some(VendorCause::ConsentNeeded),
        ),
        (
            "microsoft",
            "AADSTS90094: …",
            Some(VendorCause::ConsentNeeded),
        ),
        (
            "microsoft",
            "access_denied: AADSTS65004: …",
            Some(VendorCause::ConsentDeclined),
        ),
        (
            "microsoft",
            "AADSTS700016: …",
            Some(VendorCause::ClientUnknown),
        ),
        (
            "microsoft",
            "AADSTS70008: …",
            Some(VendorCause::RefreshTokenInvalid),
        ),
        (
            "microsoft",
            "AADSTS700082: …",
            Some(VendorCause::RefreshTokenInvalid),
        ),
        (
            "microsoft",
            "AADSTS700084: …",
            Some(VendorCause::RefreshTokenInvalid),
        ),
        (
            "microsoft",
            "AADSTS70011: …",
            Some(VendorCause::ScopeUnknown),
        ),
        (
            "microsoft",
            "AADSTS90002: Tenant 'x' not found.",
            Some(VendorCause::TenantUnknown),
        ),
        (
            "microsoft",
            "access_denied: AADB2C90118: The user has forgotten their password.",
            Some(VendorCause::PasswordForgotten),
        ),
        (
            "microsoft",
            "access_denied: AADB2C90091: The user has cancelled …",
            Some(VendorCause::Cancelled),
        ),
        // A longer number is another error.
        ("microsoft", "AADSTS700111: …", None),
        (
            "microsoft",
            "AADSTS50011",
            Some(VendorCause::RedirectUriUnknown),
        ),
        ("microsoft", "invalid_grant", None),
        (
            "google",
            "invalid_request: client_secret is missing.",
            Some(VendorCause::SecretMissing),
        ),
        (
            "google",
            "invalid_grant: Malformed auth code.",
            Some(VendorCause::CodeInvalid),
        ),
        (
            "google",
            "invalid_grant: Token has been expired or revoked.",
            Some(VendorCause::RefreshTokenInvalid),
        ),
        (
            "google",
            "invalid_grant: Invalid code verifier.",
            Some(VendorCause::PkceFailed),
        ),
        (
            "okta",
            "invalid_client: No client credentials found.",
            Some(VendorCause::NotSinglePage),
        ),
        (
            "okta",
            "invalid_grant: PKCE verification failed.",
            Some(VendorCause::PkceFailed),
        ),
        (
            "okta",
            "E0000007: Not found: Resource not found: x (AuthorizationServer)",
            Some(VendorCause::AuthorizationServerUnknown),
        ),
        (
            "okta",
            "E0000047: API call exceeded rate limit due to too many requests.",
            Some(VendorCause::TooManyRequests),
        ),
        ("oidc", "invalid_client", Some(VendorCause::NotSinglePage)),
        (
            "oidc",
            "temporarily_unavailable: authentication_expired",
            Some(VendorCause::SignInExpired),
        ),
        (
            "oidc",
            "user_cancelled_login: The user cancelled LinkedIn login",
            Some(VendorCause::Cancelled),
        ),
        (
            "oidc",
            "user_cancelled_authorize",
            Some(VendorCause::Cancelled),
        ),
        // The words of one vendor mean nothing from another.
        ("oidc", "AADSTS50011: …", None),
    ] {
        assert_eq!(explained(kind, said), cause, "{said}");
    }
}
