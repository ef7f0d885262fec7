//! Several accounts at once: their tokens never meet, and what ends one leaves the others.

use super::kept::numbers;
use super::signing_out::revocable_at;
use super::staying::{Mood, Rotating, Tab, current, later};
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
struct Scene {
    settings: String,
    good: Rotating,
    other: Rotating,
    tab: Tab,
}

impl Scene {
    fn new(settings: &str) -> Scene {
        let world = Simulated::new(PAGE);
        Scene {
            settings: settings.to_owned(),
            good: Rotating::at(&world, GOOD, ""),
            other: Rotating::at(&world, OTHER, "other-"),
            tab: Tab::open_with(world, config_of(settings)),
        }
    }

    /// Both signed in, first at the good provider, then at the other.
    fn both_with(settings: &str) -> Scene {
        let scene = Scene::new(&format!("{SEVERAL}{settings}"));
        scene.sign_in(&scene.good);
        later(&scene.tab, 10);
        scene.sign_in(&scene.other);
        scene
    }

    fn both() -> Scene {
        Scene::both_with("")
    }

    fn sign_in(&self, provider: &Rotating) -> Rc<Session> {
        sign_in_in(&self.tab, provider)
    }

    fn open(&self, world: Simulated) -> Tab {
        Tab::open_with(world, config_of(&self.settings))
    }

    /// The page of this tab, loaded anew.
    fn reload(self) -> Scene {
        let world = self.tab.world.clone();
        let Scene {
            settings,
            good,
            other,
            tab,
        } = self;
        drop(tab);
        world.forget_clock();
        Scene {
            tab: Tab::open_with(world, config_of(&settings)),
            settings,
            good,
            other,
        }
    }
}

