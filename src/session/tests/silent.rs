//! What happens without the person: silent sign-ins, renewals in a hidden frame, and sign-ins at page
//! load.

use super::auth_window::*;
use super::renewal::Tab;
use super::*;
use crate::platform::simulated::pause;
use futures_util::future::join;

fn refused(
    error: &str,
    world: &Simulated,
    op: &TestProvider,
    auth: &Auth<Simulated>,
) -> Result<SignInOutcome> {
    sign_in_in_window(world, auth, silent(), |url| {
        let iss = op.respond(url);
        let iss = iss.split_once("&iss=").unwrap().1;
        let state = &query(url)["state"];
        assert!(post_answer(
            world,
            url,
            &format!("error={error}&state={state}&iss={iss}")
        ));
    })
}

#[test]
fn a_silent_sign_in_asks_the_person_nothing() {
    let (world, op) = world();
    let auth = load_with(
        &world,
        r#","prompt":"login","authorization_params":{"prompt":"consent"}"#,
    );
    let options = SignInOptions {
        prompt: Some("login".to_owned()),
        ..silent()
    };
    signed_in(sign_in_answered(&world, &op, &auth, options));
    let frame = last_window(&world);
    assert!(!frame.is_popup && frame.closed.get());
    let request = frame.url.borrow().clone().unwrap();
    assert_eq!(query(&request)["prompt"], "none");
    assert_eq!(request.matches("prompt=").count(), 1);
}

#[test]
fn every_way_in_which_a_silent_sign_in_is_refused_has_its_code() {
    for (error, expected) in [
        ("login_required", ErrorCode::LoginRequired),
        ("interaction_required", ErrorCode::InteractionRequired),
        ("account_selection_required", ErrorCode::InteractionRequired),
        ("consent_required", ErrorCode::ConsentRequired),
        ("access_denied", ErrorCode::ProviderDenied),
    ] {
        let (world, op) = world();
        assert_eq!(code(refused(error, &world, &op, &load(&world))), expected);
    }
    let (world, _) = world();
    let result = sign_in_in_window(&world, &load(&world), silent(), |_| {
        last_window(&world).seems_finished.set(true);
    });
    assert_eq!(code(result), ErrorCode::SilentRefused);
    let (world, _) = self::world();
    let result = sign_in_in_window(&world, &load(&world), silent(), |_| {});
    assert_eq!(code(result), ErrorCode::SilentTimeout);
    assert!(last_window(&world).closed.get());
}

#[test]
fn a_silent_sign_in_goes_on_by_redirect_when_asked() {
    let (world, _) = world();
    let options = SignInOptions {
        or_redirect: true,
        ..silent()
    };
    let result = sign_in_in_window(&world, &load(&world), options, |_| {
        last_window(&world).seems_finished.set(true);
    });
    assert_eq!(result, Ok(SignInOutcome::Redirecting));
    assert!(!query(&world.0.navigations.borrow()[0]).contains_key("prompt"));
}

/// The answer to the next renewal, or sign-in at page load, in a hidden frame.
fn in_frame<T>(
    world: &Simulated,
    coming: impl Future<Output = T>,
    provider: impl FnOnce(&str),
) -> T {
    world.0.windows.windows.borrow_mut().clear();
    let (result, ()) = block_on(join(coming, async {
        let url = address(world).await;
        pause().await;
        provider(&url);
    }));
    result
}

const SILENT_RENEW: &str = r#""silent_renew":true,"#;

#[test]
fn a_session_without_a_refresh_token_is_renewed_silently_where_that_is_configured() {
    let (world, op) = world();
    let auth = load_top(&world, SILENT_RENEW);
    let first = signed_in(sign_in_answered(&world, &op, &auth, popup()));
    world.0.now.set(world.0.now.get() + 250);
    let renewal = in_frame(&world, auth.renew_if_due(), |url| {
        let request = query(url);
        assert_eq!(request["prompt"], "none");
        assert_eq!(request["login_hint"], "ada@example.com");
        assert!(post_answer(&world, url, &op.respond(url)));
    });
    let RenewalOutcome::Valid(renewed) = renewal else {
        panic!("{renewal:?}");
    };
    assert_eq!(renewed.id(), first.id());
    assert_eq!(renewed.renewals, 1);
    assert_eq!(renewed.started_at, first.started_at);
    assert!(renewed.expires_at > first.expires_at);
    assert_eq!(auth.current_session().unwrap().renewals, 1);
    assert!(last_window(&world).closed.get());
}

