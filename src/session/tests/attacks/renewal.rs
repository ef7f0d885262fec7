//! A provider, or somebody between it and the browser, that answers a renewal with tokens of somebody else
//! ([Core §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).

use super::*;

/// Renews with a token response that has a forged ID token. Expects that the old tokens stay, and that the
/// next renewal still works.
#[track_caller]
fn keeps_the_session(
    attack: &str,
    code: ErrorCode,
    forge: impl Fn(&TestProvider, Timestamp) -> String + 'static,
) {
    let (tab, provider) = signed_in_tab();
    let other = Tab::open(tab.world.open_tab(true));
    let before = tab.session().unwrap();
    advance(&tab, 250);
    let url = provider.base.url("/token");
    let (forger, now) = (provider.base.clone(), Rc::clone(&tab.world.0.now));
    let response = provider.clone();
    tab.world.on(&url, move |form| {
        assert_eq!(form["refresh_token"], "RT-1");
        let id_token = forge(&forger, now.get());
        // The provider doesn't rotate refresh tokens.
        let body = response.token_response(666, &id_token);
        json(200, &body.replacen("RT-666", "RT-1", 1))
    });
    match tab.renew() {
        RenewalOutcome::Failed(error) => assert_eq!(error.code, code, "{attack}: {error}"),
        other => panic!("{attack}: {other:?}"),
    }
    for tab in [&tab, &other] {
        assert_eq!(tab.session().unwrap(), before, "{attack}");
        assert!(!tab.world.stored().contains("AT-666"), "{attack}");
    }

    let good = provider.clone();
    let now = Rc::clone(&tab.world.0.now);
    tab.world.on(&url, move |form| good.renew(form, now.get()));
    expect_valid(tab.renew());
    assert_eq!(tab.access_token().as_deref(), Some("AT-2"), "{attack}");
}

/// The claims of a good refreshed token, with this one changed.
fn claims_with(op: &TestProvider, now: Timestamp, name: &'static str, value: &str) -> String {
    op.claims.borrow_mut().push((name, value.to_owned()));
    let claims = op.claims_text(now);
    op.claims.borrow_mut().pop();
    claims
}

#[test]
fn a_renewal_keeps_the_old_tokens_if_the_new_ones_are_wrong() {
    let claim = ErrorCode::IdTokenClaim;
    for (name, value) in [
        ("sub", r#""eve""#),
        ("sub", LEFT_OUT),
        ("iss", r#""https://evil.example""#),
        ("aud", r#""client-2""#),
        ("azp", r#""client-2""#),
        ("nonce", r#""of another sign-in""#),
        ("at_hash", r#""AAAAAAAAAAAAAAAAAAAAAA""#),
        ("exp", LEFT_OUT),
    ] {
        keeps_the_session(&format!("{name} {value}"), claim, move |op, now| {
            op.sign(&op.header(), &claims_with(op, now, name, value))
        });
    }
    keeps_the_session("an audience that isn't trusted", claim, |op, now| {
        let azp = ("azp", r#""client-1""#.to_owned());
        op.claims.borrow_mut().push(azp);
        let claims = claims_with(op, now, "aud", r#"["client-1","client-2"]"#);
        op.claims.borrow_mut().pop();
        op.sign(&op.header(), &claims)
    });
    keeps_the_session("another key", ErrorCode::IdTokenSignature, |op, now| {
        let key = op.key.replace(("k1".to_owned(), signing_key(66)));
        let token = op.id_token(now);
        op.key.replace(key);
        token
    });
    keeps_the_session("not signed", ErrorCode::IdTokenInvalid, |op, now| {
        op.sign(r#"{"alg":"none","kid":"k1"}"#, &op.claims_text(now))
    });
    keeps_the_session("an access token", ErrorCode::IdTokenInvalid, |op, now| {
        let header = r#"{"alg":"ES256","kid":"k1","typ":"at+jwt"}"#;
        op.sign(header, &op.claims_text(now))
    });
}

#[test]
fn a_renewal_takes_no_access_token_beside_an_expired_id_token() {
    let (tab, provider) = signed_in_tab();
    advance(&tab, 250);
    let response = provider.clone();
    let now = Rc::clone(&tab.world.0.now);
    tab.world.on(&provider.base.url("/token"), move |_| {
        let op = &response.base;
        let claims = claims_with(op, now.get(), "exp", "1700000000");
        json(
            200,
            &response.token_response(666, &op.sign(&op.header(), &claims)),
        )
    });
    match tab.renew() {
        RenewalOutcome::Failed(error) => assert_eq!(error.code, ErrorCode::ClockSkew),
        other => panic!("{other:?}"),
    }
    assert_eq!(tab.access_token().as_deref(), Some("AT-1"));
    assert!(!tab.world.stored().contains("AT-666"));
}
