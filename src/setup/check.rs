//! The checks of one provider, in the order in which a sign-in meets what they look at.

use super::finding::{Check, Finding, Step};
use super::mix_up::Sharing;
use super::weak_keys::weak_keys;
use crate::config::{Addresses, ProviderKind};
use crate::platform::Probe;
use crate::protocol::discovery::{self, Metadata, MetadataDocument};
use crate::protocol::error::{Error, ErrorCode, Phase, VendorCause};
use crate::protocol::http::{FetchError, Request, Response, without_query};
use crate::protocol::jwks::{self, KeySet};
use crate::protocol::token;
use crate::protocol::url::Endpoint;
use crate::provider::Provider;
use oauth2::{AuthorizationCode, PkceCodeVerifier};

/// Runs every check of a provider, which shares redirect URIs like this, and reports each result as soon as it is known. Returns the origins that a sign-in
/// talks to, as far as they are known.
pub async fn check(
    platform: &impl Probe,
    provider: &Provider,
    addresses: &Addresses,
    sharing: Sharing,
    report: impl FnMut(Check),
) -> Vec<String> {
    let mut checker = Checker {
        platform,
        provider,
        report,
        done: Vec::new(),
        contacts: Vec::new(),
        authorization: None,
    };
    checker.finish(Step::Configuration, configuration(platform));
    if let Some((document, metadata)) = checker.metadata().await {
        checker.finish(Step::CodeFlow, code_flow(provider, &document));
        checker.finish(Step::Scopes, scopes(provider, &document));
        checker.finish(
            Step::MixUp,
            sharing.finding(metadata.iss_parameter_supported),
        );
        let keys = checker.keys(&metadata, &document).await;
        checker.finish(Step::Keys, keys);
        let token = checker.token_endpoint(&metadata, addresses).await;
        checker.finish(Step::Token, token);
        checker.finish(Step::SignOut, sign_out(&metadata, &document));
        checker.contact_later(&metadata);
    }
    let policy = policy(platform, &checker.contacts).await;
    for step in Step::ALL {
        if *step != Step::Policy && !checker.done.contains(step) {
            checker.finish(*step, Finding::NotReached);
        }
    }
    checker.finish(Step::Policy, policy);
    let contacts = checker.contacts.into_iter().map(|contact| contact.endpoint);
    let endpoints = contacts.chain(checker.authorization);
    endpoints
        .map(|endpoint| endpoint.origin().to_owned())
        .collect()
}

/// The checks of one provider under way.
struct Checker<'a, P, R> {
    platform: &'a P,
    provider: &'a Provider,
    report: R,
    /// The steps that have been reported.
    done: Vec<Step>,
    /// Every endpoint that a sign-in talks to, as far as it is known.
    contacts: Vec<Contact>,
    /// Where people sign in, also in hidden iframes.
    authorization: Option<Endpoint>,
}

/// An endpoint that a sign-in talks to.
struct Contact {
    endpoint: Endpoint,
    /// Whether the page has read a response, so that its policy allows the endpoint.
    has_responded: bool,
}

