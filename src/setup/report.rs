//! What failed, each cause once, whomever it concerns.

use super::{Check, Finding, HostCheck, State};
use crate::protocol::error::ErrorCode;

/// One cause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry {
    /// The host.
    Host(HostCheck),
    /// These providers, by their index.
    Providers(Check, Vec<usize>),
}

/// Returns the results that ended like this: the host's first, then those of the providers. What has the same cause
/// at several providers is one entry.
pub fn entries(host: &[HostCheck], providers: &[(&str, &[Check])], state: State) -> Vec<Entry> {
    let host = host.iter().filter(|check| check.state() == state);
    let mut merged: Vec<(&str, Check, Vec<usize>)> = Vec::new();
    for (index, (kind, checks)) in providers.iter().enumerate() {
        for check in checks.iter().filter(|check| check.state() == state) {
            let known = merged.iter_mut().find_map(|(other_kind, other, indexes)| {
                merge(other, check, other_kind == kind).then_some(indexes)
            });
            match known {
                Some(indexes) => indexes.push(index),
                None => merged.push((kind, check.clone(), vec![index])),
            }
        }
    }
    let merged = merged
        .into_iter()
        .map(|(_, check, indexes)| Entry::Providers(check, indexes));
    host.cloned().map(Entry::Host).chain(merged).collect()
}

/// How many results ended in each state.
pub fn counts(host: &[HostCheck], providers: &[(&str, &[Check])]) -> [usize; State::COUNT] {
    let of_providers = providers.iter().flat_map(|(_, checks)| checks.iter());
    let states = host.iter().map(HostCheck::state);
    let mut counts = [0; State::COUNT];
    for state in states.chain(of_providers.map(Check::state)) {
        counts[state as usize] += 1;
    }
    counts
}

/// Takes a result into another one if both have the same cause. The remedies for different kinds of providers differ.
fn merge(known: &mut Check, new: &Check, is_same_kind: bool) -> bool {
    if known.step != new.step {
        return false;
    }
    match (&mut known.finding, &new.finding) {
        // One line of the policy lists all of them.
        (Finding::Blocked(known), Finding::Blocked(new)) => {
            for origin in new.split(' ') {
                if !known.split(' ').any(|known| known == origin) {
                    known.push(' ');
                    known.push_str(origin);
                }
            }
            true
        }
        // Whoever shares a redirect URI, one list of copies ends it.
        (Finding::MixUpPossible(known), Finding::MixUpPossible(new))
        | (Finding::MixUpAmongVendors(known), Finding::MixUpAmongVendors(new)) => {
            for copy in new {
                if !known.contains(copy) {
                    known.push(copy.clone());
                }
            }
            true
        }
        (Finding::Error(known), Finding::Error(new)) if known.code == new.code => {
            let is_of_page = matches!(
                known.code,
                ErrorCode::NetworkOffline | ErrorCode::CryptoUnavailable
            );
            let is_same = known.details == new.details && known.cause == new.cause;
            is_of_page || (is_same && is_same_kind)
        }
        (known, new) => known == new && is_same_kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::error::{Error, Phase};
    use crate::setup::{HostFinding, HostStep, Step};

    fn blocked(origins: &str) -> Check {
        Check {
            step: Step::Policy,
            finding: Finding::Blocked(origins.to_owned()),
        }
    }

    fn failed(code: ErrorCode, details: &str) -> Check {
        Check {
            step: Step::Discovery,
            finding: Finding::Error(Error::new(code, Phase::Discovery).details(details)),
        }
    }

    #[test]
    fn names_each_cause_once() {
        let host = HostCheck {
            step: HostStep::Files,
            finding: HostFinding::Missing("start.js".to_owned()),
        };
        let offline = |url| failed(ErrorCode::NetworkOffline, url);
        let lists = [
            vec![blocked("https://a.example"), offline("a")],
            vec![blocked("https://a.example https://b.example"), offline("b")],
        ];
        let providers = [("oidc", &lists[0][..]), ("okta", &lists[1][..])];
        let entries = entries(std::slice::from_ref(&host), &providers, State::Failed);
        assert_eq!(
            entries,
            [
                Entry::Host(host),
                Entry::Providers(blocked("https://a.example https://b.example"), vec![0, 1]),
                Entry::Providers(offline("a"), vec![0, 1]),
            ]
        );
    }

    #[test]
    fn different_causes_and_remedies_stay_apart() {
        let unreachable = |url| failed(ErrorCode::DiscoveryUnreachable, url);
        let lists = [
            vec![unreachable("a")],
            vec![unreachable("b")],
            vec![unreachable("b")],
        ];
        let providers = [
            ("oidc", &lists[0][..]),
            ("oidc", &lists[1][..]),
            ("okta", &lists[2][..]),
        ];
        assert_eq!(entries(&[], &providers, State::Failed).len(), 3);
        assert_eq!(counts(&[], &providers)[State::Failed as usize], 3);
    }
}
