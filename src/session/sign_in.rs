//! The way of a sign-in, from the button to the session.

use super::store::{self, Sent, Transaction};
use super::{Auth, IdToken, Session, User};
use crate::platform::{Platform, Unavailable};
use crate::protocol::authorization::{self, Response};
use crate::protocol::discovery::Metadata;
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::protocol::id_token::{self, Verified};
use crate::protocol::jwks::KeySet;
use crate::protocol::jws::Jws;
use crate::protocol::pkce::{self, ENTROPY, Secrets};
use crate::protocol::token::{self, Tokens};
use crate::protocol::url::ReturnTo;
use crate::protocol::userinfo;
use crate::provider::Provider;
use futures_util::future::join;
use oauth2::{AccessToken, AuthorizationCode, ClientId};
use std::rc::Rc;

/// How to sign in.
#[derive(Debug, Clone, Default)]
pub struct SignInOptions {
    /// Where to be afterwards, on this origin. Default: where the person is now.
    pub return_to: Option<ReturnTo>,
}

impl<P: Platform> Auth<P> {
    /// Sends the browser to the provider. When this returns without an error, it is leaving the page.
    ///
    /// # Errors
    /// [`ErrorCode::CryptoUnavailable`], [`ErrorCode::StorageUnavailable`], and everything that
    /// fetching the provider's metadata can end with.
    pub async fn sign_in(&self, provider: &str, options: SignInOptions) -> Result<()> {
        let platform = self.platform();
        let provider = self.provider(provider)?;
        if !platform.has_crypto() {
            return Err(crypto_unavailable(provider));
        }
        let metadata = self.metadata(provider).await?;
        platform.check_clock().await;

        let mut entropy = [0; ENTROPY];
        platform
            .fill_random(&mut entropy)
            .map_err(|Unavailable| crypto_unavailable(provider))?;
        let secrets = Secrets::from_entropy(&entropy);
        let config = &provider.config;
        let scope = provider.scope();
        let url = authorization::request_url(
            &metadata,
            &authorization::Request {
                client_id: &config.client_id,
                redirect_uri: &self.inner.redirect_uri,
                scope: &scope,
                state: &secrets.state,
                nonce: &secrets.nonce,
                code_challenge: &pkce::code_challenge(&secrets.code_verifier),
                params: &provider.authorization_params(),
            },
        );

        let return_to = match options.return_to {
            Some(place) => place.as_str().to_owned(),
            None => platform.path(),
        };
        let transaction = Transaction {
            provider: provider.id().to_owned(),
            started_at: platform.now(),
            return_to,
            sent: Some(Sent {
                issuer: metadata.issuer.clone(),
                names_issuer: metadata.responses_name_issuer,
                token_endpoint: metadata.token_endpoint.as_str().to_owned(),
                client_id: config.client_id.as_str().to_owned(),
                redirect_uri: self.inner.redirect_uri.clone(),
                scope,
                nonce: secrets.nonce,
                code_verifier: secrets.code_verifier,
            }),
        };
        store::write_transaction(platform, secrets.state.secret(), &transaction)
            .map_err(|Unavailable| storage_unavailable(provider))?;
        platform.leave_for(&url);
        Ok(())
    }
}

/// Finishes a sign-in with the provider's response.
pub(super) async fn finish<P: Platform>(
    auth: &Auth<P>,
    response: &Response,
) -> Result<Rc<Session>> {
    let platform = auth.platform();
    let Some((transaction, sent)) = store::take_transaction(platform, &response.state) else {
        return Err(Error::new(ErrorCode::StateUnknown, Phase::Authorization).details(
            "The response's state is not known in this tab: its sign-in was begun elsewhere, more than an hour ago, or answered already.",
        ));
    };
    let result = exchange_and_verify(auth, &transaction, sent, response).await;
    // Whatever came of it, the person was not interrupted.
    store::forget_transactions(platform, transaction.started_at);
    if let Some(place) = ReturnTo::parse(&transaction.return_to) {
        platform.go_back_to(&place);
    }
    result.map_err(|error| match auth.provider(&transaction.provider) {
        Ok(provider) => provider.explain(error),
        Err(_) => error.provider(&transaction.provider),
    })
}

