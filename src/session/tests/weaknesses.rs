//! Attacks that succeed, and sessions or sign-ins that are lost without need. `docs/threat-model.md` lists
//! them by the names used here.

use super::*;
use crate::config::ResolvedConfig;

/// Marks an attack that still succeeds, or a loss that isn't prevented yet. `is_right`: whether what happened
/// is what should happen. As soon as it is, this fails: then assert it, and remove the name from
/// `docs/threat-model.md`.
#[track_caller]
fn known_weakness(name: &str, is_right: bool) {
    assert!(
        !is_right,
        "\"{name}\" is fixed: assert that instead, and remove it from docs/threat-model.md"
    );
    eprintln!("known weakness: {name}");
}

#[test]
fn redirect_uris_that_look_the_same_to_the_page_are_no_defense() {
    for (good_uri, evil_uri) in [
        (
            "https://app.example.com/?as=good",
            "https://app.example.com/?as=evil",
        ),
        (
            "https://app.example.com/",
            "https://app.example.com/index.html",
        ),
    ] {
        let world = Simulated::new(PAGE);
        let good = TestProvider::new(&world, GOOD, false);
        let evil = TestProvider::new(&world, EVIL, false);
        let text = format!(
            r#"{{"providers":[
                {{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}","redirect_uri":"{good_uri}"}},
                {{"id":"evil","kind":"oidc","client_id":"client-1","issuer":"{EVIL}","redirect_uri":"{evil_uri}"}}
            ]}}"#
        );
        let Ok(resolved) = ResolvedConfig::from_text(text.as_bytes(), PAGE) else {
            known_weakness("redirect-uris-that-compare-equal", true);
            continue;
        };
        let page = || Auth::new(world.clone(), resolved.clone());
        block_on(page().sign_in("evil", SignInOptions::default())).unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        // The good provider answers the evil one's request, at its own redirect URI.
        *world.0.response.borrow_mut() = Some(good.respond(&request));
        block_on(page().resume());
        let got_code = evil.token_request.borrow().as_ref().is_some_and(|form| {
            form["code"].starts_with("C0DE") && !form["code_verifier"].is_empty()
        });
        known_weakness("redirect-uris-that-compare-equal", !got_code);
    }
}

#[test]
fn a_failed_sign_in_is_reported_on_the_page_that_the_person_returns_to() {
    let (world, op) = world();
    let options = SignInOptions {
        return_to: ReturnTo::parse("/orders"),
        ..SignInOptions::default()
    };
    block_on(load(&world).sign_in("good", options)).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    let denied = op
        .respond(&request)
        .replacen("code=C0DE-20", "error=access_denied", 1);
    let error = expect_error(return_with(&world, &denied));
    assert_eq!(error.code, ErrorCode::ProviderDenied);
    // The page at this address is another document, which starts without knowing.
    assert_eq!(*world.0.path.borrow(), "/orders");
    let state = block_on(load(&world).resume());
    let is_reported =
        matches!(state, AuthState::Failed(error) if error.code == ErrorCode::ProviderDenied);
    known_weakness("error-lost-on-return", is_reported);
}

#[test]
fn a_redirect_uri_is_recognized_under_its_clean_address() {
    const REGISTERED: &str = "https://app.example.com/good.html";
    // Hosts redirect there, and keep the query.
    const ARRIVED: &str = "https://app.example.com/good";
    let settings = format!(r#","redirect_uri":"{REGISTERED}""#);
    let world = Simulated::new(REGISTERED);
    TestProvider::new(&world, GOOD, false);
    block_on(load_with(&world, &settings).sign_in("good", SignInOptions::default())).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    let arrived = Simulated::new(ARRIVED);
    *arrived.0.storage.borrow_mut() = world.0.storage.borrow().clone();
    let op = TestProvider::new(&arrived, GOOD, false);
    *arrived.0.response.borrow_mut() = Some(op.respond(&request));
    let state = block_on(load_with(&arrived, &settings).resume());
    known_weakness(
        "redirect-uri-under-its-clean-address",
        matches!(state, AuthState::SignedIn(_)),
    );
}

#[test]
#[should_panic(expected = "is fixed")]
fn a_weakness_that_is_fixed_fails_its_test() {
    let name = "one-that-is-fixed";
    known_weakness(name, true);
}