impl<P: Probe, R: FnMut(Check)> Checker<'_, P, R> {
    fn finish(&mut self, step: Step, finding: Finding) {
        self.done.push(step);
        (self.report)(Check { step, finding });
    }

    /// Sends a request. Where that can be known, a failure says whether the page's own policy caused
    /// it.
    async fn fetch(
        &mut self,
        request: Request,
        endpoint: &Endpoint,
        (unreachable, phase): (ErrorCode, Phase),
    ) -> Result<Response, Finding> {
        let response = self.platform.fetch(request).await;
        self.contacts.push(Contact {
            endpoint: endpoint.clone(),
            has_responded: response.is_ok() && self.platform.is_page(),
        });
        match response {
            Ok(response) => Ok(response),
            // The step about the policy names this cause, once.
            Err(FetchError::Unreachable)
                if self.platform.policy_allows(endpoint).await == Some(false) =>
            {
                Err(Finding::NotReached)
            }
            Err(error) => Err(Finding::Error(error.into_error(
                unreachable,
                phase,
                endpoint.as_str(),
            ))),
        }
    }

    /// The discovery document and what it says, if a sign-in could use it. Reports the steps up to
    /// the issuer, or the one that failed.
    async fn metadata(&mut self) -> Option<(MetadataDocument, Metadata)> {
        let (document, source) = match self.document().await {
            Ok(read) => read,
            Err(finding) => {
                self.finish(Step::Discovery, finding);
                return None;
            }
        };
        let error = match document.validate(&self.provider.issuer) {
            Ok(metadata) => {
                self.finish(Step::Discovery, source);
                self.finish(Step::Issuer, Finding::Issuer(metadata.issuer.clone()));
                return Some((document, self.provider.with_own_endpoints(metadata)));
            }
            Err(error) => self.provider.explain(error),
        };
        let failed = match error.code {
            ErrorCode::IssuerMismatch => Step::Issuer,
            _ if !document.offers_code_flow() => Step::CodeFlow,
            _ => Step::Discovery,
        };
        if failed != Step::Discovery {
            self.finish(Step::Discovery, source);
        }
        if failed == Step::CodeFlow {
            let issuer = document.issuer().unwrap_or_default();
            self.finish(Step::Issuer, Finding::Issuer(issuer.to_owned()));
        }
        self.finish(failed, Finding::Error(error));
        None
    }

    /// The discovery document and where it is from.
    async fn document(&mut self) -> Result<(MetadataDocument, Finding), Finding> {
        let explain = |error| Finding::Error(self.provider.explain(error));
        if let Some(document) = &self.provider.config.metadata {
            let document = MetadataDocument::from_object(document).map_err(explain)?;
            return Ok((document, Finding::Configured));
        }
        let url = &self.provider.discovery_url;
        // A corrected document has to show at once.
        let request = discovery::request(url).past_cache();
        let error = (ErrorCode::DiscoveryUnreachable, Phase::Discovery);
        let response = self.fetch(request, url, error).await?;
        let document = MetadataDocument::from_response(&response).map_err(explain)?;
        Ok((document, Finding::Read(url.as_str().to_owned())))
    }

    /// Whether the provider signs with an algorithm and a key that can be verified, and with no key that
    /// others can compute.
    async fn keys(&mut self, metadata: &Metadata, document: &MetadataDocument) -> Finding {
        if document.lists_accepted_algorithm() == Some(false) {
            return Finding::NoSigningKey;
        }
        let keys = match &self.provider.config.jwks {
            Some(document) => KeySet::read(document),
            None => {
                let request = jwks::request(&metadata.jwks_uri).past_cache();
                let error = (ErrorCode::KeysUnreachable, Phase::IdToken);
                match self.fetch(request, &metadata.jwks_uri, error).await {
                    Ok(response) => jwks::process_response(&response),
                    Err(finding) => return finding,
                }
            }
        };
        let keys = match keys {
            Ok(keys) => keys,
            Err(error) => return Finding::Error(self.provider.explain(error)),
        };
        let weak = weak_keys(&keys);
        match keys.usable() {
            _ if !weak.is_empty() => Finding::WeakKeys(weak.join(" ")),
            0 => Finding::NoSigningKey,
            count => Finding::Keys(count),
        }
    }

    /// Redeems a code that nobody issued: the endpoint has to refuse it, and the page to read how.
    async fn token_endpoint(&mut self, metadata: &Metadata, addresses: &Addresses) -> Finding {
        let request = token::code_request(
            &metadata.token_endpoint,
            &self.provider.config.client_id,
            &addresses.redirect_uri,
            &AuthorizationCode::new(CODE.to_owned()),
            &PkceCodeVerifier::new(CODE_VERIFIER.to_owned()),
            self.provider.token_params(),
        );
        let error = (ErrorCode::TokenUnreachable, Phase::Token);
        match self.fetch(request, &metadata.token_endpoint, error).await {
            Ok(response) => refusal(self.provider, &response),
            Err(Finding::Error(error)) => Finding::Error(self.provider.explain(error)),
            Err(finding) => finding,
        }
    }

    /// Notes the endpoints that only a sign-in or a sign-out talks to.
    fn contact_later(&mut self, metadata: &Metadata) {
        self.authorization = Some(metadata.authorization_endpoint.clone());
        for (endpoint, is_used) in [
            (
                &metadata.userinfo_endpoint,
                self.provider.requests_userinfo(),
            ),
            (
                &metadata.revocation_endpoint,
                self.provider.revokes_tokens(),
            ),
        ] {
            let endpoint = endpoint.clone().filter(|_| is_used);
            self.contacts.extend(endpoint.map(|endpoint| Contact {
                endpoint,
                has_responded: false,
            }));
        }
    }
}

/// A code that nobody issued.
const CODE: &str = "vestibule-setup-check";
/// Its verifier
/// ([RFC 7636 §4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1) wants 43 characters or more).
const CODE_VERIFIER: &str = "vestibule-setup-check-vestibule-setup-check";

/// What the page itself needs. Mistakes in the configuration are shown instead of checks.
fn configuration(platform: &impl Probe) -> Finding {
    if platform.has_crypto() {
        Finding::Valid
    } else {
        Finding::Error(Error::new(
            ErrorCode::CryptoUnavailable,
            Phase::Configuration,
        ))
    }
}

