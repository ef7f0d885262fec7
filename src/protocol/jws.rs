//! Signed tokens in compact form (RFC 7515), read strictly (RFC 8725). The signature is verified
//! elsewhere, with a key of [`super::jwks`]: nothing that a token says of itself chooses the key's
//! origin.

use crate::json::{Json, Object};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// More bytes than any honest ID token has.
pub const SIZE_LIMIT: usize = 64 * 1024;

/// The signature algorithms that are accepted. `none` and the HMAC family are not among them, so no
/// token can ask for them (RFC 8725 §3.1, §3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    /// Ed25519, whose header says `EdDSA` (RFC 8037) or `Ed25519` (RFC 9864).
    EdDsa,
}

/// The hash function inside a signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
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

    /// The algorithm of an `alg` value; case counts (RFC 7515 §4.1.1).
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

    pub fn hash(self) -> Hash {
        match self {
            Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => Hash::Sha256,
            Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => Hash::Sha384,
            Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::Es512 | Algorithm::EdDsa => {
                Hash::Sha512
            }
        }
    }

    /// The length that a signature must have (RFC 7518 §3.4, RFC 8032 §5.1.6); RSA's is the key's.
    fn signature_length(self) -> Option<usize> {
        match self {
            Algorithm::Es256 | Algorithm::EdDsa => Some(64),
            Algorithm::Es384 => Some(96),
            Algorithm::Es512 => Some(132),
            _ => None,
        }
    }
}

/// A token that is well formed. Its signature is not verified yet.
pub struct Jws {
    pub algorithm: Algorithm,
    pub kid: Option<String>,
    /// What was signed (RFC 7515 §5.1).
    pub signing_input: String,
    pub signature: Vec<u8>,
    /// Believe it only after the signature was verified.
    pub claims: Object,
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
            return Err("it has not three parts: it may be encrypted, which is not supported");
        };
        let signing_input = format!("{header}.{payload}");
        let header =
            object(header).ok_or("its header is not a JSON object with each member once")?;
        let algorithm = validate_header(&header)?;
        let kid = match header.get("kid") {
            None => None,
            Some(Json::String(kid)) => Some(kid.clone()),
            Some(_) => return Err("its \"kid\" is not a text"),
        };
        let signature = decode(signature).ok_or("its signature is not base64url")?;
        let length_fits = match algorithm.signature_length() {
            Some(length) => signature.len() == length,
            None => !signature.is_empty(),
        };
        if !length_fits {
            return Err("its signature has not the length of its algorithm");
        }
        Ok(Jws {
            algorithm,
            kid,
            signing_input,
            signature,
            claims: object(payload)
                .ok_or("its claims are not a JSON object with each member once")?,
        })
    }
}

/// `jku`, `x5u`, `x5c` and `jwk` may stand there, but nobody looks at them (RFC 8725 §3.10).
fn validate_header(header: &Object) -> Result<Algorithm, &'static str> {
    // `crit` names extensions that must be understood, and none is (RFC 7515 §4.1.11); `b64` must
    // not be in a JWT at all (RFC 7797 §7).
    for name in ["crit", "b64", "zip", "enc"] {
        if header.iter().any(|(known, _)| known == name) {
            return Err("its header holds crit, b64, zip or enc");
        }
    }
    let is_jwt = |name: &str| match header.get(name) {
        None => true,
        Some(Json::String(kind)) => kind.eq_ignore_ascii_case("JWT"),
        Some(_) => false,
    };
    // An access token or a logout token is not an ID token (RFC 8725 §3.11).
    if !is_jwt("typ") {
        return Err("its \"typ\" says that it is another kind of token");
    }
    if header.get("cty").is_some() {
        return Err("it holds another token (\"cty\")");
    }
    header
        .text("alg")
        .and_then(Algorithm::from_name)
        .ok_or("its \"alg\" is not an accepted signature algorithm")
}

fn object(part: &str) -> Option<Object> {
    Json::parse_object(&decode(part)?).ok()
}

