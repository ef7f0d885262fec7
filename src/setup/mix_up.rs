//! Redirect URIs that several providers share. A response that arrives there without its issuer could be that of any of
//! them: a mix-up attack ([RFC 9700 §4.4](https://www.rfc-editor.org/rfc/rfc9700#section-4.4)).

use super::finding::Finding;
use super::host::Deployment;
use crate::config::{Addresses, ProviderKind, is_same_document, sibling};
use crate::provider::Provider;

/// A redirect URI to give to one provider alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRedirectUri {
    /// The provider's ID in `vestibule.json`.
    pub provider: String,
    /// The setting: `redirect_uri` or `popup_redirect_uri`.
    pub setting: &'static str,
    /// The file of the page to copy there.
    pub original: &'static str,
    /// The address of the copy.
    pub address: String,
}

/// The providers that share a redirect URI with another one.
#[derive(Debug, Clone, Default)]
pub struct Sharing {
    with_vendors: Vec<OwnRedirectUri>,
    with_others: Vec<OwnRedirectUri>,
}

impl Sharing {
    /// Compares a provider's redirect URIs with those of all providers of the configuration. The one of popups and
    /// hidden iframes only counts where the page uses them.
    pub fn new<'a>(
        provider: &Provider,
        all: impl IntoIterator<Item = &'a Provider>,
        addresses: &Addresses,
        deployment: &Deployment,
    ) -> Sharing {
        let uses_callback = deployment.uses_popups || deployment.uses_frames;
        let own = addresses.for_provider(&provider.config);
        let mut sharing = Sharing::default();
        for other in all {
            if is_same_server(provider, other) {
                continue;
            }
            let its_own = addresses.for_provider(&other.config);
            let list = match other.config.kind {
                ProviderKind::Oidc => &mut sharing.with_others,
                _ => &mut sharing.with_vendors,
            };
            let id = other.id();
            if is_same_document(&own.redirect_uri, &its_own.redirect_uri) {
                list.push(OwnRedirectUri {
                    provider: id.to_owned(),
                    setting: "redirect_uri",
                    original: "index.html",
                    address: sibling(&its_own.redirect_uri, &copy_of_page(id)),
                });
            }
            if uses_callback
                && is_same_document(&own.popup_redirect_uri, &its_own.popup_redirect_uri)
            {
                let name = format!("callback-{id}.html");
                list.push(OwnRedirectUri {
                    provider: id.to_owned(),
                    setting: "popup_redirect_uri",
                    original: "callback.html",
                    address: sibling(&its_own.popup_redirect_uri, &name),
                });
            }
        }
        sharing
    }

    /// What this means for the provider: whether its responses name their issuer
    /// ([RFC 9207 §2](https://www.rfc-editor.org/rfc/rfc9207#section-2)) decides.
    pub(super) fn finding(self, names_issuer: bool) -> Finding {
        if names_issuer {
            Finding::IssuerInResponses
        } else if !self.with_others.is_empty() {
            Finding::MixUpPossible(self.with_others)
        } else if !self.with_vendors.is_empty() {
            Finding::MixUpAmongVendors(self.with_vendors)
        } else {
            Finding::RedirectUriNotShared
        }
    }
}

/// Whether both are the same authorization server, or tenants of one vendor's: no code leaves it.
fn is_same_server(a: &Provider, b: &Provider) -> bool {
    let is_same_vendor = a.config.kind == b.config.kind
        && a.config.kind != ProviderKind::Oidc
        && a.discovery_url.origin() == b.discovery_url.origin();
    is_same_vendor || a.discovery_url == b.discovery_url
}

/// The name for a provider's copy of `index.html`, which no file of the page has.
fn copy_of_page(id: &str) -> String {
    match id {
        "index" | "callback" | "logout" => format!("page-{id}.html"),
        _ => format!("{id}.html"),
    }
}
