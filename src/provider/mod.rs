//! A provider: what differs by vendor, made from its configuration. Where its metadata is, which
//! issuer it must name, what it is asked for and what its errors mean. The protocol itself is in
//! [`crate::protocol`].

mod generic;
mod google;
pub(crate) mod microsoft;
mod okta;

use crate::config::{
    IssueLocation, IssueReporter, PositiveSeconds, ProviderConfig, ProviderKind, ResponseMode,
    Scope,
};
use crate::json::Object;
use crate::protocol::Timestamp;
use crate::protocol::discovery::Metadata;
use crate::protocol::error::{Error, ErrorCode, Phase, Result, VendorCause};
use crate::protocol::http::Response;
use crate::protocol::issuer::ExpectedIssuer;
use crate::protocol::jws::Hash;
use crate::protocol::url::Endpoint;
use crate::protocol::userinfo;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The scope that asks for a refresh token
/// ([Core §11](https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess)).
const OFFLINE_ACCESS: &str = "offline_access";

/// Seconds that access tokens last at most providers.
const DEFAULT_LIFETIME: i64 = 3_600;

/// A provider, as a sign-in needs it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Provider {
    /// Its settings.
    pub config: ProviderConfig,
    /// Which issuer its metadata, tokens and responses must name.
    pub issuer: ExpectedIssuer,
    /// Where its metadata is
    /// ([Discovery §4.1](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest)).
    pub discovery_url: Endpoint,
    client_digest: String,
    scope: Vec<String>,
    vendor: &'static Vendor,
}

/// What a vendor does its own way.
#[derive(Debug)]
struct Vendor {
    /// The name on the button, unless the configuration has one. `None`: the issuer's host.
    label: Option<&'static str>,
    /// Words and numbers in the vendor's error messages, and what they mean.
    causes: &'static [(&'static str, VendorCause)],
    /// Whether to complete a thin ID token from userinfo, unless the configuration decides.
    requests_userinfo: bool,
    /// Whether every token response has an access token
    /// ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).
    always_issues_access_tokens: bool,
    /// Whether to revoke tokens at sign-out, unless the configuration decides.
    revokes_tokens: bool,
    /// Seconds from the sign-in until its refresh tokens expire, however often they are rotated.
    refresh_token_lifetime: Option<i64>,
}

/// Where a vendor publishes metadata, and the issuer that this metadata must name.
struct Directory {
    /// The address that the well-known path is appended to.
    address: String,
    issuer: ExpectedIssuer,
}

impl Directory {
    /// The directory of an issuer that names itself by its own address.
    fn of_issuer(issuer: String) -> Directory {
        Directory {
            address: issuer.clone(),
            issuer: ExpectedIssuer::Exact(issuer),
        }
    }
}

/// The token endpoint, if the configuration names it rather than the provider's metadata.
fn configured_token_endpoint(config: &ProviderConfig) -> Option<&str> {
    let in_metadata = || config.metadata.as_ref()?.text("token_endpoint");
    config.token_endpoint.as_deref().or_else(in_metadata)
}

/// See [`Provider::client_digest`].
fn client_digest(config: &ProviderConfig, below_issuer: &str) -> String {
    let identity = [
        below_issuer,
        config.client_id.as_str(),
        configured_token_endpoint(config).unwrap_or_default(),
    ];
    let digest = Hash::Sha256.digest(identity.join("\n").as_bytes());
    // 96 bits are enough: whoever writes the configuration gains nothing by two that are equal.
    URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default())
}

