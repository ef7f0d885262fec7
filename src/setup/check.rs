//! The checks of one provider, in the order in which a sign-in would meet what they look at.

use super::finding::{Check, Finding, Step};
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

/// Makes every check of a provider and tells each as soon as it is known.
pub async fn check(
    world: &impl Probe,
    provider: &Provider,
    addresses: &Addresses,
    mut tell: impl FnMut(Check),
) {
    let mut made = Vec::new();
    let mut contacts = Vec::new();
    let mut note = |step, finding| {
        made.push(step);
        tell(Check { step, finding });
    };
    note(Step::Configuration, configuration(world));
    if let Some((document, metadata)) = describe(world, provider, &mut contacts, &mut note).await {
        note(Step::CodeFlow, code_flow(provider, &document));
        note(Step::Scopes, scopes(provider, &document));
        let keys = keys(world, provider, &metadata, &document, &mut contacts).await;
        note(Step::Keys, keys);
        let token = token_endpoint(world, provider, &metadata, addresses, &mut contacts).await;
        note(Step::Token, token);
        note(Step::SignOut, sign_out(&metadata));
        for (endpoint, used) in [
            (&metadata.userinfo_endpoint, provider.requests_userinfo()),
            (&metadata.revocation_endpoint, provider.revokes_tokens()),
        ] {
            contacts.extend(endpoint.clone().filter(|_| used).map(|endpoint| Contact {
                endpoint,
                answered: false,
            }));
        }
    }
    let policy = policy(world, &contacts).await;
    let rest: Vec<Step> = Step::ALL
        .iter()
        .copied()
        .filter(|step| *step != Step::Policy && !made.contains(step))
        .collect();
    for step in rest {
        tell(Check {
            step,
            finding: Finding::NotReached,
        });
    }
    tell(Check {
        step: Step::Policy,
        finding: policy,
    });
}

/// An endpoint that a sign-in talks to.
struct Contact {
    endpoint: Endpoint,
    /// Whether the page has read an answer, so that its policy is not in the way.
    answered: bool,
}

fn configuration(world: &impl Probe) -> Finding {
    match world.has_crypto() {
        // Issues in it are told instead of checks.
        true => Finding::Valid,
        false => Finding::Error(Error::new(
            ErrorCode::CryptoUnavailable,
            Phase::Configuration,
        )),
    }
}

/// The provider's document, as far as a sign-in would get with it.
async fn describe(
    world: &impl Probe,
    provider: &Provider,
    contacts: &mut Vec<Contact>,
    note: &mut impl FnMut(Step, Finding),
) -> Option<(MetadataDocument, Metadata)> {
    let url = &provider.discovery_url;
    let (document, source) = match &provider.config.metadata {
        Some(document) => match MetadataDocument::from_object(document) {
            Ok(document) => (document, Finding::Configured),
            Err(error) => {
                note(Step::Discovery, Finding::Error(provider.explain(error)));
                return None;
            }
        },
        None => {
            let answer = ask(
                world,
                // What has been mended has to show at once.
                Request {
                    cacheable: false,
                    ..discovery::request(url)
                },
                url,
                (ErrorCode::DiscoveryUnreachable, Phase::Discovery),
                contacts,
            );
            let document = answer.await.and_then(|answer| {
                MetadataDocument::from_response(&answer)
                    .map_err(|error| Finding::Error(provider.explain(error)))
            });
            match document {
                Ok(document) => (document, Finding::Read(url.as_str().to_owned())),
                Err(finding) => {
                    note(Step::Discovery, finding);
                    return None;
                }
            }
        }
    };
    let error = match document.validate(&provider.issuer) {
        Ok(metadata) => {
            note(Step::Discovery, source);
            note(Step::Issuer, Finding::Issuer(metadata.issuer.clone()));
            return Some((document, provider.with_own_endpoints(metadata)));
        }
        Err(error) => provider.explain(error),
    };
    let step = match error.code {
        ErrorCode::IssuerMismatch => Step::Issuer,
        _ if !document.offers_code_flow() => Step::CodeFlow,
        _ => Step::Discovery,
    };
    if step != Step::Discovery {
        note(Step::Discovery, source);
    }
    if step == Step::CodeFlow {
        let issuer = document.issuer().unwrap_or_default();
        note(Step::Issuer, Finding::Issuer(issuer.to_owned()));
    }
    note(step, Finding::Error(error));
    None
}

/// Sends a request; a failure is told apart from the page's own policy where that can be.
async fn ask(
    world: &impl Probe,
    request: Request,
    endpoint: &Endpoint,
    (unreachable, phase): (ErrorCode, Phase),
    contacts: &mut Vec<Contact>,
) -> Result<Response, Finding> {
    let answer = world.fetch(request).await;
    contacts.push(Contact {
        endpoint: endpoint.clone(),
        answered: answer.is_ok() && world.is_page(),
    });
    match answer {
        Ok(answer) => Ok(answer),
        Err(FetchError::Unreachable) if world.policy_allows(endpoint).await == Some(false) => {
            Err(Finding::Blocked(endpoint.origin().to_owned()))
        }
        Err(error) => Err(Finding::Error(error.into_error(
            unreachable,
            phase,
            endpoint.as_str(),
        ))),
    }
}

