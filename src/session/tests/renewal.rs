//! Staying signed in: renewals, several tabs, outages. The provider rotates refresh tokens and ends
//! the session when one is used twice.

use super::*;
use crate::platform::simulated::pause;
use futures_util::future::{join, join_all};

/// What the token endpoint does with a renewal.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Behavior {
    Normal,
    /// Answers with this status and an empty body.
    Status(u16),
    /// Is overloaded, and wants to be left alone for two minutes.
    RateLimited,
    /// No answer, and nothing done.
    TimesOut,
    /// The tokens are changed, and the answer gets lost.
    ResponseLost,
    InvalidGrant,
    /// Brings an ID token of somebody else.
    OtherSubject,
}

/// A provider with refresh tokens.
#[derive(Clone)]
pub(super) struct RotatingProvider {
    pub base: TestProvider,
    pub behavior: Rc<Cell<Behavior>>,
    /// The number of the refresh token that is good now; none after a reuse.
    pub current: Rc<Cell<Option<u32>>>,
    /// The one before is good too (a grace period).
    pub grace: Rc<Cell<bool>>,
    pub renewals: Rc<Cell<u32>>,
    pub reuses: Rc<Cell<u32>>,
    /// Before the number of every token.
    prefix: &'static str,
}

impl RotatingProvider {
    pub fn new(world: &Simulated) -> RotatingProvider {
        RotatingProvider::at(world, GOOD, "")
    }

    pub fn at(world: &Simulated, issuer: &'static str, prefix: &'static str) -> RotatingProvider {
        let this = RotatingProvider {
            base: TestProvider::new(world, issuer, true),
            behavior: Rc::new(Cell::new(Behavior::Normal)),
            current: Rc::default(),
            grace: Rc::default(),
            renewals: Rc::default(),
            reuses: Rc::default(),
            prefix,
        };
        let provider = this.clone();
        let now = Rc::clone(&world.0.now);
        world.on(&this.base.url("/token"), move |form| {
            let now = now.get();
            match form["grant_type"].as_str() {
                "authorization_code" => {
                    provider.current.set(Some(1));
                    json(200, &provider.answer(1, &provider.base.id_token(now)))
                }
                _ => provider.renew(form, now),
            }
        });
        this
    }

    fn answer(&self, number: u32, id_token: &str) -> String {
        let prefix = self.prefix;
        format!(
            r#"{{"access_token":"AT-{prefix}{number}","refresh_token":"RT-{prefix}{number}","id_token":"{id_token}","token_type":"Bearer","expires_in":300}}"#
        )
    }

