//! The signatures of [Wycheproof](https://github.com/C2SP/wycheproof): forged, malformed and unusual ones that
//! some implementation has got wrong.
//!
//! The sets whose parameters are those of a JWS algorithm are verified signature by signature. In the others,
//! the curve, hash or salt differs from what the algorithm says, so that every signature has to be rejected.

use super::*;
use ::wycheproof::{TestResult, ecdsa, eddsa, rsa_pkcs1_verify as pkcs1, rsa_pss_verify as pss};

/// A signature, and what Wycheproof says of it.
struct Vector {
    jwk: String,
    id: usize,
    comment: String,
    message: Vec<u8>,
    signature: Vec<u8>,
    result: TestResult,
}

/// How many signatures of a set are accepted and rejected.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    accepted: usize,
    rejected: usize,
}

/// The vectors of a set, with the keys that `$jwk` makes of its groups.
macro_rules! vectors {
    ($kind:ident, $name:ident, $jwk:expr) => {{
        let set = $kind::TestSet::load($kind::TestName::$name).expect("the set can be read");
        let groups = set.test_groups.into_iter();
        let vectors = groups.flat_map(|group| {
            let jwk = $jwk(&group.key);
            group.tests.into_iter().map(move |test| Vector {
                jwk: jwk.clone(),
                id: test.tc_id,
                comment: test.comment,
                message: test.msg.to_vec(),
                signature: test.sig.to_vec(),
                result: test.result,
            })
        });
        (stringify!($name), vectors.collect::<Vec<Vector>>())
    }};
}

fn ec_jwk(key: &::wycheproof::EcdsaPublic, crv: &str) -> String {
    // 4, x and y.
    let point = &key.key[1..];
    let (x, y) = point.split_at(point.len() / 2);
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    format!(r#"{{"kty":"EC","crv":"{crv}","x":"{x}","y":"{y}","kid":"w"}}"#)
}

fn p256_jwk(key: &::wycheproof::EcdsaPublic) -> String {
    ec_jwk(key, "P-256")
}

fn p384_jwk(key: &::wycheproof::EcdsaPublic) -> String {
    ec_jwk(key, "P-384")
}

fn p521_jwk(key: &::wycheproof::EcdsaPublic) -> String {
    ec_jwk(key, "P-521")
}

fn okp_jwk(key: &::wycheproof::EddsaPublic) -> String {
    let x = URL_SAFE_NO_PAD.encode(&*key.pk);
    format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","kid":"w"}}"#)
}

fn rsa_jwk(key: &::wycheproof::RsaPublic) -> String {
    // The numbers are signed, so some start with a zero that a JWK doesn't have.
    let encode = |number: &[u8]| {
        let first = number.iter().position(|byte| *byte != 0).unwrap();
        URL_SAFE_NO_PAD.encode(&number[first..])
    };
    let (n, e) = (encode(&key.n), encode(&key.e));
    format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}","kid":"w"}}"#)
}

/// Whether a sign-in accepts this signature of this algorithm.
async fn accepts(vector: &Vector, alg: &str) -> bool {
    // What a token's form tells is checked with the form: its algorithm, and the signature's length.
    let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","kid":"w"}}"#));
    let signature = URL_SAFE_NO_PAD.encode(&vector.signature);
    let Ok(mut token) = Jws::parse(&format!("{header}.e30.{signature}")) else {
        return false;
    };
    token.signing_input.clone_from(&vector.message);
    let keys = key_set(&Json::parse_object(vector.jwk.as_bytes()).unwrap());
    let key = keys.candidates(&token).next();
    verify(&token, key.expect("the key fits the algorithm")).await
}

/// Verifies a set whose parameters are those of `alg`.
async fn check((name, vectors): (&str, Vec<Vector>), alg: &str, expected: (usize, usize)) {
    let mut counts = Counts::default();
    for vector in &vectors {
        let accepted = accepts(vector, alg).await;
        // "Acceptable" are the PKCS #1 signatures whose encoded hash lacks a NULL. RFC 8017 wants it, so
        // Chromium rejects them.
        let expected = vector.result == TestResult::Valid;
        assert_eq!(
            accepted, expected,
            "{alg}, {name} {}: {}",
            vector.id, vector.comment
        );
        counts.add(accepted);
    }
    counts.report(name, alg, expected);
}

/// Verifies a set with other parameters than those of `alg`: there is nothing to accept in it, except for
/// vectors whose group has the algorithm's parameters.
async fn check_foreign((name, vectors): (&str, Vec<Vector>), alg: &str, expected: (usize, usize)) {
    let mut counts = Counts::default();
    for vector in &vectors {
        counts.add(accepts(vector, alg).await);
    }
    counts.report(name, alg, expected);
}

impl Counts {
    fn add(&mut self, accepted: bool) {
        if accepted {
            self.accepted += 1;
        } else {
            self.rejected += 1;
        }
    }

