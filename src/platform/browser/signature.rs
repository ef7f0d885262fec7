//! Signature verification through WebCrypto.

use crate::protocol::jwks::{Key, KeyMaterial};
use crate::protocol::jws::{Algorithm, Hash, Jws};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// Imports the key and verifies the token's signature.
///
/// # Errors
/// What the browser throws: unsupported algorithm or invalid key.
pub(super) async fn verify(subtle: &SubtleCrypto, token: &Jws, key: &Key) -> Result<bool, JsValue> {
    let parameters = parameters(token.algorithm, key)?;
    let usages = Array::of1(&"verify".into());
    let imported = subtle.import_key_with_object("jwk", &jwk(key)?, &parameters, false, &usages)?;
    let imported: CryptoKey = JsFuture::from(imported).await?.dyn_into()?;
    let verified = subtle.verify_with_object_and_buffer_source_and_buffer_source(
        &parameters,
        &imported,
        &Uint8Array::from(token.signature.as_slice()),
        &Uint8Array::from(token.signing_input.as_slice()),
    )?;
    Ok(JsFuture::from(verified).await?.is_truthy())
}

fn name_of(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha256 => "SHA-256",
        Hash::Sha384 => "SHA-384",
        Hash::Sha512 => "SHA-512",
    }
}

/// The parameters of both importing and verifying: each reads the members that it needs.
fn parameters(algorithm: Algorithm, key: &Key) -> Result<Object, JsValue> {
    let hash = name_of(algorithm.hash());
    let object = Object::new();
    let set = |name: &str, value: JsValue| Reflect::set(&object, &name.into(), &value).map(|_| ());
    match &key.material {
        KeyMaterial::Rsa { .. } => {
            let salt_length = match algorithm {
                Algorithm::Ps256 => Some(32),
                Algorithm::Ps384 => Some(48),
                Algorithm::Ps512 => Some(64),
                _ => None,
            };
            match salt_length {
                // The salt is as long as the hash (https://www.rfc-editor.org/rfc/rfc7518#section-3.5).
                Some(length) => {
                    set("name", "RSA-PSS".into())?;
                    set("saltLength", length.into())?;
                }
                None => set("name", "RSASSA-PKCS1-v1_5".into())?,
            }
            set("hash", hash.into())?;
        }
        KeyMaterial::Ec { curve, .. } => {
            set("name", "ECDSA".into())?;
            set("namedCurve", curve.name().into())?;
            set("hash", hash.into())?;
        }
        KeyMaterial::Ed25519 { .. } => set("name", "Ed25519".into())?,
    }
    Ok(object)
}

/// The key's parameters, without what the set says about its use: `jwks` has checked that.
fn jwk(key: &Key) -> Result<Object, JsValue> {
    let members: Vec<(&str, &str)> = match &key.material {
        KeyMaterial::Rsa { n, e } => vec![("kty", "RSA"), ("n", n), ("e", e)],
        KeyMaterial::Ec { curve, x, y } => {
            vec![("kty", "EC"), ("crv", curve.name()), ("x", x), ("y", y)]
        }
        KeyMaterial::Ed25519 { x } => vec![("kty", "OKP"), ("crv", "Ed25519"), ("x", x)],
    };
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &name.into(), &value.into())?;
    }
    Ok(object)
}
