//! The moduli were generated for these tests.

use super::*;
use crate::json::Json;

/// Both primes are `k * M + 65537^a mod M`, where `M` is the product of the first 126 primes.
pub(in crate::setup) const WEAK_2048: &str = "vqVM6d1FIbDLCyiWpIAmS6C76r0_Uio92Mvct950B5OxfVNjjqpDgQrTs_q9VsMFQg8tZ5SkpOj2y2z0bQBVlqHbOCerPvL7iVyFYEsKlUjDzBD8TkfgufJCkmhguCOS54txN2ociWbqV58TQOk6w958EgNd1l17tDGBQH7VqdehTSOHGatOlansENreHyQ5nKtxakHpCfxrS3_2WqZAp6RZAX1sIOkyS0rcfAAmfQGG6yM7VJ_qko5VOz-Uwl71SO0v9Yvzgyqvl7m94klLXnMhHaq-Gto11dsk2cdOEoqZIuScCaw9bRTru6v5b_mIT0owcDZ8Wi6ANThewh6wYw";
/// As [`WEAK_2048`], with 3072 bits.
const WEAK_3072: &str = "4VqY-yx0d6DEm4wqjBjC2WN8I3A-k5x2tBiD8oNlCNjpOggnRLvYXkq6mjwiOYsMVh9LzUmIHwa6ckvOtVpDgM8DWDyaGL5O7BekTkxEzKOhgPSCengiIGO1LyNuTL9f20xixPFhMF7S80zAeZ6RAVSwpDzRyGQLIsf-NxJYXX5Q4DzYPRQTYpnVQh5vRlCYZABiWxAYop9E7Glw9NlKBQP5H98sKl2Xg4m8CRS1WxKxJt9IPfPNj7CWgS0JtRbaq4Mla31tSNNKnxEGRXxudifB8nCpDMMHto_xzv5Mf9AN3aMFoJi1uX9CbB0cZlLTtMkCT2CSlnCI7LXylKBftne72LXw0IiZoKw-jPH7TDS9w3VXqTKEggUFP82kQmSlFfumivmlYMe1ulAiOov2ADlxkU_c_5A6R3Mo9qW9GPjACFEiB4TvydHs6pTIwv7RuUOksD-DlG5Rmh3HAaheNjVccV8l1Wfxa8pbQ7QEP_yzKECWmKmsTvT__FtS6wTZ";
/// Two random primes.
const SOUND: &str = "y_n8sgjTWVv_iqO0kZz1shZRTxMEJUPp6SdNXzEFk6kIOFqq6Z8uJJq5xV7Onf3W40H4MdYFldI0zLcdMw5XAj6KXJKWZKuk_EOSBSJLTf1W8s7pfO2DmgOTlwBfuFZlltMBBMgI_uthruLgzAVIJxom9sm-SBJ8jQ_fdI1FSD-kcOc0ai8uPWhTePkw09wi9bYgHpJi29TrzKyHyIxt8W4RcL4qw2R0U3nbnH45-cSn4r1mwTZaMxbjfCbS4eomN0IeFVythGReLEK7YFECe21bshO8Zi7iFUAUaMvGM8ZBLpuQ-2LWdp5kxQqHNg13i9eLzrln4LLBmGMa92nBxw";
/// Only one of the primes has the form: the flawed library never makes such a key.
const HALF_WEAK: &str = "oVfKwOryDFsI3n-478s0NzhPlCa47IPuZOpd1Ld4TgKZ9ZMzFDnySbA7AmGR6IJ5S8B78bV6FO8ITMTOjh6myXXhKvlp3fOVO7eCZqqigchqAMTDbxhtf96X1oMK6WY5Ql5V057ja7SLRzuflHV-kfbVwC4bnrUYrp4jZmS34SBVFj7bWOKwbVr0S5YHPKpuGjvKZ0pmXICgEmL4BAgoMX75vCwbqbDndEjkWaCXr7Huab_h3zpKbN2TqnFT44k27tZk4W2SCICenrt8Jqiw3zcP7K8PYOYscTpMwFxAe32u3aOwn3YOLTcRO_Fju-Q4XilVOZcfWriUR6wIDdskfw";
/// A power of 65537 modulo each small prime, but with another exponent each time.
const NO_COMMON_EXPONENT: &str = "gM2pEvOR-scaQA6IIu5lpfVSuLVihZBz-lSvhHJyNxViAO-xIwBNQeukJd8XUvK1uVlmtGc5peKrc9HTji4y-y7OabeYWetPdSuuV0hogbElgrhwi4MULNUDoGbrgttfdeX-f51FDg4Mx0pPKNpevfXtjNHpJTVPDDVdRQ2WRBlH7GclWz2C0y5313R2g3ftHDynKMWB0HR9f7OXCR_F59Hr73LbzSln0fV0Dv5W-H-WymXRwCDQJfzZyL9TpeXz7Ui_QzfL57Bp22wSKfzByLIrVxKt0qhfS2rJlcBWv3_MQFwIdgxau6ptKq7-Nb9z-Cj7eP-TviBg612vp38aOw";

fn weak(keys: &[String]) -> Vec<String> {
    let document = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
    let document = Json::parse_object(document.as_bytes()).unwrap();
    let keys_read = KeySet::read(&document).unwrap();
    assert_eq!(keys_read.usable(), keys.len(), "the set leaves out a key");
    weak_keys(&keys_read)
}

fn rsa(n: &str, kid: &str) -> String {
    format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB","kid":"{kid}"}}"#)
}

#[test]
fn finds_the_fingerprint_at_every_size() {
    for modulus in [WEAK_2048, WEAK_3072] {
        assert_eq!(weak(&[rsa(modulus, "card")]), ["card"]);
    }
}

#[test]
fn leaves_sound_keys_alone() {
    for modulus in [SOUND, HALF_WEAK, NO_COMMON_EXPONENT] {
        assert!(weak(&[rsa(modulus, "a")]).is_empty(), "{modulus}");
    }
}

#[test]
fn leaves_the_keys_of_the_rfcs_alone() {
    let examples = include_bytes!("../../../tests/vectors/jws.json");
    let Ok(Json::Array(examples)) = Json::parse(examples) else {
        panic!("the examples are not a list");
    };
    let keys: Vec<String> = examples
        .iter()
        .map(|example| example.as_object().unwrap().get("public_jwk").unwrap())
        .map(Json::to_line)
        .collect();
    assert!(keys.iter().any(|key| key.contains("\"RSA\"")));
    assert!(weak(&keys).is_empty());
}

#[test]
fn leaves_the_keys_of_vendors_alone() {
    let sets = include_bytes!("../../../tests/vectors/key_sets.json");
    let sets = Json::parse_object(sets).unwrap();
    for (vendor, set) in sets.iter() {
        let set = KeySet::read(set.as_object().unwrap()).unwrap();
        assert!(set.usable() > 0, "{vendor}");
        assert!(weak_keys(&set).is_empty(), "{vendor}");
    }
}

#[test]
fn names_a_key_without_a_presentable_kid_by_its_modulus() {
    let key = format!(r#"{{"kty":"RSA","n":"{WEAK_2048}","e":"AQAB"}}"#);
    for key in [
        key,
        rsa(WEAK_2048, r"\u001b[2J"),
        rsa(WEAK_2048, &"k".repeat(81)),
    ] {
        assert_eq!(weak(&[key, rsa(SOUND, "b")]), ["vqVM6d1FIbDLCyiW…"]);
    }
}
