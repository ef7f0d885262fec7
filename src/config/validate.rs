//! Reads a configuration and collects every issue in it, each with its path and a remedy.

use super::issue::{IssueLocation, IssueReporter};
use super::setting::{self, Setting, ValueType};
use super::{Config, ConfigIssue, Mode, ProviderConfig, ProviderKind, Storage};
use crate::json::{Json, Object};
use crate::protocol::url::Endpoint;
use oauth2::{ClientId, ClientSecret};

const DEFAULT_SCOPE: &str = "openid profile email";
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

pub(super) fn config<R: IssueReporter>(json: &Json) -> Result<Config, Vec<ConfigIssue>> {
    let mut issues = R::default();
    let config = match json.as_object() {
        Some(object) => top(object, &mut issues),
        None => {
            issues.report(IssueLocation::File, "", || {
                (
                    format!("The file holds {} instead of an object.", json.kind()),
                    "Start it with { and a list of providers.",
                )
            });
            None
        }
    };
    match config {
        Some(config) if issues.is_empty() => Ok(config),
        _ => Err(issues.into_issues()),
    }
}

fn top(object: &Object, issues: &mut impl IssueReporter) -> Option<Config> {
    check_settings(object, IssueLocation::File, setting::TOP, None, issues);
    let scope = words(object, "scope");
    check_openid(&scope, IssueLocation::File, issues);

    let entries = object.get("providers").and_then(Json::as_array)?;
    let mut providers = Vec::new();
    let mut ids: Vec<(&str, usize)> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let place = IssueLocation::Provider(index);
        let Some(entry) = entry.as_object() else {
            issues.report(place, "", || {
                (
                    format!("A provider is an object, not {}.", entry.kind()),
                    "Write { \"id\": …, \"kind\": …, \"client_id\": … }.",
                )
            });
            continue;
        };
        if let Some(id) = entry.text("id") {
            match ids.iter().find(|(known, _)| *known == id) {
                Some((_, first)) => issues.report(place, "id", || {
                    (
                        format!("The id \"{id}\" is that of providers[{first}] already."),
                        "Give each provider an id of its own.",
                    )
                }),
                None => ids.push((id, index)),
            }
        }
        let provider = provider(entry, place, &scope, issues);
        if !matches!(entry.get("enabled"), Some(Json::Bool(false))) {
            providers.extend(provider);
        }
    }
    if entries.is_empty() {
        issues.report(IssueLocation::File, "providers", || {
            (
                "The list is empty, so nobody can sign in.",
                "Add at least one provider.",
            )
        });
    } else if entries.iter().all(is_disabled) {
        issues.report(IssueLocation::File, "providers", || {
            (
                "Every provider is switched off, so nobody can sign in.",
                "Set \"enabled\" of at least one to true, or leave it out.",
            )
        });
    }
    let auto_sign_in = object.text("auto_sign_in").and_then(Mode::from_name);
    if auto_sign_in == Some(Mode::Redirect) && providers.len() > 1 {
        issues.report(IssueLocation::File, "auto_sign_in", || {
            (
                "With \"redirect\", nobody could choose among several providers.",
                "Write \"silent\", leave it out, or keep one provider.",
            )
        });
    }
    Some(Config {
        providers,
        popup_redirect_uri: text(object, "popup_redirect_uri"),
        mode: object
            .text("mode")
            .and_then(Mode::from_name)
            .unwrap_or_default(),
        auto_sign_in,
        silent_renew: boolean(object, "silent_renew").unwrap_or_default(),
        redirect_uri: text(object, "redirect_uri"),
        post_logout_redirect_uri: text(object, "post_logout_redirect_uri"),
        api_origins: words(object, "api_origins"),
        share_session: boolean(object, "share_session").unwrap_or(true),
        several_accounts: boolean(object, "several_accounts").unwrap_or_default(),
        storage: match object.text("storage") {
            Some("memory") => Storage::Memory,
            _ => Storage::Session,
        },
        max_session: seconds(object, "max_session"),
        idle_timeout: seconds(object, "idle_timeout"),
    })
}

