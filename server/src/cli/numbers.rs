//! How much there is in a world and what it costs, in words.

use std::fmt::Write as _;

use atheria_shared::world::{Emptiness, Execution, ExecutionReason, VISIBLE, WorldNumbers};

/// A line each on the matter, on what is computed, and on how far it may be off.
pub(super) fn words(numbers: &WorldNumbers) -> String {
    let side = numbers.tile_cells;
    let mut text = format!(
        "{} cells deviate by more than {} %; {} matter cells",
        numbers.visible_cells,
        100.0 * VISIBLE,
        numbers.matter_cells
    );
    if let Some(why) = numbers.emptiness {
        text.push_str(&emptiness(why));
    } else {
        if let Some(fraction) = numbers.matter_fraction {
            // A String takes everything.
            let _ = write!(text, ", {:.2} % of the grid", fraction * 100.0);
        }
        let _ = write!(text, ", in {} tiles of {side}x{side} cells", numbers.matter_tiles);
    }
    let execution = match numbers.execution {
        Execution::Dense => "dense",
        Execution::Sparse => "sparse",
    };
    let megabytes = numbers.memory_bytes as f64 / 1e6;
    let _ = write!(
        text,
        "\n{execution} execution, {}: {} tiles of the world and {} of its background computed, {megabytes:.1} MB",
        reason(numbers.reason),
        numbers.active_tiles,
        numbers.background_tiles
    );
    if let Some(bound) = numbers.error_bound {
        let _ = write!(
            text,
            "\npsi is at most {bound:.1e} from that of a world in which nothing was dropped"
        );
    }
    text
}

fn emptiness(why: Emptiness) -> String {
    match why {
        Emptiness::NothingPut => ": there never was any".to_owned(),
        Emptiness::Dissolved { step } => format!(": the law dissolved it by step {step}"),
        Emptiness::Erased { step } => format!(": it was erased at step {step}"),
    }
}

fn reason(reason: ExecutionReason) -> &'static str {
    match reason {
        ExecutionReason::Asked => "as it was asked for",
        ExecutionReason::LittleMatter => "since there is little to compute",
        ExecutionReason::MuchMatter => "since most of the world is to be computed",
        ExecutionReason::Device => "since so small a world is no work for the device",
        ExecutionReason::Law => "since the law has no other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_is_told_in_words() {
        let full = WorldNumbers {
            visible_cells: 41,
            matter_cells: 120,
            matter_fraction: Some(0.0133),
            matter_tiles: 3,
            active_tiles: 12,
            background_tiles: 1,
            tile_cells: 32,
            error_bound: Some(1.26e-5),
            execution: Execution::Sparse,
            reason: ExecutionReason::LittleMatter,
            memory_bytes: 3_140_000,
            ..WorldNumbers::default()
        };
        let empty = |emptiness| WorldNumbers {
            visible_cells: 0,
            matter_cells: 0,
            emptiness: Some(emptiness),
            error_bound: None,
            ..full.clone()
        };
        let told = [
            words(&full),
            words(&empty(Emptiness::Dissolved { step: 31 })),
            words(&empty(Emptiness::Erased { step: 8 })),
            words(&empty(Emptiness::NothingPut)),
        ];
        insta::assert_snapshot!(told.join("\n\n"));
    }
}
