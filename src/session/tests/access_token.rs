//! Sign-ins without an access token, which Azure AD B2C issues only if it's asked for one
//! ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1) wants one in every response).

use super::*;

/// Where [`b2c`] has its metadata.
const DISCOVERY: &str = "/contoso/B2C_1/v2.0/.well-known/openid-configuration";

/// A policy of Azure AD B2C at the address of the test provider.
fn b2c() -> Config {
    let text = format!(
        r#"{{"providers":[{{"id":"good","kind":"microsoft","client_id":"client-1","authority":"{GOOD}/contoso/B2C_1","issuer":"{GOOD}","revoke":true}}]}}"#
    );
    Config::from_text(text.as_bytes()).unwrap()
}

/// What B2C answers to `openid profile email`, with further members.
fn answer_without_access_token(world: &Simulated, op: &TestProvider, members: &'static str) {
    let (this, now) = (op.clone(), Rc::clone(&world.0.now));
    world.on(&op.url("/token"), move |form| {
        *this.token_request.borrow_mut() = Some(form.clone());
        json(
            200,
            &format!(
                r#"{{"id_token":"{}","token_type":"Bearer","not_before":1493763266,"scope":"openid"{members}}}"#,
                this.id_token(now.get())
            ),
        )
    });
}

fn sign_in_at_b2c(world: &Simulated, op: &TestProvider) -> AuthState {
    let endpoint = format!(r#"{{"revocation_endpoint":"{}","#, op.url("/revoke"));
    let metadata = op.metadata().replacen('{', &endpoint, 1);
    world.on(&op.url(DISCOVERY), move |_| json(200, &metadata));
    block_on(auth(world, b2c()).sign_in("good", SignInOptions::default())).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    block_on(auth(world, b2c()).resume())
}

#[test]
fn an_id_token_without_an_access_token_signs_in_at_b2c() {
    let (world, op) = world();
    answer_without_access_token(&world, &op, "");
    let claims = ("emails", r#"["ada@example.com"]"#.to_owned());
    op.claims.borrow_mut().push(claims);
    let session = expect_session(sign_in_at_b2c(&world, &op));
    assert!(session.access_token().is_none());
    assert_eq!(session.user.email.as_deref(), Some("ada@example.com"));
    // There is nothing to ask userinfo with.
    assert_eq!(world.count(&op.url("/userinfo")), 0);
    // It lasts as long as an access token would, over a reload too.
    assert_eq!(session.expires_at - world.0.now.get(), 3_600);
    world.0.now.set(world.0.now.get() + 3_000);
    assert_eq!(
        expect_session(block_on(auth(&world, b2c()).resume())).id(),
        session.id()
    );
}

#[test]
fn a_session_without_an_access_token_is_renewed_by_its_refresh_token() {
    let (world, op) = world();
    answer_without_access_token(&world, &op, r#","refresh_token":"RT-1""#);
    let session = expect_session(sign_in_at_b2c(&world, &op));
    world.0.now.set(world.0.now.get() + 3_590);
    let tab = auth(&world, b2c());
    block_on(tab.resume());
    let RenewalOutcome::Valid(renewed) = block_on(tab.renew(30)) else {
        panic!("it isn't renewed");
    };
    let form = op.token_request.borrow().clone().unwrap();
    assert_eq!(form["refresh_token"], "RT-1");
    assert!(renewed.access_token().is_none());
    assert_eq!(renewed.id(), session.id());
    assert_eq!(renewed.expires_at - world.0.now.get(), 3_600);
}

#[test]
fn a_sign_out_revokes_only_the_tokens_that_there_are() {
    let (world, op) = world();
    world.on(&op.url("/revoke"), |_| json(200, "{}"));
    answer_without_access_token(&world, &op, r#","refresh_token":"RT-1""#);
    expect_session(sign_in_at_b2c(&world, &op));
    block_on(auth(&world, b2c()).sign_out(SignOutOptions::default()));
    assert_eq!(world.count(&op.url("/revoke")), 1);
}

#[test]
fn a_session_with_an_access_token_is_not_renewed_without_one() {
    let (world, op) = world();
    let (this, now) = (op.clone(), Rc::clone(&world.0.now));
    world.on(&op.url("/token"), move |_| {
        let with_refresh_token = r#"{"refresh_token":"RT-1","#;
        json(
            200,
            &this.tokens(now.get()).replacen('{', with_refresh_token, 1),
        )
    });
    let session = expect_session(sign_in_at_b2c(&world, &op));
    assert!(session.access_token().is_some());
    answer_without_access_token(&world, &op, r#","refresh_token":"RT-2""#);
    let tab = auth(&world, b2c());
    block_on(tab.resume());
    let RenewalOutcome::Failed(error) = block_on(tab.renew(301)) else {
        panic!("it's renewed");
    };
    assert_eq!(error.code, ErrorCode::TokenInvalid);
    assert_eq!(tab.current_session().unwrap(), session);
}
