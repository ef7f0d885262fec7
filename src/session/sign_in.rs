//! The method of a sign-in, from the button to the session.

use super::abort::Abort;
use super::options::{self, SignInOptions};
use super::store::{self, RequestRecord, Transaction};
use super::{Auth, IdToken, Session, User, auth_window};
use crate::config::{Mode, folder};
use crate::platform::{Platform, Unavailable};
use crate::protocol::authorization::{self, Response};
use crate::protocol::discovery::Metadata;
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::protocol::id_token::{self, Verified};
use crate::protocol::jwks::KeySet;
use crate::protocol::jws::Jws;
use crate::protocol::pkce::{ENTROPY, RequestSecrets};
use crate::protocol::token::{self, Tokens};
use crate::protocol::url::{Endpoint, ReturnTo};
use crate::protocol::userinfo;
use crate::provider::Provider;
use futures_util::future::{Either, join, select};
use oauth2::{AuthorizationCode, ClientId};
use std::pin::pin;
use std::rc::Rc;

/// What became of a sign-in that did not fail.
#[derive(Debug, Clone, PartialEq)]
pub enum SignInOutcome {
    /// The browser is leaving the page for the provider.
    Redirecting,
    /// Somebody is signed in, and the page stayed.
    SignedIn(Rc<Session>),
}

/// Where the provider is met, with what the browser had to be asked for at once.
enum SignInMethod<P: Platform> {
    Redirect,
    /// `None`: blocked.
    Popup(Option<auth_window::WindowGuard<P::Window>>),
    Silent,
}

impl<P: Platform> Auth<P> {
    /// Signs somebody in, in the page's place or beside it. A session that there is stays until the new
    /// one takes its place.
    ///
    /// To be called from within a click, for a popup: browsers open windows from there alone, so it is
    /// opened before this returns. The rest is in the future, which always comes to an end.
    ///
    /// # Errors
    /// [`ErrorCode::CryptoUnavailable`], [`ErrorCode::StorageUnavailable`], everything that fetching
    /// the provider's metadata can end with, and [`ErrorCode::Aborted`]; beside the page also
    /// [`ErrorCode::PopupBlocked`], [`ErrorCode::PopupClosed`], [`ErrorCode::PopupTimeout`],
    /// [`ErrorCode::SilentRefused`], [`ErrorCode::SilentTimeout`] and everything that a provider's
    /// answer can be refused for.
    pub fn sign_in(
        &self,
        provider: &str,
        options: SignInOptions,
    ) -> impl Future<Output = Result<SignInOutcome>> + use<P> {
        let method = self.prepare(provider, &options);
        let (auth, provider) = (self.clone(), provider.to_owned());
        async move {
            let method = method?;
            let provider = auth.provider(&provider)?;
            let work = auth.run(provider, &options, method);
            match &options.abort {
                Some(abort) => abortable(abort, provider, work).await,
                None => work.await,
            }
        }
    }

    /// What cannot wait.
    fn prepare(&self, provider: &str, options: &SignInOptions) -> Result<SignInMethod<P>> {
        let platform = self.platform();
        let provider = self.provider(provider)?;
        if !platform.has_crypto() {
            return Err(crypto_unavailable(provider));
        }
        if options.abort.as_ref().is_some_and(Abort::is_aborted) {
            return Err(auth_window::failed(ErrorCode::Aborted, provider));
        }
        Ok(match self.mode(options) {
            Mode::Redirect => SignInMethod::Redirect,
            Mode::Popup => SignInMethod::Popup(auth_window::popup(self)),
            Mode::Silent => SignInMethod::Silent,
        })
    }

    async fn run(
        &self,
        provider: &Provider,
        options: &SignInOptions,
        method: SignInMethod<P>,
    ) -> Result<SignInOutcome> {
        let session = match method {
            SignInMethod::Redirect => return self.redirect_to_provider(provider, options).await,
            SignInMethod::Popup(Some(window)) => {
                auth_window::sign_in_in_popup(self, provider, options, window).await
            }
            SignInMethod::Popup(None) if options.or_redirect => {
                return self.redirect_to_provider(provider, options).await;
            }
            SignInMethod::Popup(None) => {
                Err(auth_window::failed(ErrorCode::PopupBlocked, provider))
            }
            SignInMethod::Silent => {
                match auth_window::sign_in_silently(self, provider, options).await {
                    Err(_) if options.or_redirect => {
                        return self.redirect_to_provider(provider, options).await;
                    }
                    result => result,
                }
            }
        };
        let session = session.and_then(|session| self.store_session(session));
        let session = session.map_err(|error| provider.explain(error))?;
        if let Some(place) = &options.return_to {
            self.go_back_to(place);
        }
        Ok(SignInOutcome::SignedIn(session))
    }

