//! What the tests have in common: configurations, pages, tabs, and shortcuts through a sign-in.

use super::*;

pub(super) use crate::fuzz::mutate::random_numbers;

pub(super) const PAGE: &str = "https://app.example.com/";

pub(super) const GOOD: &str = "https://good.example";

pub(super) const EVIL: &str = "https://evil.example";

pub(super) fn config() -> Config {
    config_with("")
}

pub(super) fn config_with(settings: &str) -> Config {
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
    /// The session that is kept, if somebody is signed in.
    pub fn current_session(&self) -> Option<Rc<Session>> {
        self.parts.sessions.current()
    }

    /// Processes a message of another tab. Neither a request nor the browser's cryptography keeps it waiting.
    pub fn receive(&self, message: &str) -> Option<AuthState> {
        let mut work = Box::pin(self.on_message(message));
        // The simulated network lets other tasks run.
        (0..100)
            .find_map(|_| work.as_mut().now_or_never())
            .flatten()
    }

    /// Seconds until the next renewal after this many failures in a row.
    pub fn renewal_in(&self, session: &Session, failures: u32) -> i64 {
        self.parts.renewer.renewal_in(session, failures)
    }
}

/// What the names of the records of the provider `good` end with.
pub(super) fn good_digest() -> String {
    let resolved = config().resolve(PAGE).unwrap();
    resolved.providers[0].client_digest().to_owned()
}

/// The name of the record of a current session with the provider `good`.
pub(super) fn session_key() -> String {
    ["vestibule.session.", &good_digest()].concat()
}

pub(super) fn session_message(stored: &str) -> String {
    format!(r#"{{"session":{{"session":{stored},"inactive":false,"active_at":0}}}}"#)
}

pub(super) fn auth(world: &Simulated, config: Config) -> Auth<Simulated> {
    let resolved = config.resolve(&world.page_url()).unwrap();
    Auth::new(world.clone(), resolved)
}

pub(super) fn load(world: &Simulated) -> Auth<Simulated> {
    world.forget_clock();
    auth(world, config())
}

pub(super) fn load_with(world: &Simulated, settings: &str) -> Auth<Simulated> {
    auth(world, config_with(settings))
}

pub(super) fn load_top(world: &Simulated, settings: &str) -> Auth<Simulated> {
    let text = format!(
        r#"{{{settings}"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
    );
    auth(world, Config::from_text(text.as_bytes()).unwrap())
}

pub(super) fn world() -> (Simulated, TestProvider) {
    let world = Simulated::new(PAGE);
    let op = TestProvider::new(&world, GOOD, true);
    (world, op)
}

pub(super) fn start_sign_in(world: &Simulated, provider: &str) -> String {
    block_on(load(world).sign_in(provider, SignInOptions::default())).unwrap();
    world.0.navigations.borrow().last().unwrap().clone()
}

pub(super) fn return_with(world: &Simulated, response: &str) -> AuthState {
    *world.0.response.borrow_mut() = Some(response.to_owned());
    let auth = load(world);
    let state = block_on(auth.resume());
    expect_no_secrets(world, &auth);
    state
}

/// Neither the trace nor the console holds a secret that the browser has sent or received.
#[track_caller]
pub(super) fn expect_no_secrets(world: &Simulated, auth: &Auth<Simulated>) {
    let secrets = world.0.secrets.borrow();
    let stored = world.storage_read("vestibule.trace");
    let console = world.0.console.borrow();
    let logs = [auth.export_trace()].into_iter().chain(stored);
    for log in logs.chain(console.iter().cloned()) {
        let mut found = secrets.found_in(&log);
        // Some tests forge a code that is called like the provider.
        found.retain(|secret| auth.providers().iter().all(|it| it.id() != *secret));
        assert!(found.is_empty(), "{found:?} in {log}");
    }
}

pub(super) fn sign_in(world: &Simulated, op: &TestProvider) -> AuthState {
    let request = start_sign_in(world, "good");
    return_with(world, &op.respond(&request))
}

#[track_caller]
pub(super) fn expect_session(state: AuthState) -> Rc<Session> {
    match state {
        AuthState::SignedIn(session) => session,
        other => panic!("nobody is signed in: {other:?}"),
    }
}

#[track_caller]
pub(super) fn expect_error(state: AuthState) -> Error {
    match state {
        AuthState::Failed(error) => error,
        other => panic!("no failure: {other:?}"),
    }
}

pub(super) struct Tab {
    pub world: Simulated,
    pub auth: Auth<Simulated>,
    /// The states that resulted from messages of other tabs.
    pub states: Rc<RefCell<Vec<AuthState>>>,
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.world.close();
        if !std::thread::panicking() {
            expect_no_secrets(&self.world, &self.auth);
        }
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
            move |message| states.borrow_mut().extend(auth.receive(message))
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
        Some(self.session()?.access_token()?.secret().clone())
    }

    pub fn renew(&self) -> RenewalOutcome {
        block_on(self.auth.renew(60))
    }
}

pub(super) fn signed_in_tab() -> (Tab, RotatingProvider) {
    let world = Simulated::new(PAGE);
    let provider = RotatingProvider::new(&world);
    let tab = Tab::open(world);
    expect_session(sign_in(&tab.world, &provider.base));
    (tab, provider)
}

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

pub(super) fn mutate(text: &str, draw: &mut impl FnMut(usize) -> usize) -> String {
    let changed = crate::fuzz::mutate::mutate(text.as_bytes(), &[], &[], draw);
    String::from_utf8_lossy(&changed).into_owned()
}
