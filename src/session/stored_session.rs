//! The format in which sessions are stored and sent to other tabs, and the checks they have to pass when
//! they are read.

use super::records::FormatVersion;
use super::signed_in::{IdToken, Session};
use super::user::User;
use crate::json::{Json, Object};
use crate::platform::clock::LARGEST_CORRECTION;
use crate::protocol::jws::Jws;
use crate::protocol::{Timestamp, id_token, is_time};
use crate::provider::Provider;
use oauth2::{AccessToken, RefreshToken};
use serde::{Deserialize, Serialize};

/// A [`Session`] as it is stored. The user isn't part of it: it is derived from the claims again.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredSession {
    version: FormatVersion,
    id: String,
    renewals: i64,
    provider: String,
    issuer: String,
    client_id: String,
    token_endpoint: String,
    subject: String,
    claims: Object,
    scope: Vec<String>,
    started_at: Timestamp,
    renewed_at: Timestamp,
    expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<AccessToken>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<RefreshToken>,
    id_token: IdToken,
}

impl From<&Session> for StoredSession {
    fn from(session: &Session) -> StoredSession {
        let session = session.clone();
        StoredSession {
            version: FormatVersion,
            id: session.id,
            renewals: session.renewals,
            provider: session.provider,
            issuer: session.issuer,
            client_id: session.client_id,
            token_endpoint: session.token_endpoint,
            subject: session.user.subject,
            claims: session.claims,
            scope: session.scope,
            started_at: session.started_at,
            renewed_at: session.renewed_at,
            expires_at: session.expires_at,
            refresh_token_expires_at: session.refresh_token_expires_at,
            access_token: session.access_token,
            refresh_token: session.refresh_token,
            id_token: session.id_token,
        }
    }
}

#[cfg(test)]
thread_local! {
    /// How many records were read in this test.
    pub(super) static PARSED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

impl StoredSession {
    /// The session, if it came from one of these providers and its parts agree with each other.
    /// Configurations may call the same provider differently.
    pub fn into_session(self, providers: &[Provider]) -> Option<Session> {
        #[cfg(test)]
        PARSED.set(PARSED.get() + 1);
        let token = Jws::parse(self.id_token.secret()).ok()?;
        let is_origin = |provider: &&Provider| self.came_from(provider, &token);
        let mut origins = providers.iter().filter(is_origin);
        let first = origins.next()?.id();
        // Two entries may differ in what they ask the same provider for.
        let has_same_id =
            first == self.provider || origins.any(|other| other.id() == self.provider);
        let provider = if has_same_id { &self.provider } else { first };
        self.is_consistent(&token).then(|| Session {
            user: User::from_claims(provider, &self.issuer, &self.subject, &self.claims),
            id: self.id,
            renewals: self.renewals,
            provider: provider.to_owned(),
            issuer: self.issuer,
            client_id: self.client_id,
            token_endpoint: self.token_endpoint,
            claims: self.claims,
            scope: self.scope,
            started_at: self.started_at,
            renewed_at: self.renewed_at,
            expires_at: self.expires_at,
            refresh_token_expires_at: self.refresh_token_expires_at,
            access_token: self.access_token,
            refresh_token: self.refresh_token,
            id_token: self.id_token,
        })
    }

    /// Whether this is the provider and the client that the session was started with, and the configuration
    /// still lets the account in.
    fn came_from(&self, provider: &Provider, token: &Jws) -> bool {
        provider.config.client_id.as_str() == self.client_id
            && provider.issuer.accepts_session(&self.issuer, &self.claims)
            && provider.accepts_token_endpoint(&self.token_endpoint)
            && provider.validate_account(&self.claims).is_ok()
            && id_token::is_for_client(token, &self.client_id, provider.trusted_audiences())
            && self.has_tokens_of_one_time(provider, token)
    }

    /// Whether the times of the ID token and the session fit each other (`docs/decisions/0022-adopted-sessions.md`).
    /// A session may outlive its ID token, but not start with an expired one. With a refresh token, there's
    /// nothing to compare: renewals may bring no ID token, and the provider decides how long it lasts.
    fn has_tokens_of_one_time(&self, provider: &Provider, token: &Jws) -> bool {
        if self.refresh_token.is_some() {
            return true;
        }
        let expiry = token.claims.get("exp").and_then(Json::as_seconds);
        let lifetime = self.expires_at.saturating_sub(self.renewed_at);
        expiry.is_some_and(|at| self.renewed_at < at.saturating_add(LARGEST_CORRECTION))
            && (self.access_token.is_some() || lifetime <= provider.access_token_lifetime())
    }

    /// Whether its times are times, and the ID token, the claims and the stored issuer and subject name the
    /// same person.
    fn is_consistent(&self, token: &Jws) -> bool {
        let agrees = |name, value: &str| {
            token.claims.text(name) == Some(value) && self.claims.text(name) == Some(value)
        };
        let times = [self.started_at, self.renewed_at, self.expires_at];
        let mut times = times.into_iter().chain(self.refresh_token_expires_at);
        times.all(is_time)
            && (0..i64::MAX).contains(&self.renewals)
            && agrees("iss", &self.issuer)
            && agrees("sub", &self.subject)
    }
}
