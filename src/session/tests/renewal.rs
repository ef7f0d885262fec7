//! Renewing tokens. The provider rotates refresh tokens and ends the session when one is used twice.

use super::*;
use futures_util::future::join_all;

#[test]
fn renews_tokens_only_when_needed() {
    let (tab, provider) = signed_in_tab();
    expect_valid(tab.renew());
    assert_eq!(provider.renewals.get(), 0);
    advance(&tab, 250);
    let session = expect_valid(tab.renew());
    assert_eq!(provider.renewals.get(), 1);
    assert_eq!(tab.access_token().as_deref(), Some("AT-2"));
    assert_eq!(session.user.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(tab.auth.seconds_left(&session), 300);
}

#[test]
fn a_renewable_session_outlives_its_access_token_and_a_reload() {
    let (tab, _provider) = signed_in_tab();
    advance(&tab, 3000);
    let session = expect_session(block_on(load(&tab.world).resume()));
    assert!(tab.auth.seconds_left(&session) < 0);
    assert_eq!(block_on(tab.auth.check()), None);
    expect_valid(tab.renew());
}

#[test]
fn tokens_that_expire_as_they_arrive_are_renewed_at_once() {
    for seconds in 0..=10 {
        let (world, op) = world();
        let now = world.0.now.get();
        let this = op.clone();
        world.on(&op.url("/token"), move |_| {
            let id_token = this.id_token(now);
            json(
                200,
                &format!(
                    r#"{{"access_token":"AT-1","refresh_token":"RT-1","token_type":"Bearer","expires_in":{seconds},"id_token":"{id_token}"}}"#
                ),
            )
        });
        let session = expect_session(sign_in(&world, &op));
        assert_eq!(session.expires_at, now + seconds);
        world.0.now.set(now + 2 * seconds);
        assert_eq!(load(&world).next_check_in(&session, 0), 1, "{seconds}");
    }
}

#[test]
fn concurrent_renewals_are_one_request() {
    let (tab, provider) = signed_in_tab();
    let second = Tab::open(tab.world.open_tab(true));
    let third = Tab::open(tab.world.open_tab(true));
    advance(&tab, 250);
    let renewals = [&tab, &second, &third, &tab, &second].map(|tab| tab.auth.renew(60));
    for renewal in block_on(join_all(renewals)) {
        expect_valid(renewal);
    }
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
    for tab in [&tab, &second, &third] {
        assert_eq!(tab.access_token().as_deref(), Some("AT-2"));
    }
}

#[test]
fn renews_a_rejected_token_once_for_many_requests() {
    let (tab, provider) = signed_in_tab();
    let second = Tab::open(tab.world.open_tab(true));
    let renewals = [0; 5].map(|_| [&tab, &second].map(|tab| tab.auth.renew_rejected("AT-1")));
    for renewal in block_on(join_all(renewals.into_iter().flatten())) {
        assert!(expect_valid(renewal).has_access_token("AT-2"));
    }
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
    // A late response to a request with the old token.
    expect_valid(block_on(tab.auth.renew_rejected("AT-1")));
    assert_eq!(provider.renewals.get(), 1);
}

#[test]
fn reports_at_once_that_a_rejected_token_cannot_be_renewed() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let tab = Tab::open(world);
    let requests = tab.world.0.fetched.borrow().len();
    let token = tab.access_token().unwrap();
    let renewal = tab.auth.renew_rejected(&token).now_or_never();
    assert!(
        matches!(renewal, Some(RenewalOutcome::Failed(error)) if error.code == ErrorCode::LoginRequired)
    );
    assert_eq!(tab.world.0.fetched.borrow().len(), requests);
}

