//! The whole system but libtorch: a real server on a free port, fault engines behind it, WebSocket clients in front.

mod access;
mod answers;
mod benchmark;
mod command_line;
mod diagnosis;
mod faults;
mod gpu_kit;
mod opening;
mod paths;
mod places;
mod pulses;
mod recovery;
mod sessions;
mod tools;
mod viewers;

use std::time::Duration;

use anyhow::{Result, bail};
use atheria_tests::{Lab, LabOptions};
use tokio::time::{Instant, sleep};

/// The engine that misbehaves on demand.
const ENGINE: &str = env!("CARGO_BIN_EXE_fault-engine");

fn options(experiments: &[&str]) -> LabOptions {
    LabOptions::new(ENGINE, experiments)
}

async fn lab(experiments: &[&str]) -> Result<Lab> {
    Lab::start(options(experiments)).await
}

/// Waits for something that nobody tells.
async fn wait_until(what: &str, mut done: impl FnMut() -> bool) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        if Instant::now() > deadline {
            bail!("not in 20 s: {what}");
        }
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
