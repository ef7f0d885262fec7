//! One attack on a sign-in, and what the attacker must not get out of it.

use super::*;

/// What a sign-in may ask the provider for before its ID token is accepted.
const ALLOWED: [&str; 3] = ["/.well-known/openid-configuration", "/token", "/jwks"];

/// A sign-in that waits for the provider's response.
pub(super) struct Attempt {
    pub world: Simulated,
    pub op: TestProvider,
    /// The authorization request.
    pub request: String,
    /// The query of the response. At first, it's the correct one.
    pub response: String,
}

impl Attempt {
    pub fn start(world: Simulated, op: TestProvider) -> Attempt {
        let request = start_sign_in(&world, "good");
        let response = op.respond(&request);
        Attempt {
            world,
            op,
            request,
            response,
        }
    }

    /// Makes the provider answer token requests with this ID token.
    pub fn answer_with(&self, id_token: impl Fn(&TestProvider, Timestamp) -> String + 'static) {
        let (op, now) = (self.op.clone(), Rc::clone(&self.world.0.now));
        self.world.on(&self.op.url("/token"), move |_| {
            json(200, &op.tokens_with(&id_token(&op, now.get())))
        });
    }

    /// Makes the provider publish these keys, each as JSON.
    pub fn publish_keys(&self, keys: &[String]) {
        let set = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        self.world
            .on(&self.op.url("/jwks"), move |_| json(200, &set));
    }
}

/// What a refused sign-in did before it was refused.
pub(super) struct Trace {
    fetched: Vec<String>,
    /// How often a key was tried on a signature.
    pub verifications: usize,
}

impl Trace {
    /// How many requests went to this path of the provider.
    pub fn count(&self, path: &str) -> usize {
        let url = format!("{GOOD}{path}");
        self.fetched.iter().filter(|known| **known == url).count()
    }
}

/// Expects that a sign-in fails with this code once an attacker has changed something about it, that the
/// attacker's tokens are neither stored nor used, that nobody else gets a request, and that whoever is signed
/// in stays so.
///
/// Without the change, the same sign-in has to succeed. It is tried where nobody is signed in, and where Ada
/// is.
#[track_caller]
pub(super) fn expect_refused(
    attack: &str,
    code: ErrorCode,
    change: impl Fn(&mut Attempt),
) -> Trace {
    let (clean_world, op) = world();
    let unchanged = Attempt::start(clean_world, op);
    expect_session(return_with(&unchanged.world, &unchanged.response));

    let (world_with_session, op) = world();
    let session = expect_session(sign_in(&world_with_session, &op));
    let first = refused(
        attack,
        code,
        Attempt::start(world_with_session, op),
        Some(&session),
        &change,
    );

    let (empty_world, op) = world();
    let second = refused(attack, code, Attempt::start(empty_world, op), None, &change);
    assert_eq!(first.fetched, second.fetched, "{attack}");
    second
}

#[track_caller]
fn refused(
    attack: &str,
    code: ErrorCode,
    mut attempt: Attempt,
    session: Option<&Rc<Session>>,
    change: impl Fn(&mut Attempt),
) -> Trace {
    let world = attempt.world.clone();
    let before = world.storage_read(&session_key());
    assert_eq!(before.is_some(), session.is_some());
    change(&mut attempt);
    world.0.fetched.take();
    world.0.verifications.take();

    *world.0.response.borrow_mut() = Some(attempt.response);
    let auth = load(&world);
    let state = block_on(auth.resume());
    let error = match session {
        None => expect_error(state),
        Some(session) => {
            assert_eq!(expect_session(state), *session, "{attack}");
            let error = auth.take_callback_error();
            error.unwrap_or_else(|| panic!("{attack}: no error"))
        }
    };
    assert_eq!(error.code, code, "{attack}: {error}");

    assert_eq!(world.storage_read(&session_key()), before, "{attack}");
    let stored = world.storage_keys("vestibule.");
    assert_eq!(
        stored.len(),
        usize::from(session.is_some()),
        "{attack}: {stored:?}"
    );
    let fetched = world.0.fetched.take();
    for url in &fetched {
        let path = url.strip_prefix(GOOD).unwrap_or(url);
        assert!(ALLOWED.contains(&path), "{attack}: a request to {url}");
    }
    assert_eq!(load(&world).current_session().as_ref(), session, "{attack}");
    Trace {
        fetched,
        verifications: world.0.verifications.take(),
    }
}
