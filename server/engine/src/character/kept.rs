//! The character of a law, kept beside its export: `model_<checkpoint stem>.character.json`.
//!
//! Damaged, older or foreign files are measured again, and so is one whose numbers no measurement gives; one that lacks a part is
//! completed. Where none can be written beside the checkpoint it lies in the cache, and without one it is measured each time.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use atheria_law::Law;
use atheria_shared::character::{LawCharacter, SeedFate, Trait};
use atheria_shared::engine::LawJob;
use serde::{Deserialize, Serialize};

use super::allowance::Allowance;
use super::measure::{TILE_CELLS, begin, complete};
use super::probe::Subject;
use super::{empty, seed};
use crate::durable::Temporary;
use crate::torchscript::Places;
use crate::world::WorldError;

/// The version of this file, and of how a character is measured.
const FORMAT_VERSION: u32 = 1;
/// A kept character is a few hundred bytes.
const FILE_BYTES: u64 = 1 << 14;
/// A difference cannot grow faster and be watched at all: from 1e-7 past 1e-2 in one step.
const LAMBDA: f64 = 1e12;

/// What lies in the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    format_version: u32,
    /// SHA-256 of the checkpoint, hexadecimal.
    checkpoint_sha256: String,
    /// Which of its dictionaries the law was asked to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weights: Option<String>,
    /// The decay that it was measured with.
    gamma: f64,
    character: LawCharacter,
}

/// Which law a character is of.
#[derive(Debug, Clone, Copy)]
pub struct Measured<'a> {
    /// As it was asked for: where the character is kept.
    pub job: &'a LawJob,
    /// The law.
    pub law: &'a Law,
    /// SHA-256 of the file that the law was read from, hexadecimal.
    pub checkpoint_sha256: &'a str,
    /// The decay a step.
    pub gamma: f64,
}

/// Finds a law's character beside its export, or measures what is missing of it, as far as it is allowed, and keeps it there.
/// `tell` hears of it as it becomes known. The second answer: whether all of it was found.
pub fn kept_or_measured(
    of: Measured<'_>,
    allowance: &Allowance,
    tell: &mut dyn FnMut(&LawCharacter),
) -> Result<(LawCharacter, bool), WorldError> {
    let Measured { job, law, gamma, .. } = of;
    let places = Places::of(job, &format!("model_{}.character.json", job.checkpoint.stem()));
    let mut found: Vec<LawCharacter> = places
        .all()
        .filter_map(read)
        .filter(|kept| kept.is_of(&of))
        .map(|kept| kept.character)
        .collect();
    // The one that knows most, and of equals the one beside the checkpoint.
    found.sort_by_key(|character| character.missing.len());
    let known = match found.into_iter().next() {
        Some(known) if known.missing.is_empty() => return Ok((known, true)),
        Some(known) => known,
        None => begin(law)?,
    };
    tell(&known);
    let before = known.missing.len();
    let subject = Subject {
        law,
        gamma,
        allowance,
    };
    let mut last_kept = before;
    let mut tell_and_keep = |character: &LawCharacter| {
        // What takes so long is worth keeping before all of it is there.
        if allowance.is_quiet() {
            last_kept = character.missing.len();
            keep(&places, &of, character);
        }
        tell(character);
    };
    let character = complete(known, &subject, &mut tell_and_keep)?;
    if character.missing.len() < last_kept {
        keep(&places, &of, &character);
    }
    Ok((character, false))
}

/// Keeps it in the first place that can be written. Where none can, that costs the time of a measurement, no more.
fn keep(places: &Places, of: &Measured<'_>, character: &LawCharacter) {
    let kept = Kept {
        format_version: FORMAT_VERSION,
        checkpoint_sha256: of.checkpoint_sha256.to_owned(),
        weights: of.job.weights.clone(),
        gamma: of.gamma,
        character: character.clone(),
    };
    let _ = places.write(|path| write(path, &kept));
}

impl Kept {
    fn is_of(&self, of: &Measured<'_>) -> bool {
        self.format_version == FORMAT_VERSION
            && self.checkpoint_sha256 == of.checkpoint_sha256
            && self.weights == of.job.weights
            && self.gamma.to_bits() == of.gamma.to_bits()
            && self.character.period_cells == of.law.period()
            && is_possible(&self.character)
    }
}

/// Whether a measurement could have given it: whoever can write the file can write anything.
fn is_possible(character: &LawCharacter) -> bool {
    let LawCharacter {
        lambda,
        settling_steps,
        wall_depth_cells,
        seed,
        tile_cells,
        measured_steps,
        measured_side_cells,
        ref missing,
        ..
    } = *character;
    let in_order = missing.is_sorted_by(|one, next| one < next);
    // The later ones take as many steps as the seed was watched for.
    let has_seed = character.has(Trait::Seed);
    let after_seed = has_seed || (!character.has(Trait::Settling) && !character.has(Trait::Walls));
    let lambda_fits = match lambda {
        Some(lambda) => (0.0..=LAMBDA).contains(&lambda),
        None => true,
    };
    let seed_fits = match seed {
        Some(SeedFate::Dissolves { by_step }) => by_step <= measured_steps,
        Some(SeedFate::Grows { cells_per_step }) => {
            cells_per_step.is_finite() && cells_per_step.abs() <= f64::from(seed::SIDE_CELLS)
        }
        Some(SeedFate::Keeps) | None => true,
    };
    in_order
        && after_seed
        && lambda.is_some() == character.has(Trait::Lambda)
        && seed.is_some() == has_seed
        && (measured_steps > 0) == has_seed
        && measured_steps <= seed::STEPS
        && lambda_fits
        && seed_fits
        && settling_steps.is_none_or(|steps| character.has(Trait::Settling) && steps <= measured_steps)
        && wall_depth_cells.is_none_or(|cells| character.has(Trait::Walls) && cells <= empty::WALLED_CELLS)
        && tile_cells == TILE_CELLS
        && measured_side_cells == seed::SIDE_CELLS
}

fn read(path: &Path) -> Option<Kept> {
    // A pipe would be waited for.
    if !path.is_file() {
        return None;
    }
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
    temporary.file()?.write_all(&serde_json::to_vec_pretty(kept)?)?;
    temporary.finish()
}
