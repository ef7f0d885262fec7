//! Sign-ins that a portal starts by opening the page with the provider's issuer
//! ([Core §4](https://openid.net/specs/openid-connect-core-1_0.html#ThirdPartyInitiatedLogin)), and other sites that
//! do the same.

use super::*;

/// Opens the page at this address.
fn open_with(world: &Simulated, path: &str, config: Config) -> (Auth<Simulated>, AuthState) {
    *world.0.path.borrow_mut() = path.to_owned();
    let page = auth(world, config);
    page.accept_third_party_login();
    let state = block_on(page.resume());
    expect_no_secrets(world, &page);
    (page, state)
}

/// Opens the page at this address, where only the provider `good` lets portals start a sign-in.
fn open(world: &Simulated, path: &str) -> AuthState {
    open_with(world, path, config_with(ALLOWED)).1
}

const ALLOWED: &str = r#","third_party_initiated_login":true"#;

/// The page's address as the portal of the provider `good` opens it.
const TILE: &str = "/?iss=https%3A%2F%2Fgood.example";

const NEVER_SIGNED_IN: AuthState = AuthState::SignedOut {
    reason: SignedOutReason::NeverSignedIn,
};

/// The authorization requests that the page was left with.
fn requests(world: &Simulated) -> Vec<String> {
    world.0.navigations.borrow().clone()
}

#[track_caller]
fn expect_request(world: &Simulated, state: &AuthState) -> String {
    let provider = "good".to_owned();
    assert_eq!(*state, AuthState::SigningIn { provider });
    let request = requests(world).pop().unwrap();
    assert!(
        request.starts_with("https://good.example/auth?"),
        "{request}"
    );
    request
}

/// Lets enough time pass for another redirect without a click.
fn wait(world: &Simulated) {
    world.0.now.set(world.0.now.get() + 60);
}

/// A tab in which somebody is signed in with the provider `good`.
fn signed_in() -> (Simulated, Rc<Session>) {
    let (world, op) = world();
    let session = expect_session(sign_in(&world, &op));
    world.0.navigations.borrow_mut().clear();
    (world, session)
}

#[test]
fn a_portal_leads_to_the_provider_and_from_there_to_the_target() {
    let (world, op) = world();
    let target = "https%3A%2F%2Fapp.example.com%2Forders%3Fopen%3D1%23last";
    let link = format!("{TILE}&login_hint=ada%40example.com&tab=2&target_link_uri={target}#part");
    let request = expect_request(&world, &open(&world, &link));
    let sent = query(&request);
    assert_eq!(sent["login_hint"], "ada@example.com");
    assert_eq!(sent["client_id"], "client-1");
    assert!(!sent.contains_key("prompt") && !sent.contains_key("iss"));
    // Neither a reload nor the way back starts it again.
    assert_eq!(
        *world.0.path.borrow(),
        "/?tab=2&return_to=%2Forders%3Fopen%3D1%23last#part"
    );
    expect_session(return_with(&world, &op.respond(&request)));
    assert_eq!(*world.0.path.borrow(), "/orders?open=1#last");
}

#[test]
fn an_issuer_is_enough() {
    let (world, op) = world();
    let request = expect_request(&world, &open(&world, TILE));
    assert!(!query(&request).contains_key("login_hint"));
    assert_eq!(*world.0.path.borrow(), "/");
    expect_session(return_with(&world, &op.respond(&request)));
    assert_eq!(*world.0.path.borrow(), "/");

    // The portal may have the page's own parameter in its link.
    let tab = world.open_tab(false);
    let link = "/?return_to=/orders&iss=https://good.example";
    let request = expect_request(&tab, &open(&tab, link));
    expect_session(return_with(&tab, &op.respond(&request)));
    assert_eq!(*tab.0.path.borrow(), "/orders");
}

#[test]
fn nothing_happens_unless_the_provider_s_settings_allow_it() {
    for settings in ["", r#","third_party_initiated_login":false"#] {
        let (world, _) = world();
        let link = format!("{TILE}&login_hint=ada&target_link_uri=/orders");
        let (page, state) = open_with(&world, &link, config_with(settings));
        assert_eq!(state, NEVER_SIGNED_IN);
        assert_eq!(*world.0.path.borrow(), link);
        assert!(requests(&world).is_empty());
        assert_eq!(page.take_login_hint("good"), None);
    }
}

#[test]
fn a_page_that_does_not_accept_it_keeps_its_address() {
    let (world, _) = world();
    *world.0.path.borrow_mut() = TILE.to_owned();
    let state = block_on(load_with(&world, ALLOWED).resume());
    assert_eq!(state, NEVER_SIGNED_IN);
    assert_eq!(*world.0.path.borrow(), TILE);
    assert!(requests(&world).is_empty());
}