fn is_disabled(entry: &Json) -> bool {
    let enabled = entry.as_object().and_then(|entry| entry.get("enabled"));
    matches!(enabled, Some(Json::Bool(false)))
}

fn provider(
    entry: &Object,
    place: IssueLocation<'_>,
    default_scope: &[String],
    issues: &mut impl IssueReporter,
) -> Option<ProviderConfig> {
    let kind_name = entry
        .text("kind")
        .filter(|kind| ProviderKind::NAMES.contains(kind));
    check_settings(entry, place, setting::PROVIDER, kind_name, issues);

    let scope = words(entry, "scope");
    check_openid(&scope, place, issues);
    check_issuer(entry, place, kind_name, issues);
    for name in ["authorization_params", "token_params", "end_session_params"] {
        check_params(entry, place, name, issues);
    }
    if words(entry, "prompt").iter().any(|word| word == "none") {
        issues.report(place, "prompt", || {
            (
                "\"none\" forbids the provider to show its sign-in page.",
                "Leave prompt out, or write login, consent, select_account or create.",
            )
        });
    }

    let kind = match kind_name? {
        "microsoft" => ProviderKind::Microsoft {
            tenant: text(entry, "tenant"),
            allowed_tenants: words(entry, "allowed_tenants"),
            domain_hint: text(entry, "domain_hint"),
        },
        "google" => ProviderKind::Google {
            client_secret: text(entry, "client_secret").map(ClientSecret::new),
            hd: text(entry, "hd"),
        },
        "okta" => ProviderKind::Okta {
            domain: text(entry, "domain").map(|domain| bare_domain(&domain).to_owned()),
            authorization_server: text(entry, "authorization_server"),
            idp: text(entry, "idp"),
        },
        _ => ProviderKind::Oidc,
    };
    Some(ProviderConfig {
        id: text(entry, "id")?,
        kind,
        client_id: ClientId::new(text(entry, "client_id")?),
        redirect_uri: text(entry, "redirect_uri"),
        popup_redirect_uri: text(entry, "popup_redirect_uri"),
        label: text(entry, "label"),
        icon: text(entry, "icon"),
        scope: if !scope.is_empty() {
            scope
        } else if !default_scope.is_empty() {
            default_scope.to_vec()
        } else {
            DEFAULT_SCOPE.split(' ').map(str::to_owned).collect()
        },
        issuer: text(entry, "issuer").map(without_well_known),
        authority: text(entry, "authority").map(without_well_known),
        metadata: object(entry, "metadata"),
        jwks: object(entry, "jwks"),
        token_endpoint: text(entry, "token_endpoint"),
        end_session_endpoint: text(entry, "end_session_endpoint"),
        end_session_params: params(entry, "end_session_params"),
        userinfo: boolean(entry, "userinfo"),
        require_email: boolean(entry, "require_email").unwrap_or_default(),
        revoke: boolean(entry, "revoke"),
        authorization_params: params(entry, "authorization_params"),
        token_params: params(entry, "token_params"),
        prompt: joined(entry, "prompt"),
        login_hint: text(entry, "login_hint"),
        max_age: seconds(entry, "max_age"),
        acr_values: joined(entry, "acr_values"),
        ui_locales: joined(entry, "ui_locales"),
        resource: words(entry, "resource"),
    })
}

/// The issuer of a discovery address, which may have a query behind it.
fn without_well_known(url: String) -> String {
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (url.as_str(), None),
    };
    match (path.strip_suffix(WELL_KNOWN), query) {
        (Some(path), Some(query)) => format!("{path}?{query}"),
        (Some(path), None) => path.to_owned(),
        (None, _) => url,
    }
}

