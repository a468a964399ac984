//! The character of a law, kept beside its export: `model_<checkpoint stem>.character.json`.
//!
//! Damaged, older or foreign files are measured again; where none can be written, each time.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use atheria_shared::character::LawCharacter;
use atheria_shared::engine::LawJob;
use serde::{Deserialize, Serialize};

use super::of;
use crate::durable::Temporary;
use crate::law::Law;
use crate::world::WorldError;

/// The version of this file, and of how a character is measured.
const FORMAT_VERSION: u32 = 1;
/// A kept character is a few hundred bytes.
const FILE_BYTES: u64 = 1 << 14;

/// What lies in the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    format_version: u32,
    /// SHA-256 of the checkpoint, hexadecimal.
    checkpoint_sha256: String,
    /// The decay that it was measured with.
    gamma: f64,
    character: LawCharacter,
}

/// Finds a law's character beside its export, or measures it and keeps it there. `checkpoint_sha256`: of the file that the
/// law was read from. The second answer: whether it was found.
pub fn kept_or_measured(
    job: &LawJob,
    law: &Law,
    checkpoint_sha256: &str,
    gamma: f64,
) -> Result<(LawCharacter, bool), WorldError> {
    let name = format!("model_{}.character.json", job.checkpoint.stem());
    let path = job.checkpoint_dir.join(name);
    if let Some(kept) = read(&path).filter(|kept| kept.is_of(checkpoint_sha256, gamma)) {
        return Ok((kept.character, true));
    }
    let kept = Kept {
        format_version: FORMAT_VERSION,
        checkpoint_sha256: checkpoint_sha256.to_owned(),
        gamma,
        character: of(law, gamma)?,
    };
    // A folder that cannot be written to costs the time of a measurement, no more.
    let _ = write(&path, &kept);
    Ok((kept.character, false))
}

impl Kept {
    fn is_of(&self, checkpoint_sha256: &str, gamma: f64) -> bool {
        self.format_version == FORMAT_VERSION
            && self.checkpoint_sha256 == checkpoint_sha256
            && self.gamma.to_bits() == gamma.to_bits()
    }
}

fn read(path: &Path) -> Option<Kept> {
    let mut text = String::new();
    File::open(path)
        .ok()?
        .take(FILE_BYTES)
        .read_to_string(&mut text)
        .ok()?;
    serde_json::from_str(&text).ok()
}

fn write(path: &Path, kept: &Kept) -> io::Result<()> {
    let temporary = Temporary::beside(path)?;
    let mut file = temporary.file()?;
    file.write_all(&serde_json::to_vec_pretty(kept)?)?;
    temporary.finish(file)
}
