//! The provider's keys (RFC 7517) and the choice among them for one token.

use super::error::{Error, ErrorCode, Phase, Result};
use super::http::{Request, Response};
use super::issuer::key_may_sign;
use super::jws::{Algorithm, Jws, decode};
use super::url::Endpoint;
use crate::json::{Json, Object};

/// More keys than any honest provider has.
const KEY_LIMIT: usize = 100;
/// Bits of an RSA modulus: below it is weak, above it is made to keep the browser busy.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The keys of a set that can verify a signature. Others are left out: encryption keys, unknown
/// types, keys that are too weak or not well formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<Key>,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    kid: Option<String>,
    /// The algorithm that the key is meant for, when the set says so.
    alg: Option<String>,
    /// The issuer that the key signs for, when the set says so: Microsoft's do.
    issuer: Option<String>,
    pub material: KeyMaterial,
}

/// What a key is made of, in base64url as the set has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMaterial {
    Rsa { n: String, e: String },
    Ec { curve: Curve, x: String, y: String },
    Ed25519 { x: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub fn name(self) -> &'static str {
        match self {
            Curve::P256 => "P-256",
            Curve::P384 => "P-384",
            Curve::P521 => "P-521",
        }
    }

    /// Bytes of a coordinate (RFC 7518 §6.2.1.2).
    fn coordinate_length(self) -> usize {
        match self {
            Curve::P256 => 32,
            Curve::P384 => 48,
            Curve::P521 => 66,
        }
    }
}

/// Asks for the key set. `fresh` passes by the browser's cache: a key that is not in the cached set
/// may be in the provider's (Core §10.1.1).
pub fn request(jwks_uri: &Endpoint, fresh: bool) -> Request {
    Request {
        cacheable: !fresh,
        ..Request::get(jwks_uri)
    }
}

/// Judges the answer.
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
    let document = response
        .json_object()
        .map_err(|what| unreachable(format!("The key set's address answers with {what}.")))?;
    KeySet::read(&document)
}

impl KeySet {
    /// Reads a `{"keys": […]}` document.
    ///
    /// # Errors
    /// [`ErrorCode::KeysUnreachable`] when it is no key set, or one of absurd size.
    pub fn read(document: &Object) -> Result<KeySet> {
        let keys = document
            .get("keys")
            .and_then(Json::as_array)
            .ok_or_else(|| unreachable("The key set holds no list \"keys\"."))?;
        if keys.len() > KEY_LIMIT {
            return Err(unreachable("The key set holds more than 100 keys."));
        }
        Ok(KeySet {
            keys: keys
                .iter()
                .filter_map(Json::as_object)
                .filter_map(Key::read)
                .collect(),
        })
    }

    /// How many of the keys can verify a signature of an algorithm that is accepted.
    pub fn usable(&self) -> usize {
        let usable = |key: &&Key| Algorithm::ALL.iter().any(|known| key.fits(*known));
        self.keys.iter().filter(usable).count()
    }

    /// The keys that may have signed this token: of its algorithm's type, of its issuer where keys name
    /// one and, when the token names one, of its `kid`. A token without `kid` may be of any of them.
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
    /// `None` for a key that cannot or must not verify a signature.
    fn read(jwk: &Object) -> Option<Key> {
        let for_signatures = match jwk.get("use") {
            None => true,
            Some(usage) => usage.as_str() == Some("sig"),
        };
        let may_verify = match jwk.get("key_ops") {
            None => true,
            Some(Json::Array(operations)) => {
                operations.iter().any(|op| op.as_str() == Some("verify"))
            }
            Some(_) => false,
        };
        if !for_signatures || !may_verify {
            return None;
        }
        let material = match jwk.text("kty")? {
            "RSA" => rsa(jwk)?,
            "EC" => ec(jwk)?,
            "OKP" => ed25519(jwk)?,
            _ => return None,
        };
        Some(Key {
            kid: jwk.text("kid").map(str::to_owned),
            alg: jwk.text("alg").map(str::to_owned),
            issuer: jwk.text("issuer").map(str::to_owned),
            material,
        })
    }

