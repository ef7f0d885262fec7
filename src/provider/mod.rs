//! What differs by vendor, as one small value made from the configuration: where metadata is, which
//! issuer rule holds, which parameters are added, whether userinfo is asked.

mod generic;
mod google;
pub(crate) mod microsoft;
mod okta;

use crate::config::{IssueLocation, IssueReporter, ProviderConfig, ProviderKind};
use crate::json::Object;
use crate::protocol::Timestamp;
use crate::protocol::discovery::Metadata;
use crate::protocol::error::{Error, ErrorCode, Phase, Result, VendorCause};
use crate::protocol::http::Response;
use crate::protocol::issuer::ExpectedIssuer;
use crate::protocol::url::Endpoint;
use crate::protocol::userinfo;

/// A provider as the sign-in needs it.
#[derive(Debug, Clone)]
pub struct Provider {
    pub config: ProviderConfig,
    pub issuer: ExpectedIssuer,
    /// Where the metadata is (Discovery §4.1).
    pub discovery_url: Endpoint,
    /// What the button says when the administrator set no label.
    default_label: String,
}

impl Provider {
    /// Makes the provider of a configuration's entry, or reports what keeps it from being made.
    pub(crate) fn new(config: ProviderConfig, issues: &mut impl IssueReporter) -> Option<Provider> {
        match &config.kind {
            ProviderKind::Microsoft { .. } => microsoft::provider(config, issues),
            ProviderKind::Google { .. } => google::provider(config, issues),
            ProviderKind::Okta { .. } => okta::provider(config, issues),
            ProviderKind::Oidc => generic::provider(config, issues),
        }
    }

    pub fn id(&self) -> &str {
        &self.config.id
    }

