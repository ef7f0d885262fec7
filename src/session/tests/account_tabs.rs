//! Several accounts in several tabs and over time.

use super::accounts::*;
use super::*;

#[test]
fn every_tab_gets_every_account() {
    let setup = TwoProviders::new(SEVERAL);
    let before = setup.open(setup.tab.world.open_tab(false));
    setup.sign_in(&setup.good);
    advance(&setup.tab, 10);
    setup.sign_in(&setup.other);
    let after = setup.open(setup.tab.world.open_tab(false));
    expect_session(block_on(after.auth.resume()));
    for tab in [&before, &after] {
        assert_eq!(listed(tab), ["other", "good"]);
    }
    switch(&setup.tab, "good").unwrap();
    for tab in [&before, &after] {
        assert_eq!(listed(tab), ["good", "other"]);
        assert_eq!(tab.access_token().as_deref(), Some("AT-1"));
    }
    // The current session is the older one; a new tab gets it all the same.
    let later_tab = setup.open(setup.tab.world.open_tab(false));
    expect_session(block_on(later_tab.auth.resume()));
    assert_eq!(listed(&later_tab), ["good", "other"]);
    sign_out(&after, true, false);
    for tab in [&setup.tab, &before, &after, &later_tab] {
        assert_eq!(listed(tab), ["other"]);
        assert!(tab.session().is_none());
    }
    // A tab that opens after a sign-out offers the other accounts too.
    let last = setup.open(setup.tab.world.open_tab(false));
    assert!(matches!(
        block_on(last.auth.resume()),
        AuthState::SignedOut { .. }
    ));
    assert_eq!(listed(&last), ["other"]);
}

#[test]
fn renewed_tokens_reach_tabs_where_the_account_is_inactive() {
    let setup = TwoProviders::both();
    let apart = setup.open(setup.tab.world.open_tab(true));
    apart.world.fall_asleep();
    switch(&setup.tab, "good").unwrap();
    apart
        .world
        .0
        .storage
        .borrow_mut()
        .clone_from(&setup.tab.world.0.storage.borrow().clone());
    apart.world.wake_up();
    switch(&apart, "other").unwrap();
    advance(&setup.tab, 250);
    expect_valid(apart.renew());
    assert!(setup.tab.world.stored().contains("RT-other-2"));
    switch(&setup.tab, "good").unwrap();
    switch(&setup.tab, "other").unwrap();
    advance(&setup.tab, 250);
    expect_valid(setup.tab.renew());
    assert_eq!(
        (setup.other.renewals.get(), setup.other.reuses.get()),
        (2, 0)
    );
}

#[test]
fn a_duplicated_tab_uses_no_refresh_token_twice() {
    let setup = TwoProviders::both();
    let copy = setup.tab.world.open_tab(true);
    advance(&setup.tab, 250);
    switch(&setup.tab, "good").unwrap();
    // Opened only now, so it missed the earlier messages.
    let copy = setup.open(copy);
    expect_session(block_on(copy.auth.resume()));
    switch(&copy, "good").unwrap();
    assert_eq!((setup.good.renewals.get(), setup.good.reuses.get()), (1, 0));
    assert_eq!(copy.access_token().as_deref(), Some("AT-2"));
}

#[test]
fn does_not_bring_back_an_account_that_has_signed_out() {
    let setup = TwoProviders::both();
    let away = setup.tab.world.open_tab(true);
    switch(&setup.tab, "good").unwrap();
    sign_out(&setup.tab, true, false);
    let away = setup.open(away);
    block_on(away.auth.resume());
    for tab in [&setup.tab, &away] {
        assert!(!tab.world.stored().contains("AT-1"));
    }
    assert_eq!(listed(&away), ["other"]);
}

