//! The rule of `email_domains`: each is at one provider only.

use crate::config::issue::{IssueLocation, IssueReporter};
use crate::config::settings::ProviderConfig;

/// Validates the email domains of a provider. `before`: the providers before it in the file.
pub(super) fn validate(
    provider: &ProviderConfig,
    before: &[ProviderConfig],
    location: IssueLocation<'_>,
    issues: &mut impl IssueReporter,
) {
    for domain in domains(provider) {
        let claims = |other: &ProviderConfig| {
            let mut theirs = domains(other).iter();
            theirs.any(|their| their.eq_ignore_ascii_case(domain))
        };
        if let Some(first) = before.iter().position(claims) {
            issues.report(location, "email_domains", || {
                (
                    format!("\"{domain}\" is already at providers[{first}]."),
                    "Keep it at the provider that people with such an address sign in with.",
                )
            });
        }
    }
}

fn domains(provider: &ProviderConfig) -> &[String] {
    provider.email_domains.as_deref().unwrap_or_default()
}
