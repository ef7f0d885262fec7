//! For fuzzers, which lack the library of the tests: no signature is right.

use crate::platform::Unavailable;
use crate::protocol::jwks::Key;
use crate::protocol::jws::Jws;

pub(super) fn verify(_: &Jws, _: &Key) -> Result<bool, Unavailable> {
    Ok(false)
}
