//! The English texts of the set-up page.

use super::{host, remedies};
use crate::language::{Key, Texts, key};
use crate::protocol::error::{Error, ErrorCode};
use crate::setup::mix_up::OwnRedirectUri;
use crate::setup::{Field, Finding, State, Step};
use crate::ui::texts::setup::{FindingText, SetupTexts};
use std::borrow::Cow;

pub static TEXTS: SetupTexts = SetupTexts {
    title: "Check your set-up",
    lead: "For administrators: what to register with each provider, and whether it works from this page. People who sign in don't see this.",
    accent,
    check_again: "Check again",
    checking: "Checking…",
    summary,
    before: "What to register",
    register: "Register this page",
    application_type: "Application type",
    copy: "Copy",
    copied: "Copied",
    not_copied: "Couldn't copy. Select it instead.",
    guide: "Step by step",
    checks: "Checks",
    remedy: "What to do",
    try_it: "Try signing in with {}",
    trial: "Only a real sign-in shows whether the redirect URI is registered.",
    worked: "Sign-in works",
    claims: "Claims received",
    kind,
    type_of,
    field,
    document,
    step,
    state,
    finding,
    host: "This page's host",
    host_step: host::step,
    host_finding: host::finding,
    folded,
    to_fix: "What failed",
    to_improve: "What could be better",
    headers: "Headers to send",
    headers_lead: "For this configuration. How to set them depends on your host: see docs/hosting.md.",
    headers_of,
    caching,
};

fn summary(counts: [usize; State::COUNT]) -> String {
    let count = |state: State| counts[state as usize];
    let mut text = format!(
        "{} passed, {} failed, {} not testable",
        count(State::Passed),
        count(State::Failed),
        count(State::NotTestable),
    );
    for (count, what) in [
        (count(State::Advice), "could be better"),
        (count(State::Skipped), "skipped"),
    ] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text + "."
}

fn folded(passed: usize, skipped: usize) -> String {
    match skipped {
        0 => format!("{passed} passed"),
        _ => format!("{passed} passed, {skipped} skipped"),
    }
}

fn headers_of(file: &str) -> &'static str {
    match file {
        "callback.html" => "With callback.html",
        "logout.html" => "With logout.html, without x-frame-options",
        _ => "With index.html and every other file",
    }
}

fn caching(is_kept: bool) -> &'static str {
    if is_kept {
        "With files that have a hash in their name, also"
    } else {
        "With every other file, also"
    }
}

fn kind(kind: &str) -> &'static str {
    match kind {
        "microsoft" => "Microsoft Entra ID",
        "google" => "Google",
        "okta" => "Okta",
        _ => "OpenID Connect",
    }
}

fn type_of(kind: &str) -> &'static str {
    match kind {
        "microsoft" => "Single-page application",
        "google" => "Web application",
        "okta" => "OIDC - OpenID Connect, Single-Page Application",
        _ => "Public client (no secret), authorization code with PKCE (S256)",
    }
}

fn field(field: Field, kind: &str) -> &'static str {
    match (field, kind) {
        (Field::RedirectUri, "google") => "Authorized redirect URIs",
        (Field::RedirectUri, "okta") => "Sign-in redirect URIs",
        (Field::RedirectUri, _) => "Redirect URI",
        (Field::PopupRedirectUri, "microsoft") => {
            "Second redirect URI, if you use popups or silent sign-in (after registering: Authentication, Add Redirect URI)"
        }
        // Google can't be framed.
        (Field::PopupRedirectUri, "google") => "Second redirect URI, if you use popups",
        (Field::PopupRedirectUri, _) => "Second redirect URI, if you use popups or silent sign-in",
        (Field::FrontChannelLogoutUri, _) => "Front-channel logout URL",
        (Field::Origin, "google") => "Authorized JavaScript origins",
        (Field::Origin, "okta") => {
            "Trusted Origin (CORS), only if the checks say that this page can't read a response"
        }
        (Field::Origin, _) => "Allowed origin (CORS, web origin)",
        (Field::PostLogoutRedirectUri, "microsoft") => {
            "Another redirect URI, for the return after sign-out"
        }
        (Field::PostLogoutRedirectUri, "okta") => "Sign-out redirect URIs",
        (Field::PostLogoutRedirectUri, _) => "Post-logout redirect URI",
    }
}

fn document(kind: &str) -> &'static str {
    match kind {
        "microsoft" => "docs/microsoft.md",
        "google" => "docs/google.md",
        "okta" => "docs/okta.md",
        _ => "docs/openid-connect.md",
    }
}

fn step(step: Step) -> &'static str {
    match step {
        Step::Configuration => "Configuration",
        Step::Discovery => "Discovery document",
        Step::Issuer => "Issuer",
        Step::CodeFlow => "Code flow with PKCE",
        Step::Scopes => "Scopes",
        Step::MixUp => "Mix-up defense",
        Step::Keys => "Signing keys",
        Step::Token => "Token endpoint",
        Step::SignOut => "Sign-out",
        Step::Policy => "Content security policy",
    }
}