    /// Whether key and algorithm agree; a key without `alg` is of its type's algorithms
    /// (RFC 8725 §3.1).
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

fn rsa(jwk: &Object) -> Option<KeyMaterial> {
    let (n, e) = (jwk.text("n")?, jwk.text("e")?);
    let modulus = decode(n)?;
    let bits = match modulus.iter().position(|byte| *byte != 0) {
        Some(first) => (modulus.len() - first) * 8 - modulus[first].leading_zeros() as usize,
        None => 0,
    };
    let exponent = decode(e)?;
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    let value = exponent.iter().try_fold(0u64, |value, byte| {
        value.checked_mul(256)?.checked_add(u64::from(*byte))
    })?;
    (RSA_BITS.contains(&bits) && odd && (3..=u64::from(u32::MAX)).contains(&value)).then(|| {
        KeyMaterial::Rsa {
            n: n.to_owned(),
            e: e.to_owned(),
        }
    })
}

fn ec(jwk: &Object) -> Option<KeyMaterial> {
    let curve = match jwk.text("crv")? {
        "P-256" => Curve::P256,
        "P-384" => Curve::P384,
        "P-521" => Curve::P521,
        _ => return None,
    };
    let (x, y) = (jwk.text("x")?, jwk.text("y")?);
    let fits = |coordinate| {
        decode(coordinate).is_some_and(|bytes| bytes.len() == curve.coordinate_length())
    };
    (fits(x) && fits(y)).then(|| KeyMaterial::Ec {
        curve,
        x: x.to_owned(),
        y: y.to_owned(),
    })
}

fn ed25519(jwk: &Object) -> Option<KeyMaterial> {
    let x = jwk.text("x")?;
    let fits = jwk.text("crv") == Some("Ed25519") && decode(x)?.len() == 32;
    fits.then(|| KeyMaterial::Ed25519 { x: x.to_owned() })
}

fn unreachable(details: impl Into<String>) -> Error {
    Error::new(ErrorCode::KeysUnreachable, Phase::IdToken).details(details)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn bytes(length: usize, first: u8) -> String {
        let mut bytes = vec![0x5a; length];
        bytes[0] = first;
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn rsa_key(members: &str) -> String {
        format!(
            r#"{{"kty":"RSA","n":"{}","e":"AQAB"{members}}}"#,
            bytes(256, 0xc1)
        )
    }

    fn set(keys: &[String]) -> KeySet {
        let text = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        KeySet::read(&Json::parse_object(text.as_bytes()).unwrap()).unwrap()
    }

    fn token(alg: &str, kid: Option<&str>) -> Jws {
        let kid = kid
            .map(|kid| format!(r#","kid":"{kid}""#))
            .unwrap_or_default();
        let header = format!(r#"{{"alg":"{alg}"{kid}}}"#);
        let length = if alg == "ES384" { 96 } else { 64 };
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Jws::parse(&format!(
            "{}.{}.{}",
            encode(header.as_bytes()),
            encode(b"{}"),
            encode(&vec![1; length])
        ))
        .unwrap()
    }

    fn count(keys: &[String], alg: &str, kid: Option<&str>) -> usize {
        set(keys).candidates(&token(alg, kid)).count()
    }

    #[test]
    fn chooses_by_kid_and_type_without_needing_alg_or_use() {
        let keys = [
            rsa_key(r#","kid":"a""#),
            rsa_key(r#","kid":"b","use":"sig","alg":"RS256""#),
        ];
        assert_eq!(count(&keys, "RS256", Some("a")), 1);
        assert_eq!(count(&keys, "PS512", Some("a")), 1);
        assert_eq!(count(&keys, "RS256", Some("b")), 1);
        assert_eq!(count(&keys, "RS256", Some("c")), 0);
        assert_eq!(count(&keys, "RS256", Some("A")), 0);
        assert_eq!(count(&keys, "RS256", None), 2);
    }

    #[test]
    fn a_key_serves_its_own_algorithm_only() {
        let keys = [rsa_key(r#","kid":"a","alg":"RS256""#)];
        for alg in ["RS384", "PS256", "ES256", "EdDSA"] {
            assert_eq!(count(&keys, alg, Some("a")), 0, "{alg}");
        }
        let p256 = format!(
            r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}"#,
            bytes(32, 1),
            bytes(32, 2)
        );
        assert_eq!(count(std::slice::from_ref(&p256), "ES256", None), 1);
        assert_eq!(count(&[p256], "ES384", None), 0);
        let ed = format!(
            r#"{{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"{}"}}"#,
            bytes(32, 1)
        );
        assert_eq!(count(std::slice::from_ref(&ed), "Ed25519", None), 1);
        assert_eq!(count(&[ed], "RS256", None), 0);
    }

    #[test]
    fn leaves_out_keys_that_are_not_for_signatures() {
        for key in [
            rsa_key(r#","use":"enc""#),
            rsa_key(r#","use":7"#),
            rsa_key(r#","key_ops":["encrypt"]"#),
            rsa_key(r#","key_ops":"verify""#),
            rsa_key("").replace("RSA", "rsa"),
            r#"{"kty":"oct","k":"c2VjcmV0"}"#.to_owned(),
            r#"{"kty":"AKP","pub":"x"}"#.to_owned(),
            "7".to_owned(),
        ] {
            assert_eq!(count(std::slice::from_ref(&key), "RS256", None), 0, "{key}");
        }
    }

    #[test]
    fn leaves_out_weak_and_absurd_keys() {
        let rsa = |n: String, e: &str| format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#);
        for key in [
            rsa(bytes(128, 0xc1), "AQAB"),
            rsa(bytes(256, 0x7f), "AQAB"),
            rsa(bytes(2048, 0xc1), "AQAB"),
            rsa(bytes(256, 0xc1), "AQ"),
            rsa(bytes(256, 0xc1), "BA"),
            rsa(bytes(256, 0xc1), ""),
            rsa(bytes(256, 0xc1), "AQAAAAAAAAAAAAAAAAAAAQ"),
            rsa("!".to_owned(), "AQAB"),
        ] {
            assert_eq!(
                count(std::slice::from_ref(&key), "RS256", None),
                0,
                "{key:.80}"
            );
        }
        assert_eq!(count(&[rsa(bytes(1024, 0xc1), "AQAB")], "RS256", None), 1);
        for (crv, x, y) in [
            ("P-256", 31, 32),
            ("P-256", 32, 33),
            ("P-384", 32, 32),
            ("secp256k1", 32, 32),
        ] {
            let key = format!(
                r#"{{"kty":"EC","crv":"{crv}","x":"{}","y":"{}"}}"#,
                bytes(x, 1),
                bytes(y, 1)
            );
            assert_eq!(count(std::slice::from_ref(&key), "ES256", None), 0, "{key}");
        }
    }

    #[test]
    fn refuses_what_is_no_key_set() {
        for text in [r#"{}"#, r#"{"keys":{}}"#, r#"{"keys":null}"#] {
            assert!(
                KeySet::read(&Json::parse_object(text.as_bytes()).unwrap()).is_err(),
                "{text}"
            );
        }
        let many = format!(r#"{{"keys":[{}]}}"#, vec!["{}"; 101].join(","));
        assert!(KeySet::read(&Json::parse_object(many.as_bytes()).unwrap()).is_err());
    }
}
