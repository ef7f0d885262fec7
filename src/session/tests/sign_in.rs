//! Signing in by redirect: what is requested, stored and restored.

use super::*;
use crate::config::ConfigError;

#[test]
fn signs_in_and_stays_signed_in_after_a_reload() {
    let (world, op) = world();
    *world.0.path.borrow_mut() = "/?tab=2#part".to_owned();
    let session = expect_session(sign_in(&world, &op));
    assert_eq!(session.user.display_name(), "Ada Lovelace");
    assert_eq!(session.user.email.as_deref(), Some("ada@example.com"));
    assert_eq!(session.expires_at, world.0.now.get() + 300);
    assert_eq!(*world.0.path.borrow(), "/?tab=2#part");

    let again = expect_session(block_on(load(&world).resume()));
    assert_eq!(again, session);
    assert_eq!(again.user, session.user);
    assert_eq!(world.count(&op.url("/token")), 1);
}

#[test]
fn exchanges_the_code_with_the_verifier_of_its_request() {
    let (world, op) = world();
    let request = query(&start_sign_in(&world, "good"));
    let response = format!(
        "code=x&state={}&iss=https%3A%2F%2Fgood.example",
        request["state"]
    );
    return_with(&world, &response);
    let form = op.token_request.borrow().clone().unwrap();
    let digest = Sha256::digest(&form["code_verifier"]);
    let challenge = URL_SAFE_NO_PAD.encode(digest);
    assert_eq!(challenge, request["code_challenge"]);
    assert_eq!(form["redirect_uri"], request["redirect_uri"]);
    assert_eq!(form["redirect_uri"], PAGE);
    assert_eq!(form["client_id"], "client-1");
}

#[test]
fn every_request_has_its_own_state_nonce_and_challenge() {
    let (world, _) = world();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let request = query(&start_sign_in(&world, "good"));
        for name in ["state", "nonce", "code_challenge"] {
            assert!(seen.insert(request[name].clone()), "{name} came twice");
        }
    }
}

#[test]
fn leaves_no_secrets_of_the_request_behind() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let form = op.token_request.borrow().clone().unwrap();
    let stored = world.stored();
    for secret in [&form["code"], &form["code_verifier"]] {
        assert!(!stored.contains(secret.as_str()));
    }
    assert_eq!(world.storage_keys("vestibule.").len(), 1);
}

#[test]
fn parallel_sign_ins_do_not_interfere() {
    let (world, op) = world();
    let first = start_sign_in(&world, "good");
    let second = start_sign_in(&world, "good");
    expect_session(return_with(&world, &op.respond(&second)));
    // The later one has finished, so the earlier one is obsolete.
    world.0.now.set(world.0.now.get() + 1);
    let third = start_sign_in(&world, "good");
    expect_session(return_with(&world, &op.respond(&third)));
    expect_session(return_with(&world, &op.respond(&first)));
    assert_eq!(world.count(&op.url("/token")), 2);
}

#[test]
fn a_failed_sign_in_keeps_the_current_session() {
    let (world, op) = world();
    let first = expect_session(sign_in(&world, &op));
    let state = query(&start_sign_in(&world, "good"))["state"].clone();
    let response = format!("error=access_denied&state={state}&iss=https%3A%2F%2Fgood.example");
    *world.0.response.borrow_mut() = Some(response.clone());
    let auth = load(&world);
    assert_eq!(expect_session(block_on(auth.resume())), first);
    let refusal = auth.take_callback_error().map(|error| error.code);
    assert_eq!(refusal, Some(ErrorCode::ProviderDenied));
    assert_eq!(auth.take_callback_error(), None);

    // The same response again is no error to show.
    *world.0.response.borrow_mut() = Some(response);
    assert_eq!(expect_session(block_on(auth.resume())), first);
    assert_eq!(auth.take_callback_error(), None);
}

#[test]
fn a_reload_during_the_callback_reports_an_interrupted_sign_in() {
    let (world, op) = world();
    let response = op.respond(&start_sign_in(&world, "good"));
    // The page is closed before the token endpoint responds.
    world.0.unresponsive.borrow_mut().push(op.url("/token"));
    *world.0.response.borrow_mut() = Some(response.clone());
    let auth = load(&world);
    let mut resume = Box::pin(auth.resume());
    while world.count(&op.url("/token")) == 0 {
        assert!(resume.as_mut().now_or_never().is_none());
    }
    drop(resume);

    let interrupted = AuthState::SignedOut {
        reason: SignedOutReason::Interrupted,
    };
    assert_eq!(block_on(load(&world).resume()), interrupted);
    assert_eq!(
        expect_error(return_with(&world, &response)).code,
        ErrorCode::StateUnknown
    );
    assert!(!world.stored().contains("code_verifier\":\""));
}