#[test]
fn a_target_elsewhere_is_ignored() {
    for target in [
        "https://evil.example/",
        "https://app.example.com.evil.example/",
        "https://app.example.com@evil.example/",
        "https://app.example.com:8443/orders",
        "https://app.example.com//evil.example/",
        "https://app.example.com/\\evil.example",
        "https://app.example.com/a\tb",
        "https://app.example.com",
        "http://app.example.com/orders",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "",
    ] {
        let (world, op) = world();
        let target: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let link = format!("{TILE}&target_link_uri={target}");
        let request = expect_request(&world, &open(&world, &link));
        assert_eq!(*world.0.path.borrow(), "/", "{target}");
        expect_session(return_with(&world, &op.respond(&request)));
        assert_eq!(*world.0.path.borrow(), "/", "{target}");
    }
}

#[test]
fn an_issuer_that_is_not_configured_or_not_allowed_shows_the_picker() {
    for issuer in [
        EVIL,
        "https://unknown.example",
        "https://good.example/",
        "https://GOOD.example",
        "https://good.example.evil.example",
        "https://good.example/oauth2/default",
        "http://good.example",
        "good",
        "%00<script>",
        "",
    ] {
        let (world, _) = world();
        let _other = TestProvider::new(&world, EVIL, true);
        let link = format!(
            "/?iss={issuer}&login_hint=eve&target_link_uri=https://app.example.com/x&tab=2"
        );
        let (page, state) = open_with(&world, &link, config_with(ALLOWED));
        assert_eq!(state, NEVER_SIGNED_IN, "{issuer}");
        assert!(requests(&world).is_empty(), "{issuer}");
        assert!(world.0.fetched.borrow().is_empty(), "{issuer}");
        assert_eq!(*world.0.path.borrow(), "/?tab=2", "{issuer}");
        assert_eq!(page.take_login_hint("good"), None);
        assert!(world.stored().is_empty() || world.stored() == "{}");
    }
}

#[test]
fn what_could_be_a_response_or_names_something_twice_is_left_alone() {
    for query in [
        "iss=https://good.example&iss=https://evil.example",
        "iss=https://good.example&%69ss=https://good.example",
        "iss=https://good.example&login_hint=a&login_hint=b",
        "iss=https://good.example&target_link_uri=/a&target_link_uri=/b",
        "iss=https://good.example&code=abc",
        "iss=https://good.example&state=other",
        "iss=https://good.example&error=access_denied",
        "iss=https://good.example&return_to=/a&return_to=/b",
        "login_hint=ada&target_link_uri=/orders",
        "ISS=https://good.example",
    ] {
        let (world, _) = world();
        let link = format!("/?{query}");
        assert_eq!(open(&world, &link), NEVER_SIGNED_IN, "{query}");
        assert_eq!(*world.0.path.borrow(), link);
        assert!(requests(&world).is_empty(), "{query}");
    }
}

#[test]
fn a_response_that_names_its_issuer_is_still_a_response() {
    let (world, op) = world();
    let request = expect_request(&world, &open(&world, TILE));
    let response = op.respond(&request);
    assert!(response.contains("&iss="));
    *world.0.response.borrow_mut() = Some(response);
    expect_session(open(&world, "/"));
    assert_eq!(requests(&world).len(), 1);

    // Somebody adds a request to the address that a response arrives at.
    let (world, op) = self::world();
    let request = start_sign_in(&world, "good");
    let state = &query(&request)["state"];
    wait(&world);
    for response in [
        format!("error=access_denied&state={state}&iss=https%3A%2F%2Fgood.example"),
        format!("code=FORGED&state={state}"),
    ] {
        *world.0.response.borrow_mut() = Some(response);
        expect_error(open(&world, TILE));
        assert_eq!(requests(&world).len(), 1);
    }
    // A return from a sign-out, which only has a state.
    *world.0.response.borrow_mut() = Some("state=vst_forged".to_owned());
    let state = open(&world, TILE);
    assert!(matches!(state, AuthState::SignedOut { .. }), "{state:?}");
    assert_eq!(requests(&world).len(), 1);
    assert_eq!(world.count(&op.url("/token")), 0);
}

#[test]
fn a_path_that_cannot_be_cleaned_starts_nothing() {
    let (world, _) = world();
    let link = format!("/{TILE}");
    assert_eq!(open(&world, &link), NEVER_SIGNED_IN);
    assert!(requests(&world).is_empty());
}

#[test]
fn among_several_providers_of_the_issuer_the_person_chooses() {
    let (world, _) = world();
    let providers = ["a", "b", "c"].map(|id| {
        let allowed = if id == "c" { "" } else { ALLOWED };
        format!(
            r#"{{"id":"{id}","kind":"oidc","client_id":"client-{id}","issuer":"{GOOD}"{allowed}}}"#
        )
    });
    let text = format!(
        r#"{{"auto_sign_in":"silent","providers":[{}]}}"#,
        providers.join(",")
    );
    let config = Config::from_text(text.as_bytes()).unwrap();
    let link = format!("{TILE}&login_hint=ada&target_link_uri=https://app.example.com/orders");
    let (page, state) = open_with(&world, &link, config);
    assert_eq!(state, NEVER_SIGNED_IN);
    assert!(requests(&world).is_empty());
    assert_eq!(*world.0.path.borrow(), "/?return_to=%2Forders");
    // The suggested account is only passed on to whom it was meant for, and once.
    assert_eq!(page.take_login_hint("c"), None);
    assert_eq!(page.take_login_hint("b").as_deref(), Some("ada"));
    assert_eq!(page.take_login_hint("b"), None);
}

