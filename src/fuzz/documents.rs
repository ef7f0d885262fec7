//! JSON documents: the discovery document, `vestibule.json`, and JSON itself.

use super::{ACCEPTED, Outcome, answer, check_error};
use crate::config::{Config, ConfigError, ResolvedConfig};
use crate::json::{self, Json, MEMBER_LIMIT, NESTING_LIMIT};
use crate::protocol::discovery::{self, Metadata};
use crate::protocol::issuer::ExpectedIssuer;
use crate::protocol::url::Endpoint;
use std::collections::HashSet;

const BASE: &str = "https://login.example.com";
const TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Metadata names an issuer that is expected, and safe endpoints.
pub(super) fn discovery(input: &[u8]) -> Outcome {
    let response = answer(200, input);
    let expected = [
        ExpectedIssuer::Exact("https://id.example.com".to_owned()),
        ExpectedIssuer::Google(&["https://accounts.google.com", "accounts.google.com"]),
        ExpectedIssuer::EntraMultiTenant {
            base: BASE.to_owned(),
            tenant: "common".to_owned(),
        },
        ExpectedIssuer::AzureB2c {
            origin: BASE.to_owned(),
        },
        ExpectedIssuer::EntraExternalId { tenant: None },
        ExpectedIssuer::EntraExternalId {
            tenant: Some(TENANT.to_owned()),
        },
    ];
    let mut outcome = Outcome::new();
    for (index, expected) in expected.iter().enumerate() {
        match discovery::process_response(&response, expected) {
            Ok(metadata) => {
                check_metadata(&metadata, expected);
                // A failed response is never read.
                assert!(discovery::process_response(&answer(404, input), expected).is_err());
                return format!("{ACCEPTED} {index} {}", metadata.iss_parameter_supported);
            }
            Err(error) => outcome = check_error(&error),
        }
    }
    outcome
}

fn check_metadata(metadata: &Metadata, expected: &ExpectedIssuer) {
    let issuer = metadata.issuer.as_str();
    let tenant_or = |issuer: &str, placeholder| {
        let found = issuer.replace(TENANT_PATTERN, "");
        found.is_empty() || issuer == placeholder || is_guid(issuer)
    };
    let is_expected = match expected {
        ExpectedIssuer::Exact(exact) => issuer == exact,
        ExpectedIssuer::Google(_) => issuer == "https://accounts.google.com",
        ExpectedIssuer::EntraMultiTenant { base, .. } => {
            let path = issuer
                .strip_prefix(base.as_str())
                .unwrap()
                .trim_start_matches('/');
            tenant_or(path.strip_suffix("/v2.0").unwrap(), "{tenantid}")
        }
        ExpectedIssuer::AzureB2c { origin } => {
            let path = issuer.strip_prefix(origin.as_str()).unwrap();
            path.starts_with('/') && path.split('/').any(is_guid) && path.ends_with("/v2.0/")
        }
        ExpectedIssuer::EntraExternalId { tenant } => {
            let rest = issuer.strip_prefix("https://").unwrap();
            let found = rest.get(..36).unwrap();
            is_guid(found)
                && issuer == format!("https://{found}.ciamlogin.com/{found}/v2.0")
                && tenant.as_ref().is_none_or(|tenant| tenant == found)
        }
    };
    assert!(is_expected, "{expected:?}: {issuer:?}");
    let required = [
        &metadata.authorization_endpoint,
        &metadata.token_endpoint,
        &metadata.jwks_uri,
    ];
    let optional = [
        &metadata.userinfo_endpoint,
        &metadata.end_session_endpoint,
        &metadata.revocation_endpoint,
    ];
    for endpoint in required.into_iter().chain(optional.into_iter().flatten()) {
        assert_eq!(Endpoint::parse(endpoint.as_str()).as_ref(), Ok(endpoint));
    }
    let written = json::to_string(metadata).unwrap();
    assert_eq!(
        json::from_str::<Metadata>(&written).as_ref(),
        Ok(metadata),
        "{written}"
    );
}

const TENANT_PATTERN: &str = "{tenantid}";

fn is_guid(text: &str) -> bool {
    let is_right = |(index, c): (usize, char)| match index {
        8 | 13 | 18 | 23 => c == '-',
        _ => matches!(c, '0'..='9' | 'a'..='f'),
    };
    text.len() == 36 && text.chars().enumerate().all(is_right)
}

const PAGE: &str = "https://app.example.com/login/";

