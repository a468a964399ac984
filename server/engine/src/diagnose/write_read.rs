//! A world that is written is read back cell by cell, matter told from background: an empty or forgetful world fails.

use atheria_shared::Cell;
use atheria_shared::diagnosis::{Advice, FigureName, Finding};
use atheria_shared::tool::{Stroke, Tool};
use atheria_shared::world::{Placement, StartingMatter};

use super::cells::Cells;
use super::error::CheckError;
use super::outcome::Outcome;
use super::subject::Subject;
use crate::world::{World, WorldError, WorldPlan};

/// Steps before it is written: its background is not vacuum any more then.
const STEPS: u64 = 2;
/// Radius of the noise that is put into it then, in cells: whatever the law does, that is matter.
const NOISE_CELLS: f32 = 5.0;
/// The file.
const FILE: &str = "write_read.npz";

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Figures {
    /// Cells that were compared.
    compared: u64,
    /// Cells whose psi or memory differs in a bit.
    differ: u64,
    /// Cells whose background differs in a bit.
    background_differs: u64,
    /// Cells of matter before, as the world counts them.
    written: u64,
    /// The same of what was read.
    read: u64,
    /// The same, counted here cell by cell.
    recounted: u64,
    /// Steps of what was read.
    steps: u64,
}

/// Makes the check.
pub(super) fn check(subject: &Subject<'_>) -> Result<Outcome, CheckError> {
    let mut world = with_matter(subject)?;
    let path = subject.scratch.join(FILE);
    std::fs::create_dir_all(subject.scratch).map_err(|source| WorldError::WriteFile {
        path: subject.scratch.to_owned(),
        source,
    })?;
    world.save(&path)?;
    let restored = World::make(
        WorldPlan {
            grid: Some(world.grid()),
            init: StartingMatter::File(path.clone()),
            place: Placement::Centre,
            step: world.step_count(),
            ..world.plan().clone()
        },
        &subject.law,
    );
    // Whatever came of it, the file has served.
    let _ = std::fs::remove_file(&path);
    judge_worlds(&mut world, &mut restored?)
}

/// The world that was asked for, a little later, with noise in its middle.
fn with_matter(subject: &Subject<'_>) -> Result<World, CheckError> {
    let mut world = World::make(subject.small_plan()?, &subject.law)?;
    for _ in 0..STEPS {
        world.advance()?;
    }
    let middle = Cell {
        y: i64::from(world.grid().height() / 2),
        x: i64::from(world.grid().width() / 2),
    };
    world.apply(&Stroke::new(Tool::Noise, middle, NOISE_CELLS))?;
    Ok(world)
}

fn judge_worlds(written: &mut World, read: &mut World) -> Result<Outcome, CheckError> {
    if written.grid() != read.grid() {
        return Err(CheckError::Size {
            found: read.grid(),
            needed: written.grid(),
        });
    }
    let (a, b) = (Cells::of(written)?, Cells::of(read)?);
    Ok(judge(&Figures {
        compared: (a.size[0] * a.size[1]) as u64,
        differ: differing(&a, &b),
        background_differs: differing(&a.as_empty(), &b.as_empty()),
        written: written.numbers()?.matter_cells,
        read: read.numbers()?.matter_cells,
        recounted: b.matter(read.plan().eps),
        steps: read.step_count(),
    }))
}

fn judge(figures: &Figures) -> Outcome {
    let Figures {
        compared,
        differ,
        background_differs,
        written,
        read,
        recounted,
        steps,
    } = *figures;
    let fault = if compared == 0 || written == 0 {
        Some(Finding::Forgotten)
    } else if differ > 0 {
        Some(Finding::CellsDiffer { differ, compared })
    } else if background_differs > 0 {
        Some(Finding::BackgroundDiffers {
            differ: background_differs,
            compared,
        })
    } else if read != written || recounted != read {
        Some(Finding::MatterDiffers {
            written,
            read,
            there: recounted,
        })
    } else {
        None
    };
    let outcome = match fault {
        Some(fault) => Outcome::failed(fault, Advice::SaveElsewhere),
        None => Outcome::passed(Finding::ReadBack {
            step: steps,
            compared,
            matter: written,
        }),
    };
    outcome
        .figure(FigureName::CellsCompared, compared as f64)
        .figure(FigureName::CellsDiffer, differ as f64)
        .figure(FigureName::BackgroundDiffers, background_differs as f64)
        .figure(FigureName::MatterWritten, written as f64)
        .figure(FigureName::MatterRead, read as f64)
}

