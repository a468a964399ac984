//! A checkpoint's law as TorchScript:
//! `cargo run -p atheria-torchscript --example export -- ARCHITECTURE CHANNELS HIDDEN CHECKPOINT TO.pt`.
//!
//! Nothing is run, and so nothing verified; `ath export` does both.

use std::error::Error;
use std::path::Path;

use atheria_checkpoint::Checkpoint;
use atheria_law::{Law, PlainNorm, Wanted};
use atheria_shared::Boundary;
use atheria_shared::law::LawParams;
use atheria_shared::session::ExportMethod;
use atheria_torchscript::{FORMAT_VERSION, Manifest};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [architecture, d_state, hidden_channels, from, to] = arguments.as_slice() else {
        return Err("give ARCHITECTURE CHANNELS HIDDEN CHECKPOINT TO.pt".into());
    };
    let checkpoint = Checkpoint::read(Path::new(from))?;
    let wanted = Wanted {
        architecture: architecture.parse()?,
        params: LawParams {
            d_state: d_state.parse()?,
            hidden_channels: hidden_channels.parse()?,
        },
        defaulted: &[],
        weights: None,
        cast: false,
        norm: &PlainNorm,
    };
    let (law, _) = Law::seek(&wanted, &checkpoint)?;
    let manifest = Manifest {
        format_version: FORMAT_VERSION,
        experiment: from.clone(),
        architecture: law.architecture(),
        parameters: law.params(),
        gamma: 0.0,
        boundary: Boundary::Walls,
        memory: law.memory_channels().is_some(),
        checkpoint: from.clone(),
        checkpoint_sha256: checkpoint.sha256.clone(),
        torch_version: String::new(),
        method: ExportMethod::Script,
        verified: None,
    };
    let archive = atheria_torchscript::write(&law, &manifest)?;
    std::fs::write(to, &archive)?;
    println!("{to}: {} bytes", archive.len());
    Ok(())
}
