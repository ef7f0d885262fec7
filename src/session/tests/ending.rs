//! When sessions end by themselves, by whose clock, and who is warned.

use super::staying::{Rotating, Tab, current, later};
use super::*;

const DAY: i64 = 24 * 3600;

/// The configuration with more settings at its top.
fn config_at_top(settings: &str) -> Config {
    let text = format!(
        r#"{{{settings}"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
    );
    Config::from_text(text.as_bytes()).unwrap()
}

/// A tab in which somebody signs in under these settings.
fn signed_in_with(settings: &str) -> (Tab, Rotating) {
    let world = Simulated::new(PAGE);
    let provider = Rotating::new(&world);
    let tab = Tab::open_with(world, config_at_top(settings));
    block_on(tab.auth.sign_in("good", SignInOptions::default())).unwrap();
    let request = tab.world.0.left_for.borrow().last().unwrap().clone();
    *tab.world.0.response.borrow_mut() = Some(provider.op.respond(&request));
    session_of(block_on(tab.auth.resume()));
    (tab, provider)
}

fn signed_out(reason: SignedOutReason) -> Option<AuthState> {
    Some(AuthState::SignedOut { reason })
}

#[track_caller]
fn ends(tab: &Tab, reason: SignedOutReason) {
    assert_eq!(block_on(tab.auth.check()), signed_out(reason));
    assert_eq!(tab.world.keys("vestibule."), Vec::<String>::new());
}

#[track_caller]
fn goes_on(tab: &Tab) {
    assert_eq!(block_on(tab.auth.check()), None);
}

#[test]
fn a_clock_that_is_wrong_by_a_day_does_no_harm() {
    for wrong in [-DAY, -3600, 3600, DAY] {
        let world = Simulated::new(PAGE);
        world.host_tells_time(true);
        world.set_clock(wrong);
        let provider = Rotating::new(&world);
        let session = session_of(sign_in(&world, &provider.op));
        assert_eq!(session.expires_at, world.0.now.get() + 300, "{wrong}");
        let again = load(&world);
        session_of(block_on(again.resume()));
        assert_eq!(again.seconds_left(&session), 300, "{wrong}");
        let tab = Tab::open(world);
        later(&tab, 250);
        current(tab.renew());
        assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
    }
}

#[test]
fn a_session_without_renewal_is_not_over_by_a_wrong_clock() {
    let (world, op) = world();
    world.host_tells_time(true);
    session_of(sign_in(&world, &op));
    world.set_clock(DAY);
    session_of(block_on(load(&world).resume()));
}

#[test]
fn where_nobody_tells_the_time_the_device_s_counts() {
    let (world, op) = world();
    world.set_clock(DAY);
    let error = error_of(sign_in(&world, &op));
    assert_eq!(error.code, ErrorCode::ClockSkew);
}

