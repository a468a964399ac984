//! The whole system but libtorch: a real server on a free port, fault engines behind it, WebSocket clients in front.

mod access;
mod answers;
mod faults;
mod opening;
mod recovery;
mod sessions;
mod viewers;

use atheria_tests::{Lab, LabOptions};

/// The engine that misbehaves on demand.
const ENGINE: &str = env!("CARGO_BIN_EXE_fault-engine");

fn options(experiments: &[&str]) -> LabOptions {
    LabOptions::new(ENGINE, experiments)
}

async fn lab(experiments: &[&str]) -> anyhow::Result<Lab> {
    Lab::start(options(experiments)).await
}
