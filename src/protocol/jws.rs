//! Signed tokens in compact form ([RFC 7515](https://www.rfc-editor.org/rfc/rfc7515)), read strictly
//! ([RFC 8725](https://www.rfc-editor.org/rfc/rfc8725)). The platform verifies the signature with a key of
//! [`super::jwks`]; nothing in a token chooses where that key comes from.

use crate::json::{self, Json, Object, lenient, present};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The most bytes that a token may have.
pub const SIZE_LIMIT: usize = 64 * 1024;

/// The accepted signature algorithms. `none` and the HMAC family aren't among them, so no token can ask for
/// them ([RFC 8725 §3.1](https://www.rfc-editor.org/rfc/rfc8725#section-3.1),
/// [§3.2](https://www.rfc-editor.org/rfc/rfc8725#section-3.2)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// Ed25519. A header says `EdDSA` ([RFC 8037](https://www.rfc-editor.org/rfc/rfc8037)) or `Ed25519`
    /// ([RFC 9864](https://www.rfc-editor.org/rfc/rfc9864)).
    EdDsa,
}

/// The hash function of a signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// The digest of these bytes.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha256 => Sha256::digest(bytes).to_vec(),
            Hash::Sha384 => Sha384::digest(bytes).to_vec(),
            Hash::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

impl Algorithm {
    /// All accepted algorithms.
    pub const ALL: &'static [Algorithm] = &[
        Algorithm::Rs256,
        Algorithm::Rs384,
        Algorithm::Rs512,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
        Algorithm::EdDsa,
    ];

    /// The algorithm of an `alg` value. Case matters
    /// ([RFC 7515 §4.1.1](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.1)).
    pub fn from_name(name: &str) -> Option<Algorithm> {
        Some(match name {
            "RS256" => Algorithm::Rs256,
            "RS384" => Algorithm::Rs384,
            "RS512" => Algorithm::Rs512,
            "PS256" => Algorithm::Ps256,
            "PS384" => Algorithm::Ps384,
            "PS512" => Algorithm::Ps512,
            "ES256" => Algorithm::Es256,
            "ES384" => Algorithm::Es384,
            "ES512" => Algorithm::Es512,
            "EdDSA" | "Ed25519" => Algorithm::EdDsa,
            _ => return None,
        })
    }

    /// The name as an `alg` value.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Rs384 => "RS384",
            Algorithm::Rs512 => "RS512",
            Algorithm::Ps256 => "PS256",
            Algorithm::Ps384 => "PS384",
            Algorithm::Ps512 => "PS512",
            Algorithm::Es256 => "ES256",
            Algorithm::Es384 => "ES384",
            Algorithm::Es512 => "ES512",
            Algorithm::EdDsa => "EdDSA",
        }
    }

    /// The hash function of the algorithm, which `at_hash` uses too.
    pub fn hash(self) -> Hash {
        match self {
            Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => Hash::Sha256,
            Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => Hash::Sha384,
            Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::Es512 | Algorithm::EdDsa => {
                Hash::Sha512
            }
        }
    }

    /// The length of a signature in bytes ([RFC 7518 §3.4](https://www.rfc-editor.org/rfc/rfc7518#section-3.4),
    /// [RFC 8032 §5.1.6](https://www.rfc-editor.org/rfc/rfc8032#section-5.1.6)). `None` for RSA, where it depends
    /// on the key.
    fn signature_length(self) -> Option<usize> {
        match self {
            Algorithm::Es256 | Algorithm::EdDsa => Some(64),
            Algorithm::Es384 => Some(96),
            Algorithm::Es512 => Some(132),
            _ => None,
        }
    }
}

/// A well-formed token. Its signature isn't verified yet.
pub struct Jws {
    /// The header's `alg`.
    pub algorithm: Algorithm,
    /// The header's `kid`: the key's id in the set.
    pub kid: Option<String>,
    /// What was signed ([RFC 7515 §5.1](https://www.rfc-editor.org/rfc/rfc7515#section-5.1)).
    pub signing_input: Vec<u8>,
    /// The bytes of the signature.
    pub signature: Vec<u8>,
    /// Don't trust them before the signature is verified.
    pub claims: Object,
}

