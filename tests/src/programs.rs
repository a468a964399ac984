//! The built programs, for tests that use them as a user does.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

/// The repository's folder.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// One of the built programs: in `ATHERIA_BIN_DIR`, or `target/release`.
pub fn program(name: &str) -> Result<PathBuf> {
    let folder = std::env::var_os("ATHERIA_BIN_DIR")
        .map_or_else(|| repository().join("target/release"), PathBuf::from);
    let program = folder.join(name);
    ensure!(
        program.is_file(),
        "{} is missing; run `make build`, or set ATHERIA_BIN_DIR",
        program.display()
    );
    Ok(program)
}
