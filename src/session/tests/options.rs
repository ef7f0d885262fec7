//! The options of one sign-in, and how they relate to the configuration.

use super::auth_window::*;
use super::*;

#[test]
fn the_configured_mode_applies_unless_a_sign_in_overrides_it() {
    let (world, op) = world();
    let auth = load_top(&world, r#""mode":"popup","#);
    expect_signed_in(sign_in_with_response(
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
fn goes_to_return_to_after_the_sign_in() {
    let (world, op) = world();
    *world.0.path.borrow_mut() = "/form?step=2".to_owned();
    let auth = load(&world);
    expect_signed_in(sign_in_with_response(&world, &op, &auth, popup()));
    assert_eq!(*world.0.path.borrow(), "/form?step=2");
    world.0.windows.windows.borrow_mut().clear();
    let options = SignInOptions {
        return_to: ReturnTo::parse("/deep#link"),
        ..popup()
    };
    expect_signed_in(sign_in_with_response(&world, &op, &auth, options));
    assert_eq!(*world.0.path.borrow(), "/deep#link");
}

#[test]
fn options_override_the_configuration() {
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
        assert!(found.next().is_none(), "{name} is there twice");
    }
    assert_ne!(query(&request)["state"], "vst_evil");
}

#[test]
fn checks_auth_time_against_the_requested_max_age() {
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
                _ => sign_in_with_response(&world, &op, &auth, options).is_ok(),
            };
            assert_eq!(signed_in, expected, "{settings} {asked:?} {mode:?}");
        }
    }
}
