//! Whether matter is where the law has it: the ghost, and the law that dissolves matter by itself.
//!
//! One step of a small world is held against the law's dense float64 answer, matter against matter. Then the world that was
//! asked for is watched: by which step is nothing left of it?

use atheria_shared::character::LawCharacter;
use atheria_shared::diagnosis::{Advice, FigureName, Finding, Known};
use atheria_shared::limits;
use tch::Kind;

use super::cells::Cells;
use super::error::CheckError;
use super::outcome::Outcome;
use super::subject::Subject;
use crate::character::{Allowance, Measured, kept_or_measured};
use crate::run::Dense;
use crate::run::sparse::Program;
use crate::world::{World, WorldError};

/// Steps that the world is watched for, at most.
const STEPS: u64 = 128;
/// Operations that this may take, at most.
const WORK_FLOPS: f64 = 1e11;
/// Cells that differ by eps are matter or not by rounding: dense counts are taken at eps times and through this.
const NEAR_EPS: f64 = 10.0;
/// Of the cells, the part that may be counted otherwise all the same.
const SLACK: f64 = 0.01;

/// What was counted.
#[derive(Debug, Clone, PartialEq)]
struct Figures {
    /// Cells of matter at the beginning.
    start: u64,
    /// After one step, as the sparse engine has it.
    sparse: u64,
    /// The least and the most that the law's dense float64 answer has.
    dense: [u64; 2],
    /// The first step without matter.
    dissolved: Option<u64>,
    /// Steps that the world was watched for.
    watched: u64,
    /// Cells of matter at the end of them.
    last: u64,
    /// The law's character, where it could be measured.
    character: Option<LawCharacter>,
}

