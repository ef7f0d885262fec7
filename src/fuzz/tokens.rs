//! Key sets, and ID tokens: their form, and their claims.

use super::{ACCEPTED, NOW, Outcome, answer, check_error, object};
use crate::json::{Json, Object};
use crate::protocol::id_token::{
    CLOCK_SKEW, Clocks, Expected, validate_claims, validate_refreshed,
};
use crate::protocol::issuer::ExpectedIssuer;
use crate::protocol::jwks::{self, Curve, Key, KeyMaterial, KeySet};
use crate::protocol::jws::{Algorithm, Jws, SIZE_LIMIT};
use crate::protocol::pkce::Nonce;
use crate::setup::weak_keys::weak_keys;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth2::{AccessToken, ClientId};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Every key of a set is strong and well formed, and is only used for what it's meant for.
pub(super) fn key_set(input: &[u8]) -> Outcome {
    let set = match jwks::process_response(&answer(200, input)) {
        Ok(set) => set,
        Err(error) => return check_error(&error),
    };
    let document = object(input).expect("a key set is an object");
    assert_eq!(
        KeySet::read(&document).as_ref(),
        Ok(&set),
        "the configuration reads it differently"
    );
    let published = document
        .get("keys")
        .and_then(Json::as_array)
        .expect("it has keys");
    assert!(set.iter().count() <= published.len() && published.len() <= 100);
    assert!(set.usable() <= set.iter().count());
    set.iter().for_each(check_key);
    for algorithm in Algorithm::ALL {
        for kid in [None, Some("k1")] {
            let token = token(*algorithm, kid, Object::default());
            for key in set.candidates(&token) {
                assert!(kid.is_none() || key.kid() == kid, "a key with another kid");
                assert!(
                    is_of_type(&key.material, *algorithm),
                    "{algorithm:?}: {key:?}"
                );
            }
        }
    }
    let weak = weak_keys(&set);
    assert!(
        weak.iter()
            .all(|name| name.chars().all(|c| c.is_ascii_graphic() || c == '…'))
    );
    let mut kinds: Vec<&str> = set.iter().map(|key| kind(&key.material)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let some = if kinds.is_empty() { "no key" } else { ACCEPTED };
    format!(
        "{some} {kinds:?} {} {}",
        set.usable() == set.iter().count(),
        weak.len().min(2)
    )
}

fn kind(material: &KeyMaterial) -> &'static str {
    match material {
        KeyMaterial::Rsa { .. } => "RSA",
        KeyMaterial::Ec { curve, .. } => curve.name(),
        KeyMaterial::Ed25519 { .. } => "Ed25519",
    }
}

fn is_of_type(material: &KeyMaterial, algorithm: Algorithm) -> bool {
    let name = format!("{algorithm:?}");
    match material {
        KeyMaterial::Rsa { .. } => name.starts_with("Rs") || name.starts_with("Ps"),
        KeyMaterial::Ec {
            curve: Curve::P256, ..
        } => name == "Es256",
        KeyMaterial::Ec {
            curve: Curve::P384, ..
        } => name == "Es384",
        KeyMaterial::Ec {
            curve: Curve::P521, ..
        } => name == "Es512",
        KeyMaterial::Ed25519 { .. } => name == "EdDsa",
    }
}

fn check_key(key: &Key) {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("it is base64url");
    let number = |text: &str| {
        let bytes = decode(text);
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes[zeros..].to_vec()
    };
    match &key.material {
        KeyMaterial::Rsa { n, e } => {
            let (n, e) = (number(n), number(e));
            // 2048 bits are 256 bytes that start with a 1; 8192 bits are 1024 bytes.
            assert!(
                n.len() > 256 || n.len() == 256 && n[0] >= 0x80,
                "{} bytes",
                n.len()
            );
            assert!(n.len() <= 1024, "{} bytes", n.len());
            assert!(
                e.len() <= 4 && e.last().is_some_and(|last| last % 2 == 1) && e != [1],
                "{e:?}"
            );
        }
        KeyMaterial::Ec { curve, x, y } => {
            let length = match curve {
                Curve::P256 => 32,
                Curve::P384 => 48,
                Curve::P521 => 66,
            };
            assert_eq!((decode(x).len(), decode(y).len()), (length, length));
        }
        KeyMaterial::Ed25519 { x } => assert_eq!(decode(x).len(), 32),
    }
}

