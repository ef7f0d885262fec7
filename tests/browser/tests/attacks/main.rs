//! Attacks that need a browser to show whether they succeed, by attacker. Most attacks are tried on the host:
//! see src/session/tests/attacks.rs. docs/threat-model.md has all of them.

mod api;
mod page;
mod provider;
mod surroundings;
mod tab;

const ADA: &str = "Ada Lovelace";
const SSO: &str = "Sign in with Company SSO";
