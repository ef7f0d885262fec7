//! Several tabs: sharing a session, and not sharing it.

use super::*;
use futures_util::future::{join, join_all};

#[test]
fn a_new_tab_gets_the_session_without_a_request() {
    let (tab, provider) = signed_in_tab();
    let new = Tab::open(tab.world.open_tab(false));
    let requests = tab.world.0.fetched.borrow().len();
    expect_session(block_on(new.auth.resume()));
    assert_eq!(new.access_token(), tab.access_token());
    assert_eq!(tab.world.0.fetched.borrow().len(), requests);
    assert_eq!(provider.reuses.get(), 0);
}

#[test]
fn a_sign_in_in_one_tab_signs_in_all() {
    let world = Simulated::new(PAGE);
    let provider = RotatingProvider::new(&world);
    let waiting = Tab::open(world.open_tab(false));
    let tab = Tab::open(world);
    // The response is processed in the tab's own page.
    let request = {
        block_on(tab.auth.sign_in("good", SignInOptions::default())).unwrap();
        tab.world.0.navigations.borrow().last().unwrap().clone()
    };
    *tab.world.0.response.borrow_mut() = Some(provider.base.respond(&request));
    expect_session(block_on(tab.auth.resume()));
    assert!(matches!(
        waiting.states.borrow().last(),
        Some(AuthState::SignedIn(_))
    ));

    // So is the next person's, even in the same second.
    for (seconds, subject) in [(10, "grace"), (0, "emmy")] {
        advance(&tab, seconds);
        let claim = ("sub", format!("{subject:?}"));
        *provider.base.claims.borrow_mut() = vec![claim];
        *provider.base.userinfo.borrow_mut() = format!(r#"{{"sub":"{subject}"}}"#);
        expect_session(sign_in(&tab.world, &provider.base));
        assert_eq!(waiting.session().unwrap().user.subject, subject);
    }
}

#[test]
fn the_session_ends_with_the_last_tab() {
    let (tab, _provider) = signed_in_tab();
    let second = Tab::open(tab.world.open_tab(false));
    expect_session(block_on(second.auth.resume()));
    drop(tab);
    let third = Tab::open(second.world.open_tab(false));
    expect_session(block_on(third.auth.resume()));
    let next = third.world.open_tab(false);
    drop(second);
    drop(third);
    let fresh = AuthState::SignedOut {
        reason: SignedOutReason::NeverSignedIn,
    };
    assert_eq!(block_on(Tab::open(next).auth.resume()), fresh);
}

#[test]
fn tabs_do_not_share_sessions_if_configured() {
    let text = format!(
        r#"{{"share_session":false,"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
    );
    let config = || Config::from_text(text.as_bytes()).unwrap();
    let (tab, _provider) = signed_in_tab();
    let new = Tab::open_with(tab.world.open_tab(false), config());
    let fresh = AuthState::SignedOut {
        reason: SignedOutReason::NeverSignedIn,
    };
    assert_eq!(block_on(new.auth.resume()), fresh);
    block_on(tab.auth.sign_out(SignOutOptions {
        local: true,
        ..SignOutOptions::default()
    }));
    assert!(new.states.borrow().is_empty());
}

#[test]
fn a_duplicated_tab_reuses_no_refresh_token_without_sharing_either() {
    let text = format!(
        r#"{{"share_session":false,"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
    );
    let config = || Config::from_text(text.as_bytes()).unwrap();
    let (tab, provider) = signed_in_tab();
    let tab = Tab::open_with(tab.world.clone(), config());
    let copy = Tab::open_with(tab.world.open_tab(true), config());
    advance(&tab, 250);
    for renewal in block_on(join_all([&tab, &copy].map(|tab| tab.auth.renew(60)))) {
        expect_valid(renewal);
    }
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
}

#[test]
fn a_tab_that_slept_does_not_reuse_an_old_refresh_token() {
    let (tab, provider) = signed_in_tab();
    let sleeper = Tab::open(tab.world.open_tab(true));
    sleeper.world.fall_asleep();
    for _ in 0..3 {
        advance(&tab, 250);
        expect_valid(tab.renew());
    }
    sleeper.world.wake_up();
    advance(&tab, 250);
    expect_valid(sleeper.renew());
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (4, 0));
    assert_eq!(tab.access_token().as_deref(), Some("AT-5"));
}

#[test]
fn a_duplicated_tab_asks_for_newer_tokens_before_it_renews() {
    let (tab, provider) = signed_in_tab();
    let copy = tab.world.open_tab(true);
    advance(&tab, 250);
    expect_valid(tab.renew());
    // Opened only now, so it missed the earlier messages.
    let copy = Tab::open(copy);
    expect_valid(copy.renew());
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
    assert_eq!(copy.access_token().as_deref(), Some("AT-2"));
}