#[test]
fn rejects_a_response_after_an_hour() {
    let (world, op) = world();
    let response = op.respond(&start_sign_in(&world, "good"));
    world.0.now.set(world.0.now.get() + 3600);
    assert_eq!(
        expect_error(return_with(&world, &response)).code,
        ErrorCode::StateUnknown
    );
    assert!(world.storage_keys("vestibule.").is_empty());
}

#[test]
fn reports_unavailable_storage_before_redirecting() {
    let (world, _) = world();
    world.0.storage_quota.set(0);
    let error = block_on(load(&world).sign_in("good", SignInOptions::default())).unwrap_err();
    assert_eq!(error.code, ErrorCode::StorageUnavailable);
    assert!(world.0.navigations.borrow().is_empty());
}

#[test]
fn reports_storage_without_room_for_the_session() {
    let (world, op) = world();
    let response = op.respond(&start_sign_in(&world, "good"));
    world.0.storage_quota.set(700);
    assert_eq!(
        expect_error(return_with(&world, &response)).code,
        ErrorCode::StorageUnavailable
    );
}

#[test]
fn a_page_without_webcrypto_does_not_redirect() {
    let (world, _) = world();
    world.0.has_crypto.set(false);
    let error = block_on(load(&world).sign_in("good", SignInOptions::default())).unwrap_err();
    assert_eq!(error.code, ErrorCode::CryptoUnavailable);
    assert!(world.0.navigations.borrow().is_empty());
}

#[test]
fn ignores_a_stored_return_to_of_another_origin() {
    let (world, op) = world();
    let options = SignInOptions {
        return_to: ReturnTo::parse("/reports?year=1843"),
        ..SignInOptions::default()
    };
    block_on(load(&world).sign_in("good", options)).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    for value in world.0.storage.borrow_mut().values_mut() {
        *value = value.replace("/reports?year=1843", "//evil.example/");
    }
    expect_session(return_with(&world, &op.respond(&request)));
    assert_eq!(*world.0.path.borrow(), "/");
}

#[test]
fn the_redirect_uri_is_the_page_s_folder_or_the_configured_one() {
    let config = |uri: &str| {
        let text = format!(
            r#"{{"redirect_uri":"{uri}","providers":[{{"id":"good","kind":"oidc","client_id":"c","issuer":"{GOOD}"}}]}}"#
        );
        Config::from_text(text.as_bytes()).unwrap()
    };
    let page = Simulated::new("https://app.example.com/sign-in/index.html");
    let auth = auth(&page, self::config());
    assert_eq!(
        auth.parts.providers.redirect_uri(&auth.providers()[0]),
        "https://app.example.com/sign-in/"
    );
    let resolve = |uri| config(uri).resolve(&page.page_url());
    assert!(resolve("https://app.example.com/callback").is_ok());
    let Err(ConfigError::Invalid(mistakes)) = resolve("https://other.example.com/") else {
        panic!("nothing was found");
    };
    assert_eq!(mistakes[0].path, "redirect_uri");
}

#[test]
fn rejects_a_person_without_a_required_email() {
    let settings = r#","require_email":true"#;
    let attempt = |world: &Simulated, op: &TestProvider| {
        block_on(load_with(world, settings).sign_in("good", SignInOptions::default())).unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        *world.0.response.borrow_mut() = Some(op.respond(&request));
        block_on(load_with(world, settings).resume())
    };
    let (world, op) = world();
    *op.userinfo.borrow_mut() = r#"{"sub":"ada","name":"Ada Lovelace"}"#.to_owned();
    let error = expect_error(attempt(&world, &op));
    assert_eq!(error.code, ErrorCode::EmailMissing);
    assert_eq!(error.provider.as_deref(), Some("good"));
    assert!(!world.stored().contains("AT-"));

    *op.userinfo.borrow_mut() = r#"{"sub":"ada","email":"ada@example.com"}"#.to_owned();
    expect_session(attempt(&world, &op));
}

#[test]
fn sends_the_code_to_the_configured_token_endpoint() {
    let (world, op) = world();
    let settings = r#","token_endpoint":"https://app.example.com/token""#;
    let (this, now) = (op.clone(), Rc::clone(&world.0));
    world.on("https://app.example.com/token", move |_| {
        json(200, &this.tokens(now.now.get()))
    });
    block_on(load_with(&world, settings).sign_in("good", SignInOptions::default())).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    expect_session(block_on(load_with(&world, settings).resume()));
    assert!(op.token_request.borrow().is_none());
}

