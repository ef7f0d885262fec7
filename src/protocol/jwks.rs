//! The provider's keys ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517)) and which of them may have signed a
//! token. The platform verifies the signature.

use super::error::{Error, ErrorCode, Phase, Result};
use super::http::{Request, Response};
use super::issuer::key_may_sign;
use super::jws::{Algorithm, Jws, decode};
use super::url::Endpoint;
use crate::json::{self, Json, Object, lenient};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// The most keys that a set may have.
const KEY_LIMIT: usize = 100;
/// The accepted sizes of an RSA modulus, in bits: smaller is weak, larger would keep the browser busy.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The keys of a set that can verify signatures. Encryption keys, unknown types, weak and malformed keys are
/// left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<Key>,
}

/// A public key that can verify signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    kid: Option<String>,
    /// The algorithm that the key is meant for, if the set says so.
    alg: Option<String>,
    /// The issuer that the key signs for, if the set says so, as Microsoft's do.
    issuer: Option<String>,
    /// The key itself.
    pub material: KeyMaterial,
}

/// The parameters of a public key, in base64url as in the set
/// ([RFC 7518 §6](https://www.rfc-editor.org/rfc/rfc7518#section-6),
/// [RFC 8037 §2](https://www.rfc-editor.org/rfc/rfc8037#section-2)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMaterial {
    /// An RSA key.
    Rsa {
        /// The modulus.
        n: String,
        /// The exponent.
        e: String,
    },
    /// A key on an elliptic curve.
    Ec {
        /// The curve.
        curve: Curve,
        /// The x coordinate.
        x: String,
        /// The y coordinate.
        y: String,
    },
    /// An Ed25519 key.
    Ed25519 {
        /// The public key.
        x: String,
    },
}

/// The curve of an elliptic curve key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
}

/// A key set as the provider publishes it
/// ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
#[derive(Deserialize)]
struct JwkSet {
    #[serde(default, deserialize_with = "lenient")]
    keys: Option<Vec<Json>>,
}

/// A key as the provider publishes it ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Jwk {
    #[serde(deserialize_with = "lenient")]
    kty: Option<String>,
    #[serde(rename = "use")]
    usage: Option<Json>,
    key_ops: Option<Json>,
    #[serde(deserialize_with = "lenient")]
    kid: Option<String>,
    #[serde(deserialize_with = "lenient")]
    alg: Option<String>,
    #[serde(deserialize_with = "lenient")]
    issuer: Option<String>,
    #[serde(deserialize_with = "lenient")]
    n: Option<String>,
    #[serde(deserialize_with = "lenient")]
    e: Option<String>,
    #[serde(deserialize_with = "lenient")]
    crv: Option<String>,
    #[serde(deserialize_with = "lenient")]
    x: Option<String>,
    #[serde(deserialize_with = "lenient")]
    y: Option<String>,
}

impl Curve {
    /// The name in a key's `crv`.
    pub fn name(self) -> &'static str {
        match self {
            Curve::P256 => "P-256",
            Curve::P384 => "P-384",
            Curve::P521 => "P-521",
        }
    }

    /// Bytes of a coordinate ([RFC 7518 §6.2.1.2](https://www.rfc-editor.org/rfc/rfc7518#section-6.2.1.2)).
    fn coordinate_length(self) -> usize {
        match self {
            Curve::P256 => 32,
            Curve::P384 => 48,
            Curve::P521 => 66,
        }
    }
}

/// Makes the request for the key set.
pub fn request(jwks_uri: &Endpoint) -> Request {
    Request::get(jwks_uri)
}

/// Processes the response.
///
/// # Errors
/// [`ErrorCode::KeysUnreachable`].
pub fn process_response(response: &Response) -> Result<KeySet> {
    if !response.is_success() {
        return Err(unreachable(format!(
            "The key set answers with status {}.",
            response.status
        )));
    }
    let set: JwkSet = response
        .json()
        .map_err(|what| unreachable(format!("The key set's address answers with {what}.")))?;
    KeySet::new(set)
}

impl KeySet {
    /// Reads the `{"keys": […]}` of a configuration's `jwks`.
    ///
    /// # Errors
    /// [`ErrorCode::KeysUnreachable`] when it isn't a key set, or has more than 100 keys.
    pub fn read(document: &Object) -> Result<KeySet> {
        let set = json::from_value(Json::Object(document.clone()))
            .map_err(|error| unreachable(format!("The key set can't be read: {error}.")))?;
        KeySet::new(set)
    }

    fn new(set: JwkSet) -> Result<KeySet> {
        let keys = set
            .keys
            .ok_or_else(|| unreachable("The key set has no list \"keys\"."))?;
        if keys.len() > KEY_LIMIT {
            return Err(unreachable("The key set has more than 100 keys."));
        }
        let keys = keys
            .into_iter()
            .filter_map(|key| json::from_value(key).ok())
            .filter_map(Key::from_jwk);
        Ok(KeySet {
            keys: keys.collect(),
        })
    }

