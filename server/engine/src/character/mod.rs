//! What a law is like, measured: before anybody wonders where the matter went.
//!
//! [`of`] puts a law to the proof on small worlds ([`probe`]): a seed on a torus ([`seed`]), two worlds that differ by
//! 1e-7 ([`lambda`]), an empty torus and an empty world between walls ([`empty`]). Every one of them ends at a number of
//! steps or of operations, never at a time of day: the same law has the same character on every machine. Where there is no
//! time for all of them ([`Allowance`]) the rest is missing, and nothing is half measured.
//! [`kept_or_measured`] keeps it beside the export.

mod allowance;
mod empty;
mod kept;
mod lambda;
mod measure;
mod probe;
mod seed;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use allowance::Allowance;
pub use kept::{Measured, kept_or_measured};
pub use measure::of;
