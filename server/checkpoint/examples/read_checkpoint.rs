//! What there is in a checkpoint: `cargo run -p atheria-checkpoint --example read_checkpoint -- FILE`.
//!
//! A `.pth` of `torch.save`, zipped or as a stream, or a safetensors file. Nothing in it is run.

use std::error::Error;
use std::path::PathBuf;

use atheria_checkpoint::Checkpoint;

fn main() -> Result<(), Box<dyn Error>> {
    let path: PathBuf = std::env::args_os().nth(1).ok_or("give a checkpoint")?.into();
    let checkpoint = Checkpoint::read(&path)?;
    println!("{}, SHA-256 {}", path.display(), checkpoint.sha256);
    let training = &checkpoint.training;
    if let Some(episode) = training.episode {
        println!("episode {episode}");
    }
    if let Some(loss) = training.loss {
        println!("loss {loss}");
    }
    for (name, value) in &training.metrics {
        println!("{name} {value}");
    }
    for dict in &checkpoint.dicts {
        println!("\nat {:?}", dict.key);
        for (name, info) in &dict.tensors {
            println!("  {name} {:?} {}", info.shape, info.element.kind());
        }
        for other in &dict.others {
            println!("  {other}");
        }
    }
    for remark in &checkpoint.remarks {
        println!("\n{remark}");
    }
    Ok(())
}