    /// All keys that can verify signatures.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter()
    }

    /// The keys that the other set doesn't have.
    pub fn without(mut self, other: &KeySet) -> KeySet {
        self.keys.retain(|key| !other.keys.contains(key));
        self
    }

    /// How many of the keys can verify a signature of an accepted algorithm.
    pub fn usable(&self) -> usize {
        let usable = |key: &&Key| Algorithm::ALL.iter().any(|known| key.fits(*known));
        self.keys.iter().filter(usable).count()
    }

    /// The keys that may have signed this token: with its `kid` if it has one, of the type of its algorithm,
    /// and of its issuer if keys name one. A token without `kid` may be signed by any of them.
    pub fn candidates<'a>(&'a self, token: &'a Jws) -> impl Iterator<Item = &'a Key> {
        self.keys
            .iter()
            .filter(move |key| token.kid.is_none() || key.kid == token.kid)
            .filter(move |key| key.fits(token.algorithm))
            .filter(move |key| match &key.issuer {
                Some(issuer) => key_may_sign(issuer, &token.claims),
                None => true,
            })
    }
}

impl Key {
    /// The key's id in the set.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// `None` for a key that can't or mustn't verify signatures.
    fn from_jwk(jwk: Jwk) -> Option<Key> {
        let for_signatures = match &jwk.usage {
            None => true,
            Some(usage) => usage.as_str() == Some("sig"),
        };
        let may_verify = match &jwk.key_ops {
            None => true,
            Some(Json::Array(operations)) => {
                operations.iter().any(|op| op.as_str() == Some("verify"))
            }
            Some(_) => false,
        };
        if !for_signatures || !may_verify {
            return None;
        }
        let material = match jwk.kty.as_deref()? {
            "RSA" => rsa(jwk.n?, jwk.e?)?,
            "EC" => ec(&jwk.crv?, jwk.x?, jwk.y?)?,
            "OKP" => ed25519(&jwk.crv?, jwk.x?)?,
            _ => return None,
        };
        Some(Key {
            kid: jwk.kid,
            alg: jwk.alg,
            issuer: jwk.issuer,
            material,
        })
    }

    /// Whether the key is of the algorithm's type, and meant for the algorithm if it names one
    /// ([RFC 8725 §3.1](https://www.rfc-editor.org/rfc/rfc8725#section-3.1)).
    fn fits(&self, algorithm: Algorithm) -> bool {
        let of_type = match &self.material {
            KeyMaterial::Rsa { .. } => matches!(
                algorithm,
                Algorithm::Rs256
                    | Algorithm::Rs384
                    | Algorithm::Rs512
                    | Algorithm::Ps256
                    | Algorithm::Ps384
                    | Algorithm::Ps512
            ),
            KeyMaterial::Ec { curve, .. } => match curve {
                Curve::P256 => algorithm == Algorithm::Es256,
                Curve::P384 => algorithm == Algorithm::Es384,
                Curve::P521 => algorithm == Algorithm::Es512,
            },
            KeyMaterial::Ed25519 { .. } => algorithm == Algorithm::EdDsa,
        };
        of_type
            && self
                .alg
                .as_deref()
                .is_none_or(|name| Algorithm::from_name(name) == Some(algorithm))
    }
}

fn rsa(n: String, e: String) -> Option<KeyMaterial> {
    let modulus = without_leading_zeros(decode(&n)?);
    let unused = modulus.first()?.leading_zeros() as usize;
    let bits = modulus.len() * 8 - unused;
    let exponent = without_leading_zeros(decode(&e)?);
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    let value = exponent.iter().try_fold(0u64, |value, byte| {
        value.checked_mul(256)?.checked_add(u64::from(*byte))
    })?;
    let accepted = RSA_BITS.contains(&bits) && odd && (3..=u64::from(u32::MAX)).contains(&value);
    accepted.then(|| KeyMaterial::Rsa {
        n: URL_SAFE_NO_PAD.encode(&modulus),
        e: URL_SAFE_NO_PAD.encode(&exponent),
    })
}

/// Some providers add zero bytes to numbers, which browsers refuse
/// ([RFC 7518 §6.3.1.1](https://www.rfc-editor.org/rfc/rfc7518#section-6.3.1.1) names the mistake).
fn without_leading_zeros(mut number: Vec<u8>) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.drain(..zeros);
    number
}

fn ec(crv: &str, x: String, y: String) -> Option<KeyMaterial> {
    let curve = match crv {
        "P-256" => Curve::P256,
        "P-384" => Curve::P384,
        "P-521" => Curve::P521,
        _ => return None,
    };
    // Some providers add or leave out zero bytes, too.
    let coordinate = |written: &str| {
        let number = without_leading_zeros(decode(written)?);
        let zeros = curve.coordinate_length().checked_sub(number.len())?;
        Some(URL_SAFE_NO_PAD.encode([vec![0; zeros], number].concat()))
    };
    Some(KeyMaterial::Ec {
        curve,
        x: coordinate(&x)?,
        y: coordinate(&y)?,
    })
}

fn ed25519(crv: &str, x: String) -> Option<KeyMaterial> {
    let fits = crv == "Ed25519" && decode(&x)?.len() == 32;
    fits.then_some(KeyMaterial::Ed25519 { x })
}

fn unreachable(details: impl Into<String>) -> Error {
    Error::new(ErrorCode::KeysUnreachable, Phase::IdToken).details(details)
}

#[cfg(test)]
mod tests;