/// Names and values of one object against the table.
fn check_settings(
    object: &Object,
    place: IssueLocation<'_>,
    table: &[Setting],
    kind: Option<&str>,
    issues: &mut impl IssueReporter,
) {
    for (name, value) in object.iter() {
        match table.iter().find(|setting| setting.name == name) {
            None => issues.report(place, name, || unknown(name, table, kind)),
            Some(setting) if kind.is_some_and(|kind| !setting.applies_to(kind)) => {
                issues.report(place, name, || wrong_kind(setting, kind));
            }
            Some(setting) if !matches(setting.value_type, value) => {
                issues.report(place, name, || type_error(setting.value_type, value));
            }
            Some(_) => {}
        }
    }
    for setting in table.iter().filter(|setting| setting.required) {
        if !object.iter().any(|(name, _)| name == setting.name) {
            issues.report(place, setting.name, || {
                (
                    "It is missing.",
                    format!("Add \"{}\". {}", setting.name, setting.description),
                )
            });
        }
    }
}

fn unknown(name: &str, table: &[Setting], kind: Option<&str>) -> (&'static str, String) {
    let known = table
        .iter()
        .filter(|setting| kind.is_none_or(|kind| setting.applies_to(kind)))
        .map(|setting| setting.name);
    let remedy = match setting::nearest(name, known) {
        Some(nearest) => format!("Did you mean \"{nearest}\"?"),
        None => "Take it out.".to_owned(),
    };
    ("There is no such setting.", remedy)
}

fn wrong_kind(setting: &Setting, kind: Option<&str>) -> (String, String) {
    if setting.name == "client_secret" {
        (
            "A page cannot keep a secret: everybody who opens it can read the file (RFC 10017 §6.3.3.1).".to_owned(),
            "Take it out, and register the page as a public client (single-page application) that uses PKCE.".to_owned(),
        )
    } else {
        (
            format!(
                "A provider of kind \"{}\" has no such setting.",
                kind.unwrap_or_default()
            ),
            format!(
                "It is for kind \"{}\" only. Take it out, or change the kind.",
                setting.kinds.join("\", \"")
            ),
        )
    }
}

/// Whether a value is what the setting takes.
fn matches(value_type: ValueType, value: &Json) -> bool {
    match (value_type, value) {
        (ValueType::Text, Json::String(text)) => !text.trim().is_empty(),
        (ValueType::OneOf(names), Json::String(text)) => names.contains(&text.as_str()),
        (ValueType::Name, Json::String(text)) => is_name(text),
        (ValueType::Url, Json::String(text)) => Endpoint::parse(text).is_ok(),
        (ValueType::Domain, Json::String(text)) => is_domain(bare_domain(text)),
        (ValueType::Boolean, Json::Bool(_)) => true,
        (ValueType::Seconds, Json::Integer(seconds)) => *seconds >= 0,
        (ValueType::Duration, Json::Integer(seconds)) => *seconds > 0,
        (ValueType::Words | ValueType::Scope, Json::String(text)) => !text.trim().is_empty(),
        (ValueType::Words | ValueType::Scope | ValueType::Texts, Json::Array(items)) => {
            !items.is_empty()
                && items
                    .iter()
                    .all(|item| item.as_str().is_some_and(|text| !text.trim().is_empty()))
        }
        (ValueType::Origins, Json::Array(items)) => {
            !items.is_empty()
                && items
                    .iter()
                    .all(|item| item.as_str().is_some_and(is_origin))
        }
        (ValueType::Params, Json::Object(params)) => params.iter().all(|(_, value)| {
            matches!(
                value,
                Json::String(_) | Json::Integer(_) | Json::Number(_) | Json::Bool(_)
            )
        }),
        (ValueType::Object, Json::Object(_)) => true,
        (ValueType::Providers, Json::Array(_)) => true,
        _ => false,
    }
}

