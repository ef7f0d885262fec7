//! Attacks by a provider, by whoever sends people links, and by scripts that have left something in
//! storage. Each is tried as a whole sign-in, and the tests assert what the attacker gets out of it:
//! nothing. `docs/threat-model.md` says which attacks there are, and which of them succeed.

mod attempt;
mod claims;
mod configuration;
mod documents;
mod keys;
mod records;
mod renewal;
mod response;
mod tokens;

use super::*;
use attempt::*;