/// A configuration is read alike with and without explanations, sends nobody to another origin, and stays the
/// same when it's written and read again. Otherwise, there's an explanation.
pub(super) fn configuration(input: &[u8]) -> Outcome {
    let unexplained = ResolvedConfig::from_text_unexplained(input, PAGE);
    let resolved = match ResolvedConfig::from_text(input, PAGE) {
        Ok(resolved) => resolved,
        Err(error) => {
            assert!(unexplained.is_err(), "accepted without explanations");
            return explained(&error, input);
        }
    };
    assert!(unexplained.is_ok(), "rejected without explanations");

    let config = Config::from_text(input).expect("it was accepted");
    let written = json::to_string(&config).expect("it can be written");
    let again = Config::from_text(written.as_bytes()).expect("what was written can be read");
    assert_eq!(json::to_string(&again).as_ref(), Ok(&written), "it changes");

    assert!(!resolved.providers.is_empty());
    let mut ids = HashSet::new();
    let mut kinds = Vec::new();
    for provider in &resolved.providers {
        assert!(
            ids.insert(provider.id()),
            "two providers have the id {}",
            provider.id()
        );
        assert_eq!(
            Endpoint::parse(provider.discovery_url.as_str()).as_ref(),
            Ok(&provider.discovery_url)
        );
        assert!(!provider.label().is_empty());
        let addresses = resolved.addresses.for_provider(&provider.config);
        for address in [
            &addresses.redirect_uri,
            &addresses.popup_redirect_uri,
            &addresses.post_logout_redirect_uri,
        ] {
            let address = Endpoint::parse(address).expect("it is an address");
            assert_eq!(address.origin(), "https://app.example.com", "{address}");
        }
        // Nobody can replace what binds a response to its request.
        for (name, _) in provider.authorization_params() {
            let fixed = [
                "state",
                "nonce",
                "code_challenge",
                "redirect_uri",
                "client_id",
                "response_type",
            ];
            assert!(!fixed.contains(&name.as_str()), "{name}");
        }
        kinds.push(provider.kind_name());
    }
    kinds.sort_unstable();
    kinds.dedup();
    format!("{ACCEPTED} {kinds:?} {:?}", resolved.settings.storage)
}

fn explained(error: &ConfigError, input: &[u8]) -> Outcome {
    let ConfigError::Invalid(issues) = error else {
        return format!("{error:?}")
            .split('(')
            .next()
            .unwrap_or_default()
            .to_owned();
    };
    assert!(!issues.is_empty(), "it's invalid without an issue");
    for issue in issues {
        assert!(
            !issue.problem.is_empty() && !issue.remedy.is_empty(),
            "{issue:?}"
        );
    }
    let shown: usize = issues.iter().map(|issue| issue.to_string().len()).sum();
    assert!(
        shown <= 600 * issues.len() + 8 * input.len(),
        "{shown} bytes for {}",
        input.len()
    );
    let problem = issues
        .first()
        .map(|issue| &*issue.problem)
        .unwrap_or_default();
    problem
        .split(['"', ':', '('])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphabetic())
        .take(40)
        .collect()
}

/// What was read is the same after it's written and read again, not much larger, and within the limits.
pub(super) fn json(input: &[u8]) -> Outcome {
    let value = match Json::parse(input) {
        Ok(value) => value,
        Err(error) => {
            assert!(error.line() >= 1 && error.column() >= 1, "{error}");
            assert!(error.line() + error.column() <= input.len() + 2, "{error}");
            return error.problem().to_owned();
        }
    };
    let line = value.to_line();
    // `\b` becomes `\u0008`.
    assert!(line.len() <= 3 * input.len(), "{line} is longer");
    assert!(!line.contains('\n'));
    assert_eq!(Json::parse(line.as_bytes()).as_ref(), Ok(&value), "{line}");
    let text = value.to_text();
    assert_eq!(Json::parse(text.as_bytes()).as_ref(), Ok(&value), "{text}");
    assert_eq!(json::to_value(&value).as_ref(), Ok(&value));
    let mut members = 0;
    let depth = walk(&value, 0, &mut members);
    assert!(depth <= NESTING_LIMIT && members <= MEMBER_LIMIT);
    format!("{ACCEPTED} {} {:?}", value.kind(), depth.min(3))
}

/// The greatest depth below this value. Counts the members.
fn walk(value: &Json, depth: usize, members: &mut usize) -> usize {
    match value {
        Json::Array(items) => {
            let below = items
                .iter()
                .map(|item| walk(item, depth + 1, members))
                .max();
            below.unwrap_or(depth + 1)
        }
        Json::Object(object) => {
            let mut names = HashSet::new();
            let mut deepest = depth + 1;
            for (name, value) in object.iter() {
                *members += 1;
                assert!(names.insert(name), "{name:?} is there twice");
                deepest = deepest.max(walk(value, depth + 1, members));
            }
            deepest
        }
        _ => depth,
    }
}
