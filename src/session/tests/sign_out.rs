//! Signing out: which requests the provider gets, in which order, and what is left here.

use super::*;

#[test]
fn signs_out_at_the_provider_and_returns_signed_out() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let done = block_on(load(&world).sign_out(SignOutOptions::default()));
    assert_eq!(done, SignOutOutcome::Redirecting);
    let url = world.0.navigations.borrow().last().unwrap().clone();
    assert!(url.starts_with("https://good.example/logout?"));
    let request = query(&url);
    assert_eq!(request["post_logout_redirect_uri"], PAGE);
    assert!(request["id_token_hint"].starts_with("ey"));
    assert!(!world.stored().contains("AT-"), "tokens were left behind");

    let signed_out = AuthState::SignedOut {
        reason: SignedOutReason::SignedOut,
    };
    assert_eq!(
        return_with(&world, &format!("state={}", request["state"])),
        signed_out
    );
    let fresh = AuthState::SignedOut {
        reason: SignedOutReason::NeverSignedIn,
    };
    assert_eq!(block_on(load(&world).resume()), fresh);
}

#[test]
fn a_return_without_the_right_state_is_a_local_sign_out() {
    for response in ["state=vst_other", "state=foreign", ""] {
        let (world, op) = world();
        expect_session(sign_in(&world, &op));
        block_on(load(&world).sign_out(SignOutOptions::default()));
        let here = AuthState::SignedOut {
            reason: SignedOutReason::SignedOutHere,
        };
        assert_eq!(return_with(&world, response), here, "{response}");
    }
    // A forged return doesn't sign anybody out either.
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    expect_session(return_with(&world, "state=vst_forged"));
}

#[test]
fn signs_out_locally_if_the_provider_is_unreachable() {
    let here = SignOutOutcome::Done(SignedOutReason::SignedOutHere);
    let (local_world, op) = world();
    expect_session(sign_in(&local_world, &op));
    assert_eq!(
        block_on(load(&local_world).sign_out(SignOutOptions {
            local: true,
            ..SignOutOptions::default()
        })),
        here
    );
    assert_eq!(local_world.0.navigations.borrow().len(), 1);
    assert!(local_world.storage_keys("vestibule.").is_empty());

    let (broken_world, op) = world();
    expect_session(sign_in(&broken_world, &op));
    broken_world.on(&op.url("/.well-known/openid-configuration"), |_| {
        Err(FetchError::Offline)
    });
    assert_eq!(
        block_on(load(&broken_world).sign_out(SignOutOptions::default())),
        here
    );
    assert!(broken_world.storage_keys("vestibule.").is_empty());

    let (silent_world, op) = world();
    expect_session(sign_in(&silent_world, &op));
    let silent = op.metadata().replace("end_session_endpoint", "x");
    silent_world.on(&op.url("/.well-known/openid-configuration"), move |_| {
        json(200, &silent)
    });
    assert_eq!(
        block_on(load(&silent_world).sign_out(SignOutOptions::default())),
        here
    );
}