    /// Sends the browser to the provider.
    async fn redirect_to_provider(
        &self,
        provider: &Provider,
        options: &SignInOptions,
    ) -> Result<SignInOutcome> {
        let platform = self.platform();
        let redirect_uri = self.redirect_uri(provider);
        let PreparedRequest { url, state, sent } =
            prepare_request(self, provider, options, redirect_uri, false).await?;
        let return_to = match &options.return_to {
            Some(place) => place.as_str().to_owned(),
            None => platform.path(),
        };
        let transaction = Transaction {
            provider: provider.id().to_owned(),
            started_at: platform.now(),
            return_to,
            sent: Some(sent),
        };
        store::write_transaction(platform, &state, &transaction)
            .map_err(|Unavailable| storage_unavailable(provider))?;
        platform.navigate(&url);
        Ok(SignInOutcome::Redirecting)
    }

    /// Brings the person back to where they were.
    fn go_back_to(&self, place: &ReturnTo) {
        if self.platform().go_back_to(place) {
            self.stash_for_reload();
        }
    }

    /// Where this provider sends people back to.
    fn redirect_uri<'a>(&'a self, provider: &'a Provider) -> &'a str {
        let own = provider.config.redirect_uri.as_deref();
        own.unwrap_or(&self.inner.redirect_uri)
    }

    /// Where it sends popups and hidden frames back to.
    pub(super) fn popup_redirect_uri<'a>(&'a self, provider: &'a Provider) -> &'a str {
        let own = provider.config.popup_redirect_uri.as_deref();
        own.unwrap_or(&self.inner.popup_redirect_uri)
    }

    /// Whether a provider has a redirect URI of its own, so that it counts where an answer arrives. Else
    /// a host may serve the page under more than one name.
    fn uses_distinct_redirect_uris(&self) -> bool {
        self.providers().iter().any(|provider| {
            let config = &provider.config;
            config.redirect_uri.is_some() || config.popup_redirect_uri.is_some()
        })
    }

    /// Keeps a new session, and tells the other tabs.
    fn store_session(&self, session: Session) -> Result<Rc<Session>> {
        if self.activate(&session).is_err() {
            let provider = self.provider(&session.provider)?;
            return Err(storage_unavailable(provider));
        }
        if self.watches_activity() {
            self.write_activity(session.started_at);
        }
        if self.inner.share_session {
            self.broadcast_session(&session);
        }
        Ok(Rc::new(session))
    }
}

/// What comes of the work unless it is called off.
async fn abortable<T>(
    abort: &Abort,
    provider: &Provider,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    match select(pin!(abort.aborted()), pin!(work)).await {
        Either::Left(_) => Err(auth_window::failed(ErrorCode::Aborted, provider)),
        Either::Right((result, _)) => result,
    }
}

/// An authorization request, ready to be sent.
pub(super) struct PreparedRequest {
    pub url: String,
    pub state: String,
    pub sent: RequestRecord,
}

/// Makes an authorization request with secrets of its own. `silent`: the provider may show nothing.
pub(super) async fn prepare_request<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    options: &SignInOptions,
    redirect_uri: &str,
    silent: bool,
) -> Result<PreparedRequest> {
    let metadata = auth.metadata(provider).await?;
    auth.platform().sync_clock().await;
    let mut entropy = [0; ENTROPY];
    auth.platform()
        .fill_random(&mut entropy)
        .map_err(|Unavailable| crypto_unavailable(provider))?;
    let secrets = RequestSecrets::from_entropy(&entropy);
    let config = &provider.config;
    let scope = provider.scope();
    let mut params = options.authorization_params(provider);
    if silent {
        options::replace(&mut params, "prompt", "none");
    }
    let max_age = params.iter().find(|(name, _)| name == "max_age");
    let max_age = max_age.and_then(|(_, seconds)| seconds.parse().ok());
    let url = authorization::request_url(
        &metadata,
        &authorization::Request {
            client_id: &config.client_id,
            redirect_uri,
            scope: &scope,
            state: &secrets.state,
            nonce: &secrets.nonce,
            code_challenge: &secrets.code_challenge(),
            params: &params,
        },
    );
    Ok(PreparedRequest {
        url,
        state: secrets.state.secret().clone(),
        sent: RequestRecord {
            issuer: metadata.issuer.clone(),
            iss_parameter_supported: metadata.iss_parameter_supported,
            token_endpoint: metadata.token_endpoint.as_str().to_owned(),
            client_id: config.client_id.as_str().to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            scope,
            max_age,
            nonce: secrets.nonce,
            code_verifier: secrets.code_verifier,
        },
    })
}

