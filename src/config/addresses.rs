//! The page's own addresses, as they are registered at the providers.

use super::{Config, IssueLocation, IssueReporter, PageUrl, ProviderConfig};
use crate::protocol::url::Endpoint;

/// The file next to the page that popups and hidden iframes come back to.
const CALLBACK: &str = "callback.html";
/// The file next to it that providers load when people sign out there.
const LOGOUT: &str = "logout.html";

/// Where providers send people back to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Addresses {
    /// Where people come back to after signing in
    /// ([RFC 6749 §3.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2)).
    pub redirect_uri: String,
    /// Where popups and hidden iframes come back to.
    pub popup_redirect_uri: String,
    /// Where people come back to after signing out
    /// ([RP-Initiated Logout §3](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RedirectionAfterLogout)).
    pub post_logout_redirect_uri: String,
}

impl Addresses {
    /// Returns the addresses of a page without configured ones.
    pub fn for_page(page_url: &str) -> Addresses {
        let page = folder(page_url).to_owned();
        Addresses {
            redirect_uri: page.clone(),
            popup_redirect_uri: sibling(&page, CALLBACK),
            post_logout_redirect_uri: page,
        }
    }

    /// Returns the addresses to register at this provider, which may have its own redirect URIs.
    pub fn for_provider(&self, provider: &ProviderConfig) -> Addresses {
        let own = |uri: &Option<PageUrl>, common: &str| uri.as_deref().unwrap_or(common).to_owned();
        Addresses {
            redirect_uri: own(&provider.redirect_uri, &self.redirect_uri),
            popup_redirect_uri: own(&provider.popup_redirect_uri, &self.popup_redirect_uri),
            post_logout_redirect_uri: self.post_logout_redirect_uri.clone(),
        }
    }

    /// Returns the address of `logout.html`, next to `callback.html`
    /// ([Front-Channel Logout §2](https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout)).
    pub fn front_channel_logout_uri(&self) -> String {
        sibling(&self.popup_redirect_uri, LOGOUT)
    }

    /// Returns the page's origin, as in `https://app.example.com`.
    pub fn origin(&self) -> &str {
        let uri = self.redirect_uri.as_str();
        let host = uri.find("://").map_or(0, |at| at + 3);
        match uri[host..].find('/') {
            Some(end) => &uri[..host + end],
            None => uri,
        }
    }
}

impl Config {
    /// Makes every address that is relative to the configuration a whole one. The result is on the
    /// configuration's origin.
    pub(super) fn resolve_paths(&mut self, config_url: &str) {
        // On http that isn't loopback, nobody can sign in anyway.
        let Ok(base) = Endpoint::parse(config_url.split('#').next().unwrap_or_default()) else {
            return;
        };
        let settings = &mut self.0;
        let of_page = [
            &mut settings.redirect_uri,
            &mut settings.popup_redirect_uri,
            &mut settings.post_logout_redirect_uri,
        ];
        let of_providers = settings.providers.iter_mut();
        let of_providers = of_providers
            .flat_map(|provider| [&mut provider.redirect_uri, &mut provider.popup_redirect_uri]);
        for url in of_page.into_iter().chain(of_providers).flatten() {
            url.resolve(&base);
        }
    }

    /// Returns the configured addresses, with defaults made from the page's address. Reports every
    /// address on another origin than the page.
    pub(super) fn addresses(&self, page_url: &str, issues: &mut impl IssueReporter) -> Addresses {
        let is_copy = self.enabled_providers().any(|provider| {
            let own = [&provider.redirect_uri, &provider.popup_redirect_uri];
            let mut own = own.into_iter().flatten();
            own.any(|uri| is_same_document(uri, page_url))
        });
        // A copy of the page that one provider redirects to is not the page's own address.
        let own_address = if is_copy {
            sibling(page_url, "")
        } else {
            folder(page_url).to_owned()
        };
        let page = own_address.as_str();
        let configured = |uri: &Option<PageUrl>| uri.as_deref().map(str::to_owned);
        let redirect_uri = configured(&self.redirect_uri).unwrap_or_else(|| page.to_owned());
        let addresses = Addresses {
            popup_redirect_uri: configured(&self.popup_redirect_uri)
                .unwrap_or_else(|| sibling(&redirect_uri, CALLBACK)),
            post_logout_redirect_uri: configured(&self.post_logout_redirect_uri)
                .unwrap_or_else(|| redirect_uri.clone()),
            redirect_uri,
        };
        self.check_origins(&addresses, page, issues);
        self.check_distinct(&addresses, issues);
        addresses
    }

