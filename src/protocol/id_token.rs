//! The claims of an ID token by every rule of OpenID Connect Core §3.1.3.7. Its form is judged in
//! [`super::jws`] (rules 1, 7 and 8: no encryption, accepted algorithms, no MAC), its signature
//! (rule 6) by the platform with a key of [`super::jwks`].

use super::Timestamp;
use super::error::{Error, ErrorCode, Phase, Result};
use super::issuer::ExpectedIssuer;
use super::jws::Jws;
use super::pkce::Nonce;
use crate::json::{Json, Object};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::ClientId;

/// How far the clocks of provider and browser may be apart, in seconds.
pub const CLOCK_SKEW: i64 = 120;
/// The latest time that is taken for one: the year 9999.
const LATEST: Timestamp = 253_402_300_799;

/// What the token is compared with. Nothing of it comes from the token.
#[derive(Debug)]
pub struct Expected<'a> {
    pub issuer: &'a ExpectedIssuer,
    /// The issuer as the metadata names it.
    pub metadata_issuer: &'a str,
    pub client_id: &'a ClientId,
    pub nonce: &'a Nonce,
    /// The access token of the same answer, hashed by the function of the token's algorithm.
    pub access_token_hash: &'a [u8],
    /// Seconds, when the request said so.
    pub max_age: Option<i64>,
    pub now: Timestamp,
}

/// The claims that the flow itself needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub issuer: String,
    pub subject: String,
    pub expires_at: Timestamp,
}

/// Judges the claims of a token whose signature was verified.
///
/// # Errors
/// [`ErrorCode::IdTokenClaim`] naming the claim, or [`ErrorCode::ClockSkew`] when only the clocks
/// disagree.
pub fn validate_claims(token: &Jws, expected: &Expected<'_>) -> Result<Verified> {
    let claims = &token.claims;
    let issuer = validate_issuer(claims, expected)?;
    let subject = validate_subject(claims)?;
    validate_audience(claims, expected.client_id.as_str())?;
    validate_nonce(claims, expected.nonce)?;
    let expires_at = validate_times(claims, expected)?;
    validate_access_token_hash(claims, expected.access_token_hash)?;
    Ok(Verified {
        issuer,
        subject,
        expires_at,
    })
}

/// Judges the claims of a token that came with a renewal, against the one of the sign-in
/// (Core §12.2). Its signature was verified.
///
/// # Errors
/// As [`validate_claims`].
pub fn validate_refreshed(
    token: &Jws,
    first: &Object,
    client_id: &str,
    access_token_hash: &[u8],
    now: Timestamp,
) -> Result<()> {
    let claims = &token.claims;
    text(claims, "iss")?;
    validate_subject(claims)?;
    validate_same_subject(claims, first)?;
    validate_audience(claims, client_id)?;
    for name in ["auth_time", "azp", "nonce"] {
        // May be left out, but not be another.
        let another = |known| claims.get(name).is_some_and(|value| value != known);
        if first.get(name).is_some_and(another) {
            return Err(claim(name, "is not that of the sign-in"));
        }
    }
    validate_clock(claims, now)?;
    validate_access_token_hash(claims, access_token_hash)
}

/// Judges whether claims are about the person of the sign-in: nobody may become somebody else by a
/// renewal.
///
/// # Errors
/// [`ErrorCode::IdTokenClaim`].
pub fn validate_same_subject(claims: &Object, first: &Object) -> Result<()> {
    for name in ["iss", "sub"] {
        if claims.text(name) != first.text(name) {
            return Err(claim(name, "is not that of the sign-in"));
        }
    }
    Ok(())
}

/// Rule 2.
fn validate_issuer(claims: &Object, expected: &Expected<'_>) -> Result<String> {
    let issuer = text(claims, "iss")?;
    if expected
        .issuer
        .accepts_token(issuer, expected.metadata_issuer, claims)
    {
        Ok(issuer.to_owned())
    } else {
        Err(claim("iss", "names another issuer"))
    }
}

/// Core §2: at most 255 characters, never empty.
fn validate_subject(claims: &Object) -> Result<String> {
    let subject = text(claims, "sub")?;
    if subject.is_empty() || subject.len() > 255 {
        return Err(claim("sub", "is empty or longer than 255 characters"));
    }
    Ok(subject.to_owned())
}

