//! Worlds for tests.

use std::path::Path;

use atheria_law::Law;
use atheria_shared::planting::SeedMatter;
use atheria_shared::world::{EPS, ExecutionChoice, Placement, Precision, StartingMatter, Vacuum};
use atheria_shared::{Boundary, GridShape};
use tch::{Device, Kind};

use crate::run::{Dense, State};
use crate::world::field::Field;
use crate::world::{World, WorldPlan};

pub(super) const GAMMA: f64 = 0.01;
pub(in super::super) const BOUNDARIES: [Boundary; 3] =
    [Boundary::Torus, Boundary::Walls, Boundary::Unbounded];

/// A sparse world with a blob, or with something else, as `..plan(...)` says.
pub(in super::super) fn plan(boundary: Boundary, [height, width]: [u32; 2]) -> WorldPlan {
    WorldPlan {
        grid: GridShape::new(height, width).ok(),
        boundary,
        init: StartingMatter::Blob { side_cells: 8 },
        place: Placement::Centre,
        vacuum: Vacuum::One,
        planted: SeedMatter::Start,
        seed: 7,
        step: 0,
        gamma: GAMMA,
        device: Device::Cpu,
        execution: ExecutionChoice::Sparse,
        eps: EPS,
        precision: Precision::Float32,
        watched: false,
    }
}

pub(super) fn world(plan: &WorldPlan, law: &Law) -> World {
    World::make(plan.clone(), law).unwrap()
}

pub(super) fn advance(world: &mut World, steps: u64) {
    for _ in 0..steps {
        world.advance().unwrap();
    }
}

/// Steps two worlds side by side, the first of which is computed otherwise from some steps on: by that no cell of it changes by
/// more than eps. How far apart they end.
pub(super) fn going_over(
    mut here: World,
    mut plain: World,
    steps: u64,
    choice_at: impl Fn(u64) -> Option<ExecutionChoice>,
) -> f64 {
    for step in 0..steps {
        if let Some(choice) = choice_at(step) {
            let before = here.field().unwrap();
            here.set_execution(choice).unwrap();
            let jump = distance(&here.field().unwrap(), &before);
            assert!(jump <= here.plan().eps, "step {step} to {choice}: {jump:e}");
        }
        advance(&mut here, 1);
        advance(&mut plain, 1);
    }
    distance(&here.field().unwrap(), &plain.field().unwrap())
}

/// The bytes that a world is saved as.
pub(super) fn bytes(world: &World) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    world.save(&path).unwrap();
    std::fs::read(path).unwrap()
}

/// The plan to go on from a file that was saved at a step.
pub(super) fn from_file(plan: &WorldPlan, path: &Path, step: u64) -> WorldPlan {
    WorldPlan {
        init: StartingMatter::File(path.to_owned()),
        step,
        ..plan.clone()
    }
}

/// What libtorch makes of all of a field without memory in one step, in float64.
pub(super) fn stepped(dense: &Dense, field: &Field) -> Field {
    let before = State {
        psi: field.to_state(Device::Cpu).unwrap().psi.to_kind(Kind::Double),
        memory: None,
    };
    let after = State {
        psi: dense.step(&before).unwrap().psi.to_kind(Kind::Float),
        memory: None,
    };
    Field::of_state(&after).unwrap()
}

/// The largest difference of two fields; of the memory's c relative to what is above 1.
pub(super) fn distance(a: &Field, b: &Field) -> f64 {
    let largest = |a: &[f32], b: &[f32], relative: bool| {
        assert_eq!(a.len(), b.len());
        let apart = |(a, b): (&f32, &f32)| {
            let scale = if relative { b.abs().max(1.0) } else { 1.0 };
            f64::from((a - b).abs() / scale)
        };
        a.iter().zip(b).map(apart).fold(0.0, f64::max)
    };
    let psi = largest(&a.psi, &b.psi, false);
    match (&a.memory, &b.memory) {
        (Some(a), Some(b)) => psi.max(largest(&a.h, &b.h, false)).max(largest(&a.c, &b.c, true)),
        _ => psi,
    }
}
