//! A provider whose documents and responses aren't what they should be: discovery, token response, key set
//! and userinfo.

use super::*;

/// A document in a response of this type.
fn document(status: u16, content_type: &str, body: &[u8]) -> Result<http::Response, FetchError> {
    Ok(http::Response {
        status,
        content_type: content_type.to_owned(),
        retry_after: None,
        request_id: None,
        body: body.to_vec(),
    })
}

/// Starts a sign-in with this discovery document, and expects that nobody is sent anywhere.
#[track_caller]
fn rejects_discovery(
    attack: &str,
    code: ErrorCode,
    answer: impl Fn() -> Result<http::Response, FetchError> + 'static,
) {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let before = world.stored();
    let navigations = world.0.navigations.borrow().len();
    let url = op.url("/.well-known/openid-configuration");
    world.on(&url, move |_| answer());
    world.0.fetched.take();
    let error = block_on(load(&world).sign_in("good", SignInOptions::default())).unwrap_err();
    assert_eq!(error.code, code, "{attack}: {error}");
    assert_eq!(world.0.navigations.borrow().len(), navigations, "{attack}");
    // The second time past the cache. Nothing else is contacted.
    assert_eq!(*world.0.fetched.borrow(), [url.clone(), url], "{attack}");
    assert_eq!(world.stored(), before, "{attack}");
}

#[test]
fn starts_no_sign_in_with_a_wrong_discovery_document() {
    const INVALID: ErrorCode = ErrorCode::DiscoveryInvalid;
    let (_, op) = world();
    let good = op.metadata();
    for (attack, code, status, content_type, body) in [
        (
            "a web page",
            INVALID,
            200,
            "text/html",
            b"<!doctype html>".to_vec(),
        ),
        (
            "JSON as a web page",
            INVALID,
            200,
            "text/html",
            good.clone().into_bytes(),
        ),
        ("nothing", INVALID, 204, "", Vec::new()),
        (
            "not UTF-8",
            INVALID,
            200,
            "application/json",
            b"{\"issuer\":\"\xff\"}".to_vec(),
        ),
        (
            "overlong UTF-8",
            INVALID,
            200,
            "application/json",
            b"{\"issuer\":\"\xc0\xaf\"}".to_vec(),
        ),
        (
            "a list",
            INVALID,
            200,
            "application/json",
            format!("[{good}]").into_bytes(),
        ),
        (
            "100,000 levels",
            INVALID,
            200,
            "application/json",
            "[".repeat(100_000).into_bytes(),
        ),
        (
            "an error",
            ErrorCode::DiscoveryUnreachable,
            404,
            "application/json",
            good.clone().into_bytes(),
        ),
        (
            "another issuer",
            ErrorCode::IssuerMismatch,
            200,
            "application/json",
            good.replacen(GOOD, EVIL, 1).into_bytes(),
        ),
        (
            "a slash",
            ErrorCode::IssuerMismatch,
            200,
            "application/json",
            good.replacen("good.example\"", "good.example/\"", 1)
                .into_bytes(),
        ),
        (
            "two issuers",
            INVALID,
            200,
            "application/json",
            good.replacen('{', "{\"issuer\":\"x\",", 1).into_bytes(),
        ),
    ] {
        rejects_discovery(attack, code, move || document(status, content_type, &body));
    }
}

/// Addresses that a browser must not be sent to, as JSON.
const HOSTILE_ADDRESSES: [&str; 8] = [
    "javascript:alert(1)",
    "http://good.example/x",
    "https://good.example@evil.example/x",
    "data:text/html,x",
    "//evil.example/x",
    "/x",
    "https://good.example/#x",
    r"https://good.example\\@evil.example/x",
];

/// The provider's metadata with another address for this endpoint.
fn metadata_with(op: &TestProvider, name: &str, path: &str, url: &str) -> String {
    let entry = format!("\"{name}\":\"{GOOD}/{path}\"");
    let changed = op
        .metadata()
        .replacen(&entry, &format!("\"{name}\":\"{url}\""), 1);
    assert_ne!(changed, op.metadata(), "{name}");
    changed
}

#[test]
fn starts_no_sign_in_with_an_endpoint_that_is_no_https_address() {
    let (_, op) = world();
    for (name, path) in [
        ("authorization_endpoint", "auth"),
        ("token_endpoint", "token"),
        ("jwks_uri", "jwks"),
    ] {
        for url in HOSTILE_ADDRESSES {
            let changed = metadata_with(&op, name, path, url);
            let attack = format!("{name} {url}");
            rejects_discovery(&attack, ErrorCode::DiscoveryInvalid, move || {
                json(200, &changed)
            });
        }
    }
}

