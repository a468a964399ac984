//! A world on a device, where nothing is said the CPU through libtorch: in tiles, as a grid, and from one to the other.

use atheria_law::Law;
use atheria_shared::tool::{Stroke, Tool};
use atheria_shared::world::{
    Emptiness, Execution, ExecutionChoice, ExecutionReason, Precision, StartingMatter, Vacuum,
};
use atheria_shared::{Architecture, Boundary, Cell};

use super::made::{BOUNDARIES, advance, bytes, distance, from_file, going_over, plan, world};
use crate::testing::{device, golden};
use crate::world::{Rule, World, WorldError, WorldPlan};

/// Larger than a world that is always a grid.
const LARGE: [u32; 2] = [528, 512];

fn on_device(plan: &WorldPlan, law: &Law) -> World {
    World::make_on(plan.clone(), Rule::from(law), Some(device())).unwrap()
}

fn auto(size: [u32; 2]) -> WorldPlan {
    WorldPlan {
        execution: ExecutionChoice::Auto,
        watched: true,
        ..plan(Boundary::Torus, size)
    }
}

#[test]
fn a_sparse_world_on_a_device_is_the_one_on_the_cpu() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for boundary in BOUNDARIES {
            let plan = plan(boundary, [60, 84]);
            let (mut here, mut cpu) = (on_device(&plan, &law), world(&plan, &law));
            for _ in 0..6 {
                advance(&mut here, 1);
                advance(&mut cpu, 1);
            }
            let [here, cpu] = [&mut here, &mut cpu].map(|world| world.numbers().unwrap());
            assert_eq!(here.execution, Execution::Sparse, "{architecture} {boundary}");
            let few = here.matter_cells.abs_diff(cpu.matter_cells);
            assert!(
                20 * few <= cpu.matter_cells,
                "{architecture} {boundary}: {} and {}",
                here.matter_cells,
                cpu.matter_cells
            );
        }
        let plan = plan(Boundary::Walls, [60, 84]);
        let (mut here, mut cpu) = (on_device(&plan, &law), world(&plan, &law));
        advance(&mut here, 4);
        advance(&mut cpu, 4);
        let apart = distance(&here.field().unwrap(), &cpu.field().unwrap());
        println!("{architecture}: {apart:.1e}");
        assert!(apart <= 1e-4, "{architecture}: {apart:e}");
    }
}

#[test]
fn it_goes_on_as_it_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    for architecture in [
        Architecture::Unet,
        Architecture::UnetConvLstm,
        Architecture::DeepQca,
    ] {
        let law = golden(architecture);
        for boundary in BOUNDARIES {
            let plan = plan(boundary, [60, 84]);
            let mut here = on_device(&plan, &law);
            advance(&mut here, 3);
            here.save(&path).unwrap();
            let mut there = on_device(&from_file(&plan, &path, 3), &law);
            there.warm_up().unwrap();
            assert!(bytes(&there) == bytes(&here), "{architecture} {boundary}");
            advance(&mut here, 3);
            advance(&mut there, 3);
            assert!(bytes(&there) == bytes(&here), "{architecture} {boundary}");
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
            let apart = going_over(
                on_device(&plan, &law),
                world(&plan, &law),
                16,
                |step| match step {
                    3 | 10 => Some(ExecutionChoice::Dense),
                    7 | 12 => Some(ExecutionChoice::Sparse),
                    _ => None,
                },
            );
            println!("{architecture} {boundary}: {apart:.1e}");
            // A neuron on its threshold fires or not by a rounding: of SNN_UNET single steps are compared elsewhere.
            let allowed = if architecture == Architecture::SnnUnet {
                f64::INFINITY
            } else {
                1e-4
            };
            assert!(apart <= allowed, "{architecture} {boundary}: {apart:e}");
        }
    }
}

