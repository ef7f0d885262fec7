//! The secrets of one authorization request: `state`, `nonce` and PKCE's `code_verifier`
//! ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)). The platform supplies the randomness.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier};
use serde::{Deserialize, Serialize};

/// The prefix of our `state` values. It distinguishes our responses from those to other OAuth clients on the
/// same page, and has only characters that every provider returns unchanged.
pub const STATE_PREFIX: &str = "vst_";

/// The random bytes that [`RequestSecrets::from_entropy`] needs.
pub const ENTROPY: usize = 16 + 32 + 32;

/// The secrets of one authorization request.
#[derive(Debug)]
pub struct RequestSecrets {
    /// Binds the response to this browser
    /// ([RFC 6749 §10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)).
    pub state: CsrfToken,
    /// Binds the ID token to this request
    /// ([Core §15.5.2](https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes)).
    pub nonce: Nonce,
    /// Binds the code to this request
    /// ([RFC 7636 §4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)).
    pub code_verifier: PkceCodeVerifier,
}

impl RequestSecrets {
    /// Makes the secrets of random bytes: 128 bits for `state`, 256 each for `nonce` and `code_verifier`
    /// ([RFC 7636 §7.1](https://www.rfc-editor.org/rfc/rfc7636#section-7.1)).
    pub fn from_entropy(entropy: &[u8; ENTROPY]) -> RequestSecrets {
        let (state, rest) = entropy.split_at(16);
        let (nonce, verifier) = rest.split_at(32);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        RequestSecrets {
            state: CsrfToken::new(format!("{STATE_PREFIX}{}", encode(state))),
            nonce: Nonce(encode(nonce)),
            // 43 characters, as RFC 7636 and `oauth2` want at least.
            code_verifier: PkceCodeVerifier::new(encode(verifier)),
        }
    }

    /// The `code_challenge` of the verifier, by the method `S256`
    /// ([RFC 7636 §4.2](https://www.rfc-editor.org/rfc/rfc7636#section-4.2)).
    pub fn code_challenge(&self) -> PkceCodeChallenge {
        PkceCodeChallenge::from_code_verifier_sha256(&self.code_verifier)
    }
}

/// A value that the ID token must repeat. `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Nonce(String);

impl Nonce {
    /// Wraps a value that was made before.
    pub fn new(text: impl Into<String>) -> Nonce {
        Nonce(text.into())
    }

    /// The value itself.
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

    #[test]
    fn challenge_is_that_of_rfc_7636_appendix_b() {
        let secrets = RequestSecrets {
            code_verifier: PkceCodeVerifier::new(
                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(),
            ),
            ..RequestSecrets::from_entropy(&[7; ENTROPY])
        };
        let challenge = secrets.code_challenge();
        assert_eq!(
            challenge.as_str(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        assert_eq!(challenge.method().as_str(), "S256");
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