/// Rules 3, 4 and 5.
fn validate_audience(claims: &Object, client_id: &str) -> Result<()> {
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Json::String(audience)) => vec![audience],
        Some(Json::Array(items)) => items
            .iter()
            .map(|item| {
                item.as_str()
                    .ok_or_else(|| claim("aud", "holds something that is not a text"))
            })
            .collect::<Result<_>>()?,
        _ => return Err(claim("aud", "is missing or not a text")),
    };
    if !audiences.contains(&client_id) {
        return Err(claim("aud", "does not name this client"));
    }
    match claims.get("azp") {
        None if audiences.len() > 1 => Err(claim(
            "azp",
            "is missing, though there are several audiences",
        )),
        None => Ok(()),
        Some(azp) if azp.as_str() == Some(client_id) => Ok(()),
        Some(_) => Err(claim("azp", "names another client")),
    }
}

/// Rule 11. There is no way to switch it off: a nonce is always sent.
fn validate_nonce(claims: &Object, nonce: &Nonce) -> Result<()> {
    if claims.text("nonce") == Some(nonce.secret()) {
        Ok(())
    } else {
        Err(claim("nonce", "is not the one of this sign-in"))
    }
}

/// Rules 9, 10 and 13, and `nbf` (RFC 7519 §4.1.5).
fn validate_times(claims: &Object, expected: &Expected<'_>) -> Result<Timestamp> {
    let now = expected.now;
    let expires_at = validate_clock(claims, now)?;
    let auth_time = time(claims, "auth_time")?;
    if let Some(max_age) = expected.max_age {
        let auth_time = auth_time
            .ok_or_else(|| claim("auth_time", "is missing, though max_age was asked for"))?;
        if now - auth_time > max_age.saturating_add(CLOCK_SKEW) {
            return Err(claim("auth_time", "is longer ago than max_age allows"));
        }
    }
    Ok(expires_at)
}

/// Rules 9 and 10, and `nbf`.
fn validate_clock(claims: &Object, now: Timestamp) -> Result<Timestamp> {
    let expires_at = time(claims, "exp")?.ok_or_else(|| claim("exp", "is missing"))?;
    if now >= expires_at.saturating_add(CLOCK_SKEW) {
        return Err(clock("exp", "is in the past"));
    }
    let issued_at = time(claims, "iat")?.ok_or_else(|| claim("iat", "is missing"))?;
    if issued_at > now + CLOCK_SKEW {
        return Err(clock("iat", "is in the future"));
    }
    if time(claims, "nbf")?.is_some_and(|not_before| not_before > now + CLOCK_SKEW) {
        return Err(clock("nbf", "is in the future"));
    }
    Ok(expires_at)
}

/// Core §3.1.3.8: the left half of the hash of the access token.
fn validate_access_token_hash(claims: &Object, hash: &[u8]) -> Result<()> {
    let Some(at_hash) = claims.get("at_hash") else {
        return Ok(());
    };
    if at_hash.as_str() == Some(&URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])) {
        Ok(())
    } else {
        Err(claim("at_hash", "does not fit the access token"))
    }
}

fn text<'a>(claims: &'a Object, name: &'static str) -> Result<&'a str> {
    claims
        .text(name)
        .ok_or_else(|| claim(name, "is missing or not a text"))
}

/// A time that is there but cannot be read is a refusal, not an absence.
fn time(claims: &Object, name: &'static str) -> Result<Option<Timestamp>> {
    // Not `get`: here even null is a value.
    let Some((_, value)) = claims.iter().find(|(known, _)| *known == name) else {
        return Ok(None);
    };
    match value.as_seconds() {
        Some(seconds) if (0..=LATEST).contains(&seconds) => Ok(Some(seconds)),
        Some(_) => Err(claim(name, "is no time")),
        None => Err(claim(name, "is not a number of seconds")),
    }
}

fn claim(name: &str, problem: &str) -> Error {
    Error::new(ErrorCode::IdTokenClaim, Phase::IdToken)
        .details(format!("The ID token's \"{name}\" {problem}."))
}

fn clock(name: &str, problem: &str) -> Error {
    Error::new(ErrorCode::ClockSkew, Phase::IdToken).details(format!(
        "The ID token's \"{name}\" {problem}, by the clock of this device."
    ))
}

#[cfg(test)]
mod tests;