/// A token's header ([RFC 7515 §4.1](https://www.rfc-editor.org/rfc/rfc7515#section-4.1)). `jku`, `x5u`, `x5c`
/// and `jwk` are ignored: nothing in a token chooses its key
/// ([RFC 8725 §3.10](https://www.rfc-editor.org/rfc/rfc8725#section-3.10)).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Header {
    #[serde(deserialize_with = "lenient")]
    alg: Option<String>,
    kid: Option<Json>,
    typ: Option<Json>,
    cty: Option<Json>,
    #[serde(deserialize_with = "present")]
    crit: bool,
    #[serde(deserialize_with = "present")]
    b64: bool,
    #[serde(deserialize_with = "present")]
    zip: bool,
    #[serde(deserialize_with = "present")]
    enc: bool,
}

impl Jws {
    /// Reads a token whose payload is a set of claims.
    ///
    /// # Errors
    /// What is wrong with it, in words that quote nothing of it.
    pub fn parse(token: &str) -> Result<Jws, &'static str> {
        if token.len() > SIZE_LIMIT {
            return Err("it is larger than 64 KiB");
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else {
            return Err("it doesn't have three parts: it may be encrypted, which isn't supported");
        };
        let signing_input = format!("{header}.{payload}").into_bytes();
        let header = object(header)
            .and_then(|header| json::from_value::<Header>(Json::Object(header)).ok())
            .ok_or("its header isn't a JSON object with each member once")?;
        let algorithm = validate_header(&header)?;
        let kid = match header.kid {
            None => None,
            Some(Json::String(kid)) => Some(kid),
            Some(_) => return Err("its \"kid\" isn't a string"),
        };
        let signature = decode(signature).ok_or("its signature isn't base64url")?;
        let length_fits = match algorithm.signature_length() {
            Some(length) => signature.len() == length,
            None => !signature.is_empty(),
        };
        if !length_fits {
            return Err("its signature doesn't have the length of its algorithm");
        }
        Ok(Jws {
            algorithm,
            kid,
            signing_input,
            signature,
            claims: object(payload)
                .ok_or("its claims aren't a JSON object with each member once")?,
        })
    }
}

fn validate_header(header: &Header) -> Result<Algorithm, &'static str> {
    // `crit` names extensions that must be understood, and none is
    // (https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11). A JWT mustn't have `b64` at all
    // (https://www.rfc-editor.org/rfc/rfc7797#section-7).
    if header.crit || header.b64 || header.zip || header.enc {
        return Err("its header has crit, b64, zip or enc");
    }
    // An access token or a logout token isn't an ID token
    // (https://www.rfc-editor.org/rfc/rfc8725#section-3.11).
    let is_jwt = match &header.typ {
        None => true,
        Some(Json::String(typ)) => typ.eq_ignore_ascii_case("JWT"),
        Some(_) => false,
    };
    if !is_jwt {
        return Err("its \"typ\" says that it is another kind of token");
    }
    if header.cty.is_some() {
        return Err("it contains another token (\"cty\")");
    }
    let alg = header.alg.as_deref();
    // A page can't keep the secret, so everybody could sign tokens with it.
    if alg.is_some_and(|alg| alg.starts_with("HS")) {
        return Err("it's signed with a shared secret (HS256 or similar) instead of a key pair");
    }
    alg.and_then(Algorithm::from_name)
        .ok_or("its \"alg\" isn't an accepted signature algorithm")
}

fn object(part: &str) -> Option<Object> {
    Json::parse_object(&decode(part)?).ok()
}

/// Decodes strict base64url: no padding, no other alphabet, no loose bits at the end.
pub(crate) fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

#[cfg(test)]
mod tests;
