//! Sign-ins in popups and hidden iframes.

use super::*;
use crate::config::ConfigError;
use crate::platform::simulated::SimulatedWindow;
use futures_util::future::join;

pub(super) const CALLBACK: &str = "https://app.example.com/callback.html";

pub(super) fn popup() -> SignInOptions {
    SignInOptions {
        mode: Some(Mode::Popup),
        ..SignInOptions::default()
    }
}

pub(super) fn silent() -> SignInOptions {
    SignInOptions {
        mode: Some(Mode::Silent),
        ..SignInOptions::default()
    }
}

pub(super) fn last_window(world: &Simulated) -> SimulatedWindow {
    world.0.windows.last().expect("nothing was opened")
}

pub(super) async fn address(world: &Simulated) -> String {
    loop {
        let url = world
            .0
            .windows
            .last()
            .and_then(|window| window.url.borrow().clone());
        match url {
            Some(url) => return url,
            None => pause().await,
        }
    }
}

pub(super) fn channel(request: &str) -> String {
    format!("vestibule.answer.{}", query(request)["state"])
}

pub(super) fn post_response(world: &Simulated, request: &str, answer: &str) -> bool {
    let message = [CALLBACK, "?", answer].concat();
    world.0.windows.post(&channel(request), &message)
}

pub(super) fn sign_in_in_window(
    world: &Simulated,
    auth: &Auth<Simulated>,
    options: SignInOptions,
    provider: impl FnOnce(&str),
) -> Result<SignInOutcome> {
    let coming = auth.sign_in("good", options);
    let (result, ()) = block_on(join(coming, async {
        let url = address(world).await;
        // The page listens to the channel from now on.
        pause().await;
        provider(&url);
    }));
    result
}

pub(super) fn sign_in_with_response(
    world: &Simulated,
    op: &TestProvider,
    auth: &Auth<Simulated>,
    options: SignInOptions,
) -> Result<SignInOutcome> {
    sign_in_in_window(world, auth, options, |url| {
        assert!(post_response(world, url, &op.respond(url)));
    })
}

pub(super) fn expect_signed_in(result: Result<SignInOutcome>) -> Rc<Session> {
    match result {
        Ok(SignInOutcome::SignedIn(session)) => session,
        other => panic!("{other:?}"),
    }
}

pub(super) fn code(result: Result<SignInOutcome>) -> ErrorCode {
    match result {
        Err(error) => {
            assert_eq!(error.provider.as_deref(), Some("good"));
            error.code
        }
        other => panic!("{other:?}"),
    }
}

pub(super) fn is_stored(world: &Simulated) -> bool {
    load(world).current_session().is_some()
}

#[test]
fn signs_in_in_a_popup_without_leaving_the_page() {
    let (world, op) = world();
    let session = expect_signed_in(sign_in_with_response(&world, &op, &load(&world), popup()));
    assert_eq!(session.user.subject, "ada");
    assert!(is_stored(&world));
    assert!(world.0.navigations.borrow().is_empty());
    let window = last_window(&world);
    assert!(window.is_popup && window.closed.get());
    let request = window.url.borrow().clone().unwrap();
    assert_eq!(query(&request)["redirect_uri"], CALLBACK);
    let token_request = op.token_request.borrow();
    assert_eq!(token_request.as_ref().unwrap()["redirect_uri"], CALLBACK);
}

#[test]
fn the_callback_page_is_next_to_the_redirect_uri_unless_configured() {
    for (settings, expected) in [
        ("", CALLBACK),
        (
            r#""redirect_uri":"https://app.example.com/sign-in/index.html?a=b/c","#,
            "https://app.example.com/sign-in/callback.html",
        ),
        (
            r#""popup_redirect_uri":"https://app.example.com/back","#,
            "https://app.example.com/back",
        ),
    ] {
        let (world, op) = world();
        let auth = load_top(&world, settings);
        expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
        let request = last_window(&world).url.borrow().clone().unwrap();
        assert_eq!(query(&request)["redirect_uri"], expected);
    }
}

#[test]
fn rejects_a_callback_page_of_another_origin() {
    let text = format!(
        r#"{{"popup_redirect_uri":"https://other.example/callback.html","providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
    );
    let config = Config::from_text(text.as_bytes()).unwrap();
    let (world, _) = world();
    let Err(ConfigError::Invalid(mistakes)) = config.resolve(&world.page_url()) else {
        panic!("nothing was found");
    };
    assert_eq!(mistakes[0].path, "popup_redirect_uri");
}

