//! Whole sign-ins against a simulated world: what a person, an administrator or an attacker would
//! notice.

mod accounts;
mod auth_window;
mod expiry;
mod renewal;
mod sign_out;
mod silent;
mod storage;

use super::*;
use crate::config::{Config, ConfigError};
use crate::platform::Platform;
use crate::platform::simulated::{Form, Simulated, json};
use crate::protocol::Timestamp;
use crate::protocol::error::{Error, ErrorCode, Result, VendorCause};
use crate::protocol::http::{self, FetchError};
use crate::protocol::url::ReturnTo;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_executor::block_on;
use futures_util::FutureExt;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const PAGE: &str = "https://app.example.com/";
const GOOD: &str = "https://good.example";
const EVIL: &str = "https://evil.example";

/// A provider that answers as the specification says, with what a test wants changed.
#[derive(Clone)]
struct TestProvider {
    issuer: &'static str,
    key: Rc<RefCell<(String, SigningKey)>>,
    /// Members of the ID token that replace the right ones.
    claims: Rc<RefCell<Vec<(&'static str, String)>>>,
    /// The nonce of the request that is sign_in_answered.
    nonce: Rc<RefCell<String>>,
    /// The form of the last token request.
    token_request: Rc<RefCell<Option<Form>>>,
    userinfo: Rc<RefCell<String>>,
    iss_parameter_supported: bool,
}

fn signing_key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

impl TestProvider {
    fn new(world: &Simulated, issuer: &'static str, iss_parameter_supported: bool) -> TestProvider {
        let op = TestProvider {
            issuer,
            key: Rc::new(RefCell::new(("k1".to_owned(), signing_key(7)))),
            claims: Rc::default(),
            nonce: Rc::default(),
            token_request: Rc::default(),
            userinfo: Rc::new(RefCell::new(
                r#"{"sub":"ada","name":"Ada Lovelace","email":"ada@example.com"}"#.to_owned(),
            )),
            iss_parameter_supported,
        };
        let this = op.clone();
        world.on(&this.url("/.well-known/openid-configuration"), {
            let this = this.clone();
            move |_| json(200, &this.metadata())
        });
        world.on(&this.url("/jwks"), {
            let this = this.clone();
            move |_| json(200, &this.jwks())
        });
        world.on(&this.url("/token"), {
            let (this, now) = (this.clone(), Rc::clone(&world.0));
            move |form| {
                *this.token_request.borrow_mut() = Some(form.clone());
                json(200, &this.tokens(now.now.get()))
            }
        });
        world.on(&this.url("/userinfo"), move |_| {
            json(200, &this.userinfo.borrow())
        });
        op
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    fn metadata(&self) -> String {
        let issuer = self.issuer;
        format!(
            r#"{{"issuer":"{issuer}","authorization_endpoint":"{issuer}/auth","token_endpoint":"{issuer}/token","jwks_uri":"{issuer}/jwks","userinfo_endpoint":"{issuer}/userinfo","end_session_endpoint":"{issuer}/logout","authorization_response_iss_parameter_supported":{}}}"#,
            self.iss_parameter_supported
        )
    }

    fn jwks(&self) -> String {
        let (kid, key) = &*self.key.borrow();
        let point = key.verifying_key().to_encoded_point(false);
        let encode = |bytes: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(bytes.unwrap());
        format!(
            r#"{{"keys":[{{"kty":"EC","crv":"P-256","kid":"{kid}","x":"{}","y":"{}"}}]}}"#,
            encode(point.x()),
            encode(point.y())
        )
    }

    fn id_token(&self, now: Timestamp) -> String {
        let mut claims = crate::json::Json::parse_object(
            format!(
                r#"{{"iss":"{}","sub":"ada","aud":"client-1","exp":{},"iat":{now},"nonce":"{}"}}"#,
                self.issuer,
                now + 600,
                self.nonce.borrow()
            )
            .as_bytes(),
        )
        .unwrap();
        for (name, value) in self.claims.borrow().iter() {
            claims.insert(*name, crate::json::Json::parse(value.as_bytes()).unwrap());
        }
        let (kid, key) = &*self.key.borrow();
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let header = encode(&format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#));
        let input = format!("{header}.{}", encode(&claims.to_line()));
        let signature: Signature = key.sign(input.as_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn tokens(&self, now: Timestamp) -> String {
        format!(
            r#"{{"access_token":"AT-{}","id_token":"{}","token_type":"Bearer","expires_in":300}}"#,
            self.issuer,
            self.id_token(now)
        )
    }

    /// What the provider sends the browser back with, having seen the authorization request.
    fn respond(&self, request: &str) -> String {
        let request = query(request);
        *self.nonce.borrow_mut() = request["nonce"].clone();
        let iss = match self.iss_parameter_supported {
            true => format!(
                "&iss={}",
                self.issuer.replace(':', "%3A").replace('/', "%2F")
            ),
            false => String::new(),
        };
        format!(
            "code=C0DE-{}&state={}{iss}",
            self.issuer.len(),
            request["state"]
        )
    }
}

fn query(url: &str) -> Form {
    let query = url.split_once('?').unwrap().1;
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

fn config() -> Config {
    config_with("")
}

/// With more settings for the good provider.
fn config_with(settings: &str) -> Config {
    Config::from_text(
        format!(
            r#"{{"providers":[
                {{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"{settings}}},
                {{"id":"evil","kind":"oidc","client_id":"client-1","issuer":"{EVIL}"}}
            ]}}"#
        )
        .as_bytes(),
    )
    .unwrap()
}

impl Auth<Simulated> {
    fn current_session(&self) -> Option<Rc<Session>> {
        self.parts.sessions.current()
    }

    fn renewal_in(&self, session: &Session, failures: u32) -> i64 {
        self.parts.renewer.renewal_in(session, failures)
    }
}

/// The message with which another tab sends this stored session.
fn session_message(stored: &str) -> String {
    format!(r#"{{"session":{{"session":{stored},"inactive":false,"active_at":0}}}}"#)
}

/// The session of a page with this configuration.
fn auth(world: &Simulated, config: Config) -> Auth<Simulated> {
    let resolved = config.resolve(&world.page_url()).unwrap();
    Auth::new(world.clone(), resolved)
}

/// The page after a load: a new `Auth` over the same world.
fn load(world: &Simulated) -> Auth<Simulated> {
    world.forget_clock();
    auth(world, config())
}

fn load_with(world: &Simulated, settings: &str) -> Auth<Simulated> {
    auth(world, config_with(settings))
}

fn world() -> (Simulated, TestProvider) {
    let world = Simulated::new(PAGE);
    let op = TestProvider::new(&world, GOOD, true);
    (world, op)
}

fn start_sign_in(world: &Simulated, provider: &str) -> String {
    block_on(load(world).sign_in(provider, SignInOptions::default())).unwrap();
    world.0.navigations.borrow().last().unwrap().clone()
}

fn return_with(world: &Simulated, response: &str) -> AuthState {
    *world.0.response.borrow_mut() = Some(response.to_owned());
    block_on(load(world).resume())
}

/// A whole sign-in at the good provider.
fn sign_in(world: &Simulated, op: &TestProvider) -> AuthState {
    let request = start_sign_in(world, "good");
    return_with(world, &op.respond(&request))
}

#[track_caller]
fn expect_session(state: AuthState) -> Rc<Session> {
    match state {
        AuthState::SignedIn(session) => session,
        other => panic!("nobody is signed in: {other:?}"),
    }
}

#[track_caller]
fn expect_error(state: AuthState) -> Error {
    match state {
        AuthState::Failed(error) => error,
        other => panic!("no failure: {other:?}"),
    }
}

#[test]
fn a_person_signs_in_and_is_still_signed_in_after_a_reload() {
    let (world, op) = world();
    *world.0.path.borrow_mut() = "/?tab=2#part".to_owned();
    let session = expect_session(sign_in(&world, &op));
    assert_eq!(session.user.display_name(), "Ada Lovelace");
    assert_eq!(session.user.email.as_deref(), Some("ada@example.com"));
    assert_eq!(session.expires_at, world.0.now.get() + 300);
    assert_eq!(*world.0.path.borrow(), "/?tab=2#part");

    let again = expect_session(block_on(load(&world).resume()));
    assert_eq!(again, session);
    assert_eq!(again.user, session.user);
    assert_eq!(world.count(&op.url("/token")), 1);
}

#[test]
fn the_code_is_redeemed_with_the_verifier_of_its_own_request() {
    let (world, op) = world();
    let request = query(&start_sign_in(&world, "good"));
    let response = format!(
        "code=x&state={}&iss=https%3A%2F%2Fgood.example",
        request["state"]
    );
    return_with(&world, &response);
    let form = op.token_request.borrow().clone().unwrap();
    let digest = Sha256::digest(&form["code_verifier"]);
    let challenge = URL_SAFE_NO_PAD.encode(digest);
    assert_eq!(challenge, request["code_challenge"]);
    assert_eq!(form["redirect_uri"], request["redirect_uri"]);
    assert_eq!(form["redirect_uri"], PAGE);
    assert_eq!(form["client_id"], "client-1");
}

#[test]
fn every_request_has_its_own_state_nonce_and_challenge() {
    let (world, _) = world();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let request = query(&start_sign_in(&world, "good"));
        for name in ["state", "nonce", "code_challenge"] {
            assert!(seen.insert(request[name].clone()), "{name} came twice");
        }
    }
}

#[test]
fn nothing_secret_of_the_request_stays_behind_after_the_sign_in() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let form = op.token_request.borrow().clone().unwrap();
    let stored = world.stored();
    for secret in [&form["code"], &form["code_verifier"]] {
        assert!(!stored.contains(secret.as_str()));
    }
    assert_eq!(world.storage_keys("vestibule.").len(), 1);
}

#[test]
fn the_same_response_a_second_time_is_not_redeemed() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    let response = op.respond(&request);
    expect_session(return_with(&world, &response));
    // Still signed in, and nothing was sent.
    expect_session(return_with(&world, &response));
    assert_eq!(world.count(&op.url("/token")), 1);

    block_on(load(&world).sign_out(SignOutOptions {
        local: true,
        ..SignOutOptions::default()
    }));
    let error = expect_error(return_with(&world, &response));
    assert_eq!(error.code, ErrorCode::StateUnknown);
    assert_eq!(world.count(&op.url("/token")), 1);
}

#[test]
fn a_forged_response_is_not_redeemed() {
    let (world, op) = world();
    start_sign_in(&world, "good");
    for forged in [
        "code=evil&state=vst_guess",
        "code=evil&state=vst_",
        "error=access_denied&state=vst_guess",
    ] {
        let error = expect_error(return_with(&world, forged));
        assert_eq!(error.code, ErrorCode::StateUnknown, "{forged}");
    }
    // Another client's response on the same page is none of our business.
    let state = return_with(&world, "code=theirs&state=theirs");
    assert_eq!(
        state,
        AuthState::SignedOut {
            reason: SignedOutReason::Interrupted
        }
    );
    assert_eq!(world.count(&op.url("/token")), 0);
}

#[test]
fn a_response_in_another_tab_is_not_redeemed() {
    let (world, op) = world();
    let response = op.respond(&start_sign_in(&world, "good"));
    world.0.storage.borrow_mut().clear();
    let error = expect_error(return_with(&world, &response));
    assert_eq!(error.code, ErrorCode::StateUnknown);
    assert_eq!(world.count(&op.url("/token")), 0);
}

#[test]
fn a_code_of_the_good_provider_never_reaches_the_evil_one() {
    // The evil provider forwards the person to the good one, with the state of our request to it
    // (RFC 9700 §4.4.1).
    for iss_parameter_supported in [true, false] {
        let world = Simulated::new(PAGE);
        let good = TestProvider::new(&world, GOOD, true);
        let evil = TestProvider::new(&world, EVIL, iss_parameter_supported);
        let request = start_sign_in(&world, "evil");
        let response = good.respond(&request);
        let error = expect_error(return_with(&world, &response));
        assert_eq!(error.code, ErrorCode::ResponseMixedUp);
        for op in [&good, &evil] {
            assert_eq!(world.count(&op.url("/token")), 0, "{}", op.issuer);
        }
    }
}

#[test]
fn providers_that_do_not_name_themselves_are_told_apart_by_their_redirect_uris() {
    const OF_GOOD: &str = "https://app.example.com/good.html";
    let settings = format!(r#","redirect_uri":"{OF_GOOD}""#);
    for (asked, mixed_up) in [("good", false), ("evil", true)] {
        let world = Simulated::new(PAGE);
        let good = TestProvider::new(&world, GOOD, false);
        let evil = TestProvider::new(&world, EVIL, false);
        let begun = load_with(&world, &settings).sign_in(asked, SignInOptions::default());
        block_on(begun).unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        // What the good provider answers comes to the address that is registered there.
        let arrived = Simulated::new(OF_GOOD);
        *arrived.0.storage.borrow_mut() = world.0.storage.borrow().clone();
        let ops = [
            TestProvider::new(&arrived, GOOD, false),
            TestProvider::new(&arrived, EVIL, false),
        ];
        ops[0].nonce.replace(query(&request)["nonce"].clone());
        *arrived.0.response.borrow_mut() = Some(good.respond(&request));
        let state = block_on(load_with(&arrived, &settings).resume());
        if mixed_up {
            assert_eq!(expect_error(state).code, ErrorCode::ResponseMixedUp);
            for op in &ops {
                assert_eq!(arrived.count(&op.url("/token")), 0, "{}", op.issuer);
            }
        } else {
            assert_eq!(query(&request)["redirect_uri"], OF_GOOD);
            expect_session(state);
        }
        assert_eq!(evil.token_request.borrow().as_ref(), None);
    }
}

#[test]
fn a_token_endpoint_that_changes_under_way_gets_no_code() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    let moved = op
        .metadata()
        .replace("good.example/token", "good.example/token2");
    world.on(&op.url("/.well-known/openid-configuration"), move |_| {
        json(200, &moved)
    });
    world.on(&op.url("/token2"), |_| panic!("the code was sent"));
    let error = expect_error(return_with(&world, &op.respond(&request)));
    assert_eq!(error.code, ErrorCode::ResponseMixedUp);
}

#[test]
fn an_endpoint_written_into_storage_is_not_used() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    for value in world.0.storage.borrow_mut().values_mut() {
        *value = value.replace("https://good.example/token", "https://evil.example/token");
    }
    world.on("https://evil.example/token", |_| {
        panic!("the code was sent")
    });
    let error = expect_error(return_with(&world, &op.respond(&request)));
    assert_eq!(error.code, ErrorCode::ResponseMixedUp);
}

#[test]
fn two_sign_ins_at_once_do_not_disturb_each_other() {
    let (world, op) = world();
    let first = start_sign_in(&world, "good");
    let second = start_sign_in(&world, "good");
    expect_session(return_with(&world, &op.respond(&second)));
    // The later one has finished; the earlier one is history.
    world.0.now.set(world.0.now.get() + 1);
    let third = start_sign_in(&world, "good");
    expect_session(return_with(&world, &op.respond(&third)));
    expect_session(return_with(&world, &op.respond(&first)));
    assert_eq!(world.count(&op.url("/token")), 2);
}

#[test]
fn an_id_token_that_breaks_a_rule_leaves_no_session() {
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
fn a_signature_of_another_key_leaves_no_session() {
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
fn keys_are_fetched_once_more_for_an_unknown_kid() {
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
fn keys_are_not_fetched_again_and_again() {
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
fn userinfo_about_somebody_else_ends_the_sign_in() {
    let (world, op) = world();
    *op.userinfo.borrow_mut() = r#"{"sub":"eve","name":"Ada Lovelace"}"#.to_owned();
    assert_eq!(
        expect_error(sign_in(&world, &op)).code,
        ErrorCode::UserinfoSubject
    );
    assert!(!world.stored().contains("AT-"));
}

#[test]
fn userinfo_that_does_not_answer_keeps_nobody_out() {
    let (world, op) = world();
    world.on(&op.url("/userinfo"), |_| Err(FetchError::Timeout));
    let session = expect_session(sign_in(&world, &op));
    assert_eq!(session.user.display_name(), "ada");
}

#[test]
fn a_network_that_fails_ends_at_its_own_error_and_the_picker_works_again() {
    let urls = ["/.well-known/openid-configuration", "/token", "/jwks"];
    let codes = [
        ErrorCode::DiscoveryUnreachable,
        ErrorCode::TokenUnreachable,
        ErrorCode::KeysUnreachable,
    ];
    for (url, unreachable) in urls.into_iter().zip(codes) {
        for (failure, code) in [
            (FetchError::Unreachable, unreachable),
            (FetchError::Timeout, ErrorCode::NetworkTimeout),
            (FetchError::Offline, ErrorCode::NetworkOffline),
        ] {
            let (world, op) = world();
            let response = op.respond(&start_sign_in(&world, "good"));
            world.on(&op.url(url), move |_| Err(failure));
            let error = expect_error(return_with(&world, &response));
            assert_eq!(error.code, code, "{url}");
            assert!(error.retryable(), "{url}");
            assert!(world.count(&op.url("/token")) <= 1);
            // The network is back: a new attempt succeeds.
            let op = TestProvider::new(&world, GOOD, true);
            expect_session(sign_in(&world, &op));
        }
    }
}

#[test]
fn a_refusal_of_the_provider_is_told_without_a_request() {
    let (world, op) = world();
    let state = query(&start_sign_in(&world, "good"))["state"].clone();
    let fetched = world.0.fetched.borrow().len();
    let response = format!(
        "error=access_denied&error_description=No&state={state}&iss=https%3A%2F%2Fgood.example"
    );
    let error = expect_error(return_with(&world, &response));
    assert_eq!(error.code, ErrorCode::ProviderDenied);
    assert_eq!(error.details.as_deref(), Some("access_denied: No"));
    assert_eq!(world.0.fetched.borrow().len(), fetched);
    assert_eq!(world.count(&op.url("/token")), 0);
}

#[test]
fn who_is_signed_in_stays_so_when_a_further_sign_in_is_refused() {
    let (world, op) = world();
    let first = expect_session(sign_in(&world, &op));
    let state = query(&start_sign_in(&world, "good"))["state"].clone();
    let response = format!("error=access_denied&state={state}&iss=https%3A%2F%2Fgood.example");
    *world.0.response.borrow_mut() = Some(response.clone());
    let auth = load(&world);
    assert_eq!(expect_session(block_on(auth.resume())), first);
    let refusal = auth.take_callback_error().map(|error| error.code);
    assert_eq!(refusal, Some(ErrorCode::ProviderDenied));
    assert_eq!(auth.take_callback_error(), None);

    // The same answer once more is nothing to tell.
    *world.0.response.borrow_mut() = Some(response);
    assert_eq!(expect_session(block_on(auth.resume())), first);
    assert_eq!(auth.take_callback_error(), None);
}

#[test]
fn an_error_never_repeats_what_was_sent() {
    let (world, op) = world();
    let response = op.respond(&start_sign_in(&world, "good"));
    world.on(&op.url("/token"), |form| {
        let reason = format!("code {} verifier {}", form["code"], form["code_verifier"]);
        json(
            400,
            &format!(r#"{{"error":"invalid_grant","error_description":"{reason}"}}"#),
        )
    });
    let error = expect_error(return_with(&world, &response));
    assert_eq!(error.code, ErrorCode::TokenRejected);
    let details = error.details.unwrap();
    assert!(details.contains("code … verifier …"), "{details}");
}

#[test]
fn an_error_never_repeats_a_secret_of_a_web_client() {
    let (world, op) = world();
    let text = format!(
        r#"{{"providers":[{{"id":"good","kind":"google","client_id":"client-1","client_secret":"GOCSPX-quoted","issuer":"{GOOD}"}}]}}"#
    );
    let config = Config::from_text(text.as_bytes()).unwrap();
    let auth = auth(&world, config);
    let sign_in = || {
        block_on(auth.sign_in("good", SignInOptions::default())).unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        *world.0.response.borrow_mut() = Some(op.respond(&request));
        block_on(auth.resume())
    };
    let quoting = |form: &Form| {
        let reason = format!("bad secret {}", form["client_secret"]);
        json(
            400,
            &format!(r#"{{"error":"invalid_request","error_description":"{reason}"}}"#),
        )
    };
    world.on(&op.url("/token"), quoting);
    let refused = expect_error(sign_in()).details.unwrap();
    assert!(refused.contains("bad secret …"), "{refused}");

    let good = op.clone();
    let now = Rc::clone(&world.0.now);
    world.on(&op.url("/token"), move |form| {
        if form["grant_type"] == "refresh_token" {
            return quoting(form);
        }
        let id_token = good.id_token(now.get());
        json(
            200,
            &format!(
                r#"{{"access_token":"AT-1","refresh_token":"RT-1","id_token":"{id_token}","token_type":"Bearer","expires_in":300}}"#
            ),
        )
    });
    expect_session(sign_in());
    let renewal = block_on(auth.renew(i64::MAX));
    let RenewalOutcome::Failed(error) = renewal else {
        panic!("{renewal:?}");
    };
    let refused = error.details.unwrap();
    assert!(refused.contains("bad secret …"), "{refused}");
}

#[test]
fn a_reload_while_the_answer_is_checked_ends_at_a_word_about_it() {
    let (world, op) = world();
    let response = op.respond(&start_sign_in(&world, "good"));
    // The page is gone before the token endpoint answers.
    world.0.unresponsive.borrow_mut().push(op.url("/token"));
    *world.0.response.borrow_mut() = Some(response.clone());
    let auth = load(&world);
    let mut resume = Box::pin(auth.resume());
    while world.count(&op.url("/token")) == 0 {
        assert!(resume.as_mut().now_or_never().is_none());
    }
    drop(resume);

    let interrupted = AuthState::SignedOut {
        reason: SignedOutReason::Interrupted,
    };
    assert_eq!(block_on(load(&world).resume()), interrupted);
    assert_eq!(
        expect_error(return_with(&world, &response)).code,
        ErrorCode::StateUnknown
    );
    assert!(!world.stored().contains("code_verifier\":\""));
}

#[test]
fn a_sign_in_that_takes_too_long_has_to_be_begun_again() {
    let (world, op) = world();
    let response = op.respond(&start_sign_in(&world, "good"));
    world.0.now.set(world.0.now.get() + 3600);
    assert_eq!(
        expect_error(return_with(&world, &response)).code,
        ErrorCode::StateUnknown
    );
    assert!(world.storage_keys("vestibule.").is_empty());
}

#[test]
fn storage_that_is_full_or_forbidden_is_said_before_the_person_leaves() {
    let (world, _) = world();
    world.0.storage_quota.set(0);
    let error = block_on(load(&world).sign_in("good", SignInOptions::default())).unwrap_err();
    assert_eq!(error.code, ErrorCode::StorageUnavailable);
    assert!(world.0.navigations.borrow().is_empty());
}

#[test]
fn storage_that_has_no_room_for_the_session_is_said() {
    let (world, op) = world();
    let response = op.respond(&start_sign_in(&world, "good"));
    world.0.storage_quota.set(700);
    assert_eq!(
        expect_error(return_with(&world, &response)).code,
        ErrorCode::StorageUnavailable
    );
}

#[test]
fn a_page_without_cryptography_sends_nobody_away() {
    let (world, _) = world();
    world.0.has_crypto.set(false);
    let error = block_on(load(&world).sign_in("good", SignInOptions::default())).unwrap_err();
    assert_eq!(error.code, ErrorCode::CryptoUnavailable);
    assert!(world.0.navigations.borrow().is_empty());
}

#[test]
fn a_session_ends_when_its_token_does() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let auth = load(&world);
    world.0.now.set(world.0.now.get() + 299);
    assert_eq!(block_on(auth.check()), None);
    world.0.now.set(world.0.now.get() + 1);
    let expired = AuthState::SignedOut {
        reason: SignedOutReason::Expired,
    };
    assert_eq!(block_on(auth.check()), Some(expired));
    assert!(!world.stored().contains("AT-"));
}

#[test]
fn what_does_not_belong_in_storage_is_removed_and_not_believed() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let good = world.storage_read("vestibule.session").unwrap();
    for bad in [
        String::new(),
        "null".to_owned(),
        "{}".to_owned(),
        good[..good.len() / 2].to_owned(),
        good.replace("\"version\":3", "\"version\":2"),
        good.replace("\"subject\":\"ada\"", "\"subject\":\"eve\""),
        good.replace("\"sub\":\"ada\"", "\"sub\":\"eve\""),
        good.replace("\"client_id\":\"client-1\"", "\"client_id\":\"client-2\""),
        good.replace("\"provider\":\"good\"", "\"provider\":\"gone\""),
        good.replace(
            "\"issuer\":\"https://good.example\"",
            "\"issuer\":\"https://evil.example\"",
        ),
        good.replace("\"id_token\":\"", "\"id_token\":\"x"),
    ] {
        assert_ne!(bad, good);
        world.storage_write("vestibule.session", &bad).unwrap();
        let state = block_on(load(&world).resume());
        assert_eq!(
            state,
            AuthState::SignedOut {
                reason: SignedOutReason::NeverSignedIn
            },
            "{bad}"
        );
        assert_eq!(world.storage_read("vestibule.session"), None, "{bad}");
    }
    world
        .storage_write("vestibule.transaction.vst_x", "{\"version\":1}")
        .unwrap();
    let error = expect_error(return_with(&world, "code=x&state=vst_x"));
    assert_eq!(error.code, ErrorCode::StateUnknown);
}

#[test]
fn signing_out_goes_by_the_provider_and_comes_back_signed_out() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let done = block_on(load(&world).sign_out(SignOutOptions::default()));
    assert_eq!(done, SignOutOutcome::Redirecting);
    let url = world.0.navigations.borrow().last().unwrap().clone();
    assert!(url.starts_with("https://good.example/logout?"));
    let request = query(&url);
    assert_eq!(request["post_logout_redirect_uri"], PAGE);
    assert!(request["id_token_hint"].starts_with("ey"));
    assert!(!world.stored().contains("AT-"), "tokens were left behind");

    let signed_out = AuthState::SignedOut {
        reason: SignedOutReason::SignedOut,
    };
    assert_eq!(
        return_with(&world, &format!("state={}", request["state"])),
        signed_out
    );
    let fresh = AuthState::SignedOut {
        reason: SignedOutReason::NeverSignedIn,
    };
    assert_eq!(block_on(load(&world).resume()), fresh);
}

#[test]
fn a_return_from_sign_out_with_another_state_or_none_does_not_say_that_the_provider_knows() {
    for response in ["state=vst_other", "state=foreign", ""] {
        let (world, op) = world();
        expect_session(sign_in(&world, &op));
        block_on(load(&world).sign_out(SignOutOptions::default()));
        let here = AuthState::SignedOut {
            reason: SignedOutReason::SignedOutHere,
        };
        assert_eq!(return_with(&world, response), here, "{response}");
    }
    // Nor does a forged return sign anybody out.
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    expect_session(return_with(&world, "state=vst_forged"));
}

#[test]
fn signing_out_works_without_the_provider() {
    let here = SignOutOutcome::Done(SignedOutReason::SignedOutHere);
    let (local_world, op) = world();
    expect_session(sign_in(&local_world, &op));
    assert_eq!(
        block_on(load(&local_world).sign_out(SignOutOptions {
            local: true,
            ..SignOutOptions::default()
        })),
        here
    );
    assert_eq!(local_world.0.navigations.borrow().len(), 1);
    assert!(local_world.storage_keys("vestibule.").is_empty());

    let (broken_world, op) = world();
    expect_session(sign_in(&broken_world, &op));
    broken_world.on(&op.url("/.well-known/openid-configuration"), |_| {
        Err(FetchError::Offline)
    });
    assert_eq!(
        block_on(load(&broken_world).sign_out(SignOutOptions::default())),
        here
    );
    assert!(broken_world.storage_keys("vestibule.").is_empty());

    let (silent_world, op) = world();
    expect_session(sign_in(&silent_world, &op));
    let silent = op.metadata().replace("end_session_endpoint", "x");
    silent_world.on(&op.url("/.well-known/openid-configuration"), move |_| {
        json(200, &silent)
    });
    assert_eq!(
        block_on(load(&silent_world).sign_out(SignOutOptions::default())),
        here
    );
}

/// Lets the provider revoke tokens; what it was message comes to stand in the list.
fn offer_revocation(world: &Simulated, op: &TestProvider) -> Rc<RefCell<Vec<Form>>> {
    let metadata = op.metadata();
    let metadata = metadata.replacen(
        '{',
        &format!(r#"{{"revocation_endpoint":"{}","#, op.url("/revoke")),
        1,
    );
    world.on(&op.url("/.well-known/openid-configuration"), move |_| {
        json(200, &metadata)
    });
    let message = Rc::new(RefCell::new(Vec::new()));
    world.on(&op.url("/revoke"), {
        let message = Rc::clone(&message);
        move |form| {
            message.borrow_mut().push(form.clone());
            json(200, "")
        }
    });
    message
}

#[test]
fn signing_out_takes_the_token_back_before_the_page_is_left() {
    let (world, op) = world();
    let message = offer_revocation(&world, &op);
    expect_session(sign_in(&world, &op));
    let done = block_on(load(&world).sign_out(SignOutOptions::default()));
    assert_eq!(done, SignOutOutcome::Redirecting);
    let message = message.borrow();
    assert_eq!(message.len(), 1);
    assert_eq!(message[0]["token"], format!("AT-{GOOD}"));
    assert_eq!(message[0]["token_type_hint"], "access_token");
    assert_eq!(message[0]["client_id"], "client-1");
}

#[test]
fn tokens_are_not_taken_back_where_that_is_switched_off_or_the_sign_out_is_local() {
    for (settings, options) in [
        (r#","revoke":false"#, SignOutOptions::default()),
        (
            "",
            SignOutOptions {
                local: true,
                ..SignOutOptions::default()
            },
        ),
    ] {
        let (world, op) = world();
        let message = offer_revocation(&world, &op);
        expect_session(sign_in(&world, &op));
        block_on(load_with(&world, settings).sign_out(options));
        assert!(message.borrow().is_empty(), "{settings}");
    }
}

#[test]
fn tokens_that_are_to_be_taken_back_are_without_the_page_being_left() {
    // PreparedRequest for like this, whatever the configuration says of sign-outs.
    for settings in ["", r#","revoke":false"#] {
        let (world, op) = world();
        let message = offer_revocation(&world, &op);
        expect_session(sign_in(&world, &op));
        let done = block_on(load_with(&world, settings).revoke());
        assert_eq!(done, SignOutOutcome::Done(SignedOutReason::SignedOutHere));
        assert_eq!(message.borrow()[0]["token"], format!("AT-{GOOD}"));
        assert_eq!(world.0.navigations.borrow().len(), 1);
        assert!(world.storage_keys("vestibule.").is_empty());
    }
}

#[test]
fn a_provider_that_does_not_take_tokens_back_keeps_nobody_signed_in() {
    let (world, op) = world();
    let _told = offer_revocation(&world, &op);
    world.on(&op.url("/revoke"), |_| Err(FetchError::Timeout));
    expect_session(sign_in(&world, &op));
    let done = block_on(load(&world).sign_out(SignOutOptions::default()));
    assert_eq!(done, SignOutOutcome::Redirecting);
    assert!(!world.stored().contains("AT-"));
}

#[test]
fn the_sign_out_address_may_be_the_administrator_s() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let auth = load_with(
        &world,
        r#","end_session_endpoint":"https://good.example/v2/logout","end_session_params":{"returnTo":"https://app.example.com/"}"#,
    );
    block_on(auth.sign_out(SignOutOptions::default()));
    let url = world.0.navigations.borrow().last().unwrap().clone();
    assert!(url.starts_with("https://good.example/v2/logout?"), "{url}");
    assert_eq!(query(&url)["returnTo"], "https://app.example.com/");
}

#[test]
fn documents_of_the_configuration_stand_in_for_those_that_a_page_cannot_read() {
    let (world, op) = world();
    for path in ["/.well-known/openid-configuration", "/jwks"] {
        world.on(&op.url(path), |_| Err(FetchError::Unreachable));
    }
    let settings = format!(r#","metadata":{},"jwks":{}"#, op.metadata(), op.jwks());
    block_on(load_with(&world, &settings).sign_in("good", SignInOptions::default())).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    expect_session(block_on(load_with(&world, &settings).resume()));
    let fetched = world.0.fetched.borrow();
    assert!(
        !fetched
            .iter()
            .any(|url| url.ends_with("/jwks") || url.contains(".well-known")),
        "{fetched:?}"
    );
}

#[test]
fn documents_of_the_configuration_are_judged_as_fetched_ones_are() {
    let (world, op) = world();
    let foreign = op.metadata().replacen(GOOD, EVIL, 1);
    let auth = load_with(&world, &format!(r#","metadata":{foreign}"#));
    let error = block_on(auth.sign_in("good", SignInOptions::default())).unwrap_err();
    assert_eq!(error.code, ErrorCode::IssuerMismatch);
    assert!(world.0.navigations.borrow().is_empty());
}

#[test]
fn the_code_goes_to_the_administrator_s_own_token_endpoint() {
    let (world, op) = world();
    let settings = r#","token_endpoint":"https://app.example.com/token""#;
    let (this, now) = (op.clone(), Rc::clone(&world.0));
    world.on("https://app.example.com/token", move |_| {
        json(200, &this.tokens(now.now.get()))
    });
    block_on(load_with(&world, settings).sign_in("good", SignInOptions::default())).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    expect_session(block_on(load_with(&world, settings).resume()));
    assert!(op.token_request.borrow().is_none());
}

#[test]
fn a_person_without_an_e_mail_address_stays_out_where_one_is_required() {
    let settings = r#","require_email":true"#;
    let attempt = |world: &Simulated, op: &TestProvider| {
        block_on(load_with(world, settings).sign_in("good", SignInOptions::default())).unwrap();
        let request = world.0.navigations.borrow().last().unwrap().clone();
        *world.0.response.borrow_mut() = Some(op.respond(&request));
        block_on(load_with(world, settings).resume())
    };
    let (world, op) = world();
    *op.userinfo.borrow_mut() = r#"{"sub":"ada","name":"Ada Lovelace"}"#.to_owned();
    let error = expect_error(attempt(&world, &op));
    assert_eq!(error.code, ErrorCode::EmailMissing);
    assert_eq!(error.provider.as_deref(), Some("good"));
    assert!(!world.stored().contains("AT-"));

    *op.userinfo.borrow_mut() = r#"{"sub":"ada","email":"ada@example.com"}"#.to_owned();
    expect_session(attempt(&world, &op));
}

#[test]
fn an_error_tells_what_the_provider_s_words_mean() {
    let (world, op) = world();
    world.on(&op.url("/token"), |_| {
        json(401, r#"{"error":"invalid_client"}"#)
    });
    let error = expect_error(sign_in(&world, &op));
    assert_eq!(error.code, ErrorCode::TokenRejected);
    assert_eq!(error.cause, Some(VendorCause::NotSinglePage));
}

#[test]
fn a_way_back_to_another_origin_is_not_taken() {
    let (world, op) = world();
    let options = SignInOptions {
        return_to: ReturnTo::parse("/reports?year=1843"),
        ..SignInOptions::default()
    };
    block_on(load(&world).sign_in("good", options)).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    for value in world.0.storage.borrow_mut().values_mut() {
        *value = value.replace("/reports?year=1843", "//evil.example/");
    }
    expect_session(return_with(&world, &op.respond(&request)));
    assert_eq!(*world.0.path.borrow(), "/");
}

#[test]
fn the_redirect_uri_is_the_page_s_folder_or_the_configured_one_on_its_origin() {
    let config = |uri: &str| {
        let text = format!(
            r#"{{"redirect_uri":"{uri}","providers":[{{"id":"good","kind":"oidc","client_id":"c","issuer":"{GOOD}"}}]}}"#
        );
        Config::from_text(text.as_bytes()).unwrap()
    };
    let page = Simulated::new("https://app.example.com/sign-in/index.html");
    let auth = auth(&page, self::config());
    assert_eq!(
        auth.parts.providers.redirect_uri(&auth.providers()[0]),
        "https://app.example.com/sign-in/"
    );
    let resolve = |uri| config(uri).resolve(&page.page_url());
    assert!(resolve("https://app.example.com/callback").is_ok());
    let Err(ConfigError::Invalid(mistakes)) = resolve("https://other.example.com/") else {
        panic!("nothing was found");
    };
    assert_eq!(mistakes[0].path, "redirect_uri");
}
