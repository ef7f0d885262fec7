//! The provider's metadata
//! ([OpenID Connect Discovery 1.0](https://openid.net/specs/openid-connect-discovery-1_0.html),
//! [RFC 8414](https://www.rfc-editor.org/rfc/rfc8414)). Which issuer it may name is decided in
//! [`super::issuer`].

use super::error::{Error, ErrorCode, Phase, Result, VendorCause};
use super::http::{Request, Response};
use super::issuer::ExpectedIssuer;
use super::jws::Algorithm;
use super::url::Endpoint;
use crate::json::{self, Json, Object, lenient};
use serde::{Deserialize, Serialize};

/// What sign-in needs of the metadata. It has been validated.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Metadata {
    /// As the metadata names it.
    pub issuer: String,
    /// Where sign-ins start.
    pub authorization_endpoint: Endpoint,
    /// Where codes and refresh tokens are exchanged.
    pub token_endpoint: Endpoint,
    /// Where the key set is.
    pub jwks_uri: Endpoint,
    /// Where more claims about the person are, if the provider offers them.
    pub userinfo_endpoint: Option<Endpoint>,
    /// Where people sign out at the provider, if it offers that.
    pub end_session_endpoint: Option<Endpoint>,
    /// Where tokens are revoked, if the provider offers that.
    pub revocation_endpoint: Option<Endpoint>,
    /// Whether every authorization response names its issuer: the metadata's
    /// `authorization_response_iss_parameter_supported`
    /// ([RFC 9207 §3](https://www.rfc-editor.org/rfc/rfc9207#section-3)).
    pub iss_parameter_supported: bool,
}

/// A metadata document as the provider publishes it
/// ([Discovery §3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)). Nothing of
/// it is validated. Unknown members are ignored.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct MetadataDocument {
    #[serde(deserialize_with = "lenient")]
    issuer: Option<String>,
    authorization_endpoint: Option<Json>,
    token_endpoint: Option<Json>,
    jwks_uri: Option<Json>,
    userinfo_endpoint: Option<Json>,
    end_session_endpoint: Option<Json>,
    revocation_endpoint: Option<Json>,
    #[serde(deserialize_with = "lenient")]
    authorization_response_iss_parameter_supported: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    response_types_supported: Option<Vec<Json>>,
    #[serde(deserialize_with = "lenient")]
    token_endpoint_auth_methods_supported: Option<Vec<Json>>,
    #[serde(deserialize_with = "lenient")]
    revocation_endpoint_auth_methods_supported: Option<Vec<Json>>,
    #[serde(deserialize_with = "lenient")]
    code_challenge_methods_supported: Option<Vec<Json>>,
    #[serde(deserialize_with = "lenient")]
    scopes_supported: Option<Vec<Json>>,
    #[serde(deserialize_with = "lenient")]
    id_token_signing_alg_values_supported: Option<Vec<Json>>,
}

/// Makes the request for the metadata: a GET request without headers, as some providers refuse a CORS
/// preflight
/// ([Discovery §4.1](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest)).
pub fn request(url: &Endpoint) -> Request {
    Request::get(url)
}

/// Processes the response
/// ([Discovery §4.2](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationResponse)).
///
/// # Errors
/// As [`MetadataDocument::from_response`] and [`MetadataDocument::validate`].
pub fn process_response(response: &Response, issuer: &ExpectedIssuer) -> Result<Metadata> {
    MetadataDocument::from_response(response)?.validate(issuer)
}

impl MetadataDocument {
    /// Reads the document in a response.
    ///
    /// # Errors
    /// [`ErrorCode::ProviderUnavailable`] for an overloaded or failing provider,
    /// [`ErrorCode::DiscoveryUnreachable`] for another status than success,
    /// [`ErrorCode::DiscoveryInvalid`] for a body that isn't a document.
    pub fn from_response(response: &Response) -> Result<MetadataDocument> {
        if !response.is_success() {
            let said = response
                .oauth_error()
                .map_or_else(|| ".".to_owned(), |stated| format!(": {stated}"));
            let code = match response.status {
                429 | 500.. => ErrorCode::ProviderUnavailable,
                _ => ErrorCode::DiscoveryUnreachable,
            };
            let error = Error::new(code, Phase::Discovery).details(format!(
                "The discovery document answers with status {}{said}",
                response.status
            ));
            return Err(match response.status {
                404 | 410 => error.because(VendorCause::DocumentMissing),
                _ => error,
            });
        }
        response
            .json()
            .map_err(|what| invalid(format!("The discovery address answers with {what}.")))
    }

    /// Reads the document of a configuration's `metadata`.
    ///
    /// # Errors
    /// [`ErrorCode::DiscoveryInvalid`].
    pub fn from_object(document: &Object) -> Result<MetadataDocument> {
        json::from_value(Json::Object(document.clone()))
            .map_err(|error| invalid(format!("The metadata can't be read: {error}.")))
    }