#[test]
fn opens_the_popup_within_the_click_and_closes_it_when_dropped() {
    let (world, _) = world();
    let coming = load(&world).sign_in("good", popup());
    assert!(!last_window(&world).closed.get());
    drop(coming);
    assert!(last_window(&world).closed.get());
}

#[test]
fn a_blocked_popup_fails_or_falls_back_to_a_redirect() {
    let (world, _) = world();
    world.0.windows.popups_blocked.set(true);
    let auth = load(&world);
    assert_eq!(
        code(block_on(auth.sign_in("good", popup()))),
        ErrorCode::PopupBlocked
    );
    assert!(world.0.navigations.borrow().is_empty());
    let options = SignInOptions {
        or_redirect: true,
        ..popup()
    };
    assert_eq!(
        block_on(auth.sign_in("good", options)),
        Ok(SignInOutcome::Redirecting)
    );
    let navigations = world.0.navigations.borrow();
    assert_eq!(query(&navigations[0])["redirect_uri"], PAGE);
}

#[test]
fn reports_a_closed_popup() {
    let (world, _) = world();
    let result = sign_in_in_window(&world, &load(&world), popup(), |_| {
        last_window(&world).seems_finished.set(true);
    });
    assert_eq!(code(result), ErrorCode::PopupClosed);
    assert!(!is_stored(&world));
    assert_eq!(world.stored(), "{}");
}

#[test]
fn reports_a_popup_that_is_closed_during_discovery() {
    let (world, op) = world();
    let discovery = op.url("/.well-known/openid-configuration");
    world.0.unresponsive.borrow_mut().push(discovery);
    let coming = load(&world).sign_in("good", popup());
    last_window(&world).seems_finished.set(true);
    assert_eq!(code(block_on(coming)), ErrorCode::PopupClosed);
}

#[test]
fn accepts_the_response_of_a_popup_that_looked_closed() {
    let (world, op) = world();
    let coming = load(&world).sign_in("good", popup());
    let (result, ()) = block_on(join(coming, async {
        let url = address(&world).await;
        for _ in 0..20 {
            last_window(&world).seems_finished.set(true);
            for _ in 0..5 {
                pause().await;
            }
            // The person went back to the popup: it only looked closed.
            last_window(&world).seems_finished.set(false);
            pause().await;
            pause().await;
        }
        assert!(post_response(&world, &url, &op.respond(&url)));
    }));
    expect_signed_in(result);
}

#[test]
fn reports_a_popup_that_times_out() {
    for timeout in [None, Some(30)] {
        let (world, _) = world();
        let options = SignInOptions { timeout, ..popup() };
        let result = sign_in_in_window(&world, &load(&world), options, |_| {});
        assert_eq!(code(result), ErrorCode::PopupTimeout);
        assert!(last_window(&world).closed.get());
    }
}

#[test]
fn the_popup_timeout_counts_throttled_time_but_not_clock_changes() {
    for (passed, wrong, too_late) in [(2, 0, true), (0, 86_400, false), (0, -86_400, false)] {
        let (world, op) = world();
        let options = SignInOptions {
            timeout: Some(30),
            ..popup()
        };
        let coming = load(&world).sign_in("good", options);
        let (result, ()) = block_on(join(coming, async {
            let url = address(&world).await;
            for round in 1..=200 {
                pause().await;
                world.0.now.set(world.0.now.get() + passed);
                world.offset_clock(wrong * round);
            }
            pause().await;
            assert_eq!(post_response(&world, &url, &op.respond(&url)), !too_late);
        }));
        if too_late {
            assert_eq!(code(result), ErrorCode::PopupTimeout);
        } else {
            expect_signed_in(result);
        }
    }
}

