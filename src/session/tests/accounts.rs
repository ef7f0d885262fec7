//! Several accounts at once: their tokens never meet, and what ends one leaves the others.

use super::renewal::{Behavior, RotatingProvider, Tab, advance, expect_valid};
use super::sign_out::revocable_at;
use super::storage::random_numbers;
use super::*;

const OTHER: &str = "https://other.example";

fn config_of(settings: &str) -> Config {
    Config::from_text(
        format!(
            r#"{{{settings}"providers":[
                {{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}},
                {{"id":"other","kind":"oidc","client_id":"client-1","issuer":"{OTHER}"}}
            ]}}"#
        )
        .as_bytes(),
    )
    .unwrap()
}

const SEVERAL: &str = r#""several_accounts":true,"#;

/// A browser with two providers.
struct TwoProviders {
    settings: String,
    good: RotatingProvider,
    other: RotatingProvider,
    tab: Tab,
}

impl TwoProviders {
    fn new(settings: &str) -> TwoProviders {
        let world = Simulated::new(PAGE);
        TwoProviders {
            settings: settings.to_owned(),
            good: RotatingProvider::at(&world, GOOD, ""),
            other: RotatingProvider::at(&world, OTHER, "other-"),
            tab: Tab::open_with(world, config_of(settings)),
        }
    }

    /// Both signed in, first at the good provider, then at the other.
    fn both_with(settings: &str) -> TwoProviders {
        let setup = TwoProviders::new(&format!("{SEVERAL}{settings}"));
        setup.sign_in(&setup.good);
        advance(&setup.tab, 10);
        setup.sign_in(&setup.other);
        setup
    }

    fn both() -> TwoProviders {
        TwoProviders::both_with("")
    }

    fn sign_in(&self, provider: &RotatingProvider) -> Rc<Session> {
        sign_in_in(&self.tab, provider)
    }

    fn open(&self, world: Simulated) -> Tab {
        Tab::open_with(world, config_of(&self.settings))
    }

    /// The page of this tab, loaded anew.
    fn reload(self) -> TwoProviders {
        let world = self.tab.world.clone();
        let TwoProviders {
            settings,
            good,
            other,
            tab,
        } = self;
        drop(tab);
        world.forget_clock();
        TwoProviders {
            tab: Tab::open_with(world, config_of(&settings)),
            settings,
            good,
            other,
        }
    }
}

fn sign_in_in(tab: &Tab, provider: &RotatingProvider) -> Rc<Session> {
    let id = match provider.base.issuer {
        GOOD => "good",
        _ => "other",
    };
    block_on(tab.auth.sign_in(id, SignInOptions::default())).unwrap();
    let request = tab.world.0.navigations.borrow().last().unwrap().clone();
    *tab.world.0.response.borrow_mut() = Some(provider.base.respond(&request));
    expect_session(block_on(tab.auth.resume()))
}

/// The providers of the accounts, the current one's first.
fn listed(tab: &Tab) -> Vec<String> {
    let accounts = tab.auth.accounts().into_iter();
    accounts.map(|account| account.user.provider).collect()
}

fn id_at(tab: &Tab, provider: &str) -> String {
    let mut accounts = tab.auth.accounts().into_iter();
    let found = accounts.find(|account| account.user.provider == provider);
    found.unwrap().id
}

fn switch(tab: &Tab, provider: &str) -> Result<Rc<Session>> {
    block_on(tab.auth.switch_account(&id_at(tab, provider)))
}

fn stored_keys(tab: &Tab) -> usize {
    tab.world.storage_keys("vestibule.").len()
}

fn sign_out(tab: &Tab, local: bool, all: bool) -> SignOutOutcome {
    block_on(tab.auth.sign_out(SignOutOptions { local, all }))
}

#[test]
fn without_the_setting_a_second_sign_in_takes_the_place_of_the_first() {
    let setup = TwoProviders::new("");
    setup.sign_in(&setup.good);
    setup.sign_in(&setup.other);
    assert_eq!(
        setup.tab.world.storage_keys("vestibule."),
        ["vestibule.session".to_owned()]
    );
    assert!(!setup.tab.world.stored().contains("AT-1"));
    assert!(setup.tab.auth.accounts().is_empty());
}

#[test]
fn a_second_sign_in_sets_the_first_account_aside() {
    let setup = TwoProviders::both();
    assert_eq!(listed(&setup.tab), ["other", "good"]);
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-other-1"));
    let setup = setup.reload();
    expect_session(block_on(setup.tab.auth.resume()));
    assert_eq!(listed(&setup.tab), ["other", "good"]);
}

