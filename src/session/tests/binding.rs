//! A session belongs to the issuer, the client and the token endpoint that it came from: two pages of one
//! origin, or one page whose configuration changes, share it only if they agree in these.

use super::*;

/// A configuration with one provider.
fn config_of(id: &str, issuer: &str, settings: &str) -> Config {
    let text = format!(
        r#"{{"providers":[{{"id":"{id}","kind":"oidc","client_id":"client-1","issuer":"{issuer}"{settings}}}]}}"#
    );
    Config::from_text(text.as_bytes()).unwrap()
}

/// Another page of the same tab.
fn page_of(tab: &Tab, config: Config) -> Auth<Simulated> {
    tab.world.forget_clock();
    auth(&tab.world, config)
}

fn is_signed_in(state: &AuthState) -> bool {
    matches!(state, AuthState::SignedIn(_))
}

const OTHER_PROXY: &str = r#","token_endpoint":"https://app.example.com/proxy""#;

#[test]
fn a_page_with_another_provider_neither_sees_nor_renews_the_session_nor_ends_it() {
    let (tab, provider) = signed_in_tab();
    let evil = RotatingProvider::at(&tab.world, EVIL, "evil-");
    let before = tab.world.storage_read(&session_key()).unwrap();
    assert!(before.contains("RT-1"));
    for config in [
        config_of("good", EVIL, ""),
        config_of("good", GOOD, OTHER_PROXY),
    ] {
        let page = page_of(&tab, config);
        let state = block_on(page.resume());
        assert!(!is_signed_in(&state), "{state:?}");
        advance(&tab, 250);
        block_on(page.renew(60));
        block_on(page.sign_out(SignOutOptions::default()));
        let sent = evil.base.token_request.borrow();
        assert!(sent.is_none(), "a refresh token was sent");
        assert_eq!(tab.world.storage_read(&session_key()), Some(before.clone()));
    }
    assert_eq!(provider.current.get(), Some(1));
}

#[test]
fn a_sign_in_with_another_provider_of_the_same_id_leaves_the_session_alone() {
    let (tab, provider) = signed_in_tab();
    let evil = TestProvider::new(&tab.world, EVIL, true);
    tab.world.0.now.set(tab.world.0.now.get() + 1);
    let page = page_of(&tab, config_of("good", EVIL, ""));
    block_on(page.sign_in("good", SignInOptions::default())).unwrap();
    let request = tab.world.0.navigations.borrow().last().unwrap().clone();
    *tab.world.0.response.borrow_mut() = Some(evil.respond(&request));
    let session = expect_session(block_on(
        page_of(&tab, config_of("good", EVIL, "")).resume(),
    ));
    assert_eq!(session.issuer, EVIL);
    // Both go on next to each other.
    let good = page_of(&tab, config_of("good", GOOD, ""));
    assert_eq!(expect_session(block_on(good.resume())).issuer, GOOD);
    assert_eq!(provider.current.get(), Some(1));
    // A page that has both providers shows whoever signed in last.
    let both = page_of(&tab, config());
    assert_eq!(expect_session(block_on(both.resume())).issuer, EVIL);
}

#[test]
fn pages_with_the_same_provider_share_the_session_whatever_else_they_configure() {
    let (tab, _provider) = signed_in_tab();
    for (id, settings) in [
        ("good", r#","prompt":"login","scope":"openid""#),
        ("company", r#","label":"Company""#),
    ] {
        let page = page_of(&tab, config_of(id, GOOD, settings));
        let session = expect_session(block_on(page.resume()));
        assert_eq!(
            (session.provider.as_str(), session.issuer.as_str()),
            (id, GOOD)
        );
        assert_eq!(session.user.provider, id);
    }
    assert!(is_signed_in(&block_on(load(&tab.world).resume())));
}

#[test]
fn a_tab_takes_over_no_session_of_another_provider() {
    let (tab, _provider) = signed_in_tab();
    let stored = tab.world.storage_read(&session_key()).unwrap();
    for config in [
        config_of("good", EVIL, ""),
        config_of("good", GOOD, OTHER_PROXY),
    ] {
        let other = auth(&tab.world.open_tab(false), config);
        assert_eq!(other.receive(&session_message(&stored)), None);
        assert!(other.current_session().is_none());
    }
}

#[test]
fn a_sign_in_that_another_page_has_started_is_not_reported_as_interrupted() {
    let (world, _op) = world();
    start_sign_in(&world, "good");
    let never = AuthState::SignedOut {
        reason: SignedOutReason::NeverSignedIn,
    };
    let other = auth(&world, config_of("good", "https://third.example", ""));
    assert_eq!(block_on(other.resume()), never);
    let interrupted = AuthState::SignedOut {
        reason: SignedOutReason::Interrupted,
    };
    assert_eq!(block_on(load(&world).resume()), interrupted);
}

#[test]
fn a_refresh_token_goes_to_the_token_endpoint_it_came_from_or_nowhere() {
    let (tab, provider) = signed_in_tab();
    let moved = provider.base.url("/moved");
    let metadata = provider
        .base
        .metadata()
        .replacen(&provider.base.url("/token"), &moved, 1);
    let discovery = provider.base.url("/.well-known/openid-configuration");
    tab.world.on(&discovery, move |_| json(200, &metadata));
    advance(&tab, 250);
    // A page that has been loaded since, because metadata are read once.
    let page = load(&tab.world);
    expect_session(block_on(page.resume()));
    let RenewalOutcome::Failed(error) = block_on(page.renew(60)) else {
        panic!("the session was renewed");
    };
    assert_eq!(error.code, ErrorCode::LoginRequired);
    assert_eq!(tab.world.count(&moved), 0);
    assert_eq!(provider.current.get(), Some(1));
}

#[test]
fn a_session_in_memory_is_handed_over_for_a_moment_only() {
    const MEMORY: &str = r#""storage":"memory","#;
    let world = Simulated::new(PAGE);
    let provider = RotatingProvider::new(&world);
    *world.0.path.borrow_mut() = "/without-sign-in".to_owned();
    block_on(load_top(&world, MEMORY).sign_in("good", SignInOptions::default())).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    *world.0.path.borrow_mut() = "/".to_owned();
    *world.0.response.borrow_mut() = Some(provider.base.respond(&request));
    expect_session(block_on(load_top(&world, MEMORY).resume()));
    // The page that the person returned to doesn't take the session.
    assert_eq!(*world.0.path.borrow(), "/without-sign-in");
    assert!(world.stored().contains("RT-1"));
    world.0.now.set(world.0.now.get() + 3600);
    let state = block_on(load_top(&world, MEMORY).resume());
    assert!(!matches!(state, AuthState::SignedIn(_)), "{state:?}");
    assert!(!world.stored().contains("RT-1"));
}
