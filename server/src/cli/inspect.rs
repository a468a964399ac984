//! `ath inspect`: what a law is like.

use std::fmt::Write as _;

use atheria_shared::ApiError;
use atheria_shared::character::{LawCharacter, SeedFate};
use atheria_shared::engine::{EngineEvent, EngineRequest, LawJob};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::args::InspectArgs;
use super::headless::{Headless, look_up, request};
use super::output::Output;
use crate::supervisor::Launcher;

#[derive(Debug, Serialize)]
struct Inspected {
    experiment: String,
    checkpoint: String,
    #[serde(flatten)]
    character: LawCharacter,
}

/// Measures it, or reads what was measured before.
pub(super) async fn inspect(
    args: InspectArgs,
    output: Output,
    end: CancellationToken,
) -> Result<(), ApiError> {
    let law = look_up(&args.law.root.catalog(), &args.law, request(&args.law))?.law;
    let launcher = args.law.engine.launcher();
    let done = work(&launcher, output, end, law).await;
    launcher.shut_down().await;
    let done = done?;
    output.result(&done, &words(&done));
    Ok(())
}

async fn work(
    launcher: &Launcher,
    output: Output,
    end: CancellationToken,
    law: LawJob,
) -> Result<Inspected, ApiError> {
    let (experiment, checkpoint) = (law.experiment.clone(), law.checkpoint.to_string());
    let mut headless = Headless::new(launcher, output, end);
    let mut engine = headless.start().await?;
    engine.send(EngineRequest::Inspect { law })?;
    let measured = |event| match event {
        EngineEvent::Character(character) => Some(character),
        _ => None,
    };
    let character = headless.until(&mut engine, measured).await?;
    engine.stop().await;
    Ok(Inspected {
        experiment,
        checkpoint,
        character,
    })
}

fn words(done: &Inspected) -> String {
    let law = &done.character;
    let chaos = if law.is_chaotic() {
        "chaotic: worlds that differ by rounding part company"
    } else {
        "not chaotic: small differences stay small"
    };
    let settling = match law.settling_steps {
        Some(steps) => format!("settles within {steps} steps"),
        None => format!("does not settle within {} steps", law.measured_steps),
    };
    let walls = match law.wall_depth_cells {
        Some(cells) => format!("felt {cells} cells deep in an empty world"),
        None => "not measured".to_owned(),
    };
    let seed = match law.seed {
        SeedFate::Dissolves { by_step } => format!("dissolves a seed within {by_step} steps"),
        SeedFate::Keeps => "keeps a seed about as large as it is".to_owned(),
        SeedFate::Grows { cells_per_step } => format!("grows a seed by {cells_per_step:.2} cells a step"),
    };
    let side = law.measured_side_cells;
    let mut text = format!("The law of {} ({})\n", done.experiment, done.checkpoint);
    for (what, says) in [
        ("period", format!("{} cells", law.period_cells)),
        ("reach", format!("{} cells a step", law.reach_cells)),
        ("lambda", format!("{:.3}, {chaos}", law.lambda)),
        ("empty plane", settling),
        ("walls", walls),
        ("matter", seed),
        ("tiles", format!("{0}x{0} cells", law.tile_cells)),
        (
            "measured",
            format!(
                "over {} steps on a torus of {side}x{side} cells",
                law.measured_steps
            ),
        ),
    ] {
        // A String takes everything.
        let _ = writeln!(text, "    {what:12} {says}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_is_told_in_words() {
        let mut done = Inspected {
            experiment: "flower".into(),
            checkpoint: "best_model.pth".into(),
            character: LawCharacter {
                period_cells: 4,
                reach_cells: 14,
                lambda: 1.25,
                settling_steps: None,
                wall_depth_cells: Some(9),
                seed: SeedFate::Dissolves { by_step: 31 },
                tile_cells: 32,
                measured_steps: 48,
                measured_side_cells: 96,
            },
        };
        insta::assert_snapshot!(words(&done));
        done.character.lambda = 0.9;
        done.character.seed = SeedFate::Keeps;
        assert!(words(&done).contains("not chaotic"));
        assert!(words(&done).contains("keeps a seed"));
    }
}
