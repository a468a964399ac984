//! Sparse, dense, and `auto`, which goes from one to the other.

use atheria_shared::world::{Execution, ExecutionChoice, ExecutionReason, StartingMatter};
use atheria_shared::{Architecture, Boundary};

use super::made::{BOUNDARIES, advance, bytes, going_over, plan, world};
use crate::testing::golden;
use crate::world::{WorldError, WorldPlan};

fn auto(boundary: Boundary, size: [u32; 2], watched: bool) -> WorldPlan {
    WorldPlan {
        execution: ExecutionChoice::Auto,
        init: StartingMatter::Blob { side_cells: 12 },
        watched,
        ..plan(boundary, size)
    }
}

#[test]
fn auto_goes_both_ways_and_comes_to_the_same_bits_each_time() {
    for (architecture, size) in [
        // Grows until all is matter.
        (Architecture::DeepQca, [48, 64]),
        (Architecture::SnnUnet, [48, 64]),
        // Is felt everywhere, and dissolves.
        (Architecture::Unet, [64, 96]),
        (Architecture::UnetUnitaryRmsNorm, [64, 96]),
    ] {
        let law = golden(architecture);
        for boundary in [Boundary::Torus, Boundary::Walls] {
            let run = |watched| {
                let mut here = world(&auto(boundary, size, watched), &law);
                let mut ways = Vec::new();
                for _ in 0..56 {
                    advance(&mut here, 1);
                    let numbers = here.numbers().unwrap();
                    if ways.last() != Some(&numbers.execution) {
                        ways.push(numbers.execution);
                    }
                    let reason = match numbers.execution {
                        Execution::Sparse => ExecutionReason::LittleMatter,
                        Execution::Dense => ExecutionReason::MuchMatter,
                    };
                    assert_eq!(numbers.reason, reason);
                }
                (ways, bytes(&here))
            };
            let (ways, first) = run(false);
            println!("{architecture} {boundary}: {ways:?}");
            assert!(ways.len() > 1, "{architecture} {boundary}: {ways:?}");
            for watched in [false, true] {
                assert!(run(watched).1 == first, "{architecture} {boundary} {watched}");
            }
        }
    }
}

#[test]
fn going_over_changes_no_cell_by_more_than_eps() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for boundary in [Boundary::Torus, Boundary::Walls] {
            let plan = WorldPlan {
                watched: true,
                ..plan(boundary, [64, 80])
            };
            let apart = going_over(world(&plan, &law), world(&plan, &law), 24, |step| match step {
                6 | 17 => Some(ExecutionChoice::Dense),
                12 | 20 => Some(ExecutionChoice::Sparse),
                14 | 22 => Some(ExecutionChoice::Auto),
                _ => None,
            });
            println!("{architecture} {boundary}: {apart:.1e}");
            assert!(apart <= 1e-4, "{architecture} {boundary}: {apart:e}");
        }
    }
}

/// A world that was dense and unwatched has left its background behind: what is empty in it cannot be told any more.
#[test]
fn from_dense_and_unwatched_nothing_is_lost() {
    let law = golden(Architecture::Unet);
    let mut here = world(
        &WorldPlan {
            execution: ExecutionChoice::Dense,
            ..plan(Boundary::Walls, [64, 64])
        },
        &law,
    );
    advance(&mut here, 5);
    for choice in [ExecutionChoice::Sparse, ExecutionChoice::Auto] {
        let before = here.field().unwrap();
        here.set_execution(choice).unwrap();
        assert_eq!(here.field().unwrap(), before);
        let mut dense = world(
            &WorldPlan {
                execution: ExecutionChoice::Dense,
                ..plan(Boundary::Walls, [64, 64])
            },
            &law,
        );
        advance(&mut here, 16);
        advance(&mut dense, here.step_count());
        assert_eq!(here.field().unwrap(), dense.field().unwrap(), "{choice}");
    }
}

#[test]
fn an_endless_world_is_never_dense() {
    let law = golden(Architecture::DeepQca);
    let refused = WorldPlan {
        execution: ExecutionChoice::Dense,
        ..plan(Boundary::Unbounded, [64, 64])
    };
    let error = crate::world::World::make(refused, &law).unwrap_err();
    assert!(matches!(error, WorldError::Endless), "{error}");
    let mut here = world(&auto(Boundary::Unbounded, [64, 64], true), &law);
    assert!(here.set_execution(ExecutionChoice::Dense).is_err());
    advance(&mut here, 3);
    assert_eq!(here.numbers().unwrap().execution, Execution::Sparse);
    let error = here.field().unwrap_err();
    assert!(matches!(error, WorldError::Whole), "{error}");
}

#[test]
fn a_vast_world_costs_what_its_matter_does() {
    // Laws without norms: others are other laws in a larger world.
    for architecture in [Architecture::Mlp, Architecture::DeepQca, Architecture::SnnUnet] {
        let law = golden(architecture);
        for boundary in BOUNDARIES {
            let after = |side: u32| {
                let mut here = world(&plan(boundary, [side, side]), &law);
                advance(&mut here, 8);
                here.numbers().unwrap()
            };
            let (large, vast) = (after(512), after(65_536));
            assert_eq!(large.matter_cells, vast.matter_cells, "{architecture} {boundary}");
            assert!(vast.memory_bytes <= large.memory_bytes + large.memory_bytes / 5);
            assert!(vast.active_tiles <= large.active_tiles + 2);
        }
    }
}
