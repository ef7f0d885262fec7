//! How things stand, as JSON for JavaScript. No token is in any of it.

use leptos::prelude::*;
use vestibule::config::ConfigError;
use vestibule::json::{Json, Object};
use vestibule::platform::Platform;
use vestibule::protocol::error::{Error, ErrorCode, Phase};
use vestibule::session::{Auth, AuthState, Mode, Session, User};
use vestibule::ui::AuthContext;
use vestibule::ui::texts::{config_texts, texts};

/// Who is signed in, what went wrong, and where the browser is on the way to.
pub fn report(context: AuthContext) -> Object {
    let mut report = Object::default();
    if let Some(session) = context.session() {
        let left = context.auth().seconds_left(&session);
        report.insert("session", Json::Object(signed_in(&session, left)));
    }
    let accounts = context.accounts().get().into_iter().map(|account| {
        let mut json = Object::default();
        json.insert("id", text(&account.id));
        json.insert("user", Json::Object(person(&account.user)));
        Json::Object(json)
    });
    report.insert("accounts", Json::Array(accounts.collect()));
    report.insert("isLoading", Json::Bool(context.is_loading()));
    context.last_result().with(|outcome| match outcome {
        AuthState::SignedOut { reason } => report.insert("reason", text(reason.as_str())),
        AuthState::Failed(error) => report.insert("error", Json::Object(failure(context, error))),
        _ => {}
    });
    let navigator = match context.pending_sign_in().get() {
        Some(pending) => {
            report.insert("provider", text(&pending.provider));
            Some(match pending.mode {
                Mode::Redirect => "signinRedirect",
                Mode::Popup => "signinPopup",
                Mode::Silent => "signinSilent",
            })
        }
        None => context.is_signing_out().get().then_some("signoutRedirect"),
    };
    report.insert("navigator", maybe(navigator, text));
    if let Some(ending) = context.expiry_warning().get() {
        report.insert("endsAt", Json::Integer(ending.at));
        report.insert("endReason", text(ending.reason.as_str()));
    }
    let failures = context.renewal_failures().get();
    report.insert("renewalFailures", Json::Integer(failures.into()));
    if let Some(error) = context.last_renewal_error().get().filter(|_| failures > 0) {
        report.insert("renewalError", Json::Object(failure(context, &error)));
    }
    report
}

/// `left`: seconds until the access token ends. The browser's own clock may be wrong.
fn signed_in(session: &Session, left: i64) -> Object {
    let mut user = person(&session.user);
    user.insert("profile", Json::Object(session.claims.clone()));
    user.insert("expiresAt", Json::Integer(session.expires_at));
    user.insert("scope", Json::String(session.scope.join(" ")));
    let mut report = Object::default();
    report.insert("user", Json::Object(user));
    report.insert("id", text(session.id()));
    report.insert("expiresIn", Json::Integer(left));
    report
}

fn person(user: &User) -> Object {
    let mut json = Object::default();
    json.insert("provider", text(&user.provider));
    json.insert("issuer", text(&user.issuer));
    json.insert("subject", text(&user.subject));
    json.insert("name", maybe(user.name.clone(), Json::String));
    json.insert("email", maybe(user.email.clone(), Json::String));
    json.insert("emailVerified", maybe(user.email_verified, Json::Bool));
    json.insert("picture", maybe(user.picture.clone(), Json::String));
    let groups = user.groups.iter().map(|group| text(group));
    json.insert("groups", Json::Array(groups.collect()));
    json.insert("hasMoreGroups", Json::Bool(user.has_more_groups));
    json
}

/// An error as JavaScript gets it: `message` is what people are told.
pub fn failure(context: AuthContext, error: &Error) -> Object {
    let id = error.provider.as_deref();
    let kind = id.and_then(|id| context.provider_kind(id));
    let label = id.and_then(|id| context.provider_label(id));
    failure_with(error, kind.unwrap_or_default(), label.as_deref())
}

fn failure_with(error: &Error, kind: &str, label: Option<&str>) -> Object {
    let words = texts().error.about(error, kind);
    let message = words.title.to_owned() + ". " + words.advice;
    problem(Problem {
        code: error.code.as_str(),
        phase: error.phase,
        retryable: error.retryable(),
        message: message.replace("{}", label.unwrap_or(texts().error.the_service)),
        provider: error.provider.clone(),
        details: error.details.clone(),
    })
}

