//! The person who signed in, in the same shape for every provider.

use crate::json::{Json, Object};
use crate::provider::microsoft::has_more_groups;
use serde::{Deserialize, Serialize};

/// The person who signed in.
///
/// Identify people by `issuer` and `subject`: an e-mail address can pass to somebody else
/// ([Core §5.7](https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability)). In JSON the members have
/// the names that JavaScript uses: `emailVerified`, `hasMoreGroups`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct User {
    /// The id of the provider in the configuration.
    pub provider: String,
    /// The issuer of their ID token.
    pub issuer: String,
    /// The issuer's permanent identifier of the person.
    pub subject: String,
    /// The full name, or else what the provider calls them.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// `None` when the provider does not say.
    pub email_verified: Option<bool>,
    /// An `https` (or loopback) address.
    pub picture: Option<String>,
    /// The groups that the provider names.
    pub groups: Vec<String>,
    /// Whether the person is in more groups than these, which the provider lists elsewhere (Microsoft's groups
    /// overage).
    pub has_more_groups: bool,
}

impl User {
    /// Makes the person of verified claims
    /// ([Core §5.1](https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims)).
    pub fn from_claims(provider: &str, issuer: &str, subject: &str, claims: &Object) -> User {
        let text = |name: &str| {
            claims
                .text(name)
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        User {
            provider: provider.to_owned(),
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            name: text("name")
                .or_else(|| match (text("given_name"), text("family_name")) {
                    (Some(given), Some(family)) => Some(format!("{given} {family}")),
                    (given, family) => given.or(family),
                })
                .or_else(|| text("preferred_username"))
                .or_else(|| text("nickname"))
                // All that ADFS says, if nobody has configured more.
                .or_else(|| match text("email") {
                    Some(_) => None,
                    None => text("upn").or_else(|| text("unique_name")),
                }),
            // Azure AD B2C sends a list.
            email: text("email").or_else(|| match claims.get("emails") {
                Some(Json::Array(emails)) => emails.first()?.as_str().map(str::to_owned),
                _ => None,
            }),
            email_verified: match claims.get("email_verified") {
                Some(Json::Bool(verified)) => Some(*verified),
                // Cognito and others send it as a string.
                Some(Json::String(text)) => text.parse().ok(),
                _ => None,
            },
            picture: text("picture")
                .filter(|url| crate::protocol::url::Endpoint::parse(url).is_ok()),
            has_more_groups: has_more_groups(claims),
            groups: match claims
                .get("groups")
                .or_else(|| claims.get("cognito:groups"))
            {
                Some(Json::Array(groups)) => groups
                    .iter()
                    .filter_map(Json::as_str)
                    .map(str::to_owned)
                    .collect(),
                Some(Json::String(group)) => vec![group.clone()],
                _ => Vec::new(),
            },
        }
    }

    /// The person's name, or else their e-mail address, or else the subject.
    pub fn display_name(&self) -> &str {
        self.name
            .as_deref()
            .or(self.email.as_deref())
            .unwrap_or(&self.subject)
    }

    /// One or two letters to show if there is no picture, upper-case in ASCII. `text-transform: uppercase`
    /// takes care of other letters where they are shown.
    pub fn initials(&self) -> String {
        let name = self.display_name();
        let name = name.split('@').next().unwrap_or(name);
        let mut words = name
            .split(|c| !is_letter(c))
            .filter_map(|word| word.chars().next());
        let first = words.next();
        let letters = first.into_iter().chain(words.next_back());
        // Unicode's tables of letters weigh more than the rules for an ID token.
        letters.map(|c| c.to_ascii_uppercase()).collect()
    }
}

/// Whether it is a letter or digit, judged by blocks of Unicode.
fn is_letter(c: char) -> bool {
    match c {
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        // Signs, punctuation and blanks; emoji.
        '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' => false,
        // Separators of single scripts.
        '\u{60c}' | '\u{964}' | '\u{30fb}' | '\u{ff00}'..='\u{ff0f}' => false,
        '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f000}'..='\u{1ffff}' => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(claims: &str) -> User {
        let claims = Json::parse_object(claims.as_bytes()).unwrap();
        User::from_claims("sso", "https://id.example.com", "s1", &claims)
    }

    #[test]
    fn calls_a_person_by_the_best_name_there_is() {
        for (claims, name) in [
            (
                r#"{"name":"Ada Lovelace","email":"ada@example.com"}"#,
                "Ada Lovelace",
            ),
            (
                r#"{"given_name":"Ada","family_name":"Lovelace"}"#,
                "Ada Lovelace",
            ),
            (r#"{"given_name":"Ada"}"#, "Ada"),
            (r#"{"name":"  ","preferred_username":"ada"}"#, "ada"),
            (
                r#"{"name":null,"email":"ada@example.com"}"#,
                "ada@example.com",
            ),
            (r#"{"name":7}"#, "s1"),
            (r#"{"upn":"ada@corp.example"}"#, "ada@corp.example"),
            (r#"{"unique_name":"CORP\\ada","sub":"x"}"#, "CORP\\ada"),
            (
                r#"{"upn":"u-17","email":"ada@example.com"}"#,
                "ada@example.com",
            ),
        ] {
            assert_eq!(user(claims).display_name(), name, "{claims}");
        }
    }

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        for (claims, initials) in [
            (r#"{"name":"Ada Lovelace"}"#, "AL"),
            (r#"{"name":"Augusta Ada King-Noel"}"#, "AN"),
            (r#"{"name":"ada"}"#, "A"),
            (r#"{"email":"grace.hopper@example.com"}"#, "GH"),
            (r#"{"name":"李小龙"}"#, "李"),
            (r#"{"name":"ジョン・スミス"}"#, "ジス"),
            (r#"{"name":"田中（Tanaka）"}"#, "田T"),
            (r#"{"name":"émile zola"}"#, "éZ"),
            (r#"{"name":"🦀🦀"}"#, ""),
        ] {
            assert_eq!(user(claims).initials(), initials, "{claims}");
        }
    }

    #[test]
    fn email_verified_is_what_was_said_or_unknown() {
        for (claims, verified) in [
            (r#"{"email_verified":true}"#, Some(true)),
            (r#"{"email_verified":"false"}"#, Some(false)),
            (r#"{"email_verified":"True"}"#, None),
            (r#"{"email_verified":1}"#, None),
            ("{}", None),
        ] {
            assert_eq!(user(claims).email_verified, verified, "{claims}");
        }
    }

    #[test]
    fn groups_and_addresses_are_found_where_vendors_put_them() {
        let b2c = user(r#"{"emails":["ada@example.com","second@example.com"]}"#);
        assert_eq!(b2c.email.as_deref(), Some("ada@example.com"));
        assert_eq!(user(r#"{"emails":[]}"#).email, None);
        assert_eq!(user(r#"{"cognito:groups":["a"]}"#).groups, ["a"]);
        assert_eq!(user(r#"{"groups":"a"}"#).groups, ["a"]);
    }

    #[test]
    fn groups_that_did_not_fit_are_reported() {
        for (claims, more) in [
            (r#"{"groups":["a"]}"#, false),
            (
                r#"{"_claim_names":{"groups":"src1"},"_claim_sources":{"src1":{"endpoint":"https://graph.windows.net/x"}}}"#,
                true,
            ),
            (r#"{"_claim_names":{"roles":"src1"}}"#, false),
            (r#"{"hasgroups":true}"#, true),
            (r#"{"hasgroups":"true"}"#, true),
            (r#"{"hasgroups":false}"#, false),
        ] {
            assert_eq!(user(claims).has_more_groups, more, "{claims}");
        }
    }

    #[test]
    fn a_picture_is_never_a_script_or_an_insecure_address() {
        for url in [
            "javascript:alert(1)",
            "data:image/svg+xml,x",
            "http://pics.example/a.png",
            "//x/y",
            "https://pics.example@evil.example/a.png",
            "https://pics.example/a.png#b",
            "https://pics.example\\\\@evil.example/a.png",
            "blob:https://pics.example/a",
        ] {
            assert_eq!(
                user(&format!(r#"{{"picture":"{url}"}}"#)).picture,
                None,
                "{url}"
            );
        }
        assert!(
            user(r#"{"picture":"https://pics.example/a.png"}"#)
                .picture
                .is_some()
        );
    }
}
