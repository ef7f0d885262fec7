//! What is kept may be cut off, changed, foreign or old: it is never trusted, and nothing falls over it.

use super::beside::load_top;
use super::staying::signed_in;
use super::*;

/// A generator of numbers: the same in each run.
pub(super) fn numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move |limit| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % limit as u64) as usize
    }
}

/// One random change: cut off, doubled, or some characters replaced, left out or put in.
pub(super) fn change(text: &str, draw: &mut impl FnMut(usize) -> usize) -> String {
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
    let good = tab.world.read("vestibule.session").unwrap();
    let mut draw = numbers(7);
    let (mut kept, mut gone) = (0, 0);
    for round in 0..4000 {
        let changed = change(&good, &mut draw);
        tab.world.write("vestibule.session", &changed).unwrap();
        match block_on(load(&tab.world).resume()) {
            AuthState::SignedIn(session) => {
                kept += 1;
                assert_eq!(session.user.subject, "ada", "{round}: {changed}");
                assert_eq!(session.issuer, GOOD, "{round}: {changed}");
                assert_eq!(session.client_id, "client-1", "{round}: {changed}");
            }
            AuthState::SignedOut { .. } => {
                gone += 1;
                assert_eq!(tab.world.keys("vestibule."), Vec::<String>::new());
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
    let stored = tab.world.read("vestibule.session").unwrap();
    let told = stored.replacen('{', r#"{"message":"session","number":0,"#, 1);
    let mut draw = numbers(8);
    for round in 0..4000 {
        let changed = change(&told, &mut draw);
        let fresh = load(&tab.world.another_tab(false));
        if let Some(AuthState::SignedIn(session)) = fresh.hear(&changed) {
            assert_eq!(session.user.subject, "ada", "{round}: {changed}");
            assert_eq!(session.issuer, GOOD, "{round}: {changed}");
        }
    }
}

#[test]
fn a_changed_sign_in_is_refused_or_goes_where_it_was_meant_to() {
    let (world, op) = world();
    let request = begin(&world, "good");
    let key = world.keys("vestibule.transaction.").remove(0);
    let good = world.read(&key).unwrap();
    let response = op.respond(&request);
    let mut draw = numbers(9);
    for round in 0..4000 {
        world.0.storage.borrow_mut().clear();
        let changed = change(&good, &mut draw);
        world.write(&key, &changed).unwrap();
        match come_back(&world, &response) {
            AuthState::SignedIn(session) => {
                assert_eq!(session.user.subject, "ada", "{round}: {changed}");
            }
            AuthState::Failed(_) => {
                assert!(world.read("vestibule.session").is_none(), "{round}");
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
        let request = world.0.left_for.borrow().last().unwrap().clone();
        // Back at the page that the provider knows.
        *world.0.path.borrow_mut() = "/".to_owned();
        *world.0.response.borrow_mut() = Some(op.respond(&request));
    };
    begun();
    let first = session_of(block_on(load_top(&world, MEMORY).resume()));
    assert_eq!(*world.0.path.borrow(), "/orders?open=1");
    let there = load_top(&world, MEMORY);
    assert_eq!(session_of(block_on(there.resume())), first);
    // Once, and nothing of it stays in storage.
    assert_eq!(world.keys("vestibule."), Vec::<String>::new());
    assert_eq!(session_of(block_on(there.resume())), first);
    let fresh = AuthState::SignedOut {
        reason: SignedOutReason::Fresh,
    };
    assert_eq!(block_on(load_top(&world, MEMORY).resume()), fresh);

    // What does not fit the configuration any more is not taken.
    begun();
    session_of(block_on(load_top(&world, MEMORY).resume()));
    let changed = load_top(&world, "");
    assert_eq!(block_on(changed.resume()), fresh);
    assert_eq!(world.keys("vestibule."), Vec::<String>::new());
}

#[test]
fn a_page_that_lets_nobody_in_does_not_go_round_and_round() {
    let (world, _) = world();
    assert!(load(&world).may_begin_by_itself());
    assert!(!load(&world).may_begin_by_itself());
    world.0.now.set(world.0.now.get() + 60);
    assert!(load(&world).may_begin_by_itself());
    world.0.room.set(0);
    world.0.now.set(world.0.now.get() + 60);
    assert!(!load(&world).may_begin_by_itself());
}

#[test]
fn an_entry_of_an_older_version_is_removed() {
    let (tab, _provider) = signed_in();
    let stored = tab.world.read("vestibule.session").unwrap();
    for version in ["1", "3", "\"2\"", "null"] {
        let other = stored.replacen("\"version\":2", &format!("\"version\":{version}"), 1);
        assert_ne!(other, stored);
        tab.world.write("vestibule.session", &other).unwrap();
        assert_eq!(
            block_on(load(&tab.world).resume()),
            AuthState::SignedOut {
                reason: SignedOutReason::Fresh
            }
        );
        assert!(tab.world.read("vestibule.session").is_none(), "{version}");
    }
}

#[test]
fn a_storage_that_is_full_at_a_renewal_leaves_nobody_with_dead_tokens() {
    let (tab, _provider) = signed_in();
    tab.world.0.now.set(tab.world.0.now.get() + 250);
    // What is there may stay, nothing longer may come.
    tab.world.0.room.set(10);
    assert_eq!(tab.renew(), Renewal::Ended(SignedOutReason::Expired));
    assert_eq!(tab.world.keys("vestibule."), Vec::<String>::new());
}
