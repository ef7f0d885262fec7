//! A session that comes from storage or from another tab is checked again, as far as that's possible without a
//! request.

use super::*;

/// The record of a session with the same provider, started later: of this person, with this ID token.
fn record_with(stored: &str, subject: &str, id_token: &str) -> String {
    let (before, rest) = stored.split_once("\"id_token\":\"").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    [before, "\"id_token\":\"", id_token, "\"", after]
        .concat()
        .replacen("\"id\":\"vst_", "\"id\":\"vst_other", 1)
        .replace("\"subject\":\"ada\"", &format!("\"subject\":\"{subject}\""))
        .replace("\"sub\":\"ada\"", &format!("\"sub\":\"{subject}\""))
}

/// The record of a session of somebody whose ID token is signed with this key of the same `kid`.
fn record_signed_with(tab: &Tab, op: &TestProvider, subject: &str, seed: u8) -> String {
    let stored = tab.world.storage_read(&session_key()).unwrap();
    let key = op.key.borrow().1.clone();
    op.key.borrow_mut().1 = signing_key(seed);
    let claims = vec![("sub", format!("\"{subject}\""))];
    let before = op.claims.replace(claims);
    let token = op.id_token(tab.world.0.now.get());
    op.claims.replace(before);
    op.key.borrow_mut().1 = key;
    record_with(&stored, subject, &token)
}

/// A tab that knows the provider's keys, because it has renewed its tokens.
fn tab_with_keys() -> (Tab, RotatingProvider) {
    let (tab, provider) = signed_in_tab();
    advance(&tab, 250);
    expect_valid(tab.renew());
    (tab, provider)
}

#[test]
fn a_tab_refuses_a_session_whose_signature_does_not_fit_a_known_key() {
    let (tab, provider) = tab_with_keys();
    let forged = record_signed_with(&tab, &provider.base, "eve", 9);
    assert_eq!(tab.auth.receive(&session_message(&forged)), None);
    assert_eq!(tab.session().unwrap().user.subject, "ada");
    // An inactive one neither, nor a newer copy of the session that is here.
    let own = tab.session().unwrap().id.clone();
    let copy = record_signed_with(&tab, &provider.base, "ada", 9);
    let (_, rest) = copy.split_once("\"id\":\"").unwrap();
    let (id, _) = rest.split_once('"').unwrap();
    let copy = copy
        .replace(id, &own)
        .replacen("\"renewals\":1", "\"renewals\":7", 1);
    assert_eq!(tab.auth.receive(&session_message(&copy)), None);
    assert_eq!(tab.session().unwrap().renewals, 1);
    // The provider's own signature is accepted, without a request.
    let requests = tab.world.0.fetched.borrow().len();
    let good = record_signed_with(&tab, &provider.base, "grace", 7);
    assert!(tab.auth.receive(&session_message(&good)).is_some());
    assert_eq!(tab.session().unwrap().user.subject, "grace");
    assert_eq!(tab.world.0.fetched.borrow().len(), requests);
}

#[test]
fn a_session_signed_with_a_key_that_was_replaced_in_the_meantime_is_accepted() {
    let (tab, provider) = tab_with_keys();
    provider.base.key.borrow_mut().1 = signing_key(9);
    let record = record_signed_with(&tab, &provider.base, "grace", 9);
    assert!(tab.auth.receive(&session_message(&record)).is_some());
    // So is one of a key that this tab doesn't know: it can't say anything about it.
    let (tab, provider) = tab_with_keys();
    provider.base.key.replace(("k2".to_owned(), signing_key(8)));
    let record = record_signed_with(&tab, &provider.base, "emmy", 8);
    assert!(tab.auth.receive(&session_message(&record)).is_some());
    assert_eq!(tab.session().unwrap().user.subject, "emmy");
}

#[test]
fn a_sign_out_while_a_signature_is_checked_is_not_lost() {
    let (tab, provider) = tab_with_keys();
    // Has to be asked for first.
    provider.base.key.borrow_mut().1 = signing_key(9);
    let record = record_signed_with(&tab, &provider.base, "grace", 9);
    let (_, rest) = record.split_once("\"id\":\"").unwrap();
    let (id, _) = rest.split_once('"').unwrap();
    let ended = format!(r#"{{"ended":{{"id":"{id}","reason":"signed-out"}}}}"#);
    let message = session_message(&record);
    let end = async {
        assert_eq!(tab.auth.on_message(&ended).await, None);
    };
    let (state, ()) = block_on(futures_util::future::join(
        tab.auth.on_message(&message),
        end,
    ));
    assert_eq!(state, None);
    assert_eq!(tab.session().unwrap().user.subject, "ada");
}

#[test]
fn a_renewal_waits_for_the_signature_of_what_another_tab_has_renewed() {
    let (tab, provider) = signed_in_tab();
    let world = tab.world.open_tab(true);
    let slow = auth(&world, config());
    advance(&tab, 250);
    // So it has the keys.
    expect_valid(block_on(slow.renew(60)));
    advance(&tab, 250);
    expect_valid(tab.renew());
    let stored = tab.world.storage_read(&session_key()).unwrap();
    world.0.verification_time.set(400);
    let message = session_message(&stored);
    let (_, renewed) = block_on(futures_util::future::join(
        slow.on_message(&message),
        slow.renew(60),
    ));
    expect_valid(renewed);
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (2, 0));
}