#[test]
fn a_session_without_a_refresh_token_is_left_alone_unless_it_is_configured() {
    let (world, op) = world();
    let auth = load_top(&world, "");
    let session = signed_in(sign_in_answered(&world, &op, &auth, popup()));
    assert!(!auth.is_renewable(&session));
    world.0.windows.windows.borrow_mut().clear();
    world.0.now.set(world.0.now.get() + 250);
    assert!(matches!(
        block_on(auth.renew_if_due()),
        RenewalOutcome::Valid(_)
    ));
    assert!(matches!(
        block_on(auth.renew(120)),
        RenewalOutcome::Failed(_)
    ));
    assert!(world.0.windows.last().is_none());
}

#[test]
fn two_that_ask_for_a_renewal_that_cannot_be_are_told_the_same() {
    let (world, op) = world();
    let auth = load_top(&world, "");
    signed_in(sign_in_answered(&world, &op, &auth, popup()));
    let (one, other) = block_on(join(auth.renew(i64::MAX), auth.renew(i64::MAX)));
    for renewal in [one, other] {
        let RenewalOutcome::Failed(error) = renewal else {
            panic!("{renewal:?}");
        };
        assert_eq!(error.code, ErrorCode::LoginRequired);
    }
}

#[test]
fn nobody_is_warned_of_an_end_that_a_silent_renewal_puts_off() {
    let (world, op) = world();
    let auth = load_top(&world, SILENT_RENEW);
    let first = signed_in(sign_in_answered(&world, &op, &auth, popup()));
    let begun = world.0.now.get();
    // To the latest moment at which it is renewed.
    while world.0.now.get() < first.expires_at - first.refresh_margin() {
        assert_eq!(auth.warning(), None);
        world.0.now.set(world.0.now.get() + 1);
    }
    assert_eq!(auth.warning(), None);
    assert!(world.0.now.get() > begun + 200);
    // Where that does not work people are warned all the same.
    world
        .0
        .now
        .set(first.expires_at - first.refresh_margin() / 2);
    assert_eq!(
        auth.warning().map(|ending| ending.at),
        Some(first.expires_at)
    );
}