impl Provider {
    /// Makes a provider from its settings. Reports settings that make no valid address.
    ///
    /// `default_scope`: the scope of the file, for a provider without its own.
    pub(crate) fn new(
        config: ProviderConfig,
        default_scope: Option<&Scope>,
        issues: &mut impl IssueReporter,
    ) -> Option<Provider> {
        let (vendor, directory) = match config.kind {
            ProviderKind::Microsoft => (&microsoft::VENDOR, microsoft::directory(&config)),
            ProviderKind::Google => (&google::VENDOR, google::directory(&config)),
            ProviderKind::Okta => (&okta::VENDOR, okta::directory(&config)),
            ProviderKind::Oidc => (&generic::VENDOR, generic::directory(&config)),
        };
        let scope = config.scope.as_ref().or(default_scope);
        let scope = scope.cloned().unwrap_or_default().to_vec();
        let below_issuer = discovery_url(&directory.address);
        let configured = config.metadata_url.as_deref();
        match Endpoint::parse(configured.unwrap_or(&below_issuer)) {
            Ok(discovery_url) => Some(Provider {
                client_digest: client_digest(&config, &below_issuer),
                config,
                issuer: directory.issuer,
                discovery_url,
                scope,
                vendor,
            }),
            Err(problem) => {
                issues.report(IssueLocation::ProviderId(&config.id), "", || {
                    (
                        format!("Its settings make no valid address. {problem}"),
                        "Correct the tenant, the domain or the issuer.",
                    )
                });
                None
            }
        }
    }

    /// What a session with this provider belongs to, as part of the names of its records: a digest of the
    /// issuer's address, the client id and the token endpoint, as far as the configuration says.
    /// Configurations of an origin that agree in these share sessions; others don't see them.
    pub(crate) fn client_digest(&self) -> &str {
        &self.client_digest
    }

    /// Whether a session whose tokens came from this token endpoint may be from this provider, as far as the
    /// configuration says.
    pub(crate) fn accepts_token_endpoint(&self, endpoint: &str) -> bool {
        configured_token_endpoint(&self.config).is_none_or(|configured| configured == endpoint)
    }

    /// How many seconds an access token lasts if the response doesn't say. The ID token's `exp` is about
    /// something else ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).
    pub(crate) fn access_token_lifetime(&self) -> i64 {
        let configured = self.config.access_token_lifetime;
        configured.map_or(DEFAULT_LIFETIME, PositiveSeconds::get)
    }

    /// The administrator's name for the provider.
    pub fn id(&self) -> &str {
        &self.config.id
    }

