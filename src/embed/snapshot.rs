//! What the scripts get: the state of a session, its configuration, and errors, as JSON. None of it holds a
//! token.

use crate::config::ConfigError;
use crate::json::Object;
use crate::language::{Key, Texts, key};
use crate::platform::Platform;
use crate::protocol::Timestamp;
use crate::protocol::error::{Error, ErrorCode, Phase};
use crate::session::{Account, Auth, AuthState, Mode, Session, SignedOutReason, User};
use crate::ui::AuthContext;
use crate::ui::texts::config_texts;
use leptos::prelude::*;
use serde::Serialize;

/// The state of a session, sent after every change.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<SessionSnapshot>,
    /// Everybody who is signed in, the current user first. Empty unless the configuration allows several
    /// accounts.
    accounts: Vec<AccountSnapshot>,
    is_loading: bool,
    /// Why nobody is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<SignedOutReason>,
    /// Why the last sign-in failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorSnapshot>,
    /// The id of the provider that the user is signing in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    navigator: Option<Navigator>,
    /// When the session ends, once it's time to warn about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_reason: Option<SignedOutReason>,
    /// How many renewals in a row have failed.
    renewal_failures: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    renewal_error: Option<ErrorSnapshot>,
}

/// The visit to the provider that is under way, under oidc-client-ts's names.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
enum Navigator {
    SigninRedirect,
    SigninPopup,
    SigninSilent,
    SignoutRedirect,
}

impl From<Mode> for Navigator {
    fn from(mode: Mode) -> Navigator {
        match mode {
            Mode::Redirect => Navigator::SigninRedirect,
            Mode::Popup => Navigator::SigninPopup,
            Mode::Silent => Navigator::SigninSilent,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionSnapshot {
    user: UserSnapshot,
    id: String,
    /// Seconds until the access token expires. The browser's own clock may be wrong.
    expires_in: i64,
}

#[derive(Debug, Serialize)]
struct AccountSnapshot {
    id: String,
    user: User,
}

/// The current user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserSnapshot {
    #[serde(flatten)]
    user: User,
    /// The verified claims.
    profile: Object,
    expires_at: Timestamp,
    /// The granted scopes, separated by spaces.
    scope: String,
}

/// Why something failed. `message` is for people, `code` for programs.
#[derive(Debug, Serialize)]
pub struct ErrorSnapshot {
    code: &'static str,
    phase: Phase,
    retryable: bool,
    message: String,
    provider: Option<String>,
    details: Option<String>,
}

/// An opened configuration: what doesn't change.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    providers: Vec<ProviderDescription>,
    /// The origins that the access token may be sent to.
    api_origins: Vec<String>,
    /// Identifies the configuration in later calls.
    handle: usize,
}

#[derive(Debug, Serialize)]
struct ProviderDescription {
    id: String,
    kind: &'static str,
    label: String,
    icon: Option<String>,
}

impl Snapshot {
    /// Takes a snapshot; inside an effect, it subscribes to every change.
    pub fn of(context: AuthContext) -> Snapshot {
        let (reason, error) = context.last_result().with(|result| match result {
            AuthState::SignedOut { reason } => (Some(*reason), None),
            AuthState::Failed(error) => (None, Some(ErrorSnapshot::of(context, error))),
            _ => (None, None),
        });
        let (provider, navigator) = match context.pending_sign_in().get() {
            Some(pending) => (Some(pending.provider), Some(pending.mode.into())),
            None => {
                let is_signing_out = context.is_signing_out().get();
                (None, is_signing_out.then_some(Navigator::SignoutRedirect))
            }
        };
        let expiry = context.expiry_warning().get();
        let renewal_failures = context.renewal_failures().get();
        let renewal_error = context.last_renewal_error().get();
        Snapshot {
            session: context.session().map(|session| {
                let expires_in = context.client().seconds_left(&session);
                SessionSnapshot::of(&session, expires_in)
            }),
            accounts: context
                .accounts()
                .get()
                .into_iter()
                .map(Into::into)
                .collect(),
            is_loading: context.is_loading(),
            reason,
            error,
            provider,
            navigator,
            ends_at: expiry.as_ref().map(|expiry| expiry.at),
            end_reason: expiry.as_ref().map(|expiry| expiry.reason),
            renewal_failures,
            renewal_error: renewal_error
                .filter(|_| renewal_failures > 0)
                .map(|error| ErrorSnapshot::of(context, &error)),
        }
    }
}

impl SessionSnapshot {
    fn of(session: &Session, expires_in: i64) -> SessionSnapshot {
        SessionSnapshot {
            user: UserSnapshot {
                user: session.user.clone(),
                profile: session.claims.clone(),
                expires_at: session.expires_at,
                scope: session.scope.join(" "),
            },
            id: session.id().to_owned(),
            expires_in,
        }
    }
}

impl From<Account> for AccountSnapshot {
    fn from(account: Account) -> AccountSnapshot {
        AccountSnapshot {
            id: account.id,
            user: account.user,
        }
    }
}

impl ErrorSnapshot {
    /// Describes an error of a sign-in or a session.
    pub fn of(context: AuthContext, error: &Error) -> ErrorSnapshot {
        let id = error.provider.as_deref();
        let label = id.and_then(|id| context.provider_label(id));
        context.with_texts(|texts| ErrorSnapshot::with_texts(error, label, texts))
    }

