//! A provider that follows the specification except for what a test changes, and one with rotating refresh
//! tokens.

use super::*;
use p256::ecdsa::Signature;
use p256::ecdsa::signature::Signer;

/// A claim that an ID token lacks.
pub(super) const LEFT_OUT: &str = "";

#[derive(Clone)]
pub(super) struct TestProvider {
    pub issuer: &'static str,
    pub key: Rc<RefCell<(String, SigningKey)>>,
    /// Claims that replace the correct ones, as JSON, or [`LEFT_OUT`].
    pub claims: Rc<RefCell<Vec<(&'static str, String)>>>,
    /// The nonce of the last authorization request.
    pub nonce: Rc<RefCell<String>>,
    /// The form of the last token request.
    pub token_request: Rc<RefCell<Option<Form>>>,
    pub userinfo: Rc<RefCell<String>>,
    pub iss_parameter_supported: bool,
}

pub(super) fn signing_key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

impl TestProvider {
    pub fn new(
        world: &Simulated,
        issuer: &'static str,
        iss_parameter_supported: bool,
    ) -> TestProvider {
        let op = TestProvider {
            issuer,
            key: Rc::new(RefCell::new(("k1".to_owned(), signing_key(7)))),
            claims: Rc::default(),
            nonce: Rc::default(),
            token_request: Rc::default(),
            userinfo: Rc::new(RefCell::new(
                r#"{"sub":"ada","name":"Ada Lovelace","email":"ada@example.com"}"#.to_owned(),
            )),
            iss_parameter_supported,
        };
        let this = op.clone();
        world.on(&this.url("/.well-known/openid-configuration"), {
            let this = this.clone();
            move |_| json(200, &this.metadata())
        });
        world.on(&this.url("/jwks"), {
            let this = this.clone();
            move |_| json(200, &this.jwks())
        });
        world.on(&this.url("/token"), {
            let (this, now) = (this.clone(), Rc::clone(&world.0));
            move |form| {
                *this.token_request.borrow_mut() = Some(form.clone());
                json(200, &this.tokens(now.now.get()))
            }
        });
        world.on(&this.url("/userinfo"), move |_| {
            json(200, &this.userinfo.borrow())
        });
        op
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    pub fn metadata(&self) -> String {
        let issuer = self.issuer;
        format!(
            r#"{{"issuer":"{issuer}","authorization_endpoint":"{issuer}/auth","token_endpoint":"{issuer}/token","jwks_uri":"{issuer}/jwks","userinfo_endpoint":"{issuer}/userinfo","end_session_endpoint":"{issuer}/logout","authorization_response_iss_parameter_supported":{}}}"#,
            self.iss_parameter_supported
        )
    }

    pub fn jwks(&self) -> String {
        let (kid, key) = &*self.key.borrow();
        let point = key.verifying_key().to_encoded_point(false);
        let encode = |bytes: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(bytes.unwrap());
        format!(
            r#"{{"keys":[{{"kty":"EC","crv":"P-256","kid":"{kid}","x":"{}","y":"{}"}}]}}"#,
            encode(point.x()),
            encode(point.y())
        )
    }

    /// The claims of an ID token, as JSON text.
    pub fn claims_text(&self, now: Timestamp) -> String {
        let text = |text: &str| format!("\"{text}\"");
        let mut claims = vec![
            ("iss", text(self.issuer)),
            ("sub", text("ada")),
            ("aud", text("client-1")),
            ("exp", (now + 600).to_string()),
            ("iat", now.to_string()),
            ("nonce", text(&self.nonce.borrow())),
        ];
        for (name, value) in self.claims.borrow().iter() {
            claims.retain(|(known, _)| known != name);
            if *value != LEFT_OUT {
                claims.push((name, value.clone()));
            }
        }
        let members: Vec<String> = claims
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", members.join(","))
    }

    /// The header of an ID token, as JSON text.
    pub fn header(&self) -> String {
        format!(r#"{{"alg":"ES256","kid":"{}"}}"#, self.key.borrow().0)
    }

    /// Signs any header and payload with the provider's key.
    pub fn sign(&self, header: &str, payload: &str) -> String {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let input = format!("{}.{}", encode(header), encode(payload));
        let signature: Signature = self.key.borrow().1.sign(input.as_bytes());
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    pub fn id_token(&self, now: Timestamp) -> String {
        self.sign(&self.header(), &self.claims_text(now))
    }

    pub fn tokens(&self, now: Timestamp) -> String {
        self.tokens_with(&self.id_token(now))
    }

    /// The token response with this ID token.
    pub fn tokens_with(&self, id_token: &str) -> String {
        format!(
            r#"{{"access_token":"AT-{}","id_token":"{id_token}","token_type":"Bearer","expires_in":300}}"#,
            self.issuer
        )
    }

    /// The query of the response to this authorization request.
    pub fn respond(&self, request: &str) -> String {
        let request = query(request);
        *self.nonce.borrow_mut() = request["nonce"].clone();
        let iss = if self.iss_parameter_supported {
            format!(
                "&iss={}",
                self.issuer.replace(':', "%3A").replace('/', "%2F")
            )
        } else {
            String::new()
        };
        format!(
            "code=C0DE-{}&state={}{iss}",
            self.issuer.len(),
            request["state"]
        )
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Behavior {
    Normal,
    /// Responds with this status and an empty body.
    Status(u16),
    /// Responds 429 with a `Retry-After` of two minutes.
    RateLimited,
    /// Doesn't respond, and does nothing.
    TimesOut,
    /// Rotates the tokens, but the response gets lost.
    ResponseLost,
    InvalidGrant,
    /// Responds with another person's ID token.
    OtherSubject,
}

#[derive(Clone)]
pub(super) struct RotatingProvider {
    pub base: TestProvider,
    pub behavior: Rc<Cell<Behavior>>,
    /// The number of the valid refresh token. `None` after a reuse.
    pub current: Rc<Cell<Option<u32>>>,
    /// Whether the previous one is still valid (a grace period).
    pub grace: Rc<Cell<bool>>,
    pub renewals: Rc<Cell<u32>>,
    pub reuses: Rc<Cell<u32>>,
    /// The prefix of the tokens' numbers.
    pub prefix: &'static str,
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
                    json(
                        200,
                        &provider.token_response(1, &provider.base.id_token(now)),
                    )
                }
                _ => provider.renew(form, now),
            }
        });
        this
    }

    pub fn token_response(&self, number: u32, id_token: &str) -> String {
        let prefix = self.prefix;
        format!(
            r#"{{"access_token":"AT-{prefix}{number}","refresh_token":"RT-{prefix}{number}","id_token":"{id_token}","token_type":"Bearer","expires_in":300}}"#
        )
    }

    pub fn renew(&self, form: &Form, now: Timestamp) -> Result<http::Response, FetchError> {
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
        json(200, &self.token_response(current + 1, &id_token))
    }
}

pub(super) fn query(url: &str) -> Form {
    let query = url.split_once('?').unwrap().1;
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}
