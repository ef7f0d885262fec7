//! Email first: the provider that an email address belongs to, as far as the configuration says.

use super::options::SignInOptions;
use crate::config::ProviderKind;
use crate::provider::Provider;

/// The longest address that a mailbox can have, in bytes
/// ([RFC 5321 §4.5.3.1](https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1)).
const LONGEST: usize = 320;

/// Splits an email address, without spaces around it, into its domain and what's before it. `None` for what can't be
/// an address. Only the provider knows whether the mailbox exists.
pub(crate) fn split_address(address: &str) -> Option<(&str, &str)> {
    let (mailbox, domain) = address.rsplit_once('@')?;
    let is_text = |c: char| !c.is_whitespace() && !c.is_control() && c != '@';
    let is_possible = address.len() <= LONGEST
        && !mailbox.is_empty()
        && domain.contains('.')
        && !domain.contains(['/', '\\', '?', '#', ':', '%', '[', ']'])
        && mailbox.chars().all(is_text)
        && domain.chars().all(is_text);
    is_possible.then_some((mailbox, domain))
}

/// Finds the provider that has exactly this domain, in ASCII, among its `email_domains`. Subdomains are other domains.
pub(super) fn provider_of<'a>(providers: &'a [Provider], domain: &str) -> Option<&'a Provider> {
    providers.iter().find(|provider| {
        let mut domains = provider.email_domains().iter();
        domains.any(|known| known.eq_ignore_ascii_case(domain))
    })
}

impl SignInOptions {
    /// Suggests the account with this address, and to Microsoft and Google its `domain`, so that they skip their own
    /// question. A domain in the provider's settings stays.
    pub(crate) fn with_address(mut self, provider: &Provider, address: &str, domain: &str) -> Self {
        let hint = match provider.config.kind {
            ProviderKind::Microsoft => Some("domain_hint"),
            ProviderKind::Google => Some("hd"),
            // Okta routes by login_hint, and its `idp` is an id that only the settings know.
            ProviderKind::Okta | ProviderKind::Oidc => None,
        };
        let configured = provider.authorization_params();
        let is_set = |hint: &str| configured.iter().any(|(name, _)| name == hint);
        if let Some(hint) = hint.filter(|hint| !is_set(hint)) {
            self = self.with_param(hint, domain);
        }
        self.with_login_hint(address)
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::config::ResolvedConfig;

    fn providers(entries: &str) -> Vec<Provider> {
        let text = format!(r#"{{"providers":[{entries}]}}"#);
        let resolved = ResolvedConfig::from_text(text.as_bytes(), "https://app.example.com/");
        resolved.unwrap().providers
    }

    #[test]
    fn only_possible_addresses_have_a_domain() {
        assert_eq!(
            split_address("ada@example.com"),
            Some(("ada", "example.com"))
        );
        assert!(split_address("ada+tag@sub.bücher.example").is_some());
        let long = format!("{}@example.com", "a".repeat(LONGEST));
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada lovelace@example.com",
            "ada@exam ple.com",
            "ada@eve@example.com",
            "ada@example.com/path",
            "ada@example.com:443",
            "ada@example.com?q",
            "ada@ex%61mple.com",
            &long,
        ] {
            assert_eq!(split_address(text), None, "{text}");
        }
    }

    #[test]
    fn a_domain_leads_to_the_provider_that_has_exactly_it() {
        let all = providers(
            r#"{"id":"a","kind":"google","client_id":"c"},
            {"id":"b","kind":"microsoft","client_id":"c","email_domains":["Contoso.example","xn--bcher-kva.example"]}"#,
        );
        let id = |domain| provider_of(&all, domain).map(Provider::id);
        assert_eq!(id("contoso.example"), Some("b"));
        assert_eq!(id("CONTOSO.EXAMPLE"), Some("b"));
        assert_eq!(id("xn--bcher-kva.example"), Some("b"));
        for other in [
            "mail.contoso.example",
            "notcontoso.example",
            "contoso.example.org",
            "",
        ] {
            assert_eq!(id(other), None, "{other}");
        }
    }

    #[test]
    fn vendors_get_the_domain_unless_the_settings_name_one() {
        for (settings, expected) in [
            (r#""kind":"microsoft""#, Some(("domain_hint", "a.example"))),
            (
                r#""kind":"microsoft","domain_hint":"b.example""#,
                Some(("domain_hint", "b.example")),
            ),
            (
                r#""kind":"microsoft","authorization_params":{"domain_hint":"b.example"}"#,
                Some(("domain_hint", "b.example")),
            ),
            (r#""kind":"google""#, Some(("hd", "a.example"))),
            (r#""kind":"google","hd":"*""#, Some(("hd", "*"))),
            (r#""kind":"okta","domain":"dev-1.okta.com""#, None),
            (
                r#""kind":"okta","domain":"dev-1.okta.com","idp":"0oa1""#,
                Some(("idp", "0oa1")),
            ),
            (r#""kind":"oidc","issuer":"https://id.example""#, None),
        ] {
            let entry = format!(r#"{{"id":"p","client_id":"c","login_hint":"team",{settings}}}"#);
            let provider = &providers(&entry)[0];
            let options =
                SignInOptions::default().with_address(provider, "ada@a.example", "a.example");
            let mut params = options.authorization_params(provider);
            params.retain(|(name, _)| name != "login_hint" || provider.id().is_empty());
            let params: Vec<_> = params
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            assert_eq!(params, Vec::from_iter(expected), "{settings}");
            let all = options.authorization_params(provider);
            let hint = all.iter().find(|(name, _)| name == "login_hint").unwrap();
            assert_eq!(hint.1, "ada@a.example", "{settings}");
        }
    }
}
