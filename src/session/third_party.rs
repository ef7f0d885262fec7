//! Third-party initiated login
//! ([Core §4](https://openid.net/specs/openid-connect-core-1_0.html#ThirdPartyInitiatedLogin)): a portal, like Okta's
//! dashboard, opens the page with a provider's issuer, and the page starts the sign-in there.
//!
//! Any site can open the page like that. So this leads to the provider's own sign-in at most, for providers whose
//! settings allow it: it never signs in silently, and ends no session.

use super::options::SignInOptions;
use super::trace::{Event, Step, Trace};
use crate::config::Mode;
use crate::platform::Platform;
use crate::protocol::url::{Endpoint, ReturnTo, push_param};
use crate::provider::Provider;

/// The longest hint that is passed on, in bytes: providers refuse long addresses.
const LONGEST_HINT: usize = 1_000;

/// What a third party asks for.
#[derive(Debug)]
pub(super) struct InitiatedLogin {
    /// The ids of the providers that the issuer stands for: one at least.
    pub providers: Vec<String>,
    /// How to sign in there: with the account to suggest, and where the person wants to go.
    pub options: SignInOptions,
}

impl InitiatedLogin {
    /// Takes what a third party asks for out of the page's address, where the target stays as `return_to`. `None` if
    /// nobody does, or if no provider that allows it has the issuer.
    pub fn take<P: Platform>(
        platform: &P,
        providers: &[Provider],
        trace: &Trace<P>,
    ) -> Option<InitiatedLogin> {
        let page = Endpoint::parse(&platform.page_url()).ok()?;
        let address = platform.path();
        let (address, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
        let (path, query) = address.split_once('?')?;
        let mut request = Request::read(query)?;
        let issuer = request.issuer?;
        let (mut is_allowed, mut named) = (false, Vec::new());
        for provider in providers {
            if provider.config.third_party_initiated_login {
                is_allowed = true;
                if provider.is_named_by(&issuer) {
                    named.push(provider.id().to_owned());
                }
            }
        }
        if !is_allowed {
            return None;
        }
        trace.record(Event::new(Step::ThirdParty).with("providers", named.len() as i64));
        let is_known = !named.is_empty();
        // No way to other origins (https://www.rfc-editor.org/rfc/rfc9700#section-4.11.1).
        let target = request
            .target_link_uri
            .filter(|_| is_known)
            .and_then(|uri| ReturnTo::parse(uri.strip_prefix(page.origin())?))
            .or_else(|| ReturnTo::parse(&request.return_to?));
        let rest = &mut request.rest;
        if let Some(target) = &target {
            push_param(rest, "return_to", target.as_str());
        }
        let separator = if rest.is_empty() { "" } else { "?" };
        let clean = [path, separator, rest.as_str(), fragment].concat();
        // An address that can't be cleaned would ask for it again when the person comes back.
        platform.go_back_to(&ReturnTo::parse(&clean)?);
        is_known.then(|| InitiatedLogin {
            providers: named,
            options: SignInOptions {
                // Without a click, no popup would open.
                mode: Some(Mode::Redirect),
                login_hint: request
                    .login_hint
                    .filter(|hint| (1..=LONGEST_HINT).contains(&hint.len())),
                return_to: target,
                ..SignInOptions::default()
            },
        })
    }

    /// Whether the issuer stands for this provider, among others.
    pub fn names(&self, provider: &str) -> bool {
        self.providers.iter().any(|named| named == provider)
    }
}

/// The parameters of the request, the page's own `return_to`, which a portal's link may have too, and the rest of the
/// query.
#[derive(Default)]
struct Request {
    issuer: Option<String>,
    login_hint: Option<String>,
    target_link_uri: Option<String>,
    return_to: Option<String>,
    rest: String,
}

impl Request {
    /// Reads the page's query. `None` if something is there twice, or if it could be a response, which may name its
    /// issuer too ([RFC 9207 §2](https://www.rfc-editor.org/rfc/rfc9207#section-2)).
    fn read(query: &str) -> Option<Request> {
        let mut request = Request::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let slot = match &*name {
                "iss" => &mut request.issuer,
                "login_hint" => &mut request.login_hint,
                "target_link_uri" => &mut request.target_link_uri,
                "return_to" => &mut request.return_to,
                "code" | "state" | "error" => return None,
                name => {
                    push_param(&mut request.rest, name, &value);
                    continue;
                }
            };
            if slot.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        Some(request)
    }
}
