//! Worlds of TorchScript that others wrote: the answer of the module, however much of the world is computed.

use std::path::Path;

use atheria_shared::law::LawParams;
use atheria_shared::world::{
    Execution, ExecutionChoice, ExecutionReason, Precision, StartingMatter, Vacuum, WorldNumbers,
};
use atheria_shared::{Boundary, GridShape};
use tch::{Device, Kind, Tensor};

use super::made::{GAMMA, advance, bytes, distance, from_file, plan};
use crate::run::{ModuleLaw, State};
use crate::torchscript::ForeignFile;
use crate::world::{Field, World, WorldError, WorldPlan};

fn law(name: &str) -> ModuleLaw {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/foreign");
    let file = ForeignFile::load(&folder.join(format!("{name}.pt"))).unwrap();
    let params = LawParams {
        d_state: 2,
        hidden_channels: 8,
    };
    file.ask(params).unwrap().0
}

fn make(plan: WorldPlan, law: &ModuleLaw) -> World {
    World::make(plan, law).unwrap()
}

fn with(execution: ExecutionChoice, plan: WorldPlan) -> WorldPlan {
    WorldPlan { execution, ..plan }
}

fn numbers(world: &mut World) -> WorldNumbers {
    world.numbers().unwrap()
}

/// A step as the README writes it, with the module's answer to the whole grid.
fn step(law: &ModuleLaw, psi: &Tensor, boundary: Boundary) -> Tensor {
    let delta = if boundary == Boundary::Torus {
        // The grid in the middle of copies of itself, two on each side.
        let (_, _, height, width) = psi.size4().unwrap();
        let answer = law.module.answer(&psi.repeat([1, 1, 5, 5])).unwrap();
        answer.narrow(2, 2 * height, height).narrow(3, 2 * width, width)
    } else {
        law.module.answer(psi).unwrap()
    };
    let next = psi + delta - GAMMA * psi;
    let norm = next
        .square()
        .sum_dim_intlist([1].as_slice(), true, Kind::Float)
        .sqrt();
    next / (norm + 1e-9)
}

/// The largest difference to the formula over some steps of a world that is compared with it at each of them.
fn from_formula(world: &mut World, law: &ModuleLaw, boundary: Boundary, steps: u32) -> f64 {
    let mut worst = 0_f64;
    for _ in 0..steps {
        let before = world.field().unwrap().to_state(Device::Cpu).unwrap();
        let expected = State {
            psi: step(law, &before.psi, boundary),
            memory: None,
        };
        world.advance().unwrap();
        let apart = distance(&world.field().unwrap(), &Field::of_state(&expected).unwrap());
        worst = worst.max(apart);
    }
    worst
}

/// Sizes with partial tiles, and where the law's period divides them.
const SIZES: [[u32; 2]; 3] = [[64, 96], [44, 76], [12, 20]];

#[test]
fn every_step_is_the_modules_answer_to_the_whole_grid() {
    for (name, boundaries) in [
        ("local", &[Boundary::Walls, Boundary::Torus][..]),
        ("coarse", &[Boundary::Walls, Boundary::Torus]),
        ("far", &[Boundary::Walls, Boundary::Torus]),
        ("placed", &[Boundary::Walls]),
        ("global", &[Boundary::Walls]),
    ] {
        let law = law(name);
        for &boundary in boundaries {
            for size in SIZES {
                for init in [StartingMatter::Blob { side_cells: 8 }, StartingMatter::Random] {
                    let plan = with(
                        ExecutionChoice::Auto,
                        WorldPlan {
                            init,
                            ..plan(boundary, size)
                        },
                    );
                    let mut world = make(plan, &law);
                    let apart = from_formula(&mut world, &law, boundary, 6);
                    // A cell that is let go of differs by up to eps.
                    assert!(apart <= 3e-6, "{name} {boundary} {size:?}: {apart:e}");
                }
            }
        }
    }
}

#[test]
fn windows_are_the_whole_grid() {
    for name in ["local", "coarse"] {
        let law = law(name);
        for boundary in [Boundary::Walls, Boundary::Torus] {
            for execution in [ExecutionChoice::Sparse, ExecutionChoice::Dense] {
                let mut world = make(with(execution, plan(boundary, [64, 96])), &law);
                let apart = from_formula(&mut world, &law, boundary, 6);
                assert!(apart <= 1e-6, "{name} {boundary} {execution}: {apart:e}");
            }
        }
    }
}

#[test]
fn what_matter_has_not_reached_is_the_background_and_is_not_computed() {
    for boundary in [Boundary::Walls, Boundary::Torus, Boundary::Unbounded] {
        let mut small = make(plan(boundary, [160, 160]), &law("local"));
        let mut large = make(plan(boundary, [4096, 4096]), &law("local"));
        for _ in 0..5 {
            advance(&mut small, 1);
            advance(&mut large, 1);
            let (small, large) = (numbers(&mut small), numbers(&mut large));
            // 8 cells and 2 more on each side a step, in tiles of 16.
            assert!(large.matter_tiles <= 9, "{boundary}: {large:?}");
            assert_eq!(
                (large.matter_cells, large.active_tiles),
                (small.matter_cells, small.active_tiles)
            );
            assert_eq!(large.execution, Execution::Sparse);
        }
        assert!(numbers(&mut large).matter_cells > 0, "{boundary}");
    }
}

