//! What comes from session storage and from other tabs: nothing in it changes who is signed in.

use super::{ACCEPTED, NOW, Outcome, object};
use crate::config::ResolvedConfig;
use crate::json::{Json, Object};
use crate::platform::Platform;
use crate::platform::simulated::{Simulated, json};
use crate::protocol::error::ErrorCode;
use crate::protocol::url::ReturnTo;
use crate::session::{Auth, AuthState, RenewalOutcome, Session, SignedOutReason};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

const PAGE: &str = "https://app.example.com/";
const ISSUER: &str = "https://id.example.com";
const TRANSACTION: &str = "vestibule.transaction.vst_1";

/// Runs a future of the simulated platform to its end.
pub(super) fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..100_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("it doesn't end");
}

thread_local! {
    /// One without options, one with all that concern times, and one that keeps sessions in memory.
    static CONFIGS: [ResolvedConfig; 3] = [
        "",
        r#""several_accounts":true,"idle_timeout":600,"max_session":3600,"silent_renew":true,"#,
        r#""several_accounts":true,"idle_timeout":600,"storage":"memory","#,
    ]
    .map(|options| {
        let config = format!(
            r#"{{{options}"providers":[{{"id":"sso","kind":"oidc","client_id":"client-1","issuer":"{ISSUER}"}}]}}"#
        );
        ResolvedConfig::from_text(config.as_bytes(), PAGE).expect("it is valid")
    });
}

/// What the names of the provider's records end with.
fn digest() -> String {
    CONFIGS.with(|configs| configs[0].providers[0].client_digest().to_owned())
}

/// The name of the current session's record.
fn session_key() -> String {
    format!("vestibule.session.{}", digest())
}

/// The page, loaded in this world.
fn load(world: &Simulated, config: usize) -> Auth<Simulated> {
    let config = CONFIGS.with(|configs| configs[config].clone());
    Auth::new(world.clone(), config)
}

/// Nobody is signed in but the person that the stored ID token names, at a provider of the configuration.
fn check_session(session: &Session) {
    assert_eq!(
        (&*session.provider, &*session.client_id),
        ("sso", "client-1")
    );
    assert_eq!(session.claims.text("sub"), Some(&*session.user.subject));
    assert_eq!(session.claims.text("iss"), Some(&*session.issuer));
    assert_eq!(
        (&session.user.issuer, &*session.user.provider),
        (&session.issuer, "sso")
    );
    let shown = format!("{session:?}");
    assert!(!shown.contains("AT-") && !shown.contains("RT-"), "{shown}");
}

/// What a page does with a session, minute by minute: none of it fails because of odd times.
fn live(auth: &Auth<Simulated>, session: &Session) {
    auth.is_renewable(session);
    for failures in [0, 3] {
        assert!(auth.next_check_in(session, failures) >= 1);
    }
    auth.seconds_left(session);
    auth.expiry(session);
    auth.ends_at(session);
    auth.warning();
    auth.note_activity();
    auth.accounts();
    finish(auth.check());
    if let RenewalOutcome::Valid(renewed) = finish(auth.renew(60)) {
        check_session(&renewed);
    }
}

/// A stored session is restored for the person its ID token names, or removed.
pub(super) fn session(input: &[u8]) -> Outcome {
    let stored = String::from_utf8_lossy(input);
    let mut outcome = Outcome::new();
    for config in [1, 0] {
        let world = Simulated::new(PAGE);
        world.storage_write(&session_key(), &stored).unwrap();
        let auth = load(&world, config);
        outcome = match finish(auth.resume()) {
            AuthState::SignedIn(session) => {
                check_session(&session);
                let record = object(stored.as_bytes()).expect("it is an object");
                check_record(&record, &session);
                // Loading the page again changes nothing.
                match finish(load(&world, config).resume()) {
                    AuthState::SignedIn(again) => assert_eq!(again, session),
                    other => panic!("it is restored once: {other:?}"),
                }
                live(&auth, &session);
                format!(
                    "{ACCEPTED} {} {}",
                    session.expires_at > NOW,
                    session.refresh_token_expires_at.is_some()
                )
            }
            AuthState::SignedOut { reason } => {
                assert_eq!(
                    world.storage_keys("vestibule."),
                    Vec::<String>::new(),
                    "it stays"
                );
                format!("{reason:?}")
            }
            other => panic!("{other:?}"),
        };
        for url in world.0.fetched.take() {
            assert!(url.starts_with(&format!("{ISSUER}/")), "{url} was fetched");
        }
    }
    outcome
}

