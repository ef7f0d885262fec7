//! Optional members of the provider's answers that are empty, `null` or of another type: nobody loses a sign-in or a
//! token because of them.

use super::*;

const ODD: [&str; 11] = [
    "null", r#""""#, r#"" ""#, r#""x""#, "0", "-1", "false", "true", "[]", "{}", "[null]",
];

/// What else stands for no error.
const NO_ERROR: [&str; 6] = ["null", r#""""#, "0", "false", "[]", "{}"];

/// The document with this member replaced or added.
fn with_member(document: &str, name: &str, value: &str) -> String {
    let mut document: serde_json::Value = serde_json::from_str(document).unwrap();
    document[name] = serde_json::from_str(value).unwrap();
    document.to_string()
}

fn each(names: &[&'static str]) -> impl Iterator<Item = (&'static str, &'static str)> {
    let pairs: Vec<_> = names
        .iter()
        .flat_map(|name| ODD.map(|value| (*name, value)))
        .collect();
    pairs.into_iter()
}

#[test]
fn in_a_token_response() {
    let optional = [
        "refresh_token",
        "expires_in",
        "scope",
        "refresh_expires_in",
        "not-before-policy",
        "session_state",
        "error_description",
        "error_uri",
    ];
    let errors = NO_ERROR.map(|value| ("error", value));
    for (name, value) in each(&optional).chain(errors) {
        let (world, op) = world();
        let (this, now) = (op.clone(), Rc::clone(&world.0.now));
        world.on(&op.url("/token"), move |_| {
            json(200, &with_member(&this.tokens(now.get()), name, value))
        });
        let AuthState::SignedIn(session) = sign_in(&world, &op) else {
            panic!("{name}: {value}");
        };
        let lifetime = session.expires_at - world.0.now.get();
        assert!((0..=3600).contains(&lifetime), "{name}: {value}");
    }
}

#[test]
fn in_userinfo() {
    for (name, value) in each(&[
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "email",
        "email_verified",
        "emails",
        "picture",
        "groups",
        "address",
        "locale",
        "updated_at",
        "exp",
        "iss",
        "aud",
    ]) {
        let (world, op) = world();
        let document = with_member(r#"{"sub":"ada"}"#, name, value);
        *op.userinfo.borrow_mut() = document;
        let state = sign_in(&world, &op);
        assert!(matches!(state, AuthState::SignedIn(_)), "{name}: {value}");
        // Over a reload, too.
        expect_session(block_on(load(&world).resume()));
    }
}

#[test]
fn in_the_metadata() {
    for (name, value) in each(&[
        "userinfo_endpoint",
        "end_session_endpoint",
        "revocation_endpoint",
        "response_types_supported",
        "response_modes_supported",
        "grant_types_supported",
        "subject_types_supported",
        "scopes_supported",
        "claims_supported",
        "code_challenge_methods_supported",
        "id_token_signing_alg_values_supported",
        "token_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_methods_supported",
        "authorization_response_iss_parameter_supported",
        "mtls_endpoint_aliases",
    ]) {
        let (world, op) = world();
        let metadata = with_member(&op.metadata(), name, value);
        world.on(&op.url("/.well-known/openid-configuration"), move |_| {
            json(200, &metadata)
        });
        let begun = block_on(load(&world).sign_in("good", SignInOptions::default()));
        assert!(begun.is_ok(), "{name}: {value}");
        let request = world.0.navigations.borrow().last().unwrap().clone();
        let state = return_with(&world, &op.respond(&request));
        assert!(matches!(state, AuthState::SignedIn(_)), "{name}: {value}");
    }
}

#[test]
fn in_a_renewal_that_rotates_the_refresh_token() {
    for (name, value) in each(&[
        "expires_in",
        "scope",
        "id_token",
        "token_type",
        "access_token",
    ]) {
        let (tab, provider) = signed_in_tab();
        advance(&tab, 250);
        let this = provider.clone();
        tab.world.on(&provider.base.url("/token"), {
            let now = Rc::clone(&tab.world.0.now);
            move |form| {
                let mut answer = this.renew(form, now.get())?;
                let body = String::from_utf8(answer.body).unwrap();
                answer.body = with_member(&body, name, value).into_bytes();
                Ok(answer)
            }
        });
        tab.renew();
        assert_eq!(provider.current.get(), Some(2), "{name}: {value}");
        // The next answer is right again.
        let this = provider.clone();
        let now = Rc::clone(&tab.world.0.now);
        tab.world.on(&provider.base.url("/token"), move |form| {
            this.renew(form, now.get())
        });
        advance(&tab, 3600);
        let renewed = tab.renew();
        assert!(
            matches!(renewed, RenewalOutcome::Valid(_)),
            "{name}: {value}"
        );
        assert_eq!(provider.reuses.get(), 0, "{name}: {value}");
    }
}

#[test]
fn the_trace_notes_a_lifetime_that_could_not_be_read() {
    let (world, op) = world();
    let (this, now) = (op.clone(), Rc::clone(&world.0.now));
    world.on(&op.url("/token"), move |_| {
        json(200, &this.tokens(now.get()).replacen(":300", ":-300", 1))
    });
    let request = start_sign_in(&world, "good");
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    let page = load(&world);
    let session = expect_session(block_on(page.resume()));
    // The default, as if it were missing.
    assert_eq!(session.expires_at - world.0.now.get(), 3600);
    let trace = page.export_trace();
    assert!(trace.contains(r#""ignored":"expires_in""#), "{trace}");
}
