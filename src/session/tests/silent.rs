//! Sign-ins and renewals without the person: in a hidden iframe, and at page load.

use super::auth_window::*;
use super::*;
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
        assert!(post_response(
            world,
            url,
            &format!("error={error}&state={state}&iss={iss}")
        ));
    })
}

#[test]
fn a_silent_sign_in_sends_prompt_none() {
    let (world, op) = world();
    let auth = load_with(
        &world,
        r#","prompt":"login","authorization_params":{"prompt":"consent"}"#,
    );
    let options = SignInOptions {
        prompt: Some("login".to_owned()),
        ..silent()
    };
    expect_signed_in(sign_in_with_response(&world, &op, &auth, options));
    let frame = last_window(&world);
    assert!(!frame.is_popup && frame.closed.get());
    let request = frame.url.borrow().clone().unwrap();
    assert_eq!(query(&request)["prompt"], "none");
    assert_eq!(request.matches("prompt=").count(), 1);
}

#[test]
fn every_failure_of_a_silent_sign_in_has_its_code() {
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
fn a_silent_sign_in_falls_back_to_a_redirect_if_requested() {
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
fn renews_silently_without_a_refresh_token_if_configured() {
    let (world, op) = world();
    let auth = load_top(&world, SILENT_RENEW);
    let first = expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
    world.0.now.set(world.0.now.get() + 250);
    let renewal = in_frame(&world, auth.renew_if_due(), |url| {
        let request = query(url);
        assert_eq!(request["prompt"], "none");
        assert_eq!(request["login_hint"], "ada@example.com");
        assert!(post_response(&world, url, &op.respond(url)));
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
fn does_not_renew_silently_unless_configured() {
    let (world, op) = world();
    let auth = load_top(&world, "");
    let session = expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
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
fn concurrent_renewals_that_fail_return_the_same_error() {
    let (world, op) = world();
    let auth = load_top(&world, "");
    expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
    let (one, other) = block_on(join(auth.renew(i64::MAX), auth.renew(i64::MAX)));
    for renewal in [one, other] {
        let RenewalOutcome::Failed(error) = renewal else {
            panic!("{renewal:?}");
        };
        assert_eq!(error.code, ErrorCode::LoginRequired);
    }
}

#[test]
fn does_not_warn_before_a_silent_renewal() {
    let (world, op) = world();
    let auth = load_top(&world, SILENT_RENEW);
    let first = expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
    let begun = world.0.now.get();
    // Up to the latest time at which it is renewed.
    while world.0.now.get() < first.expires_at - first.refresh_margin() {
        assert_eq!(auth.warning(), None);
        world.0.now.set(world.0.now.get() + 1);
    }
    assert_eq!(auth.warning(), None);
    assert!(world.0.now.get() > begun + 200);
    // If that doesn't work, people are warned all the same.
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
fn warns_in_time_if_nothing_renews_the_session() {
    let (world, op) = world();
    let auth = load_top(&world, r#""silent_renew":true,"max_session":240,"#);
    let session = expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
    world.0.now.set(session.started_at + 120);
    assert_eq!(
        auth.warning().map(|ending| ending.at),
        Some(session.started_at + 240)
    );
}

#[test]
fn rejects_a_silent_renewal_of_another_subject() {
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
        let first = expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
        op.claims.replace(claims);
        *op.userinfo.borrow_mut() = r#"{"sub":"eve"}"#.to_owned();
        world.0.now.set(world.0.now.get() + 250);
        let renewal = in_frame(&world, auth.renew_if_due(), |url| {
            assert!(post_response(&world, url, &op.respond(url)));
        });
        let RenewalOutcome::Failed(error) = renewal else {
            panic!("{renewal:?}");
        };
        assert!(error.details.unwrap().contains(expected));
        assert_eq!(auth.current_session(), Some(first));
    }
}

#[test]
fn a_failed_silent_renewal_ends_no_session() {
    let (world, op) = world();
    let auth = load_top(&world, SILENT_RENEW);
    expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
    world.0.now.set(world.0.now.get() + 250);
    let renewal = in_frame(&world, auth.renew_if_due(), |url| {
        let state = &query(url)["state"];
        let iss = "https%3A%2F%2Fgood.example";
        assert!(post_response(
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
fn signs_in_automatically_if_the_provider_has_a_session() {
    let (world, op) = world();
    let auth = load_top(&world, AUTO_SILENT);
    let state = in_frame(&world, auth.resume(), |url| {
        assert!(post_response(&world, url, &op.respond(url)));
    });
    assert_eq!(expect_session(state).user.subject, "ada");
}

#[test]
fn does_not_repeat_a_failed_automatic_sign_in() {
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
fn shows_no_error_if_nobody_is_signed_in_at_the_provider() {
    let (world, _) = world();
    let auth = load_top(&world, AUTO_SILENT);
    let state = in_frame(&world, auth.resume(), |url| {
        let state = &query(url)["state"];
        let iss = "https%3A%2F%2Fgood.example";
        assert!(post_response(
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
fn redirects_automatically_once_and_reports_the_failure() {
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
fn does_not_sign_in_automatically_after_a_sign_out() {
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
fn does_not_sign_in_automatically_after_a_shared_session_ends() {
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
        // The other tab is closed, so there's none to ask.
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
fn does_not_sign_in_automatically_without_storage() {
    let (world, _) = world();
    world.0.storage_quota.set(0);
    let state = block_on(load_top(&world, AUTO_REDIRECT).resume());
    assert!(matches!(state, AuthState::SignedOut { .. }));
    assert!(world.0.navigations.borrow().is_empty());
}
