//! The checks of a diagnosis that an engine can make of itself: whether worlds are what they seem, each with its evidence.
//!
//! [`run`](run()) makes them in order. Each is a file: it *measures* figures, and *judges* them with a function that knows
//! nothing else, so that every fault can be put before the judge in a test and be seen to fail. What an engine cannot say
//! of itself, whether a world survives it, is the server's to check.
//!
//! [`subject`] is what is diagnosed; [`cells`] a world's numbers, cell by cell; [`outcome`] how a check comes out.

mod cells;
mod device;
mod error;
mod export;
mod matter;
mod outcome;
mod run;
mod sparse_dense;
mod subject;
mod views;
mod write_read;

#[cfg(test)]
mod testing;

pub use run::run;
