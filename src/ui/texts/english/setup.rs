//! The set-up, in English.

use super::TEXTS as COMMON;
use crate::protocol::error::{Error, ErrorCode};
use crate::setup::{Field, Finding, State, Step};
use crate::ui::texts::setup::{FindingText, SetupTexts};

pub static TEXTS: SetupTexts = SetupTexts {
    title: "Check your set-up",
    lead: "For administrators: what to register with each provider, and whether it works from this page. People who sign in do not see this.",
    check_again: "Check again",
    checking: "Checking…",
    summary,
    before: "What to register",
    register: "Register this page",
    application_type: "Application type",
    copy: "Copy",
    copied: "Copied",
    not_copied: "Not copied: select it",
    guide: "Step by step",
    checks: "Checks",
    remedy: "What to do",
    try_it: "Try signing in with {}",
    trial: "Whether the redirect URI is registered shows only when somebody signs in.",
    worked: "The sign-in works",
    claims: "What this page now knows",
    kind,
    type_of,
    field,
    document,
    step,
    state,
    finding,
};

fn summary(passed: usize, failed: usize, not_testable: usize) -> String {
    format!("{passed} passed, {failed} failed, {not_testable} not testable.")
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
        "okta" => "OIDC – OpenID Connect, Single-Page Application",
        _ => "Public client (no secret), authorization code with PKCE (S256)",
    }
}

fn field(field: Field, kind: &str) -> &'static str {
    match (field, kind) {
        (Field::RedirectUri, "google") => "Authorised redirect URI",
        (Field::RedirectUri, "okta") => "Sign-in redirect URI",
        (Field::RedirectUri, _) => "Redirect URI",
        (Field::PopupRedirectUri, _) => {
            "Second redirect URI, for popups and silent sign-in where you use them"
        }
        (Field::Origin, "google") => "Authorised JavaScript origin",
        (Field::Origin, "okta") => "Trusted Origin (CORS)",
        (Field::Origin, _) => "Allowed origin (CORS, web origin)",
        (Field::PostLogoutRedirectUri, "microsoft") => {
            "Another redirect URI, for the return after sign-out"
        }
        (Field::PostLogoutRedirectUri, "okta") => "Sign-out redirect URI",
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
        None => "Waiting",
    }
}

fn finding(finding: &Finding, kind: &str) -> FindingText {
    let (what, details, remedy) = match finding {
        Finding::Valid => (
            "The settings have no mistakes, and the page is served securely.",
            "",
            "",
        ),
        Finding::Read(url) => ("This page can read it.", url.as_str(), ""),
        Finding::Configured => (
            "It stands in vestibule.json, so nothing is fetched.",
            "",
            "",
        ),
        Finding::Issuer(issuer) => (
            "The document names the issuer that the settings expect.",
            issuer.as_str(),
            "",
        ),
        Finding::S256 => ("The provider offers both, with S256.", "", ""),
        Finding::S256Known => (
            "The provider offers the code flow, and takes S256 though its document does not say so.",
            "",
            "",
        ),
        Finding::Scopes(scopes) => (
            "The provider lists every scope that is asked for.",
            scopes.as_str(),
            "",
        ),
        Finding::Keys(_) => (
            "The provider has keys that this page can verify signatures with.",
            "",
            "",
        ),
        Finding::TokenAnswers(said) => (
            "It refused a code that nobody issued, and this page can read how.",
            said.as_str(),
            "",
        ),
        Finding::SignOut(url) => (
            "People are signed out at the provider too.",
            url.as_str(),
            "",
        ),
        Finding::PolicyAllows(origins) => (
            "It lets this page talk to the provider.",
            origins.as_str(),
            "",
        ),
        Finding::Error(error) => return failure(error, kind),
        Finding::Blocked(origins) => (
            "It keeps this page from talking to the provider.",
            origins.as_str(),
            "Add these origins to connect-src in the content-security-policy header that your host sends with the page.",
        ),
        Finding::NoS256 => (
            "The provider does not list S256 among its methods of PKCE.",
            "",
            "Allow S256 for this client at the provider. Without PKCE a page cannot sign in safely, so none is tried.",
        ),
        Finding::NoOpenid(scopes) => (
            "The provider does not list the scope openid.",
            scopes.as_str(),
            "Switch OpenID Connect on at the provider: without the scope openid it does not say who signed in.",
        ),
        Finding::NoSigningKey => (
            "The provider has no key that a signature can be verified with.",
            "",
            "Let the provider sign ID tokens with RS256 or another algorithm of the RS, PS, ES or EdDSA families. HS256 would need a secret, and a page can keep none.",
        ),
        Finding::TokensForNothing => (
            "It gave tokens for a code that nobody issued.",
            "",
            "This is no token endpoint of OpenID Connect. Check the issuer, and \"token_endpoint\" where it is set.",
        ),
        Finding::NotReached => ("A check before it has failed. Mend that one first.", "", ""),
        Finding::S256Unsaid => (
            "The provider's document does not say whether it takes PKCE with S256.",
            "",
            "Try signing in: it is sent in any case.",
        ),
        Finding::ScopesUnsaid => (
            "The provider's document lists no scopes.",
            "",
            "Try signing in: an unknown scope is refused there.",
        ),
        Finding::ScopesUnlisted(scopes) => (
            "The provider does not list some of the scopes.",
            scopes.as_str(),
            "That is usual for scopes of an API. Try signing in: an unknown scope is refused there.",
        ),
        Finding::NoSignOut => (
            "The provider names no sign-out address, so people are signed out of this page only.",
            "",
            match kind {
                "google" => "",
                _ => {
                    "If the provider has one all the same, write it into \"end_session_endpoint\"."
                }
            },
        ),
        Finding::PolicyUnknown => (
            "The page's policy is not known here.",
            "",
            "Open the page with ?setup.",
        ),
    };
    let details = Some(details.to_owned()).filter(|details| !details.is_empty());
    FindingText {
        what,
        details,
        remedy: Some(remedy).filter(|remedy| !remedy.is_empty()),
    }
}

/// What a sign-in would say about it, to the administrator.
fn failure(error: &Error, kind: &str) -> FindingText {
    let text = COMMON.error.about(error, kind);
    let what = match error.code {
        ErrorCode::DiscoveryUnreachable => "This page cannot read it.",
        ErrorCode::DiscoveryInvalid => "It is not what OpenID Connect Discovery asks for.",
        ErrorCode::IssuerMismatch => "The document names another issuer than the settings.",
        ErrorCode::KeysUnreachable => "This page cannot read the keys.",
        ErrorCode::TokenUnreachable => "This page cannot read what it answers.",
        ErrorCode::TokenRejected => {
            "It refused more than the code that nobody issued: the registration is not right."
        }
        _ => text.title,
    };
    FindingText {
        what,
        details: error.details.clone(),
        // What helps the person helps the administrator where nobody else can do anything.
        remedy: Some(text.remedy.unwrap_or(text.advice)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProviderKind;
    use crate::protocol::error::Phase;

    #[test]
    fn what_failed_has_a_remedy() {
        let text = "x".to_owned();
        let errors = ErrorCode::ALL
            .iter()
            .map(|code| Finding::Error(Error::new(*code, Phase::Discovery)));
        let failures = [
            Finding::Blocked(text.clone()),
            Finding::NoS256,
            Finding::NoOpenid(text),
            Finding::NoSigningKey,
            Finding::TokensForNothing,
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
    fn every_kind_has_its_own_words_for_what_to_register() {
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
