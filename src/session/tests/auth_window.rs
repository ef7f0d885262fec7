//! Sign-ins beside the page, in popups and hidden frames.

use super::*;
use crate::config::Mode;
use crate::platform::simulated::{SimulatedWindow, pause};
use futures_util::future::join;

const CALLBACK: &str = "https://app.example.com/callback.html";

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

/// With settings at the top of the file, and the good provider alone.
pub(super) fn load_top(world: &Simulated, settings: &str) -> Auth<Simulated> {
    let text = format!(
        r#"{{{settings}"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
    );
    auth(world, Config::from_text(text.as_bytes()).unwrap())
}

pub(super) fn last_window(world: &Simulated) -> SimulatedWindow {
    world.0.windows.last().expect("nothing was opened")
}

/// The address that the last window was sent to, once it is.
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

fn channel(request: &str) -> String {
    format!("vestibule.answer.{}", query(request)["state"])
}

/// What the callback page tells.
pub(super) fn post_answer(world: &Simulated, request: &str, answer: &str) -> bool {
    let message = [CALLBACK, "?", answer].concat();
    world.0.windows.post(&channel(request), &message)
}

/// A sign-in whose provider does as the test says, with the address that it was asked at.
pub(super) fn sign_in_in_window(
    world: &Simulated,
    auth: &Auth<Simulated>,
    options: SignInOptions,
    provider: impl FnOnce(&str),
) -> Result<SignInOutcome> {
    let coming = auth.sign_in("good", options);
    let (result, ()) = block_on(join(coming, async {
        let url = address(world).await;
        // The page hears the channel from now on.
        pause().await;
        provider(&url);
    }));
    result
}

/// A sign-in that is sign_in_answered as the specification says.
pub(super) fn sign_in_answered(
    world: &Simulated,
    op: &TestProvider,
    auth: &Auth<Simulated>,
    options: SignInOptions,
) -> Result<SignInOutcome> {
    sign_in_in_window(world, auth, options, |url| {
        assert!(post_answer(world, url, &op.respond(url)));
    })
}

pub(super) fn signed_in(result: Result<SignInOutcome>) -> Rc<Session> {
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

fn is_stored(world: &Simulated) -> bool {
    load(world).current_session().is_some()
}

#[test]
fn a_popup_signs_in_and_the_page_stays() {
    let (world, op) = world();
    let session = signed_in(sign_in_answered(&world, &op, &load(&world), popup()));
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
fn the_callback_page_is_beside_the_redirect_uri_unless_it_is_named() {
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
        signed_in(sign_in_answered(&world, &op, &auth, popup()));
        let request = last_window(&world).url.borrow().clone().unwrap();
        assert_eq!(query(&request)["redirect_uri"], expected);
    }
}

#[test]
fn a_callback_page_elsewhere_is_a_mistake() {
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
fn the_popup_is_opened_in_the_click_and_closed_when_nobody_wants_it() {
    let (world, _) = world();
    let coming = load(&world).sign_in("good", popup());
    assert!(!last_window(&world).closed.get());
    drop(coming);
    assert!(last_window(&world).closed.get());
}

#[test]
fn the_mode_of_the_configuration_holds_unless_a_sign_in_has_its_own() {
    let (world, op) = world();
    let auth = load_top(&world, r#""mode":"popup","#);
    signed_in(sign_in_answered(
        &world,
        &op,
        &auth,
        SignInOptions::default(),
    ));
    let options = SignInOptions {
        mode: Some(Mode::Redirect),
        ..SignInOptions::default()
    };
    assert_eq!(
        block_on(auth.sign_in("good", options)),
        Ok(SignInOutcome::Redirecting)
    );
}

#[test]
fn a_blocked_popup_is_told_or_goes_on_by_redirect() {
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
fn a_closed_popup_is_told() {
    let (world, _) = world();
    let result = sign_in_in_window(&world, &load(&world), popup(), |_| {
        last_window(&world).seems_finished.set(true);
    });
    assert_eq!(code(result), ErrorCode::PopupClosed);
    assert!(!is_stored(&world));
    assert_eq!(world.stored(), "{}");
}

#[test]
fn a_popup_that_is_closed_while_metadata_are_awaited_is_told() {
    let (world, op) = world();
    let discovery = op.url("/.well-known/openid-configuration");
    world.0.unresponsive.borrow_mut().push(discovery);
    let coming = load(&world).sign_in("good", popup());
    last_window(&world).seems_finished.set(true);
    assert_eq!(code(block_on(coming)), ErrorCode::PopupClosed);
}

#[test]
fn a_popup_that_looks_closed_for_a_moment_may_still_answer() {
    let (world, op) = world();
    let coming = load(&world).sign_in("good", popup());
    let (result, ()) = block_on(join(coming, async {
        let url = address(&world).await;
        for _ in 0..20 {
            last_window(&world).seems_finished.set(true);
            for _ in 0..5 {
                pause().await;
            }
            // The person went back to the window: the provider's page only looks closed.
            last_window(&world).seems_finished.set(false);
            pause().await;
            pause().await;
        }
        assert!(post_answer(&world, &url, &op.respond(&url)));
    }));
    signed_in(result);
}

#[test]
fn a_popup_that_takes_too_long_is_told() {
    for timeout in [None, Some(30)] {
        let (world, _) = world();
        let options = SignInOptions { timeout, ..popup() };
        let result = sign_in_in_window(&world, &load(&world), options, |_| {});
        assert_eq!(code(result), ErrorCode::PopupTimeout);
        assert!(last_window(&world).closed.get());
    }
}

#[test]
fn the_time_of_a_hidden_page_counts_and_a_clock_that_is_set_does_not() {
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
            assert_eq!(post_answer(&world, &url, &op.respond(&url)), !too_late);
        }));
        match too_late {
            true => assert_eq!(code(result), ErrorCode::PopupTimeout),
            false => drop(signed_in(result)),
        }
    }
}

