//! `ath inspect`: what a law is like.

use atheria_shared::ApiError;
use atheria_shared::character::{LawCharacter, SeedFate, Trait};
use atheria_shared::engine::{EngineEvent, EngineRequest, LawJob};
use atheria_shared::law::ForeignLaw;
use atheria_shared::planting::SeedMatter;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::args::InspectArgs;
use super::foreign;
use super::headless::{Headless, look_up, request};
use super::output::Output;
use crate::session::Plan;
use crate::supervisor::Launcher;

#[derive(Debug, Serialize)]
struct Inspected {
    experiment: String,
    checkpoint: String,
    /// What a click plants in its worlds.
    planted: String,
    #[serde(flatten)]
    found: Found,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Found {
    Character(LawCharacter),
    Foreign { foreign: ForeignLaw },
}

/// Measures it, or reads what was measured before.
pub(super) async fn inspect(
    args: InspectArgs,
    output: Output,
    end: CancellationToken,
) -> Result<(), ApiError> {
    let catalog = args
        .law
        .root
        .catalog()
        .trusting_torchscript(args.trust.trust_torchscript);
    let Plan { law, world, .. } = look_up(&catalog, &args.law, request(&args.law))?;
    let (experiment, checkpoint) = (law.experiment.clone(), law.checkpoint.to_string());
    let launcher = args.law.engine.launcher();
    let found = work(&launcher, output, end, law).await;
    launcher.shut_down().await;
    let done = Inspected {
        experiment,
        checkpoint,
        planted: planted(&world.planted),
        found: found?,
    };
    output.result(&done, &words(&done))
}

async fn work(
    launcher: &Launcher,
    output: Output,
    end: CancellationToken,
    law: LawJob,
) -> Result<Found, ApiError> {
    let mut headless = Headless::new(launcher, output, end);
    let mut engine = headless.start().await?;
    engine.send(EngineRequest::Inspect { law })?;
    let found = |event| match event {
        EngineEvent::Character(character) => Some(Found::Character(character)),
        EngineEvent::Probed(foreign) => Some(Found::Foreign { foreign }),
        _ => None,
    };
    let found = headless.until(&mut engine, found).await?;
    engine.stop().await;
    Ok(found)
}

/// What a click plants, as `atheria.json` names it.
fn planted(seed: &SeedMatter) -> String {
    match seed {
        SeedMatter::File(path) => path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned(),
        rule => rule.to_string(),
    }
}

fn words(done: &Inspected) -> String {
    let says = match &done.found {
        Found::Character(character) => character_words(character),
        Found::Foreign { foreign } => foreign::words(foreign).replace('\n', "\n    "),
    };
    let planted = match done.planted.as_str() {
        "start" => "its own starting matter, where that is one compact piece",
        planted => planted,
    };
    format!(
        "The law of {} ({})\n    {says}\n    {:12} {planted}",
        done.experiment, done.checkpoint, "a click lays"
    )
}

fn character_words(law: &LawCharacter) -> String {
    let no_time = || "not measured: there was no time for it".to_owned();
    let chaos = if law.is_chaotic() {
        "chaotic: worlds that differ by rounding part company"
    } else {
        "not chaotic: small differences stay small"
    };
    let lambda = law
        .lambda
        .map_or_else(no_time, |lambda| format!("{lambda:.3}, {chaos}"));
    let settling = match law.settling_steps {
        Some(steps) => format!("settles within {steps} steps"),
        None if law.has(Trait::Settling) => format!("does not settle within {} steps", law.measured_steps),
        None => no_time(),
    };
    let walls = match law.wall_depth_cells {
        Some(cells) => format!("felt {cells} cells deep in an empty world"),
        None if law.has(Trait::Walls) => "not measured".to_owned(),
        None => no_time(),
    };
    let seed = match law.seed {
        Some(SeedFate::Dissolves { by_step }) => format!("dissolves a seed within {by_step} steps"),
        Some(SeedFate::Keeps) => "keeps a seed about as large as it is".to_owned(),
        Some(SeedFate::Grows { cells_per_step }) => {
            format!("grows a seed by {cells_per_step:.2} cells a step")
        }
        None => no_time(),
    };
    let side = law.measured_side_cells;
    let lines = [
        ("period", format!("{} cells", law.period_cells)),
        ("reach", format!("{} cells a step", law.reach_cells)),
        ("lambda", lambda),
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
    ]
    .map(|(what, says)| format!("{what:12} {says}"));
    lines.join("\n    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_is_told_in_words() {
        let mut character = LawCharacter {
            period_cells: 4,
            reach_cells: 14,
            lambda: Some(1.25),
            settling_steps: None,
            wall_depth_cells: Some(9),
            seed: Some(SeedFate::Dissolves { by_step: 31 }),
            tile_cells: 32,
            measured_steps: 48,
            measured_side_cells: 96,
            missing: Vec::new(),
        };
        let done = Inspected {
            experiment: "flower".into(),
            checkpoint: "best_model.pth".into(),
            planted: planted(&SeedMatter::File("/e/seed.npz".into())),
            found: Found::Character(character.clone()),
        };
        insta::assert_snapshot!(words(&done));
        character.lambda = Some(0.9);
        character.seed = Some(SeedFate::Keeps);
        assert!(character_words(&character).contains("not chaotic"));
        assert!(character_words(&character).contains("keeps a seed"));
        let begun = LawCharacter {
            lambda: None,
            seed: None,
            wall_depth_cells: None,
            missing: Trait::ALL.to_vec(),
            ..character
        };
        assert_eq!(character_words(&begun).matches("no time for it").count(), 4);
    }
}