fn token(algorithm: Algorithm, kid: Option<&str>, claims: Object) -> Jws {
    Jws {
        algorithm,
        kid: kid.map(str::to_owned),
        signing_input: Vec::new(),
        signature: Vec::new(),
        claims,
    }
}

/// A token is exactly its three parts, and its header asks for nothing that isn't known.
pub(super) fn jwt(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let parsed = match Jws::parse(&text) {
        Ok(parsed) => parsed,
        Err(problem) => return problem.to_owned(),
    };
    assert!(text.len() <= SIZE_LIMIT);
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, signature] = parts.try_into().expect("it has three parts");
    let decode =
        |part: &str| object(&URL_SAFE_NO_PAD.decode(part).unwrap()).expect("it is an object");
    let (header_members, claims) = (decode(header), decode(payload));
    assert_eq!(parsed.claims, claims);
    assert_eq!(
        parsed.signing_input,
        format!("{header}.{payload}").as_bytes()
    );
    // No other text has the same signature.
    assert_eq!(URL_SAFE_NO_PAD.encode(&parsed.signature), signature);

    let alg = header_members.text("alg").expect("it has an alg");
    assert_eq!(Algorithm::from_name(alg), Some(parsed.algorithm));
    assert!(["RS", "PS", "ES", "Ed"].contains(&&alg[..2]), "{alg}");
    assert_eq!(parsed.kid.as_deref(), header_members.text("kid"));
    for (name, _) in header_members.iter() {
        assert!(!["crit", "b64", "zip", "enc"].contains(&name), "{name}");
    }
    let is_jwt = |typ: &Json| {
        typ.as_str()
            .is_some_and(|typ| typ.eq_ignore_ascii_case("JWT"))
    };
    assert!(header_members.get("typ").is_none_or(is_jwt));
    assert!(header_members.get("cty").is_none());
    let length = match alg {
        "ES256" | "EdDSA" | "Ed25519" => Some(64),
        "ES384" => Some(96),
        "ES512" => Some(132),
        _ => None,
    };
    assert!(
        length.is_none_or(|length| parsed.signature.len() == length)
            && !parsed.signature.is_empty()
    );
    for changed in [
        format!("{text}="),
        format!(" {text}"),
        format!("{text}."),
        format!("{text}\n"),
    ] {
        assert!(Jws::parse(&changed).is_err(), "{changed:?}");
    }
    format!(
        "{ACCEPTED} {alg} {} {}",
        parsed.kid.is_some(),
        header_members.iter().count().min(4)
    )
}

/// Both clocks agree.
pub(super) const CLOCKS: Clocks = Clocks {
    now: NOW,
    device: NOW,
};
const ISSUER: &str = "https://id.example.com";
const CLIENT: &str = "client-1";
/// An audience that the configuration trusts.
const TRUSTED: &str = "project-9";
const NONCE: &str = "n-1";
const ACCESS_TOKEN: &str = "AT-1";
const MAX_AGE: i64 = 600;

/// Claims are accepted if, and only if, every rule of Core §3.1.3.7 holds. A renewal keeps the person.
pub(super) fn claims(input: &[u8]) -> Outcome {
    let Some(claims) = object(input) else {
        return "no object".to_owned();
    };
    let client_id = ClientId::new(CLIENT.to_owned());
    let trusted_audiences = [TRUSTED.to_owned()];
    let access_token = AccessToken::new(ACCESS_TOKEN.to_owned());
    let nonce = Nonce::new(NONCE);
    let issuer = ExpectedIssuer::Exact(ISSUER.to_owned());
    let mut outcome = Outcome::new();
    for algorithm in [Algorithm::Rs256, Algorithm::Ps384, Algorithm::EdDsa] {
        let token = token(algorithm, None, claims.clone());
        for max_age in [Some(MAX_AGE), None] {
            let expected = Expected {
                issuer: &issuer,
                metadata_issuer: ISSUER,
                client_id: &client_id,
                trusted_audiences: &trusted_audiences,
                nonce: &nonce,
                access_token: Some(&access_token),
                max_age,
                clocks: CLOCKS,
            };
            let is_valid = is_valid(&claims, algorithm, max_age);
            match validate_claims(&token, &expected) {
                Ok(verified) => {
                    assert!(is_valid, "accepted: {claims:?}");
                    assert_eq!(Some(verified.issuer.as_str()), claims.text("iss"));
                    assert_eq!(Some(verified.subject.as_str()), claims.text("sub"));
                    let [at_hash, azp, auth_time] =
                        ["at_hash", "azp", "auth_time"].map(|name| claims.get(name).is_some());
                    outcome = format!("{ACCEPTED} {algorithm:?} {at_hash} {azp} {auth_time}");
                }
                Err(error) => {
                    assert!(!is_valid, "rejected: {claims:?}: {error}");
                    if !outcome.starts_with(ACCEPTED) {
                        outcome = check_error(&error);
                    }
                }
            }
        }
        check_refreshed(&token, &access_token);
    }
    outcome
}

