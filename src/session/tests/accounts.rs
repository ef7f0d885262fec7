//! Several accounts at once: their tokens never mix, and the end of one leaves the others.

use super::sign_out::revocable_at;
use super::*;

pub(super) const OTHER: &str = "https://other.example";

pub(super) fn config_of(settings: &str) -> Config {
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

pub(super) const SEVERAL: &str = r#""several_accounts":true,"#;

pub(super) struct TwoProviders {
    pub settings: String,
    pub good: RotatingProvider,
    pub other: RotatingProvider,
    pub tab: Tab,
}

impl TwoProviders {
    pub fn new(settings: &str) -> TwoProviders {
        let world = Simulated::new(PAGE);
        TwoProviders {
            settings: settings.to_owned(),
            good: RotatingProvider::at(&world, GOOD, ""),
            other: RotatingProvider::at(&world, OTHER, "other-"),
            tab: Tab::open_with(world, config_of(settings)),
        }
    }

    /// Signs in at the good provider, then at the other.
    pub fn both_with(settings: &str) -> TwoProviders {
        let setup = TwoProviders::new(&format!("{SEVERAL}{settings}"));
        setup.sign_in(&setup.good);
        advance(&setup.tab, 10);
        setup.sign_in(&setup.other);
        setup
    }

    pub fn both() -> TwoProviders {
        TwoProviders::both_with("")
    }

    pub fn sign_in(&self, provider: &RotatingProvider) -> Rc<Session> {
        sign_in_in(&self.tab, provider)
    }

    pub fn open(&self, world: Simulated) -> Tab {
        Tab::open_with(world, config_of(&self.settings))
    }

    /// Reloads the tab's page.
    pub fn reload(self) -> TwoProviders {
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

pub(super) fn sign_in_in(tab: &Tab, provider: &RotatingProvider) -> Rc<Session> {
    let id = match provider.base.issuer {
        GOOD => "good",
        _ => "other",
    };
    block_on(tab.auth.sign_in(id, SignInOptions::default())).unwrap();
    let request = tab.world.0.navigations.borrow().last().unwrap().clone();
    *tab.world.0.response.borrow_mut() = Some(provider.base.respond(&request));
    expect_session(block_on(tab.auth.resume()))
}

pub(super) fn listed(tab: &Tab) -> Vec<String> {
    let accounts = tab.auth.accounts().into_iter();
    accounts.map(|account| account.user.provider).collect()
}

pub(super) fn id_at(tab: &Tab, provider: &str) -> String {
    let mut accounts = tab.auth.accounts().into_iter();
    let found = accounts.find(|account| account.user.provider == provider);
    found.unwrap().id
}

pub(super) fn switch(tab: &Tab, provider: &str) -> Result<Rc<Session>> {
    block_on(tab.auth.switch_account(&id_at(tab, provider)))
}

pub(super) fn stored_keys(tab: &Tab) -> usize {
    tab.world.storage_keys("vestibule.").len()
}

pub(super) fn sign_out(tab: &Tab, local: bool, all: bool) -> SignOutOutcome {
    block_on(tab.auth.sign_out(SignOutOptions { local, all }))
}

#[test]
fn a_second_sign_in_replaces_the_first_unless_configured_otherwise() {
    let setup = TwoProviders::new("");
    setup.sign_in(&setup.good);
    setup.sign_in(&setup.other);
    let keys = setup.tab.world.storage_keys("vestibule.");
    assert!(matches!(&keys[..], [key] if key.starts_with("vestibule.session.")));
    assert!(!setup.tab.world.stored().contains("AT-1"));
    assert!(setup.tab.auth.accounts().is_empty());
}

#[test]
fn a_second_sign_in_makes_the_first_account_inactive() {
    let setup = TwoProviders::both();
    assert_eq!(listed(&setup.tab), ["other", "good"]);
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-other-1"));
    let setup = setup.reload();
    expect_session(block_on(setup.tab.auth.resume()));
    assert_eq!(listed(&setup.tab), ["other", "good"]);
}

#[test]
fn signing_in_to_an_inactive_account_replaces_it() {
    let setup = TwoProviders::both();
    setup.sign_in(&setup.good);
    assert_eq!(listed(&setup.tab), ["good", "other"]);
    setup.sign_in(&setup.good);
    assert_eq!(listed(&setup.tab), ["good", "other"]);
    assert_eq!(stored_keys(&setup.tab), 2);
}

#[test]
fn lists_two_accounts_of_the_same_provider() {
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
fn switching_uses_the_other_account_s_tokens() {
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
fn switching_to_the_current_account_changes_nothing() {
    let setup = TwoProviders::both();
    let stored = setup.tab.world.stored();
    switch(&setup.tab, "other").unwrap();
    assert_eq!(setup.tab.world.stored(), stored);
}

#[test]
fn renewing_one_account_leaves_the_other_s_tokens() {
    let setup = TwoProviders::both();
    advance(&setup.tab, 250);
    expect_valid(setup.tab.renew());
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-other-2"));
    assert_eq!(setup.good.renewals.get(), 0);
    // The switch renews the inactive account's expired tokens at its own provider.
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
fn retry_after_only_delays_the_account_of_that_provider() {
    let setup = TwoProviders::both();
    advance(&setup.tab, 250);
    setup.other.behavior.set(Behavior::RateLimited);
    assert!(matches!(setup.tab.renew(), RenewalOutcome::Failed(_)));
    let session = switch(&setup.tab, "good").unwrap();
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-2"));
    assert!(setup.tab.auth.renewal_in(&session, 1) < 60);
}

#[test]
fn switching_works_during_an_outage() {
    let setup = TwoProviders::both();
    advance(&setup.tab, 3000);
    setup.good.behavior.set(Behavior::Status(503));
    switch(&setup.tab, "good").unwrap();
    setup.good.behavior.set(Behavior::Normal);
    assert_eq!(listed(&setup.tab), ["good", "other"]);
}

#[test]
fn removes_an_account_that_the_provider_ended_and_keeps_the_current_one() {
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
fn removes_an_expired_account_from_the_list() {
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
fn sign_out_only_ends_the_current_account() {
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
fn sign_out_of_all_clears_every_tab_and_revokes_at_each_provider() {
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
    let left = setup.tab.world.storage_keys("vestibule.");
    assert!(matches!(&left[..], [note] if note.starts_with("vestibule.sign_out.")));
}

#[test]
fn can_sign_out_of_inactive_accounts_after_signing_out() {
    let setup = TwoProviders::both();
    sign_out(&setup.tab, true, false);
    sign_out(&setup.tab, true, true);
    assert_eq!(stored_keys(&setup.tab), 0);
}

pub(super) fn refusal(tab: &Tab) -> Option<ErrorCode> {
    expect_session(block_on(tab.auth.resume()));
    tab.auth.take_callback_error().map(|error| error.code)
}

#[test]
fn keeps_the_first_account_if_storage_has_no_room_for_two() {
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
    let size: usize = setup.tab.world.storage_read(&session_key()).unwrap().len();
    setup.tab.world.0.storage_quota.set(size + 600);
    *setup.tab.world.0.response.borrow_mut() = Some(setup.other.base.respond(&request));
    assert_eq!(refusal(&setup.tab), Some(ErrorCode::StorageUnavailable));
    assert_eq!(listed(&setup.tab), ["good"]);
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-1"));
}

#[test]
fn a_failed_sign_in_leaves_all_accounts() {
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
fn memory_storage_keeps_accounts_out_of_session_storage() {
    let setup = TwoProviders::both_with(r#""storage":"memory","#);
    assert_eq!(listed(&setup.tab), ["other", "good"]);
    switch(&setup.tab, "good").unwrap();
    assert_eq!(setup.tab.access_token().as_deref(), Some("AT-1"));
    assert_eq!(stored_keys(&setup.tab), 0);
    sign_out(&setup.tab, true, true);
    assert!(listed(&setup.tab).is_empty());
}

#[test]
fn removes_inactive_sessions_of_another_configuration() {
    for settings in ["", r#""several_accounts":true,"storage":"memory","#] {
        let setup = TwoProviders::both();
        let page = Tab::open_with(setup.tab.world.clone(), config_of(settings));
        block_on(page.auth.resume());
        let left = page.world.storage_keys("vestibule.account.");
        assert_eq!(left, Vec::<String>::new());
    }
}