#[test]
fn aborting_ends_a_sign_in_at_any_stage() {
    // Pauses before the abort: before the start, during discovery, at the provider, at the token endpoint.
    for pauses in [0, 1, 5, 9] {
        for mode in [Mode::Redirect, Mode::Popup, Mode::Silent] {
            let (world, op) = world();
            let abort = Abort::new();
            let options = SignInOptions {
                mode: Some(mode),
                abort: Some(abort.clone()),
                ..SignInOptions::default()
            };
            if pauses == 0 {
                abort.abort();
            }
            world.0.unresponsive.borrow_mut().push(op.url(match mode {
                Mode::Redirect => "/.well-known/openid-configuration",
                _ => "/token",
            }));
            let coming = load(&world).sign_in("good", options);
            let (result, ()) = block_on(join(coming, async {
                for _ in 0..pauses {
                    if let Some(url) = world
                        .0
                        .windows
                        .last()
                        .and_then(|window| window.url.borrow().clone())
                    {
                        post_response(&world, &url, &op.respond(&url));
                    }
                    pause().await;
                }
                abort.abort();
            }));
            assert_eq!(code(result), ErrorCode::Aborted, "{mode:?} after {pauses}");
            assert!(!is_stored(&world));
            assert!(world.0.navigations.borrow().is_empty());
            assert!(
                world
                    .0
                    .windows
                    .last()
                    .is_none_or(|window| window.closed.get())
            );
        }
    }
}

#[test]
fn ignores_other_messages_on_the_callback_channel() {
    let (world, op) = world();
    let result = sign_in_in_window(&world, &load(&world), popup(), |url| {
        let state = &query(url)["state"];
        for message in [
            "",
            "taken",
            "code=EVIL",
            "code=EVIL&state=vst_another",
            "code=EVIL&state=",
            &format!("state={state}"),
            &format!("code=EVIL&state={state}x"),
            &format!("code=EVIL&State={state}"),
        ] {
            assert!(post_response(&world, url, message));
        }
        assert!(post_response(&world, url, &op.respond(url)));
    });
    expect_signed_in(result);
    let token_request = op.token_request.borrow();
    assert_ne!(token_request.as_ref().unwrap()["code"], "EVIL");
    // Only the response was acknowledged.
    assert_eq!(world.0.windows.acknowledged.borrow().len(), 1);
}

#[test]
fn rejects_a_response_of_another_issuer_in_a_popup() {
    let (world, _) = world();
    let result = sign_in_in_window(&world, &load(&world), popup(), |url| {
        let state = &query(url)["state"];
        let answer = format!("code=C0DE&state={state}&iss=https%3A%2F%2Fevil.example");
        assert!(post_response(&world, url, &answer));
    });
    assert_eq!(code(result), ErrorCode::ResponseMixedUp);
    assert_eq!(world.count(&format!("{GOOD}/token")), 0);
}

#[test]
fn rejects_a_popup_s_response_in_the_address_bar_or_another_tab() {
    let (world, op) = world();
    let auth = load(&world);
    let coming = auth.sign_in("good", popup());
    let (result, ()) = block_on(join(coming, async {
        let url = address(&world).await;
        pause().await;
        let answer = op.respond(&url);
        let other = world.open_tab(true);
        assert!(!other.0.windows.post(&channel(&url), &answer));
        for world in [&world, &other] {
            *world.0.response.borrow_mut() = Some(answer.clone());
            let error = expect_error(load(world).resume().await);
            assert_eq!(error.code, ErrorCode::StateUnknown);
        }
        assert!(post_response(&world, &url, &answer));
        pause().await;
        // It can't be used a second time either.
        assert!(!post_response(&world, &url, &answer));
    }));
    expect_signed_in(result);
    assert_eq!(world.count(&op.url("/token")), 1);
}

#[test]
fn stores_nothing_while_a_popup_is_open() {
    let (world, _) = world();
    let result = sign_in_in_window(&world, &load(&world), popup(), |_| {
        assert_eq!(world.stored(), "{}");
        last_window(&world).seems_finished.set(true);
    });
    assert_eq!(code(result), ErrorCode::PopupClosed);
}

#[test]
fn a_popup_sign_in_replaces_the_session_and_a_failed_one_keeps_it() {
    let (world, op) = world();
    let auth = load(&world);
    let first = expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
    let result = sign_in_in_window(&world, &auth, popup(), |_| {
        last_window(&world).seems_finished.set(true);
    });
    assert_eq!(code(result), ErrorCode::PopupClosed);
    assert_eq!(auth.current_session().unwrap().id(), first.id());
    world.0.windows.windows.borrow_mut().clear();
    let second = expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
    assert_ne!(second.id(), first.id());
    assert_eq!(auth.current_session().unwrap().id(), second.id());
}
