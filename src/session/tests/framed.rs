//! A page that another site shows in a frame: a redirect would end at a provider that refuses to be framed.

use super::*;

fn framed() -> (Simulated, TestProvider) {
    let (world, op) = world();
    world.0.is_framed.set(true);
    (world, op)
}

/// Nothing was sent to a provider, and nothing is left of an attempt.
#[track_caller]
fn expect_nothing_started(world: &Simulated) {
    assert_eq!(*world.0.navigations.borrow(), [""; 0]);
    assert!(world.storage_keys("vestibule.transaction.").is_empty());
    assert!(world.storage_keys("vestibule.auto").is_empty());
}

#[test]
fn a_redirect_does_not_start_in_a_frame_of_another_site() {
    let (world, _) = framed();
    let error = block_on(load(&world).sign_in("good", SignInOptions::default())).unwrap_err();
    assert_eq!(error.code, ErrorCode::RedirectInFrame);
    assert_eq!(error.provider.as_deref(), Some("good"));
    assert!(!error.retryable());
    assert_eq!(*world.0.fetched.borrow(), [""; 0]);
    expect_nothing_started(&world);
    world.0.is_framed.set(false);
    start_sign_in(&world, "good");
}

#[test]
fn neither_a_blocked_popup_nor_a_failed_silent_sign_in_falls_back_to_a_redirect_there() {
    for mode in [Mode::Popup, Mode::Silent] {
        let (world, _) = framed();
        world.0.windows.popups_blocked.set(true);
        let options = SignInOptions {
            or_redirect: true,
            ..SignInOptions::default().with_mode(mode).with_timeout(1)
        };
        let error = block_on(load(&world).sign_in("good", options)).unwrap_err();
        assert_eq!(error.code, ErrorCode::RedirectInFrame, "{mode:?}");
        expect_nothing_started(&world);
    }
}

#[test]
fn a_popup_works_in_a_frame_of_another_site() {
    let (world, _) = framed();
    let options = SignInOptions::default().with_mode(Mode::Popup);
    let mut coming = Box::pin(load(&world).sign_in("good", options));
    assert!((0..100).all(|_| coming.as_mut().now_or_never().is_none()));
    let popup = world.0.windows.last().unwrap();
    assert!(popup.is_popup && popup.url.borrow().is_some());
}

#[test]
fn nothing_redirects_without_a_click_there() {
    let (world, _) = framed();
    assert!(!load(&world).may_auto_redirect());
    let configured = Config::from_text(
        format!(
            r#"{{"auto_sign_in":"redirect","providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
        )
        .as_bytes(),
    );
    let portal = config_with(r#","third_party_initiated_login":true"#);
    for config in [configured.unwrap(), portal] {
        *world.0.path.borrow_mut() = "/?iss=https%3A%2F%2Fgood.example".to_owned();
        let page = auth(&world, config);
        page.accept_third_party_login();
        let picker = AuthState::SignedOut {
            reason: SignedOutReason::NeverSignedIn,
        };
        assert_eq!(block_on(page.resume()), picker);
        expect_nothing_started(&world);
    }
}

#[test]
fn a_sign_out_there_stays_on_the_page() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    world.0.navigations.borrow_mut().clear();
    world.0.is_framed.set(true);
    let outcome = block_on(load(&world).sign_out(SignOutOptions::default()));
    assert!(outcome != SignOutOutcome::Redirecting, "{outcome:?}");
    expect_nothing_started(&world);
}