/// Makes the check.
pub(super) fn check(subject: &Subject<'_>) -> Result<Outcome, CheckError> {
    let first = one_step(subject)?;
    let watched = watch(subject)?;
    let of = Measured {
        job: subject.job,
        law: &subject.law,
        checkpoint_sha256: &subject.checkpoint.sha256,
        gamma: subject.gamma,
    };
    // The check is about matter; what is known of the law besides is said with it.
    let allowance = Allowance::lasting(limits::CHARACTER_AT_OPENING);
    let character = match kept_or_measured(of, &allowance, &mut |_| {}) {
        Ok((character, _)) => Some(character),
        Err(WorldError::NotFinite { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(judge(&Figures {
        start: watched.start,
        sparse: first.sparse,
        dense: first.dense,
        dissolved: watched.dissolved,
        watched: watched.steps,
        last: watched.last,
        character,
    }))
}

/// Matter after one step.
#[derive(Debug, Clone, Copy)]
struct FirstStep {
    sparse: u64,
    dense: [u64; 2],
}

fn one_step(subject: &Subject<'_>) -> Result<FirstStep, CheckError> {
    let torch = CheckError::torch("a dense step was made");
    let (plan, _) = subject.dense_plan()?;
    let eps = plan.eps;
    let dense = Dense::in_float64(&subject.law, plan.boundary, plan.gamma)?;
    let mut world = World::make(plan, &subject.law)?;
    let before = Cells::of(&world)?;
    let state = |cells: &Cells| cells.to_state(Kind::Double).map_err(&torch);
    let (answer, empty) = dense.step_with_background(&state(&before)?, &state(&before.as_empty())?)?;
    let expected = Cells {
        background: Cells::of_state(&empty).map_err(&torch)?.psi,
        ..Cells::of_state(&answer).map_err(&torch)?
    };
    world.advance()?;
    Ok(FirstStep {
        sparse: Cells::of(&world)?.matter(eps),
        dense: [expected.matter(eps * NEAR_EPS), expected.matter(eps / NEAR_EPS)],
    })
}

/// A world's course.
#[derive(Debug, Clone, Copy)]
struct Watched {
    start: u64,
    dissolved: Option<u64>,
    steps: u64,
    last: u64,
}

fn watch(subject: &Subject<'_>) -> Result<Watched, CheckError> {
    let program = Program::<f32>::of(&subject.law).map_err(WorldError::from)?;
    let of_cell: f64 = program
        .passes
        .iter()
        .map(|pass| pass.flops_per_cell(program.level_of(pass)))
        .sum();
    let mut world = World::make(subject.plan(), &subject.law)?;
    let mut numbers = world.numbers()?;
    let mut watched = Watched {
        start: numbers.matter_cells,
        dissolved: None,
        steps: 0,
        last: numbers.matter_cells,
    };
    let mut work_flops = 0.0;
    while watched.steps < STEPS && work_flops < WORK_FLOPS && watched.last > 0 {
        world.advance()?;
        numbers = world.numbers()?;
        let tiles = (numbers.active_tiles + numbers.background_tiles) as f64;
        work_flops += tiles * f64::from(numbers.tile_cells).powi(2) * of_cell;
        watched.steps += 1;
        watched.last = numbers.matter_cells;
    }
    if watched.last == 0 && watched.start > 0 {
        watched.dissolved = Some(watched.steps);
    }
    Ok(watched)
}

fn judge(figures: &Figures) -> Outcome {
    let [least, most] = figures.dense;
    let slack = 16 + (SLACK * most as f64) as u64;
    let known = figures.character.as_ref().map(known);
    let outcome = if figures.start == 0 && most == 0 {
        Outcome::explained(Finding::NothingPut).advising(Advice::OtherMatter)
    } else if figures.sparse == 0 && least > 0 {
        Outcome::failed(Finding::Ghost { left: least }, Advice::ComputeDensely)
    } else if figures.sparse + slack < least || figures.sparse > most + slack {
        Outcome::failed(
            Finding::Miscounted {
                cells: figures.sparse,
                least,
                most,
            },
            Advice::ComputeDensely,
        )
    } else if let Some(step) = figures.dissolved {
        Outcome::explained(Finding::Dissolved { step, known }).advising(Advice::LookEarlier)
    } else {
        Outcome::passed(Finding::Kept {
            start: figures.start,
            last: figures.last,
            steps: figures.watched,
            known,
        })
    };
    let outcome = outcome
        .figure(FigureName::MatterFirst, figures.start as f64)
        .figure(FigureName::MatterAfterOne, figures.sparse as f64)
        .figure(FigureName::MatterLeast, least as f64)
        .figure(FigureName::MatterMost, most as f64)
        .figure(FigureName::StepsWatched, figures.watched as f64)
        .figure(FigureName::MatterLast, figures.last as f64);
    match figures.dissolved {
        Some(step) => outcome.figure(FigureName::FirstEmptyStep, step as f64),
        None => outcome,
    }
}

/// What is known of the law.
fn known(character: &LawCharacter) -> Known {
    Known {
        seed: character.seed,
        watched_steps: character.measured_steps,
        chaos: character
            .lambda
            .filter(|_| character.is_chaotic())
            .map(Into::into),
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::diagnosis::Verdict;

    use super::*;
    use crate::diagnose::testing::Bench;

    const ALIVE: Figures = Figures {
        start: 256,
        sparse: 400,
        dense: [390, 410],
        dissolved: None,
        watched: 128,
        last: 300,
        character: None,
    };

    #[test]
    fn a_ghost_and_miscounts_fail() {
        assert_eq!(judge(&ALIVE).verdict, Verdict::Passed);
        let ghost = Figures {
            sparse: 0,
            dissolved: Some(1),
            watched: 1,
            last: 0,
            ..ALIVE
        };
        assert_eq!(judge(&ghost).verdict, Verdict::Failed);
        assert!(matches!(judge(&ghost).finding, Finding::Ghost { left: 390 }));
        assert_eq!(judge(&Figures { sparse: 300, ..ALIVE }).verdict, Verdict::Failed);
        // A vacuum that counts as matter.
        assert_eq!(
            judge(&Figures {
                sparse: 16_384,
                ..ALIVE
            })
            .verdict,
            Verdict::Failed
        );
        // Matter made of nothing.
        assert_eq!(
            judge(&Figures {
                start: 0,
                dense: [0, 0],
                dissolved: None,
                ..ALIVE
            })
            .verdict,
            Verdict::Explained
        );
    }

    #[test]
    fn what_the_law_dissolves_is_explained() {
        let dissolved = Figures {
            dissolved: Some(31),
            watched: 31,
            last: 0,
            ..ALIVE
        };
        let outcome = judge(&dissolved);
        assert_eq!(outcome.verdict, Verdict::Explained);
        assert!(
            outcome.finding.to_string().contains("by step 31"),
            "{}",
            outcome.finding
        );
        // In one step, and so says dense float64.
        let at_once = Figures {
            sparse: 0,
            dense: [0, 3],
            dissolved: Some(1),
            watched: 1,
            last: 0,
            ..ALIVE
        };
        assert_eq!(judge(&at_once).verdict, Verdict::Explained);
    }

    #[test]
    fn golden_laws() {
        for (golden, verdict) in [
            ("UNET-d4-h8-g32", Verdict::Explained),
            ("DEEP_QCA-d4-h8-g32", Verdict::Passed),
        ] {
            let outcome = check(&Bench::new(golden).subject()).unwrap();
            assert_eq!(outcome.verdict, verdict, "{golden}: {outcome:?}");
            println!("{golden}: {outcome:?}");
        }
    }
}