fn code_flow(provider: &Provider, document: &MetadataDocument) -> Finding {
    match document.lists_s256() {
        Some(true) => Finding::S256,
        Some(false) => Finding::NoS256,
        None if provider.config.kind == ProviderKind::Microsoft => Finding::S256Known,
        None => Finding::S256Unsaid,
    }
}

fn scopes(provider: &Provider, document: &MetadataDocument) -> Finding {
    let asked = provider.scope();
    match document.lists_scope("openid") {
        None => return Finding::ScopesUnsaid,
        Some(false) => return Finding::NoOpenid(asked.join(" ")),
        Some(true) => {}
    }
    let unlisted: Vec<&str> = asked
        .iter()
        .map(String::as_str)
        .filter(|scope| document.lists_scope(scope) == Some(false))
        .collect();
    match unlisted.is_empty() {
        true => Finding::Scopes(asked.join(" ")),
        // A provider need not list every scope that it has (Discovery §3).
        false => Finding::ScopesUnlisted(unlisted.join(" ")),
    }
}

async fn keys(
    world: &impl Probe,
    provider: &Provider,
    metadata: &Metadata,
    document: &MetadataDocument,
    contacts: &mut Vec<Contact>,
) -> Finding {
    if document.lists_accepted_algorithm() == Some(false) {
        return Finding::NoSigningKey;
    }
    let keys = match &provider.config.jwks {
        Some(document) => KeySet::read(document),
        None => {
            let answer = ask(
                world,
                jwks::request(&metadata.jwks_uri, true),
                &metadata.jwks_uri,
                (ErrorCode::KeysUnreachable, Phase::IdToken),
                contacts,
            );
            match answer.await {
                Ok(answer) => jwks::process_response(&answer),
                Err(finding) => return finding,
            }
        }
    };
    match keys.map(|keys| keys.usable()) {
        Ok(0) => Finding::NoSigningKey,
        Ok(count) => Finding::Keys(count),
        Err(error) => Finding::Error(provider.explain(error)),
    }
}

/// A code that nobody issued. The endpoint has to refuse it, and the page to read how.
const CODE: &str = "vestibule-setup-check";
/// Likewise (RFC 7636 §4.1 wants 43 characters at least).
const CODE_VERIFIER: &str = "vestibule-setup-check-vestibule-setup-check";

async fn token_endpoint(
    world: &impl Probe,
    provider: &Provider,
    metadata: &Metadata,
    addresses: &Addresses,
    contacts: &mut Vec<Contact>,
) -> Finding {
    let request = token::code_request(
        &metadata.token_endpoint,
        &provider.config.client_id,
        &addresses.redirect_uri,
        &AuthorizationCode::new(CODE.to_owned()),
        &PkceCodeVerifier::new(CODE_VERIFIER.to_owned()),
        provider.token_params(),
    );
    let answer = ask(
        world,
        request,
        &metadata.token_endpoint,
        (ErrorCode::TokenUnreachable, Phase::Token),
        contacts,
    );
    match answer.await {
        Ok(answer) => refusal(provider, &answer),
        Err(Finding::Error(error)) => Finding::Error(provider.explain(error)),
        Err(finding) => finding,
    }
}

/// How the endpoint refused the code. Being refused is right; the vendor's words tell whether it was
/// for the code alone.
fn refusal(provider: &Provider, answer: &Response) -> Finding {
    let Err(error) = token::process_code_response(answer) else {
        return Finding::TokensForNothing;
    };
    let error = error.redact(&[provider.client_secret().unwrap_or_default()]);
    let error = provider.explain(error);
    let stated = answer.oauth_error();
    let for_the_code = match (error.code, error.cause) {
        (ErrorCode::TokenRejected, Some(cause)) => {
            matches!(cause, VendorCause::CodeInvalid | VendorCause::PkceFailed)
        }
        (ErrorCode::TokenRejected, None) => stated.is_some_and(|stated| {
            // A code that was never one breaks the form of the request, some say.
            matches!(stated.error.as_str(), "invalid_grant" | "invalid_request")
        }),
        _ => false,
    };
    match for_the_code {
        true => Finding::TokenAnswers(error.details.unwrap_or_default()),
        false => Finding::Error(error),
    }
}

fn sign_out(metadata: &Metadata) -> Finding {
    match &metadata.end_session_endpoint {
        Some(endpoint) => Finding::SignOut(without_query(endpoint.as_str()).to_owned()),
        None => Finding::NoSignOut,
    }
}

/// Whether the page's policy lets all of them through: one of each origin is tried.
async fn policy(world: &impl Probe, contacts: &[Contact]) -> Finding {
    if contacts.is_empty() {
        return Finding::NotReached;
    }
    let mut allowed: Vec<&str> = Vec::new();
    let mut blocked: Vec<&str> = Vec::new();
    for contact in contacts.iter().filter(|contact| contact.answered) {
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
        match world.policy_allows(&contact.endpoint).await {
            Some(true) => allowed.push(origin),
            Some(false) => blocked.push(origin),
            None => return Finding::PolicyUnknown,
        }
    }
    match blocked.is_empty() {
        false => Finding::Blocked(blocked.join(" ")),
        true => Finding::PolicyAllows(allowed.join(" ")),
    }
}