/// What keeps a value from being that: the problem and the remedy.
fn type_error(value_type: ValueType, value: &Json) -> (String, String) {
    let remedy = match value_type {
        ValueType::Text => "Write a text that is not empty.".to_owned(),
        ValueType::OneOf(names) => match value.as_str().and_then(|text| setting::nearest(text, names.iter().copied())) {
            Some(nearest) => format!("Did you mean \"{nearest}\"?"),
            None => format!("Write one of \"{}\".", names.join("\", \"")),
        },
        ValueType::Name => "Use letters, digits, \"-\", \"_\" and \".\" only.".to_owned(),
        ValueType::Url => "Write a whole address that starts with https://. On your own machine http://localhost or http://127.0.0.1 will do.".to_owned(),
        ValueType::Domain => "Write the host name alone, like dev-1.okta.com.".to_owned(),
        ValueType::Boolean => "Write true or false, without quotation marks.".to_owned(),
        ValueType::Seconds | ValueType::Duration => "Write a whole number of seconds, without quotation marks.".to_owned(),
        ValueType::Words | ValueType::Scope => "Write a text like \"openid profile\", or a list of texts.".to_owned(),
        ValueType::Texts => "Write a list of texts, like [\"…\"].".to_owned(),
        ValueType::Origins => "Write a list of origins, like [\"https://api.example.com\"], without a path or a slash at the end.".to_owned(),
        ValueType::Params => "Write an object whose values are texts.".to_owned(),
        ValueType::Object => "Put the whole document here, as an object.".to_owned(),
        ValueType::Providers => "Write a list of providers: [ { … } ].".to_owned(),
    };
    let problem = match (value_type, value) {
        (_, Json::String(text)) if text.trim().is_empty() => "It is empty.".to_owned(),
        (ValueType::OneOf(_), Json::String(_)) => "It is not one of the known values.".to_owned(),
        (ValueType::Name, Json::String(_)) => {
            "It holds other characters than a name may.".to_owned()
        }
        (ValueType::Url, Json::String(text)) => {
            let problem = Endpoint::parse(text).err();
            problem.map(|it| it.to_string()).unwrap_or_default()
        }
        (ValueType::Domain, Json::String(_)) => "It is not a host name.".to_owned(),
        (ValueType::Seconds, Json::Integer(_)) => "It is below zero.".to_owned(),
        (ValueType::Duration, Json::Integer(_)) => "It is less than one.".to_owned(),
        (
            ValueType::Words | ValueType::Scope | ValueType::Texts | ValueType::Origins,
            Json::Array(items),
        ) if items.is_empty() => "The list is empty.".to_owned(),
        (ValueType::Origins, Json::Array(_)) => {
            "The list holds something that is not an origin on https or loopback.".to_owned()
        }
        (ValueType::Words | ValueType::Scope | ValueType::Texts, Json::Array(_)) => {
            "The list holds something that is not a text, or an empty text.".to_owned()
        }
        (ValueType::Params, Json::Object(_)) => {
            "It holds a value that is neither a text nor a number nor true or false.".to_owned()
        }
        (_, value) => format!("It is {}.", value.kind()),
    };
    (problem, remedy)
}

fn check_openid(scope: &[String], place: IssueLocation<'_>, issues: &mut impl IssueReporter) {
    if !scope.is_empty() && !scope.iter().any(|word| word == "openid") {
        issues.report(place, "scope", || {
            (
                "It lacks \"openid\", without which providers do not say who signed in.",
                "Add openid.",
            )
        });
    }
}