/// Strict base64url: no padding, no other alphabet, no loose bits at the end.
pub(super) fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, payload: &str, signature: &[u8]) -> String {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        format!(
            "{}.{}.{}",
            encode(header.as_bytes()),
            encode(payload.as_bytes()),
            encode(signature)
        )
    }

    fn parse(header: &str) -> Result<Jws, &'static str> {
        Jws::parse(&token(header, r#"{"sub":"a"}"#, &[1; 64]))
    }

    #[test]
    fn accepts_the_signature_algorithms_of_the_specification() {
        for name in [
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "EdDSA", "Ed25519",
        ] {
            assert!(
                parse(&format!(r#"{{"alg":"{name}","typ":"JWT"}}"#)).is_ok(),
                "{name}"
            );
        }
    }

    #[test]
    fn refuses_unsigned_and_symmetric_tokens_however_they_are_written() {
        for alg in [
            r#""none""#,
            r#""None""#,
            r#""nOnE""#,
            r#""""#,
            r#""HS256""#,
            r#""HS384""#,
            r#""HS512""#,
            r#""hs256""#,
            r#""rs256""#,
            r#""RS256 ""#,
            r#""RSA-OAEP""#,
            "null",
            "7",
            r#"["RS256"]"#,
        ] {
            assert!(parse(&format!(r#"{{"alg":{alg}}}"#)).is_err(), "{alg}");
        }
        assert!(parse("{}").is_err());
    }

    #[test]
    fn refuses_a_header_that_changes_how_the_token_is_read() {
        for member in [
            r#""crit":["exp"]"#,
            r#""crit":[]"#,
            r#""crit":null"#,
            r#""b64":false"#,
            r#""b64":true"#,
            r#""zip":"DEF""#,
            r#""enc":"A256GCM""#,
            r#""cty":"JWT""#,
            r#""typ":"at+jwt""#,
            r#""typ":"logout+jwt""#,
            r#""typ":"dpop+jwt""#,
            r#""typ":7"#,
            r#""kid":7"#,
            r#""alg":"RS256""#,
        ] {
            assert!(
                parse(&format!(r#"{{"alg":"RS256",{member}}}"#)).is_err(),
                "{member}"
            );
        }
        for member in [
            r#""jku":"https://evil.example""#,
            r#""x5u":"x""#,
            r#""jwk":{"kty":"oct"}"#,
            r#""typ":"jwt""#,
        ] {
            assert!(
                parse(&format!(r#"{{"alg":"RS256",{member}}}"#)).is_ok(),
                "{member}"
            );
        }
    }

    #[test]
    fn refuses_claims_with_a_member_twice() {
        for payload in [
            r#"{"iss":"good","iss":"evil"}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            "[]",
            "",
            "\"x\"",
        ] {
            let token = token(r#"{"alg":"RS256"}"#, payload, &[1; 256]);
            assert!(Jws::parse(&token).is_err(), "{payload}");
        }
    }

    #[test]
    fn refuses_other_forms_of_tokens() {
        let good = token(r#"{"alg":"RS256"}"#, "{}", &[1; 256]);
        assert!(Jws::parse(&good).is_ok());
        let huge = token(
            r#"{"alg":"RS256"}"#,
            &format!(r#"{{"a":"{}"}}"#, "x".repeat(SIZE_LIMIT)),
            &[1; 256],
        );
        for bad in [
            String::new(),
            "..".to_owned(),
            "a.b".to_owned(),
            format!("{good}.x.y"),
            format!("{good}="),
            format!(" {good}"),
            good.replacen('.', "%2E", 1),
            good.split('.').take(2).collect::<Vec<_>>().join(".") + ".",
            huge,
        ] {
            assert!(Jws::parse(&bad).is_err(), "{}", &bad[..bad.len().min(60)]);
        }
    }

    #[test]
    fn refuses_signatures_of_another_length() {
        for (alg, length) in [("ES256", 64), ("ES384", 96), ("ES512", 132), ("EdDSA", 64)] {
            let header = format!(r#"{{"alg":"{alg}"}}"#);
            assert!(
                Jws::parse(&token(&header, "{}", &vec![1; length])).is_ok(),
                "{alg}"
            );
            // The longer ones are what a DER signature would look like.
            for other in [0, length - 1, length + 1, length + 7] {
                assert!(
                    Jws::parse(&token(&header, "{}", &vec![1; other])).is_err(),
                    "{alg} {other}"
                );
            }
        }
    }
}