#[test]
fn auto_keeps_little_matter_in_tiles_and_much_as_a_grid() {
    let law = golden(Architecture::DeepQca);
    let mut here = on_device(&auto(LARGE), &law);
    let mut ways = Vec::new();
    let look = |here: &mut World, ways: &mut Vec<_>| {
        let numbers = here.numbers().unwrap();
        let way = (numbers.execution, numbers.reason);
        if ways.last() != Some(&way) {
            ways.push(way);
        }
    };
    look(&mut here, &mut ways);
    advance(&mut here, 8);
    look(&mut here, &mut ways);
    // Matter everywhere, then nearly nowhere.
    let stroke = |tool, radius_cells| Stroke::new(tool, Cell { y: 260, x: 256 }, radius_cells);
    here.apply(&stroke(Tool::Noise, 250.0)).unwrap();
    advance(&mut here, 9);
    look(&mut here, &mut ways);
    here.apply(&stroke(Tool::Erase, 600.0)).unwrap();
    here.apply(&stroke(Tool::Noise, 6.0)).unwrap();
    advance(&mut here, 64);
    look(&mut here, &mut ways);
    let (sparse, dense) = (
        (Execution::Sparse, ExecutionReason::LittleMatter),
        (Execution::Dense, ExecutionReason::MuchMatter),
    );
    assert_eq!(ways, [sparse, dense, sparse]);
    assert_eq!(here.numbers().unwrap().events, 3);
    assert_eq!(here.step_count(), 81);
}

#[test]
fn a_small_world_is_a_grid_and_an_endless_one_never() {
    let law = golden(Architecture::DeepQca);
    let numbers = on_device(&auto([48, 64]), &law).numbers().unwrap();
    assert_eq!(
        (numbers.execution, numbers.reason),
        (Execution::Dense, ExecutionReason::Device)
    );
    let endless = WorldPlan {
        boundary: Boundary::Unbounded,
        ..auto([48, 64])
    };
    let mut here = on_device(&endless, &law);
    assert_eq!(here.numbers().unwrap().execution, Execution::Sparse);
    assert!(matches!(
        here.set_execution(ExecutionChoice::Dense),
        Err(WorldError::Endless)
    ));
    // What was refused changes nothing.
    assert_eq!(here.plan().execution, ExecutionChoice::Auto);
    advance(&mut here, 2);
    // Nothing is lost of why a world is empty, either way.
    let nothing = WorldPlan {
        init: StartingMatter::Zeros,
        execution: ExecutionChoice::Sparse,
        ..auto([48, 64])
    };
    let mut here = on_device(&nothing, &law);
    for (choice, execution) in [
        (ExecutionChoice::Dense, Execution::Dense),
        (ExecutionChoice::Sparse, Execution::Sparse),
    ] {
        here.set_execution(choice).unwrap();
        let numbers = here.numbers().unwrap();
        assert_eq!(numbers.emptiness, Some(Emptiness::NothingPut));
        assert_eq!(
            (numbers.execution, numbers.reason),
            (execution, ExecutionReason::Asked)
        );
    }
}

#[test]
fn float64_and_a_harmonic_vacuum_are_in_tiles() {
    let law = golden(Architecture::DeepQca);
    let double = WorldPlan {
        precision: Precision::Float64,
        execution: ExecutionChoice::Auto,
        ..plan(Boundary::Walls, [48, 64])
    };
    let harmonic = WorldPlan {
        vacuum: Vacuum::Harmonic {
            amplitude: 0.3,
            waves: 2,
            seed: 5,
        },
        execution: ExecutionChoice::Auto,
        ..plan(Boundary::Torus, [48, 64])
    };
    for plan in [double, harmonic] {
        let (mut here, mut cpu) = (on_device(&plan, &law), world(&plan, &law));
        advance(&mut here, 5);
        advance(&mut cpu, 5);
        let apart = distance(&here.field().unwrap(), &cpu.field().unwrap());
        println!("{:?} {:?}: {apart:.1e}", plan.precision, plan.vacuum);
        assert!(apart <= 1e-5, "{apart:e}");
        assert_eq!(here.numbers().unwrap().execution, Execution::Sparse);
    }
}

#[test]
fn what_is_not_finite_is_named_as_on_the_cpu() {
    let law = super::failing::mlp();
    let plan = plan(Boundary::Walls, [40, 48]);
    let (mut here, mut cpu) = (on_device(&plan, &law), world(&plan, &law));
    let before = bytes(&here);
    let [here_says, cpu_says] = [&mut here, &mut cpu].map(|world| world.advance().unwrap_err().to_string());
    assert_eq!(here_says, cpu_says);
    assert!(bytes(&here) == before);
}