#[test]
fn signing_in_as_somebody_who_is_set_aside_leaves_one_of_them() {
    let setup = TwoProviders::both();
    setup.sign_in(&setup.good);
    assert_eq!(listed(&setup.tab), ["good", "other"]);
    setup.sign_in(&setup.good);
    assert_eq!(listed(&setup.tab), ["good", "other"]);
    assert_eq!(stored_keys(&setup.tab), 2);
}

#[test]
fn two_accounts_of_one_provider_are_two() {
    let setup = TwoProviders::new(SEVERAL);
    setup.sign_in(&setup.good);
    let eve = ("sub", "\"eve\"".to_owned());
    setup.good.base.claims.borrow_mut().push(eve);
    *setup.good.base.userinfo.borrow_mut() = r#"{"sub":"eve","name":"Eve"}"#.to_owned();
    setup.sign_in(&setup.good);
    let accounts = setup.tab.auth.accounts().into_iter();
    let subjects: Vec<String> = accounts.map(|account| account.user.subject).collect();
    assert_eq!(subjects, ["eve", "ada"]);
}

#[test]
fn who_switches_has_the_other_account_s_tokens() {
    let setup = TwoProviders::both();
    let session = switch(&setup.tab, "good").unwrap();
    assert_eq!(session.issuer, GOOD);
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-1"));
    assert_eq!(listed(&setup.tab), ["good", "other"]);
    switch(&setup.tab, "other").unwrap();
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-other-1"));
    assert_eq!(stored_keys(&setup.tab), 2);
    assert_eq!(setup.good.renewals.get() + setup.other.renewals.get(), 0);
}

#[test]
fn a_switch_to_the_account_that_is_current_changes_nothing() {
    let setup = TwoProviders::both();
    let stored = setup.tab.world.stored();
    switch(&setup.tab, "other").unwrap();
    assert_eq!(setup.tab.world.stored(), stored);
}

#[test]
fn a_renewal_of_one_account_leaves_the_other_s_tokens() {
    let setup = TwoProviders::both();
    advance(&setup.tab, 250);
    expect_valid(setup.tab.renew());
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-other-2"));
    assert_eq!(setup.good.renewals.get(), 0);
    // The old tokens of who was set aside are renewed by the switch, at their own provider.
    advance(&setup.tab, 3000);
    switch(&setup.tab, "good").unwrap();
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-2"));
    assert_eq!((setup.good.renewals.get(), setup.good.reuses.get()), (1, 0));
    assert_eq!(setup.other.renewals.get(), 1);
}

#[test]
fn a_switch_during_a_renewal_loses_no_tokens() {
    let setup = TwoProviders::both();
    let good = id_at(&setup.tab, "good");
    advance(&setup.tab, 250);
    let auth = &setup.tab.auth;
    let (renewal, switched) = block_on(futures_util::future::join(
        auth.renew(60),
        auth.switch_account(&good),
    ));
    assert_eq!(switched.unwrap().issuer, GOOD);
    assert!(!matches!(
        renewal,
        RenewalOutcome::Failed(_) | RenewalOutcome::Ended(_)
    ));
    switch(&setup.tab, "other").unwrap();
    advance(&setup.tab, 250);
    expect_valid(setup.tab.renew());
    for provider in [&setup.good, &setup.other] {
        assert_eq!(provider.reuses.get(), 0);
    }
}

#[test]
fn a_provider_that_wants_to_be_left_alone_holds_up_its_own_account_only() {
    let setup = TwoProviders::both();
    advance(&setup.tab, 250);
    setup.other.behavior.set(Behavior::RateLimited);
    assert!(matches!(setup.tab.renew(), RenewalOutcome::Failed(_)));
    let session = switch(&setup.tab, "good").unwrap();
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-2"));
    assert!(setup.tab.auth.renewal_in(&session, 1) < 60);
}

#[test]
fn an_outage_keeps_nobody_from_switching() {
    let setup = TwoProviders::both();
    advance(&setup.tab, 3000);
    setup.good.behavior.set(Behavior::Status(503));
    switch(&setup.tab, "good").unwrap();
    setup.good.behavior.set(Behavior::Normal);
    assert_eq!(listed(&setup.tab), ["good", "other"]);
}

#[test]
fn an_account_that_the_provider_ended_is_gone_and_the_current_one_stays() {
    let setup = TwoProviders::both();
    let elsewhere = setup.open(setup.tab.world.open_tab(true));
    advance(&setup.tab, 250);
    setup.good.behavior.set(Behavior::InvalidGrant);
    let error = switch(&setup.tab, "good").unwrap_err();
    assert_eq!(error.code, ErrorCode::SessionExpired);
    for tab in [&setup.tab, &elsewhere] {
        assert_eq!(listed(tab), ["other"]);
        assert_eq!(stored_keys(tab), 1);
    }
    assert!(elsewhere.states.borrow().is_empty());
}

