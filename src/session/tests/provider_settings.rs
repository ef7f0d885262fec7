//! What a provider's settings change about a sign-in: where it answers, whom its tokens may be for, and which
//! endpoints are asked.

use super::*;

/// Starts a sign-in with these settings of the provider, and returns the authorization request.
fn request_with(world: &Simulated, settings: &str) -> String {
    let page = load_with(world, settings);
    block_on(page.sign_in("good", SignInOptions::default())).unwrap();
    world.0.navigations.borrow().last().unwrap().clone()
}

/// Signs in with these settings of the provider.
fn sign_in_with(world: &Simulated, op: &TestProvider, settings: &str) -> AuthState {
    let response = op.respond(&request_with(world, settings));
    *world.0.response.borrow_mut() = Some(response);
    block_on(load_with(world, settings).resume())
}

#[test]
fn asks_for_the_response_in_the_fragment_only_if_that_is_configured() {
    let (world, _) = world();
    assert!(!request_with(&world, "").contains("response_mode"));
    for mode in ["query", "fragment"] {
        let request = request_with(&world, &format!(r#","response_mode":"{mode}""#));
        assert_eq!(query(&request)["response_mode"], mode);
    }
    // Neither a page nor an application can have the response go elsewhere.
    let options = SignInOptions::default().with_param("response_mode", "form_post");
    let page = load_with(&world, r#","response_mode":"fragment""#);
    block_on(page.sign_in("good", options)).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    assert_eq!(query(&request)["response_mode"], "fragment");
}

#[test]
fn an_error_without_state_in_the_fragment_ends_the_sign_in_that_waits_for_it() {
    let (world, op) = world();
    *world.0.path.borrow_mut() = "/?tab=2".to_owned();
    start_sign_in(&world, "good");
    *world.0.path.borrow_mut() = "/#error=access_denied&error_description=Not+you".to_owned();
    let error = expect_error(block_on(load(&world).resume()));
    assert_eq!(error.code, ErrorCode::ProviderDenied);
    assert_eq!(*world.0.path.borrow(), "/?tab=2");
    assert_eq!(world.count(&op.url("/token")), 0);
}

#[test]
fn an_error_in_the_fragment_is_not_returned_to() {
    for (opened, clean) in [
        ("/?tab=2#error=access_denied&error_uri=x", "/?tab=2"),
        ("/#error=access_denied&part=1", "/#part=1"),
        ("/?error=a#error=b", "/"),
        ("/?error=a#part", "/#part"),
    ] {
        let (world, op) = world();
        *world.0.path.borrow_mut() = opened.to_owned();
        let request = start_sign_in(&world, "good");
        assert_eq!(*world.0.path.borrow(), clean);
        expect_session(return_with(&world, &op.respond(&request)));
        assert_eq!(*world.0.path.borrow(), clean);
    }
    // A route of the application is no response.
    let (world, _) = world();
    *world.0.path.borrow_mut() = "/#/orders?error=late".to_owned();
    start_sign_in(&world, "good");
    assert_eq!(*world.0.path.borrow(), "/#/orders?error=late");
}

#[test]
fn userinfo_comes_from_the_configured_endpoint() {
    const PROXY: &str = "https://app.example.com/userinfo";
    let (world, op) = world();
    let without = op.metadata().replacen(
        &format!(r#""userinfo_endpoint":"{}","#, op.url("/userinfo")),
        "",
        1,
    );
    assert!(!without.contains("userinfo"));
    world.on(&op.url("/.well-known/openid-configuration"), move |_| {
        json(200, &without)
    });
    world.on(PROXY, |_| json(200, r#"{"sub":"ada","name":"Ada King"}"#));
    let settings = format!(r#","userinfo_endpoint":"{PROXY}""#);
    let session = expect_session(sign_in_with(&world, &op, &settings));
    assert_eq!(session.user.name.as_deref(), Some("Ada King"));
    assert_eq!(world.count(PROXY), 1);
    assert_eq!(world.count(&op.url("/userinfo")), 0);
}

#[test]
fn a_configured_userinfo_endpoint_cannot_change_the_person() {
    const PROXY: &str = "https://app.example.com/userinfo";
    let (world, op) = world();
    world.on(PROXY, |_| json(200, r#"{"sub":"eve","name":"Eve"}"#));
    let settings = format!(r#","userinfo_endpoint":"{PROXY}""#);
    let error = expect_error(sign_in_with(&world, &op, &settings));
    assert_eq!(error.code, ErrorCode::UserinfoSubject);
}

const TRUSTED: &str = r#","trusted_audiences":["project-9"]"#;

/// Makes the provider issue tokens for these audiences, with the client as authorized party.
fn issue_for(op: &TestProvider, audiences: &str) {
    for (name, value) in [("aud", audiences), ("azp", r#""client-1""#)] {
        op.claims.borrow_mut().push((name, value.to_owned()));
    }
}

#[test]
fn a_token_may_also_be_for_a_trusted_audience() {
    let (world, op) = world();
    issue_for(&op, r#"["project-9","client-1"]"#);
    expect_session(sign_in_with(&world, &op, TRUSTED));
    // After a reload, too.
    let state = block_on(load_with(&world, TRUSTED).resume());
    assert!(matches!(state, AuthState::SignedIn(_)), "{state:?}");
}

#[test]
fn a_trusted_audience_vouches_for_no_other() {
    for audiences in [
        r#"["client-1","project-9","client-2"]"#,
        r#"["project-9"]"#,
        r#"["client-1","PROJECT-9"]"#,
    ] {
        let (world, op) = world();
        issue_for(&op, audiences);
        let error = expect_error(sign_in_with(&world, &op, TRUSTED));
        assert_eq!(error.code, ErrorCode::IdTokenClaim, "{audiences}");
        assert!(!world.stored().contains("AT-"), "{audiences}");
    }
}

#[test]
fn a_session_ends_with_the_trust_in_its_audience() {
    let (world, op) = world();
    issue_for(&op, r#"["client-1","project-9"]"#);
    expect_session(sign_in_with(&world, &op, TRUSTED));
    let state = block_on(load(&world).resume());
    assert!(matches!(state, AuthState::SignedOut { .. }), "{state:?}");
}

#[test]
fn relative_redirect_uris_are_those_of_the_page_s_folder() {
    const OWN: &str = "https://app.example.com/login/good.html";
    let world = Simulated::new("https://app.example.com/login/");
    let op = TestProvider::new(&world, GOOD, false);
    let settings = r#","redirect_uri":"good.html""#;
    let request = request_with(&world, settings);
    assert_eq!(query(&request)["redirect_uri"], OWN);
    let arrived = Simulated::new(OWN);
    *arrived.0.storage.borrow_mut() = world.0.storage.borrow().clone();
    let response = TestProvider::new(&arrived, GOOD, false);
    response.nonce.replace(op.nonce.take());
    *arrived.0.response.borrow_mut() = Some(response.respond(&request));
    let state = block_on(load_with(&arrived, settings).resume());
    expect_session(state);
    let form = response.token_request.take().unwrap();
    assert_eq!(form["redirect_uri"], OWN);
}
