//! Pictures against a loop over all cells; what regions, ranges and limits do.
#![expect(clippy::float_cmp, reason = "numbers that were never rounded")]

mod made;
mod pictures;
mod plain;
mod windows;