#[test]
fn an_outage_ends_no_session() {
    for behavior in [
        Behavior::Status(500),
        Behavior::Status(502),
        Behavior::Status(503),
        Behavior::Status(429),
        Behavior::Status(403),
        Behavior::TimesOut,
    ] {
        let (tab, provider) = signed_in_tab();
        advance(&tab, 3000);
        provider.behavior.set(behavior);
        for _ in 0..5 {
            assert!(matches!(tab.renew(), RenewalOutcome::Failed(_)));
        }
        assert_eq!(tab.access_token().as_deref(), Some("AT-1"));
        provider.behavior.set(Behavior::Normal);
        expect_valid(tab.renew());
        assert_eq!(tab.access_token().as_deref(), Some("AT-2"));
    }
}

#[test]
fn every_tab_respects_retry_after() {
    let (tab, provider) = signed_in_tab();
    let other = Tab::open(tab.world.open_tab(true));
    let url = provider.base.url("/token");
    advance(&tab, 250);
    provider.behavior.set(Behavior::RateLimited);
    let session = tab.session().unwrap();
    let before = tab.world.count(&url);
    assert!(matches!(tab.renew(), RenewalOutcome::Failed(_)));
    assert_eq!(tab.world.count(&url), before + 1);
    provider.behavior.set(Behavior::Normal);
    for tab in [&tab, &other] {
        assert!(matches!(tab.renew(), RenewalOutcome::Failed(_)));
        assert!(tab.auth.renewal_in(&session, 1) >= 120);
    }
    assert_eq!(tab.world.count(&url), before + 1);
    advance(&tab, 120);
    expect_valid(other.renew());
    expect_valid(tab.renew());
    assert_eq!(tab.world.count(&url), before + 2);
}

#[test]
fn a_failed_renewal_counts_for_all_that_waited_for_it() {
    let (tab, provider) = signed_in_tab();
    let others = [0; 7].map(|_| Tab::open(tab.world.open_tab(true)));
    advance(&tab, 250);
    provider.behavior.set(Behavior::TimesOut);
    let url = provider.base.url("/token");
    let before = tab.world.count(&url);
    let renewals = others.iter().chain([&tab]).map(|tab| tab.auth.renew(60));
    for renewal in block_on(join_all(renewals)) {
        assert!(matches!(renewal, RenewalOutcome::Failed(_)));
    }
    assert_eq!(tab.world.count(&url), before + 1);
    provider.behavior.set(Behavior::Normal);
    expect_valid(others[3].renew());
}

#[test]
fn unreachable_keys_use_up_no_refresh_token() {
    let (tab, provider) = signed_in_tab();
    let keys = provider.base.url("/jwks");
    advance(&tab, 250);
    tab.world.on(&keys, |_| Err(FetchError::Timeout));
    // No refresh token is sent if the response can't be verified.
    assert!(matches!(tab.renew(), RenewalOutcome::Failed(_)));
    assert_eq!(provider.renewals.get(), 0);
    // The key is new, and the second request for the key set fails.
    let old = provider.base.jwks();
    let asked = Cell::new(0);
    tab.world.on(&keys, move |_| {
        asked.set(asked.get() + 1);
        match asked.get() {
            1 => json(200, &old),
            _ => Err(FetchError::Timeout),
        }
    });
    *provider.base.key.borrow_mut() = ("k2".to_owned(), signing_key(9));
    assert!(matches!(tab.renew(), RenewalOutcome::Failed(_)));
    assert_eq!(tab.access_token().as_deref(), Some("AT-1"));
    let op = provider.base.clone();
    tab.world.on(&keys, move |_| json(200, &op.jwks()));
    expect_valid(tab.renew());
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (2, 0));
}

#[test]
fn failing_discovery_ends_no_session() {
    let (tab, provider) = signed_in_tab();
    advance(&tab, 250);
    let url = provider.base.url("/.well-known/openid-configuration");
    tab.world.on(&url, |_| Err(FetchError::Offline));
    assert!(matches!(tab.renew(), RenewalOutcome::Failed(_)));
    assert!(tab.session().is_some());
}

