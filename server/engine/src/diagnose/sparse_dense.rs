//! Sparse execution against dense, eight steps long, and both against float64.
//!
//! From each state on the way one step is made sparsely and one densely in float64: they may be 1e-5 apart, or three times what
//! dense execution in float32 loses itself. After all steps a world that was stepped densely in float64 from the first state
//! on may be 1e-4 away, or three times what dense float32 is: a chaotic law parts them all.

use atheria_shared::diagnosis::{Advice, FigureName, Finding, Instead};
use tch::{Device, Kind};

use super::cells::Cells;
use super::error::CheckError;
use super::outcome::Outcome;
use super::subject::Subject;
use crate::run::Dense;
use crate::world::World;

/// Steps.
const STEPS: u32 = 8;
/// How far one step may be off.
const STEP: f64 = 1e-5;
/// How far all of them may be.
const ALL_STEPS: f64 = 1e-4;
/// Times what float32 loses.
const ROUNDING: f64 = 3.0;

/// What was measured: largest differences to dense float64.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Figures {
    /// Of one sparse step, the worst of all.
    step: f64,
    /// Of one dense float32 step, the worst of all.
    step_rounding: f64,
    /// Of the sparse world after all steps.
    all: f64,
    /// Of the dense float32 world after all steps.
    all_rounding: f64,
    /// Cells of matter at the end.
    matter: u64,
}

/// Makes the check.
pub(super) fn check(subject: &Subject<'_>) -> Result<Outcome, CheckError> {
    let torch = CheckError::torch("dense steps were made");
    let (plan, instead) = subject.dense_plan()?;
    let double = Dense::in_float64(&subject.law, plan.boundary, plan.gamma)?;
    let single = Dense::new(&subject.law, plan.boundary, plan.gamma, Device::Cpu)?;
    let mut world = World::make(plan, &subject.law)?;
    let mut now = Cells::of(&world)?;
    let mut far_double = now.to_state(Kind::Double).map_err(&torch)?;
    let mut far_single = now.to_state(Kind::Float).map_err(&torch)?;
    let mut figures = Figures::default();
    for _ in 0..STEPS {
        let exact = double.step(&now.to_state(Kind::Double).map_err(&torch)?)?;
        let rounded = single.step(&now.to_state(Kind::Float).map_err(&torch)?)?;
        far_double = double.step(&far_double)?;
        far_single = single.step(&far_single)?;
        world.advance()?;
        now = Cells::of(&world)?;
        let exact = Cells::of_state(&exact).map_err(&torch)?;
        figures.step = worse(figures.step, now.farthest(&exact));
        let rounded = Cells::of_state(&rounded).map_err(&torch)?;
        figures.step_rounding = worse(figures.step_rounding, rounded.farthest(&exact));
    }
    let exact = Cells::of_state(&far_double).map_err(&torch)?;
    figures.all = now.farthest(&exact);
    figures.all_rounding = Cells::of_state(&far_single).map_err(&torch)?.farthest(&exact);
    figures.matter = world.numbers()?.matter_cells;
    Ok(judge(&figures, instead))
}

/// The larger one; NaN if one of them is.
fn worse(most: f64, next: f64) -> f64 {
    if most.is_nan() || next.is_nan() {
        f64::NAN
    } else {
        most.max(next)
    }
}

fn judge(figures: &Figures, instead: Option<Instead>) -> Outcome {
    let allowed = |floor: f64, rounding: f64| {
        // What has no number allows nothing more.
        if rounding.is_finite() {
            floor.max(ROUNDING * rounding)
        } else {
            floor
        }
    };
    let step = allowed(STEP, figures.step_rounding);
    let all = allowed(ALL_STEPS, figures.all_rounding);
    // A NaN is never within.
    let outcome = if figures.step <= step && figures.all <= all {
        Outcome::passed(Finding::SparseIsDense {
            steps: STEPS,
            step: figures.step.into(),
            all: figures.all.into(),
            instead,
        })
    } else if figures.step <= step {
        Outcome::failed(
            Finding::SparseParts {
                steps: STEPS,
                apart: figures.all.into(),
                allowed: all.into(),
                instead,
            },
            Advice::ComputeDensely,
        )
    } else {
        Outcome::failed(
            Finding::SparseStepOff {
                apart: figures.step.into(),
                allowed: step.into(),
                instead,
            },
            Advice::ComputeDensely,
        )
    };
    outcome
        .figure(FigureName::SparseStep, figures.step)
        .figure(FigureName::DenseStep, figures.step_rounding)
        .figure(FigureName::SparseSteps, figures.all)
        .figure(FigureName::DenseSteps, figures.all_rounding)
        .figure(FigureName::MatterLast, figures.matter as f64)
}

#[cfg(test)]
mod tests {
    use atheria_shared::diagnosis::Verdict;

    use super::*;
    use crate::diagnose::testing::{Bench, GOLDEN};

    const SOUND: Figures = Figures {
        step: 1e-6,
        step_rounding: 1e-6,
        all: 3e-6,
        all_rounding: 5e-6,
        matter: 256,
    };

    #[test]
    fn every_fault_fails() {
        assert_eq!(judge(&SOUND, None).verdict, Verdict::Passed);
        let faults = [
            Figures { step: 2e-5, ..SOUND },
            Figures { all: 2e-4, ..SOUND },
            Figures {
                step: f64::NAN,
                ..SOUND
            },
            Figures {
                all: f64::NAN,
                ..SOUND
            },
            Figures {
                step: f64::INFINITY,
                all: f64::INFINITY,
                all_rounding: f64::INFINITY,
                ..SOUND
            },
        ];
        for fault in faults {
            assert_eq!(judge(&fault, None).verdict, Verdict::Failed, "{fault:?}");
        }
        // A chaotic law parts all worlds, and the dense one is no better.
        let chaotic = Figures {
            all: 5e-4,
            all_rounding: 4e-4,
            ..SOUND
        };
        assert_eq!(judge(&chaotic, None).verdict, Verdict::Passed);
    }

    #[test]
    fn the_golden_laws_pass() {
        for golden in GOLDEN {
            let bench = Bench::new(golden);
            let outcome = check(&bench.subject()).unwrap();
            println!("{golden}: {outcome:?}");
            assert_eq!(outcome.verdict, Verdict::Passed, "{golden}: {outcome:?}");
        }
    }
}