/// What is wrong with a configuration. Its details name every mistake.
pub fn config_problem(error: &ConfigError) -> Object {
    let words = config_texts();
    let text = (words.of)(error);
    let passing = matches!(error, ConfigError::Unreachable | ConfigError::Timeout);
    problem(Problem {
        code: match passing {
            true => "config-unreachable",
            false => ErrorCode::ConfigInvalid.as_str(),
        },
        phase: Phase::Configuration,
        retryable: passing,
        message: text.problem.to_owned() + " " + text.next,
        provider: None,
        details: match error {
            ConfigError::Invalid(mistakes) => {
                let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
                Some(mistakes.join("\n"))
            }
            ConfigError::Malformed(error) => Some(error.to_string()),
            ConfigError::Status(status) => {
                Some(words.status.to_owned() + " " + &status.to_string())
            }
            _ => None,
        },
    })
}

struct Problem<'a> {
    code: &'a str,
    phase: Phase,
    retryable: bool,
    message: String,
    provider: Option<String>,
    details: Option<String>,
}

fn problem(problem: Problem<'_>) -> Object {
    let mut json = Object::default();
    json.insert("code", text(problem.code));
    json.insert("phase", text(problem.phase.as_str()));
    json.insert("retryable", Json::Bool(problem.retryable));
    json.insert("message", Json::String(problem.message));
    json.insert("provider", maybe(problem.provider, Json::String));
    json.insert("details", maybe(problem.details, Json::String));
    json
}

/// What does not change: the providers on offer, and where the access token may be sent.
pub fn description<P: Platform>(auth: &Auth<P>) -> Object {
    let providers = auth.providers().iter().map(|provider| {
        let mut json = Object::default();
        json.insert("id", text(provider.id()));
        json.insert("kind", text(provider.kind_name()));
        json.insert("label", text(provider.label()));
        let icon = provider.icon().map(str::to_owned);
        json.insert("icon", maybe(icon, Json::String));
        Json::Object(json)
    });
    let origins = auth.api_origins().iter().map(|origin| text(origin));
    let mut json = Object::default();
    json.insert("providers", Json::Array(providers.collect()));
    json.insert("apiOrigins", Json::Array(origins.collect()));
    json
}

fn text(text: &str) -> Json {
    Json::String(text.to_owned())
}

fn maybe<T>(value: Option<T>, json: impl FnOnce(T) -> Json) -> Json {
    value.map_or(Json::Null, json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_every_member_whatever_the_provider_told() {
        let claims = Json::parse_object(br#"{"email":"ada@example.com"}"#).unwrap_or_default();
        let user = User::from_claims("sso", "https://id.example.com", "s1", &claims);
        assert_eq!(
            person(&user).to_line(),
            r#"{"provider":"sso","issuer":"https://id.example.com","subject":"s1","name":null,"email":"ada@example.com","emailVerified":null,"picture":null,"groups":[],"hasMoreGroups":false}"#
        );
    }

    #[test]
    fn an_error_speaks_to_people_and_names_the_provider() {
        let error = Error::new(ErrorCode::NetworkTimeout, Phase::Discovery).provider("sso");
        let json = failure_with(&error, "oidc", Some("Company SSO"));
        assert_eq!(json.text("code"), Some("network-timeout"));
        assert_eq!(json.text("phase"), Some("discovery"));
        let message = json.text("message").unwrap_or_default();
        assert!(
            message.starts_with("No answer from Company SSO in time. "),
            "{message}"
        );
        let nameless = failure_with(&Error::new(error.code, error.phase), "", None);
        let message = nameless.text("message").unwrap_or_default();
        assert!(
            message.starts_with("No answer from the sign-in service in time. "),
            "{message}"
        );
    }

    #[test]
    fn every_mistake_of_a_configuration_is_told() {
        let problem = match vestibule::config::Config::from_text(br#"{"provider":[],"scope":"x"}"#)
        {
            Err(problem) => config_problem(&problem),
            Ok(_) => Object::default(),
        };
        assert_eq!(problem.text("code"), Some("config-invalid"));
        let details = problem.text("details").unwrap_or_default();
        assert!(details.contains("Did you mean \"providers\"?"), "{details}");
        assert_eq!(details.lines().count(), 3, "{details}");
    }
}