#[test]
fn auto_chooses_and_a_law_without_windows_has_no_choice() {
    let reason = |law: &ModuleLaw, init| {
        let plan = WorldPlan {
            init,
            ..with(ExecutionChoice::Auto, plan(Boundary::Walls, [128, 128]))
        };
        let mut world = make(plan, law);
        advance(&mut world, 2);
        let numbers = numbers(&mut world);
        (numbers.execution, numbers.reason)
    };
    let blob = StartingMatter::Blob { side_cells: 8 };
    let local = law("local");
    assert_eq!(
        reason(&local, blob.clone()),
        (Execution::Sparse, ExecutionReason::LittleMatter)
    );
    assert_eq!(
        reason(&local, StartingMatter::Random),
        (Execution::Dense, ExecutionReason::MuchMatter)
    );
    assert_eq!(
        reason(&law("global"), blob),
        (Execution::Dense, ExecutionReason::Law)
    );
}

#[test]
fn what_cannot_be_computed_is_refused_with_its_reason() {
    let usual = || with(ExecutionChoice::Auto, plan(Boundary::Walls, [64, 64]));
    let refused = |name: &str, plan: WorldPlan| {
        let error = World::make(plan, &law(name)).unwrap_err();
        assert!(matches!(error, WorldError::Module { .. }), "{error}");
        error.to_string()
    };
    let unbounded = WorldPlan {
        boundary: Boundary::Unbounded,
        ..usual()
    };
    let torus = WorldPlan {
        boundary: Boundary::Torus,
        ..usual()
    };
    let harmonic = WorldPlan {
        vacuum: Vacuum::Harmonic {
            amplitude: 0.1,
            waves: 2,
            seed: 0,
        },
        ..usual()
    };
    let double = WorldPlan {
        precision: Precision::Float64,
        ..usual()
    };
    let narrow = WorldPlan {
        grid: GridShape::new(40, 64).ok(),
        ..with(ExecutionChoice::Sparse, torus.clone())
    };
    let told = [
        refused("global", with(ExecutionChoice::Sparse, usual())),
        refused("global", unbounded),
        refused("global", torus.clone()),
        refused("placed", torus),
        refused("far", harmonic),
        refused("local", double),
        refused("coarse", narrow),
    ];
    let every = "this TorchScript cannot be computed so: it needs every cell of a world that has an end: choose auto or dense, \
                 and walls";
    let no_torus = "this TorchScript cannot be computed so: it looks farther than a torus can be continued for it, or at \
                    where a cell lies: give it walls";
    assert_eq!(
        told,
        [
            every,
            every,
            no_torus,
            no_torus,
            every,
            "this TorchScript cannot be computed so: it is asked in float32",
            "this TorchScript cannot be computed so: the last tile of this torus is smaller than a cell is felt: take sides \
             that are multiples of 16",
        ]
    );
    let mut world = make(usual(), &law("global"));
    assert!(world.set_execution(ExecutionChoice::Sparse).is_err());
    assert!(world.set_execution(ExecutionChoice::Dense).is_ok());
}

#[test]
fn it_goes_on_from_where_it_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    for (name, boundary, execution) in [
        ("local", Boundary::Torus, ExecutionChoice::Sparse),
        ("local", Boundary::Unbounded, ExecutionChoice::Sparse),
        ("coarse", Boundary::Walls, ExecutionChoice::Auto),
        ("far", Boundary::Torus, ExecutionChoice::Auto),
        ("placed", Boundary::Walls, ExecutionChoice::Auto),
        ("global", Boundary::Walls, ExecutionChoice::Auto),
    ] {
        let law = law(name);
        let plan = with(execution, plan(boundary, [64, 96]));
        let mut world = make(plan.clone(), &law);
        advance(&mut world, 4);
        let path = folder.path().join(format!("{name}.npz"));
        world.save(&path).unwrap();
        let mut restored = make(from_file(&plan, &path, 4), &law);
        advance(&mut world, 4);
        advance(&mut restored, 4);
        assert!(bytes(&world) == bytes(&restored), "{name} {boundary}");
    }
}

#[test]
fn a_module_that_fails_on_the_way_leaves_the_world_as_it_was() {
    // One row of the coarse grid cannot be reflected.
    let mut world = make(
        WorldPlan {
            init: StartingMatter::Random,
            ..plan(Boundary::Walls, [4, 64])
        },
        &law("coarse"),
    );
    let before = bytes(&world);
    let error = world.advance().unwrap_err().to_string();
    assert!(
        error.starts_with("the TorchScript failed: its forward(x) fails on a grid of 4x"),
        "{error}"
    );
    assert!(bytes(&world) == before);
}
