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
use crate::protocol::url::{Endpoint, ReturnTo};
use crate::provider::Provider;

/// The longest hint that is passed on, in bytes: providers refuse long addresses.
const LONGEST_HINT: usize = 1_000;

/// What a third party asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InitiatedLogin {
    /// The ids of the providers that the issuer stands for: one at least.
    pub providers: Vec<String>,
    /// The account to suggest to them.
    pub login_hint: Option<String>,
    /// Where the person wants to go.
    pub target: Option<ReturnTo>,
}

impl InitiatedLogin {
    /// Takes what a third party asks for out of the page's address, where the target stays as `return_to`. `None` if
    /// nobody does, or if no provider that allows it has the issuer.
    pub fn take<P: Platform>(
        platform: &P,
        providers: &[Provider],
        trace: &Trace<P>,
    ) -> Option<InitiatedLogin> {
        let mut allowing = providers
            .iter()
            .filter(|provider| provider.config.third_party_initiated_login)
            .peekable();
        allowing.peek()?;
        let address = platform.path();
        let request = Request::read(&address)?;
        let providers: Vec<String> = allowing
            .filter(|provider| provider.is_named_by(&request.issuer))
            .map(|provider| provider.id().to_owned())
            .collect();
        trace.record(Event::new(Step::ThirdParty).with("providers", providers.len() as i64));
        let is_known = !providers.is_empty();
        let page = platform.page_url();
        let target = request.target(&page).filter(|_| is_known);
        // An address that can't be cleaned would ask for it again when the person comes back.
        platform.go_back_to(&ReturnTo::parse(&request.address_without(target.as_ref()))?);
        is_known.then(|| InitiatedLogin {
            providers,
            login_hint: request.login_hint,
            target: target.or(request.return_to),
        })
    }

    /// How to sign in. It starts without a click, so no popup would open.
    pub fn options(&self) -> SignInOptions {
        SignInOptions {
            mode: Some(Mode::Redirect),
            login_hint: self.login_hint.clone(),
            return_to: self.target.clone(),
            ..SignInOptions::default()
        }
    }

    pub fn names(&self, provider: &str) -> bool {
        self.providers.iter().any(|named| named == provider)
    }
}

/// The parameters, and what else the address has.
struct Request<'a> {
    issuer: String,
    login_hint: Option<String>,
    target_link_uri: Option<String>,
    /// The page's own parameter, which a portal's link may have too.
    return_to: Option<ReturnTo>,
    path: &'a str,
    /// The other parameters, as they were written.
    rest: Vec<&'a str>,
    /// Empty, or starting with `#`.
    fragment: &'a str,
}

impl<'a> Request<'a> {
    /// Reads the address. `None` if it isn't such a request: without an issuer, with something twice, or if it could
    /// be the response to a request, which may name its issuer too
    /// ([RFC 9207 §2](https://www.rfc-editor.org/rfc/rfc9207#section-2)).
    fn read(address: &'a str) -> Option<Request<'a>> {
        let start = address.find('#').unwrap_or(address.len());
        let (address, fragment) = address.split_at(start);
        let (path, query) = address.split_once('?')?;
        let (mut issuer, mut login_hint, mut target_link_uri) = (None, None, None);
        let mut return_to = None;
        let mut rest = Vec::new();
        if has_response(fragment.get(1..).unwrap_or_default()) || has_response(query) {
            return None;
        }
        for pair in query.split('&') {
            let (name, value) = form_urlencoded::parse(pair.as_bytes())
                .next()
                .unwrap_or_default();
            let slot = match &*name {
                "iss" => &mut issuer,
                "login_hint" => &mut login_hint,
                "target_link_uri" => &mut target_link_uri,
                name => {
                    if name == "return_to" {
                        return_to = return_to.or_else(|| ReturnTo::parse(&value));
                    }
                    rest.push(pair);
                    continue;
                }
            };
            if slot.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Request {
            issuer: issuer?,
            login_hint: login_hint.filter(|hint| (1..=LONGEST_HINT).contains(&hint.len())),
            target_link_uri,
            return_to,
            path,
            rest,
            fragment,
        })
    }

    /// The place on the page's origin that `target_link_uri` names. It's no way to other origins
    /// ([RFC 9700 §4.11.1](https://www.rfc-editor.org/rfc/rfc9700#section-4.11.1)).
    fn target(&self, page: &str) -> Option<ReturnTo> {
        let page = Endpoint::parse(page).ok()?;
        let path = self.target_link_uri.as_ref()?.strip_prefix(page.origin())?;
        ReturnTo::parse(path)
    }

    /// The address without the request, and with this place as `return_to`.
    fn address_without(&self, target: Option<&ReturnTo>) -> String {
        let target = target.map(|place| {
            let place = form_urlencoded::byte_serialize(place.as_str().as_bytes());
            ["return_to=", &place.collect::<String>()].concat()
        });
        // First, because the page reads the first one.
        let pairs: Vec<&str> = target
            .as_deref()
            .into_iter()
            .chain(self.rest.iter().copied())
            .collect();
        let separator = if pairs.is_empty() { "" } else { "?" };
        [self.path, separator, &pairs.join("&"), self.fragment].concat()
    }
}

/// Whether these parameters could be a provider's response.
fn has_response(params: &str) -> bool {
    form_urlencoded::parse(params.as_bytes())
        .any(|(name, _)| matches!(&*name, "code" | "state" | "error"))
}
