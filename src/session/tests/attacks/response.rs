//! Responses that are forged, replayed or mixed up between providers
//! ([RFC 9700 §4](https://www.rfc-editor.org/rfc/rfc9700#section-4)).

use super::*;

#[test]
fn rejects_a_replayed_response() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    let response = op.respond(&request);
    expect_session(return_with(&world, &response));
    // Still signed in, and nothing was sent.
    expect_session(return_with(&world, &response));
    assert_eq!(world.count(&op.url("/token")), 1);

    block_on(load(&world).sign_out(SignOutOptions {
        local: true,
        ..SignOutOptions::default()
    }));
    let error = expect_error(return_with(&world, &response));
    assert_eq!(error.code, ErrorCode::StateUnknown);
    assert_eq!(world.count(&op.url("/token")), 1);
}

#[test]
fn rejects_a_forged_response() {
    let (world, op) = world();
    start_sign_in(&world, "good");
    for forged in [
        "code=evil&state=vst_guess",
        "code=evil&state=vst_",
        "error=access_denied&state=vst_guess",
    ] {
        let error = expect_error(return_with(&world, forged));
        assert_eq!(error.code, ErrorCode::StateUnknown, "{forged}");
    }
    // The response to another OAuth client on the same page isn't ours.
    let state = return_with(&world, "code=theirs&state=theirs");
    assert_eq!(
        state,
        AuthState::SignedOut {
            reason: SignedOutReason::Interrupted
        }
    );
    assert_eq!(world.count(&op.url("/token")), 0);
}

#[test]
fn rejects_a_response_in_another_tab() {
    let (world, op) = world();
    let response = op.respond(&start_sign_in(&world, "good"));
    world.0.storage.borrow_mut().clear();
    let error = expect_error(return_with(&world, &response));
    assert_eq!(error.code, ErrorCode::StateUnknown);
    assert_eq!(world.count(&op.url("/token")), 0);
}

#[test]
fn never_sends_a_code_of_one_provider_to_another() {
    // The evil provider redirects the person to the good one with the state of our request
    // (RFC 9700 §4.4.1).
    for iss_parameter_supported in [true, false] {
        let world = Simulated::new(PAGE);
        let good = TestProvider::new(&world, GOOD, true);
        let evil = TestProvider::new(&world, EVIL, iss_parameter_supported);
        let request = start_sign_in(&world, "evil");
        let response = good.respond(&request);
        let error = expect_error(return_with(&world, &response));
        assert_eq!(error.code, ErrorCode::ResponseMixedUp);
        for op in [&good, &evil] {
            assert_eq!(world.count(&op.url("/token")), 0, "{}", op.issuer);
        }
    }
}

#[test]
fn rejects_a_response_at_another_provider_s_redirect_uri() {
    const OF_GOOD: &str = "https://app.example.com/good.html";
    let settings = format!(r#","redirect_uri":"{OF_GOOD}""#);
    for (asked, mixed_up) in [("good", false), ("evil", true)] {
        let world = Simulated::new(PAGE);
        let good = TestProvider::new(&world, GOOD, false);
        let evil = TestProvider::new(&world, EVIL, false);
        let begun = load_with(&world, &settings).sign_in(asked, SignInOptions::default());
        block_on(begun).unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        // The good provider's response arrives at the redirect URI that is registered there.
        let arrived = Simulated::new(OF_GOOD);
        *arrived.0.storage.borrow_mut() = world.0.storage.borrow().clone();
        let ops = [
            TestProvider::new(&arrived, GOOD, false),
            TestProvider::new(&arrived, EVIL, false),
        ];
        ops[0].nonce.replace(query(&request)["nonce"].clone());
        *arrived.0.response.borrow_mut() = Some(good.respond(&request));
        let state = block_on(load_with(&arrived, &settings).resume());
        if mixed_up {
            assert_eq!(expect_error(state).code, ErrorCode::ResponseMixedUp);
            for op in &ops {
                assert_eq!(arrived.count(&op.url("/token")), 0, "{}", op.issuer);
            }
        } else {
            assert_eq!(query(&request)["redirect_uri"], OF_GOOD);
            expect_session(state);
        }
        assert_eq!(evil.token_request.borrow().as_ref(), None);
    }
}

#[test]
fn sends_no_code_to_a_token_endpoint_that_has_changed() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    let moved = op
        .metadata()
        .replace("good.example/token", "good.example/token2");
    world.on(&op.url("/.well-known/openid-configuration"), move |_| {
        json(200, &moved)
    });
    world.on(&op.url("/token2"), |_| panic!("the code was sent"));
    let error = expect_error(return_with(&world, &op.respond(&request)));
    assert_eq!(error.code, ErrorCode::ResponseMixedUp);
}

#[test]
fn never_uses_an_endpoint_from_storage() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    for value in world.0.storage.borrow_mut().values_mut() {
        *value = value.replace("https://good.example/token", "https://evil.example/token");
    }
    world.on("https://evil.example/token", |_| {
        panic!("the code was sent")
    });
    let error = expect_error(return_with(&world, &op.respond(&request)));
    assert_eq!(error.code, ErrorCode::ResponseMixedUp);
}

