//! Providers and hosts that do odd things: nobody loses a sign-in or a session because of them, and nothing is
//! sent where it doesn't belong.

use super::*;

#[test]
fn a_token_that_fits_the_device_s_clock_is_good() {
    let (world, op) = world();
    world.host_sends_date(true);
    world.offset_host(-300);
    let is_signed_in = matches!(sign_in(&world, &op), AuthState::SignedIn(_));
    assert_eq!(world.count(&op.url("/token")), 1);
    assert!(is_signed_in);
}

#[test]
fn the_page_s_host_cannot_turn_back_time_for_long_expired_tokens() {
    const YEAR: i64 = 365 * 24 * 3600;
    let (world, op) = world();
    world.host_sends_date(true);
    world.offset_host(-10 * YEAR);
    let issued = world.0.now.get() - 10 * YEAR;
    for (name, at) in [("iat", issued), ("exp", issued + 300)] {
        op.claims.borrow_mut().push((name, at.to_string()));
    }
    let is_refused = matches!(sign_in(&world, &op), AuthState::Failed(_));
    assert_eq!(world.count(&op.url("/token")), 1);
    assert!(is_refused);
}

/// Replaces the provider's key by another one with the same `kid`. A cache still has the old set, once.
fn replace_key(world: &Simulated, op: &TestProvider) {
    let (old, mut requests) = (op.jwks(), 0);
    op.key.borrow_mut().1 = signing_key(9);
    let new = op.jwks();
    world.on(&op.url("/jwks"), move |_| {
        requests += 1;
        json(200, if requests == 1 { &old } else { &new })
    });
}

#[test]
fn a_key_that_was_replaced_under_its_kid_is_fetched_again() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    replace_key(&world, &op);
    let state = return_with(&world, &op.respond(&request));
    assert_eq!(world.count(&op.url("/token")), 1);
    assert!(matches!(state, AuthState::SignedIn(_)));
}

#[test]
fn a_rotated_refresh_token_is_kept_whatever_else_is_wrong() {
    let (tab, provider) = signed_in_tab();
    replace_key(&tab.world, &provider.base);
    advance(&tab, 250);
    tab.renew();
    // The provider has rotated: the old refresh token is used up.
    assert_eq!(provider.current.get(), Some(2));
    advance(&tab, 600);
    let is_kept = matches!(tab.renew(), RenewalOutcome::Valid(_));
    assert!(is_kept);
}

#[test]
fn a_response_without_a_lifetime_does_not_end_the_session_with_the_id_token() {
    let (world, op) = world();
    let expiry = ("exp", (world.0.now.get() + 60).to_string());
    op.claims.borrow_mut().push(expiry);
    let (this, now) = (op.clone(), Rc::clone(&world.0.now));
    world.on(&op.url("/token"), move |_| {
        json(
            200,
            &this
                .tokens(now.get())
                .replacen(r#","expires_in":300"#, "", 1),
        )
    });
    expect_session(sign_in(&world, &op));
    world.0.now.set(world.0.now.get() + 200);
    let state = block_on(load(&world).resume());
    assert!(matches!(state, AuthState::SignedIn(_)));
}

#[test]
fn a_provider_with_an_empty_optional_endpoint_can_be_used() {
    let (world, op) = world();
    let metadata = op.metadata().replacen(&op.url("/logout"), "", 1);
    world.on(&op.url("/.well-known/openid-configuration"), move |_| {
        json(200, &metadata)
    });
    let begun = block_on(load(&world).sign_in("good", SignInOptions::default()));
    assert_eq!(world.count(&op.url("/.well-known/openid-configuration")), 1);
    assert!(begun.is_ok());
}

#[test]
fn userinfo_that_is_an_error_does_not_stop_the_sign_in() {
    let (world, op) = world();
    let refusal = r#"{"ok":false,"error":"missing_scope"}"#;
    *op.userinfo.borrow_mut() = refusal.to_owned();
    let state = sign_in(&world, &op);
    assert_eq!(world.count(&op.url("/userinfo")), 1);
    assert!(matches!(state, AuthState::SignedIn(_)));
}

#[test]
fn a_long_id_token_does_not_make_a_sign_out_address_that_servers_refuse() {
    let (world, op) = world();
    let groups: Vec<String> = (0..400)
        .map(|n| format!("\"group-with-a-name-{n}\""))
        .collect();
    let groups = ("groups", format!("[{}]", groups.join(",")));
    op.claims.borrow_mut().push(groups);
    expect_session(sign_in(&world, &op));
    let done = block_on(load(&world).sign_out(SignOutOptions::default()));
    assert_eq!(done, SignOutOutcome::Redirecting);
    let url = world.0.navigations.borrow().last().unwrap().clone();
    assert!(url.starts_with(&op.url("/logout?")));
    // What common servers accept at least.
    assert!(url.len() <= 8_000);
}

#[test]
fn no_token_is_sent_to_a_revocation_endpoint_that_wants_a_secret() {
    let (world, op) = world();
    let members = format!(
        r#"{{"revocation_endpoint":"{}","revocation_endpoint_auth_methods_supported":["client_secret_basic"],"#,
        op.url("/revoke")
    );
    let metadata = op.metadata().replacen('{', &members, 1);
    world.on(&op.url("/.well-known/openid-configuration"), move |_| {
        json(200, &metadata)
    });
    world.on(&op.url("/revoke"), |_| {
        json(401, r#"{"error":"invalid_client"}"#)
    });
    expect_session(sign_in(&world, &op));
    block_on(load(&world).sign_out(SignOutOptions::default()));
    let requests = world.count(&op.url("/revoke"));
    assert!(requests == 0);
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
    assert!(is_reported);
    // Once.
    let state = block_on(load(&world).resume());
    assert!(!matches!(state, AuthState::Failed(_)), "{state:?}");
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
    assert!(matches!(state, AuthState::SignedIn(_)));
}

#[test]
fn a_shared_secret_is_named_as_the_cause_though_there_are_no_keys() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    // What authentik answers without a signing key.
    world.on(&op.url("/jwks"), |_| json(200, "{}"));
    let (this, now) = (op.clone(), Rc::clone(&world.0.now));
    world.on(&op.url("/token"), move |_| {
        let token = this.sign(r#"{"alg":"HS256"}"#, &this.claims_text(now.get()));
        json(200, &this.tokens_with(&token))
    });
    let error = expect_error(return_with(&world, &op.respond(&request)));
    assert_eq!(error.code, ErrorCode::IdTokenInvalid);
    assert_eq!(error.cause, Some(VendorCause::SharedSecretSignature));
}
