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