/// Finishes a sign-in with the provider's response.
pub(super) async fn handle_callback<P: Platform>(
    auth: &Auth<P>,
    response: &Response,
) -> Result<Rc<Session>> {
    let platform = auth.platform();
    let Some((transaction, sent)) = store::take_transaction(platform, &response.state) else {
        return Err(Error::new(ErrorCode::StateUnknown, Phase::Authorization).details(
            "The response's state is not known in this tab: its sign-in was begun elsewhere, more than an hour ago, or answered already.",
        ));
    };
    let arrived_at = platform.page_url();
    let provider = &transaction.provider;
    let result = exchange_and_verify(auth, provider, sent, response, &arrived_at).await;
    let result = result.and_then(|session| auth.store_session(session));
    // Whatever came of it, the person was not interrupted.
    store::forget_transactions(platform, transaction.started_at);
    if let Some(place) = ReturnTo::parse(&transaction.return_to) {
        auth.go_back_to(&place);
    }
    result.map_err(|error| match auth.provider(&transaction.provider) {
        Ok(provider) => provider.explain(error),
        Err(_) => error.provider(&transaction.provider),
    })
}

/// The session that a response leads to, which came to this address. It is not stored yet.
pub(super) async fn exchange_and_verify<P: Platform>(
    auth: &Auth<P>,
    provider: &str,
    sent: RequestRecord,
    response: &Response,
    arrived_at: &str,
) -> Result<Session> {
    let provider = auth.provider(provider)?;
    let redirect_uris = [
        auth.redirect_uri(provider),
        auth.popup_redirect_uri(provider),
    ];
    if provider.config.client_id.as_str() != sent.client_id
        || !redirect_uris.contains(&sent.redirect_uri.as_str())
    {
        return Err(Error::new(ErrorCode::StateUnknown, Phase::Authorization)
            .details("The configuration has changed since the sign-in was begun."));
    }
    if auth.uses_distinct_redirect_uris() && path_of(arrived_at) != path_of(&sent.redirect_uri) {
        return Err(
            Error::new(ErrorCode::ResponseMixedUp, Phase::Authorization).details(
                "The response came to another redirect URI than that of the provider that was asked.",
            ),
        );
    }
    let code = authorization::validate_response(
        response,
        &authorization::Expected {
            issuer: &provider.issuer,
            metadata_issuer: &sent.issuer,
            iss_parameter_supported: sent.iss_parameter_supported,
        },
    )?;

    let metadata = auth.metadata(provider).await?;
    // The code goes where it was asked for and nowhere else (RFC 9700 §4.4.2).
    if metadata.issuer != sent.issuer || metadata.token_endpoint.as_str() != sent.token_endpoint {
        return Err(
            Error::new(ErrorCode::ResponseMixedUp, Phase::Token).details(
                "The provider's issuer or token endpoint has changed since the sign-in was begun.",
            ),
        );
    }
    let (tokens, keys) = join(
        exchange_code(auth, provider, &metadata, &sent, &code),
        auth.keys(provider, &metadata, false),
    )
    .await;
    let tokens = tokens?;
    let (token, verified) = verify(auth, provider, &metadata, &sent, &tokens, keys?).await?;
    provider.validate_account(&token.claims)?;

    let mut claims = token.claims;
    let endpoint = metadata.userinfo_endpoint.as_ref();
    if let Some(endpoint) =
        endpoint.filter(|_| provider.requests_userinfo() && userinfo::lacks_profile(&claims))
    {
        let request = userinfo::request(endpoint, &tokens.access_token);
        // The identity is known without it: only an answer about somebody else counts.
        if let Ok(answer) = auth.platform().fetch(request).await
            && let Some(more) = provider.process_userinfo_response(&answer, &verified.subject)?
        {
            userinfo::merge_missing(&mut claims, more);
        }
    }
    let user = User::from_claims(provider.id(), &verified.issuer, &verified.subject, &claims);
    provider.validate_profile(user.email.as_deref())?;

    let now = auth.platform().now();
    let mut entropy = [0; ENTROPY];
    auth.platform()
        .fill_random(&mut entropy)
        .map_err(|Unavailable| crypto_unavailable(provider))?;
    Ok(Session {
        id: RequestSecrets::from_entropy(&entropy)
            .state
            .secret()
            .clone(),
        renewals: 0,
        user,
        provider: provider.id().to_owned(),
        issuer: verified.issuer,
        client_id: sent.client_id,
        claims,
        scope: tokens.scope.unwrap_or(sent.scope),
        started_at: now,
        renewed_at: now,
        expires_at: match tokens.expires_in {
            Some(seconds) => now + seconds,
            None => verified.expires_at,
        },
        refresh_token_expires_at: match tokens.refresh_token {
            Some(_) => provider.refresh_token_expires_at(now),
            None => None,
        },
        access_token: tokens.access_token,
        refresh_token: tokens.refresh_token,
        id_token: IdToken::new(tokens.id_token.unwrap_or_default()),
    })
}

