//! [`Session`]: a signed-in person with their tokens. How it is stored is in [`stored_session`].
//!
//! [`stored_session`]: super::stored_session

use super::User;
use crate::json::Object;
use crate::protocol::Timestamp;
use crate::protocol::jws::Jws;
use crate::protocol::token::Tokens;
use oauth2::{AccessToken, RefreshToken};
use serde::{Deserialize, Serialize};

/// Bounds, in seconds, of the time before expiry at which tokens are renewed: a fifth of their lifetime
/// within these bounds, but never the first half of it.
const REFRESH_MARGIN: std::ops::RangeInclusive<i64> = 5..=120;

/// A signed-in person with their tokens.
#[derive(Clone)]
pub struct Session {
    /// Random, created at sign-in. The same in every tab and after every renewal.
    pub(super) id: String,
    /// How often the tokens were renewed. Of two copies of a session, the one with more renewals is newer.
    pub(super) renewals: i64,
    /// The provider's id in the configuration.
    pub provider: String,
    /// The verified `iss` of the ID token.
    pub issuer: String,
    /// The client that the tokens were issued to.
    pub client_id: String,
    /// The token endpoint that issued the tokens.
    pub token_endpoint: String,
    /// The signed-in person.
    pub user: User,
    /// The claims of the ID token, with those that only the UserInfo response has.
    pub claims: Object,
    /// The granted scopes ([RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
    pub scope: Vec<String>,
    /// When the person signed in here.
    pub started_at: Timestamp,
    /// When the tokens were issued.
    pub(super) renewed_at: Timestamp,
    /// When the access token expires.
    pub expires_at: Timestamp,
    /// When the refresh token expires for good, if there is one and the vendor documents it: Microsoft's
    /// expire a day after sign-in, however often they are renewed.
    pub refresh_token_expires_at: Option<Timestamp>,
    /// Azure AD B2C issues none unless it's asked for one.
    pub(super) access_token: Option<AccessToken>,
    pub(super) refresh_token: Option<RefreshToken>,
    pub(super) id_token: IdToken,
}

/// A verified ID token as it was issued. It's the hint at sign-out
/// ([RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct IdToken(String);

impl IdToken {
    pub fn new(token: String) -> IdToken {
        IdToken(token)
    }

    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl Session {
    /// The access token for API requests. `None` if the provider issued none: Azure AD B2C doesn't, unless the
    /// scope names an API or the client itself.
    pub fn access_token(&self) -> Option<&AccessToken> {
        self.access_token.as_ref()
    }

    /// Whether this is the session's access token.
    pub(crate) fn has_access_token(&self, token: &str) -> bool {
        self.access_token
            .as_ref()
            .is_some_and(|own| own.secret() == token)
    }

    /// Identifies the session: the same in every tab and after every renewal.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When its tokens expire for good: with the access token, unless that can be renewed. `None` if only
    /// the provider knows. The configuration may end the session earlier: see
    /// [`Auth::ends_at`](super::Auth::ends_at).
    pub fn ends_at(&self) -> Option<Timestamp> {
        if self.refresh_token.is_some() {
            self.refresh_token_expires_at
        } else {
            Some(self.expires_at)
        }
    }

    /// Seconds before expiry at which the tokens are renewed at the latest.
    pub(super) fn refresh_margin(&self) -> i64 {
        // By a clock that is ahead, tokens may have expired before they arrived.
        let lifetime = (self.expires_at - self.renewed_at).max(0);
        (lifetime / 5)
            .clamp(*REFRESH_MARGIN.start(), *REFRESH_MARGIN.end())
            .min(lifetime / 2)
    }

    /// Seconds before expiry at which the tokens are renewed at the earliest. The random jitter of
    /// renewals lies between the two margins.
    pub(super) fn max_refresh_margin(&self) -> i64 {
        self.refresh_margin() + self.refresh_margin() / 2
    }

    /// The claims of the stored ID token. A refreshed one must agree with them
    /// ([Core §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
    pub(super) fn id_token_claims(&self) -> Object {
        // It was parsed when it was issued, and whenever it was read from storage.
        Jws::parse(self.id_token.secret())
            .map(|token| token.claims)
            .unwrap_or_default()
    }

    /// The session with new tokens. What the response leaves out stays as it was
    /// ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)), and so does the token endpoint: only the
    /// one that the session came from gets its refresh token.
    pub(super) fn with_tokens(&self, tokens: Tokens, now: Timestamp) -> Session {
        // Without `expires_in`, the new tokens are valid for as long as the old ones were.
        let lifetime = tokens
            .expires_in
            .unwrap_or(self.expires_at - self.renewed_at);
        Session {
            renewals: self.renewals + 1,
            renewed_at: now,
            expires_at: now + lifetime,
            scope: tokens.scope.unwrap_or_else(|| self.scope.clone()),
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token.or_else(|| self.refresh_token.clone()),
            id_token: tokens
                .id_token
                .map_or_else(|| self.id_token.clone(), IdToken::new),
            ..self.clone()
        }
    }

    /// The account's name at the provider, for `login_hint`.
    pub(super) fn login_hint(&self) -> Option<&str> {
        let name = self.claims.text("preferred_username");
        name.or(self.user.email.as_deref())
    }

    /// Whether both sessions belong to the same account: `iss` and `sub` identify it
    /// ([Core §5.7](https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability)).
    pub(super) fn is_of_same_account(&self, other: &Session) -> bool {
        self.issuer == other.issuer && self.user.subject == other.user.subject
    }

    /// Whether a front-channel logout request names this session
    /// ([Front-Channel Logout §2](https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout)).
    /// It needs both `iss` and `sid`: anybody can make a browser load the page that receives it.
    pub(super) fn is_named_by(&self, iss: &str, sid: &str) -> bool {
        self.claims.text("sid") == Some(sid) && self.issuer == iss
    }
}

/// Shows no token.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("provider", &self.provider)
            .field("issuer", &self.issuer)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.id_token == other.id_token
            && self.access_token.as_ref().map(AccessToken::secret)
                == other.access_token.as_ref().map(AccessToken::secret)
            && self.expires_at == other.expires_at
    }
}