    fn renew(&self, form: &Form, now: Timestamp) -> Result<http::Response, FetchError> {
        match self.behavior.get() {
            Behavior::Status(status) => return json(status, ""),
            Behavior::RateLimited => {
                let mut answer = json(429, "")?;
                answer.retry_after = Some("120".to_owned());
                return Ok(answer);
            }
            Behavior::TimesOut => return Err(FetchError::Timeout),
            Behavior::InvalidGrant => return json(400, r#"{"error":"invalid_grant"}"#),
            _ => {}
        }
        self.renewals.set(self.renewals.get() + 1);
        let used: u32 = form["refresh_token"]
            .strip_prefix(&format!("RT-{}", self.prefix))
            .expect("a refresh token of another provider")
            .parse()
            .unwrap();
        let Some(current) = self.current.get() else {
            return json(400, r#"{"error":"invalid_grant"}"#);
        };
        let again = self.grace.get() && used + 1 == current;
        if used != current && !again {
            self.reuses.set(self.reuses.get() + 1);
            self.current.set(None);
            return json(400, r#"{"error":"invalid_grant"}"#);
        }
        self.current.set(Some(current + 1));
        if self.behavior.get() == Behavior::ResponseLost {
            return Err(FetchError::Timeout);
        }
        let nonce = self.base.nonce.take();
        let claims = self.base.claims.replace(match self.behavior.get() {
            Behavior::OtherSubject => {
                vec![("sub", "\"eve\"".to_owned()), ("nonce", "null".to_owned())]
            }
            _ => vec![("nonce", "null".to_owned())],
        });
        let id_token = self.base.id_token(now);
        self.base.claims.replace(claims);
        self.base.nonce.replace(nonce);
        json(200, &self.answer(current + 1, &id_token))
    }
}

/// A tab with the page in it.
pub(super) struct Tab {
    pub world: Simulated,
    pub auth: Auth<Simulated>,
    /// The states that followed of what other tabs message.
    pub states: Rc<RefCell<Vec<AuthState>>>,
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.world.close();
    }
}

impl Tab {
    pub fn open(world: Simulated) -> Tab {
        Tab::open_with(world, config())
    }

    pub fn open_with(world: Simulated, config: Config) -> Tab {
        let auth = auth(&world, config);
        let states = Rc::new(RefCell::new(Vec::new()));
        world.on_message({
            let (auth, states) = (auth.clone(), Rc::clone(&states));
            move |message| states.borrow_mut().extend(auth.on_message(message))
        });
        Tab {
            world,
            auth,
            states,
        }
    }

    pub fn session(&self) -> Option<Rc<Session>> {
        self.auth.current_session()
    }

    pub fn access_token(&self) -> Option<String> {
        Some(self.session()?.access_token.secret().clone())
    }

    pub fn renew(&self) -> RenewalOutcome {
        block_on(self.auth.renew(60))
    }
}

/// A tab in which somebody has signed in, and the provider.
pub(super) fn signed_in() -> (Tab, RotatingProvider) {
    let world = Simulated::new(PAGE);
    let provider = RotatingProvider::new(&world);
    let tab = Tab::open(world);
    expect_session(sign_in(&tab.world, &provider.base));
    (tab, provider)
}

/// Later, so that tokens have to be renewed.
pub(super) fn advance(tab: &Tab, seconds: i64) {
    tab.world.0.now.set(tab.world.0.now.get() + seconds);
}

#[track_caller]
pub(super) fn expect_valid(renewal: RenewalOutcome) -> Rc<Session> {
    match renewal {
        RenewalOutcome::Valid(session) => session,
        other => panic!("not renewed: {other:?}"),
    }
}

#[test]
fn tokens_are_renewed_when_they_are_needed_and_not_before() {
    let (tab, provider) = signed_in();
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
fn a_session_that_can_be_renewed_outlives_its_access_token_and_a_reload() {
    let (tab, _provider) = signed_in();
    advance(&tab, 3000);
    let session = expect_session(block_on(load(&tab.world).resume()));
    assert!(tab.auth.seconds_left(&session) < 0);
    assert_eq!(block_on(tab.auth.check()), None);
    expect_valid(tab.renew());
}

#[test]
fn many_renewals_at_once_are_one_request() {
    let (tab, provider) = signed_in();
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
fn a_token_that_many_requests_were_refused_with_is_replaced_once() {
    let (tab, provider) = signed_in();
    let second = Tab::open(tab.world.open_tab(true));
    let renewals = [0; 5].map(|_| [&tab, &second].map(|tab| tab.auth.renew_rejected("AT-1")));
    for renewal in block_on(join_all(renewals.into_iter().flatten())) {
        assert_eq!(expect_valid(renewal).access_token.secret(), "AT-2");
    }
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
    // A late answer to a request with the old one.
    expect_valid(block_on(tab.auth.renew_rejected("AT-1")));
    assert_eq!(provider.renewals.get(), 1);
}

#[test]
fn a_refused_token_that_cannot_be_replaced_is_told_at_once() {
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
fn a_tab_that_slept_does_not_use_an_old_refresh_token() {
    let (tab, provider) = signed_in();
    let sleeper = Tab::open(tab.world.open_tab(true));
    sleeper.world.fall_asleep();
    for _ in 0..3 {
        advance(&tab, 250);
        expect_valid(tab.renew());
    }
    sleeper.world.wake_up();
    advance(&tab, 250);
    expect_valid(sleeper.renew());
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (4, 0));
    assert_eq!(tab.access_token().as_deref(), Some("AT-5"));
}

#[test]
fn a_tab_that_was_duplicated_before_a_renewal_it_never_heard_of_asks_first() {
    let (tab, provider) = signed_in();
    let copy = tab.world.open_tab(true);
    advance(&tab, 250);
    expect_valid(tab.renew());
    // WindowGuard only now: what was message before went past it.
    let copy = Tab::open(copy);
    expect_valid(copy.renew());
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
    assert_eq!(copy.access_token().as_deref(), Some("AT-2"));
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
        let (tab, provider) = signed_in();
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
fn a_provider_that_asks_to_be_left_alone_is_by_every_tab() {
    let (tab, provider) = signed_in();
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
fn an_attempt_that_fails_is_one_for_all_who_waited_for_it() {
    let (tab, provider) = signed_in();
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
fn keys_that_cannot_be_fetched_cost_no_refresh_token() {
    let (tab, provider) = signed_in();
    let keys = provider.base.url("/jwks");
    advance(&tab, 250);
    tab.world.on(&keys, |_| Err(FetchError::Timeout));
    // Nothing is sent that could not be checked afterwards.
    assert!(matches!(tab.renew(), RenewalOutcome::Failed(_)));
    assert_eq!(provider.renewals.get(), 0);
    // The key is a new one, and the key set goes away while it is asked for.
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
fn a_duplicate_of_a_tab_that_is_to_be_separate_uses_no_refresh_token_twice() {
    let text = format!(
        r#"{{"share_session":false,"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
    );
    let config = || Config::from_text(text.as_bytes()).unwrap();
    let (tab, provider) = signed_in();
    let tab = Tab::open_with(tab.world.clone(), config());
    let copy = Tab::open_with(tab.world.open_tab(true), config());
    advance(&tab, 250);
    for renewal in block_on(join_all([&tab, &copy].map(|tab| tab.auth.renew(60)))) {
        expect_valid(renewal);
    }
    assert_eq!((provider.renewals.get(), provider.reuses.get()), (1, 0));
}

#[test]
fn discovery_that_fails_ends_no_session() {
    let (tab, provider) = signed_in();
    advance(&tab, 250);
    let url = provider.base.url("/.well-known/openid-configuration");
    tab.world.on(&url, |_| Err(FetchError::Offline));
    assert!(matches!(tab.renew(), RenewalOutcome::Failed(_)));
    assert!(tab.session().is_some());
}

#[test]
fn an_answer_that_got_lost_is_asked_for_again_within_the_grace_period() {
    let (tab, provider) = signed_in();
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
fn the_provider_s_word_ends_the_session_in_every_tab() {
    let (tab, provider) = signed_in();
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
fn renewed_tokens_of_somebody_else_are_not_taken() {
    let (tab, provider) = signed_in();
    advance(&tab, 250);
    provider.behavior.set(Behavior::OtherSubject);
    match tab.renew() {
        RenewalOutcome::Failed(error) => assert_eq!(error.code, ErrorCode::IdTokenClaim),
        other => panic!("{other:?}"),
    }
    assert_eq!(tab.access_token().as_deref(), Some("AT-1"));
}

#[test]
fn a_sign_out_counts_at_whatever_moment_of_a_renewal_it_comes() {
    for moment in 0..20 {
        let (tab, _provider) = signed_in();
        let other = Tab::open(tab.world.open_tab(true));
        advance(&tab, 250);
        let sign_out = async {
            for _ in 0..moment {
                pause().await;
            }
            other
                .auth
                .sign_out(SignOutOptions {
                    local: true,
                    ..SignOutOptions::default()
                })
                .await;
        };
        block_on(join(tab.auth.renew(60), sign_out));
        for tab in [&tab, &other] {
            assert!(tab.session().is_none(), "at moment {moment}");
            assert!(!tab.world.stored().contains("AT-"), "at moment {moment}");
        }
    }
}

#[test]
fn a_new_tab_is_signed_in_without_asking() {
    let (tab, provider) = signed_in();
    let new = Tab::open(tab.world.open_tab(false));
    let requests = tab.world.0.fetched.borrow().len();
    expect_session(block_on(new.auth.resume()));
    assert_eq!(new.access_token(), tab.access_token());
    assert_eq!(tab.world.0.fetched.borrow().len(), requests);
    assert_eq!(provider.reuses.get(), 0);
}

#[test]
fn tabs_that_are_to_be_separate_are() {
    let text = format!(
        r#"{{"share_session":false,"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
    );
    let config = || Config::from_text(text.as_bytes()).unwrap();
    let (tab, _provider) = signed_in();
    let new = Tab::open_with(tab.world.open_tab(false), config());
    let fresh = AuthState::SignedOut {
        reason: SignedOutReason::NeverSignedIn,
    };
    assert_eq!(block_on(new.auth.resume()), fresh);
    block_on(tab.auth.sign_out(SignOutOptions {
        local: true,
        ..SignOutOptions::default()
    }));
    assert!(new.states.borrow().is_empty());
}

#[test]
fn a_sign_in_in_one_tab_is_one_in_all() {
    let world = Simulated::new(PAGE);
    let provider = RotatingProvider::new(&world);
    let waiting = Tab::open(world.open_tab(false));
    let tab = Tab::open(world);
    // The answer is worked on in the tab's own page.
    let request = {
        block_on(tab.auth.sign_in("good", SignInOptions::default())).unwrap();
        tab.world.0.navigations.borrow().last().unwrap().clone()
    };
    *tab.world.0.response.borrow_mut() = Some(provider.base.respond(&request));
    expect_session(block_on(tab.auth.resume()));
    assert!(matches!(
        waiting.states.borrow().last(),
        Some(AuthState::SignedIn(_))
    ));

    // And so is the next person's, also in the same second.
    for (seconds, subject) in [(10, "grace"), (0, "emmy")] {
        advance(&tab, seconds);
        let claim = ("sub", format!("{subject:?}"));
        *provider.base.claims.borrow_mut() = vec![claim];
        *provider.base.userinfo.borrow_mut() = format!(r#"{{"sub":"{subject}"}}"#);
        expect_session(sign_in(&tab.world, &provider.base));
        assert_eq!(waiting.session().unwrap().user.subject, subject);
    }
}

#[test]
fn what_is_told_is_not_believed_unless_it_fits() {
    let (tab, _provider) = signed_in();
    let stored = tab.world.storage_read("vestibule.session").unwrap();
    let message = session_message(&stored);
    let fresh = Tab::open(tab.world.open_tab(false));
    for hostile in [
        "",
        "opened",
        "{}",
        r#"{"session":{}}"#,
        r#"{"request-session":{"newer_than":{"id":7,"renewals":0}}}"#,
        r#"{"ended":{"reason":"expired"}}"#,
        &message.replace("\"client_id\":\"client-1\"", "\"client_id\":\"client-2\""),
        &message.replace(GOOD, "https://other.example"),
        &message.replace("\"subject\":\"ada\"", "\"subject\":\"eve\""),
        &message[..message.len() - 1],
    ] {
        assert_eq!(fresh.auth.on_message(hostile), None, "{hostile}");
        assert!(fresh.session().is_none());
    }
    assert!(matches!(
        fresh.auth.on_message(&message),
        Some(AuthState::SignedIn(_))
    ));
    // An older copy does not replace a newer one.
    advance(&tab, 250);
    expect_valid(tab.renew());
    assert_eq!(tab.auth.on_message(&message), None);
    assert_eq!(tab.access_token().as_deref(), Some("AT-2"));
    // A foreign session's end is not this one's.
    assert_eq!(
        tab.auth
            .on_message(r#"{"ended":{"id":"vst_x","reason":"expired"}}"#),
        None
    );
    assert!(tab.session().is_some());
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
fn renewals_come_ahead_of_the_end_and_pauses_grow() {
    let (tab, _provider) = signed_in();
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

/// Whether another tab has the session too: it ends with the last one.
fn others_live(tabs: &[Tab], which: usize) -> bool {
    let mut others = tabs.iter().enumerate().filter(|(index, _)| *index != which);
    others.any(|(_, tab)| tab.session().is_some())
}

#[test]
fn the_last_tab_takes_the_session_with_it() {
    let (tab, _provider) = signed_in();
    let second = Tab::open(tab.world.open_tab(false));
    expect_session(block_on(second.auth.resume()));
    drop(tab);
    let third = Tab::open(second.world.open_tab(false));
    expect_session(block_on(third.auth.resume()));
    let next = third.world.open_tab(false);
    drop(second);
    drop(third);
    let fresh = AuthState::SignedOut {
        reason: SignedOutReason::NeverSignedIn,
    };
    assert_eq!(block_on(Tab::open(next).auth.resume()), fresh);
}

/// Random lives of up to five tabs, with what must hold after every step.
#[test]
fn no_life_of_tabs_loses_a_session_or_uses_a_refresh_token_twice() {
    for seed in 1..=300u64 {
        let mut draw = storage::random_numbers(seed);
        let (first, provider) = signed_in();
        let time_is_known = draw(3) > 0;
        first.world.host_sends_date(time_is_known);
        let mut tabs = vec![first];
        // Copies of tabs that show nothing of ours for a while, and hear nothing.
        let mut elsewhere: Vec<Simulated> = Vec::new();
        let mut over = false;
        for step in 0..80 {
            let which = draw(tabs.len());
            let context = format!("seed {seed}, step {step}");
            match draw(18) {
                // It comes back where somebody can tell it what it missed.
                16 if elsewhere.len() < 3 => elsewhere.push(tabs[which].world.open_tab(true)),
                17 if !over && tabs.len() < 5 => {
                    let message = tabs.iter().all(|tab| !tab.world.0.asleep());
                    if let Some(world) = elsewhere.pop().filter(|_| message) {
                        let tab = Tab::open(world);
                        if draw(2) == 0 {
                            block_on(tab.auth.resume());
                        }
                        tabs.push(tab);
                    }
                }
                // A tab that sleeps is woken up by being duplicated.
                0 if tabs.len() < 5 && !tabs[which].world.0.asleep() => {
                    let tab = Tab::open(tabs[which].world.open_tab(draw(2) == 0));
                    block_on(tab.auth.resume());
                    tabs.push(tab);
                }
                1 if others_live(&tabs, which) => drop(tabs.swap_remove(which)),
                2 => tabs[which].world.fall_asleep(),
                3 => tabs[which].world.wake_up(),
                4 => provider.behavior.set(Behavior::Status(503)),
                5 => provider.behavior.set(Behavior::TimesOut),
                6 => provider.behavior.set(Behavior::RateLimited),
                7 => provider.behavior.set(Behavior::Normal),
                8 => advance(&tabs[which], 100),
                9 => advance(&tabs[which], 1000),
                10 => {
                    let hours = [0, 0, 1, -1, 24, -24][draw(6)];
                    tabs[which].world.offset_clock(hours * 3600);
                }
                11 if draw(20) == 0 => {
                    tabs[which].world.wake_up();
                    over |= tabs[which].session().is_some();
                    block_on(tabs[which].auth.sign_out(SignOutOptions {
                        local: true,
                        ..SignOutOptions::default()
                    }));
                }
                // A page that is closed while it renews.
                12 if others_live(&tabs, which) && provider.behavior.get() != Behavior::Normal => {
                    let tab = tabs.swap_remove(which);
                    let mut renewal = Box::pin(tab.auth.renew(60));
                    for _ in 0..draw(12) {
                        if renewal.as_mut().now_or_never().is_some() {
                            break;
                        }
                    }
                }
                13 => {
                    let state = block_on(tabs[which].auth.check());
                    assert!(
                        over || state.is_none() || tabs[which].session().is_none(),
                        "{context}: {state:?}"
                    );
                }
                _ => {
                    let awake: Vec<&Tab> =
                        tabs.iter().filter(|tab| !tab.world.0.asleep()).collect();
                    let before = provider.renewals.get();
                    let renewals = awake.iter().map(|tab| tab.auth.renew(60));
                    for renewal in block_on(join_all(renewals)) {
                        assert!(!matches!(renewal, RenewalOutcome::Ended(_)), "{context}");
                    }
                    // Tabs that each believe in another time may each find the tokens too old.
                    let renewed = provider.renewals.get() - before;
                    assert!(renewed <= 1 || !time_is_known, "{context}: {renewed}");
                }
            }
            assert_eq!(provider.reuses.get(), 0, "{context}");
            let signed_in = tabs.iter().filter(|tab| tab.session().is_some()).count();
            if over {
                for tab in tabs.iter().filter(|tab| !tab.world.0.asleep()) {
                    assert!(tab.session().is_none(), "{context}");
                }
            } else {
                assert!(signed_in > 0, "{context}");
            }
        }
    }
}
