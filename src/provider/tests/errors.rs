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
            Some(VendorCause::RefreshTokenUnused),
        ),
        (
            "microsoft",
            "AADSTS700082: …",
            Some(VendorCause::RefreshTokenUnused),
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

/// What the message means at a provider of this kind.
fn cause_at(kind: &str, message: &str) -> Option<VendorCause> {
    let settings = match kind {
        "microsoft" | "google" => format!(r#""kind":"{kind}""#),
        _ => format!(r#""kind":"{kind}","issuer":"https://id.example.com""#),
    };
    let error = Error::new(ErrorCode::TokenRejected, Phase::Token).details(message);
    provider(&settings).explain(error).cause
}

#[test]
fn each_reason_for_an_ended_session_at_microsoft_is_named() {
    for (number, cause) in [
        ("700084", VendorCause::RefreshTokenInvalid),
        ("70043", VendorCause::SignInFrequency),
        ("50173", VendorCause::TokensRevoked),
        ("70008", VendorCause::RefreshTokenUnused),
        ("700082", VendorCause::RefreshTokenUnused),
    ] {
        let message = format!("invalid_grant: AADSTS{number}: The token has expired.");
        assert_eq!(cause_at("microsoft", &message), Some(cause), "{number}");
    }
}

#[test]
fn microsoft_s_numbers_are_told_apart_by_all_digits() {
    for (message, cause) in [
        (
            "AADSTS90002: Tenant 'x' not found.",
            Some(VendorCause::TenantUnknown),
        ),
        (
            "AADSTS900023: Specified tenant identifier is invalid.",
            Some(VendorCause::TenantUnknown),
        ),
        (
            "AADSTS50057: The user account is disabled.",
            Some(VendorCause::AccountDisabled),
        ),
        ("AADSTS500571: The guest account is disabled.", None),
        (
            "AADSTS65005: Misconfigured application.",
            Some(VendorCause::ResourceUnknown),
        ),
        (
            "AADSTS53000: Device not compliant.",
            Some(VendorCause::DeviceForbidden),
        ),
        ("AADSTS530003: Your device has to be managed.", None),
        (
            "AADSTS530032: Blocked by a security policy.",
            Some(VendorCause::PolicyForbids),
        ),
        (
            "AADSTS16000: Not in the tenant.",
            Some(VendorCause::AccountChoiceNeeded),
        ),
        (
            "AADSTS16003: Not in the tenant.",
            Some(VendorCause::AccountElsewhere),
        ),
        (
            "AADSTS500207: Account type not allowed.",
            Some(VendorCause::AccountTypeForbidden),
        ),
        (
            "AADSTS500208: Domain not allowed.",
            Some(VendorCause::AccountElsewhere),
        ),
        // This number is about many things.
        (
            "AADSTS90023: Public clients can't send a client secret.",
            Some(VendorCause::SecretSent),
        ),
        ("AADSTS90023: Unauthorized or invalid request.", None),
        (
            "AADSTS90023: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
            Some(VendorCause::NotSinglePage),
        ),
    ] {
        assert_eq!(cause_at("microsoft", message), cause, "{message}");
    }
}

#[test]
fn no_number_of_microsoft_is_hidden_by_another_one() {
    for (number, cause) in crate::provider::microsoft::VENDOR.causes {
        let message = format!("access_denied: {number}: It failed.");
        assert_eq!(cause_at("microsoft", &message), Some(*cause), "{number}");
    }
}

#[test]
fn okta_s_policies_and_bound_tokens_are_named() {
    for (message, cause) in [
        (
            "access_denied: Policy evaluation failed for this request, please check the policy configurations.",
            VendorCause::AccessPolicyMissing,
        ),
        (
            "invalid_dpop_proof: The DPoP proof JWT header is missing.",
            VendorCause::DpopRequired,
        ),
        (
            "use_dpop_nonce: Authorization server requires nonce in DPoP proof.",
            VendorCause::DpopRequired,
        ),
        (
            "invalid_scope: One or more scopes are not configured for the authorization server resource.",
            VendorCause::ScopeUnknown,
        ),
    ] {
        assert_eq!(cause_at("okta", message), Some(cause), "{message}");
    }
}
