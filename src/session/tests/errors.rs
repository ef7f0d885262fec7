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

/// The error of a sign-in that starts at a provider whose discovery document answers like this.
fn start_error(answer: Result<http::Response, FetchError>) -> Error {
    let (world, op) = world();
    world.on(&op.url("/.well-known/openid-configuration"), move |_| {
        answer.clone()
    });
    block_on(load(&world).sign_in("good", SignInOptions::default())).unwrap_err()
}

#[test]
fn each_failure_of_discovery_has_its_own_cause() {
    for (answer, code, cause) in [
        (
            json(404, "<h1>"),
            ErrorCode::DiscoveryUnreachable,
            Some(VendorCause::DocumentMissing),
        ),
        (
            json(410, ""),
            ErrorCode::DiscoveryUnreachable,
            Some(VendorCause::DocumentMissing),
        ),
        (
            Err(FetchError::Redirected),
            ErrorCode::DiscoveryUnreachable,
            Some(VendorCause::DocumentElsewhere),
        ),
        (
            Err(FetchError::Unreachable),
            ErrorCode::DiscoveryUnreachable,
            None,
        ),
        (json(403, ""), ErrorCode::DiscoveryUnreachable, None),
        (json(500, ""), ErrorCode::ProviderUnavailable, None),
        (json(503, ""), ErrorCode::ProviderUnavailable, None),
        (json(429, ""), ErrorCode::ProviderUnavailable, None),
    ] {
        let shown = format!("{answer:?}");
        let error = start_error(answer);
        assert_eq!((error.code, error.cause), (code, cause), "{shown}");
    }
}

#[test]
fn a_wrong_audience_is_told_from_other_claims() {
    for (name, cause) in [("aud", Some(VendorCause::WrongAudience)), ("nonce", None)] {
        let (world, op) = world();
        let claim = (name, r#""client-2""#.to_owned());
        op.claims.borrow_mut().push(claim);
        let error = expect_error(sign_in(&world, &op));
        assert_eq!((error.code, error.cause), (ErrorCode::IdTokenClaim, cause));
    }
}

#[test]
fn a_cancellation_in_a_vendor_s_words_is_one() {
    for said in ["user_cancelled_login", "user_cancelled_authorize"] {
        let (world, op) = world();
        let response = op.respond(&start_sign_in(&world, "good"));
        let response = response.replacen("code=C0DE-20", &format!("error={said}"), 1);
        let error = expect_error(return_with(&world, &response));
        assert_eq!(error.code, ErrorCode::ProviderDenied);
        assert_eq!(error.cause, Some(VendorCause::Cancelled));
    }
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
