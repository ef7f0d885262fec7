//! What settings of the right type must satisfy together: one function for each rule.

mod email_domains;
mod replaced_texts;

use super::issue::{IssueLocation, IssueReporter};
use super::named::{AutoSignIn, ProviderKind};
use super::setting::RESERVED_PARAMS;
use super::settings::{ProviderConfig, Settings};
use super::value::Scope;
use crate::protocol::url::Endpoint;

/// Validates the settings of the file and of every provider.
///
/// `is_left_out`: whether a setting, of the provider at this index or of the file, is not in `settings`
/// as the file has it, because it has been reported already. Rules that depend on it say nothing then.
pub(super) fn validate(
    settings: &Settings,
    is_left_out: impl Fn(Option<usize>, &str) -> bool,
    issues: &mut impl IssueReporter,
) {
    scope_has_openid(settings.scope.as_ref(), IssueLocation::File, issues);
    for (index, provider) in settings.providers.iter().enumerate() {
        let location = IssueLocation::Provider(index);
        let before = settings.providers.get(..index).unwrap_or_default();
        id_is_unique(provider, before, location, issues);
        let is_left_out = |name: &str| is_left_out(Some(index), name);
        if !is_left_out("kind") {
            validate_kind(provider, location, issues);
            let needed = provider.kind.needs_one_of();
            if !needed.iter().any(|name| is_left_out(name)) {
                issuer_is_known(provider, location, issues);
            }
        }
        scope_has_openid(provider.scope.as_ref(), location, issues);
        params_are_not_reserved(provider, location, issues);
        prompt_is_not_none(provider, location, issues);
        userinfo_is_used(provider, location, issues);
        email_domains::validate(provider, before, location, issues);
    }
    auto_redirect_has_one_provider(settings, issues);
    replaced_texts::validate(settings.texts.as_ref(), issues);
    if !is_left_out(None, "providers") {
        a_provider_is_enabled(settings, issues);
    }
}

/// Rules about what only some kinds of provider have.
fn validate_kind(
    provider: &ProviderConfig,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    settings_are_of_the_kind(provider, location, issues);
    match provider.kind {
        ProviderKind::Microsoft => tenant_is_named_once(provider, location, issues),
        ProviderKind::Okta => okta_domain_is_named_once(provider, location, issues),
        ProviderKind::Oidc => issuer_is_not_apple(provider, location, issues),
        ProviderKind::Google => {}
    }
    if provider.kind != ProviderKind::Microsoft {
        issuer_is_named_once(provider, location, issues);
    }
}

fn scope_has_openid(
    scope: Option<&Scope>,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    if scope.is_some_and(|scope| !scope.iter().any(|word| word == "openid")) {
        issues.report(location, "scope", || {
            (
                "It lacks \"openid\", and without that providers don't say who signed in.",
                "Add openid.",
            )
        });
    }
}

fn id_is_unique(
    provider: &ProviderConfig,
    before: &[ProviderConfig],
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    if let Some(first) = before.iter().position(|other| other.id == provider.id) {
        issues.report(location, "id", || {
            (
                format!(
                    "\"{}\" is already used by providers[{first}].",
                    &*provider.id
                ),
                "Give each provider its own id.",
            )
        });
    }
}

fn settings_are_of_the_kind(
    provider: &ProviderConfig,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    for (name, kind) in provider.vendor_settings() {
        if kind != provider.kind {
            issues.report(location, name, || wrong_kind(name, kind, provider.kind));
        }
    }
}

fn wrong_kind(name: &str, needed: ProviderKind, kind: ProviderKind) -> (String, String) {
    if name == "client_secret" {
        (
            "A page can't keep a secret: anyone who opens it can read the file (RFC 10017 §6.3.3.1).".to_owned(),
            "Take it out, and register the page as a public client (single-page application) that uses PKCE.".to_owned(),
        )
    } else {
        (
            format!(
                "A provider of kind \"{}\" has no such setting.",
                kind.name()
            ),
            format!(
                "Only kind \"{}\" has it. Take it out, or change the kind.",
                needed.name()
            ),
        )
    }
}

fn issuer_is_named_once(
    provider: &ProviderConfig,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    if provider.issuer.is_some() && provider.authority.is_some() {
        issues.report(location, "authority", || {
            (
                "\"issuer\" is set too, and both mean the same.",
                "Keep one of them.",
            )
        });
    }
}