fn offer_revocation(world: &Simulated, op: &TestProvider) -> Rc<RefCell<Vec<Form>>> {
    let metadata = op.metadata();
    let metadata = metadata.replacen(
        '{',
        &format!(r#"{{"revocation_endpoint":"{}","#, op.url("/revoke")),
        1,
    );
    world.on(&op.url("/.well-known/openid-configuration"), move |_| {
        json(200, &metadata)
    });
    let message = Rc::new(RefCell::new(Vec::new()));
    world.on(&op.url("/revoke"), {
        let message = Rc::clone(&message);
        move |form| {
            message.borrow_mut().push(form.clone());
            json(200, "")
        }
    });
    message
}

#[test]
fn revokes_the_token_before_redirecting() {
    let (world, op) = world();
    let message = offer_revocation(&world, &op);
    expect_session(sign_in(&world, &op));
    let done = block_on(load(&world).sign_out(SignOutOptions::default()));
    assert_eq!(done, SignOutOutcome::Redirecting);
    let message = message.borrow();
    assert_eq!(message.len(), 1);
    assert_eq!(message[0]["token"], format!("AT-{GOOD}"));
    assert_eq!(message[0]["token_type_hint"], "access_token");
    assert_eq!(message[0]["client_id"], "client-1");
}

#[test]
fn does_not_revoke_if_disabled_or_local() {
    for (settings, options) in [
        (r#","revoke":false"#, SignOutOptions::default()),
        (
            "",
            SignOutOptions {
                local: true,
                ..SignOutOptions::default()
            },
        ),
    ] {
        let (world, op) = world();
        let message = offer_revocation(&world, &op);
        expect_session(sign_in(&world, &op));
        block_on(load_with(&world, settings).sign_out(options));
        assert!(message.borrow().is_empty(), "{settings}");
    }
}

#[test]
fn revoke_keeps_the_page() {
    // An explicit revocation happens whatever the configuration says.
    for settings in ["", r#","revoke":false"#] {
        let (world, op) = world();
        let message = offer_revocation(&world, &op);
        expect_session(sign_in(&world, &op));
        let done = block_on(load_with(&world, settings).revoke());
        assert_eq!(done, SignOutOutcome::Done(SignedOutReason::SignedOutHere));
        assert_eq!(message.borrow()[0]["token"], format!("AT-{GOOD}"));
        assert_eq!(world.0.navigations.borrow().len(), 1);
        assert!(world.storage_keys("vestibule.").is_empty());
    }
}

#[test]
fn signs_out_even_if_revocation_fails() {
    let (world, op) = world();
    let _told = offer_revocation(&world, &op);
    world.on(&op.url("/revoke"), |_| Err(FetchError::Timeout));
    expect_session(sign_in(&world, &op));
    let done = block_on(load(&world).sign_out(SignOutOptions::default()));
    assert_eq!(done, SignOutOutcome::Redirecting);
    assert!(!world.stored().contains("AT-"));
}

#[test]
fn uses_the_configured_end_session_endpoint() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let auth = load_with(
        &world,
        r#","end_session_endpoint":"https://good.example/v2/logout","end_session_params":{"returnTo":"https://app.example.com/"}"#,
    );
    block_on(auth.sign_out(SignOutOptions::default()));
    let url = world.0.navigations.borrow().last().unwrap().clone();
    assert!(url.starts_with("https://good.example/v2/logout?"), "{url}");
    assert_eq!(query(&url)["returnTo"], "https://app.example.com/");
}

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
fn revokes_the_refresh_token_before_the_access_token() {
    let (tab, _provider, revoked) = revocable_and_signed_in();
    let out = block_on(tab.auth.sign_out(SignOutOptions::default()));
    assert_eq!(out, SignOutOutcome::Redirecting);
    assert_eq!(
        *revoked.borrow(),
        ["refresh_token RT-1", "access_token AT-1"]
    );
}

#[test]
fn a_local_sign_out_sends_no_request() {
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
fn a_hanging_provider_does_not_block_the_sign_out() {
    for silent in ["/revoke", "/.well-known/openid-configuration"] {
        let (tab, provider, _) = revocable_and_signed_in();
        // A page that was just loaded has no metadata.
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
fn clears_every_tab_even_offline() {
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
fn does_not_accept_a_session_that_has_signed_out() {
    let (tab, _provider, _) = revocable_and_signed_in();
    let stored = tab.world.storage_read(&session_key()).unwrap();
    let message = session_message(&stored);
    let other = Tab::open(tab.world.open_tab(true));
    block_on(tab.auth.sign_out(SignOutOptions {
        local: true,
        ..SignOutOptions::default()
    }));
    // Sent by a tab that has missed the sign-out.
    for tab in [&tab, &other] {
        assert_eq!(tab.auth.receive(&message), None);
        assert!(tab.session().is_none());
    }
}

#[test]
fn a_returning_tab_learns_of_a_sign_out() {
    for local in [true, false] {
        let (tab, _provider, _) = revocable_and_signed_in();
        // The tab shows another site, so it gets no messages.
        let away = tab.world.open_tab(true);
        block_on(tab.auth.sign_out(SignOutOptions {
            local,
            ..SignOutOptions::default()
        }));
        let tab = if local {
            tab
        } else {
            // The page returns from the provider.
            let back = Tab::open(tab.world.clone());
            block_on(back.auth.resume());
            back
        };
        let away = Tab::open(away);
        block_on(away.auth.resume());
        assert!(away.session().is_none(), "local: {local}");
        // It doesn't bring the session back either.
        block_on(tab.auth.resume());
        assert!(tab.session().is_none(), "local: {local}");
    }
}

fn logout(iss: &str, sid: &str) -> String {
    format!(r#"{{"logout":{{"iss":{iss},"sid":{sid}}}}}"#)
}

#[test]
fn front_channel_logout_ends_the_session_that_it_names() {
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
        assert_eq!(tab.auth.receive(&logout(iss, sid)), None, "{iss} {sid}");
        assert!(tab.session().is_some());
    }
    assert_eq!(
        tab.auth.receive(&logout(&good, "\"s-1\"")),
        Some(AuthState::SignedOut {
            reason: SignedOutReason::SignedOut
        })
    );
    assert_eq!(tab.world.storage_keys("vestibule."), Vec::<String>::new());
}

#[test]
fn front_channel_logout_does_not_end_a_session_without_sid() {
    let (tab, _provider) = signed_in_tab();
    for sid in ["null", "\"\"", "\"s-1\""] {
        assert_eq!(tab.auth.receive(&logout(&format!("\"{GOOD}\""), sid)), None);
    }
    assert!(tab.session().is_some());
}
