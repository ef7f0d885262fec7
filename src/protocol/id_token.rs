//! The claims of an ID token, by every rule of
//! [Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation). [`super::jws`] sees to the token's form
//! (rules 1, 7 and 8: no encryption, accepted algorithms, no MAC), the platform to its signature (rule 6).

use super::error::{Error, ErrorCode, Phase, Result, VendorCause};
use super::issuer::ExpectedIssuer;
use super::jws::Jws;
use super::pkce::Nonce;
use super::{Timestamp, is_time};
use crate::json::{self, Json, Object, even_null, lenient};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::{AccessToken, ClientId};
use serde::Deserialize;

/// How far the clocks of provider and browser may differ, in seconds.
pub const CLOCK_SKEW: i64 = 120;

/// What a token's claims are compared with. Nothing of it comes from the token.
#[derive(Debug)]
pub struct Expected<'a> {
    /// The issuers that may sign.
    pub issuer: &'a ExpectedIssuer,
    /// The issuer as the metadata names it.
    pub metadata_issuer: &'a str,
    /// The client, which `aud` has to name.
    pub client_id: &'a ClientId,
    /// The other audiences that the token may have.
    pub trusted_audiences: &'a [String],
    /// The nonce of the request.
    pub nonce: &'a Nonce,
    /// The access token of the same response, for `at_hash`.
    pub access_token: Option<&'a AccessToken>,
    /// The `max_age` of the request in seconds, if it had one.
    pub max_age: Option<i64>,
    /// The time.
    pub clocks: Clocks,
}

/// The time, which the device and the page's host may see differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// The time, as well as it is known.
    pub now: Timestamp,
    /// The time by the device's clock alone.
    pub device: Timestamp,
}

/// The claims that sign-in itself needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The `iss` claim.
    pub issuer: String,
    /// The `sub` claim: the person, as this issuer names them.
    pub subject: String,
}

/// The claims that are validated ([Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)), as they
/// arrive.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Claims {
    #[serde(deserialize_with = "lenient")]
    iss: Option<String>,
    #[serde(deserialize_with = "lenient")]
    sub: Option<String>,
    aud: Option<Json>,
    azp: Option<Json>,
    #[serde(deserialize_with = "lenient")]
    nonce: Option<String>,
    at_hash: Option<Json>,
    // A time that can't be read, `null` included, is an error: it isn't the same as no time.
    #[serde(deserialize_with = "even_null")]
    exp: Option<Json>,
    #[serde(deserialize_with = "even_null")]
    iat: Option<Json>,
    #[serde(deserialize_with = "even_null")]
    nbf: Option<Json>,
    #[serde(deserialize_with = "even_null")]
    auth_time: Option<Json>,
}

impl Claims {
    fn of(token: &Jws) -> Result<Claims> {
        json::from_value(Json::Object(token.claims.clone())).map_err(|error| {
            Error::new(ErrorCode::IdTokenInvalid, Phase::IdToken)
                .details(format!("The ID token's claims can't be read: {error}."))
        })
    }
}

/// Validates the claims of a token whose signature is verified
/// ([Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)).
///
/// # Errors
/// [`ErrorCode::IdTokenClaim`] naming the claim, or [`ErrorCode::ClockSkew`] when only the clocks
/// disagree.
pub fn validate_claims(token: &Jws, expected: &Expected<'_>) -> Result<Verified> {
    let claims = Claims::of(token)?;
    let issuer = validate_issuer(&claims, token, expected)?;
    let subject = validate_subject(&claims)?;
    validate_audience(
        &claims,
        expected.client_id.as_str(),
        expected.trusted_audiences,
    )?;
    validate_nonce(&claims, expected.nonce)?;
    validate_times(&claims, expected.clocks)?;
    validate_auth_time(&claims, expected)?;
    validate_access_token_hash(&claims, token, expected.access_token)?;
    Ok(Verified { issuer, subject })
}

