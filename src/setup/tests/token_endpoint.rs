//! What the checks find at the token endpoint.

use super::*;
use crate::protocol::error::VendorCause;

#[test]
fn sends_the_token_request_of_a_sign_in() {
    let world = world();
    let asked = Rc::new(RefCell::new(None));
    world.on(TOKEN, {
        let asked = Rc::clone(&asked);
        move |form| {
            *asked.borrow_mut() = Some(form.clone());
            refuse("invalid_grant", "no")
        }
    });
    checks(&world, &plain());
    let form = asked.take().unwrap();
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["client_id"], "client-1");
    assert_eq!(form["redirect_uri"], PAGE);
    assert!(form["code_verifier"].len() >= 43);
    assert!(form.contains_key("code"));
}

#[test]
fn passes_a_token_endpoint_that_refuses_the_made_up_code() {
    for (kind, error, description) in [
        ("oidc", "invalid_grant", "grant request is invalid"),
        ("oidc", "invalid_request", "code has not the right form"),
        (
            "microsoft",
            "invalid_grant",
            "AADSTS9002313: Invalid request. Request is malformed or invalid.",
        ),
        (
            "microsoft",
            "invalid_grant",
            "AADSTS70000: Provided grant is invalid or malformed.",
        ),
        ("google", "invalid_grant", "Malformed auth code."),
        (
            "okta",
            "invalid_grant",
            "The authorization code is invalid or has expired.",
        ),
    ] {
        let world = world();
        world.on(TOKEN, move |_| refuse(error, description));
        let made = checks(&world, &of_kind(&world, kind));
        let Finding::TokenRefuses(said) = found(&made, Step::Token) else {
            panic!("{description}: {made:?}");
        };
        assert!(said.contains(description), "{said}");
    }
}

/// A provider of this kind whose documents are the simulated ones.
fn of_kind(world: &Simulated, kind: &str) -> Provider {
    if kind != "microsoft" {
        return vendor(kind);
    }
    let provider = provider(
        r#""kind":"microsoft","authority":"https://id.example.com/x","issuer":"https://id.example.com""#,
    );
    world.on(provider.discovery_url.as_str(), |_| {
        json(200, &document(&[]))
    });
    provider
}

#[test]
fn recognises_a_wrong_registration_by_the_vendor_s_error() {
    for (kind, error, description, cause) in [
        (
            "microsoft",
            "invalid_request",
            "AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
            Some(VendorCause::NotSinglePage),
        ),
        (
            "microsoft",
            "invalid_client",
            "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            Some(VendorCause::NotSinglePage),
        ),
        (
            "microsoft",
            "unauthorized_client",
            "AADSTS700016: Application was not found in the directory.",
            Some(VendorCause::ClientUnknown),
        ),
        (
            "google",
            "invalid_request",
            "client_secret is missing.",
            Some(VendorCause::SecretMissing),
        ),
        (
            "google",
            "invalid_client",
            "The OAuth client was not found.",
            Some(VendorCause::ClientUnknown),
        ),
        ("google", "invalid_client", "Unauthorized", None),
        (
            "okta",
            "invalid_client",
            "No client credentials found.",
            Some(VendorCause::NotSinglePage),
        ),
        (
            "okta",
            "invalid_grant",
            "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
            Some(VendorCause::RedirectUriUnknown),
        ),
        (
            "oidc",
            "invalid_client",
            "client authentication failed",
            Some(VendorCause::NotSinglePage),
        ),
        ("oidc", "unsupported_grant_type", "no", None),
    ] {
        let world = world();
        world.on(TOKEN, move |_| refuse(error, description));
        let made = checks(&world, &of_kind(&world, kind));
        let error = self::error(&made, Step::Token);
        assert_eq!(error.cause, cause, "{description}");
        assert_eq!(error.code, ErrorCode::TokenRejected, "{description}");
    }
}

#[test]
fn a_refusal_that_says_nothing_about_the_registration_is_not_held_against_it() {
    for (kind, status, error) in [
        ("oidc", 403, "invalid_code"),
        ("oidc", 400, "invalid_code"),
        ("oidc", 403, "invalid_grant"),
        ("oidc", 403, "access_denied"),
        ("oidc", 400, "access_denied"),
        ("oidc", 422, "invalid_client"),
        ("oidc", 500, "server_error"),
        ("oidc", 429, "slow_down"),
        ("oidc", 400, "temporarily_unavailable"),
        ("okta", 429, "E0000047"),
        ("google", 400, "org_internal"),
    ] {
        let world = world();
        let body = format!(r#"{{"error":"{error}","error_description":"Said so."}}"#);
        world.on(TOKEN, move |_| json(status, &body));
        let made = checks(&world, &of_kind(&world, kind));
        let found = found(&made, Step::Token);
        let Finding::TokenUntested(said) = found else {
            panic!("{status} {error}: {found:?}");
        };
        assert!(said.contains(error) && said.contains("Said so."), "{said}");
        assert_eq!(states(&made, State::Failed), [], "{status} {error}");
    }
}

#[test]
fn a_vendor_s_word_for_a_wrong_registration_counts_at_any_status() {
    let world = world();
    world.on(TOKEN, |_| {
        json(
            404,
            r#"{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: x (AuthorizationServer)"}"#,
        )
    });
    let made = checks(&world, &of_kind(&world, "okta"));
    let error = error(&made, Step::Token);
    assert_eq!(error.cause, Some(VendorCause::AuthorizationServerUnknown));
}

#[test]
fn reports_a_token_endpoint_that_cannot_be_read_or_used() {
    type Answer = fn() -> Result<Response, FetchError>;
    let outcomes: [(Answer, ErrorCode); 4] = [
        (|| Err(FetchError::Unreachable), ErrorCode::TokenUnreachable),
        (|| Err(FetchError::Timeout), ErrorCode::NetworkTimeout),
        (|| json(503, "{}"), ErrorCode::ProviderUnavailable),
        (|| json(404, "{}"), ErrorCode::TokenRejected),
    ];
    for (answer, code) in outcomes {
        let world = world();
        world.on(TOKEN, move |_| answer());
        let made = checks(&world, &plain());
        assert_eq!(error(&made, Step::Token).code, code);
        assert_eq!(states(&made, State::Failed), [Step::Token]);
    }
    let world = world();
    world.on(TOKEN, |_| {
        json(
            200,
            r#"{"access_token":"a","id_token":"b","token_type":"Bearer"}"#,
        )
    });
    let made = checks(&world, &plain());
    assert_eq!(found(&made, Step::Token), Finding::TokensIssued);
}

#[test]
fn does_not_show_a_secret_that_the_provider_quotes() {
    let world = world();
    world.on(TOKEN, |form| {
        refuse(
            "invalid_client",
            &format!("bad secret {}", form["client_secret"]),
        )
    });
    let google = provider(
        r#""kind":"google","issuer":"https://id.example.com","client_secret":"GOCSPX-quoted""#,
    );
    let made = checks(&world, &google);
    let shown = format!("{made:?}");
    assert!(shown.contains("bad secret …"), "{shown}");
    assert!(!shown.contains("GOCSPX-quoted"), "{shown}");
}
