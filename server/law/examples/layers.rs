//! A law's layers, and whose weights a checkpoint's are:
//! `cargo run -p atheria-law --example layers -- ARCHITECTURE CHANNELS HIDDEN [CHECKPOINT]`, such as `UNET 4 8`.

use std::error::Error;
use std::path::Path;

use atheria_checkpoint::Checkpoint;
use atheria_law::{Law, PlainNorm, Wanted};
use atheria_shared::Architecture;
use atheria_shared::law::LawParams;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (architecture, d_state, hidden_channels, checkpoint) = match arguments.as_slice() {
        [architecture, channels, hidden] => (architecture, channels, hidden, None),
        [architecture, channels, hidden, checkpoint] => (architecture, channels, hidden, Some(checkpoint)),
        _ => return Err("give ARCHITECTURE CHANNELS HIDDEN [CHECKPOINT]".into()),
    };
    let architecture: Architecture = architecture.parse()?;
    let params = LawParams {
        d_state: d_state.parse()?,
        hidden_channels: hidden_channels.parse()?,
    };
    let graph = Law::draw(architecture, params);
    for (place, op) in graph.ops().iter().enumerate() {
        println!("{place:3} {op:?}");
    }
    for spec in graph.params() {
        println!("{} {:?}", spec.name, spec.shape);
    }
    let Some(checkpoint) = checkpoint else {
        return Ok(());
    };
    let wanted = Wanted {
        architecture,
        params,
        defaulted: &[],
        weights: None,
        cast: false,
        norm: &PlainNorm,
    };
    let (law, remarks) = Law::seek(&wanted, &Checkpoint::read(Path::new(checkpoint))?)?;
    println!("\n{checkpoint} has its {} numbers", law.parameter_count());
    for remark in remarks {
        println!("{remark}");
    }
    Ok(())
}