fn issuer_is_known(
    provider: &ProviderConfig,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    let is_known = provider.address().is_some() || provider.domain.is_some();
    match provider.kind.needs_one_of() {
        [first, ..] if !is_known => issues.report(location, first, || {
            let remedy = if provider.kind == ProviderKind::Okta {
                "Add \"domain\" like dev-1.okta.com, or \"issuer\" with the whole Provider URL."
            } else {
                "Add \"issuer\", the address that the provider gives as issuer or discovery URL."
            };
            ("It is missing.", remedy)
        }),
        _ => {}
    }
}

fn tenant_is_named_once(
    provider: &ProviderConfig,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    // The address of a cloud alone names no tenant.
    let names_tenant =
        endpoint(provider).is_some_and(|url| !url.path().trim_matches('/').is_empty());
    if provider.tenant.is_some() && names_tenant {
        issues.report(location, "tenant", || {
            (
                "\"issuer\" or \"authority\" names the tenant already.",
                "Keep one of them.",
            )
        });
    }
}

fn okta_domain_is_named_once(
    provider: &ProviderConfig,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    let has_domain = provider.domain.is_some() || provider.authorization_server.is_some();
    if provider.address().is_some() && has_domain {
        issues.report(location, "issuer", || {
            (
                "\"domain\" or \"authorization_server\" is set too, and says the same.",
                "Keep either issuer, or domain with authorization_server.",
            )
        });
    } else if provider
        .domain
        .as_ref()
        .is_some_and(|domain| domain.contains("-admin."))
    {
        issues.report(location, "domain", || {
            (
                "It is the address of Okta's admin console.",
                "Write the domain without \"-admin\".",
            )
        });
    }
}

fn issuer_is_not_apple(
    provider: &ProviderConfig,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    if endpoint(provider).is_some_and(|url| url.host() == "appleid.apple.com") {
        issues.report(location, "issuer", || {
            (
                "Sign in with Apple can't work from static files: Apple demands a client secret that is signed with your private key, and sends names and e-mail addresses by a form post to a server.",
                "Put an identity provider or a small server of your own in front of Apple, and name its issuer here.",
            )
        });
    }
}

fn params_are_not_reserved(
    provider: &ProviderConfig,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    for (name, params) in [
        ("authorization_params", &provider.authorization_params),
        ("token_params", &provider.token_params),
        ("end_session_params", &provider.end_session_params),
    ] {
        for (param, _) in params.iter() {
            if RESERVED_PARAMS.contains(&param.as_str()) {
                issues.report(location, &[name, ".", param].concat(), || {
                    ("The sign-in sets this parameter itself.", "Take it out.")
                });
            }
        }
    }
}

fn prompt_is_not_none(
    provider: &ProviderConfig,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    let prompt = provider.prompt.as_deref().unwrap_or_default();
    if prompt.iter().any(|word| word == "none") {
        issues.report(location, "prompt", || {
            (
                "\"none\" forbids the provider to show its sign-in page.",
                "Leave prompt out, or write login, consent, select_account or create.",
            )
        });
    }
}

fn userinfo_is_used(
    provider: &ProviderConfig,
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    if provider.userinfo == Some(false) && provider.userinfo_endpoint.is_some() {
        issues.report(location, "userinfo_endpoint", || {
            (
                "\"userinfo\" is false, so it would never be asked.",
                "Keep one of them.",
            )
        });
    }
}

fn auto_redirect_has_one_provider(settings: &Settings, issues: &mut impl IssueReporter) {
    let enabled = settings.providers.iter().filter(|entry| entry.enabled.0);
    if settings.auto_sign_in == Some(AutoSignIn::Redirect) && enabled.count() > 1 {
        issues.report(IssueLocation::File, "auto_sign_in", || {
            (
                "With \"redirect\", people couldn't choose among several providers.",
                "Write \"silent\", leave it out, or keep one provider.",
            )
        });
    }
}

fn a_provider_is_enabled(settings: &Settings, issues: &mut impl IssueReporter) {
    if settings.providers.is_empty() {
        issues.report(IssueLocation::File, "providers", || {
            (
                "The list is empty, so nobody can sign in.",
                "Add at least one provider.",
            )
        });
    } else if settings.providers.iter().all(|entry| !entry.enabled.0) {
        issues.report(IssueLocation::File, "providers", || {
            (
                "Every provider is switched off, so nobody can sign in.",
                "Set \"enabled\" of at least one to true, or leave it out.",
            )
        });
    }
}

/// The address of the provider's issuer or directory.
fn endpoint(provider: &ProviderConfig) -> Option<Endpoint> {
    let address = provider.authority.as_ref().or(provider.issuer.as_ref())?;
    Endpoint::parse(address).ok()
}