/// Validates the claims of a token that came with a refresh, against `first`, those of the sign-in
/// ([Core §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)). The
/// signature is verified.
///
/// # Errors
/// As [`validate_claims`].
pub fn validate_refreshed(
    token: &Jws,
    first: &Object,
    client_id: &str,
    trusted_audiences: &[String],
    access_token: Option<&AccessToken>,
    clocks: Clocks,
) -> Result<()> {
    let claims = Claims::of(token)?;
    text(&claims.iss, "iss")?;
    validate_subject(&claims)?;
    validate_same_subject(&token.claims, first)?;
    validate_audience(&claims, client_id, trusted_audiences)?;
    for name in ["auth_time", "azp", "nonce"] {
        // It may be missing, but not differ.
        let differs = |known| token.claims.get(name).is_some_and(|value| value != known);
        if first.get(name).is_some_and(differs) {
            return Err(claim(name, "isn't that of the sign-in"));
        }
    }
    validate_times(&claims, clocks)?;
    validate_access_token_hash(&claims, token, access_token)
}

/// Whether the token is for this client
/// ([Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation) rules 3 to 5).
pub fn is_for_client(token: &Jws, client_id: &str, trusted_audiences: &[String]) -> bool {
    Claims::of(token)
        .is_ok_and(|claims| validate_audience(&claims, client_id, trusted_audiences).is_ok())
}

/// Validates that claims are about the person who signed in: a renewal mustn't change the person.
///
/// # Errors
/// [`ErrorCode::IdTokenClaim`].
pub fn validate_same_subject(claims: &Object, first: &Object) -> Result<()> {
    for name in ["iss", "sub"] {
        if claims.text(name) != first.text(name) {
            return Err(claim(name, "isn't that of the sign-in"));
        }
    }
    Ok(())
}

/// `iss`: rule 2.
fn validate_issuer(claims: &Claims, token: &Jws, expected: &Expected<'_>) -> Result<String> {
    let issuer = text(&claims.iss, "iss")?;
    if expected
        .issuer
        .accepts_token(issuer, expected.metadata_issuer, &token.claims)
    {
        Ok(issuer.to_owned())
    } else {
        Err(claim("iss", "names another issuer"))
    }
}

/// `sub`: 1 to 255 characters ([Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).
fn validate_subject(claims: &Claims) -> Result<String> {
    let subject = text(&claims.sub, "sub")?;
    if subject.is_empty() || subject.len() > 255 {
        return Err(claim("sub", "is empty or longer than 255 characters"));
    }
    Ok(subject.to_owned())
}

/// `aud` and `azp`: rules 3, 4 and 5.
fn validate_audience(claims: &Claims, client_id: &str, trusted: &[String]) -> Result<()> {
    let audiences: Vec<&str> = match &claims.aud {
        Some(Json::String(audience)) => vec![audience],
        Some(Json::Array(items)) => items
            .iter()
            .map(|item| {
                item.as_str()
                    .ok_or_else(|| claim("aud", "contains something that isn't a string"))
            })
            .collect::<Result<_>>()?,
        _ => return Err(claim("aud", "is missing or not a string")),
    };
    if !audiences.contains(&client_id) {
        return Err(wrong_audience("doesn't name this client"));
    }
    let is_trusted = |name: &&str| *name == client_id || trusted.iter().any(|known| known == name);
    if !audiences.iter().all(is_trusted) {
        return Err(wrong_audience("names an audience that isn't trusted"));
    }
    match &claims.azp {
        None if audiences.len() > 1 => Err(claim(
            "azp",
            "is missing, though there are several audiences",
        )),
        None => Ok(()),
        Some(azp) if azp.as_str() == Some(client_id) => Ok(()),
        Some(_) => Err(claim("azp", "names another client")),
    }
}

/// `nonce`: rule 11. It can't be switched off: every request sends one.
fn validate_nonce(claims: &Claims, nonce: &Nonce) -> Result<()> {
    if claims.nonce.as_deref() == Some(nonce.secret()) {
        Ok(())
    } else {
        Err(claim("nonce", "isn't the one of this sign-in"))
    }
}

