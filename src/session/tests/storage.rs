//! Stored records may be truncated, changed, foreign or old: they are never trusted, and nothing panics.

use super::*;

#[test]
fn removes_records_that_do_not_match() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let good = world.storage_read(&session_key()).unwrap();
    for bad in [
        String::new(),
        "null".to_owned(),
        "{}".to_owned(),
        good[..good.len() / 2].to_owned(),
        good.replace("\"version\":3", "\"version\":2"),
        good.replace("\"token_endpoint\":\"https://good.example/token\",", ""),
        good.replace("\"subject\":\"ada\"", "\"subject\":\"eve\""),
        good.replace("\"sub\":\"ada\"", "\"sub\":\"eve\""),
        good.replace("\"client_id\":\"client-1\"", "\"client_id\":\"client-2\""),
        good.replace(
            "\"issuer\":\"https://good.example\"",
            "\"issuer\":\"https://evil.example\"",
        ),
        good.replace("\"id_token\":\"", "\"id_token\":\"x"),
    ] {
        assert_ne!(bad, good);
        world.storage_write(&session_key(), &bad).unwrap();
        let state = block_on(load(&world).resume());
        assert_eq!(
            state,
            AuthState::SignedOut {
                reason: SignedOutReason::NeverSignedIn
            },
            "{bad}"
        );
        assert_eq!(world.storage_read(&session_key()), None, "{bad}");
    }
    world
        .storage_write("vestibule.transaction.vst_x", "{\"version\":1}")
        .unwrap();
    let error = expect_error(return_with(&world, "code=x&state=vst_x"));
    assert_eq!(error.code, ErrorCode::StateUnknown);
}

#[test]
fn discards_a_modified_session_or_restores_the_same_person() {
    let (tab, provider) = signed_in_tab();
    let good = tab.world.storage_read(&session_key()).unwrap();
    let mut draw = random_numbers(7);
    let (mut kept, mut gone) = (0, 0);
    for round in 0..4000 {
        let changed = mutate(&good, &mut draw);
        tab.world.storage_write(&session_key(), &changed).unwrap();
        match block_on(load(&tab.world).resume()) {
            AuthState::SignedIn(session) => {
                kept += 1;
                assert_eq!(session.user.subject, "ada", "{round}: {changed}");
                assert_eq!(session.issuer, GOOD, "{round}: {changed}");
                assert_eq!(session.client_id, "client-1", "{round}: {changed}");
            }
            AuthState::SignedOut { .. } => {
                gone += 1;
                assert_eq!(tab.world.storage_keys("vestibule."), Vec::<String>::new());
            }
            other => panic!("{round}: {other:?} of {changed}"),
        }
    }
    assert!(kept > 0 && gone > 2000, "{kept} {gone}");
    assert_eq!(provider.renewals.get(), 0);
}

#[test]
fn a_modified_message_never_changes_the_person() {
    let (tab, _provider) = signed_in_tab();
    let stored = tab.world.storage_read(&session_key()).unwrap();
    let message = session_message(&stored);
    let mut draw = random_numbers(8);
    for round in 0..4000 {
        let changed = mutate(&message, &mut draw);
        let fresh = load(&tab.world.open_tab(false));
        if let Some(AuthState::SignedIn(session)) = fresh.receive(&changed) {
            assert_eq!(session.user.subject, "ada", "{round}: {changed}");
            assert_eq!(session.issuer, GOOD, "{round}: {changed}");
        }
    }
}

#[test]
fn a_modified_transaction_fails_or_reaches_its_own_provider() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    let key = world.storage_keys("vestibule.transaction.").remove(0);
    let good = world.storage_read(&key).unwrap();
    let response = op.respond(&request);
    let mut draw = random_numbers(9);
    for round in 0..4000 {
        world.0.storage.borrow_mut().clear();
        let changed = mutate(&good, &mut draw);
        world.storage_write(&key, &changed).unwrap();
        match return_with(&world, &response) {
            AuthState::SignedIn(session) => {
                assert_eq!(session.user.subject, "ada", "{round}: {changed}");
            }
            AuthState::Failed(_) => {
                assert!(world.storage_read(&session_key()).is_none(), "{round}");
            }
            other => panic!("{round}: {other:?} of {changed}"),
        }
        for url in world.0.fetched.take() {
            assert!(url.starts_with(GOOD), "{round}: {url} of {changed}");
        }
    }
}