    /// Reports redirect URIs of providers that the page couldn't tell apart: they wouldn't protect from
    /// mix-up attacks ([RFC 9700 §4.4.2.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2.2)).
    fn check_distinct(&self, addresses: &Addresses, issues: &mut impl IssueReporter) {
        let mut before: Vec<(&ProviderConfig, Addresses)> = Vec::new();
        for provider in self.enabled_providers() {
            let location = IssueLocation::ProviderId(&provider.id);
            let own = addresses.for_provider(provider);
            for (other, its_own) in &before {
                for (name, is_own, uri, its_uri) in [
                    (
                        "redirect_uri",
                        provider.redirect_uri.is_some() || other.redirect_uri.is_some(),
                        &own.redirect_uri,
                        &its_own.redirect_uri,
                    ),
                    (
                        "popup_redirect_uri",
                        provider.popup_redirect_uri.is_some() || other.popup_redirect_uri.is_some(),
                        &own.popup_redirect_uri,
                        &its_own.popup_redirect_uri,
                    ),
                ] {
                    if is_own && is_same_document(uri, its_uri) {
                        issues.report(location, name, || {
                            (
                                format!("The page can't tell it from that of \"{}\": only the path counts, and .html and index.html don't.", &*other.id),
                                "Give each provider its own file, like okta.html, or none its own redirect URI.",
                            )
                        });
                    }
                }
            }
            before.push((provider, own));
        }
    }

    /// Reports every address on another origin than the page: a page there couldn't read the
    /// transaction that this one stores.
    fn check_origins(&self, addresses: &Addresses, page: &str, issues: &mut impl IssueReporter) {
        for (name, uri) in [
            ("redirect_uri", &addresses.redirect_uri),
            ("popup_redirect_uri", &addresses.popup_redirect_uri),
            (
                "post_logout_redirect_uri",
                &addresses.post_logout_redirect_uri,
            ),
        ] {
            check_origin(IssueLocation::File, name, uri, page, issues);
        }
        for provider in self.enabled_providers() {
            let location = IssueLocation::ProviderId(&provider.id);
            for (name, uri) in [
                ("redirect_uri", &provider.redirect_uri),
                ("popup_redirect_uri", &provider.popup_redirect_uri),
            ] {
                if let Some(uri) = uri {
                    check_origin(location, name, uri, page, issues);
                }
            }
        }
    }
}

/// Returns the address that a page is registered by: its folder, even if somebody opened `index.html`.
pub(crate) fn folder(page_url: &str) -> &str {
    page_url.strip_suffix("index.html").unwrap_or(page_url)
}

/// Whether two addresses of this site name the same document: hosts serve `okta.html` at `okta` too, and
/// `index.html` at its folder.
pub(crate) fn is_same_document(a: &str, b: &str) -> bool {
    let a = document_of(a);
    a.is_some() && a == document_of(b)
}

fn document_of(url: &str) -> Option<String> {
    let url = Endpoint::parse(url).ok()?;
    let path = url.path();
    let path = path.strip_suffix(".html").unwrap_or(path);
    let path = path.strip_suffix("/index").unwrap_or(path);
    Some(path.strip_suffix('/').unwrap_or(path).to_owned())
}

/// Returns the address of a file in the same folder.
pub(crate) fn sibling(url: &str, file: &str) -> String {
    let path = url.split('?').next().unwrap_or_default();
    let folder = path.rfind('/').map_or(path, |end| &path[..=end]);
    [folder, file].concat()
}

/// Reports an address of another origin than the page's.
fn check_origin(
    location: IssueLocation<'_>,
    name: &str,
    uri: &str,
    page: &str,
    issues: &mut impl IssueReporter,
) {
    let Ok(page) = Endpoint::parse(page) else {
        return;
    };
    match Endpoint::parse(uri) {
        Ok(uri) if uri.origin() == page.origin() => {}
        Ok(uri) => issues.report(location, name, || {
            (
                format!(
                    "It is on {}, but this page is on {}.",
                    uri.origin(),
                    page.origin()
                ),
                "Open the page there, or write this page's address.",
            )
        }),
        Err(problem) => issues.report(location, name, || {
            (problem.to_string(), "Write the page's address.")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_serve_a_document_at_several_addresses() {
        let same = |a: &str, b: &str| {
            let at = |path: &str| ["https://app.example.com", path].concat();
            is_same_document(&at(a), &at(b))
        };
        for (a, b) in [
            ("/", "/index.html"),
            ("/", ""),
            ("/login", "/login/index.html"),
            ("/login/", "/login/index"),
            ("/okta.html", "/okta"),
            ("/okta.html", "/okta/"),
            ("/?as=a", "/?as=b"),
        ] {
            assert!(same(a, b) && same(b, a), "{a} {b}");
        }
        for (a, b) in [("/", "/okta.html"), ("/okta", "/Okta"), ("/a/b", "/a")] {
            assert!(!same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn a_page_is_known_by_its_folder_and_origin() {
        for page in [
            "https://app.example.com/login/",
            "https://app.example.com/login/index.html",
        ] {
            let addresses = Addresses::for_page(page);
            assert_eq!(addresses.redirect_uri, "https://app.example.com/login/");
            assert_eq!(
                addresses.popup_redirect_uri,
                "https://app.example.com/login/callback.html"
            );
            assert_eq!(addresses.origin(), "https://app.example.com");
        }
        let bare = Addresses::for_page("http://127.0.0.1:8080/");
        assert_eq!(bare.origin(), "http://127.0.0.1:8080");
    }
}
