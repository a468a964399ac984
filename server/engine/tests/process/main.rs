//! The engine as a process: what it says when it is asked, and that it ends when nobody listens.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::float_cmp,
    reason = "a test ends where something is not as it must be, and compares what was never rounded"
)]

mod cuda;
mod endings;
mod engine;
mod laws;
mod runs;
mod shows;
mod weights;
mod worlds;