/// Cells whose psi, or whose cell of the memory, differs in a bit.
fn differing(a: &Cells, b: &Cells) -> u64 {
    let same = |a: &[f64], b: &[f64]| a.iter().map(|n| n.to_bits()).eq(b.iter().map(|n| n.to_bits()));
    let psi = a.each().zip(b.each()).filter(|(a, b)| !same(a, b)).count();
    let memory = match (&a.memory, &b.memory) {
        (Some((channels, a)), Some((_, b))) => {
            let cells = |parts: &[Vec<f64>; 2]| parts.iter().map(Vec::len).sum::<usize>();
            let pairs = a.iter().zip(b).flat_map(|(a, b)| {
                a.chunks_exact((*channels).max(1))
                    .zip(b.chunks_exact((*channels).max(1)))
            });
            pairs.filter(|(a, b)| !same(a, b)).count() + cells(a).abs_diff(cells(b))
        }
        (None, None) => 0,
        _ => a.psi.len(),
    };
    (psi + memory + a.psi.len().abs_diff(b.psi.len())) as u64
}

#[cfg(test)]
mod tests {
    use atheria_shared::diagnosis::Verdict;

    use super::*;
    use crate::diagnose::testing::{Bench, GOLDEN};

    const SOUND: Figures = Figures {
        compared: 4096,
        differ: 0,
        background_differs: 0,
        written: 81,
        read: 81,
        recounted: 81,
        steps: 2,
    };

    #[test]
    fn every_fault_fails() {
        assert_eq!(judge(&SOUND).verdict, Verdict::Passed);
        let faults = [
            Figures { differ: 1, ..SOUND },
            Figures {
                background_differs: 1,
                ..SOUND
            },
            Figures { read: 80, ..SOUND },
            Figures {
                recounted: 0,
                ..SOUND
            },
            // A world that forgets all that is put into it, before and after.
            Figures {
                written: 0,
                read: 0,
                recounted: 0,
                ..SOUND
            },
            Figures { compared: 0, ..SOUND },
        ];
        for fault in faults {
            assert_eq!(judge(&fault).verdict, Verdict::Failed, "{fault:?}");
        }
    }

    #[test]
    fn every_golden_law_is_read_back() {
        for golden in GOLDEN {
            let bench = Bench::new(golden);
            let outcome = check(&bench.subject()).unwrap();
            assert_eq!(outcome.verdict, Verdict::Passed, "{golden}: {outcome:?}");
            assert!(
                std::fs::read_dir(bench.subject().scratch)
                    .unwrap()
                    .next()
                    .is_none()
            );
        }
    }

    #[test]
    fn a_world_that_was_changed_on_the_way_fails() {
        let bench = Bench::new("UNET_CONVLSTM-d4-h8-g32");
        let subject = bench.subject();
        let erase = |world: &mut World, radius_cells: f32| {
            let at = Cell { y: 32, x: 32 };
            world.apply(&Stroke::new(Tool::Erase, at, radius_cells)).unwrap();
        };
        let judged = |change: &dyn Fn(&mut World)| {
            let (mut written, mut read) = (with_matter(&subject).unwrap(), with_matter(&subject).unwrap());
            change(&mut read);
            judge_worlds(&mut written, &mut read).unwrap()
        };
        assert_eq!(judged(&|_| {}).verdict, Verdict::Passed);
        assert_eq!(judged(&|world| erase(world, 0.0)).verdict, Verdict::Failed);
        assert_eq!(judged(&|world| world.advance().unwrap()).verdict, Verdict::Failed);
        // Both empty: the same, and yet nothing was remembered.
        let mut empty = [with_matter(&subject).unwrap(), with_matter(&subject).unwrap()];
        for world in &mut empty {
            erase(world, 90.0);
        }
        let [mut written, mut read] = empty;
        assert_eq!(
            judge_worlds(&mut written, &mut read).unwrap().verdict,
            Verdict::Failed
        );
    }
}
