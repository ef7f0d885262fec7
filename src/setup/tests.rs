//! The checks against a simulated provider that does one thing wrong at a time.

mod guides;
mod mix_up;
mod token_endpoint;

use super::*;
use crate::config::{Addresses, ResolvedConfig};
use crate::platform::simulated::{Simulated, json};
use crate::protocol::error::ErrorCode;
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
    let sharing = Sharing::default();
    block_on(check(world, provider, &addresses, sharing, |check| {
        made.borrow_mut().push(check);
    }));
    let made = made.into_inner();
    let steps: Vec<Step> = made.iter().map(|check| check.step).collect();
    let mut once = Step::ALL.to_vec();
    once.retain(|step| steps.contains(step));
    assert_eq!(once, Step::ALL, "each step is reported");
    assert_eq!(steps.len(), Step::ALL.len(), "each step is reported once");
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
fn passes_a_provider_without_faults() {
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
fn stops_at_a_document_that_the_page_cannot_read() {
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
fn reports_a_content_security_policy_that_blocks_the_provider() {
    let world = world();
    world.0.csp_blocked.borrow_mut().push(ISSUER.to_owned());
    let made = checks(&world, &plain());
    let blocked = Finding::Blocked(ISSUER.to_owned());
    assert_eq!(found(&made, Step::Policy), blocked);
    // One cause, named once.
    assert_eq!(states(&made, State::Failed), [Step::Policy]);
    assert_eq!(found(&made, Step::Discovery), Finding::NotReached);
}

#[test]
fn reports_a_policy_without_an_origin_that_only_a_sign_in_needs() {
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
fn reports_a_page_without_web_crypto() {
    let world = world();
    world.0.has_crypto.set(false);
    let made = checks(&world, &plain());
    assert_eq!(
        error(&made, Step::Configuration).code,
        ErrorCode::CryptoUnavailable
    );
}

#[test]
fn reports_an_invalid_discovery_document() {
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
fn reports_both_issuers_when_only_a_slash_differs() {
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
fn reports_a_provider_without_the_code_flow_or_s256() {
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
fn knows_that_microsoft_supports_s256() {
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
fn compares_scopes_with_the_provider_s_list() {
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
fn reports_keys_that_can_verify_no_signature() {
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
fn reports_keys_that_others_can_compute() {
    let weak = super::weak_keys::tests::WEAK_2048;
    let weak = format!(r#"{{"kty":"RSA","n":"{weak}","e":"AQAB","kid":"card"}}"#);
    let world = world();
    let set = format!(r#"{{"keys":[{KEY},{weak}]}}"#);
    world.on(JWKS, move |_| json(200, &set));
    let made = checks(&world, &plain());
    let finding = Finding::WeakKeys("card".to_owned());
    assert_eq!(found(&made, Step::Keys), finding);
    assert_eq!(states(&made, State::Failed), [Step::Keys]);
}

#[test]
fn does_not_fetch_documents_that_are_in_the_configuration() {
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
fn reports_what_the_page_does_without() {
    let world = world();
    let found_with = |members: &[(&str, &str)]| {
        let document = document(members);
        let settings = format!(
            r#""kind":"oidc","issuer":"{ISSUER}","metadata":{document},"jwks":{{"keys":[{KEY}]}}"#
        );
        let made = checks(&world, &provider(&settings));
        assert_eq!(states(&made, State::Failed), []);
        found(&made, Step::SignOut)
    };
    let unusable = found_with(&[
        ("end_session_endpoint", r#""/logout""#),
        ("userinfo_endpoint", "null"),
        ("revocation_endpoint", r#""""#),
    ]);
    let names = "end_session_endpoint revocation_endpoint";
    assert_eq!(unusable, Finding::UnusableEndpoints(names.to_owned()));
    let methods = r#"["client_secret_basic"]"#;
    assert_eq!(
        found_with(&[("revocation_endpoint_auth_methods_supported", methods)]),
        Finding::TokensNotRevoked
    );
}

#[test]
fn does_not_pass_a_policy_that_nothing_has_tested() {
    let settings = format!(
        r#""kind":"oidc","issuer":"{ISSUER}","metadata":{}"#,
        document(&[("issuer", "\"https://other.example\"")])
    );
    let made = checks(&world(), &provider(&settings));
    assert_eq!(states(&made, State::Failed), [Step::Issuer]);
    assert_eq!(found(&made, Step::Policy), Finding::NotReached);
}

#[test]
fn lists_the_fields_of_each_vendor_s_console() {
    let mut addresses = Addresses::for_page(PAGE);
    let owned = |field, value: &str| (field, value.to_owned());
    let origin = owned(Field::Origin, "https://app.example.com");
    let redirect = owned(Field::RedirectUri, PAGE);
    let popup = owned(Field::PopupRedirectUri, &[PAGE, "callback.html"].concat());
    let after = owned(Field::PostLogoutRedirectUri, PAGE);
    let logout = owned(
        Field::FrontChannelLogoutUri,
        &[PAGE, "logout.html"].concat(),
    );
    assert_eq!(
        registration("microsoft", &addresses),
        [redirect.clone(), popup.clone(), logout.clone()]
    );
    assert_eq!(
        registration("google", &addresses),
        [origin.clone(), redirect.clone(), popup.clone()]
    );
    for kind in ["okta", "oidc"] {
        assert_eq!(
            registration(kind, &addresses),
            [
                redirect.clone(),
                popup.clone(),
                after.clone(),
                origin.clone()
            ]
        );
    }
    let own = provider(&format!(
        r#""kind":"oidc","issuer":"{ISSUER}","redirect_uri":"{PAGE}own.html""#
    ));
    let own = addresses.for_provider(&own.config);
    assert_eq!(registration("oidc", &own)[0].1, [PAGE, "own.html"].concat());
    addresses.post_logout_redirect_uri = "https://app.example.com/bye".to_owned();
    let bye = owned(Field::PostLogoutRedirectUri, "https://app.example.com/bye");
    assert_eq!(
        registration("microsoft", &addresses),
        [redirect, popup, bye, logout]
    );
}