fn check_record(record: &Object, session: &Session) {
    assert_eq!(record.get("version"), Some(&Json::Integer(3)));
    assert_eq!(record.text("issuer"), Some(&*session.issuer));
    assert_eq!(record.text("subject"), Some(&*session.user.subject));
    let payload = record
        .text("id_token")
        .and_then(|token| token.split('.').nth(1));
    let payload = URL_SAFE_NO_PAD
        .decode(payload.expect("it has an ID token"))
        .unwrap();
    let signed = object(&payload).expect("the claims are an object");
    assert_eq!(signed.text("sub"), Some(&*session.user.subject));
    assert_eq!(signed.text("iss"), Some(&*session.issuer));
}

/// A stored transaction sends its code to the provider of the configuration, once, or nowhere.
pub(super) fn transaction(input: &[u8]) -> Outcome {
    let stored = String::from_utf8_lossy(input);
    let world = Simulated::new(PAGE);
    let metadata = format!(
        r#"{{"issuer":"{ISSUER}","authorization_endpoint":"{ISSUER}/auth","token_endpoint":"{ISSUER}/token","jwks_uri":"{ISSUER}/jwks"}}"#
    );
    world.on(
        &format!("{ISSUER}/.well-known/openid-configuration"),
        move |_| json(200, &metadata),
    );
    world.on(&format!("{ISSUER}/token"), |form| {
        assert_eq!((&*form["client_id"], &*form["code"]), ("client-1", "C0DE"));
        json(400, r#"{"error":"invalid_grant"}"#)
    });
    world.storage_write(TRANSACTION, &stored).unwrap();
    let mut outcomes = Vec::new();
    for _ in 0..2 {
        *world.0.response.borrow_mut() = Some("code=C0DE&state=vst_1".to_owned());
        match finish(load(&world, 0).resume()) {
            AuthState::Failed(error) => outcomes.push(error.code),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        outcomes[1],
        ErrorCode::StateUnknown,
        "a response is processed twice"
    );
    let token = format!("{ISSUER}/token");
    assert!(world.count(&token) <= 1);
    for url in world.0.fetched.borrow().iter() {
        assert!(url.starts_with(&format!("{ISSUER}/")), "{url} was fetched");
    }
    let place = world.0.path.borrow().clone();
    assert!(ReturnTo::parse(&place).is_some(), "it leads to {place:?}");
    if world.count(&token) == 0 {
        return outcomes[0].as_str().to_owned();
    }
    let record = object(stored.as_bytes()).expect("it is an object");
    let request = record
        .get("request")
        .and_then(Json::as_object)
        .expect("it has a request");
    assert_eq!(request.text("issuer"), Some(ISSUER));
    assert_eq!(request.text("token_endpoint"), Some(&*token));
    let started_at = record
        .get("started_at")
        .and_then(Json::as_seconds)
        .expect("it has a start");
    assert!(
        (NOW - 3600..=NOW).contains(&started_at),
        "it's too old, or not started yet"
    );
    format!("{ACCEPTED} {}", request.get("max_age").is_some())
}

/// A message of another tab never changes the person, and says nothing new the second time.
pub(super) fn tab_message(input: &[u8]) -> Outcome {
    let message = String::from_utf8_lossy(input);
    let mut outcome = Outcome::new();
    for config in [1, 0] {
        for stored in [None, Some(stored_session())] {
            let world = Simulated::new(PAGE);
            if let Some(stored) = &stored {
                world.storage_write(&session_key(), stored).unwrap();
            }
            let auth = load(&world, config);
            // Without a session, it would only wait for other tabs.
            let before = stored.as_ref().map(|_| finish(auth.resume()));
            let state = finish(auth.on_message(&message));
            let again = finish(auth.on_message(&message));
            assert_eq!(again, None, "the message counts twice");
            outcome = match &state {
                None => outcome,
                Some(AuthState::SignedIn(session)) => {
                    check_session(session);
                    format!("{ACCEPTED} {}", stored.is_some())
                }
                Some(AuthState::SignedOut { reason }) => {
                    assert!(stored.is_some(), "nobody was signed in");
                    assert!(!matches!(
                        reason,
                        SignedOutReason::NeverSignedIn | SignedOutReason::Interrupted
                    ));
                    format!("{ACCEPTED} {reason:?}")
                }
                Some(other) => panic!("{other:?}"),
            };
            if let Some(AuthState::SignedIn(session)) = state.or(before) {
                live(&auth, &session);
            }
            for url in world.0.fetched.take() {
                assert!(url.starts_with(&format!("{ISSUER}/")), "{url} was fetched");
            }
        }
    }
    if outcome.is_empty() {
        "ignored".to_owned()
    } else {
        outcome
    }
}

/// Whatever session storage holds, nobody else is signed in, and the records of other pages stay as they are. Each line
/// of the input is the name of a record and its text. `DIGEST` stands for the provider's.
pub(super) fn storage(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input).replace("DIGEST", &digest());
    let mut outcomes = Vec::new();
    for config in 0..3 {
        let world = Simulated::new(PAGE);
        for (name, record) in text.lines().filter_map(|line| line.split_once(' ')) {
            let key = ["vestibule.", name].concat();
            world.storage_write(&key, record).unwrap();
        }
        let is_foreign = |key: &str| {
            let key = key.strip_prefix("vestibule.").unwrap_or_default();
            let name = key
                .strip_prefix("session.")
                .or(key.strip_prefix("account."));
            name.is_some_and(|name| name.split('.').next() != Some(&digest()))
        };
        let before = world.0.storage.borrow().clone();
        if text.contains("sign_out.") {
            *world.0.response.borrow_mut() = Some("state=vst_9".to_owned());
        }
        let auth = load(&world, config);
        match finish(auth.resume()) {
            AuthState::SignedIn(session) => {
                check_session(&session);
                live(&auth, &session);
                outcomes.push(format!("{ACCEPTED} {}", auth.accounts().len().min(3)));
            }
            AuthState::SignedOut { reason } => outcomes.push(format!("{reason:?}")),
            other => panic!("{other:?}"),
        }
        auth.may_auto_redirect();
        for (key, record) in before.iter().filter(|(key, _)| is_foreign(key)) {
            assert_eq!(
                world.storage_read(key).as_ref(),
                Some(record),
                "{key} has changed"
            );
        }
        assert!(world.0.navigations.borrow().is_empty());
        for url in world.0.fetched.take() {
            assert!(url.starts_with(&format!("{ISSUER}/")), "{url} was fetched");
        }
    }
    outcomes.sort_by_key(|outcome| !outcome.starts_with(ACCEPTED));
    outcomes.join(", ")
}

/// The session of somebody who is signed in.
fn stored_session() -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let claims = format!(r#"{{"iss":"{ISSUER}","aud":"client-1","sub":"ada","sid":"s-1"}}"#);
    let (header, payload) = (encode(r#"{"alg":"ES256"}"#), encode(&claims));
    let signature = URL_SAFE_NO_PAD.encode([7; 64]);
    format!(
        r#"{{"version":3,"id":"S1","renewals":1,"provider":"sso","issuer":"{ISSUER}","client_id":"client-1","token_endpoint":"{ISSUER}/token","subject":"ada","claims":{claims},"scope":["openid"],"started_at":{started},"renewed_at":{started},"expires_at":{expires},"access_token":"AT-1","refresh_token":"RT-1","id_token":"{header}.{payload}.{signature}"}}"#,
        started = NOW - 60,
        expires = NOW + 240,
    )
}
