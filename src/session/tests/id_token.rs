//! Verifying the ID token, its keys and the UserInfo response.

use super::*;

#[test]
fn rejects_an_id_token_that_violates_a_rule() {
    for (claim, value, code) in [
        ("nonce", "\"other\"", ErrorCode::IdTokenClaim),
        ("aud", "\"client-2\"", ErrorCode::IdTokenClaim),
        ("iss", "\"https://evil.example\"", ErrorCode::IdTokenClaim),
        ("exp", "1", ErrorCode::ClockSkew),
        ("at_hash", "\"x\"", ErrorCode::IdTokenClaim),
    ] {
        let (world, op) = world();
        op.claims.borrow_mut().push((claim, value.to_owned()));
        let error = expect_error(sign_in(&world, &op));
        assert_eq!(error.code, code, "{claim}");
        assert_eq!(error.provider.as_deref(), Some("good"));
        assert!(!world.stored().contains("AT-"), "{claim}");
        assert_eq!(world.count(&op.url("/userinfo")), 0);
        assert_eq!(
            block_on(load(&world).resume()),
            AuthState::SignedOut {
                reason: SignedOutReason::NeverSignedIn
            }
        );
    }
}

#[test]
fn rejects_a_signature_by_another_key() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    let jwks = op.jwks();
    world.on(&op.url("/jwks"), move |_| json(200, &jwks));
    op.key.borrow_mut().1 = signing_key(9);
    let error = expect_error(return_with(&world, &op.respond(&request)));
    assert_eq!(error.code, ErrorCode::IdTokenSignature);
    assert!(!world.stored().contains("AT-"));
}

#[test]
fn fetches_the_keys_again_for_an_unknown_kid() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    let old = op.jwks();
    *op.key.borrow_mut() = ("k2".to_owned(), signing_key(9));
    let (new, mut asked) = (op.jwks(), 0);
    world.on(&op.url("/jwks"), move |_| {
        asked += 1;
        json(200, if asked == 1 { &old } else { &new })
    });
    expect_session(return_with(&world, &op.respond(&request)));
    assert_eq!(world.count(&op.url("/jwks")), 2);
}

#[test]
fn fetches_the_keys_at_most_twice() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    let old = op.jwks();
    op.key.borrow_mut().0 = "k2".to_owned();
    world.on(&op.url("/jwks"), move |_| json(200, &old));
    let error = expect_error(return_with(&world, &op.respond(&request)));
    assert_eq!(error.code, ErrorCode::IdTokenSignature);
    assert_eq!(world.count(&op.url("/jwks")), 2);
}

#[test]
fn rejects_userinfo_about_another_subject() {
    let (world, op) = world();
    *op.userinfo.borrow_mut() = r#"{"sub":"eve","name":"Ada Lovelace"}"#.to_owned();
    assert_eq!(
        expect_error(sign_in(&world, &op)).code,
        ErrorCode::UserinfoSubject
    );
    assert!(!world.stored().contains("AT-"));
}

#[test]
fn signs_in_without_userinfo_if_it_is_unreachable() {
    let (world, op) = world();
    world.on(&op.url("/userinfo"), |_| Err(FetchError::Timeout));
    let session = expect_session(sign_in(&world, &op));
    assert_eq!(session.user.display_name(), "ada");
}
