//! RSA keys whose private key anybody can compute, because a flawed library generated them
//! ([CVE-2017-15361](https://nvd.nist.gov/vuln/detail/CVE-2017-15361), also known as ROCA). Many smart
//! cards and security chips had it.
//!
//! Each prime of such a key is `65537^a` modulo the product of the first small primes, and so is the modulus.
//! Moduli of other keys are that by chance once in 2^154.

use crate::protocol::jwks::{Key, KeyMaterial, KeySet};
use crate::protocol::jws::decode;

/// The base of the powers.
const GENERATOR: u32 = 65537;
/// The small primes that keys of every size have in common. Every modulus is odd, so 2 says nothing.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// The exponents that turn the generator into a number, modulo a small prime: `exponent`, and every `order`
/// further.
struct Logarithm {
    exponent: u32,
    order: u32,
}

/// Names the keys of a set that have the fingerprint: by `kid`, or by the start of the modulus if
/// that has no `kid` to show.
pub(crate) fn weak_keys(keys: &KeySet) -> Vec<String> {
    keys.iter().filter_map(name_if_weak).collect()
}

fn name_if_weak(key: &Key) -> Option<String> {
    let KeyMaterial::Rsa { n, .. } = &key.material else {
        return None;
    };
    let is_presentable = |kid: &&str| kid.len() <= 80 && kid.chars().all(|c| c.is_ascii_graphic());
    let name = || match key.kid().filter(is_presentable) {
        Some(kid) => kid.to_owned(),
        None => n.chars().take(16).chain(['…']).collect(),
    };
    has_fingerprint(&decode(n)?).then(name)
}

/// Whether the modulus is a power of the generator modulo the product of the small primes.
fn has_fingerprint(modulus: &[u8]) -> bool {
    let mut logarithms: Vec<Logarithm> = Vec::new();
    PRIMES.iter().all(|prime| {
        let Some(found) = Logarithm::of(remainder(modulus, *prime), *prime) else {
            return false;
        };
        // One exponent has to fit every prime.
        let agree = logarithms.iter().all(|known| known.agrees(&found));
        logarithms.push(found);
        agree
    })
}

impl Logarithm {
    /// `None` if the number is no power of the generator.
    fn of(number: u32, prime: u32) -> Option<Logarithm> {
        let mut exponent = None;
        let mut power = 1;
        let mut order = 0;
        loop {
            if power == number {
                exponent = Some(order);
            }
            power = power * (GENERATOR % prime) % prime;
            order += 1;
            if power == 1 {
                return exponent.map(|exponent| Logarithm { exponent, order });
            }
        }
    }

    /// Whether some exponent is among both.
    fn agrees(&self, other: &Logarithm) -> bool {
        let common = greatest_common_divisor(self.order, other.order);
        self.exponent % common == other.exponent % common
    }
}

fn remainder(number: &[u8], divisor: u32) -> u32 {
    number
        .iter()
        .fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % divisor)
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
pub(super) mod tests;
