//! When sessions expire, by which clock, and when people are warned.

use super::*;

#[test]
fn a_session_without_a_refresh_token_ends_with_its_token() {
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

const DAY: i64 = 24 * 3600;

fn config_at_top(settings: &str) -> Config {
    let text = format!(
        r#"{{{settings}"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
    );
    Config::from_text(text.as_bytes()).unwrap()
}

fn signed_in_with(settings: &str) -> (Tab, RotatingProvider) {
    let world = Simulated::new(PAGE);
    let provider = RotatingProvider::new(&world);
    let tab = Tab::open_with(world, config_at_top(settings));
    block_on(tab.auth.sign_in("good", SignInOptions::default())).unwrap();
    let request = tab.world.0.navigations.borrow().last().unwrap().clone();
    *tab.world.0.response.borrow_mut() = Some(provider.base.respond(&request));
    expect_session(block_on(tab.auth.resume()));
    (tab, provider)
}

fn signed_out(reason: SignedOutReason) -> Option<AuthState> {
    Some(AuthState::SignedOut { reason })
}

#[track_caller]
fn ends(tab: &Tab, reason: SignedOutReason) {
    assert_eq!(block_on(tab.auth.check()), signed_out(reason));
    assert_eq!(tab.world.storage_keys("vestibule."), Vec::<String>::new());
}

#[track_caller]
fn goes_on(tab: &Tab) {
    assert_eq!(block_on(tab.auth.check()), None);
}

#[test]
fn a_wrong_clock_does_not_matter_if_the_host_sends_the_time() {
    for wrong in [-DAY, -3600, 3600, DAY] {
        let world = Simulated::new(PAGE);
        world.host_sends_date(true);
        world.offset_clock(wrong);
        let provider = RotatingProvider::new(&world);
        let session = expect_session(sign_in(&world, &provider.base));
        assert_eq!(session.expires_at, world.0.now.get() + 300, "{wrong}");
        let again = load(&world);
        expect_session(block_on(again.resume()));
        assert_eq!(again.seconds_left(&session), 300, "{wrong}");
        let tab = Tab::open(world);
        advance(&tab, 250);
        expect_valid(tab.renew());
        assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
    }
}

#[test]
fn a_wrong_clock_does_not_expire_a_session_without_a_refresh_token() {
    let (world, op) = world();
    world.host_sends_date(true);
    expect_session(sign_in(&world, &op));
    world.offset_clock(DAY);
    expect_session(block_on(load(&world).resume()));
}

#[test]
fn uses_the_device_s_clock_if_the_host_sends_no_time() {
    let (world, op) = world();
    world.offset_clock(DAY);
    let error = expect_error(sign_in(&world, &op));
    assert_eq!(error.code, ErrorCode::ClockSkew);
}

#[test]
fn setting_the_clock_during_a_session_ends_nothing() {
    for (jump, sends_date) in [(-DAY, true), (DAY, true), (-DAY, false)] {
        let (tab, provider) = signed_in_with(r#""max_session":7200,"idle_timeout":3600,"#);
        let other = Tab::open_with(
            tab.world.open_tab(true),
            config_at_top(r#""max_session":7200,"idle_timeout":3600,"#),
        );
        tab.world.host_sends_date(sends_date);
        goes_on(&tab);
        goes_on(&other);
        advance(&tab, 10);
        tab.world.offset_clock(jump);
        // Before the clock is synchronized.
        assert!(tab.session().is_some() && tab.auth.warning().is_none());
        for tab in [&tab, &other] {
            goes_on(tab);
            assert!(tab.auth.warning().is_none(), "{jump}");
        }
        advance(&tab, 260);
        expect_valid(tab.renew());
        assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
        assert_eq!(other.access_token().as_deref(), Some("AT-2"));
    }
}

#[test]
fn asks_the_host_for_the_time_only_in_doubt() {
    let (tab, _provider) = signed_in_with("");
    let asked = tab.world.host_requests();
    for _ in 0..10 {
        advance(&tab, 20);
        goes_on(&tab);
        expect_valid(block_on(tab.auth.renew_if_due()));
    }
    assert_eq!(tab.world.host_requests(), asked);
    tab.world.offset_clock(-60);
    goes_on(&tab);
    goes_on(&tab);
    assert_eq!(tab.world.host_requests(), asked + 1);
}

#[test]
fn renewals_without_a_known_time_lose_no_session() {
    let (tab, provider) = signed_in_with("");
    goes_on(&tab);
    tab.world.offset_clock(DAY);
    advance(&tab, 250);
    for _ in 0..3 {
        assert!(matches!(tab.renew(), RenewalOutcome::Failed(_)));
    }
    tab.world.host_sends_date(true);
    tab.world.offset_clock(0);
    expect_valid(tab.renew());
    assert_eq!(provider.reuses.get(), 0);
}

#[test]
fn ends_a_session_at_max_session_despite_renewals() {
    let settings = r#""max_session":1000,"#;
    let (tab, provider) = signed_in_with(settings);
    let other = Tab::open_with(tab.world.open_tab(true), config_at_top(settings));
    let begun = tab.session().unwrap().started_at;
    for _ in 0..3 {
        advance(&tab, 250);
        expect_valid(tab.renew());
        goes_on(&tab);
    }
    assert_eq!(provider.renewals.get(), 3);
    let session = tab.session().unwrap();
    assert_eq!(tab.auth.ends_at(&session), Some(begun + 1000));
    let warning = tab.auth.warning().unwrap();
    assert_eq!(
        (warning.at, warning.reason),
        (begun + 1000, SignedOutReason::Expired)
    );
    // Nothing prevents it.
    tab.auth.extend();
    advance(&tab, 249);
    goes_on(&tab);
    advance(&tab, 1);
    ends(&tab, SignedOutReason::Expired);
    assert_eq!(
        other.states.borrow().last().cloned(),
        signed_out(SignedOutReason::Expired)
    );
    assert_eq!(block_on(other.auth.renew(60)), RenewalOutcome::NotSignedIn);
}

const IDLE: &str = r#""idle_timeout":600,"#;

#[test]
fn the_idle_timeout_ends_the_session_in_every_tab() {
    let (tab, _provider) = signed_in_with(IDLE);
    let other = Tab::open_with(tab.world.open_tab(true), config_at_top(IDLE));
    advance(&tab, 599);
    expect_valid(tab.renew());
    goes_on(&tab);
    advance(&tab, 1);
    ends(&tab, SignedOutReason::Idle);
    assert_eq!(
        other.states.borrow().last().cloned(),
        signed_out(SignedOutReason::Idle)
    );
    assert!(other.world.storage_keys("vestibule.").is_empty());
}

#[test]
fn activity_in_one_tab_counts_for_all() {
    let (tab, _provider) = signed_in_with(IDLE);
    let other = Tab::open_with(tab.world.open_tab(true), config_at_top(IDLE));
    for _ in 0..5 {
        advance(&tab, 400);
        other.auth.note_activity();
        goes_on(&tab);
        goes_on(&other);
    }
    advance(&tab, 600);
    ends(&tab, SignedOutReason::Idle);
}

#[test]
fn a_tab_that_slept_asks_the_others_for_activity() {
    let (tab, _provider) = signed_in_with(IDLE);
    let sleeper = tab.world.open_tab(true);
    advance(&tab, 500);
    tab.auth.note_activity();
    advance(&tab, 200);
    // It missed the earlier messages.
    let sleeper = Tab::open_with(sleeper, config_at_top(IDLE));
    goes_on(&sleeper);
    expect_session(block_on(sleeper.auth.resume()));
    goes_on(&tab);
}

#[test]
fn after_the_warning_only_extend_prevents_the_idle_timeout() {
    let (tab, _provider) = signed_in_with(IDLE);
    let other = Tab::open_with(tab.world.open_tab(true), config_at_top(IDLE));
    let session = tab.session().unwrap();
    advance(&tab, 539);
    assert_eq!(tab.auth.warning(), None);
    assert_eq!(tab.auth.next_check_in(&session, 0), 1);
    advance(&tab, 1);
    let warning = tab.auth.warning().unwrap();
    assert_eq!(warning.reason, SignedOutReason::Idle);
    assert_eq!(tab.auth.seconds_until(warning.at), 60);
    // An accidental movement doesn't extend the session.
    other.auth.note_activity();
    assert_eq!(tab.auth.warning(), Some(warning));
    other.auth.extend();
    assert_eq!(tab.auth.warning(), None);
    advance(&tab, 539);
    goes_on(&tab);
    assert_eq!(tab.auth.warning(), None);
}

#[test]
fn the_idle_timeout_also_ends_the_session_of_a_reopened_page() {
    let (tab, _provider) = signed_in_with(IDLE);
    advance(&tab, 300);
    tab.auth.note_activity();
    advance(&tab, 599);
    let again = Tab::open_with(tab.world.clone(), config_at_top(IDLE));
    expect_session(block_on(again.auth.resume()));
    advance(&tab, 1);
    let again = Tab::open_with(tab.world.clone(), config_at_top(IDLE));
    assert_eq!(
        Some(block_on(again.auth.resume())),
        signed_out(SignedOutReason::Idle)
    );
}

#[test]
fn ignores_activity_in_the_future() {
    for note in ["", "soon", "99999999999999999999", "9999999999", "-1"] {
        let (tab, _provider) = signed_in_with(IDLE);
        tab.world.storage_write("vestibule.activity", note).unwrap();
        let again = Tab::open_with(tab.world.clone(), config_at_top(IDLE));
        advance(&again, 600);
        ends(&again, SignedOutReason::Idle);
    }
}

#[test]
fn opening_a_tab_is_activity() {
    let (tab, _provider) = signed_in_with(IDLE);
    advance(&tab, 500);
    let new = Tab::open_with(tab.world.open_tab(false), config_at_top(IDLE));
    expect_session(block_on(new.auth.resume()));
    advance(&tab, 500);
    goes_on(&tab);
    goes_on(&new);
}

#[test]
fn next_check_is_when_something_has_to_happen() {
    let (tab, _provider) = signed_in_with(r#""max_session":1000,"idle_timeout":600,"#);
    let session = tab.session().unwrap();
    // The renewal comes first.
    assert!((210..=240).contains(&tab.auth.next_check_in(&session, 0)));
    advance(&tab, 590);
    assert_eq!(tab.auth.next_check_in(&session, 8), 10);
}

const MEMORY: &str = r#""storage":"memory","#;

#[test]
fn memory_storage_writes_nothing_and_shares_the_session_between_tabs() {
    let (tab, provider) = signed_in_with(MEMORY);
    assert_eq!(tab.world.storage_keys("vestibule."), Vec::<String>::new());
    let other = Tab::open_with(tab.world.open_tab(false), config_at_top(MEMORY));
    expect_session(block_on(other.auth.resume()));
    advance(&tab, 250);
    expect_valid(other.renew());
    assert_eq!(tab.access_token().as_deref(), Some("AT-2"));
    assert_eq!(tab.world.storage_keys("vestibule."), Vec::<String>::new());

    // A reloaded tab asks the other one; the last one has nobody to ask.
    drop(tab);
    let reloaded = Tab::open_with(other.world.open_tab(false), config_at_top(MEMORY));
    expect_session(block_on(reloaded.auth.resume()));
    drop(other);
    let world = reloaded.world.clone();
    drop(reloaded);
    let alone = Tab::open_with(world, config_at_top(MEMORY));
    assert_eq!(
        Some(block_on(alone.auth.resume())),
        signed_out(SignedOutReason::NeverSignedIn)
    );
    assert_eq!(provider.reuses.get(), 0);
}

#[test]
fn the_idle_timeout_applies_to_memory_storage() {
    let (tab, _provider) = signed_in_with(r#""storage":"memory","idle_timeout":600,"#);
    advance(&tab, 300);
    tab.auth.note_activity();
    advance(&tab, 599);
    goes_on(&tab);
    advance(&tab, 1);
    ends(&tab, SignedOutReason::Idle);
}