/// The path of an address of ours, by its folder where it is that of `index.html`.
fn path_of(url: &str) -> Option<String> {
    Some(folder(Endpoint::parse(url).ok()?.path()).to_owned())
}

/// The token request. A code is redeemed once, so nothing is tried again here.
async fn exchange_code<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    metadata: &Metadata,
    sent: &RequestRecord,
    code: &AuthorizationCode,
) -> Result<Tokens> {
    let request = token::code_request(
        &metadata.token_endpoint,
        &ClientId::new(sent.client_id.clone()),
        &sent.redirect_uri,
        code,
        &sent.code_verifier,
        provider.token_params(),
    );
    let answer = auth
        .fetch(request, ErrorCode::TokenUnreachable, Phase::Token)
        .await?;
    token::process_code_response(&answer).map_err(|error| {
        error.redact(&[
            code.secret(),
            sent.code_verifier.secret(),
            sent.nonce.secret(),
            provider.client_secret().unwrap_or_default(),
        ])
    })
}

/// Signature and claims of the ID token (Core §3.1.3.7).
async fn verify<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    metadata: &Metadata,
    sent: &RequestRecord,
    tokens: &Tokens,
    keys: KeySet,
) -> Result<(Jws, Verified)> {
    let text = tokens.id_token.as_deref().unwrap_or_default();
    let token = verify_id_token_signature(auth, provider, metadata, keys, text).await?;
    let verified = id_token::validate_claims(
        &token,
        &id_token::Expected {
            issuer: &provider.issuer,
            metadata_issuer: &sent.issuer,
            client_id: &provider.config.client_id,
            nonce: &sent.nonce,
            access_token: &tokens.access_token,
            max_age: sent.max_age,
            now: auth.platform().now(),
        },
    )?;
    Ok((token, verified))
}

/// An ID token that the provider has signed. Its claims are not judged yet.
pub(super) async fn verify_id_token_signature<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    metadata: &Metadata,
    mut keys: KeySet,
    id_token: &str,
) -> Result<Jws> {
    let token = Jws::parse(id_token).map_err(|problem| {
        Error::new(ErrorCode::IdTokenInvalid, Phase::IdToken)
            .details(format!("The ID token is refused: {problem}."))
    })?;
    // A key that is not in the set may be newer than the set (Core §10.1.1): asked for once more.
    if keys.candidates(&token).next().is_none() && provider.config.jwks.is_none() {
        keys = auth.keys(provider, metadata, true).await?;
    }
    verify_signature(auth.platform(), &token, &keys).await?;
    Ok(token)
}

async fn verify_signature(platform: &impl Platform, token: &Jws, keys: &KeySet) -> Result<()> {
    let mut problem = "No key of the provider fits the ID token's \"kid\" and \"alg\".";
    for key in keys.candidates(token) {
        match platform.verify(token, key).await {
            Ok(true) => return Ok(()),
            Ok(false) => problem = "The ID token's signature does not fit the provider's key.",
            Err(Unavailable) => {
                problem = "This browser cannot verify the ID token's signature algorithm."
            }
        }
    }
    Err(Error::new(ErrorCode::IdTokenSignature, Phase::IdToken).details(problem))
}

fn crypto_unavailable(provider: &Provider) -> Error {
    Error::new(ErrorCode::CryptoUnavailable, Phase::Authorization)
        .provider(provider.id())
        .details("The browser offers no WebCrypto on this page. Serve it with https.")
}

pub(super) fn storage_unavailable(provider: &Provider) -> Error {
    Error::new(ErrorCode::StorageUnavailable, Phase::Session)
        .provider(provider.id())
        .details("Session storage is forbidden or full.")
}