#[test]
fn a_sign_in_that_is_aborted_ends_at_once_wherever_it_is() {
    // Pauses until then: before it began, at the metadata, at the provider, at the token endpoint.
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
                        post_answer(&world, &url, &op.respond(&url));
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
fn what_others_tell_on_the_channel_is_ignored() {
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
            assert!(post_answer(&world, url, message));
        }
        assert!(post_answer(&world, url, &op.respond(url)));
    });
    signed_in(result);
    let token_request = op.token_request.borrow();
    assert_ne!(token_request.as_ref().unwrap()["code"], "EVIL");
    // Whoever message something else was not message that it was taken.
    assert_eq!(world.0.windows.acknowledged.borrow().len(), 1);
}

#[test]
fn an_answer_of_another_issuer_is_not_redeemed_in_a_popup_either() {
    let (world, _) = world();
    let result = sign_in_in_window(&world, &load(&world), popup(), |url| {
        let state = &query(url)["state"];
        let answer = format!("code=C0DE&state={state}&iss=https%3A%2F%2Fevil.example");
        assert!(post_answer(&world, url, &answer));
    });
    assert_eq!(code(result), ErrorCode::ResponseMixedUp);
    assert_eq!(world.count(&format!("{GOOD}/token")), 0);
}

#[test]
fn the_answer_to_a_popup_is_worth_nothing_in_an_address_bar_or_another_tab() {
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
        assert!(post_answer(&world, &url, &answer));
        pause().await;
        // Nor a second time.
        assert!(!post_answer(&world, &url, &answer));
    }));
    signed_in(result);
    assert_eq!(world.count(&op.url("/token")), 1);
}

#[test]
fn nothing_of_a_popup_is_in_storage_while_it_is_open() {
    let (world, _) = world();
    let result = sign_in_in_window(&world, &load(&world), popup(), |_| {
        assert_eq!(world.stored(), "{}");
        last_window(&world).seems_finished.set(true);
    });
    assert_eq!(code(result), ErrorCode::PopupClosed);
}

