//! The checks against a simulated provider that does one thing wrong at a time.

mod guides;

use super::*;
use crate::config::{Addresses, ResolvedConfig};
use crate::platform::simulated::{Simulated, json};
use crate::protocol::error::{ErrorCode, VendorCause};
use crate::protocol::http::{FetchError, Response};
use crate::provider::Provider;
use futures_executor::block_on;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

const PAGE: &str = "https://app.example.com/login/";
const ISSUER: &str = "https://id.example.com";
const DISCOVERY: &str = "https://id.example.com/.well-known/openid-configuration";
const TOKEN: &str = "https://id.example.com/token";
const JWKS: &str = "https://id.example.com/jwks";

const KEY: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

/// A world with a provider in which everything is right.
fn world() -> Simulated {
    let world = Simulated::new(PAGE);
    world.on(DISCOVERY, |_| json(200, &document(&[])));
    world.on(JWKS, |_| json(200, &format!(r#"{{"keys":[{KEY}]}}"#)));
    world.on(TOKEN, |_| {
        refuse("invalid_grant", "grant request is invalid")
    });
    world
}

/// The provider's document with other members: JSON, or nothing for a member that is left out.
fn document(changes: &[(&str, &str)]) -> String {
    let mut members = BTreeMap::from([
        ("issuer", format!("\"{ISSUER}\"")),
        ("authorization_endpoint", format!("\"{ISSUER}/auth\"")),
        ("token_endpoint", format!("\"{TOKEN}\"")),
        ("jwks_uri", format!("\"{JWKS}\"")),
        (
            "userinfo_endpoint",
            "\"https://people.example.com/me\"".to_owned(),
        ),
        ("end_session_endpoint", format!("\"{ISSUER}/logout?x=1\"")),
        ("response_types_supported", "[\"code\"]".to_owned()),
        (
            "code_challenge_methods_supported",
            "[\"plain\",\"S256\"]".to_owned(),
        ),
        (
            "scopes_supported",
            "[\"openid\",\"profile\",\"email\"]".to_owned(),
        ),
        (
            "id_token_signing_alg_values_supported",
            "[\"HS256\",\"EdDSA\"]".to_owned(),
        ),
    ]);
    for (name, value) in changes {
        members.insert(name, (*value).to_owned());
    }
    let members: Vec<String> = members
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn refuse(error: &str, description: &str) -> Result<Response, FetchError> {
    json(
        400,
        &format!(r#"{{"error":"{error}","error_description":"{description}"}}"#),
    )
}

fn provider(settings: &str) -> Provider {
    let text = format!(r#"{{"providers":[{{"id":"p","client_id":"client-1",{settings}}}]}}"#);
    let resolved = ResolvedConfig::from_text(text.as_bytes(), PAGE);
    resolved.unwrap().providers.remove(0)
}

fn plain() -> Provider {
    provider(r#""kind":"oidc","issuer":"https://id.example.com""#)
}

/// One of these vendors, at the simulated provider's address.
fn vendor(kind: &str) -> Provider {
    provider(&format!(r#""kind":"{kind}","issuer":"{ISSUER}""#))
}

fn checks(world: &Simulated, provider: &Provider) -> Vec<Check> {
    let made = RefCell::new(Vec::new());
    let addresses = Addresses::for_page(PAGE);
    block_on(check(world, provider, &addresses, |check| {
        made.borrow_mut().push(check);
    }));
    let made = made.into_inner();
    let steps: Vec<Step> = made.iter().map(|check| check.step).collect();
    let mut once = Step::ALL.to_vec();
    once.retain(|step| steps.contains(step));
    assert_eq!(once, Step::ALL, "each step is told");
    assert_eq!(steps.len(), Step::ALL.len(), "each step is told once");
    made
}

fn found(checks: &[Check], step: Step) -> Finding {
    let found = checks.iter().find(|check| check.step == step);
    found.unwrap().finding.clone()
}

fn states(checks: &[Check], state: State) -> Vec<Step> {
    let of_state = checks.iter().filter(|check| check.state() == state);
    of_state.map(|check| check.step).collect()
}

fn error(checks: &[Check], step: Step) -> crate::protocol::error::Error {
    match found(checks, step) {
        Finding::Error(error) => error,
        other => panic!("{other:?}"),
    }
}

/// What a check finds in a document with these changes.
fn with_document(changes: &[(&str, &str)], step: Step) -> Finding {
    let world = world();
    let document = document(changes);
    world.on(DISCOVERY, move |_| json(200, &document));
    found(&checks(&world, &plain()), step)
}

#[test]
fn everything_passes_with_a_provider_in_which_everything_is_right() {
    let world = world();
    let made = checks(&world, &plain());
    assert_eq!(states(&made, State::Passed), Step::ALL, "{made:#?}");
    let steps: Vec<Step> = made.iter().map(|check| check.step).collect();
    assert_eq!(steps, Step::ALL, "they come in the order of a sign-in");
    assert_eq!(
        found(&made, Step::Policy),
        Finding::PolicyAllows(format!("{ISSUER} https://people.example.com"))
    );
    assert_eq!(
        found(&made, Step::SignOut),
        Finding::SignOut(format!("{ISSUER}/logout"))
    );
}

#[test]
fn the_token_endpoint_is_asked_as_a_sign_in_would_ask() {
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
fn a_document_that_the_page_cannot_read_ends_the_checks() {
    let world = world();
    world.on(DISCOVERY, |_| Err(FetchError::Unreachable));
    let made = checks(&world, &plain());
    assert_eq!(
        error(&made, Step::Discovery).code,
        ErrorCode::DiscoveryUnreachable
    );
    assert_eq!(found(&made, Step::Token), Finding::NotReached);
    assert_eq!(world.count(TOKEN), 0);
}

#[test]
fn a_policy_in_the_way_is_told_apart_from_everything_else() {
    let world = world();
    world.0.csp_blocked.borrow_mut().push(ISSUER.to_owned());
    let made = checks(&world, &plain());
    let blocked = Finding::Blocked(ISSUER.to_owned());
    assert_eq!(found(&made, Step::Discovery), blocked);
    assert_eq!(found(&made, Step::Policy), blocked);
}

#[test]
fn a_policy_that_forgets_one_origin_is_told_though_nothing_needed_it_yet() {
    let world = world();
    let people = "https://people.example.com";
    world.0.csp_blocked.borrow_mut().push(people.to_owned());
    let made = checks(&world, &plain());
    assert_eq!(states(&made, State::Failed), [Step::Policy]);
    assert_eq!(
        found(&made, Step::Policy),
        Finding::Blocked(people.to_owned())
    );
}

#[test]
fn a_page_that_is_not_secure_is_told() {
    let world = world();
    world.0.has_crypto.set(false);
    let made = checks(&world, &plain());
    assert_eq!(
        error(&made, Step::Configuration).code,
        ErrorCode::CryptoUnavailable
    );
}

#[test]
fn what_is_no_document_is_told() {
    for (status, body, code) in [
        (404, "{}", ErrorCode::DiscoveryUnreachable),
        (200, "[]", ErrorCode::DiscoveryInvalid),
        (200, r#"{"jwks_uri":"x"}"#, ErrorCode::DiscoveryInvalid),
    ] {
        let world = world();
        world.on(DISCOVERY, move |_| json(status, body));
        let made = checks(&world, &plain());
        assert_eq!(error(&made, Step::Discovery).code, code, "{body}");
    }
    let without_endpoint = with_document(&[("token_endpoint", "")], Step::Discovery);
    assert!(
        matches!(without_endpoint, Finding::Error(error) if error.code == ErrorCode::DiscoveryInvalid)
    );
}

#[test]
fn an_issuer_with_another_slash_is_told_with_both() {
    let other = with_document(&[("issuer", "\"https://id.example.com/\"")], Step::Issuer);
    let Finding::Error(error) = other else {
        panic!("{other:?}");
    };
    assert_eq!(error.code, ErrorCode::IssuerMismatch);
    let details = error.details.unwrap();
    assert!(
        details.contains("\"https://id.example.com/\"")
            && details.contains("\"https://id.example.com\"")
    );
}

#[test]
fn a_provider_without_the_code_flow_or_without_s256_is_told() {
    let implicit = [("response_types_supported", "[\"id_token\"]")];
    let flow = with_document(&implicit, Step::CodeFlow);
    assert!(matches!(flow, Finding::Error(error) if error.code == ErrorCode::DiscoveryInvalid));
    assert_eq!(
        with_document(&implicit, Step::Issuer),
        Finding::Issuer(ISSUER.to_owned())
    );
    let methods = "code_challenge_methods_supported";
    assert_eq!(
        with_document(&[(methods, "[\"plain\"]")], Step::CodeFlow),
        Finding::NoS256
    );
    assert_eq!(
        with_document(&[(methods, "")], Step::CodeFlow),
        Finding::S256NotStated
    );
}

#[test]
fn microsoft_is_known_to_take_s256() {
    let world = world();
    let microsoft = provider(
        r#""kind":"microsoft","authority":"https://id.example.com/x","issuer":"https://id.example.com""#,
    );
    let document = document(&[("code_challenge_methods_supported", "")]);
    world.on(microsoft.discovery_url.as_str(), move |_| {
        json(200, &document)
    });
    let made = checks(&world, &microsoft);
    assert_eq!(found(&made, Step::CodeFlow), Finding::S256Known);
}

#[test]
fn scopes_are_compared_with_what_the_provider_lists() {
    let list = "scopes_supported";
    assert_eq!(
        with_document(&[(list, "[\"profile\"]")], Step::Scopes),
        Finding::NoOpenid("openid profile email".to_owned())
    );
    assert_eq!(
        with_document(&[(list, "[\"openid\",\"email\"]")], Step::Scopes),
        Finding::ScopesUnlisted("profile".to_owned())
    );
    assert_eq!(
        with_document(&[(list, "")], Step::Scopes),
        Finding::ScopesNotStated
    );
}

#[test]
fn keys_that_verify_nothing_are_told() {
    let symmetric = [(
        "id_token_signing_alg_values_supported",
        "[\"HS256\",\"none\"]",
    )];
    assert_eq!(with_document(&symmetric, Step::Keys), Finding::NoSigningKey);
    let for_encryption = KEY.replace("\"kty\"", "\"use\":\"enc\",\"kty\"");
    let of_another_algorithm = KEY.replace("\"kty\"", "\"alg\":\"HS256\",\"kty\"");
    for keys in ["", &for_encryption, &of_another_algorithm] {
        let world = world();
        let set = format!(r#"{{"keys":[{keys}]}}"#);
        world.on(JWKS, move |_| json(200, &set));
        let made = checks(&world, &plain());
        assert_eq!(found(&made, Step::Keys), Finding::NoSigningKey, "{keys}");
    }
    let world = world();
    world.on(JWKS, |_| Err(FetchError::Unreachable));
    let made = checks(&world, &plain());
    assert_eq!(error(&made, Step::Keys).code, ErrorCode::KeysUnreachable);
    // What comes after does not depend on it.
    assert_eq!(states(&made, State::Failed), [Step::Keys]);
}

#[test]
fn a_refusal_of_the_made_up_code_is_what_has_to_come() {
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
fn a_wrong_registration_is_told_by_the_vendor_s_own_words() {
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
fn a_token_endpoint_that_cannot_be_read_or_used_is_told() {
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
fn a_secret_that_the_provider_quotes_is_not_shown() {
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

#[test]
fn documents_in_the_configuration_are_not_fetched() {
    let world = world();
    world.on(DISCOVERY, |_| Err(FetchError::Unreachable));
    world.on(JWKS, |_| Err(FetchError::Unreachable));
    let settings = format!(
        r#""kind":"oidc","issuer":"{ISSUER}","metadata":{},"jwks":{{"keys":[{KEY}]}}"#,
        document(&[("end_session_endpoint", "")])
    );
    let made = checks(&world, &provider(&settings));
    assert_eq!(found(&made, Step::Discovery), Finding::Configured);
    assert_eq!(found(&made, Step::Keys), Finding::Keys(1));
    assert_eq!(found(&made, Step::SignOut), Finding::NoSignOut);
    assert_eq!(states(&made, State::Failed), []);
    assert_eq!((world.count(DISCOVERY), world.count(JWKS)), (0, 0));
}

#[test]
fn a_policy_that_nothing_came_to_is_not_called_passed() {
    let settings = format!(
        r#""kind":"oidc","issuer":"{ISSUER}","metadata":{}"#,
        document(&[("issuer", "\"https://other.example\"")])
    );
    let made = checks(&world(), &provider(&settings));
    assert_eq!(states(&made, State::Failed), [Step::Issuer]);
    assert_eq!(found(&made, Step::Policy), Finding::NotReached);
}

#[test]
fn each_vendor_s_console_has_its_own_fields() {
    let mut addresses = Addresses::for_page(PAGE);
    let origin = (Field::Origin, "https://app.example.com");
    let redirect = (Field::RedirectUri, PAGE);
    let callback = [PAGE, "callback.html"].concat();
    let popup = (Field::PopupRedirectUri, callback.as_str());
    let after = (Field::PostLogoutRedirectUri, PAGE);
    assert_eq!(registration("microsoft", &addresses), [redirect, popup]);
    assert_eq!(
        registration("google", &addresses),
        [origin, redirect, popup]
    );
    for kind in ["okta", "oidc"] {
        assert_eq!(
            registration(kind, &addresses),
            [redirect, popup, after, origin]
        );
    }
    let own = provider(&format!(
        r#""kind":"oidc","issuer":"{ISSUER}","redirect_uri":"{PAGE}own.html""#
    ));
    let own = addresses.for_provider(&own.config);
    assert_eq!(registration("oidc", &own)[0].1, [PAGE, "own.html"].concat());
    addresses.post_logout_redirect_uri = "https://app.example.com/bye".to_owned();
    let bye = (Field::PostLogoutRedirectUri, "https://app.example.com/bye");
    assert_eq!(
        registration("microsoft", &addresses),
        [redirect, popup, bye]
    );
}