#[test]
fn nobody_is_warned_late_of_an_end_that_nothing_puts_off() {
    let (world, op) = world();
    let auth = load_top(&world, r#""silent_renew":true,"max_session":240,"#);
    let session = signed_in(sign_in_answered(&world, &op, &auth, popup()));
    world.0.now.set(session.started_at + 120);
    assert_eq!(
        auth.warning().map(|ending| ending.at),
        Some(session.started_at + 240)
    );
}

#[test]
fn a_silent_renewal_makes_nobody_somebody_else() {
    for (claims, expected) in [
        (
            vec![("sub", "\"eve\"".to_owned())],
            "\"sub\" isn't that of the sign-in",
        ),
        (
            vec![("iss", "\"https://evil.example\"".to_owned())],
            "\"iss\" names another issuer",
        ),
        (
            vec![("nonce", "\"another\"".to_owned())],
            "\"nonce\" isn't the one of this sign-in",
        ),
    ] {
        let (world, op) = world();
        let auth = load_top(&world, SILENT_RENEW);
        let first = signed_in(sign_in_answered(&world, &op, &auth, popup()));
        op.claims.replace(claims);
        *op.userinfo.borrow_mut() = r#"{"sub":"eve"}"#.to_owned();
        world.0.now.set(world.0.now.get() + 250);
        let renewal = in_frame(&world, auth.renew_if_due(), |url| {
            assert!(post_answer(&world, url, &op.respond(url)));
        });
        let RenewalOutcome::Failed(error) = renewal else {
            panic!("{renewal:?}");
        };
        assert!(error.details.unwrap().contains(expected));
        assert_eq!(auth.current_session(), Some(first));
    }
}

#[test]
fn a_silent_renewal_that_is_refused_ends_no_session() {
    let (world, op) = world();
    let auth = load_top(&world, SILENT_RENEW);
    signed_in(sign_in_answered(&world, &op, &auth, popup()));
    world.0.now.set(world.0.now.get() + 250);
    let renewal = in_frame(&world, auth.renew_if_due(), |url| {
        let state = &query(url)["state"];
        let iss = "https%3A%2F%2Fgood.example";
        assert!(post_answer(
            &world,
            url,
            &format!("error=login_required&state={state}&iss={iss}")
        ));
    });
    let RenewalOutcome::Failed(error) = renewal else {
        panic!("{renewal:?}");
    };
    assert_eq!(error.code, ErrorCode::LoginRequired);
    assert!(auth.current_session().is_some());
}

const AUTO_SILENT: &str = r#""auto_sign_in":"silent","#;
const AUTO_REDIRECT: &str = r#""auto_sign_in":"redirect","#;

#[test]
fn the_page_signs_in_by_itself_where_the_provider_knows_the_person() {
    let (world, op) = world();
    let auth = load_top(&world, AUTO_SILENT);
    let state = in_frame(&world, auth.resume(), |url| {
        assert!(post_answer(&world, url, &op.respond(url)));
    });
    assert_eq!(expect_session(state).user.subject, "ada");
}

#[test]
fn an_automatic_sign_in_that_fails_is_not_tried_again() {
    let (world, _) = world();
    let auth = load_top(&world, AUTO_SILENT);
    let state = in_frame(&world, auth.resume(), |_| {
        last_window(&world).seems_finished.set(true);
    });
    assert_eq!(expect_error(state).code, ErrorCode::SilentRefused);
    for _ in 0..5 {
        world.0.windows.windows.borrow_mut().clear();
        let auth = load_top(&world, AUTO_SILENT);
        let state = block_on(auth.resume());
        assert_eq!(
            state,
            AuthState::SignedOut {
                reason: SignedOutReason::NeverSignedIn
            }
        );
        assert!(world.0.windows.last().is_none());
    }
}

#[test]
fn nobody_is_told_of_a_silent_sign_in_that_found_nobody() {
    let (world, _) = world();
    let auth = load_top(&world, AUTO_SILENT);
    let state = in_frame(&world, auth.resume(), |url| {
        let state = &query(url)["state"];
        let iss = "https%3A%2F%2Fgood.example";
        assert!(post_answer(
            &world,
            url,
            &format!("error=login_required&state={state}&iss={iss}")
        ));
    });
    assert_eq!(
        state,
        AuthState::SignedOut {
            reason: SignedOutReason::NeverSignedIn
        }
    );
}

#[test]
fn an_automatic_redirect_happens_once_and_the_picker_shows_why_it_failed() {
    let (world, op) = world();
    let state = block_on(load_top(&world, AUTO_REDIRECT).resume());
    assert!(matches!(state, AuthState::SigningIn { .. }));
    let request = world.0.navigations.borrow()[0].clone();
    op.respond(&request);
    let state = &query(&request)["state"];
    let answer = format!("error=access_denied&state={state}&iss=https%3A%2F%2Fgood.example");
    *world.0.response.borrow_mut() = Some(answer);
    let state = block_on(load_top(&world, AUTO_REDIRECT).resume());
    assert_eq!(expect_error(state).code, ErrorCode::ProviderDenied);
    for _ in 0..5 {
        let state = block_on(load_top(&world, AUTO_REDIRECT).resume());
        assert!(matches!(state, AuthState::SignedOut { .. }), "{state:?}");
    }
    assert_eq!(world.0.navigations.borrow().len(), 1);
}

#[test]
fn whoever_signed_out_is_not_signed_in_again_by_itself() {
    let (world, op) = world();
    let auth = load_top(&world, AUTO_REDIRECT);
    block_on(auth.resume());
    let request = world.0.navigations.borrow()[0].clone();
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    expect_session(block_on(load_top(&world, AUTO_REDIRECT).resume()));
    block_on(auth.sign_out(SignOutOptions {
        local: true,
        ..SignOutOptions::default()
    }));
    for _ in 0..3 {
        let state = block_on(load_top(&world, AUTO_REDIRECT).resume());
        assert!(matches!(state, AuthState::SignedOut { .. }), "{state:?}");
    }
    assert_eq!(world.0.navigations.borrow().len(), 1);
}

#[test]
fn a_tab_that_joined_a_session_does_not_sign_in_again_after_its_end() {
    const IDLE: &str = r#""auto_sign_in":"redirect","idle_timeout":600,"#;
    let config = || {
        let text = format!(
            r#"{{{IDLE}"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
        );
        Config::from_text(text.as_bytes()).unwrap()
    };
    for end in ["here", "there", "idle"] {
        let (world, op) = world();
        expect_session(sign_in(&world, &op));
        let first = Tab::open_with(world, config());
        let joined = Tab::open_with(first.world.open_tab(false), config());
        expect_session(block_on(joined.auth.resume()));
        let out = SignOutOptions {
            local: true,
            ..SignOutOptions::default()
        };
        match end {
            "here" => _ = block_on(joined.auth.sign_out(out)),
            "there" => _ = block_on(first.auth.sign_out(out)),
            _ => first.world.0.now.set(first.world.0.now.get() + 700),
        }
        // The other one is closed: nobody is left to ask.
        first.world.close();
        for reload in 0..3 {
            let state = block_on(load_top(&joined.world, IDLE).resume());
            assert!(
                matches!(state, AuthState::SignedOut { .. }),
                "{end} {reload}: {state:?}"
            );
        }
        assert!(joined.world.0.navigations.borrow().is_empty(), "{end}");
    }
}

#[test]
fn without_storage_for_a_note_nothing_happens_by_itself() {
    let (world, _) = world();
    world.0.storage_quota.set(0);
    let state = block_on(load_top(&world, AUTO_REDIRECT).resume());
    assert!(matches!(state, AuthState::SignedOut { .. }));
    assert!(world.0.navigations.borrow().is_empty());
}