#[test]
fn a_sign_out_wins_at_any_stage_of_a_renewal() {
    for moment in 0..20 {
        let (tab, _provider) = signed_in_tab();
        let other = Tab::open(tab.world.open_tab(true));
        advance(&tab, 250);
        let sign_out = async {
            for _ in 0..moment {
                pause().await;
            }
            other
                .auth
                .sign_out(SignOutOptions {
                    local: true,
                    ..SignOutOptions::default()
                })
                .await;
        };
        block_on(join(tab.auth.renew(60), sign_out));
        for tab in [&tab, &other] {
            assert!(tab.session().is_none(), "at moment {moment}");
            assert!(!tab.world.stored().contains("AT-"), "at moment {moment}");
        }
    }
}

#[test]
fn ignores_messages_that_do_not_match() {
    let (tab, _provider) = signed_in_tab();
    let stored = tab.world.storage_read(&session_key()).unwrap();
    let message = session_message(&stored);
    let fresh = Tab::open(tab.world.open_tab(false));
    for hostile in [
        "",
        "opened",
        "{}",
        r#"{"session":{}}"#,
        r#"{"request-session":{"newer_than":{"id":7,"renewals":0}}}"#,
        r#"{"ended":{"reason":"expired"}}"#,
        &message.replace("\"client_id\":\"client-1\"", "\"client_id\":\"client-2\""),
        &message.replace(GOOD, "https://other.example"),
        &message.replace("\"subject\":\"ada\"", "\"subject\":\"eve\""),
        &message[..message.len() - 1],
    ] {
        assert_eq!(fresh.auth.receive(hostile), None, "{hostile}");
        assert!(fresh.session().is_none());
    }
    assert!(matches!(
        fresh.auth.receive(&message),
        Some(AuthState::SignedIn(_))
    ));
    // An older copy doesn't replace a newer one.
    advance(&tab, 250);
    expect_valid(tab.renew());
    assert_eq!(tab.auth.receive(&message), None);
    assert_eq!(tab.access_token().as_deref(), Some("AT-2"));
    // These aren't reasons for which a session ends.
    for reason in ["fresh", "interrupted", "unknown"] {
        let id = tab.session().unwrap().id.clone();
        let message = format!(r#"{{"ended":{{"id":"{id}","reason":"{reason}"}}}}"#);
        assert_eq!(tab.auth.receive(&message), None, "{reason}");
        assert!(tab.session().is_some(), "{reason}");
    }
    // The end of another session isn't the end of this one.
    assert_eq!(
        tab.auth
            .receive(r#"{"ended":{"id":"vst_x","reason":"expired"}}"#),
        None
    );
    assert!(tab.session().is_some());
}

/// The new tab's state at the end of its wait for the others, while this happens elsewhere after a moment.
fn resume_while(new: &Tab, then: impl AsyncFnOnce()) -> AuthState {
    let (state, ()) = block_on(join(new.auth.resume(), async {
        new.world.sleep(40).await;
        then().await;
    }));
    state
}

#[test]
fn a_sign_out_during_the_take_over_of_a_session_is_not_lost() {
    let (tab, _provider) = signed_in_tab();
    let new = Tab::open(tab.world.open_tab(false));
    let state = resume_while(&new, async || {
        assert!(new.session().is_some(), "the session has arrived");
        let local = SignOutOptions::default().with_local(true);
        tab.auth.sign_out(local).await;
    });
    let here = AuthState::SignedOut {
        reason: SignedOutReason::SignedOutHere,
    };
    assert_eq!(state, here);
    assert_eq!(new.states.borrow().last(), Some(&here));
}

#[test]
fn a_sign_out_during_the_wait_for_a_newer_copy_is_not_lost() {
    let (tab, _provider) = signed_in_tab();
    let slept = Tab::open_with(
        tab.world.open_tab(true),
        Config::from_text(
            format!(
                r#"{{"max_session":600,"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
            )
            .as_bytes(),
        )
        .unwrap(),
    );
    advance(&tab, 700);
    let state = resume_while(&slept, async || {
        let local = SignOutOptions::default().with_local(true);
        tab.auth.sign_out(local).await;
    });
    let here = AuthState::SignedOut {
        reason: SignedOutReason::SignedOutHere,
    };
    assert_eq!(state, here);
}

#[test]
fn a_sign_in_elsewhere_during_an_automatic_one_that_fails_is_not_lost() {
    let world = Simulated::new(PAGE);
    let provider = RotatingProvider::new(&world);
    let automatic = Config::from_text(
        format!(
            r#"{{"auto_sign_in":"silent","providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
        )
        .as_bytes(),
    );
    let waiting = Tab::open_with(world.open_tab(false), automatic.unwrap());
    // The hidden iframe never answers.
    let (state, ()) = block_on(join(waiting.auth.resume(), async {
        world.sleep(400).await;
        let page = load(&world);
        page.sign_in("good", SignInOptions::default())
            .await
            .unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        *world.0.response.borrow_mut() = Some(provider.base.respond(&request));
        expect_session(load(&world).resume().await);
    }));
    expect_session(state);
}
