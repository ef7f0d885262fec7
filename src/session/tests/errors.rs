//! Errors of the network and the provider: their codes, and what they don't reveal.

use super::*;

#[test]
fn network_failures_have_their_own_codes_and_can_be_retried() {
    let urls = ["/.well-known/openid-configuration", "/token", "/jwks"];
    let codes = [
        ErrorCode::DiscoveryUnreachable,
        ErrorCode::TokenUnreachable,
        ErrorCode::KeysUnreachable,
    ];
    for (url, unreachable) in urls.into_iter().zip(codes) {
        for (failure, code) in [
            (FetchError::Unreachable, unreachable),
            (FetchError::Timeout, ErrorCode::NetworkTimeout),
            (FetchError::Offline, ErrorCode::NetworkOffline),
        ] {
            let (world, op) = world();
            let response = op.respond(&start_sign_in(&world, "good"));
            world.on(&op.url(url), move |_| Err(failure));
            let error = expect_error(return_with(&world, &response));
            assert_eq!(error.code, code, "{url}");
            assert!(error.retryable(), "{url}");
            assert!(world.count(&op.url("/token")) <= 1);
            // Once the network is back, a new sign-in succeeds.
            let op = TestProvider::new(&world, GOOD, true);
            expect_session(sign_in(&world, &op));
        }
    }
}

#[test]
fn reports_the_provider_s_error_without_a_request() {
    let (world, op) = world();
    let state = query(&start_sign_in(&world, "good"))["state"].clone();
    let fetched = world.0.fetched.borrow().len();
    let response = format!(
        "error=access_denied&error_description=No&state={state}&iss=https%3A%2F%2Fgood.example"
    );
    let error = expect_error(return_with(&world, &response));
    assert_eq!(error.code, ErrorCode::ProviderDenied);
    assert_eq!(error.details.as_deref(), Some("access_denied: No"));
    assert_eq!(world.0.fetched.borrow().len(), fetched);
    assert_eq!(world.count(&op.url("/token")), 0);
}

#[test]
fn errors_never_quote_the_code_or_verifier() {
    let (world, op) = world();
    let response = op.respond(&start_sign_in(&world, "good"));
    world.on(&op.url("/token"), |form| {
        let reason = format!("code {} verifier {}", form["code"], form["code_verifier"]);
        json(
            400,
            &format!(r#"{{"error":"invalid_grant","error_description":"{reason}"}}"#),
        )
    });
    let error = expect_error(return_with(&world, &response));
    assert_eq!(error.code, ErrorCode::TokenRejected);
    let details = error.details.unwrap();
    assert!(details.contains("code … verifier …"), "{details}");
}

#[test]
fn errors_never_quote_the_client_secret() {
    let (world, op) = world();
    let text = format!(
        r#"{{"providers":[{{"id":"good","kind":"google","client_id":"client-1","client_secret":"GOCSPX-quoted","issuer":"{GOOD}"}}]}}"#
    );
    let config = Config::from_text(text.as_bytes()).unwrap();
    let auth = auth(&world, config);
    let sign_in = || {
        block_on(auth.sign_in("good", SignInOptions::default())).unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        *world.0.response.borrow_mut() = Some(op.respond(&request));
        block_on(auth.resume())
    };
    let quoting = |form: &Form| {
        let reason = format!("bad secret {}", form["client_secret"]);
        json(
            400,
            &format!(r#"{{"error":"invalid_request","error_description":"{reason}"}}"#),
        )
    };
    world.on(&op.url("/token"), quoting);
    let refused = expect_error(sign_in()).details.unwrap();
    assert!(refused.contains("bad secret …"), "{refused}");

    let good = op.clone();
    let now = Rc::clone(&world.0.now);
    world.on(&op.url("/token"), move |form| {
        if form["grant_type"] == "refresh_token" {
            return quoting(form);
        }
        let id_token = good.id_token(now.get());
        json(
            200,
            &format!(
                r#"{{"access_token":"AT-1","refresh_token":"RT-1","id_token":"{id_token}","token_type":"Bearer","expires_in":300}}"#
            ),
        )
    });
    expect_session(sign_in());
    let renewal = block_on(auth.renew(i64::MAX));
    let RenewalOutcome::Failed(error) = renewal else {
        panic!("{renewal:?}");
    };
    let refused = error.details.unwrap();
    assert!(refused.contains("bad secret …"), "{refused}");
}

#[test]
fn explains_the_provider_s_error() {
    let (world, op) = world();
    world.on(&op.url("/token"), |_| {
        json(401, r#"{"error":"invalid_client"}"#)
    });
    let error = expect_error(sign_in(&world, &op));
    assert_eq!(error.code, ErrorCode::TokenRejected);
    assert_eq!(error.cause, Some(VendorCause::NotSinglePage));
}
