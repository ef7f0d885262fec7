//! The scenes of the preview: every state that the page can be in, with people and providers that don't exist.

use crate::config::{ConfigError, Mode, ResolvedConfig};
use crate::json::{Json, Object};
use crate::platform::Platform;
use crate::platform::browser::BrowserPlatform;
use crate::protocol::Timestamp;
use crate::protocol::error::{Error, ErrorCode, Phase};
use crate::session::{Account, Auth, AuthState, Session, SessionExpiry, SignedOutReason, User};
use crate::ui::PendingSignIn;
use crate::ui::context::preview::Situation;
use std::rc::Rc;

/// A state of the page.
#[derive(Clone, Copy)]
pub struct Scene {
    /// As in the address: `?preview=failed`.
    pub name: &'static str,
    /// What is the case.
    pub title: &'static str,
    pub kind: Kind,
}

/// What draws a scene.
#[derive(Clone, Copy)]
pub enum Kind {
    /// The element of `index.html` with this id.
    Static(&'static str),
    /// The page with so many providers, in this situation.
    Page(usize, fn() -> Situation),
    /// The page without a usable configuration.
    ConfigProblem,
}

/// Every scene, in the order in which people may meet them.
pub static SCENES: &[Scene] = &[
    page("four", "Four providers", 4, nothing),
    page("one", "One provider", 1, nothing),
    page("twelve", "Twelve providers", 12, nothing),
    page("forty", "Forty providers", 40, nothing),
    page(
        "email",
        "The page asks for the email address first",
        EMAIL,
        nothing,
    ),
    page("last-used", "Somebody has been here before", 4, || {
        Situation {
            last_used: Some("okta".to_owned()),
            ..nothing()
        }
    }),
    page("opening", "On the way to a provider", 4, || {
        pending(Mode::Redirect)
    }),
    page("window", "The provider is open in a window", 4, || {
        pending(Mode::Popup)
    }),
    page("failed", "A sign-in failed", 4, || {
        failed(ErrorCode::ProviderUnavailable, Phase::Token)
    }),
    page(
        "failed-many",
        "A sign-in failed, and its provider's row isn't shown",
        40,
        || {
            let error =
                Error::new(ErrorCode::NetworkTimeout, Phase::Discovery).provider("provider-39");
            Situation::after(AuthState::Failed(error))
        },
    ),
    page("not-allowed", "An account that isn't allowed", 4, || {
        failed(ErrorCode::AccountNotAllowed, Phase::IdToken)
    }),
    page("cancelled", "The person cancelled the sign-in", 4, || {
        failed(ErrorCode::Aborted, Phase::Authorization)
    }),
    page("signed-out", "The person signed out", 4, || {
        nobody(SignedOutReason::SignedOut)
    }),
    page(
        "signed-out-here",
        "The person signed out on this page only",
        4,
        || nobody(SignedOutReason::SignedOutHere),
    ),
    page("expired", "The session ended", 4, || {
        nobody(SignedOutReason::Expired)
    }),
    page("idle", "The session ended without activity", 4, || {
        nobody(SignedOutReason::Idle)
    }),
    page(
        "interrupted",
        "The person came back without signing in",
        4,
        || nobody(SignedOutReason::Interrupted),
    ),
    page(
        "accounts",
        "Nobody is signed in, but there are accounts",
        4,
        || Situation {
            accounts: accounts(),
            ..nobody(SignedOutReason::SignedOutHere)
        },
    ),
    page("signed-in", "Somebody is signed in", 4, signed_in),
    page(
        "signed-in-accounts",
        "Somebody is signed in, with other accounts",
        4,
        || Situation {
            accounts: accounts(),
            ..signed_in()
        },
    ),
    page(
        "not-renewed",
        "The tokens can't be renewed right now",
        4,
        || Situation {
            renewal_error: Some(Error::new(ErrorCode::NetworkOffline, Phase::Token)),
            ..signed_in()
        },
    ),
    page("adding-failed", "An account couldn't be added", 4, || {
        Situation {
            report: Some(
                Error::new(ErrorCode::PopupBlocked, Phase::Authorization).provider("microsoft"),
            ),
            accounts: accounts(),
            ..signed_in()
        }
    }),
    page("signing-out", "The person is signing out", 4, || {
        Situation {
            is_signing_out: true,
            ..signed_in()
        }
    }),
    page("ending", "The session ends soon", 4, || {
        warning(SignedOutReason::Expired)
    }),
    page(
        "ending-idle",
        "The session ends soon for lack of activity",
        4,
        || warning(SignedOutReason::Idle),
    ),
    Scene {
        name: "loading",
        title: "The page is loading, and takes long",
        kind: Kind::Static("vestibule-loading"),
    },
    Scene {
        name: "unreachable",
        title: "Part of the page didn't load",
        kind: Kind::Static("vestibule-unreachable"),
    },
    Scene {
        name: "unsupported",
        title: "The browser is too old",
        kind: Kind::Static("vestibule-unsupported"),
    },
    Scene {
        name: "configuration",
        title: "The configuration can't be used",
        kind: Kind::ConfigProblem,
    },
];

const fn page(
    name: &'static str,
    title: &'static str,
    providers: usize,
    situation: fn() -> Situation,
) -> Scene {
    Scene {
        name,
        title,
        kind: Kind::Page(providers, situation),
    }
}

impl Scene {
    /// The scene with this name.
    pub fn named(name: &str) -> Option<Scene> {
        SCENES.iter().copied().find(|scene| scene.name == name)
    }
}

/// Nobody has signed in yet.
pub fn nothing() -> Situation {
    nobody(SignedOutReason::NeverSignedIn)
}

fn nobody(reason: SignedOutReason) -> Situation {
    Situation::after(AuthState::SignedOut { reason })
}

fn failed(code: ErrorCode, phase: Phase) -> Situation {
    let error = Error::new(code, phase)
        .provider("microsoft")
        .details("The token endpoint answered 503.");
    Situation::after(AuthState::Failed(error))
}

fn pending(mode: Mode) -> Situation {
    Situation {
        pending: Some(PendingSignIn {
            provider: "microsoft".to_owned(),
            mode,
        }),
        ..nothing()
    }
}

fn signed_in() -> Situation {
    let session = Session::sample(
        person("microsoft", "maria.novak@example.com"),
        Object::default(),
        in_seconds(3 * 3600),
    );
    Situation::after(AuthState::SignedIn(Rc::new(session)))
}

fn warning(reason: SignedOutReason) -> Situation {
    Situation {
        warning: Some(SessionExpiry::sample(in_seconds(59), reason)),
        ..signed_in()
    }
}

fn in_seconds(seconds: i64) -> Timestamp {
    BrowserPlatform.now() + seconds
}

/// Two accounts of one person, and one of somebody else.
fn accounts() -> Vec<Account> {
    [
        person("microsoft", "maria.novak@example.com"),
        person("google", "maria.novak@gmail.example"),
        named_person("okta", "it@example.com", "Service Desk"),
    ]
    .into_iter()
    .map(|user| Account {
        id: user.subject.clone(),
        user,
    })
    .collect()
}

fn person(provider: &str, email: &str) -> User {
    named_person(provider, email, "Maria Novák")
}

fn named_person(provider: &str, email: &str, name: &str) -> User {
    let mut claims = Object::default();
    for (claim, value) in [("name", name), ("email", email)] {
        claims.insert(claim, Json::String(value.to_owned()));
    }
    User::from_claims(provider, "https://id.example", email, &claims)
}

/// As many providers, of which one has a domain of email addresses.
pub const EMAIL: usize = 5;

/// A client with so many providers, and with what the page's configuration says about its looks.
pub fn sample_auth(
    providers: usize,
    several_accounts: bool,
    looks: &Object,
) -> Option<Auth<BrowserPlatform>> {
    let page = BrowserPlatform.page_url();
    let resolved = sample_config(providers, several_accounts, looks, &page).ok()?;
    Some(Auth::new(BrowserPlatform, resolved))
}

fn sample_config(
    providers: usize,
    several_accounts: bool,
    looks: &Object,
    page: &str,
) -> Result<ResolvedConfig, ConfigError> {
    let mut config = looks.clone();
    let providers = (0..providers)
        .filter_map(|index| sample_provider(index, providers))
        .collect();
    config.insert("several_accounts", Json::Bool(several_accounts));
    config.insert("providers", Json::Array(providers));
    ResolvedConfig::from_text(Json::Object(config).to_line().as_bytes(), page)
}

/// A provider whose metadata leads nowhere, so that nothing is sent to anybody.
fn sample_provider(index: usize, count: usize) -> Option<Json> {
    const CITIES: [&str; 9] = [
        "Athens", "Berlin", "Cairo", "Delhi", "Lisbon", "Nairobi", "Osaka", "Quito", "Toronto",
    ];
    let settings = match index {
        0 => r#""id":"microsoft","kind":"microsoft","tenant":"organizations""#.to_owned(),
        4 if count == EMAIL => r#""id":"mail","kind":"oidc","label":"Mail","issuer":"https://mail.id.example","email_domains":["example.com"]"#.to_owned(),
        1 => r#""id":"google","kind":"google""#.to_owned(),
        2 => r#""id":"okta","kind":"okta","domain":"preview.okta.com""#.to_owned(),
        3 => {
            r#""id":"partners","kind":"oidc","label":"Partner Login","issuer":"https://id.example""#
                .to_owned()
        }
        index => {
            let round = index.div_ceil(CITIES.len());
            let city = CITIES[index % CITIES.len()];
            format!(
                r#""id":"provider-{index}","kind":"oidc","label":"{city} {round}","issuer":"https://{index}.id.example""#
            )
        }
    };
    let text = format!(r#"{{"client_id":"preview","metadata":{{}},{settings}}}"#);
    Json::parse(text.as_bytes()).ok()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests {
    use super::*;
    use crate::provider::Provider;

    #[test]
    fn the_sample_providers_are_valid() {
        for count in [1, 4, EMAIL, 12, 40] {
            let resolved =
                sample_config(count, true, &Object::default(), "https://app.example.com/");
            let providers = resolved.unwrap().providers;
            assert_eq!(providers.len(), count);
            let mut labels: Vec<&str> = providers.iter().map(Provider::label).collect();
            labels.sort_unstable();
            labels.dedup();
            assert_eq!(labels.len(), count, "{labels:?}");
        }
    }

    #[test]
    fn every_scene_has_its_own_name() {
        let mut names: Vec<&str> = SCENES.iter().map(|scene| scene.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SCENES.len());
    }
}