/// Whether the provider supports PKCE with S256
/// ([RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2)).
fn code_flow(provider: &Provider, document: &MetadataDocument) -> Finding {
    match document.lists_s256() {
        Some(true) => Finding::S256,
        Some(false) => Finding::NoS256,
        None if provider.config.kind == ProviderKind::Microsoft => Finding::S256Known,
        None => Finding::S256NotStated,
    }
}

/// Whether the provider lists the scopes that a sign-in asks for.
fn scopes(provider: &Provider, document: &MetadataDocument) -> Finding {
    let asked = provider.scope();
    match document.lists_scope("openid") {
        None => return Finding::ScopesNotStated,
        Some(false) => return Finding::NoOpenid(asked.join(" ")),
        Some(true) => {}
    }
    let unlisted: Vec<&str> = asked
        .iter()
        .map(String::as_str)
        .filter(|scope| document.lists_scope(scope) == Some(false))
        .collect();
    if unlisted.is_empty() {
        Finding::Scopes(asked.join(" "))
    } else {
        // A provider need not list every scope that it has (Discovery §3).
        Finding::ScopesUnlisted(unlisted.join(" "))
    }
}

/// How the endpoint refused the code. A refusal is right; the vendor's words say whether it was for
/// the code alone.
fn refusal(provider: &Provider, response: &Response) -> Finding {
    let Err(error) = token::process_code_response(response, provider.needs_access_token()) else {
        return Finding::TokensIssued;
    };
    let error = error.redact(&[provider.client_secret().unwrap_or_default()]);
    let error = provider.explain(error);
    let said = error.details.clone().unwrap_or_default();
    let Some(stated) = response.oauth_error() else {
        return Finding::Error(error);
    };
    // With another status, a standard code may be about anything. The words of a vendor mean the same.
    let is_standard = matches!(response.status, 200 | 400 | 401);
    let has_words = provider.config.kind != ProviderKind::Oidc;
    let code = Some(stated.error.as_str()).filter(|_| is_standard);
    let cause = error.cause.filter(|_| is_standard || has_words);
    match (cause, code.unwrap_or_default()) {
        (Some(VendorCause::CodeInvalid | VendorCause::PkceFailed), _)
        // Some call a code that was never one a malformed request.
        | (None, "invalid_grant" | "invalid_request") => Finding::TokenRefuses(said),
        (Some(cause), _) if is_of_registration(cause) => Finding::Error(error),
        (
            None,
            "invalid_client" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope",
        ) => Finding::Error(error),
        _ => Finding::TokenUntested(said),
    }
}

/// Whether an administrator has to correct something at the provider or in `vestibule.json`.
fn is_of_registration(cause: VendorCause) -> bool {
    matches!(
        cause,
        VendorCause::NotSinglePage
            | VendorCause::NotFromPage
            | VendorCause::SecretSent
            | VendorCause::SecretMissing
            | VendorCause::RedirectUriUnknown
            | VendorCause::ClientUnknown
            | VendorCause::TenantUnknown
            | VendorCause::AuthorizationServerUnknown
            | VendorCause::NotMultiTenant
            | VendorCause::ScopeUnknown
            | VendorCause::ResourceRefused
    )
}

/// Whether people can sign out at the provider
/// ([RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html)), with all of the
/// endpoints that the document names.
fn sign_out(metadata: &Metadata, document: &MetadataDocument) -> Finding {
    let unusable: Vec<&str> = document.unusable_endpoints().collect();
    if !unusable.is_empty() {
        return Finding::UnusableEndpoints(unusable.join(" "));
    }
    if !document.revokes_for_public_clients() {
        return Finding::TokensNotRevoked;
    }
    match &metadata.end_session_endpoint {
        Some(endpoint) => Finding::SignOut(without_query(endpoint.as_str()).to_owned()),
        None => Finding::NoSignOut,
    }
}

/// Whether the page's content security policy allows every endpoint. Tries one of each origin.
async fn policy(platform: &impl Probe, contacts: &[Contact]) -> Finding {
    if contacts.is_empty() {
        return Finding::NotReached;
    }
    let mut allowed: Vec<&str> = Vec::new();
    let mut blocked: Vec<&str> = Vec::new();
    for contact in contacts.iter().filter(|contact| contact.has_responded) {
        let origin = contact.endpoint.origin();
        if !allowed.contains(&origin) {
            allowed.push(origin);
        }
    }
    for contact in contacts {
        let origin = contact.endpoint.origin();
        if allowed.contains(&origin) || blocked.contains(&origin) {
            continue;
        }
        match platform.policy_allows(&contact.endpoint).await {
            Some(true) => allowed.push(origin),
            Some(false) => blocked.push(origin),
            None => return Finding::PolicyUnknown,
        }
    }
    if blocked.is_empty() {
        Finding::PolicyAllows(allowed.join(" "))
    } else {
        Finding::Blocked(blocked.join(" "))
    }
}