/// `exp` and `iat`: rules 9 and 10. `nbf`:
/// [RFC 7519 §4.1.5](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.5).
///
/// The clock of the page's host may be wrong, so a token that fits the device's own clock is good, too.
fn validate_times(claims: &Claims, clocks: Clocks) -> Result<()> {
    match validate_times_at(claims, clocks.now) {
        Err(error) if error.code == ErrorCode::ClockSkew => {
            validate_times_at(claims, clocks.device).map_err(|_| error)
        }
        result => result,
    }
}

fn validate_times_at(claims: &Claims, now: Timestamp) -> Result<()> {
    let expires_at = time(&claims.exp, "exp")?.ok_or_else(|| claim("exp", "is missing"))?;
    if now >= expires_at.saturating_add(CLOCK_SKEW) {
        return Err(clock("exp", "is in the past"));
    }
    let issued_at = time(&claims.iat, "iat")?.ok_or_else(|| claim("iat", "is missing"))?;
    if issued_at > now + CLOCK_SKEW {
        return Err(clock("iat", "is in the future"));
    }
    if time(&claims.nbf, "nbf")?.is_some_and(|not_before| not_before > now + CLOCK_SKEW) {
        return Err(clock("nbf", "is in the future"));
    }
    Ok(())
}

/// `auth_time`: rule 13.
fn validate_auth_time(claims: &Claims, expected: &Expected<'_>) -> Result<()> {
    let auth_time = time(&claims.auth_time, "auth_time")?;
    let Some(max_age) = expected.max_age else {
        return Ok(());
    };
    let auth_time = auth_time
        .ok_or_else(|| claim("auth_time", "is missing, though the request had a max_age"))?;
    if expected.clocks.now - auth_time > max_age.saturating_add(CLOCK_SKEW) {
        return Err(claim("auth_time", "is older than max_age allows"));
    }
    Ok(())
}

/// `at_hash`: the left half of the access token's hash
/// ([Core §3.1.3.8](https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowTokenValidation)).
fn validate_access_token_hash(
    claims: &Claims,
    token: &Jws,
    access_token: Option<&AccessToken>,
) -> Result<()> {
    let (Some(at_hash), Some(access_token)) = (&claims.at_hash, access_token) else {
        return Ok(());
    };
    let hash = token.algorithm.hash();
    let digest = hash.digest(access_token.secret().as_bytes());
    let (left_half, _) = digest.split_at(digest.len() / 2);
    if at_hash.as_str() == Some(&URL_SAFE_NO_PAD.encode(left_half)) {
        Ok(())
    } else {
        Err(claim("at_hash", "doesn't match the access token"))
    }
}

fn text<'a>(value: &'a Option<String>, name: &str) -> Result<&'a str> {
    value
        .as_deref()
        .ok_or_else(|| claim(name, "is missing or not a string"))
}

fn time(value: &Option<Json>, name: &str) -> Result<Option<Timestamp>> {
    let Some(value) = value else {
        return Ok(None);
    };
    match value.as_seconds() {
        Some(seconds) if is_time(seconds) => Ok(Some(seconds)),
        Some(_) => Err(claim(name, "isn't a time")),
        None => Err(claim(name, "isn't a number of seconds")),
    }
}

fn claim(name: &str, problem: &str) -> Error {
    Error::new(ErrorCode::IdTokenClaim, Phase::IdToken)
        .details(format!("The ID token's \"{name}\" {problem}."))
}

fn wrong_audience(problem: &str) -> Error {
    claim("aud", problem).because(VendorCause::WrongAudience)
}

fn clock(name: &str, problem: &str) -> Error {
    Error::new(ErrorCode::ClockSkew, Phase::IdToken).details(format!(
        "The ID token's \"{name}\" {problem}, by the clock of this device."
    ))
}

#[cfg(test)]
mod tests;