fn check_issuer(
    entry: &Object,
    place: IssueLocation<'_>,
    kind: Option<&str>,
    issues: &mut impl IssueReporter,
) {
    let has = |name: &str| entry.get(name).is_some();
    if has("issuer") && has("authority") && kind != Some("microsoft") {
        issues.report(place, "authority", || {
            (
                "It stands beside \"issuer\", and both mean the same.",
                "Keep one of them.",
            )
        });
    }
    let issuer = has("issuer") || has("authority");
    match kind {
        Some("oidc") if !issuer => issues.report(place, "issuer", || {
            (
                "It is missing.",
                "Add \"issuer\", the address that the provider gives as issuer or discovery URL.",
            )
        }),
        Some("okta") if !issuer && !has("domain") => issues.report(place, "domain", || {
            (
                "It is missing.",
                "Add \"domain\" like dev-1.okta.com, or \"issuer\" with the whole Provider URL.",
            )
        }),
        Some("okta") if issuer && (has("domain") || has("authorization_server")) => {
            issues.report(place, "issuer", || {
                (
                    "It stands beside \"domain\" or \"authorization_server\", which say the same.",
                    "Keep either issuer, or domain with authorization_server.",
                )
            })
        }
        Some("microsoft") if has("tenant") && names_tenant(entry) => {
            issues.report(place, "tenant", || {
                (
                    "It stands beside \"issuer\" or \"authority\", which names the tenant already.",
                    "Keep one of them.",
                )
            })
        }
        Some("oidc")
            if entry_address(entry).is_some_and(|url| url.host() == "appleid.apple.com") =>
        {
            issues.report(place, "issuer", || ("Sign in with Apple cannot work from static files: Apple demands a client secret that is signed with your private key, and sends names and e-mail addresses by a form post to a server.", "Put an identity provider or a small server of your own in front of Apple, and name its issuer here."));
        }
        Some("okta")
            if entry
                .text("domain")
                .is_some_and(|domain| domain.contains("-admin.")) =>
        {
            issues.report(place, "domain", || {
                (
                    "It is the address of Okta's admin console.",
                    "Write the domain without \"-admin\".",
                )
            });
        }
        _ => {}
    }
}

fn entry_address(entry: &Object) -> Option<Endpoint> {
    let address = entry.text("authority").or_else(|| entry.text("issuer"))?;
    Endpoint::parse(address.trim()).ok()
}

/// Whether the address of a Microsoft directory says which; that of a cloud alone does not.
fn names_tenant(entry: &Object) -> bool {
    entry_address(entry).is_some_and(|url| !url.path().trim_matches('/').is_empty())
}

fn check_params(
    entry: &Object,
    place: IssueLocation<'_>,
    name: &str,
    issues: &mut impl IssueReporter,
) {
    let Some(params) = entry.get(name).and_then(Json::as_object) else {
        return;
    };
    for (param, _) in params.iter() {
        if setting::RESERVED_PARAMS.contains(&param) {
            issues.report(place, &[name, ".", param].concat(), || {
                ("The sign-in sets this parameter itself.", "Take it out.")
            });
        }
    }
}

fn text(object: &Object, name: &str) -> Option<String> {
    object.text(name).map(|text| text.trim().to_owned())
}

fn boolean(entry: &Object, name: &str) -> Option<bool> {
    match entry.get(name) {
        Some(Json::Bool(value)) => Some(*value),
        _ => None,
    }
}

fn seconds(entry: &Object, name: &str) -> Option<i64> {
    match entry.get(name) {
        Some(Json::Integer(seconds)) => Some(*seconds),
        _ => None,
    }
}

fn object(entry: &Object, name: &str) -> Option<Object> {
    entry.get(name).and_then(Json::as_object).cloned()
}

/// A list, or a text with blanks between the words.
fn words(object: &Object, name: &str) -> Vec<String> {
    match object.get(name) {
        Some(Json::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Json::Array(items)) => items
            .iter()
            .filter_map(Json::as_str)
            .map(|text| text.trim().to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

fn joined(object: &Object, name: &str) -> Option<String> {
    Some(words(object, name).join(" ")).filter(|text| !text.is_empty())
}

fn params(object: &Object, name: &str) -> Vec<(String, String)> {
    let params = object.get(name).and_then(Json::as_object);
    params
        .into_iter()
        .flat_map(Object::iter)
        .map(|(name, value)| {
            let value = match value {
                Json::String(text) => text.clone(),
                other => other.to_line(),
            };
            (name.to_owned(), value)
        })
        .collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// An address of a host and nothing below it.
fn is_origin(text: &str) -> bool {
    Endpoint::parse(text).is_ok_and(|url| url.origin() == text)
}

/// `https://dev-1.okta.com/` as people paste it, without what is not the host.
fn bare_domain(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix("https://").unwrap_or(text);
    text.strip_suffix('/').unwrap_or(text)
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
}

#[cfg(test)]
mod tests;
