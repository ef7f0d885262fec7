//! What differs by vendor, as one small value made from the configuration: where metadata is, which
//! issuer rule holds, which parameters are added, whether userinfo is asked.

mod generic;
mod google;
mod microsoft;
mod okta;

use crate::config::{Config, Kind, Mistake, ProviderConfig};
use crate::json::Object;
use crate::protocol::error::{Error, ErrorCode, Phase, Result};
use crate::protocol::issuer::IssuerRule;
use crate::protocol::url::Endpoint;

/// A provider as the sign-in needs it.
#[derive(Debug, Clone)]
pub struct Provider {
    pub config: ProviderConfig,
    pub issuer: IssuerRule,
    /// Where the metadata is (Discovery §4.1).
    pub discovery_url: Endpoint,
    /// What the button says when the administrator set no label.
    default_label: String,
}

impl Provider {
    /// Makes the value, or tells what of the configuration keeps it from being made.
    pub fn new(config: ProviderConfig) -> Result<Provider, Mistake> {
        match &config.kind {
            Kind::Microsoft { .. } => microsoft::provider(config),
            Kind::Google { .. } => google::provider(config),
            Kind::Okta { .. } => okta::provider(config),
            Kind::Oidc => generic::provider(config),
        }
    }

    /// All providers of a configuration, or every mistake that is in the way.
    pub fn all(config: &Config) -> Result<Vec<Provider>, Vec<Mistake>> {
        let mut providers = Vec::new();
        let mut mistakes = Vec::new();
        for entry in &config.providers {
            match Provider::new(entry.clone()) {
                Ok(provider) => providers.push(provider),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if mistakes.is_empty() {
            Ok(providers)
        } else {
            Err(mistakes)
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

    /// Parameters of the authorization request that the vendor or the administrator adds.
    pub fn authorization_params(&self) -> Vec<(String, String)> {
        let config = &self.config;
        let mut params = match &config.kind {
            Kind::Google { hd, .. } => google::authorization_params(hd.as_deref()),
            _ => Vec::new(),
        };
        let max_age = config.max_age.map(|seconds| seconds.to_string());
        let named = [
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

    /// Parameters of the token request that the vendor or the administrator adds.
    pub fn token_params(&self) -> Vec<(String, String)> {
        let mut params = self.config.token_params.clone();
        if let Kind::Google {
            client_secret: Some(secret),
            ..
        } = &self.config.kind
        {
            params.push(("client_secret".to_owned(), secret.secret().clone()));
        }
        for resource in &self.config.resource {
            params.push(("resource".to_owned(), resource.clone()));
        }
        params
    }

    /// Whether userinfo is asked when the ID token says little about the person.
    ///
    /// Microsoft's is not: it wants an access token for Microsoft Graph, and the ID token has it all.
    pub fn asks_userinfo(&self) -> bool {
        !matches!(self.config.kind, Kind::Microsoft { .. })
    }

    /// Judges the claims by what only this vendor has: the tenant or the Workspace domain.
    ///
    /// # Errors
    /// [`ErrorCode::AccountNotAllowed`].
    pub fn judge_account(&self, claims: &Object) -> Result<()> {
        let refusal = match &self.config.kind {
            Kind::Microsoft {
                allowed_tenants, ..
            } => microsoft::judge_account(allowed_tenants, claims),
            Kind::Google { hd: Some(hd), .. } => google::judge_account(hd, claims),
            _ => None,
        };
        match refusal {
            None => Ok(()),
            Some(details) => Err(Error::new(ErrorCode::AccountNotAllowed, Phase::IdToken)
                .provider(self.id())
                .details(details)),
        }
    }
}

/// The parts that every vendor's module builds a provider from.
fn build(
    config: ProviderConfig,
    issuer: IssuerRule,
    base: &str,
    default_label: String,
) -> Result<Provider, Mistake> {
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
        Ok(discovery_url) => Ok(Provider {
            config,
            issuer,
            discovery_url,
            default_label,
        }),
        Err(problem) => Err(Mistake {
            path: format!("provider \"{}\"", config.id),
            problem: format!("Its settings make no valid address. {problem}"),
            remedy: "Correct the tenant, the domain or the issuer.".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests;
