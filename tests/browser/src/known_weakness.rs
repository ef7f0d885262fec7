//! Attacks that succeed, and losses that aren't prevented yet.

use anyhow::{Result, ensure};

/// Marks an attack that still succeeds, or a loss that isn't prevented yet. `is_right`: whether what happened
/// is what should happen. As soon as it is, this fails: then assert it, and remove the name from
/// `docs/threat-model.md`.
pub fn known_weakness(name: &str, is_right: bool) -> Result<()> {
    ensure!(
        !is_right,
        "\"{name}\" is fixed: assert that instead, and remove it from docs/threat-model.md"
    );
    eprintln!("known weakness: {name}");
    Ok(())
}