fn state(state: Option<State>) -> &'static str {
    match state {
        Some(State::Passed) => "Passed",
        Some(State::Failed) => "Failed",
        Some(State::NotTestable) => "Not testable",
        Some(State::Advice) => "Advice",
        Some(State::Skipped) => "Skipped",
        None => "Waiting",
    }
}

fn finding(finding: &Finding, kind: &str) -> FindingText {
    let (what, details, remedy) = match finding {
        Finding::Valid => (
            "The settings are valid, and the page is served securely.",
            "",
            "",
        ),
        Finding::Read(url) => ("This page can read it.", url.as_str(), ""),
        Finding::Configured => ("It's in vestibule.json, so nothing is fetched.", "", ""),
        Finding::Issuer(issuer) => (
            "The document names the issuer that the settings expect.",
            issuer.as_str(),
            "",
        ),
        Finding::S256 => ("The provider supports both, with S256.", "", ""),
        Finding::S256Known => (
            "The provider supports the code flow, and accepts S256 although its document doesn't say so.",
            "",
            "",
        ),
        Finding::Scopes(scopes) => (
            "The provider lists every requested scope.",
            scopes.as_str(),
            "",
        ),
        Finding::IssuerInResponses => (
            "The provider names its issuer in responses, so this page can't mix them up with others.",
            "",
            "",
        ),
        Finding::RedirectUriNotShared => (
            "No other provider has the same redirect URI, so this page can't mix up responses.",
            "",
            "",
        ),
        Finding::MixUpPossible(copies) => {
            return mix_up(
                "Responses from {} don't name their issuer, and another provider has the same redirect URI. That one could capture codes that are meant for this page.",
                copies,
            );
        }
        Finding::MixUpAmongVendors(copies) => {
            return mix_up(
                "Responses from {} don't name their issuer, and another vendor has the same redirect URI. That's safe if you trust each vendor equally.",
                copies,
            );
        }
        Finding::Keys(_) => (
            "The provider has keys that this page can verify signatures with.",
            "",
            "",
        ),
        Finding::TokenRefuses(said) => (
            "It rejected a made-up code, and this page can read the error.",
            said.as_str(),
            "",
        ),
        Finding::SignOut(url) => (
            "Signing out also ends the session at the provider.",
            url.as_str(),
            "",
        ),
        Finding::PolicyAllows(origins) => (
            "Nothing stops this page from connecting to the provider.",
            origins.as_str(),
            "",
        ),
        Finding::Error(error) => return failure(error, kind),
        Finding::Blocked(origins) => (
            "It stops this page from connecting to the provider.",
            origins.as_str(),
            "Add these origins to connect-src in the content-security-policy header that your host sends with the page.",
        ),
        Finding::NoS256 => (
            "The provider doesn't list S256 among its PKCE methods.",
            "",
            "Allow S256 for this client at the provider. A page can't sign in safely without PKCE, so it doesn't try.",
        ),
        Finding::NoOpenid(scopes) => (
            "The provider doesn't list the scope openid.",
            scopes.as_str(),
            "Turn on OpenID Connect at the provider: without the scope openid it doesn't say who signed in.",
        ),
        Finding::NoSigningKey => (
            "The provider has no key that can verify a signature.",
            "",
            "Have the provider sign ID tokens with RS256 or another algorithm of the RS, PS, ES or EdDSA families. HS256 needs a shared secret, and a page can't keep one. In authentik, select a Signing Key in the provider's settings.",
        ),
        Finding::WeakKeys(keys) => (
            "A flawed generator made some of the provider's keys (CVE-2017-15361): anybody can compute the private keys, and sign in as anyone.",
            keys.as_str(),
            "Replace these keys at the provider now, and any others from the same device or smart card. Generate new ones in software, or on a device with updated firmware.",
        ),
        Finding::TokensIssued => (
            "It issued tokens for a made-up code.",
            "",
            "This isn't an OpenID Connect token endpoint. Check the issuer, and \"token_endpoint\" if you set it.",
        ),
        Finding::TokenUntested(said) => (
            "It rejected a made-up code with an error that says nothing about the registration.",
            said.as_str(),
            "Try signing in: only that shows whether the registration is right.",
        ),
        Finding::NotReached => ("Skipped. Fix the failed check above first.", "", ""),
        Finding::S256NotStated => (
            "The provider's document doesn't say whether it supports PKCE with S256.",
            "",
            "Try signing in: the page always sends it.",
        ),
        Finding::ScopesNotStated => (
            "The provider's document lists no scopes.",
            "",
            "Try signing in: the provider rejects unknown scopes.",
        ),
        Finding::ScopesUnlisted(scopes) => (
            "The provider doesn't list some of the scopes.",
            scopes.as_str(),
            "That's normal for API scopes. Try signing in: the provider rejects unknown scopes.",
        ),
        Finding::NoSignOut => (
            "The provider has no sign-out address, so people are only signed out of this page.",
            "",
            match kind {
                "google" => "",
                _ => "If you know of one, put it into \"end_session_endpoint\".",
            },
        ),
        Finding::UnusableEndpoints(names) => (
            "The provider's document has addresses that can't be used, so the page does without them.",
            names.as_str(),
            "Have the provider leave them out, or write complete https addresses. You can put the right address for sign-out into \"end_session_endpoint\".",
        ),
        Finding::TokensNotRevoked => (
            "The provider doesn't revoke tokens of applications without a secret. After a sign-out, a refresh token stays valid until it expires.",
            "",
            "Allow the authentication method \"none\" at its revocation endpoint, or keep the lifetime of refresh tokens short.",
        ),
        Finding::PolicyUnknown => (
            "The page's policy isn't known here.",
            "",
            "Open the page with ?setup.",
        ),
    };
    let details = Some(details.to_owned()).filter(|details| !details.is_empty());
    FindingText {
        what: what.into(),
        details,
        remedy: Some(remedy.into()).filter(|remedy: &Cow<'_, str>| !remedy.is_empty()),
    }
}

/// Describes a redirect URI that several providers share, and the copies that end it.
fn mix_up(what: &'static str, copies: &[OwnRedirectUri]) -> FindingText {
    let line = |copy: &OwnRedirectUri| {
        let OwnRedirectUri {
            provider,
            setting,
            original,
            address,
        } = copy;
        format!("{provider}: copy {original} to {address}, and set it as \"{setting}\"")
    };
    let lines: Vec<String> = copies.iter().map(line).collect();
    FindingText {
        what: what.into(),
        details: Some(lines.join("\n")),
        remedy: Some("Give each of these providers its own redirect URI, as above, and register that address with this provider only. Programs that open popups need a copy of callback.html as \"popup_redirect_uri\", too.".into()),
    }
}

/// Describes a failed check the way a failed sign-in would, for the administrator.
fn failure(error: &Error, kind: &str) -> FindingText {
    let texts = Texts::english(None);
    let what = match error.code {
        ErrorCode::DiscoveryUnreachable => "This page can't read it.",
        ErrorCode::DiscoveryInvalid => "It isn't a valid OpenID Connect discovery document.",
        ErrorCode::IssuerMismatch => "The document names a different issuer than the settings.",
        ErrorCode::KeysUnreachable => "This page can't read the keys.",
        ErrorCode::TokenUnreachable => "This page can't read its response.",
        ErrorCode::TokenRejected => {
            "It rejected more than the made-up code: something in the registration is wrong."
        }
        _ => &texts.get(Key::error_title(error)),
    };
    let remedy = remedies::TEXTS.about(error, kind).map(Cow::Borrowed);
    FindingText {
        what: what.to_owned().into(),
        details: error.details.clone(),
        // Without a remedy, the advice for the user is the best there is.
        remedy: remedy.or_else(|| {
            let unknown = texts.get(key!("provider.unknown"));
            Some(texts.with_name(Key::error_advice(error), &unknown).into())
        }),
    }
}

fn accent(light: &str, dark: &str) -> String {
    format!(
        "Text in your brand.accent needs a contrast of 4.5:1. The page uses {light} on light backgrounds and {dark} on dark ones."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProviderKind;
    use crate::protocol::error::Phase;

    #[test]
    fn every_failed_check_has_a_remedy() {
        let text = "x".to_owned();
        let errors = ErrorCode::ALL
            .iter()
            .map(|code| Finding::Error(Error::new(*code, Phase::Discovery)));
        let failures = [
            Finding::Blocked(text.clone()),
            Finding::NoS256,
            Finding::NoOpenid(text),
            Finding::MixUpPossible(Vec::new()),
            Finding::MixUpAmongVendors(Vec::new()),
            Finding::NoSigningKey,
            Finding::WeakKeys(String::new()),
            Finding::TokensIssued,
        ];
        for failure in errors.chain(failures) {
            for kind in ProviderKind::NAMES {
                let text = finding(&failure, kind);
                assert!(
                    text.remedy.is_some_and(|remedy| remedy.ends_with('.')),
                    "{failure:?}"
                );
            }
        }
    }

    #[test]
    fn every_kind_names_its_own_application_type() {
        let types: std::collections::BTreeSet<_> = ProviderKind::NAMES
            .iter()
            .map(|kind| type_of(kind))
            .collect();
        assert_eq!(types.len(), ProviderKind::NAMES.len());
        for kind in ProviderKind::NAMES {
            let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(document(kind));
            assert!(file.is_file(), "{} is missing", file.display());
        }
    }
}