#[test]
fn never_uses_an_optional_endpoint_that_is_no_https_address() {
    for (name, path) in [
        ("userinfo_endpoint", "userinfo"),
        ("end_session_endpoint", "logout"),
    ] {
        for url in HOSTILE_ADDRESSES {
            let (world, op) = world();
            expect_session(sign_in(&world, &op));
            let changed = metadata_with(&op, name, path, url);
            let discovery = op.url("/.well-known/openid-configuration");
            world.on(&discovery, move |_| json(200, &changed));
            let _ = block_on(load(&world).sign_in("good", SignInOptions::default()));
            block_on(load(&world).sign_out(SignOutOptions::default()));
            assert!(world.count(&discovery) > 2, "{name} {url}");
            let navigations = world.0.navigations.borrow().clone();
            let fetched = world.0.fetched.borrow().clone();
            for address in navigations.iter().chain(&fetched) {
                assert!(address.starts_with("https://good.example/"), "{address}");
                assert_ne!(address, url.trim_end_matches("#x"));
            }
            assert!(!world.stored().contains("AT-"), "{name} {url}");
        }
    }
}

#[test]
fn signs_nobody_in_with_a_wrong_token_response() {
    const INVALID: ErrorCode = ErrorCode::TokenInvalid;
    const REJECTED: ErrorCode = ErrorCode::TokenRejected;
    let good = |op: &TestProvider, now| op.tokens(now);
    type Change = fn(String) -> String;
    let cases: [(&str, ErrorCode, Change); 8] = [
        ("no ID token", INVALID, |body| {
            body.replacen("id_token", "id", 1)
        }),
        ("no access token", INVALID, |body| {
            body.replacen("access_token", "access", 1)
        }),
        ("a bound token", INVALID, |body| {
            body.replacen("Bearer", "DPoP", 1)
        }),
        ("no type", INVALID, |body| {
            body.replacen("token_type", "type", 1)
        }),
        ("an error inside a success", REJECTED, |body| {
            body.replacen('{', r#"{"error":"invalid_grant","#, 1)
        }),
        ("two access tokens", INVALID, |body| {
            body.replacen('{', r#"{"access_token":"AT-EVIL","#, 1)
        }),
        ("a web page", INVALID, |_| "<!doctype html>".to_owned()),
        ("a list", INVALID, |body| format!("[{body}]")),
    ];
    for (attack, code, change) in cases {
        let trace = expect_refused(attack, code, |attempt| {
            let (op, now) = (attempt.op.clone(), Rc::clone(&attempt.world.0.now));
            attempt.world.on(&attempt.op.url("/token"), move |_| {
                json(200, &change(good(&op, now.get())))
            });
        });
        // A code is used once: nothing is tried again.
        assert_eq!(
            (trace.count("/token"), trace.verifications),
            (1, 0),
            "{attack}"
        );
    }
}

#[test]
fn sends_no_code_after_the_metadata_have_changed() {
    for (attack, code, from, to) in [
        (
            "the token endpoint",
            ErrorCode::ResponseMixedUp,
            "good.example/token",
            "good.example/token2",
        ),
        (
            "the token endpoint's host",
            ErrorCode::ResponseMixedUp,
            "good.example/token",
            "evil.example/token",
        ),
        (
            "the issuer",
            ErrorCode::IssuerMismatch,
            "\"issuer\":\"https://good.example\"",
            "\"issuer\":\"https://evil.example\"",
        ),
    ] {
        let trace = expect_refused(attack, code, |attempt| {
            let changed = attempt.op.metadata().replacen(from, to, 1);
            assert_ne!(changed, attempt.op.metadata(), "{attack}");
            let url = attempt.op.url("/.well-known/openid-configuration");
            attempt.world.on(&url, move |_| json(200, &changed));
        });
        assert_eq!(
            (trace.count("/token"), trace.count("/jwks")),
            (0, 0),
            "{attack}"
        );
    }
}

#[test]
fn a_document_that_is_too_large_ends_the_sign_in() {
    for path in ["/.well-known/openid-configuration", "/token", "/jwks"] {
        let code = match path {
            "/token" => ErrorCode::TokenUnreachable,
            "/jwks" => ErrorCode::KeysUnreachable,
            _ => ErrorCode::DiscoveryUnreachable,
        };
        expect_refused(path, code, |attempt| {
            let url = attempt.op.url(path);
            attempt.world.on(&url, |_| Err(FetchError::TooLarge));
        });
    }
}

#[test]
fn userinfo_cannot_replace_what_the_provider_has_signed() {
    let (world, op) = world();
    let email = ("email", "\"ada@example.com\"".to_owned());
    op.claims.borrow_mut().push(email);
    op.userinfo.replace(
        r#"{"sub":"ada","email":"eve@example.com","iss":"https://evil.example","aud":"client-2","name":"Ada"}"#
            .to_owned(),
    );
    let session = expect_session(sign_in(&world, &op));
    assert_eq!(session.user.email.as_deref(), Some("ada@example.com"));
    assert_eq!(session.claims.text("iss"), Some(GOOD));
    assert_eq!(session.claims.text("aud"), Some("client-1"));
    assert_eq!(session.user.name.as_deref(), Some("Ada"));
}