#[test]
fn uses_configured_metadata_and_keys_instead_of_fetching() {
    let (world, op) = world();
    for path in ["/.well-known/openid-configuration", "/jwks"] {
        world.on(&op.url(path), |_| Err(FetchError::Unreachable));
    }
    let settings = format!(r#","metadata":{},"jwks":{}"#, op.metadata(), op.jwks());
    block_on(load_with(&world, &settings).sign_in("good", SignInOptions::default())).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    expect_session(block_on(load_with(&world, &settings).resume()));
    let fetched = world.0.fetched.borrow();
    assert!(
        !fetched
            .iter()
            .any(|url| url.ends_with("/jwks") || url.contains(".well-known")),
        "{fetched:?}"
    );
}

#[test]
fn validates_configured_metadata_like_fetched_ones() {
    let (world, op) = world();
    let foreign = op.metadata().replacen(GOOD, EVIL, 1);
    let auth = load_with(&world, &format!(r#","metadata":{foreign}"#));
    let error = block_on(auth.sign_in("good", SignInOptions::default())).unwrap_err();
    assert_eq!(error.code, ErrorCode::IssuerMismatch);
    assert!(world.0.navigations.borrow().is_empty());
}

/// Loads the page at this address, without a response that boot.js has recognized.
fn open_at(world: &Simulated, path: &str) -> AuthState {
    *world.0.path.borrow_mut() = path.to_owned();
    block_on(load(world).resume())
}

#[test]
fn an_error_without_state_ends_the_sign_in_that_waits_for_it() {
    let (world, op) = world();
    *world.0.path.borrow_mut() = "/?tab=2#part".to_owned();
    start_sign_in(&world, "good");
    let error = expect_error(open_at(
        &world,
        "/?error=access_denied&error_description=Not+you&code=stolen",
    ));
    assert_eq!(error.code, ErrorCode::ProviderDenied);
    assert_eq!(error.provider.as_deref(), Some("good"));
    assert_eq!(*world.0.path.borrow(), "/?tab=2#part");
    // It was answered, so nothing is interrupted any more, and no code was taken.
    assert!(!matches!(
        block_on(load(&world).resume()),
        AuthState::Failed(_)
    ));
    assert_eq!(world.count(&op.url("/token")), 0);
}

#[test]
fn an_error_without_state_is_left_alone_unless_a_sign_in_waits_for_it_here() {
    let (world, op) = world();
    let foreign = "/?error=access_denied#part";
    let state = open_at(&world, foreign);
    assert!(matches!(state, AuthState::SignedOut { .. }), "{state:?}");
    assert_eq!(*world.0.path.borrow(), foreign);

    expect_session(sign_in(&world, &op));
    let state = open_at(&world, foreign);
    assert!(matches!(state, AuthState::SignedIn(_)), "{state:?}");
    assert_eq!(*world.0.path.borrow(), foreign);

    let text = format!(
        r#"{{"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}","redirect_uri":"{PAGE}elsewhere"}}]}}"#
    );
    let page = || auth(&world, Config::from_text(text.as_bytes()).unwrap());
    block_on(page().sign_in("good", SignInOptions::default())).unwrap();
    *world.0.path.borrow_mut() = foreign.to_owned();
    block_on(page().resume());
    assert_eq!(
        *world.0.path.borrow(),
        foreign,
        "it belongs to another page"
    );
}

#[test]
fn an_error_in_the_address_is_neither_returned_to_nor_taken_for_the_response() {
    let (world, op) = world();
    *world.0.path.borrow_mut() = "/?tab=2&error=access_denied&error_uri=x#part".to_owned();
    let request = start_sign_in(&world, "good");
    // The address of the history entry to which the back button leads.
    assert_eq!(*world.0.path.borrow(), "/?tab=2#part");
    expect_session(return_with(&world, &op.respond(&request)));
    assert_eq!(*world.0.path.borrow(), "/?tab=2#part");
}

#[test]
fn a_response_where_storage_is_blocked_says_so() {
    let (world, _) = world();
    let response = "code=x&state=vst_1";
    let code = |world: &Simulated| expect_error(return_with(world, response)).code;
    assert_eq!(code(&world), ErrorCode::StateUnknown);
    assert_eq!(world.stored(), "{}");
    world.0.storage_quota.set(0);
    assert_eq!(code(&world), ErrorCode::StorageUnavailable);
}
