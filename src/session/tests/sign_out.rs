//! Signing out: what the provider is message, in which order, and what is left.

use super::renewal::{RotatingProvider, Tab, signed_in};
use super::*;

/// Adds a revocation endpoint that notes what it is sent.
pub(super) fn revocable_at(
    provider: &RotatingProvider,
    world: &Simulated,
) -> Rc<RefCell<Vec<String>>> {
    let metadata = provider.base.metadata().replacen(
        '{',
        &format!(
            r#"{{"revocation_endpoint":"{}/revoke","#,
            provider.base.issuer
        ),
        1,
    );
    world.on(
        &provider.base.url("/.well-known/openid-configuration"),
        move |_| json(200, &metadata),
    );
    let revoked = Rc::new(RefCell::new(Vec::new()));
    let note = Rc::clone(&revoked);
    world.on(&provider.base.url("/revoke"), move |form| {
        let entry = format!("{} {}", form["token_type_hint"], form["token"]);
        note.borrow_mut().push(entry);
        json(200, "")
    });
    revoked
}

fn revocable_and_signed_in() -> (Tab, RotatingProvider, Rc<RefCell<Vec<String>>>) {
    let world = Simulated::new(PAGE);
    let provider = RotatingProvider::new(&world);
    let revoked = revocable_at(&provider, &world);
    expect_session(sign_in(&world, &provider.base));
    (Tab::open(world), provider, revoked)
}

#[test]
fn both_tokens_are_taken_back_the_one_that_makes_new_ones_first() {
    let (tab, _provider, revoked) = revocable_and_signed_in();
    let out = block_on(tab.auth.sign_out(SignOutOptions::default()));
    assert_eq!(out, SignOutOutcome::Redirecting);
    assert_eq!(
        *revoked.borrow(),
        ["refresh_token RT-1", "access_token AT-1"]
    );
}

#[test]
fn a_local_sign_out_tells_nobody() {
    let (tab, _provider, revoked) = revocable_and_signed_in();
    let requests = tab.world.0.fetched.borrow().len();
    block_on(tab.auth.sign_out(SignOutOptions {
        local: true,
        ..SignOutOptions::default()
    }));
    assert!(revoked.borrow().is_empty());
    assert_eq!(tab.world.0.fetched.borrow().len(), requests);
    assert_eq!(tab.world.0.navigations.borrow().len(), 1);
}

#[test]
fn a_provider_that_does_not_answer_keeps_nobody_waiting() {
    for silent in ["/revoke", "/.well-known/openid-configuration"] {
        let (tab, provider, _) = revocable_and_signed_in();
        // A page that was just loaded knows no addresses.
        let tab = Tab::open(tab.world.clone());
        tab.world
            .0
            .unresponsive
            .borrow_mut()
            .push(provider.base.url(silent));
        let out = block_on(tab.auth.sign_out(SignOutOptions::default()));
        let expected = match silent {
            "/revoke" => SignOutOutcome::Redirecting,
            _ => SignOutOutcome::Done(SignedOutReason::SignedOutHere),
        };
        assert_eq!(out, expected);
        assert!(!tab.world.stored().contains("T-1"), "{silent}");
    }
}

#[test]
fn nothing_is_left_in_any_tab_also_without_a_network() {
    for offline in [false, true] {
        let (tab, provider, _) = revocable_and_signed_in();
        let other = Tab::open(tab.world.open_tab(true));
        let tab = Tab::open(tab.world.clone());
        if offline {
            for path in ["/.well-known/openid-configuration", "/revoke"] {
                tab.world
                    .on(&provider.base.url(path), |_| Err(FetchError::Offline));
            }
        }
        block_on(tab.auth.sign_out(SignOutOptions::default()));
        assert!(!tab.world.stored().contains("T-1"));
        assert_eq!(other.world.storage_keys("vestibule."), Vec::<String>::new());
        assert_eq!(
            other.states.borrow().last(),
            Some(&AuthState::SignedOut {
                reason: SignedOutReason::SignedOutHere
            })
        );
    }
}

#[test]
fn a_session_that_was_signed_out_is_not_taken_over_again() {
    let (tab, _provider, _) = revocable_and_signed_in();
    let stored = tab.world.storage_read("vestibule.session").unwrap();
    let message = session_message(&stored);
    let other = Tab::open(tab.world.open_tab(true));
    block_on(tab.auth.sign_out(SignOutOptions {
        local: true,
        ..SignOutOptions::default()
    }));
    // By a tab that was elsewhere and is asked before it hears of the sign-out.
    for tab in [&tab, &other] {
        assert_eq!(tab.auth.on_message(&message), None);
        assert!(tab.session().is_none());
    }
}

#[test]
fn a_tab_that_was_elsewhere_hears_of_the_sign_out_when_it_comes_back() {
    for local in [true, false] {
        let (tab, _provider, _) = revocable_and_signed_in();
        // At another page in the same tab: nobody of ours is there to hear anything.
        let away = tab.world.open_tab(true);
        block_on(tab.auth.sign_out(SignOutOptions {
            local,
            ..SignOutOptions::default()
        }));
        let tab = match local {
            true => tab,
            // The page was at the provider, and is back.
            false => {
                let back = Tab::open(tab.world.clone());
                block_on(back.auth.resume());
                back
            }
        };
        let away = Tab::open(away);
        block_on(away.auth.resume());
        assert!(away.session().is_none(), "local: {local}");
        // Nor does it bring the session back.
        block_on(tab.auth.resume());
        assert!(tab.session().is_none(), "local: {local}");
    }
}

/// What `logout.html` tells.
fn logout(iss: &str, sid: &str) -> String {
    format!(r#"{{"logout":{{"iss":{iss},"sid":{sid}}}}}"#)
}

#[test]
fn a_provider_s_sign_out_ends_the_session_that_it_names() {
    let world = Simulated::new(PAGE);
    let provider = RotatingProvider::new(&world);
    let sid = ("sid", "\"s-1\"".to_owned());
    provider.base.claims.borrow_mut().push(sid);
    expect_session(sign_in(&world, &provider.base));
    let tab = Tab::open(world);
    let good = format!("\"{GOOD}\"");
    for (iss, sid) in [
        ("\"https://evil.example\"", "\"s-1\""),
        (&good, "\"s-2\""),
        (&good, "null"),
        ("null", "\"s-1\""),
        ("null", "null"),
        (&good, "1"),
    ] {
        assert_eq!(tab.auth.on_message(&logout(iss, sid)), None, "{iss} {sid}");
        assert!(tab.session().is_some());
    }
    assert_eq!(
        tab.auth.on_message(&logout(&good, "\"s-1\"")),
        Some(AuthState::SignedOut {
            reason: SignedOutReason::SignedOut
        })
    );
    assert_eq!(tab.world.storage_keys("vestibule."), Vec::<String>::new());
}

#[test]
fn a_session_that_the_provider_gave_no_name_is_not_ended_by_one() {
    let (tab, _provider) = signed_in();
    for sid in ["null", "\"\"", "\"s-1\""] {
        assert_eq!(
            tab.auth.on_message(&logout(&format!("\"{GOOD}\""), sid)),
            None
        );
    }
    assert!(tab.session().is_some());
}