#[test]
fn a_stored_session_is_refused_if_its_signature_does_not_fit_the_configured_keys() {
    let (tab, provider) = signed_in_tab();
    let jwks = format!(r#","jwks":{}"#, provider.base.jwks());
    let page = || load_with(&tab.world, &jwks);
    expect_session(block_on(page().resume()));
    let forged = record_signed_with(&tab, &provider.base, "eve", 9);
    let good = record_signed_with(&tab, &provider.base, "grace", 7);
    tab.world.storage_write(&session_key(), &forged).unwrap();
    let fresh = AuthState::SignedOut {
        reason: SignedOutReason::NeverSignedIn,
    };
    assert_eq!(block_on(page().resume()), fresh);
    assert_eq!(tab.world.storage_read(&session_key()), None);
    tab.world.storage_write(&session_key(), &good).unwrap();
    let session = expect_session(block_on(page().resume()));
    assert_eq!(session.user.subject, "grace");
}

#[test]
fn an_inactive_account_is_refused_if_its_signature_does_not_fit_the_configured_keys() {
    let (tab, provider) = signed_in_tab();
    let text = format!(
        r#"{{"several_accounts":true,"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}","jwks":{}}}]}}"#,
        provider.base.jwks()
    );
    let page = auth(&tab.world, Config::from_text(text.as_bytes()).unwrap());
    for (subject, seed, is_accepted) in [("eve", 9, false), ("grace", 7, true)] {
        let record = record_signed_with(&tab, &provider.base, subject, seed);
        let (_, rest) = record.split_once("\"id\":\"").unwrap();
        let (id, _) = rest.split_once('"').unwrap();
        let key = format!("vestibule.account.{}.{id}", good_digest());
        tab.world.storage_write(&key, &record).unwrap();
        assert_eq!(block_on(page.switch_account(id)).is_ok(), is_accepted);
        assert_eq!(tab.world.stored().contains(subject), is_accepted);
    }
}

#[test]
fn an_id_token_that_expired_long_before_its_tokens_were_issued_starts_no_session() {
    const DAY: i64 = 24 * 3600;
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let stored = world.storage_read(&session_key()).unwrap();
    let now = world.0.now.get();
    for (age, is_session) in [(3 * DAY, false), (DAY / 2, true)] {
        let record = record_with(&stored, "ada", &op.id_token(now - age));
        world.storage_write(&session_key(), &record).unwrap();
        let state = block_on(load(&world).resume());
        assert_eq!(matches!(state, AuthState::SignedIn(_)), is_session, "{age}");
        // The provider judges a refresh token: such a session outlives any ID token.
        let renewable =
            record.replacen("\"id_token\"", "\"refresh_token\":\"RT-1\",\"id_token\"", 1);
        world.storage_write(&session_key(), &renewable).unwrap();
        expect_session(block_on(load(&world).resume()));
    }
    // Without a time, nothing says when.
    op.claims.borrow_mut().push(("exp", LEFT_OUT.to_owned()));
    let record = record_with(&stored, "ada", &op.id_token(now));
    world.storage_write(&session_key(), &record).unwrap();
    let state = block_on(load(&world).resume());
    assert!(!matches!(state, AuthState::SignedIn(_)));
}

#[test]
fn a_session_without_any_other_token_lasts_no_longer_than_it_was_granted() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let stored = world.storage_read(&session_key()).unwrap();
    let (before, rest) = stored.split_once("\"access_token\":\"").unwrap();
    let (_, after) = rest.split_once("\",").unwrap();
    let record = [before, after].concat();
    let expires_at = format!("\"expires_at\":{}", world.0.now.get() + 300);
    assert!(record.contains(&expires_at));
    for (seconds, is_session) in [(3600, true), (3601, false), (i64::MAX / 4, false)] {
        let later = format!("\"expires_at\":{}", world.0.now.get() + seconds);
        let record = record.replacen(&expires_at, &later, 1);
        world.storage_write(&session_key(), &record).unwrap();
        let state = block_on(load(&world).resume());
        assert_eq!(
            matches!(state, AuthState::SignedIn(_)),
            is_session,
            "{seconds}"
        );
    }
}
