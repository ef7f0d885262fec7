//! A world for tests: time, randomness, storage and network are what the test says. Keys are
//! ES256 and signatures real.

use super::{Platform, Unavailable};
use crate::protocol::Timestamp;
use crate::protocol::http::{Body, FetchError, Request, Response};
use crate::protocol::jwks::{Key, Material};
use crate::protocol::jws::Jws;
use crate::protocol::url::ReturnTo;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a server answers to a request.
type Answer = Box<dyn FnMut(&Form) -> Result<Response, FetchError>>;

/// The fields of a posted form; empty for a GET.
pub(crate) type Form = BTreeMap<String, String>;

/// A handle to the world: clones show the same.
#[derive(Clone)]
pub(crate) struct Simulated(pub Rc<World>);

pub(crate) struct World {
    pub now: Cell<Timestamp>,
    pub storage: RefCell<BTreeMap<String, String>>,
    /// Octets that storage still takes.
    pub room: Cell<usize>,
    pub has_crypto: Cell<bool>,
    pub path: RefCell<String>,
    pub response: RefCell<Option<String>>,
    /// Where the browser was sent, the last last.
    pub left_for: RefCell<Vec<String>>,
    /// Addresses that were fetched, in order.
    pub fetched: RefCell<Vec<String>>,
    /// Addresses that never answer.
    pub silent: RefCell<Vec<String>>,
    pub page_url: &'static str,
    answers: RefCell<BTreeMap<String, Answer>>,
    random: Cell<u64>,
}

impl Simulated {
    pub fn new(page_url: &'static str) -> Simulated {
        Simulated(Rc::new(World {
            now: Cell::new(1_800_000_000),
            storage: RefCell::default(),
            room: Cell::new(5 * 1024 * 1024),
            has_crypto: Cell::new(true),
            path: RefCell::new("/".to_owned()),
            response: RefCell::default(),
            left_for: RefCell::default(),
            fetched: RefCell::default(),
            silent: RefCell::default(),
            page_url,
            answers: RefCell::default(),
            random: Cell::new(1),
        }))
    }

    /// What the address answers from now on. Others are unreachable.
    pub fn on(
        &self,
        url: &str,
        answer: impl FnMut(&Form) -> Result<Response, FetchError> + 'static,
    ) {
        self.0
            .answers
            .borrow_mut()
            .insert(url.to_owned(), Box::new(answer));
    }

    /// Everything in storage, as one text.
    pub fn stored(&self) -> String {
        format!("{:?}", self.0.storage.borrow())
    }

    pub fn count(&self, url: &str) -> usize {
        let fetched = self.0.fetched.borrow();
        fetched.iter().filter(|fetched| *fetched == url).count()
    }
}

/// A JSON answer.
pub(crate) fn json(status: u16, body: &str) -> Result<Response, FetchError> {
    Ok(Response {
        status,
        content_type: "application/json".to_owned(),
        body: body.as_bytes().to_vec(),
    })
}

impl Platform for Simulated {
    fn now(&self) -> Timestamp {
        self.0.now.get()
    }

    fn fill_random(&self, octets: &mut [u8]) -> Result<(), Unavailable> {
        for octet in octets {
            // A linear congruential generator: different each time, the same in each run.
            let next = self
                .0
                .random
                .get()
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            self.0.random.set(next);
            *octet = (next >> 56) as u8;
        }
        Ok(())
    }

    fn has_crypto(&self) -> bool {
        self.0.has_crypto.get()
    }

    async fn verify(&self, token: &Jws, key: &Key) -> Result<bool, Unavailable> {
        let Material::Ec { x, y, .. } = &key.material else {
            return Err(Unavailable);
        };
        let mut point = vec![4];
        for coordinate in [x, y] {
            point.extend(URL_SAFE_NO_PAD.decode(coordinate).unwrap());
        }
        let (Ok(key), Ok(signature)) = (
            VerifyingKey::from_sec1_bytes(&point),
            Signature::from_slice(&token.signature),
        ) else {
            return Ok(false);
        };
        Ok(key
            .verify(token.signing_input.as_bytes(), &signature)
            .is_ok())
    }

    async fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        self.0.fetched.borrow_mut().push(request.url.clone());
        if self.0.silent.borrow().contains(&request.url) {
            std::future::pending::<()>().await;
        }
        let form = match request.body {
            Body::None => Form::new(),
            Body::Form(fields) => fields.into_iter().collect(),
        };
        match self.0.answers.borrow_mut().get_mut(&request.url) {
            Some(answer) => answer(&form),
            None => Err(FetchError::Unreachable),
        }
    }

    fn read(&self, key: &str) -> Option<String> {
        self.0.storage.borrow().get(key).cloned()
    }

    fn write(&self, key: &str, value: &str) -> Result<(), Unavailable> {
        let size: usize = {
            let storage = self.0.storage.borrow();
            let others = storage.iter().filter(|(known, _)| *known != key);
            others.map(|(key, value)| key.len() + value.len()).sum()
        };
        if size + key.len() + value.len() > self.0.room.get() {
            return Err(Unavailable);
        }
        let mut storage = self.0.storage.borrow_mut();
        storage.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    fn remove(&self, key: &str) {
        self.0.storage.borrow_mut().remove(key);
    }

    fn keys(&self, prefix: &str) -> Vec<String> {
        let storage = self.0.storage.borrow();
        let keys = storage.keys().filter(|key| key.starts_with(prefix));
        keys.cloned().collect()
    }

    fn page_url(&self) -> String {
        self.0.page_url.to_owned()
    }

    fn path(&self) -> String {
        self.0.path.borrow().clone()
    }

    fn take_response(&self) -> Option<String> {
        self.0.response.borrow_mut().take()
    }

    fn leave_for(&self, url: &str) {
        self.0.left_for.borrow_mut().push(url.to_owned());
    }

    fn go_back_to(&self, place: &ReturnTo) -> bool {
        *self.0.path.borrow_mut() = place.as_str().to_owned();
        false
    }
}