fn check_refreshed(token: &Jws, access_token: &AccessToken) {
    let first =
        r#"{"iss":"https://id.example.com","sub":"ada","nonce":"n-1","auth_time":1799999000}"#;
    let first = Json::parse_object(first.as_bytes()).unwrap();
    let trusted = [TRUSTED.to_owned()];
    let refreshed = validate_refreshed(token, &first, CLIENT, &trusted, Some(access_token), CLOCKS);
    if refreshed.is_ok() {
        for name in ["iss", "sub"] {
            assert_eq!(token.claims.text(name), first.text(name), "{name}");
        }
        for name in ["nonce", "auth_time"] {
            let claim = token.claims.get(name);
            assert!(claim.is_none() || claim == first.get(name), "{name}");
        }
        assert!(names_client(&token.claims));
        assert!(has_valid_times(&token.claims));
    }
}

/// The rules, written down a second time.
fn is_valid(claims: &Object, algorithm: Algorithm, max_age: Option<i64>) -> bool {
    let subject = claims.text("sub").unwrap_or_default();
    let digest = match algorithm {
        Algorithm::Rs256 => Sha256::digest(ACCESS_TOKEN).to_vec(),
        Algorithm::Ps384 => Sha384::digest(ACCESS_TOKEN).to_vec(),
        _ => Sha512::digest(ACCESS_TOKEN).to_vec(),
    };
    let at_hash = URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2]);
    let is_recent = match (max_age, seconds(claims, "auth_time")) {
        (_, Some(None)) => false,
        (Some(max_age), Some(Some(time))) => time >= NOW - max_age - CLOCK_SKEW,
        (Some(_), None) => false,
        (None, _) => true,
    };
    claims.text("iss") == Some(ISSUER)
        && (1..=255).contains(&subject.len())
        && names_client(claims)
        && claims.text("nonce") == Some(NONCE)
        && has_valid_times(claims)
        && is_recent
        && claims
            .get("at_hash")
            .is_none_or(|claim| claim.as_str() == Some(&at_hash))
}

fn names_client(claims: &Object) -> bool {
    let is_client = |value: &Json| value.as_str() == Some(CLIENT);
    let azp = claims.get("azp");
    match claims.get("aud") {
        Some(Json::Array(items)) => {
            items
                .iter()
                .all(|item| is_client(item) || item.as_str() == Some(TRUSTED))
                && items.iter().any(is_client)
                && (items.len() == 1 || azp.is_some())
                && azp.is_none_or(is_client)
        }
        Some(aud) => is_client(aud) && azp.is_none_or(is_client),
        None => false,
    }
}

fn has_valid_times(claims: &Object) -> bool {
    let exp = seconds(claims, "exp").flatten();
    let iat = seconds(claims, "iat").flatten();
    let nbf = seconds(claims, "nbf");
    exp.is_some_and(|exp| exp + CLOCK_SKEW > NOW)
        && iat.is_some_and(|iat| iat <= NOW + CLOCK_SKEW)
        && nbf.is_none_or(|nbf| nbf.is_some_and(|nbf| nbf <= NOW + CLOCK_SKEW))
}

/// A time of this century or another: `Some(None)` if the claim is there, but is none.
fn seconds(claims: &Object, name: &str) -> Option<Option<i64>> {
    let (_, value) = claims.iter().find(|(known, _)| *known == name)?;
    let seconds = value
        .as_seconds()
        .filter(|seconds| (0..=253_402_300_799).contains(seconds));
    if let (Json::Number(written), Some(seconds)) = (value, seconds) {
        let number: f64 = written.parse().expect("it is a number");
        let off = (number - seconds as f64).abs();
        assert!(off <= 1.0, "{written} isn't {seconds}");
    }
    Some(seconds)
}