#[test]
fn a_session_in_memory_survives_the_return_to_another_page() {
    const MEMORY: &str = r#""storage":"memory","#;
    let (world, op) = world();
    let begun = || {
        *world.0.path.borrow_mut() = "/orders?open=1".to_owned();
        block_on(load_top(&world, MEMORY).sign_in("good", SignInOptions::default())).unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        // Back at the redirect URI.
        *world.0.path.borrow_mut() = "/".to_owned();
        *world.0.response.borrow_mut() = Some(op.respond(&request));
    };
    begun();
    let first = expect_session(block_on(load_top(&world, MEMORY).resume()));
    assert_eq!(*world.0.path.borrow(), "/orders?open=1");
    let there = load_top(&world, MEMORY);
    assert_eq!(expect_session(block_on(there.resume())), first);
    // This works once, and nothing stays in storage.
    assert_eq!(world.storage_keys("vestibule."), Vec::<String>::new());
    assert_eq!(expect_session(block_on(there.resume())), first);
    let fresh = AuthState::SignedOut {
        reason: SignedOutReason::NeverSignedIn,
    };
    assert_eq!(block_on(load_top(&world, MEMORY).resume()), fresh);

    // What doesn't match the configuration any more is discarded.
    begun();
    expect_session(block_on(load_top(&world, MEMORY).resume()));
    let changed = load_top(&world, "");
    assert_eq!(block_on(changed.resume()), fresh);
    assert_eq!(world.storage_keys("vestibule."), Vec::<String>::new());
}

#[test]
fn a_page_that_requires_a_sign_in_does_not_redirect_in_a_loop() {
    let (world, _) = world();
    assert!(load(&world).may_auto_redirect());
    assert!(!load(&world).may_auto_redirect());
    world.0.now.set(world.0.now.get() + 60);
    assert!(load(&world).may_auto_redirect());
    world.0.storage_quota.set(0);
    world.0.now.set(world.0.now.get() + 60);
    assert!(!load(&world).may_auto_redirect());
}

#[test]
fn removes_a_record_of_another_version() {
    let (tab, _provider) = signed_in_tab();
    let stored = tab.world.storage_read(&session_key()).unwrap();
    for version in ["2", "4", "\"3\"", "null"] {
        let other = stored.replacen("\"version\":3", &format!("\"version\":{version}"), 1);
        assert_ne!(other, stored);
        tab.world.storage_write(&session_key(), &other).unwrap();
        assert_eq!(
            block_on(load(&tab.world).resume()),
            AuthState::SignedOut {
                reason: SignedOutReason::NeverSignedIn
            }
        );
        assert!(
            tab.world.storage_read(&session_key()).is_none(),
            "{version}"
        );
    }
}

#[test]
fn full_storage_at_a_renewal_ends_the_session() {
    let (tab, _provider) = signed_in_tab();
    tab.world.0.now.set(tab.world.0.now.get() + 250);
    // What is stored may stay, but nothing longer fits.
    tab.world.0.storage_quota.set(10);
    assert_eq!(tab.renew(), RenewalOutcome::Ended(SignedOutReason::Expired));
    assert_eq!(tab.world.storage_keys("vestibule."), Vec::<String>::new());
}

#[test]
fn a_stored_session_is_parsed_once_and_again_when_its_record_changes() {
    use crate::session::stored_session::PARSED;
    let (tab, _provider) = signed_in_tab();
    let page = load(&tab.world);
    expect_session(block_on(page.resume()));
    let before = PARSED.get();
    for _ in 0..100 {
        let session = page.current_session().unwrap();
        page.expiry(&session);
        page.accounts();
        page.warning();
    }
    assert_eq!(PARSED.get(), before);
    // A change behind the page's back counts, and so does the end.
    let stored = tab.world.storage_read(&session_key()).unwrap();
    let changed = stored.replacen("\"AT-1\"", "\"AT-other\"", 1);
    tab.world.storage_write(&session_key(), &changed).unwrap();
    let session = page.current_session().unwrap();
    assert_eq!(session.access_token.as_ref().unwrap().secret(), "AT-other");
    tab.world.storage_remove(&session_key());
    assert!(page.current_session().is_none());
}