    fn with_texts(error: &Error, label: Option<String>, texts: &Texts) -> ErrorSnapshot {
        let label = label.unwrap_or_else(|| texts.get(key!("provider.unknown")));
        let [title, advice] = [Key::error_title(error), Key::error_advice(error)]
            .map(|key| texts.with_name(key, &label));
        ErrorSnapshot {
            code: error.code.as_str(),
            phase: error.phase,
            retryable: error.retryable(),
            message: title + ". " + &advice,
            provider: error.provider.clone(),
            details: error.details.clone(),
        }
    }

    /// Explains why a configuration can't be used: `details` lists every mistake. Only the set-up build
    /// contains the texts for this.
    pub fn of_config(error: &ConfigError) -> ErrorSnapshot {
        let words = config_texts();
        let text = (words.of)(error);
        let is_temporary = matches!(error, ConfigError::Unreachable | ConfigError::Timeout);
        ErrorSnapshot {
            code: match error {
                ConfigError::Refused => "config-refused",
                _ if is_temporary => "config-unreachable",
                _ => ErrorCode::ConfigInvalid.as_str(),
            },
            phase: Phase::Configuration,
            retryable: is_temporary,
            message: text.problem.to_owned() + " " + text.next,
            provider: None,
            details: match error {
                ConfigError::Invalid(issues) => {
                    let issues: Vec<String> = issues.iter().map(ToString::to_string).collect();
                    Some(issues.join("\n"))
                }
                ConfigError::Malformed(error) => Some(error.to_string()),
                ConfigError::Status(status) => {
                    Some(words.status.to_owned() + " " + &status.to_string())
                }
                _ => None,
            },
        }
    }
}

impl Description {
    /// Describes an opened configuration.
    pub fn of<P: Platform>(auth: &Auth<P>, handle: usize) -> Description {
        let providers = auth.providers().iter();
        Description {
            providers: providers
                .map(|provider| ProviderDescription {
                    id: provider.id().to_owned(),
                    kind: provider.kind_name(),
                    label: provider.label().to_owned(),
                    icon: provider.icon().map(str::to_owned),
                })
                .collect(),
            api_origins: auth.api_origins().to_vec(),
            handle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::json::{Json, to_string};

    #[test]
    fn a_user_has_every_member_whatever_the_provider_sent() {
        let claims = Json::parse_object(br#"{"email":"ada@example.com"}"#).unwrap_or_default();
        let user = User::from_claims("sso", "https://id.example.com", "s1", &claims);
        let person = r#""provider":"sso","issuer":"https://id.example.com","subject":"s1","name":null,"email":"ada@example.com","emailVerified":null,"picture":null,"groups":[],"hasMoreGroups":false"#;
        let account = AccountSnapshot {
            id: "a1".to_owned(),
            user: user.clone(),
        };
        assert_eq!(
            to_string(&account).unwrap(),
            format!(r#"{{"id":"a1","user":{{{person}}}}}"#)
        );
        let snapshot = UserSnapshot {
            user,
            profile: claims,
            expires_at: 1_700_000_000,
            scope: "openid email".to_owned(),
        };
        assert_eq!(
            to_string(&snapshot).unwrap(),
            format!(
                r#"{{{person},"profile":{{"email":"ada@example.com"}},"expiresAt":1700000000,"scope":"openid email"}}"#
            )
        );
    }

    #[test]
    fn an_error_has_a_message_for_people_that_names_the_provider() {
        let texts = Texts::english(None);
        let error = Error::new(ErrorCode::NetworkTimeout, Phase::Discovery).provider("sso");
        let snapshot = ErrorSnapshot::with_texts(&error, Some("Company SSO".to_owned()), &texts);
        assert_eq!(snapshot.code, "network-timeout");
        assert_eq!(snapshot.phase, Phase::Discovery);
        let message = snapshot.message;
        assert!(
            message.starts_with("We didn't hear back from Company SSO. "),
            "{message}"
        );
        let error = Error::new(error.code, error.phase);
        let message = ErrorSnapshot::with_texts(&error, None, &texts).message;
        assert!(
            message.starts_with("We didn't hear back from the sign-in service. "),
            "{message}"
        );
    }

    #[test]
    fn details_list_every_configuration_mistake() {
        let error = Config::from_text(br#"{"provider":[],"scope":"x"}"#).unwrap_err();
        let snapshot = ErrorSnapshot::of_config(&error);
        assert_eq!(snapshot.code, "config-invalid");
        let details = snapshot.details.unwrap_or_default();
        assert!(details.contains("Did you mean \"providers\"?"), "{details}");
        assert_eq!(details.lines().count(), 3, "{details}");
    }
}
