//! ES256, with a library that only tests have.

use crate::platform::Unavailable;
use crate::protocol::jwks::{Key, KeyMaterial};
use crate::protocol::jws::Jws;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};

pub(super) fn verify(token: &Jws, key: &Key) -> Result<bool, Unavailable> {
    let KeyMaterial::Ec { x, y, .. } = &key.material else {
        return Err(Unavailable);
    };
    let mut point = vec![4];
    for coordinate in [x, y] {
        point.extend(
            URL_SAFE_NO_PAD
                .decode(coordinate)
                .map_err(|_| Unavailable)?,
        );
    }
    let (Ok(key), Ok(signature)) = (
        VerifyingKey::from_sec1_bytes(&point),
        Signature::from_slice(&token.signature),
    ) else {
        return Ok(false);
    };
    Ok(key.verify(&token.signing_input, &signature).is_ok())
}
