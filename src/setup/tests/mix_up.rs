//! Providers that share a redirect URI.

use super::*;
use crate::setup::host::Deployment;
use crate::setup::mix_up::OwnRedirectUri;
use crate::setup::report::{Entry, entries};
use crate::ui::texts::setup::setup_texts;

/// A provider of one of these kinds, with these further settings. Its metadata say whether it sends `iss`.
fn one(id: &str, kind: &str, sends_iss: bool, more: &str) -> String {
    let issuer = format!("https://{id}.example.com");
    let authority = match kind {
        "microsoft" => format!(r#""authority":"{issuer}/x","#),
        _ => String::new(),
    };
    let document = document(&[
        ("issuer", &format!("\"{issuer}\"")),
        (
            "authorization_response_iss_parameter_supported",
            if sends_iss { "true" } else { "" },
        ),
    ]);
    format!(
        r#"{{"id":"{id}","kind":"{kind}","client_id":"c",{authority}"issuer":"{issuer}","metadata":{document},"jwks":{{"keys":[{KEY}]}}{more}}}"#
    )
}

/// The results of every provider of a configuration.
fn results(settings: &str, providers: &[String]) -> Vec<(&'static str, Vec<Check>)> {
    let text = format!(r#"{{{settings}"providers":[{}]}}"#, providers.join(","));
    let resolved = ResolvedConfig::from_text(text.as_bytes(), PAGE).unwrap();
    let deployment = Deployment::new(PAGE, &resolved);
    let world = world();
    let all = &resolved.providers;
    let results = all.iter().map(|provider| {
        let mut made = Vec::new();
        let addresses = &resolved.addresses;
        let sharing = Sharing::new(provider, all, addresses, &deployment);
        block_on(check(&world, provider, addresses, sharing, |check| {
            made.push(check);
        }));
        (provider.kind_name(), made)
    });
    results.collect()
}

/// How the check of the mix-up defense ended for each provider.
fn ended(settings: &str, providers: &[String]) -> Vec<State> {
    let results = results(settings, providers);
    let checks = results.iter().map(|(_, checks)| {
        let mut of_step = checks.iter().filter(|check| check.step == Step::MixUp);
        of_step.next().unwrap().state()
    });
    checks.collect()
}

fn copy(provider: &str, setting: &'static str, original: &'static str, to: &str) -> OwnRedirectUri {
    OwnRedirectUri {
        provider: provider.to_owned(),
        setting,
        original,
        address: [PAGE, to].concat(),
    }
}

#[test]
fn an_unknown_provider_next_to_one_that_sends_no_issuer_fails() {
    use State::{Failed, Passed};
    let sso = || one("sso", "oidc", true, "");
    for kind in ["microsoft", "google", "okta", "oidc"] {
        let silent = one("other", kind, false, "");
        assert_eq!(ended("", &[silent, sso()]), [Failed, Passed], "{kind}");
        // Responses that name their issuer can't be mixed up, and a single provider has nobody to be mixed up with.
        let named = one("other", kind, true, "");
        assert_eq!(ended("", &[named, sso()]), [Passed, Passed], "{kind}");
        assert_eq!(ended("", &[one("other", kind, false, "")]), [Passed]);
    }
    let both = [one("a", "oidc", false, ""), one("b", "oidc", false, "")];
    assert_eq!(ended("", &both), [Failed, Failed]);
}

#[test]
fn big_vendors_alone_bring_advice() {
    use State::{Advice, Passed};
    let vendors = [
        one("google", "google", true, ""),
        one("microsoft", "microsoft", false, ""),
        one("okta", "okta", false, ""),
    ];
    assert_eq!(ended("", &vendors), [Passed, Advice, Advice]);
}

#[test]
fn own_redirect_uris_end_it() {
    use State::{Advice, Failed, Passed};
    let own = r#","redirect_uri":"sso.html""#;
    let with = |own: &str| {
        [
            one("okta", "okta", false, ""),
            one("sso", "oidc", false, own),
        ]
    };
    assert_eq!(ended("", &with("")), [Failed, Advice]);
    assert_eq!(ended("", &with(own)), [Passed, Passed]);
    // Popups and hidden iframes come back to an address of their own.
    let both = r#","redirect_uri":"sso.html","popup_redirect_uri":"callback-sso.html""#;
    for settings in [
        r#""mode":"popup","#,
        r#""silent_renew":true,"#,
        r#""auto_sign_in":"silent","#,
    ] {
        assert_eq!(ended(settings, &with(own)), [Failed, Advice], "{settings}");
        assert_eq!(ended(settings, &with(both)), [Passed, Passed], "{settings}");
    }
}

#[test]
fn one_authorization_server_cannot_be_mixed_up_with_itself() {
    let client = |id: &str| one("sso", "oidc", false, "").replacen("\"sso\"", id, 1);
    let clients = [client("\"staff\""), client("\"guests\"")];
    assert_eq!(ended("", &clients), [State::Passed, State::Passed]);
}

#[test]
fn names_the_cause_once_with_the_files_and_addresses() {
    let providers = [
        one("microsoft", "microsoft", false, ""),
        one("okta", "okta", false, ""),
        one("index", "oidc", true, ""),
    ];
    let results = results(r#""mode":"popup","#, &providers);
    let lists: Vec<(&str, &[Check])> = results
        .iter()
        .map(|(kind, checks)| (*kind, checks.as_slice()))
        .collect();
    let copies = vec![
        copy("index", "redirect_uri", "index.html", "page-index.html"),
        copy(
            "index",
            "popup_redirect_uri",
            "callback.html",
            "callback-index.html",
        ),
    ];
    let finding = Finding::MixUpPossible(copies);
    let text = (setup_texts().finding)(&finding, "oidc").details.unwrap();
    assert_eq!(
        text.lines().next().unwrap(),
        "index: copy index.html to https://app.example.com/login/page-index.html, and set it as \"redirect_uri\""
    );
    let check = Check {
        step: Step::MixUp,
        finding,
    };
    assert_eq!(
        entries(&[], &lists, State::Failed),
        [Entry::Providers(check, vec![0, 1])]
    );
    assert_eq!(entries(&[], &lists, State::Advice), []);
}

#[test]
fn advice_for_several_vendors_is_one_entry_with_a_copy_for_each() {
    let providers = [
        one("microsoft", "microsoft", false, ""),
        one("okta", "okta", false, ""),
    ];
    let results = results("", &providers);
    let lists: Vec<(&str, &[Check])> = results
        .iter()
        .map(|(kind, checks)| (*kind, checks.as_slice()))
        .collect();
    let made = entries(&[], &lists, State::Advice);
    let [Entry::Providers(check, indexes)] = made.as_slice() else {
        panic!("{made:?}");
    };
    assert_eq!(indexes, &[0, 1]);
    assert_eq!(
        check.finding,
        Finding::MixUpAmongVendors(vec![
            copy("okta", "redirect_uri", "index.html", "okta.html"),
            copy("microsoft", "redirect_uri", "index.html", "microsoft.html"),
        ])
    );
}