    pub fn kind_name(&self) -> &'static str {
        self.config.kind.name()
    }

    /// The name that people know it by.
    pub fn label(&self) -> &str {
        self.config.label.as_deref().unwrap_or(&self.default_label)
    }

    pub fn icon(&self) -> Option<&str> {
        self.config.icon.as_deref()
    }

    /// The scopes to ask for.
    pub fn scope(&self) -> Vec<String> {
        let mut scope = self.config.scope.clone();
        if matches!(self.config.kind, ProviderKind::Google { .. }) {
            scope.retain(|word| word != OFFLINE);
        }
        scope
    }

    /// The metadata with the endpoints that the administrator named instead.
    pub fn with_own_endpoints(&self, mut metadata: Metadata) -> Metadata {
        // Both addresses were validated with the configuration.
        if let Some(proxy) = &self.config.token_endpoint {
            metadata.token_endpoint = Endpoint::parse(proxy).unwrap_or(metadata.token_endpoint);
        }
        if let Some(url) = &self.config.end_session_endpoint {
            metadata.end_session_endpoint = Endpoint::parse(url).ok();
        }
        metadata
    }

    /// Parameters of the authorization request that the vendor or the administrator adds.
    pub fn authorization_params(&self) -> Vec<(String, String)> {
        let config = &self.config;
        let mut params = match &config.kind {
            ProviderKind::Google { hd, .. } => {
                let offline = config.scope.iter().any(|word| word == OFFLINE);
                google::authorization_params(hd.as_deref(), offline)
            }
            _ => Vec::new(),
        };
        let hint = match &config.kind {
            ProviderKind::Microsoft { domain_hint, .. } => ("domain_hint", domain_hint),
            ProviderKind::Okta { idp, .. } => ("idp", idp),
            _ => ("", &None),
        };
        let max_age = config.max_age.map(|seconds| seconds.to_string());
        let named = [
            hint,
            ("prompt", &config.prompt),
            ("login_hint", &config.login_hint),
            ("max_age", &max_age),
            ("acr_values", &config.acr_values),
            ("ui_locales", &config.ui_locales),
        ];
        for (name, value) in named {
            params.extend(value.clone().map(|value| (name.to_owned(), value)));
        }
        for resource in &config.resource {
            params.push(("resource".to_owned(), resource.clone()));
        }
        for (name, value) in &config.authorization_params {
            params.retain(|(known, _)| known != name);
            params.push((name.clone(), value.clone()));
        }
        params
    }

    /// What Google demands of web clients.
    pub fn client_secret(&self) -> Option<&str> {
        match &self.config.kind {
            ProviderKind::Google { client_secret, .. } => {
                let secret = client_secret.as_ref()?;
                Some(secret.secret())
            }
            _ => None,
        }
    }

    /// Parameters of the token request that the vendor or the administrator adds.
    pub fn token_params(&self) -> Vec<(String, String)> {
        let mut params = self.config.token_params.clone();
        if let Some(secret) = self.client_secret() {
            params.push(("client_secret".to_owned(), secret.to_owned()));
        }
        for resource in &self.config.resource {
            params.push(("resource".to_owned(), resource.clone()));
        }
        params
    }

    /// Whether userinfo is asked when the ID token says little about the person.
    ///
    /// Microsoft's is not: it wants an access token for Microsoft Graph, and the ID token has it all.
    pub fn requests_userinfo(&self) -> bool {
        let by_default = !matches!(self.config.kind, ProviderKind::Microsoft { .. });
        self.config.userinfo.unwrap_or(by_default)
    }

    /// Judges userinfo's answer. Microsoft's is never a reason to refuse somebody: it is made for
    /// Graph, and the ID token has it all.
    ///
    /// # Errors
    /// [`ErrorCode::UserinfoSubject`].
    pub fn process_userinfo_response(
        &self,
        answer: &Response,
        subject: &str,
    ) -> Result<Option<Object>> {
        let judged = userinfo::process_response(answer, subject);
        match &self.config.kind {
            ProviderKind::Microsoft { .. } => Ok(judged.unwrap_or_default()),
            _ => judged,
        }
    }

    /// Whether sign-out revokes the tokens.
    ///
    /// Not at Google: there it takes back the person's consent, so that they are asked again.
    pub fn revokes(&self) -> bool {
        let by_default = !matches!(self.config.kind, ProviderKind::Google { .. });
        self.config.revoke.unwrap_or(by_default)
    }

    /// When refresh tokens of a sign-in at this time end for good, where the vendor says so.
    pub fn refresh_ends_at(&self, signed_in_at: Timestamp) -> Option<Timestamp> {
        matches!(self.config.kind, ProviderKind::Microsoft { .. })
            .then_some(signed_in_at + microsoft::REFRESH_LIFETIME)
    }

    /// Adds to an error who it happened with and what their words for it mean.
    pub fn explain(&self, error: Error) -> Error {
        let causes = match &self.config.kind {
            ProviderKind::Microsoft { .. } => microsoft::CAUSES,
            ProviderKind::Google { .. } => google::CAUSES,
            ProviderKind::Okta { .. } => okta::CAUSES,
            ProviderKind::Oidc => generic::CAUSES,
        };
        Error {
            cause: error
                .details
                .as_deref()
                .and_then(|said| cause(causes, said)),
            ..error.provider(self.id())
        }
    }

    /// Judges the claims by what only this vendor has: the tenant or the Workspace domain.
    ///
    /// # Errors
    /// [`ErrorCode::AccountNotAllowed`].
    pub fn validate_account(&self, claims: &Object) -> Result<()> {
        let refusal = match &self.config.kind {
            ProviderKind::Microsoft {
                allowed_tenants, ..
            } => microsoft::validate_account(&self.issuer, allowed_tenants, claims),
            ProviderKind::Google { hd: Some(hd), .. } => google::validate_account(hd, claims),
            _ => None,
        };
        match refusal {
            None => Ok(()),
            Some(details) => {
                Err(Error::new(ErrorCode::AccountNotAllowed, Phase::IdToken).details(details))
            }
        }
    }

    /// Whether the claims say enough about the person.
    ///
    /// # Errors
    /// [`ErrorCode::EmailMissing`].
    pub fn validate_profile(&self, email: Option<&str>) -> Result<()> {
        if self.config.require_email && email.is_none() {
            return Err(Error::new(ErrorCode::EmailMissing, Phase::Userinfo)
                .details("Neither the ID token nor userinfo holds an e-mail address, and \"require_email\" asks for one."));
        }
        Ok(())
    }
}

const OFFLINE: &str = "offline_access";

/// The cause whose words stand in what was said. A number is not the beginning of a longer one.
fn cause(causes: &[(&str, VendorCause)], said: &str) -> Option<VendorCause> {
    let stands = |words: &str| {
        said.match_indices(words).any(|(at, words)| {
            let next = said[at + words.len()..].chars().next();
            !(words.ends_with(|c: char| c.is_ascii_digit())
                && next.is_some_and(|c| c.is_ascii_digit()))
        })
    };
    let found = causes.iter().find(|(words, _)| stands(words))?;
    Some(found.1)
}

/// The parts that every vendor's module builds a provider from.
fn build(
    config: ProviderConfig,
    issuer: ExpectedIssuer,
    base: &str,
    default_label: String,
    issues: &mut impl IssueReporter,
) -> Option<Provider> {
    // One slash is taken off before the well-known path is appended (Discovery §4.1).
    let (path, query) = match base.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (base, None),
    };
    let mut url = format!(
        "{}/.well-known/openid-configuration",
        path.strip_suffix('/').unwrap_or(path)
    );
    if let Some(query) = query {
        url.push('?');
        url.push_str(query);
    }
    match Endpoint::parse(&url) {
        Ok(discovery_url) => Some(Provider {
            config,
            issuer,
            discovery_url,
            default_label,
        }),
        Err(problem) => {
            issues.report(IssueLocation::ProviderId(&config.id), "", || {
                (
                    format!("Its settings make no valid address. {problem}"),
                    "Correct the tenant, the domain or the issuer.",
                )
            });
            None
        }
    }
}

#[cfg(test)]
mod tests;