#[test]
fn links_do_not_redirect_in_a_loop() {
    let (world, _) = world();
    let link = format!("{TILE}&login_hint=ada");
    expect_request(&world, &open(&world, &link));
    let (page, state) = open_with(&world, &link, config_with(ALLOWED));
    assert!(matches!(state, AuthState::SignedOut { .. }), "{state:?}");
    assert_eq!(requests(&world).len(), 1);
    assert_eq!(page.take_login_hint("good").as_deref(), Some("ada"));
    // Though the sign-in before wasn't finished.
    wait(&world);
    expect_request(&world, &open(&world, &link));
    // A browser that remembers nothing could redirect for ever.
    let (world, _) = self::world();
    world.0.storage_quota.set(0);
    assert_eq!(open(&world, TILE), NEVER_SIGNED_IN);
    assert!(requests(&world).is_empty());
}

#[test]
fn whoever_is_signed_in_there_goes_to_the_target() {
    let (world, session) = signed_in();
    let link = format!("{TILE}&login_hint=eve&target_link_uri=https://app.example.com/orders");
    assert_eq!(expect_session(open(&world, &link)), session);
    assert_eq!(*world.0.path.borrow(), "/orders");
    // A place that sends everybody back here doesn't do so for ever.
    assert_eq!(expect_session(open(&world, &link)), session);
    assert_eq!(*world.0.path.borrow(), "/?return_to=%2Forders");
    // And without a target they stay.
    assert_eq!(expect_session(open(&world, TILE)), session);
    assert_eq!(*world.0.path.borrow(), "/");
    assert!(requests(&world).is_empty());
}

#[test]
fn a_session_in_another_tab_counts_too() {
    let (tab, _provider) = signed_in_tab();
    let other = Tab::open_with(tab.world.open_tab(false), config_with(ALLOWED));
    let link = format!("{TILE}&target_link_uri=https://app.example.com/orders");
    *other.world.0.path.borrow_mut() = link;
    other.auth.accept_third_party_login();
    let session = expect_session(block_on(other.auth.resume()));
    assert_eq!(Some(session), tab.session());
    assert_eq!(*other.world.0.path.borrow(), "/orders");
    assert!(requests(&other.world).is_empty());
}

#[test]
fn a_session_with_another_provider_stays() {
    let (world, session) = signed_in();
    let other =
        r#"{"id":"other","kind":"oidc","client_id":"client-1","issuer":"https://other.example""#;
    let text = format!(
        r#"{{"several_accounts":true,"providers":[
            {{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}},{other}{ALLOWED}}}]}}"#
    );
    let config = Config::from_text(text.as_bytes()).unwrap();
    let link =
        "/?iss=https://other.example&login_hint=eve&target_link_uri=https://app.example.com/orders";
    let (page, state) = open_with(&world, link, config);
    assert_eq!(expect_session(state), session);
    assert_eq!(page.current_session(), Some(session));
    assert!(requests(&world).is_empty());
    assert_eq!(*world.0.path.borrow(), "/?return_to=%2Forders");
    // Who adds an account isn't the one whom the link names.
    assert_eq!(page.take_login_hint("other"), None);
}

#[test]
fn it_is_never_silent_and_needs_no_popup() {
    for settings in [r#""auto_sign_in":"silent","#, r#""mode":"popup","#] {
        let (world, _) = world();
        let text = format!(
            r#"{{{settings}"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"{ALLOWED}}}]}}"#
        );
        let config = Config::from_text(text.as_bytes()).unwrap();
        let link = format!("{TILE}&prompt=none&max_age=0");
        let (_, state) = open_with(&world, &link, config);
        let request = query(&expect_request(&world, &state));
        assert!(!request.contains_key("prompt") && !request.contains_key("max_age"));
        assert_eq!(requests(&world).len(), 1);
    }
}

#[test]
fn it_starts_whatever_became_of_the_session_before() {
    // It has expired.
    let (world, _) = signed_in();
    world.0.now.set(world.0.now.get() + 3600);
    expect_request(&world, &open(&world, TILE));
    // The person has signed out and hasn't come back from the provider.
    let (world, _) = signed_in();
    block_on(load(&world).sign_out(SignOutOptions::default()));
    expect_request(&world, &open(&world, TILE));
}

#[test]
fn a_hint_of_absurd_length_is_ignored() {
    for (length, is_sent) in [
        (0, false),
        (1, true),
        (1_000, true),
        (1_001, false),
        (100_000, false),
    ] {
        let (world, _) = world();
        let link = format!("{TILE}&login_hint={}", "a".repeat(length));
        let request = query(&expect_request(&world, &open(&world, &link)));
        assert_eq!(request.contains_key("login_hint"), is_sent, "{length}");
    }
}

#[test]
fn a_provider_that_cannot_be_reached_is_reported() {
    let world = Simulated::new(PAGE);
    let error = expect_error(open(&world, TILE));
    assert_eq!(error.code, ErrorCode::DiscoveryUnreachable);
    assert_eq!(*world.0.path.borrow(), "/");
}
