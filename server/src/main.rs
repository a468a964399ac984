//! The `ath` command.

fn main() {}