#[test]
fn an_account_that_is_over_is_not_offered_and_is_removed() {
    let setup = TwoProviders::both_with(r#""max_session":3600,"#);
    let good = id_at(&setup.tab, "good");
    advance(&setup.tab, 3595);
    assert_eq!(listed(&setup.tab), ["other"]);
    let error = block_on(setup.tab.auth.switch_account(&good)).unwrap_err();
    assert_eq!(error.code, ErrorCode::SessionExpired);
    assert_eq!(block_on(setup.tab.auth.check()), None);
    assert_eq!(stored_keys(&setup.tab), 1);
}

#[test]
fn sign_out_ends_the_current_account_alone() {
    for local in [true, false] {
        let setup = TwoProviders::both();
        sign_out(&setup.tab, local, false);
        assert!(!setup.tab.world.stored().contains("other-1"));
        let setup = setup.reload();
        assert!(matches!(
            block_on(setup.tab.auth.resume()),
            AuthState::SignedOut { .. }
        ));
        assert_eq!(listed(&setup.tab), ["good"]);
        switch(&setup.tab, "good").unwrap();
        assert_eq!(setup.tab.access_token().as_deref(), Some("AT-1"));
    }
}

#[test]
fn sign_out_of_all_leaves_nothing_in_any_tab_and_tells_each_provider() {
    let setup = TwoProviders::both_with(r#""idle_timeout":3600,"#);
    let duplicate = setup.open(setup.tab.world.open_tab(true));
    let fresh = setup.open(setup.tab.world.open_tab(false));
    expect_session(block_on(fresh.auth.resume()));
    let revoked = [&setup.good, &setup.other].map(|it| revocable_at(it, &setup.tab.world));
    let setup = setup.reload();
    let before = setup.tab.world.0.navigations.borrow().len();
    assert_eq!(
        sign_out(&setup.tab, false, true),
        SignOutOutcome::Redirecting
    );
    assert_eq!(
        *revoked[0].borrow(),
        ["refresh_token RT-1", "access_token AT-1"]
    );
    assert_eq!(
        *revoked[1].borrow(),
        ["refresh_token RT-other-1", "access_token AT-other-1"]
    );
    let navigations = setup.tab.world.0.navigations.borrow()[before..].to_vec();
    assert_eq!(navigations.len(), 1);
    assert!(navigations[0].starts_with("https://other.example/logout?"));
    for tab in [&duplicate, &fresh] {
        assert_eq!(tab.world.storage_keys("vestibule."), Vec::<String>::new());
    }
    assert_eq!(
        setup.tab.world.storage_keys("vestibule."),
        ["vestibule.sign_out".to_owned()]
    );
}

#[test]
fn who_is_signed_out_can_still_sign_out_of_all_the_rest() {
    let setup = TwoProviders::both();
    sign_out(&setup.tab, true, false);
    sign_out(&setup.tab, true, true);
    assert_eq!(stored_keys(&setup.tab), 0);
}

#[test]
fn every_tab_has_every_account() {
    let setup = TwoProviders::new(SEVERAL);
    let before = setup.open(setup.tab.world.open_tab(false));
    setup.sign_in(&setup.good);
    advance(&setup.tab, 10);
    setup.sign_in(&setup.other);
    let after = setup.open(setup.tab.world.open_tab(false));
    expect_session(block_on(after.auth.resume()));
    for tab in [&before, &after] {
        assert_eq!(listed(tab), ["other", "good"]);
    }
    switch(&setup.tab, "good").unwrap();
    for tab in [&before, &after] {
        assert_eq!(listed(tab), ["good", "other"]);
        assert_eq!(tab.access_token().as_deref(), Some("AT-1"));
    }
    // The sign-in of the one who is current is the older one: a new tab knows all the same.
    let later_tab = setup.open(setup.tab.world.open_tab(false));
    expect_session(block_on(later_tab.auth.resume()));
    assert_eq!(listed(&later_tab), ["good", "other"]);
    sign_out(&after, true, false);
    for tab in [&setup.tab, &before, &after, &later_tab] {
        assert_eq!(listed(tab), ["other"]);
        assert!(tab.session().is_none());
    }
    // A tab that was opened by somebody who is signed out offers the rest, too.
    let last = setup.open(setup.tab.world.open_tab(false));
    assert!(matches!(
        block_on(last.auth.resume()),
        AuthState::SignedOut { .. }
    ));
    assert_eq!(listed(&last), ["other"]);
}

#[test]
fn renewed_tokens_reach_the_tabs_where_the_account_is_set_aside() {
    let setup = TwoProviders::both();
    let apart = setup.open(setup.tab.world.open_tab(true));
    apart.world.fall_asleep();
    switch(&setup.tab, "good").unwrap();
    apart
        .world
        .0
        .storage
        .borrow_mut()
        .clone_from(&setup.tab.world.0.storage.borrow().clone());
    apart.world.wake_up();
    switch(&apart, "other").unwrap();
    advance(&setup.tab, 250);
    expect_valid(apart.renew());
    assert!(setup.tab.world.stored().contains("RT-other-2"));
    switch(&setup.tab, "good").unwrap();
    switch(&setup.tab, "other").unwrap();
    advance(&setup.tab, 250);
    expect_valid(setup.tab.renew());
    assert_eq!(
        (setup.other.renewals.get(), setup.other.reuses.get()),
        (2, 0)
    );
}

#[test]
fn a_duplicated_tab_uses_no_refresh_token_twice() {
    let setup = TwoProviders::both();
    let copy = setup.tab.world.open_tab(true);
    advance(&setup.tab, 250);
    switch(&setup.tab, "good").unwrap();
    // WindowGuard only now: what was message before went past it.
    let copy = setup.open(copy);
    expect_session(block_on(copy.auth.resume()));
    switch(&copy, "good").unwrap();
    assert_eq!((setup.good.renewals.get(), setup.good.reuses.get()), (1, 0));
    assert_eq!(copy.access_token().as_deref(), Some("AT-2"));
}

#[test]
fn an_account_that_was_signed_out_meanwhile_is_not_brought_back() {
    let setup = TwoProviders::both();
    let away = setup.tab.world.open_tab(true);
    switch(&setup.tab, "good").unwrap();
    sign_out(&setup.tab, true, false);
    let away = setup.open(away);
    block_on(away.auth.resume());
    for tab in [&setup.tab, &away] {
        assert!(!tab.world.stored().contains("AT-1"));
    }
    assert_eq!(listed(&away), ["other"]);
}

#[test]
fn tabs_that_are_to_be_separate_stay_so() {
    let setup = TwoProviders::both_with(r#""share_session":false,"#);
    let fresh = setup.open(setup.tab.world.open_tab(false));
    block_on(fresh.auth.resume());
    assert!(listed(&fresh).is_empty());
    let copy = setup.open(setup.tab.world.open_tab(true));
    switch(&setup.tab, "good").unwrap();
    assert_eq!(listed(&copy), ["other", "good"]);
}

#[test]
fn nobody_there_ends_every_account() {
    let setup = TwoProviders::both_with(r#""idle_timeout":600,"#);
    let elsewhere = setup.open(setup.tab.world.open_tab(true));
    advance(&setup.tab, 601);
    let idle = AuthState::SignedOut {
        reason: SignedOutReason::Idle,
    };
    assert_eq!(block_on(setup.tab.auth.check()), Some(idle));
    for tab in [&setup.tab, &elsewhere] {
        assert_eq!(stored_keys(tab), 0);
    }
}

#[test]
fn somebody_there_keeps_the_accounts_that_are_set_aside() {
    let setup = TwoProviders::both_with(r#""idle_timeout":600,"#);
    for _ in 0..4 {
        advance(&setup.tab, 250);
        setup.tab.auth.note_activity();
    }
    sign_out(&setup.tab, true, false);
    assert_eq!(listed(&setup.tab), ["good"]);
    advance(&setup.tab, 400);
    setup.tab.auth.note_activity();
    advance(&setup.tab, 400);
    block_on(setup.tab.auth.check_accounts());
    assert_eq!(listed(&setup.tab), ["good"]);
    advance(&setup.tab, 601);
    block_on(setup.tab.auth.check_accounts());
    assert_eq!(stored_keys(&setup.tab), 0);
}

#[test]
fn a_provider_s_sign_out_ends_the_account_that_it_names() {
    let setup = TwoProviders::new(SEVERAL);
    let sid = ("sid", "\"s-1\"".to_owned());
    setup.good.base.claims.borrow_mut().push(sid.clone());
    setup.other.base.claims.borrow_mut().push(sid);
    setup.sign_in(&setup.good);
    setup.sign_in(&setup.other);
    let message = |iss: &str, sid: &str| format!(r#"{{"logout":{{"iss":"{iss}","sid":"{sid}"}}}}"#);
    assert_eq!(setup.tab.auth.on_message(&message(GOOD, "s-2")), None);
    assert_eq!(listed(&setup.tab), ["other", "good"]);
    assert_eq!(setup.tab.auth.on_message(&message(GOOD, "s-1")), None);
    assert_eq!(listed(&setup.tab), ["other"]);
    assert!(setup.tab.auth.on_message(&message(OTHER, "s-1")).is_some());
    assert_eq!(stored_keys(&setup.tab), 0);
}

#[test]
fn a_changed_account_is_the_same_person_or_nobody() {
    let setup = TwoProviders::both();
    let key = setup.tab.world.storage_keys("vestibule.account.").remove(0);
    let good = setup.tab.world.storage_read(&key).unwrap();
    let mut draw = random_numbers(11);
    let mut gone = 0;
    for _ in 0..2000 {
        let changed = super::storage::mutate(&good, &mut draw);
        setup.tab.world.storage_write(&key, &changed).unwrap();
        match &setup.tab.auth.accounts()[..] {
            [_, account] => {
                assert_eq!(account.user.subject, "ada", "{changed}");
                assert_eq!(account.user.issuer, GOOD, "{changed}");
            }
            [_] => {
                gone += 1;
                assert_eq!(stored_keys(&setup.tab), 1, "{changed}");
            }
            other => panic!("{other:?} of {changed}"),
        }
    }
    assert!(gone > 1000, "{gone}");
    // One under the name of another.
    let key = "vestibule.account.mine";
    setup.tab.world.storage_write(key, &good).unwrap();
    assert!(block_on(setup.tab.auth.switch_account("mine")).is_err());
    assert_eq!(setup.tab.world.storage_read(key), None);
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-other-1"));
}

/// Why the sign-in was refused that the tab comes back from, signed in as before.
fn refusal(tab: &Tab) -> Option<ErrorCode> {
    expect_session(block_on(tab.auth.resume()));
    tab.auth.take_callback_error().map(|error| error.code)
}

#[test]
fn without_room_for_two_the_first_account_stays() {
    let setup = TwoProviders::new(SEVERAL);
    setup.sign_in(&setup.good);
    block_on(setup.tab.auth.sign_in("other", SignInOptions::default())).unwrap();
    let request = setup
        .tab
        .world
        .0
        .navigations
        .borrow()
        .last()
        .unwrap()
        .clone();
    let size: usize = setup
        .tab
        .world
        .storage_read("vestibule.session")
        .unwrap()
        .len();
    setup.tab.world.0.storage_quota.set(size + 600);
    *setup.tab.world.0.response.borrow_mut() = Some(setup.other.base.respond(&request));
    assert_eq!(refusal(&setup.tab), Some(ErrorCode::StorageUnavailable));
    assert_eq!(listed(&setup.tab), ["good"]);
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-1"));
}

#[test]
fn a_sign_in_that_fails_leaves_everybody() {
    let setup = TwoProviders::both();
    let request = block_on(setup.tab.auth.sign_in("good", SignInOptions::default()))
        .map(|_| {
            setup
                .tab
                .world
                .0
                .navigations
                .borrow()
                .last()
                .unwrap()
                .clone()
        })
        .unwrap();
    let response = format!(
        "error=access_denied&state={}&iss=https%3A%2F%2Fgood.example",
        query(&request)["state"]
    );
    *setup.tab.world.0.response.borrow_mut() = Some(response);
    assert_eq!(refusal(&setup.tab), Some(ErrorCode::ProviderDenied));
    assert_eq!(listed(&setup.tab), ["other", "good"]);
    assert_eq!(switch(&setup.tab, "other").unwrap().issuer, OTHER);
}

#[test]
fn accounts_in_memory_are_not_in_storage() {
    let setup = TwoProviders::both_with(r#""storage":"memory","#);
    assert_eq!(listed(&setup.tab), ["other", "good"]);
    switch(&setup.tab, "good").unwrap();
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-1"));
    assert_eq!(stored_keys(&setup.tab), 0);
    sign_out(&setup.tab, true, true);
    assert!(listed(&setup.tab).is_empty());
}

#[test]
fn what_was_set_aside_under_another_configuration_is_removed() {
    for settings in ["", r#""several_accounts":true,"storage":"memory","#] {
        let setup = TwoProviders::both();
        let page = Tab::open_with(setup.tab.world.clone(), config_of(settings));
        block_on(page.auth.resume());
        let left = page.world.storage_keys("vestibule.account.");
        assert_eq!(left, Vec::<String>::new());
    }
}