async fn exchange_and_verify<P: Platform>(
    auth: &Auth<P>,
    transaction: &Transaction,
    sent: Sent,
    response: &Response,
) -> Result<Rc<Session>> {
    let provider = auth.provider(&transaction.provider)?;
    if provider.config.client_id.as_str() != sent.client_id
        || auth.inner.redirect_uri != sent.redirect_uri
    {
        return Err(Error::new(ErrorCode::StateUnknown, Phase::Authorization)
            .details("The configuration has changed since the sign-in was begun."));
    }
    let code = authorization::judge(
        response,
        &authorization::Expected {
            issuer: &provider.issuer,
            metadata_issuer: &sent.issuer,
            names_issuer: sent.names_issuer,
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
        redeem(auth, provider, &metadata, &sent, &code),
        auth.keys(provider, &metadata, false),
    )
    .await;
    let tokens = tokens?;
    let (token, verified) = verify(auth, provider, &metadata, &sent, &tokens, keys?).await?;
    provider.judge_account(&token.claims)?;

    let mut claims = token.claims;
    let endpoint = metadata.userinfo_endpoint.as_ref();
    if let Some(endpoint) =
        endpoint.filter(|_| provider.asks_userinfo() && userinfo::is_thin(&claims))
    {
        let request = userinfo::request(endpoint, &tokens.access_token);
        // The identity is known without it: only an answer about somebody else counts.
        if let Ok(answer) = auth.platform().fetch(request).await
            && let Some(more) = provider.judge_userinfo(&answer, &verified.subject)?
        {
            userinfo::complete(&mut claims, &more);
        }
    }
    let user = User::from_claims(provider.id(), &verified.issuer, &verified.subject, &claims);
    provider.judge_profile(user.email.as_deref())?;

    let now = auth.platform().now();
    let mut entropy = [0; ENTROPY];
    auth.platform()
        .fill_random(&mut entropy)
        .map_err(|Unavailable| crypto_unavailable(provider))?;
    let session = Session {
        id: Secrets::from_entropy(&entropy).state.secret().clone(),
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
        refresh_ends_at: match tokens.refresh_token {
            Some(_) => provider.refresh_ends_at(now),
            None => None,
        },
        access_token: tokens.access_token,
        refresh_token: tokens.refresh_token,
        id_token: IdToken::new(tokens.id_token.unwrap_or_default()),
    };
    auth.write_session(&session)
        .map_err(|Unavailable| storage_unavailable(provider))?;
    if auth.watches_activity() {
        auth.write_activity(now);
    }
    if auth.inner.share_session {
        auth.tell_session(&session);
    }
    Ok(Rc::new(session))
}

/// The token request. A code is redeemed once, so nothing is tried again here.
async fn redeem<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    metadata: &Metadata,
    sent: &Sent,
    code: &AuthorizationCode,
) -> Result<Tokens> {
    let request = token::exchange(
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
    token::judge(&answer).map_err(|mut error| {
        // A provider may quote in its reason what it was sent.
        if let Some(details) = &mut error.details {
            for secret in [
                code.secret(),
                sent.code_verifier.secret(),
                sent.nonce.secret(),
            ] {
                *details = details.replace(secret, "…");
            }
        }
        error
    })
}

/// Signature and claims of the ID token (Core §3.1.3.7).
async fn verify<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    metadata: &Metadata,
    sent: &Sent,
    tokens: &Tokens,
    keys: KeySet,
) -> Result<(Jws, Verified)> {
    let text = tokens.id_token.as_deref().unwrap_or_default();
    let token = authentic(auth, provider, metadata, keys, text).await?;
    let access_token_hash = hash_of(auth, provider, &token, &tokens.access_token).await?;
    let verified = id_token::judge(
        &token,
        &id_token::Expected {
            issuer: &provider.issuer,
            metadata_issuer: &sent.issuer,
            client_id: &provider.config.client_id,
            nonce: &sent.nonce,
            access_token_hash: &access_token_hash,
            max_age: provider.config.max_age,
            now: auth.platform().now(),
        },
    )?;
    Ok((token, verified))
}

/// The hash of an access token that the `at_hash` of this ID token is made of.
pub(super) async fn hash_of<P: Platform>(
    auth: &Auth<P>,
    provider: &Provider,
    token: &Jws,
    access_token: &AccessToken,
) -> Result<Vec<u8>> {
    let octets = access_token.secret().as_bytes();
    let digest = auth.platform().digest(token.algorithm.hash(), octets).await;
    digest.map_err(|Unavailable| crypto_unavailable(provider))
}

/// An ID token that the provider has signed. Its claims are not judged yet.
pub(super) async fn authentic<P: Platform>(
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

fn storage_unavailable(provider: &Provider) -> Error {
    Error::new(ErrorCode::StorageUnavailable, Phase::Session)
        .provider(provider.id())
        .details("Session storage is forbidden or full.")
}