    /// The vendor, as the configuration calls it.
    pub fn kind_name(&self) -> &'static str {
        self.config.kind.name()
    }

    /// Whether a third party that names this issuer means this provider
    /// ([Core §4](https://openid.net/specs/openid-connect-core-1_0.html#ThirdPartyInitiatedLogin)). Okta names its
    /// org, whichever authorization server the application uses.
    pub(crate) fn is_named_by(&self, issuer: &str) -> bool {
        self.issuer.accepts_metadata(issuer)
            || (self.config.kind == ProviderKind::Okta && self.discovery_url.origin() == issuer)
    }

    /// The name on the button: the configured one, the vendor's, or the issuer's host.
    pub fn label(&self) -> &str {
        let host = || {
            let origin = self.discovery_url.origin();
            origin.split_once("://").map_or(origin, |(_, host)| host)
        };
        let configured = self.config.label.as_deref();
        configured.or(self.vendor.label).unwrap_or_else(host)
    }

    /// Whether only work and school accounts can sign in, as Microsoft calls them.
    pub fn is_for_organizations(&self) -> bool {
        self.config.kind == ProviderKind::Microsoft
            && microsoft::is_for_organizations(&self.config, &self.issuer)
    }

    /// The domains of the email addresses that sign in here, as configured.
    pub(crate) fn email_domains(&self) -> &[String] {
        self.config.email_domains.as_deref().unwrap_or_default()
    }

    /// The address of the image on the button.
    pub fn icon(&self) -> Option<&str> {
        self.config.icon.as_deref()
    }

    /// The scopes to ask for.
    pub fn scope(&self) -> Vec<String> {
        let mut scope = self.scope.clone();
        if self.config.kind == ProviderKind::Google {
            // Google asks for refresh tokens with a parameter and refuses the scope.
            scope.retain(|word| word != OFFLINE_ACCESS);
        }
        scope
    }

    /// Puts the configured endpoints into the provider's metadata.
    pub fn with_own_endpoints(&self, mut metadata: Metadata) -> Metadata {
        // All addresses were validated with the configuration.
        if let Some(proxy) = &self.config.token_endpoint {
            metadata.token_endpoint = Endpoint::parse(proxy).unwrap_or(metadata.token_endpoint);
        }
        if let Some(url) = &self.config.userinfo_endpoint {
            metadata.userinfo_endpoint = Endpoint::parse(url).ok();
        }
        if let Some(url) = &self.config.end_session_endpoint {
            metadata.end_session_endpoint = Endpoint::parse(url).ok();
        }
        metadata
    }

    /// Additional parameters of the authorization request
    /// ([Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)): the
    /// vendor's, then the configured ones, which replace the vendor's of the same name.
    pub fn authorization_params(&self) -> Vec<(String, String)> {
        let config = &self.config;
        let joined = |words: &Option<crate::config::Words>| words.as_ref().map(|it| it.joined());
        let text = |text: Option<&str>| text.map(str::to_owned);
        let is_offline = self.config.kind == ProviderKind::Google
            && self.scope.iter().any(|word| word == OFFLINE_ACCESS);
        let single = [
            ("domain_hint", text(config.domain_hint.as_deref())),
            ("hd", text(config.hd.as_deref())),
            ("access_type", is_offline.then(|| "offline".to_owned())),
            ("idp", text(config.idp.as_deref())),
            ("prompt", joined(&config.prompt)),
            ("login_hint", text(config.login_hint.as_deref())),
            ("max_age", config.max_age.map(|age| age.get().to_string())),
            ("acr_values", joined(&config.acr_values)),
            ("ui_locales", joined(&config.ui_locales)),
            (
                "response_mode",
                text(config.response_mode.map(ResponseMode::name)),
            ),
        ];
        let mut params: Vec<(String, String)> = single
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect();
        params.extend(self.resource());
        for (name, value) in config.authorization_params.iter() {
            params.retain(|(known, _)| known != name);
            params.push((name.clone(), value.clone()));
        }
        params
    }

    /// The resource indicators
    /// ([RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)).
    fn resource(&self) -> impl Iterator<Item = (String, String)> {
        let resource = self.config.resource.as_deref().unwrap_or_default();
        resource
            .iter()
            .map(|resource| ("resource".to_owned(), resource.clone()))
    }

    /// The client secret that Google demands of web clients.
    pub fn client_secret(&self) -> Option<&str> {
        let secret = self.config.client_secret.as_ref()?;
        Some(secret.secret())
    }

    /// Additional parameters of the token request.
    pub fn token_params(&self) -> Vec<(String, String)> {
        let mut params = self.config.token_params.to_vec();
        if let Some(secret) = self.client_secret() {
            params.push(("client_secret".to_owned(), secret.to_owned()));
        }
        params.extend(self.resource());
        params
    }

    /// Whether to request userinfo when the ID token says little about the person.
    ///
    /// By default not at Microsoft: its userinfo needs an access token for Microsoft Graph, and the
    /// ID token has everything. The administrator's own endpoint is there to be used.
    pub fn requests_userinfo(&self) -> bool {
        let is_wanted = self.config.userinfo_endpoint.is_some() || self.vendor.requests_userinfo;
        self.config.userinfo.unwrap_or(is_wanted)
    }

    /// The audiences that an ID token may have besides the client
    /// ([Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation) rule 3).
    pub fn trusted_audiences(&self) -> &[String] {
        self.config.trusted_audiences.as_deref().unwrap_or_default()
    }

    /// Whether a token response without an access token is invalid
    /// ([RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).
    ///
    /// Not at Microsoft: Azure AD B2C leaves it out if the scope names no API and not the client itself. The ID
    /// token, which is validated all the same, is a sign-in.
    pub fn needs_access_token(&self) -> bool {
        self.vendor.always_issues_access_tokens
    }

    /// Validates a userinfo response
    /// ([Core §5.3.4](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponseValidation)).
    /// `None` for one that can't be read. Microsoft's never refuses anybody: it belongs to Graph, and
    /// the ID token has everything.
    ///
    /// # Errors
    /// [`ErrorCode::UserinfoSubject`] for the userinfo of another person.
    pub fn process_userinfo_response(
        &self,
        answer: &Response,
        subject: &str,
    ) -> Result<Option<Object>> {
        let claims = userinfo::process_response(answer, subject);
        if self.config.kind == ProviderKind::Microsoft {
            Ok(claims.unwrap_or_default())
        } else {
            claims
        }
    }

    /// Whether to revoke the tokens at sign-out
    /// ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).
    ///
    /// By default not at Google: there it withdraws the person's consent, so that they are asked
    /// again.
    pub fn revokes_tokens(&self) -> bool {
        self.config.revoke.unwrap_or(self.vendor.revokes_tokens)
    }

    /// When the refresh tokens of a sign-in expire for good, if the vendor limits that.
    pub fn refresh_token_expires_at(&self, signed_in_at: Timestamp) -> Option<Timestamp> {
        let lifetime = self.vendor.refresh_token_lifetime?;
        Some(signed_in_at + lifetime)
    }

    /// Adds to an error the provider's id and what the vendor's words mean.
    pub fn explain(&self, error: Error) -> Error {
        Error {
            cause: error
                .details
                .as_deref()
                .and_then(|said| cause(self.vendor.causes, said))
                .or(error.cause),
            ..error.provider(self.id())
        }
    }

    /// Validates what only this vendor's claims say: the tenant or the Workspace domain.
    ///
    /// # Errors
    /// [`ErrorCode::AccountNotAllowed`].
    pub fn validate_account(&self, claims: &Object) -> Result<()> {
        let refusal = match self.config.kind {
            ProviderKind::Microsoft => {
                let allowed_tenants = self.config.allowed_tenants.as_deref().unwrap_or_default();
                microsoft::refusal(&self.issuer, allowed_tenants, claims)
            }
            ProviderKind::Google => {
                let hd = self.config.hd.as_deref();
                hd.and_then(|hd| google::refusal(hd, claims))
            }
            ProviderKind::Okta | ProviderKind::Oidc => None,
        };
        match refusal {
            None => Ok(()),
            Some(details) => {
                Err(Error::new(ErrorCode::AccountNotAllowed, Phase::IdToken).details(details))
            }
        }
    }

    /// Validates that the claims say enough about the person.
    ///
    /// # Errors
    /// [`ErrorCode::EmailMissing`].
    pub fn validate_profile(&self, email: Option<&str>) -> Result<()> {
        if self.config.require_email && email.is_none() {
            return Err(Error::new(ErrorCode::EmailMissing, Phase::Userinfo)
                .details("Neither the ID token nor userinfo has an e-mail address, and \"require_email\" asks for one."));
        }
        Ok(())
    }
}

/// The address of the metadata
/// ([Discovery §4.1](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest)):
/// the well-known path after the issuer's, in front of a query.
fn discovery_url(issuer: &str) -> String {
    let (path, query) = match issuer.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (issuer, String::new()),
    };
    // A slash at the end is removed first.
    let path = path.strip_suffix('/').unwrap_or(path);
    format!("{path}/.well-known/openid-configuration{query}")
}

/// Returns the cause whose words are in the message. A number is not the beginning of a longer one.
fn cause(causes: &[(&str, VendorCause)], message: &str) -> Option<VendorCause> {
    let is_said = |words: &str| {
        message.match_indices(words).any(|(at, words)| {
            let next = message[at + words.len()..].chars().next();
            !(words.ends_with(|c: char| c.is_ascii_digit())
                && next.is_some_and(|c| c.is_ascii_digit()))
        })
    };
    let (_, cause) = causes.iter().find(|(words, _)| is_said(words))?;
    Some(*cause)
}

#[cfg(test)]
mod tests;