#[test]
fn tabs_that_do_not_share_sessions_share_no_accounts() {
    let setup = TwoProviders::both_with(r#""share_session":false,"#);
    let fresh = setup.open(setup.tab.world.open_tab(false));
    block_on(fresh.auth.resume());
    assert!(listed(&fresh).is_empty());
    let copy = setup.open(setup.tab.world.open_tab(true));
    switch(&setup.tab, "good").unwrap();
    assert_eq!(listed(&copy), ["other", "good"]);
}

#[test]
fn the_idle_timeout_ends_every_account() {
    let setup = TwoProviders::both_with(r#""idle_timeout":600,"#);
    let elsewhere = setup.open(setup.tab.world.open_tab(true));
    advance(&setup.tab, 601);
    let idle = AuthState::SignedOut {
        reason: SignedOutReason::Idle,
    };
    assert_eq!(block_on(setup.tab.auth.check()), Some(idle));
    for tab in [&setup.tab, &elsewhere] {
        assert_eq!(stored_keys(tab), 0);
    }
}

#[test]
fn activity_keeps_inactive_accounts_signed_in() {
    let setup = TwoProviders::both_with(r#""idle_timeout":600,"#);
    for _ in 0..4 {
        advance(&setup.tab, 250);
        setup.tab.auth.note_activity();
    }
    sign_out(&setup.tab, true, false);
    assert_eq!(listed(&setup.tab), ["good"]);
    advance(&setup.tab, 400);
    setup.tab.auth.note_activity();
    advance(&setup.tab, 400);
    block_on(setup.tab.auth.check_accounts());
    assert_eq!(listed(&setup.tab), ["good"]);
    advance(&setup.tab, 601);
    block_on(setup.tab.auth.check_accounts());
    assert_eq!(stored_keys(&setup.tab), 0);
}

#[test]
fn front_channel_logout_ends_the_account_that_it_names() {
    let setup = TwoProviders::new(SEVERAL);
    let sid = ("sid", "\"s-1\"".to_owned());
    setup.good.base.claims.borrow_mut().push(sid.clone());
    setup.other.base.claims.borrow_mut().push(sid);
    setup.sign_in(&setup.good);
    setup.sign_in(&setup.other);
    let message = |iss: &str, sid: &str| format!(r#"{{"logout":{{"iss":"{iss}","sid":"{sid}"}}}}"#);
    assert_eq!(setup.tab.auth.receive(&message(GOOD, "s-2")), None);
    assert_eq!(listed(&setup.tab), ["other", "good"]);
    assert_eq!(setup.tab.auth.receive(&message(GOOD, "s-1")), None);
    assert_eq!(listed(&setup.tab), ["other"]);
    assert!(setup.tab.auth.receive(&message(OTHER, "s-1")).is_some());
    assert_eq!(stored_keys(&setup.tab), 0);
}

#[test]
fn discards_a_modified_account_or_restores_the_same_person() {
    let setup = TwoProviders::both();
    let key = setup.tab.world.storage_keys("vestibule.account.").remove(0);
    let good = setup.tab.world.storage_read(&key).unwrap();
    let mut draw = random_numbers(11);
    let mut gone = 0;
    for _ in 0..2000 {
        let changed = mutate(&good, &mut draw);
        setup.tab.world.storage_write(&key, &changed).unwrap();
        match &setup.tab.auth.accounts()[..] {
            [_, account] => {
                assert_eq!(account.user.subject, "ada", "{changed}");
                assert_eq!(account.user.issuer, GOOD, "{changed}");
            }
            [_] => {
                gone += 1;
                assert_eq!(stored_keys(&setup.tab), 1, "{changed}");
            }
            other => panic!("{other:?} of {changed}"),
        }
    }
    assert!(gone > 1000, "{gone}");
    // One session under the key of another.
    let (digest, _) = key.rsplit_once('.').unwrap();
    let key = &[digest, ".mine"].concat();
    setup.tab.world.storage_write(key, &good).unwrap();
    assert!(block_on(setup.tab.auth.switch_account("mine")).is_err());
    assert_eq!(setup.tab.world.storage_read(key), None);
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-other-1"));
}