#[test]
fn retries_a_lost_response_within_the_grace_period() {
    let (tab, provider) = signed_in_tab();
    provider.grace.set(true);
    provider.behavior.set(Behavior::ResponseLost);
    advance(&tab, 250);
    assert!(matches!(tab.renew(), RenewalOutcome::Failed(_)));
    assert_eq!(tab.access_token().as_deref(), Some("AT-1"));
    provider.behavior.set(Behavior::Normal);
    expect_valid(tab.renew());
    assert_eq!(provider.reuses.get(), 0);
}

#[test]
fn invalid_grant_ends_the_session_in_every_tab() {
    let (tab, provider) = signed_in_tab();
    let other = Tab::open(tab.world.open_tab(true));
    advance(&tab, 250);
    provider.behavior.set(Behavior::InvalidGrant);
    assert_eq!(tab.renew(), RenewalOutcome::Ended(SignedOutReason::Expired));
    for tab in [&tab, &other] {
        assert!(!tab.world.stored().contains("AT-") && !tab.world.stored().contains("RT-"));
    }
    let expired = AuthState::SignedOut {
        reason: SignedOutReason::Expired,
    };
    assert_eq!(other.states.borrow().last(), Some(&expired));
}

#[test]
fn rejects_renewed_tokens_of_another_subject() {
    let (tab, provider) = signed_in_tab();
    advance(&tab, 250);
    provider.behavior.set(Behavior::OtherSubject);
    match tab.renew() {
        RenewalOutcome::Failed(error) => assert_eq!(error.code, ErrorCode::IdTokenClaim),
        other => panic!("{other:?}"),
    }
    assert_eq!(tab.access_token().as_deref(), Some("AT-1"));
}

#[test]
fn a_session_without_a_refresh_token_ends_with_its_access_token() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    let tab = Tab::open(world);
    advance(&tab, 250);
    match tab.renew() {
        RenewalOutcome::Failed(error) => assert_eq!(error.code, ErrorCode::LoginRequired),
        other => panic!("{other:?}"),
    }
    advance(&tab, 60);
    assert_eq!(tab.renew(), RenewalOutcome::NotSignedIn);
}

#[test]
fn renews_before_expiry_and_pauses_grow_with_failures() {
    let (tab, _provider) = signed_in_tab();
    let session = tab.session().unwrap();
    for _ in 0..50 {
        let next = tab.auth.renewal_in(&session, 0);
        assert!((210..=240).contains(&next), "{next}");
    }
    for (failures, range) in [
        (1, 4..=5),
        (2, 8..=10),
        (3, 15..=20),
        (8, 225..=300),
        (u32::MAX, 225..=300),
    ] {
        for _ in 0..20 {
            let next = tab.auth.renewal_in(&session, failures);
            assert!(range.contains(&next), "{failures}: {next}");
        }
    }
    advance(&tab, 5000);
    assert_eq!(tab.auth.renewal_in(&session, 0), 1);
}

#[test]
fn the_token_endpoint_of_a_session_never_changes() {
    let (tab, provider) = signed_in_tab();
    let before = tab.session().unwrap();
    let proxy = "https://proxy.example.com/token";
    // The provider names another one from now on.
    let metadata = provider.base.metadata();
    let metadata = metadata.replacen(&provider.base.url("/token"), proxy, 1);
    let discovery = provider.base.url("/.well-known/openid-configuration");
    advance(&tab, 250);
    let renewed = expect_valid(tab.renew());
    assert_eq!(renewed.token_endpoint, before.token_endpoint);
    assert_eq!(before.token_endpoint, provider.base.url("/token"));
    tab.world.on(&discovery, move |_| json(200, &metadata));
    advance(&tab, 250);
    let page = load(&tab.world);
    assert!(matches!(
        block_on(page.renew(60)),
        RenewalOutcome::Failed(_)
    ));
    assert_eq!(tab.world.count(proxy), 0);
    let kept = page.current_session().unwrap();
    assert_eq!(kept.token_endpoint, before.token_endpoint);
    assert_eq!(provider.renewals.get(), 1);
}