#[test]
fn a_new_sign_in_beside_the_page_replaces_the_session_and_a_failed_one_leaves_it() {
    let (world, op) = world();
    let auth = load(&world);
    let first = signed_in(sign_in_answered(&world, &op, &auth, popup()));
    let result = sign_in_in_window(&world, &auth, popup(), |_| {
        last_window(&world).seems_finished.set(true);
    });
    assert_eq!(code(result), ErrorCode::PopupClosed);
    assert_eq!(auth.current_session().unwrap().id(), first.id());
    world.0.windows.windows.borrow_mut().clear();
    let second = signed_in(sign_in_answered(&world, &op, &auth, popup()));
    assert_ne!(second.id(), first.id());
    assert_eq!(auth.current_session().unwrap().id(), second.id());
}

#[test]
fn return_to_is_where_the_person_is_afterwards() {
    let (world, op) = world();
    *world.0.path.borrow_mut() = "/form?step=2".to_owned();
    let auth = load(&world);
    signed_in(sign_in_answered(&world, &op, &auth, popup()));
    assert_eq!(*world.0.path.borrow(), "/form?step=2");
    world.0.windows.windows.borrow_mut().clear();
    let options = SignInOptions {
        return_to: ReturnTo::parse("/deep#link"),
        ..popup()
    };
    signed_in(sign_in_answered(&world, &op, &auth, options));
    assert_eq!(*world.0.path.borrow(), "/deep#link");
}