fn sign_in_in(tab: &Tab, provider: &Rotating) -> Rc<Session> {
    let id = match provider.op.issuer {
        GOOD => "good",
        _ => "other",
    };
    block_on(tab.auth.sign_in(id, SignInOptions::default())).unwrap();
    let request = tab.world.0.left_for.borrow().last().unwrap().clone();
    *tab.world.0.response.borrow_mut() = Some(provider.op.respond(&request));
    session_of(block_on(tab.auth.resume()))
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

fn keys(tab: &Tab) -> usize {
    tab.world.keys("vestibule.").len()
}

fn sign_out(tab: &Tab, local: bool, all: bool) -> SignOut {
    block_on(tab.auth.sign_out(SignOutOptions { local, all }))
}

#[test]
fn without_the_setting_a_second_sign_in_takes_the_place_of_the_first() {
    let scene = Scene::new("");
    scene.sign_in(&scene.good);
    scene.sign_in(&scene.other);
    assert_eq!(
        scene.tab.world.keys("vestibule."),
        ["vestibule.session".to_owned()]
    );
    assert!(!scene.tab.world.stored().contains("AT-1"));
    assert!(scene.tab.auth.accounts().is_empty());
}

#[test]
fn a_second_sign_in_sets_the_first_account_aside() {
    let scene = Scene::both();
    assert_eq!(listed(&scene.tab), ["other", "good"]);
    assert_eq!(scene.tab.access_token().as_deref(), Some("AT-other-1"));
    let scene = scene.reload();
    session_of(block_on(scene.tab.auth.resume()));
    assert_eq!(listed(&scene.tab), ["other", "good"]);
}

#[test]
fn signing_in_as_somebody_who_is_set_aside_leaves_one_of_them() {
    let scene = Scene::both();
    scene.sign_in(&scene.good);
    assert_eq!(listed(&scene.tab), ["good", "other"]);
    scene.sign_in(&scene.good);
    assert_eq!(listed(&scene.tab), ["good", "other"]);
    assert_eq!(keys(&scene.tab), 2);
}

#[test]
fn two_accounts_of_one_provider_are_two() {
    let scene = Scene::new(SEVERAL);
    scene.sign_in(&scene.good);
    let eve = ("sub", "\"eve\"".to_owned());
    scene.good.op.claims.borrow_mut().push(eve);
    *scene.good.op.userinfo.borrow_mut() = r#"{"sub":"eve","name":"Eve"}"#.to_owned();
    scene.sign_in(&scene.good);
    let accounts = scene.tab.auth.accounts().into_iter();
    let subjects: Vec<String> = accounts.map(|account| account.user.subject).collect();
    assert_eq!(subjects, ["eve", "ada"]);
}

#[test]
fn who_switches_has_the_other_account_s_tokens() {
    let scene = Scene::both();
    let session = switch(&scene.tab, "good").unwrap();
    assert_eq!(session.issuer, GOOD);
    assert_eq!(scene.tab.access_token().as_deref(), Some("AT-1"));
    assert_eq!(listed(&scene.tab), ["good", "other"]);
    switch(&scene.tab, "other").unwrap();
    assert_eq!(scene.tab.access_token().as_deref(), Some("AT-other-1"));
    assert_eq!(keys(&scene.tab), 2);
    assert_eq!(scene.good.renewals.get() + scene.other.renewals.get(), 0);
}

#[test]
fn a_switch_to_the_account_that_is_current_changes_nothing() {
    let scene = Scene::both();
    let stored = scene.tab.world.stored();
    switch(&scene.tab, "other").unwrap();
    assert_eq!(scene.tab.world.stored(), stored);
}

#[test]
fn a_renewal_of_one_account_leaves_the_other_s_tokens() {
    let scene = Scene::both();
    later(&scene.tab, 250);
    current(scene.tab.renew());
    assert_eq!(scene.tab.access_token().as_deref(), Some("AT-other-2"));
    assert_eq!(scene.good.renewals.get(), 0);
    // The old tokens of who was set aside are renewed by the switch, at their own provider.
    later(&scene.tab, 3000);
    switch(&scene.tab, "good").unwrap();
    assert_eq!(scene.tab.access_token().as_deref(), Some("AT-2"));
    assert_eq!((scene.good.renewals.get(), scene.good.reuses.get()), (1, 0));
    assert_eq!(scene.other.renewals.get(), 1);
}

#[test]
fn a_switch_during_a_renewal_loses_no_tokens() {
    let scene = Scene::both();
    let good = id_at(&scene.tab, "good");
    later(&scene.tab, 250);
    let auth = &scene.tab.auth;
    let (renewal, switched) = block_on(futures_util::future::join(
        auth.renew(60),
        auth.switch_account(&good),
    ));
    assert_eq!(switched.unwrap().issuer, GOOD);
    assert!(!matches!(renewal, Renewal::Failed(_) | Renewal::Ended(_)));
    switch(&scene.tab, "other").unwrap();
    later(&scene.tab, 250);
    current(scene.tab.renew());
    for provider in [&scene.good, &scene.other] {
        assert_eq!(provider.reuses.get(), 0);
    }
}

#[test]
fn a_provider_that_wants_to_be_left_alone_holds_up_its_own_account_only() {
    let scene = Scene::both();
    later(&scene.tab, 250);
    scene.other.mood.set(Mood::Busy);
    assert!(matches!(scene.tab.renew(), Renewal::Failed(_)));
    let session = switch(&scene.tab, "good").unwrap();
    assert_eq!(scene.tab.access_token().as_deref(), Some("AT-2"));
    assert!(scene.tab.auth.renewal_in(&session, 1) < 60);
}

#[test]
fn an_outage_keeps_nobody_from_switching() {
    let scene = Scene::both();
    later(&scene.tab, 3000);
    scene.good.mood.set(Mood::Status(503));
    switch(&scene.tab, "good").unwrap();
    scene.good.mood.set(Mood::Well);
    assert_eq!(listed(&scene.tab), ["good", "other"]);
}

#[test]
fn an_account_that_the_provider_ended_is_gone_and_the_current_one_stays() {
    let scene = Scene::both();
    let elsewhere = scene.open(scene.tab.world.another_tab(true));
    later(&scene.tab, 250);
    scene.good.mood.set(Mood::Ended);
    let error = switch(&scene.tab, "good").unwrap_err();
    assert_eq!(error.code, ErrorCode::SessionExpired);
    for tab in [&scene.tab, &elsewhere] {
        assert_eq!(listed(tab), ["other"]);
        assert_eq!(keys(tab), 1);
    }
    assert!(elsewhere.heard.borrow().is_empty());
}

#[test]
fn an_account_that_is_over_is_not_offered_and_is_removed() {
    let scene = Scene::both_with(r#""max_session":3600,"#);
    let good = id_at(&scene.tab, "good");
    later(&scene.tab, 3595);
    assert_eq!(listed(&scene.tab), ["other"]);
    let error = block_on(scene.tab.auth.switch_account(&good)).unwrap_err();
    assert_eq!(error.code, ErrorCode::SessionExpired);
    assert_eq!(block_on(scene.tab.auth.check()), None);
    assert_eq!(keys(&scene.tab), 1);
}

#[test]
fn sign_out_ends_the_current_account_alone() {
    for local in [true, false] {
        let scene = Scene::both();
        sign_out(&scene.tab, local, false);
        assert!(!scene.tab.world.stored().contains("other-1"));
        let scene = scene.reload();
        assert!(matches!(
            block_on(scene.tab.auth.resume()),
            AuthState::SignedOut { .. }
        ));
        assert_eq!(listed(&scene.tab), ["good"]);
        switch(&scene.tab, "good").unwrap();
        assert_eq!(scene.tab.access_token().as_deref(), Some("AT-1"));
    }
}

#[test]
fn sign_out_of_all_leaves_nothing_in_any_tab_and_tells_each_provider() {
    let scene = Scene::both_with(r#""idle_timeout":3600,"#);
    let duplicate = scene.open(scene.tab.world.another_tab(true));
    let fresh = scene.open(scene.tab.world.another_tab(false));
    session_of(block_on(fresh.auth.resume()));
    let revoked = [&scene.good, &scene.other].map(|it| revocable_at(it, &scene.tab.world));
    let scene = scene.reload();
    let before = scene.tab.world.0.left_for.borrow().len();
    assert_eq!(sign_out(&scene.tab, false, true), SignOut::Leaving);
    assert_eq!(
        *revoked[0].borrow(),
        ["refresh_token RT-1", "access_token AT-1"]
    );
    assert_eq!(
        *revoked[1].borrow(),
        ["refresh_token RT-other-1", "access_token AT-other-1"]
    );
    let left_for = scene.tab.world.0.left_for.borrow()[before..].to_vec();
    assert_eq!(left_for.len(), 1);
    assert!(left_for[0].starts_with("https://other.example/logout?"));
    for tab in [&duplicate, &fresh] {
        assert_eq!(tab.world.keys("vestibule."), Vec::<String>::new());
    }
    assert_eq!(
        scene.tab.world.keys("vestibule."),
        ["vestibule.sign_out".to_owned()]
    );
}

#[test]
fn who_is_signed_out_can_still_sign_out_of_all_the_rest() {
    let scene = Scene::both();
    sign_out(&scene.tab, true, false);
    sign_out(&scene.tab, true, true);
    assert_eq!(keys(&scene.tab), 0);
}

#[test]
fn every_tab_has_every_account() {
    let scene = Scene::new(SEVERAL);
    let before = scene.open(scene.tab.world.another_tab(false));
    scene.sign_in(&scene.good);
    later(&scene.tab, 10);
    scene.sign_in(&scene.other);
    let after = scene.open(scene.tab.world.another_tab(false));
    session_of(block_on(after.auth.resume()));
    for tab in [&before, &after] {
        assert_eq!(listed(tab), ["other", "good"]);
    }
    switch(&scene.tab, "good").unwrap();
    for tab in [&before, &after] {
        assert_eq!(listed(tab), ["good", "other"]);
        assert_eq!(tab.access_token().as_deref(), Some("AT-1"));
    }
    // The sign-in of the one who is current is the older one: a new tab knows all the same.
    let later_tab = scene.open(scene.tab.world.another_tab(false));
    session_of(block_on(later_tab.auth.resume()));
    assert_eq!(listed(&later_tab), ["good", "other"]);
    sign_out(&after, true, false);
    for tab in [&scene.tab, &before, &after, &later_tab] {
        assert_eq!(listed(tab), ["other"]);
        assert!(tab.session().is_none());
    }
    // A tab that was opened by somebody who is signed out offers the rest, too.
    let last = scene.open(scene.tab.world.another_tab(false));
    assert!(matches!(
        block_on(last.auth.resume()),
        AuthState::SignedOut { .. }
    ));
    assert_eq!(listed(&last), ["other"]);
}

#[test]
fn renewed_tokens_reach_the_tabs_where_the_account_is_set_aside() {
    let scene = Scene::both();
    let apart = scene.open(scene.tab.world.another_tab(true));
    apart.world.fall_asleep();
    switch(&scene.tab, "good").unwrap();
    apart
        .world
        .0
        .storage
        .borrow_mut()
        .clone_from(&scene.tab.world.0.storage.borrow().clone());
    apart.world.wake_up();
    switch(&apart, "other").unwrap();
    later(&scene.tab, 250);
    current(apart.renew());
    assert!(scene.tab.world.stored().contains("RT-other-2"));
    switch(&scene.tab, "good").unwrap();
    switch(&scene.tab, "other").unwrap();
    later(&scene.tab, 250);
    current(scene.tab.renew());
    assert_eq!(
        (scene.other.renewals.get(), scene.other.reuses.get()),
        (2, 0)
    );
}

#[test]
fn a_duplicated_tab_uses_no_refresh_token_twice() {
    let scene = Scene::both();
    let copy = scene.tab.world.another_tab(true);
    later(&scene.tab, 250);
    switch(&scene.tab, "good").unwrap();
    // Opened only now: what was told before went past it.
    let copy = scene.open(copy);
    session_of(block_on(copy.auth.resume()));
    switch(&copy, "good").unwrap();
    assert_eq!((scene.good.renewals.get(), scene.good.reuses.get()), (1, 0));
    assert_eq!(copy.access_token().as_deref(), Some("AT-2"));
}

#[test]
fn an_account_that_was_signed_out_meanwhile_is_not_brought_back() {
    let scene = Scene::both();
    let away = scene.tab.world.another_tab(true);
    switch(&scene.tab, "good").unwrap();
    sign_out(&scene.tab, true, false);
    let away = scene.open(away);
    block_on(away.auth.resume());
    for tab in [&scene.tab, &away] {
        assert!(!tab.world.stored().contains("AT-1"));
    }
    assert_eq!(listed(&away), ["other"]);
}

#[test]
fn tabs_that_are_to_be_separate_stay_so() {
    let scene = Scene::both_with(r#""share_session":false,"#);
    let fresh = scene.open(scene.tab.world.another_tab(false));
    block_on(fresh.auth.resume());
    assert!(listed(&fresh).is_empty());
    let copy = scene.open(scene.tab.world.another_tab(true));
    switch(&scene.tab, "good").unwrap();
    assert_eq!(listed(&copy), ["other", "good"]);
}

#[test]
fn nobody_there_ends_every_account() {
    let scene = Scene::both_with(r#""idle_timeout":600,"#);
    let elsewhere = scene.open(scene.tab.world.another_tab(true));
    later(&scene.tab, 601);
    let idle = AuthState::SignedOut {
        reason: SignedOutReason::Idle,
    };
    assert_eq!(block_on(scene.tab.auth.check()), Some(idle));
    for tab in [&scene.tab, &elsewhere] {
        assert_eq!(keys(tab), 0);
    }
}

#[test]
fn somebody_there_keeps_the_accounts_that_are_set_aside() {
    let scene = Scene::both_with(r#""idle_timeout":600,"#);
    for _ in 0..4 {
        later(&scene.tab, 250);
        scene.tab.auth.note_activity();
    }
    sign_out(&scene.tab, true, false);
    assert_eq!(listed(&scene.tab), ["good"]);
    later(&scene.tab, 400);
    scene.tab.auth.note_activity();
    later(&scene.tab, 400);
    block_on(scene.tab.auth.check_accounts());
    assert_eq!(listed(&scene.tab), ["good"]);
    later(&scene.tab, 601);
    block_on(scene.tab.auth.check_accounts());
    assert_eq!(keys(&scene.tab), 0);
}

#[test]
fn a_provider_s_sign_out_ends_the_account_that_it_names() {
    let scene = Scene::new(SEVERAL);
    let sid = ("sid", "\"s-1\"".to_owned());
    scene.good.op.claims.borrow_mut().push(sid.clone());
    scene.other.op.claims.borrow_mut().push(sid);
    scene.sign_in(&scene.good);
    scene.sign_in(&scene.other);
    let told =
        |iss: &str, sid: &str| format!(r#"{{"message":"logout","iss":"{iss}","sid":"{sid}"}}"#);
    assert_eq!(scene.tab.auth.hear(&told(GOOD, "s-2")), None);
    assert_eq!(listed(&scene.tab), ["other", "good"]);
    assert_eq!(scene.tab.auth.hear(&told(GOOD, "s-1")), None);
    assert_eq!(listed(&scene.tab), ["other"]);
    assert!(scene.tab.auth.hear(&told(OTHER, "s-1")).is_some());
    assert_eq!(keys(&scene.tab), 0);
}

#[test]
fn a_changed_account_is_the_same_person_or_nobody() {
    let scene = Scene::both();
    let key = scene.tab.world.keys("vestibule.account.").remove(0);
    let good = scene.tab.world.read(&key).unwrap();
    let mut draw = numbers(11);
    let mut gone = 0;
    for _ in 0..2000 {
        let changed = super::kept::change(&good, &mut draw);
        scene.tab.world.write(&key, &changed).unwrap();
        match &scene.tab.auth.accounts()[..] {
            [_, account] => {
                assert_eq!(account.user.subject, "ada", "{changed}");
                assert_eq!(account.user.issuer, GOOD, "{changed}");
            }
            [_] => {
                gone += 1;
                assert_eq!(keys(&scene.tab), 1, "{changed}");
            }
            other => panic!("{other:?} of {changed}"),
        }
    }
    assert!(gone > 1000, "{gone}");
    // One under the name of another.
    let key = "vestibule.account.mine";
    scene.tab.world.write(key, &good).unwrap();
    assert!(block_on(scene.tab.auth.switch_account("mine")).is_err());
    assert_eq!(scene.tab.world.read(key), None);
    assert_eq!(scene.tab.access_token().as_deref(), Some("AT-other-1"));
}

/// Why the sign-in was refused that the tab comes back from, signed in as before.
fn refusal(tab: &Tab) -> Option<ErrorCode> {
    session_of(block_on(tab.auth.resume()));
    tab.auth.take_refusal().map(|error| error.code)
}

#[test]
fn without_room_for_two_the_first_account_stays() {
    let scene = Scene::new(SEVERAL);
    scene.sign_in(&scene.good);
    block_on(scene.tab.auth.sign_in("other", SignInOptions::default())).unwrap();
    let request = scene.tab.world.0.left_for.borrow().last().unwrap().clone();
    let size: usize = scene.tab.world.read("vestibule.session").unwrap().len();
    scene.tab.world.0.room.set(size + 600);
    *scene.tab.world.0.response.borrow_mut() = Some(scene.other.op.respond(&request));
    assert_eq!(refusal(&scene.tab), Some(ErrorCode::StorageUnavailable));
    assert_eq!(listed(&scene.tab), ["good"]);
    assert_eq!(scene.tab.access_token().as_deref(), Some("AT-1"));
}

#[test]
fn a_sign_in_that_fails_leaves_everybody() {
    let scene = Scene::both();
    let request = block_on(scene.tab.auth.sign_in("good", SignInOptions::default()))
        .map(|_| scene.tab.world.0.left_for.borrow().last().unwrap().clone())
        .unwrap();
    let response = format!(
        "error=access_denied&state={}&iss=https%3A%2F%2Fgood.example",
        query(&request)["state"]
    );
    *scene.tab.world.0.response.borrow_mut() = Some(response);
    assert_eq!(refusal(&scene.tab), Some(ErrorCode::ProviderDenied));
    assert_eq!(listed(&scene.tab), ["other", "good"]);
    assert_eq!(switch(&scene.tab, "other").unwrap().issuer, OTHER);
}

#[test]
fn accounts_in_memory_are_not_in_storage() {
    let scene = Scene::both_with(r#""storage":"memory","#);
    assert_eq!(listed(&scene.tab), ["other", "good"]);
    switch(&scene.tab, "good").unwrap();
    assert_eq!(scene.tab.access_token().as_deref(), Some("AT-1"));
    assert_eq!(keys(&scene.tab), 0);
    sign_out(&scene.tab, true, true);
    assert!(listed(&scene.tab).is_empty());
}

#[test]
fn what_was_set_aside_under_another_configuration_is_removed() {
    for settings in ["", r#""several_accounts":true,"storage":"memory","#] {
        let scene = Scene::both();
        let page = Tab::open_with(scene.tab.world.clone(), config_of(settings));
        block_on(page.auth.resume());
        let left = page.world.keys("vestibule.account.");
        assert_eq!(left, Vec::<String>::new());
    }
}
