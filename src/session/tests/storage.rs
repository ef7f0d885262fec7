//! What is kept may be cut off, changed, foreign or old: it is never trusted, and nothing falls over it.

use super::auth_window::load_top;
use super::renewal::signed_in;
use super::*;

/// A generator of numbers: the same in each run.
pub(super) fn random_numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move |limit| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % limit as u64) as usize
    }
}

/// One random change: cut off, doubled, or some characters replaced, left out or put in.
pub(super) fn mutate(text: &str, draw: &mut impl FnMut(usize) -> usize) -> String {
    const PIECES: [&str; 12] = [
        "",
        "\"",
        "{",
        "}",
        "null",
        "-1",
        "1e999",
        "99999999999999999999",
        "\\u0000",
        ",",
        "[",
        "é",
    ];
    let chars: Vec<char> = text.chars().collect();
    let at = draw(chars.len());
    let until = (at + draw(12)).min(chars.len());
    let (before, after): (String, String) = (
        chars[..at].iter().collect(),
        chars[until..].iter().collect(),
    );
    match draw(8) {
        0 => before,
        1 => after,
        2 => format!("{text}{text}"),
        3 => {
            let turned: String = chars[at..until].iter().rev().collect();
            before + &turned + &after
        }
        _ => before + PIECES[draw(PIECES.len())] + &after,
    }
}

#[test]
fn a_changed_session_is_the_same_person_or_nobody() {
    let (tab, provider) = signed_in();
    let good = tab.world.storage_read("vestibule.session").unwrap();
    let mut draw = random_numbers(7);
    let (mut kept, mut gone) = (0, 0);
    for round in 0..4000 {
        let changed = mutate(&good, &mut draw);
        tab.world
            .storage_write("vestibule.session", &changed)
            .unwrap();
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
fn a_changed_message_of_another_tab_changes_nobody() {
    let (tab, _provider) = signed_in();
    let stored = tab.world.storage_read("vestibule.session").unwrap();
    let message = session_message(&stored);
    let mut draw = random_numbers(8);
    for round in 0..4000 {
        let changed = mutate(&message, &mut draw);
        let fresh = load(&tab.world.open_tab(false));
        if let Some(AuthState::SignedIn(session)) = fresh.on_message(&changed) {
            assert_eq!(session.user.subject, "ada", "{round}: {changed}");
            assert_eq!(session.issuer, GOOD, "{round}: {changed}");
        }
    }
}

#[test]
fn a_changed_sign_in_is_refused_or_goes_where_it_was_meant_to() {
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
                assert!(world.storage_read("vestibule.session").is_none(), "{round}");
            }
            other => panic!("{round}: {other:?} of {changed}"),
        }
        for url in world.0.fetched.take() {
            assert!(url.starts_with(GOOD), "{round}: {url} of {changed}");
        }
    }
}

#[test]
fn a_session_in_memory_comes_along_to_the_page_that_the_person_was_at() {
    const MEMORY: &str = r#""storage":"memory","#;
    let (world, op) = world();
    let begun = || {
        *world.0.path.borrow_mut() = "/orders?open=1".to_owned();
        block_on(load_top(&world, MEMORY).sign_in("good", SignInOptions::default())).unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        // Back at the page that the provider knows.
        *world.0.path.borrow_mut() = "/".to_owned();
        *world.0.response.borrow_mut() = Some(op.respond(&request));
    };
    begun();
    let first = expect_session(block_on(load_top(&world, MEMORY).resume()));
    assert_eq!(*world.0.path.borrow(), "/orders?open=1");
    let there = load_top(&world, MEMORY);
    assert_eq!(expect_session(block_on(there.resume())), first);
    // Once, and nothing of it stays in storage.
    assert_eq!(world.storage_keys("vestibule."), Vec::<String>::new());
    assert_eq!(expect_session(block_on(there.resume())), first);
    let fresh = AuthState::SignedOut {
        reason: SignedOutReason::NeverSignedIn,
    };
    assert_eq!(block_on(load_top(&world, MEMORY).resume()), fresh);

    // What does not fit the configuration any more is not taken.
    begun();
    expect_session(block_on(load_top(&world, MEMORY).resume()));
    let changed = load_top(&world, "");
    assert_eq!(block_on(changed.resume()), fresh);
    assert_eq!(world.storage_keys("vestibule."), Vec::<String>::new());
}

#[test]
fn a_page_that_lets_nobody_in_does_not_go_round_and_round() {
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
fn an_entry_of_an_older_version_is_removed() {
    let (tab, _provider) = signed_in();
    let stored = tab.world.storage_read("vestibule.session").unwrap();
    for version in ["2", "4", "\"3\"", "null"] {
        let other = stored.replacen("\"version\":3", &format!("\"version\":{version}"), 1);
        assert_ne!(other, stored);
        tab.world
            .storage_write("vestibule.session", &other)
            .unwrap();
        assert_eq!(
            block_on(load(&tab.world).resume()),
            AuthState::SignedOut {
                reason: SignedOutReason::NeverSignedIn
            }
        );
        assert!(
            tab.world.storage_read("vestibule.session").is_none(),
            "{version}"
        );
    }
}

#[test]
fn a_storage_that_is_full_at_a_renewal_leaves_nobody_with_dead_tokens() {
    let (tab, _provider) = signed_in();
    tab.world.0.now.set(tab.world.0.now.get() + 250);
    // What is there may stay, nothing longer may come.
    tab.world.0.storage_quota.set(10);
    assert_eq!(tab.renew(), RenewalOutcome::Ended(SignedOutReason::Expired));
    assert_eq!(tab.world.storage_keys("vestibule."), Vec::<String>::new());
}