#[test]
fn what_one_sign_in_asks_for_goes_before_the_configuration() {
    let (world, _) = world();
    let auth = load_with(
        &world,
        r#","prompt":"login","login_hint":"a@example.com","max_age":3600,"acr_values":"one","authorization_params":{"claims":"{}","extra":"1"}"#,
    );
    let options = SignInOptions {
        login_hint: Some("b@example.com".to_owned()),
        prompt: Some("consent".to_owned()),
        max_age: Some(60),
        acr_values: Some("two".to_owned()),
        claims: Some(r#"{"id_token":{"acr":null}}"#.to_owned()),
        ui_locales: Some("de".to_owned()),
        params: [
            ("extra", "2"),
            ("state", "vst_evil"),
            ("redirect_uri", "https://evil.example"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        ..SignInOptions::default()
    };
    block_on(auth.sign_in("good", options)).unwrap();
    let request = world.0.navigations.borrow()[0].clone();
    let (_, text) = request.split_once('?').unwrap();
    for (name, value) in [
        ("login_hint", "b@example.com"),
        ("prompt", "consent"),
        ("max_age", "60"),
        ("acr_values", "two"),
        ("claims", r#"{"id_token":{"acr":null}}"#),
        ("ui_locales", "de"),
        ("extra", "2"),
        ("redirect_uri", PAGE),
    ] {
        let mut found = form_urlencoded::parse(text.as_bytes()).filter(|(key, _)| key == name);
        assert_eq!(found.next().unwrap().1, value, "{name}");
        assert!(found.next().is_none(), "{name} stands twice");
    }
    assert_ne!(query(&request)["state"], "vst_evil");
}

#[test]
fn the_id_token_is_judged_by_the_max_age_of_its_request() {
    for (settings, asked, expected) in [
        (r#","max_age":60"#, Some(3600), true),
        (r#","max_age":3600"#, Some(60), false),
        (r#","authorization_params":{"max_age":60}"#, None, false),
        (r#","max_age":60"#, None, false),
        ("", Some(60), false),
    ] {
        for mode in [Mode::Redirect, Mode::Popup] {
            let (world, op) = world();
            let auth_time = world.0.now.get() - 500;
            let claims = vec![("auth_time", auth_time.to_string())];
            op.claims.replace(claims);
            let options = SignInOptions {
                mode: Some(mode),
                max_age: asked,
                ..SignInOptions::default()
            };
            let auth = load_with(&world, settings);
            let signed_in = match mode {
                Mode::Redirect => {
                    block_on(auth.sign_in("good", options)).unwrap();
                    let request = world.0.navigations.borrow()[0].clone();
                    *world.0.response.borrow_mut() = Some(op.respond(&request));
                    let state = block_on(load_with(&world, settings).resume());
                    matches!(state, AuthState::SignedIn(_))
                }
                _ => sign_in_answered(&world, &op, &auth, options).is_ok(),
            };
            assert_eq!(signed_in, expected, "{settings} {asked:?} {mode:?}");
        }
    }
}

/// What can happen to a sign-in beside the page, in any order.
#[derive(Clone, Copy, Debug)]
enum Event {
    Answer,
    Foreign,
    Error,
    LooksClosed,
    LooksOpen,
    Late,
    Aborted,
}

#[test]
fn a_sign_in_beside_the_page_always_ends_whatever_happens_in_whatever_order() {
    use Event::*;
    const EVENTS: [Event; 7] = [
        Answer,
        Foreign,
        Error,
        LooksClosed,
        LooksOpen,
        Late,
        Aborted,
    ];
    // A linear congruential generator: many orders, the same in each run.
    let mut seed = 1_u64;
    let mut chance = move |limit: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % limit
    };
    let mut ends = std::collections::BTreeMap::<String, u32>::new();
    for round in 0..800 {
        let (world, op) = world();
        let abort = Abort::new();
        let mode = [Mode::Popup, Mode::Silent][round % 2];
        let options = SignInOptions {
            mode: Some(mode),
            abort: Some(abort.clone()),
            ..SignInOptions::default()
        };
        let events: Vec<(u64, Event)> = (0..chance(6))
            .map(|_| (chance(15), EVENTS[chance(7) as usize]))
            .collect();
        let happen = async {
            for (pauses, event) in &events {
                for _ in 0..*pauses {
                    pause().await;
                }
                let window = last_window(&world);
                let url = window.url.borrow().clone();
                match (event, url) {
                    (Answer, Some(url)) => {
                        post_answer(&world, &url, &op.respond(&url));
                    }
                    (Foreign, Some(url)) => {
                        post_answer(&world, &url, "code=EVIL&state=vst_x");
                    }
                    (Error, Some(url)) => {
                        let state = &query(&url)["state"];
                        let iss = "https%3A%2F%2Fgood.example";
                        let answer = format!("error=consent_required&state={state}&iss={iss}");
                        post_answer(&world, &url, &answer);
                    }
                    (LooksClosed, _) => window.seems_finished.set(true),
                    (LooksOpen, _) => window.seems_finished.set(false),
                    (Late, _) => {
                        for _ in 0..7_000 {
                            pause().await;
                        }
                    }
                    (Aborted, _) => abort.abort(),
                    _ => {}
                }
            }
        };
        let coming = load(&world).sign_in("good", options);
        if mode == Mode::Silent {
            // There is nothing to look at before.
            world.0.windows.open(false);
        }
        let (result, ()) = block_on(join(coming, happen));
        let windows = world.0.windows.windows.borrow();
        let ours = windows
            .iter()
            .filter(|window| window.url.borrow().is_some());
        for window in ours {
            assert!(window.closed.get(), "{events:?}");
        }
        assert!(world.0.windows.open_channels().is_empty());
        let stored = world.stored().contains("AT-");
        assert_eq!(stored, result.is_ok(), "{events:?}");
        let end = match result {
            Ok(SignInOutcome::SignedIn(_)) => "signed in",
            Ok(SignInOutcome::Redirecting) => panic!("the page was left"),
            Err(error) => error.code.as_str(),
        };
        *ends.entry(format!("{mode:?} {end}")).or_default() += 1;
    }
    // Every end was reached by some order, and no other.
    let ends: Vec<&str> = ends.keys().map(String::as_str).collect();
    assert_eq!(
        ends,
        [
            "Popup aborted",
            "Popup consent-required",
            "Popup popup-closed",
            "Popup popup-timeout",
            "Popup signed in",
            "Silent aborted",
            "Silent consent-required",
            "Silent signed in",
            "Silent silent-refused",
            "Silent silent-timeout",
        ]
    );
}
