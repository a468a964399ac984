//! A world that is saved and taken up again goes on bit for bit.

use atheria_law::Law;
use atheria_shared::tool::{Stroke, Tool};
use atheria_shared::world::{ExecutionChoice, Precision, StartingMatter};
use atheria_shared::{Architecture, Boundary, Cell};

use super::made::{BOUNDARIES, advance, bytes, from_file, plan, world};
use crate::testing::golden;
use crate::world::{WorldError, WorldPlan};

/// Saves after some steps, and compares what it and what is made of the file come to, by the bytes that they are saved as.
fn goes_on(plan: &WorldPlan, law: &Law, before: u64, after: u64) {
    let what = || {
        format!(
            "{} {} {} {} {}",
            law.architecture(),
            plan.boundary,
            plan.execution,
            plan.precision,
            plan.watched
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    let mut here = world(plan, law);
    advance(&mut here, before);
    here.save(&path).unwrap();
    let mut there = world(&from_file(plan, &path, before), law);
    assert_eq!(there.step_count(), before);
    assert!(
        bytes(&there) == std::fs::read(&path).unwrap(),
        "{}: as it was saved",
        what()
    );
    for step in before..before + after {
        advance(&mut here, 1);
        advance(&mut there, 1);
        assert!(
            bytes(&there) == bytes(&here),
            "{} after step {}",
            what(),
            step + 1
        );
    }
    assert_eq!(
        here.numbers().unwrap().matter_cells,
        there.numbers().unwrap().matter_cells
    );
    assert_eq!(
        here.numbers().unwrap().execution,
        there.numbers().unwrap().execution,
        "{}",
        what()
    );
}

#[test]
fn a_seed_is_saved_with_its_world() {
    let law = golden(Architecture::DeepQca);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    let plan = plan(Boundary::Torus, [56, 84]);
    let mut here = world(&plan, &law);
    let planted = here.planted();
    assert_eq!(
        planted.as_ref().map(|mask| (mask.height(), mask.cells())),
        Some((8, 64))
    );
    advance(&mut here, 6);
    here.save(&path).unwrap();
    // Taken up where it was, and as the beginning of another.
    for step in [6, 0] {
        let mut there = world(&from_file(&plan, &path, step), &law);
        assert_eq!(there.planted(), planted, "{step}");
        let stroke = Stroke::new(Tool::Inject, Cell { y: 9, x: 9 }, 0.0);
        let mut before = world(&from_file(&plan, &path, step), &law);
        before.apply(&stroke).unwrap();
        there.apply(&stroke).unwrap();
        assert!(bytes(&before) == bytes(&there));
        assert_ne!(there.field().unwrap(), here.field().unwrap(), "{step}");
    }
}

fn every_way(architecture: Architecture, precision: Precision) {
    let law = golden(architecture);
    let choices = [
        (ExecutionChoice::Sparse, false),
        (ExecutionChoice::Auto, true),
        (ExecutionChoice::Dense, false),
        (ExecutionChoice::Dense, true),
    ];
    for boundary in BOUNDARIES {
        for (execution, watched) in choices {
            if boundary == Boundary::Unbounded && execution == ExecutionChoice::Dense {
                continue;
            }
            let plan = WorldPlan {
                execution,
                precision,
                watched,
                ..plan(boundary, [56, 84])
            };
            goes_on(&plan, &law, 3, 3);
        }
    }
}

macro_rules! for_each_law {
    ($($law:ident: $architecture:ident,)*) => {$(
        mod $law {
            use super::{Architecture, Precision};

            #[test]
            fn in_float32() {
                super::every_way(Architecture::$architecture, Precision::Float32);
            }

            #[test]
            fn in_float64() {
                super::every_way(Architecture::$architecture, Precision::Float64);
            }

            #[test]
            fn in_tiles() {
                super::in_tiles(Architecture::$architecture);
            }
        }
    )*};
}

for_each_law! {
    mlp: Mlp,
    deep_qca: DeepQca,
    snn_unet: SnnUnet,
    unet: Unet,
    unet_convlstm: UnetConvLstm,
    unet_unitary: UnetUnitary,
    unet_unitary_rmsnorm: UnetUnitaryRmsNorm,
}

/// Worlds too large to be kept cell by cell, at steps at which tiles were held that are empty.
fn in_tiles(architecture: Architecture) {
    let law = golden(architecture);
    for boundary in BOUNDARIES {
        for before in [1, 6] {
            let plan = WorldPlan {
                init: StartingMatter::Blobs {
                    count: 3,
                    side_cells: 5,
                },
                ..plan(boundary, [8192, 8196])
            };
            goes_on(&plan, &law, before, 4);
        }
    }
}

/// What dissolves leaves tiles that are empty but held for a while.
#[test]
fn a_world_that_dissolves_goes_on() {
    let law = golden(Architecture::Unet);
    for (boundary, size) in [
        (Boundary::Torus, [8192, 8192]),
        (Boundary::Unbounded, [64, 64]),
        (Boundary::Walls, [96, 96]),
    ] {
        for before in [20, 24, 29] {
            for execution in [ExecutionChoice::Sparse, ExecutionChoice::Auto] {
                let plan = WorldPlan {
                    execution,
                    ..plan(boundary, size)
                };
                goes_on(&plan, &law, before, 2);
            }
        }
    }
}

#[test]
fn a_file_is_taken_up_at_its_own_step_only() {
    let law = golden(Architecture::Mlp);
    let plan = plan(Boundary::Walls, [32, 48]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    let mut here = world(&plan, &law);
    advance(&mut here, 3);
    here.save(&path).unwrap();
    let wrong = crate::world::World::make(from_file(&plan, &path, 5), &law).unwrap_err();
    assert!(
        matches!(
            wrong,
            WorldError::Step {
                found: 3,
                needed: 5,
                ..
            }
        ),
        "{wrong}"
    );
    // As the starting matter of a world of its own it is of step 0.
    let anew = world(&from_file(&plan, &path, 0), &law);
    assert_eq!(anew.step_count(), 0);
    let (anew, here) = (anew.field().unwrap(), here.field().unwrap());
    assert!(super::made::distance(&anew, &here) <= plan.eps);
}

#[test]
fn a_reset_world_is_the_world_at_its_beginning() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for execution in [ExecutionChoice::Sparse, ExecutionChoice::Dense] {
            let plan = WorldPlan {
                execution,
                ..plan(Boundary::Walls, [48, 64])
            };
            let mut here = world(&plan, &law);
            let first = bytes(&here);
            advance(&mut here, 3);
            assert!(bytes(&here) != first);
            here.reset().unwrap();
            assert_eq!(here.step_count(), 0);
            assert!(bytes(&here) == first, "{architecture} {execution}");
        }
    }
}

#[test]
fn a_grid_that_the_law_cannot_halve_is_refused() {
    let law = golden(Architecture::Unet);
    let error = crate::world::World::make(plan(Boundary::Walls, [30, 32]), &law).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a grid of 30x32: this law needs both sides to be a multiple of 4"
    );
}