    /// A set that has become smaller fails, too.
    fn report(&self, name: &str, alg: &str, (accepted, rejected): (usize, usize)) {
        wasm_bindgen_test::console_log!(
            "{alg:<7} {name:<32} {:>4} accepted, {:>4} rejected",
            self.accepted,
            self.rejected
        );
        assert_eq!(*self, Counts { accepted, rejected }, "{alg}, {name}");
    }
}

/// Checks each set: its algorithm, its name, what makes the keys, and how many signatures are
/// accepted and rejected.
macro_rules! sets {
    ($check:ident: $($alg:ident $kind:ident::$name:ident $jwk:ident => $accepted:literal, $rejected:literal;)+) => {
        $($check(vectors!($kind, $name, $jwk), stringify!($alg), ($accepted, $rejected)).await;)+
    };
}

#[wasm_bindgen_test]
async fn ecdsa_signatures() {
    sets! { check:
        ES256 ecdsa::EcdsaSecp256r1Sha256P1363 p256_jwk => 173, 89;
        ES384 ecdsa::EcdsaSecp384r1Sha384P1363 p384_jwk => 193, 87;
        ES512 ecdsa::EcdsaSecp521r1Sha512P1363 p521_jwk => 231, 87;
    }
}

#[wasm_bindgen_test]
async fn ecdsa_signatures_of_other_hashes_and_encodings() {
    // The last set is in DER, where a JWS has two numbers of fixed length.
    sets! { check_foreign:
        ES256 ecdsa::EcdsaSecp256r1Sha512P1363 p256_jwk => 0, 332;
        ES384 ecdsa::EcdsaSecp384r1Sha512P1363 p384_jwk => 0, 318;
        ES256 ecdsa::EcdsaSecp256r1Sha256 p256_jwk => 0, 484;
    }
}

#[wasm_bindgen_test]
async fn ed25519_signatures() {
    sets! { check:
        EdDSA eddsa::Ed25519 okp_jwk => 88, 63;
    }
}

#[wasm_bindgen_test]
async fn rsa_pkcs1_signatures() {
    sets! { check:
        RS256 pkcs1::Rsa2048Sha256 rsa_jwk => 9, 250;
        RS256 pkcs1::Rsa3072Sha256 rsa_jwk => 8, 251;
        RS256 pkcs1::Rsa4096Sha256 rsa_jwk => 7, 251;
        RS256 pkcs1::Rsa8192Sha256 rsa_jwk => 7, 251;
        RS384 pkcs1::Rsa2048Sha384 rsa_jwk => 7, 251;
        RS384 pkcs1::Rsa3072Sha384 rsa_jwk => 7, 252;
        RS384 pkcs1::Rsa4096Sha384 rsa_jwk => 7, 252;
        RS384 pkcs1::Rsa8192Sha384 rsa_jwk => 7, 252;
        RS512 pkcs1::Rsa2048Sha512 rsa_jwk => 8, 251;
        RS512 pkcs1::Rsa3072Sha512 rsa_jwk => 8, 252;
        RS512 pkcs1::Rsa4096Sha512 rsa_jwk => 7, 252;
        RS512 pkcs1::Rsa8192Sha512 rsa_jwk => 7, 252;
    }
}

#[wasm_bindgen_test]
async fn rsa_pss_signatures() {
    sets! { check:
        PS256 pss::RsaPss2048Sha256Mgf1SaltLen32 rsa_jwk => 63, 45;
        PS256 pss::RsaPss3072Sha256Mgf1SaltLen32 rsa_jwk => 63, 45;
        PS256 pss::RsaPss4096Sha256Mgf1SaltLen32 rsa_jwk => 63, 45;
        PS384 pss::RsaPss2048Sha384Mgf1SaltLen48 rsa_jwk => 95, 46;
        PS384 pss::RsaPss4096Sha384Mgf1SaltLen48 rsa_jwk => 95, 46;
        PS512 pss::RsaPss4096Sha512Mgf1SaltLen64 rsa_jwk => 132, 47;
    }
}

/// A JWS has salts as long as the hash ([RFC 7518 §3.5](https://www.rfc-editor.org/rfc/rfc7518#section-3.5)).
#[wasm_bindgen_test]
async fn rsa_pss_signatures_of_other_salts_and_hashes() {
    // In the first set, one of the forged signatures has the salt of PS256. The last set has every combination
    // of hashes and salt lengths once, those of the three algorithms among them.
    sets! { check_foreign:
        PS256 pss::RsaPss2048Sha256Mgf1SaltLen0 rsa_jwk => 1, 102;
        PS256 pss::RsaPss2048Sha256Mgf1Sha1_20 rsa_jwk => 0, 108;
        PS512 pss::RsaPss4096Sha512Mgf1SaltLen32 rsa_jwk => 0, 177;
        PS256 pss::RsaPssmisc rsa_jwk => 1, 149;
        PS384 pss::RsaPssmisc rsa_jwk => 1, 149;
        PS512 pss::RsaPssmisc rsa_jwk => 1, 149;
    }
}