#[test]
fn a_clock_that_is_set_in_mid_session_ends_nothing() {
    for (jump, tells) in [(-DAY, true), (DAY, true), (-DAY, false)] {
        let (tab, provider) = signed_in_with(r#""max_session":7200,"idle_timeout":3600,"#);
        let other = Tab::open_with(
            tab.world.another_tab(true),
            config_at_top(r#""max_session":7200,"idle_timeout":3600,"#),
        );
        tab.world.host_tells_time(tells);
        goes_on(&tab);
        goes_on(&other);
        later(&tab, 10);
        tab.world.set_clock(jump);
        // Before anybody has looked at the clock.
        assert!(tab.session().is_some() && tab.auth.warning().is_none());
        for tab in [&tab, &other] {
            goes_on(tab);
            assert!(tab.auth.warning().is_none(), "{jump}");
        }
        later(&tab, 260);
        current(tab.renew());
        assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
        assert_eq!(other.access_token().as_deref(), Some("AT-2"));
    }
}

#[test]
fn the_host_is_asked_for_the_time_only_where_there_is_doubt() {
    let (tab, _provider) = signed_in_with("");
    let asked = tab.world.host_asked();
    for _ in 0..10 {
        later(&tab, 20);
        goes_on(&tab);
        current(block_on(tab.auth.renew_in_time()));
    }
    assert_eq!(tab.world.host_asked(), asked);
    tab.world.set_clock(-60);
    goes_on(&tab);
    goes_on(&tab);
    assert_eq!(tab.world.host_asked(), asked + 1);
}

#[test]
fn renewals_that_nobody_knows_the_time_of_lose_no_session() {
    let (tab, provider) = signed_in_with("");
    goes_on(&tab);
    tab.world.set_clock(DAY);
    later(&tab, 250);
    for _ in 0..3 {
        assert!(matches!(tab.renew(), Renewal::Failed(_)));
    }
    tab.world.host_tells_time(true);
    tab.world.set_clock(0);
    current(tab.renew());
    assert_eq!(provider.reuses.get(), 0);
}

#[test]
fn a_session_ends_at_its_configured_age_however_often_it_was_renewed() {
    let settings = r#""max_session":1000,"#;
    let (tab, provider) = signed_in_with(settings);
    let other = Tab::open_with(tab.world.another_tab(true), config_at_top(settings));
    let begun = tab.session().unwrap().started_at;
    for _ in 0..3 {
        later(&tab, 250);
        current(tab.renew());
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
    // Nothing keeps it off.
    tab.auth.stay();
    later(&tab, 249);
    goes_on(&tab);
    later(&tab, 1);
    ends(&tab, SignedOutReason::Expired);
    assert_eq!(
        other.heard.borrow().last().cloned(),
        signed_out(SignedOutReason::Expired)
    );
    assert_eq!(block_on(other.auth.renew(60)), Renewal::Nobody);
}

const IDLE: &str = r#""idle_timeout":600,"#;

#[test]
fn a_session_ends_when_nobody_is_there_and_every_tab_says_why() {
    let (tab, _provider) = signed_in_with(IDLE);
    let other = Tab::open_with(tab.world.another_tab(true), config_at_top(IDLE));
    later(&tab, 599);
    current(tab.renew());
    goes_on(&tab);
    later(&tab, 1);
    ends(&tab, SignedOutReason::Idle);
    assert_eq!(
        other.heard.borrow().last().cloned(),
        signed_out(SignedOutReason::Idle)
    );
    assert!(other.world.keys("vestibule.").is_empty());
}

#[test]
fn somebody_in_one_tab_counts_for_all() {
    let (tab, _provider) = signed_in_with(IDLE);
    let other = Tab::open_with(tab.world.another_tab(true), config_at_top(IDLE));
    for _ in 0..5 {
        later(&tab, 400);
        other.auth.note_activity();
        goes_on(&tab);
        goes_on(&other);
    }
    later(&tab, 600);
    ends(&tab, SignedOutReason::Idle);
}

#[test]
fn a_tab_that_slept_asks_whether_somebody_was_there() {
    let (tab, _provider) = signed_in_with(IDLE);
    let sleeper = tab.world.another_tab(true);
    later(&tab, 500);
    tab.auth.note_activity();
    later(&tab, 200);
    // What was told before went past it.
    let sleeper = Tab::open_with(sleeper, config_at_top(IDLE));
    goes_on(&sleeper);
    session_of(block_on(sleeper.auth.resume()));
    goes_on(&tab);
}

#[test]
fn people_are_warned_and_stay_by_their_own_word() {
    let (tab, _provider) = signed_in_with(IDLE);
    let other = Tab::open_with(tab.world.another_tab(true), config_at_top(IDLE));
    let session = tab.session().unwrap();
    later(&tab, 539);
    assert_eq!(tab.auth.warning(), None);
    assert_eq!(tab.auth.look_in(&session, 0), 1);
    later(&tab, 1);
    let warning = tab.auth.warning().unwrap();
    assert_eq!(warning.reason, SignedOutReason::Idle);
    assert_eq!(tab.auth.seconds_until(warning.at), 60);
    // A pointer that is touched by accident is no answer.
    other.auth.note_activity();
    assert_eq!(tab.auth.warning(), Some(warning));
    other.auth.stay();
    assert_eq!(tab.auth.warning(), None);
    later(&tab, 539);
    goes_on(&tab);
    assert_eq!(tab.auth.warning(), None);
}

#[test]
fn a_page_that_is_opened_again_after_the_time_out_shows_nobody() {
    let (tab, _provider) = signed_in_with(IDLE);
    later(&tab, 300);
    tab.auth.note_activity();
    later(&tab, 599);
    let again = Tab::open_with(tab.world.clone(), config_at_top(IDLE));
    session_of(block_on(again.auth.resume()));
    later(&tab, 1);
    let again = Tab::open_with(tab.world.clone(), config_at_top(IDLE));
    assert_eq!(
        Some(block_on(again.auth.resume())),
        signed_out(SignedOutReason::Idle)
    );
}

#[test]
fn a_note_of_activity_that_cannot_be_does_not_count() {
    for note in ["", "soon", "99999999999999999999", "9999999999", "-1"] {
        let (tab, _provider) = signed_in_with(IDLE);
        tab.world.write("vestibule.activity", note).unwrap();
        let again = Tab::open_with(tab.world.clone(), config_at_top(IDLE));
        later(&again, 600);
        ends(&again, SignedOutReason::Idle);
    }
}

#[test]
fn opening_a_tab_is_being_there() {
    let (tab, _provider) = signed_in_with(IDLE);
    later(&tab, 500);
    let new = Tab::open_with(tab.world.another_tab(false), config_at_top(IDLE));
    session_of(block_on(new.auth.resume()));
    later(&tab, 500);
    goes_on(&tab);
    goes_on(&new);
}

#[test]
fn a_page_looks_again_when_there_is_something_to_do() {
    let (tab, _provider) = signed_in_with(r#""max_session":1000,"idle_timeout":600,"#);
    let session = tab.session().unwrap();
    // The renewal comes first.
    assert!((210..=240).contains(&tab.auth.look_in(&session, 0)));
    later(&tab, 590);
    assert_eq!(tab.auth.look_in(&session, 8), 10);
}

const MEMORY: &str = r#""storage":"memory","#;

#[test]
fn a_session_in_memory_is_never_written_and_goes_from_tab_to_tab() {
    let (tab, provider) = signed_in_with(MEMORY);
    assert_eq!(tab.world.keys("vestibule."), Vec::<String>::new());
    let other = Tab::open_with(tab.world.another_tab(false), config_at_top(MEMORY));
    session_of(block_on(other.auth.resume()));
    later(&tab, 250);
    current(other.renew());
    assert_eq!(tab.access_token().as_deref(), Some("AT-2"));
    assert_eq!(tab.world.keys("vestibule."), Vec::<String>::new());

    // A reload asks the other tab; the last one has nobody to ask.
    drop(tab);
    let reloaded = Tab::open_with(other.world.another_tab(false), config_at_top(MEMORY));
    session_of(block_on(reloaded.auth.resume()));
    drop(other);
    let world = reloaded.world.clone();
    drop(reloaded);
    let alone = Tab::open_with(world, config_at_top(MEMORY));
    assert_eq!(
        Some(block_on(alone.auth.resume())),
        signed_out(SignedOutReason::Fresh)
    );
    assert_eq!(provider.reuses.get(), 0);
}

#[test]
fn the_idle_time_out_holds_for_a_session_in_memory() {
    let (tab, _provider) = signed_in_with(r#""storage":"memory","idle_timeout":600,"#);
    later(&tab, 300);
    tab.auth.note_activity();
    later(&tab, 599);
    goes_on(&tab);
    later(&tab, 1);
    ends(&tab, SignedOutReason::Idle);
}
