//! The built programs, for tests that use them as a user does.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

/// The repository's folder.
pub fn repository() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// A path that a variable holds, or its usual place in the repository.
pub fn found(variable: &str, usual: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| repository().join(usual), PathBuf::from)
}

/// One of the built programs: in `ATHERIA_BIN_DIR`, or `target/release`.
pub fn program(name: &str) -> Result<PathBuf> {
    let program = found("ATHERIA_BIN_DIR", "target/release").join(name);
    ensure!(
        program.is_file(),
        "{} is missing; run `make build`, or set ATHERIA_BIN_DIR",
        program.display()
    );
    Ok(program)
}
