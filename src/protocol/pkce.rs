//! Values that nobody can guess, and the proof of possession of one of them: `state`, `nonce`,
//! `code_verifier` and `code_challenge` (RFC 7636).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::{CsrfToken, PkceCodeVerifier};

/// What a `state` of ours starts with, so that responses to other OAuth clients on the same page are
/// told apart. Only characters that every provider returns unchanged.
pub const STATE_PREFIX: &str = "vst_";

/// Bytes of randomness that [`RequestSecrets::from_entropy`] needs.
pub const ENTROPY: usize = 16 + 32 + 32;

/// The values of one authorization request.
#[derive(Debug)]
pub struct RequestSecrets {
    /// Ties the response to this browser (RFC 6749 §10.12).
    pub state: CsrfToken,
    /// Ties the ID token to this request (Core §15.5.2).
    pub nonce: Nonce,
    /// Ties the code to this request (RFC 7636 §4.1).
    pub code_verifier: PkceCodeVerifier,
}

impl RequestSecrets {
    /// 128 bits for `state`, 256 each for `nonce` and `code_verifier` (RFC 7636 §7.1).
    pub fn from_entropy(entropy: &[u8; ENTROPY]) -> RequestSecrets {
        let (state, rest) = entropy.split_at(16);
        let (nonce, verifier) = rest.split_at(32);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        RequestSecrets {
            state: CsrfToken::new(format!("{STATE_PREFIX}{}", encode(state))),
            nonce: Nonce(encode(nonce)),
            code_verifier: PkceCodeVerifier::new(encode(verifier)),
        }
    }
}

/// How the challenge is made of the verifier (RFC 7636 §4.2). There is no other method here.
pub const METHOD: &str = "S256";

/// The challenge, of the SHA-256 digest of the verifier.
pub fn code_challenge(digest: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest)
}

/// A value that the ID token must repeat.
#[derive(Clone, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    pub fn new(text: impl Into<String>) -> Nonce {
        Nonce(text.into())
    }

    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Nonce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nonce([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn challenge_is_that_of_rfc_7636_appendix_b() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let digest = Sha256::digest(verifier);
        assert_eq!(
            code_challenge(&digest),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn values_are_long_enough_and_made_of_different_randomness() {
        let mut entropy = [0; ENTROPY];
        for (index, byte) in entropy.iter_mut().enumerate() {
            *byte = index as u8;
        }
        let secrets = RequestSecrets::from_entropy(&entropy);
        assert_eq!(secrets.state.secret().len(), STATE_PREFIX.len() + 22);
        assert_eq!(secrets.nonce.secret().len(), 43);
        assert_eq!(secrets.code_verifier.secret().len(), 43);
        assert_ne!(secrets.nonce.secret(), secrets.code_verifier.secret());
        // What Okta accepts in a state, the narrowest alphabet of all.
        let allowed = |c: char| c.is_ascii_alphanumeric() || ",._-".contains(c);
        assert!(secrets.state.secret().chars().all(allowed));
    }

    #[test]
    fn a_log_shows_none_of_them() {
        let secrets = RequestSecrets::from_entropy(&[7; ENTROPY]);
        let shown = format!("{secrets:?}");
        for secret in [
            secrets.state.secret().as_str(),
            secrets.nonce.secret(),
            secrets.code_verifier.secret(),
        ] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