#[test]
fn sends_no_code_if_anything_in_the_response_is_wrong() {
    let evil = format!("&iss={}", EVIL.replace(':', "%3A").replace('/', "%2F"));
    let good = "&iss=https%3A%2F%2Fgood.example";
    for (attack, code, change) in [
        (
            "another issuer",
            ErrorCode::ResponseMixedUp,
            (good, evil.as_str()),
        ),
        (
            "a slash after the issuer",
            ErrorCode::ResponseMixedUp,
            (good, "&iss=https%3A%2F%2Fgood.example%2F"),
        ),
        ("no issuer", ErrorCode::ResponseMixedUp, (good, "")),
        (
            "an empty issuer",
            ErrorCode::ResponseMixedUp,
            (good, "&iss="),
        ),
        (
            "two issuers",
            ErrorCode::ResponseInvalid,
            (
                good,
                "&iss=https%3A%2F%2Fgood.example&iss=https%3A%2F%2Fevil.example",
            ),
        ),
        (
            "an error beside the code",
            ErrorCode::ProviderDenied,
            (good, "&iss=https%3A%2F%2Fgood.example&error=access_denied"),
        ),
        (
            "two codes",
            ErrorCode::ResponseInvalid,
            ("code=", "code=evil&code="),
        ),
        (
            "two states",
            ErrorCode::ResponseInvalid,
            (good, "&iss=https%3A%2F%2Fgood.example&state=vst_other"),
        ),
        (
            "an empty code",
            ErrorCode::ResponseInvalid,
            ("code=C0DE-20", "code="),
        ),
    ] {
        let trace = expect_refused(attack, code, |attempt| {
            let changed = attempt.response.replacen(change.0, change.1, 1);
            assert_ne!(changed, attempt.response, "{attack}");
            attempt.response = changed;
        });
        assert_eq!(trace.count("/token"), 0, "{attack}");
    }
}

#[test]
fn a_forged_response_does_not_spoil_the_right_one() {
    let (world, op) = world();
    let attempt = Attempt::start(world, op);
    for forged in [
        "code=evil&state=vst_AAAAAAAAAAAAAAAAAAAAAA",
        "error=access_denied&state=vst_AAAAAAAAAAAAAAAAAAAAAA",
        "code=evil",
    ] {
        return_with(&attempt.world, forged);
    }
    assert_eq!(attempt.world.count(&attempt.op.url("/token")), 0);
    expect_session(return_with(&attempt.world, &attempt.response));
}

#[test]
fn rejects_responses_that_two_tabs_swapped() {
    let (first, op) = world();
    let second = first.open_tab(false);
    let responses = [&first, &second].map(|world| op.respond(&start_sign_in(world, "good")));
    for (world, swapped) in [(&first, &responses[1]), (&second, &responses[0])] {
        let error = expect_error(return_with(world, swapped));
        assert_eq!(error.code, ErrorCode::StateUnknown);
    }
    assert_eq!(first.count(&op.url("/token")), 0);
    // The nonce is that of the second request.
    expect_session(return_with(&second, &responses[1]));
}

#[test]
fn does_not_sign_in_with_an_injected_code() {
    // Eve has a code for her own account, and puts it into the response to Ada's request
    // (RFC 9700 §4.5).
    for provider_checks_pkce in [true, false] {
        let code = if provider_checks_pkce {
            ErrorCode::TokenRejected
        } else {
            ErrorCode::IdTokenClaim
        };
        let trace = expect_refused("code injection", code, |attempt| {
            let (eve, _) = world();
            // Another browser, so other random numbers.
            eve.fill_random(&mut [0; 7]).unwrap();
            let request = query(&start_sign_in(&eve, "good"));
            assert_ne!(request["nonce"], query(&attempt.request)["nonce"]);
            attempt.op.nonce.replace(request["nonce"].clone());
            let subject = ("sub", "\"eve\"".to_owned());
            attempt.op.claims.borrow_mut().push(subject);
            attempt.response = attempt.response.replacen("code=C0DE-20", "code=OF-EVE", 1);
            let (op, now) = (attempt.op.clone(), Rc::clone(&attempt.world.0.now));
            attempt.world.on(&attempt.op.url("/token"), move |form| {
                assert_eq!(form["code"], "OF-EVE");
                let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
                if provider_checks_pkce && challenge != request["code_challenge"] {
                    return json(400, r#"{"error":"invalid_grant"}"#);
                }
                json(200, &op.tokens(now.get()))
            });
        });
        assert_eq!(trace.count("/token"), 1);
    }
}

#[test]
fn never_starts_again_without_pkce() {
    // A provider that refuses the challenge may want to get a request without one (RFC 9700 §4.8).
    for error in [
        "invalid_request",
        "unsupported_response_type",
        "server_error",
    ] {
        let (world, op) = world();
        let attempt = Attempt::start(world, op);
        let response = attempt
            .response
            .replacen("code=C0DE-20", &format!("error={error}"), 1);
        expect_error(return_with(&attempt.world, &response));
        start_sign_in(&attempt.world, "good");
        for request in attempt.world.0.navigations.borrow().iter() {
            assert_eq!(query(request)["code_challenge_method"], "S256");
        }
        assert_eq!(attempt.world.0.navigations.borrow().len(), 2);
    }
}

#[test]
fn a_browser_without_randomness_starts_no_sign_in() {
    let (world, _) = world();
    world.0.lacks_randomness.set(true);
    let error = block_on(load(&world).sign_in("good", SignInOptions::default())).unwrap_err();
    assert_eq!(error.code, ErrorCode::CryptoUnavailable);
    assert!(world.0.navigations.borrow().is_empty());
    assert!(world.storage_keys("vestibule.").is_empty());
}

#[test]
fn a_forged_return_from_sign_out_signs_nobody_in() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let requests = world.count(&op.url("/token"));
    block_on(load(&world).sign_out(SignOutOptions::default()));
    let request = query(world.0.navigations.borrow().last().unwrap());
    let error = expect_error(return_with(
        &world,
        &format!("code=evil&state={}", request["state"]),
    ));
    assert_eq!(error.code, ErrorCode::StateUnknown);
    assert_eq!(world.count(&op.url("/token")), requests);
    assert!(!world.stored().contains("AT-"));
}