    /// Validates the document
    /// ([Discovery §4.3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation)).
    ///
    /// # Errors
    /// [`ErrorCode::IssuerMismatch`] when it names another issuer,
    /// [`ErrorCode::DiscoveryInvalid`] for a missing or unusable member.
    pub fn validate(&self, expected: &ExpectedIssuer) -> Result<Metadata> {
        let issuer = self
            .issuer
            .as_deref()
            .ok_or_else(|| invalid("The metadata names no \"issuer\"."))?;
        if !expected.accepts_metadata(issuer) {
            return Err(Error::new(ErrorCode::IssuerMismatch, Phase::Discovery).details(format!(
                "The metadata names the issuer \"{issuer}\", the configuration expects {expected}. They must be the same, character by character."
            )));
        }
        if !self.offers_code_flow() {
            return Err(invalid(
                "The provider doesn't offer the response type \"code\".",
            ));
        }
        Ok(Metadata {
            issuer: issuer.to_owned(),
            authorization_endpoint: required(
                "authorization_endpoint",
                &self.authorization_endpoint,
            )?,
            token_endpoint: required("token_endpoint", &self.token_endpoint)?,
            jwks_uri: required("jwks_uri", &self.jwks_uri)?,
            userinfo_endpoint: optional(&self.userinfo_endpoint),
            end_session_endpoint: optional(&self.end_session_endpoint),
            revocation_endpoint: optional(&self.revocation_endpoint)
                .filter(|_| self.revokes_for_public_clients()),
            iss_parameter_supported: self
                .authorization_response_iss_parameter_supported
                .unwrap_or_default(),
        })
    }

    /// The issuer that the document names.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Whether the provider lists the response type `code`, or lists none at all. `code` inside a combined
    /// type like `code id_token` doesn't count.
    pub fn offers_code_flow(&self) -> bool {
        lists(&self.response_types_supported, "code").unwrap_or(true)
    }

    /// Whether the provider lists the PKCE method `S256`; `None` when it lists none.
    pub fn lists_s256(&self) -> Option<bool> {
        lists(&self.code_challenge_methods_supported, "S256")
    }

    /// The optional endpoints that are in the document but can't be used.
    pub fn unusable_endpoints(&self) -> impl Iterator<Item = &'static str> {
        let endpoints = [
            ("userinfo_endpoint", &self.userinfo_endpoint),
            ("end_session_endpoint", &self.end_session_endpoint),
            ("revocation_endpoint", &self.revocation_endpoint),
        ];
        let unusable =
            |(_, value): &(_, &Option<Json>)| value.is_some() && optional(value).is_none();
        endpoints.into_iter().filter(unusable).map(|(name, _)| name)
    }

    /// Whether a client without a secret can revoke tokens
    /// ([RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2)). Providers that don't list `none`
    /// for the token endpoint either, which such a client can use, list it nowhere.
    pub fn revokes_for_public_clients(&self) -> bool {
        lists(&self.revocation_endpoint_auth_methods_supported, "none").unwrap_or(true)
            || lists(&self.token_endpoint_auth_methods_supported, "none") == Some(false)
    }

    /// Whether the provider lists this scope; `None` when it lists none.
    pub fn lists_scope(&self, scope: &str) -> Option<bool> {
        lists(&self.scopes_supported, scope)
    }

    /// Whether the provider lists a signature algorithm that is accepted; `None` when it lists none.
    pub fn lists_accepted_algorithm(&self) -> Option<bool> {
        let mut names = listed(&self.id_token_signing_alg_values_supported)?;
        Some(names.any(|name| Algorithm::from_name(name).is_some()))
    }
}

/// The texts in a list. `None` if there are none: an empty list says nothing.
fn listed(list: &Option<Vec<Json>>) -> Option<impl Iterator<Item = &str>> {
    let mut texts = list.as_deref()?.iter().filter_map(Json::as_str).peekable();
    texts.peek()?;
    Some(texts)
}

fn lists(list: &Option<Vec<Json>>, text: &str) -> Option<bool> {
    Some(listed(list)?.any(|item| item == text))
}

fn required(name: &str, value: &Option<Json>) -> Result<Endpoint> {
    match value {
        None => Err(invalid(format!("The metadata names no \"{name}\"."))),
        Some(Json::String(url)) => Endpoint::parse(url).map_err(|problem| {
            invalid(format!("The metadata's \"{name}\" isn't usable. {problem}"))
        }),
        Some(other) => Err(invalid(format!(
            "The metadata's \"{name}\" is {} instead of a URL.",
            other.kind()
        ))),
    }
}

/// An endpoint that a sign-in can do without: one that can't be used counts as absent.
fn optional(value: &Option<Json>) -> Option<Endpoint> {
    Endpoint::parse(value.as_ref()?.as_str()?).ok()
}

fn invalid(details: impl Into<String>) -> Error {
    Error::new(ErrorCode::DiscoveryInvalid, Phase::Discovery).details(details)
}

#[cfg(test)]
mod tests;
