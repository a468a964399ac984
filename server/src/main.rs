//! The `ath` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ath::cli::main()
}
